"""A table pasted from Excel or WPS becomes a file like any other: it is checked, kept and read the same way."""

import csv
import io

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from bureau.common import clock
from bureau.common.export import csv_safe

#: Characters; a longer table comes as a file.
MAX_PASTED = 800_000


def as_file(text: str) -> SimpleUploadedFile:
    """Cells parted by tabs, quoted where they hold line breaks, as spreadsheets copy them. ValidationError when it
    is no table."""
    lines = io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"), newline="")
    try:
        rows = [row for row in csv.reader(lines, dialect="excel-tab") if any(cell.strip() for cell in row)]
    except csv.Error:
        raise ValidationError(_("This cannot be read as a table: copy the cells once more.")) from None
    if len(rows) < 2 or max(map(len, rows)) < 2:
        raise ValidationError(_("Copy the heads of the table together with its rows, and paste them here."))
    out = io.StringIO(newline="")
    width = max(map(len, rows))
    csv.writer(out).writerows([csv_safe(cell) for cell in [*row, *[""] * (width - len(row))]] for row in rows)
    name = _("Pasted %(at)s") % {"at": clock.now().strftime("%Y-%m-%d %H%M")}
    return SimpleUploadedFile(f"{name}.csv", out.getvalue().encode("utf-8-sig"), content_type="text/csv")
