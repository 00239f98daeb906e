"""An empty sheet to fill in: the heads an importer looks for, one invented row, and what each column may hold."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.formbuilder.tabular.columns import Column
from bureau.formbuilder.tabular.importers import Importer
from bureau.formbuilder.tabular.models import ImportRun
from bureau.formbuilder.tabular.rows import EXAMPLE
from bureau.formbuilder.tabular.workbook import SheetOut, write_workbook

#: An example for each kind of column that brings none of its own; people, codes and accounts are invented.
EXAMPLES: dict[str, Any] = {
    "uscc": "92630224MA75LM3R8W", "phone": "13900000001", "id_number": "630224199001010010", "date": "2021-05-15",
    "number": Decimal(12), "money": Decimal("3000.00"), "int": 12, "account": "示例银行 6217000000001236",
    "region": "化隆县", "text": "……", "choice": "……",
}  # fmt: skip
HOW = {
    "uscc": gettext_lazy("18 characters, the column formatted as text"),
    "phone": gettext_lazy("Mobile number, or landline with its area code"),
    "id_number": gettext_lazy("18 characters, the column formatted as text"),
    "date": gettext_lazy("For example 2021-05-15, 2021.5.15 or 20210515"),
    "number": gettext_lazy("Digits only"), "int": gettext_lazy("Whole number"),
    "money": gettext_lazy("Yuan; ten thousands of yuan where the head says so"),
    "account": gettext_lazy("Bank and number, or the number alone; the column formatted as text"),
    "region": gettext_lazy("Name or code of the place"), "text": "", "choice": "",
}  # fmt: skip


def columns_of(importer: Importer) -> list[Column]:
    """What a list may hold before anybody has said more about it."""
    return list(importer.columns(ImportRun(importer=importer.key)))


def write_sample(importer: Importer) -> Path:
    """A new .xlsx that the caller removes. The example row is skipped when the sheet comes back."""
    columns = columns_of(importer)
    heads = [_("No."), *(_head(column) for column in columns)]
    rows = [[EXAMPLE, *(_example(column) for column in columns)]]
    return write_workbook(
        SheetOut(str(importer.label), heads, rows, widths=[8, *(max(12, 2 * len(head) + 4) for head in heads[1:])]),
        SheetOut(_("How to fill it in"), [_("Column"), _("Needed"), _("What it holds"), _("Other heads that are understood")],
                 map(_explained, columns), widths=(30, 10, 50, 80)),
    )


def _head(column: Column) -> str:
    """Columns of many heads show how their first is written."""
    return str(column.example_head or column.label)


def _example(column: Column) -> Any:
    return column.example or EXAMPLES[column.kind]


def _explained(column: Column) -> Sequence[str]:
    needed = _("yes") if column.essential or column.required else ""
    return [_head(column), needed, str(HOW[column.kind]), "、".join(column.aliases)]
