"""No spreadsheet that leaves the portal calculates anything: forty formulas, typed into every text that people may
type, through every export there is.

Nothing is listed here that could be forgotten: the routes are called, and what answers or makes a workbook is opened.
A function that makes one and was not reached fails the test by name; HANDS is for those that want more than a click.
"""

import ast
import csv
import io
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import RequestFactory

from bureau.accounts.access import Route, routes
from bureau.accounts.roles import Role
from bureau.attachments import storage
from bureau.attachments.models import Attachment
from bureau.common import export
from bureau.common.export import FORMULA, csv_safe
from bureau.formbuilder.tabular import flow, importers, pasting
from bureau.formbuilder.tabular.workbook import SheetOut, write_workbook
from bureau.jobs.models import Fault, Job
from bureau.jobs.testing import run_waiting
from subsidies.loans.actions import lists
from subsidies.loans.models import LoanRequest
from tests.factories import world as worlds
from tests.harness.caller import handler, session_of
from tests.harness.planting import OURS, plant_texts, typed_columns
from tests.harness.targets import Places

pytestmark = pytest.mark.sweep

MARK = "x9"  # in every payload, so that it is found again
PAYLOADS = [payload.replace("#", MARK) for payload in (
    "=1+1+#", "+1+#", "-1-#", "@SUM(#)", "\t=#", "\r=#", "＝1+#", "＋1+#", "－1+#", "＠SUM(#)",
    '=HYPERLINK("//#")', "=cmd|'/c #'!A0", "=DDE(#;1;1)", '=WEBSERVICE("#")', '=IMPORTXML("#")', "=RTD(#)", "=CALL(#)",
    "=INDIRECT(#)", "=1E400*#", "=#&A1", "=@#", "==#", "=+#", "=-#", "+-#", "-+#", "@=#", "--#", "++#", "@@#",
    "-2+3+cmd|' /C #'!A0", "+cmd|'/c #'!A0", "@cmd|'/c #'!A0", "=(#)", "=[#]A!1", "={#}", "='#'!A1", '="#"',
    "\t\t+#", "\r\n-#",
)]  # fmt: skip
EXPORT = re.compile(r"spreadsheetml|text/csv|ms-excel")
#: These write what no person typed, or are the writer itself.
NOT_EXPORTS = {"bureau.regions.data.generate", "bureau.formbuilder.tabular.workbook"}
#: Sheets that hold no typed text.
PLAIN = {"bureau.formbuilder.tabular.sample.write_sample"}
FIRST = [Role.CLERK, Role.EDITOR, Role.APPROVER, Role.FINANCE, Role.OWNER]


# --- who makes workbooks, by the code --------------------------------------------------------------------------


def makers() -> dict[tuple[str, str], str]:
    """(file, function) → dotted name, of every function that writes a workbook or CSV."""
    found = {}
    for package in OURS:
        for path in sorted((Path(settings.BASE_DIR) / package).rglob("*.py")):
            module = ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
            source = path.read_text()
            if module in NOT_EXPORTS or not re.search(r"write_workbook|csv\.writer|xlsxwriter|openpyxl|TO STDOUT", source):
                continue
            for function in ast.walk(ast.parse(source)):
                if isinstance(function, ast.FunctionDef) and any(map(_writes, ast.walk(function))):
                    found[str(path), function.name] = f"{module}.{function.name}"
    return found


def _writes(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and "TO STDOUT" in node.value
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func)
    return name.rpartition(".")[2] == "write_workbook" or name in ("csv.writer", "csv.DictWriter", "writer") or (
        name.startswith(("xlsxwriter.", "openpyxl.Workbook"))
    )


# --- making them ---------------------------------------------------------------------------------------------------


@dataclass
class Door:
    """One way out, the functions that made what came, and what of the payloads was seen there."""

    name: str
    open: Callable[[], list[tuple[str, bytes]]]
    made_by: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    files: int = 0


def called(request, user) -> list[tuple[str, bytes]]:
    """Workbooks that the answer is, or that were made for it, at once or by the job that it asked for."""
    request._dont_enforce_csrf_checks = True
    request.META["HTTP_COOKIE"] = f"{settings.SESSION_COOKIE_NAME}={session_of(user)}"
    with transaction.atomic():
        before = set(Attachment.objects.values_list("pk", flat=True))
        response = handler().get_response(request)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        for close in response._resource_closers:
            close()
        found = [(response.headers["Content-Type"], content)] if EXPORT.search(response.headers.get("Content-Type", "")) else []
        if Job.objects.filter(state="waiting").exists():
            run_waiting()
        found += made_since(before)
        transaction.set_rollback(True)
    return found


def made_since(before: set) -> list[tuple[str, bytes]]:
    rows = Attachment.objects.exclude(pk__in=before)
    return [(a.content_type, storage.path_of(a.key).read_bytes()) for a in rows if EXPORT.search(a.content_type)]


def doors_of(world) -> Iterator[Door]:
    """Every route by GET and by POST, as somebody who may."""
    factory = RequestFactory()
    for route in routes():
        for method in ("get", "post"):
            rule = route.rule_for(method.upper())
            if rule is None or rule.closed or "logout" in route.name:
                continue
            role = next((role for role in [*FIRST, *Role] if rule.public or role in rule.roles), None)
            if role is None:
                continue
            own = Places(world, role).targets(route).own
            also = [address.replace("/xlsx/", "/csv/") for address in own if "/xlsx/" in address]
            for address in (*own, *also):
                user = world.people[role]
                yield Door(f"{method} {_shape(route)} as {role}", lambda m=method, a=address, u=user: called(getattr(factory, m)(a), u))


def _shape(route: Route) -> str:
    return route.name or route.path


def hands(world) -> Iterator[Door]:
    """What wants more than a click."""
    clerk = world.people[Role.CLERK]

    def row_report():
        rows = [[payload, payload, "化隆县" if n % 2 else payload] for n, payload in enumerate(PAYLOADS)]
        path = write_workbook(SheetOut("a", ["店铺名称", "经营者", "户籍县区"], rows))
        content = path.read_bytes()
        path.unlink()
        return imported(SimpleUploadedFile("a.xlsx", content))

    def pasted():
        return imported(pasting.as_file("店铺名称\t经营者\t户籍县区\n" + "".join(
            f'"{payload.replace(chr(34), chr(34) * 2)}"\t马一\t化隆县\n' for payload in PAYLOADS)))

    def imported(upload):
        with transaction.atomic():
            before = set(Attachment.objects.values_list("pk", flat=True))
            flow.start(importer=importers.get("enterprises"), upload=upload, options={}, by=clerk)
            run_waiting(flow.KIND)
            found = made_since(before)
            transaction.set_rollback(True)
        return found

    def referral():
        with transaction.atomic():
            before = set(Attachment.objects.values_list("pk", flat=True))
            waiting = LoanRequest.objects.visible_to(world.a.clerk).filter(state="requested")[:1]
            lists.make(requests=list(waiting), by=world.a.clerk)
            found = made_since(before)
            transaction.set_rollback(True)
        return found

    yield Door("an import and its row report", row_report)
    yield Door("a pasted table, as it is kept", pasted)
    yield Door("a referral list for the bank", referral)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), worlds.opened() as made:
        for job in Job.objects.all():
            Fault.objects.create(job=job, row=1, column="x", value="x", reason="x", fence=job.fence)
        run_waiting()  # what a call asks for is then all that waits
        yield made


# --- opening --------------------------------------------------------------------------------------------------------


def formulas(kind: str, content: bytes) -> list[str]:
    """Cells that a spreadsheet would calculate."""
    if "csv" in kind:
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        return [cell for row in rows for cell in row if cell.startswith(FORMULA) and not re.fullmatch(r"-?\d+(\.\d+)?", cell)]
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        raw = b"".join(book.read(name) for name in book.namelist() if "/worksheets/" in name)
    cells = cells_of(content)
    found = [str(cell.value) for cell in cells if cell.data_type == "f" or cell.hyperlink]
    return found + [mark.decode() for mark in re.findall(rb"<f[ >]|<hyperlink\b|<ddeLink|<oleLink", raw)]


def texts(kind: str, content: bytes) -> list[str]:
    if "csv" in kind:
        return [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for cell in row]
    return [str(cell.value) for cell in cells_of(content) if cell.value]


@lru_cache(maxsize=1)
def cells_of(content: bytes) -> list:
    return [cell for sheet in openpyxl.load_workbook(io.BytesIO(content)) for row in sheet for cell in row]


def found_in(cells: list[str]) -> set[str]:
    """The payloads that stand in these cells, whatever guards them or was cleaned from their edges."""
    bare = {cell.removeprefix("'").strip() for cell in cells if MARK in cell}
    return {payload for payload in PAYLOADS if any(payload.strip() in cell for cell in bare)}


class Watch:
    """Notes which makers run; nothing else is looked at."""

    def __init__(self, names: dict[tuple[str, str], str]) -> None:
        self.names, self.ran = names, set()

    def __call__(self, frame, event, arg) -> None:
        if event == "call":
            code = frame.f_code
            if name := self.names.get((code.co_filename, code.co_name)):
                self.ran.add(name)

    def during(self, door: Door) -> list[tuple[str, bytes]]:
        self.ran = set()
        sys.setprofile(self)
        try:
            with transaction.atomic():
                return door.open()
        finally:
            sys.setprofile(None)
            door.made_by |= self.ran


@pytest.mark.proof("O1", "held")
def test_forty_formulas_through_every_export(world, capsys, django_db_blocker, proof):
    assert len(set(PAYLOADS)) == 40
    with django_db_blocker.unblock():
        columns = plant_texts(typed_columns(), PAYLOADS, alone=True)
        names = makers()
        watch, doors, tried = Watch(names), [], 0
        for door in (*doors_of(world), *hands(world)):
            tried += 1
            if door.open():
                look(door, watch.during(door))
                doors.append(door)
        reached = set().union(*(door.made_by for door in doors))
        forgotten = sorted(set(names.values()) - reached)
        assert not forgotten, f"make a workbook, and this test could not have it made (add to hands): {forgotten}"
        for offset in range(1, 40):
            waiting = [door for door in doors if len(door.seen) < 40 and not door.made_by <= PLAIN]
            if not waiting:
                break
            plant_texts(columns, PAYLOADS, offset, alone=True)
            for door in waiting:
                with transaction.atomic():
                    look(door, door.open())
    lines = [f"  {len(door.seen):2} of 40 in {door.files:2} files: {door.name}" for door in doors]
    with capsys.disabled():
        print(f"\n40 formulas planted in {len(columns)} columns, {tried} ways tried, {len(doors)} exports, 0 cells calculate")
        print("\n".join(lines))
    silent = [door.name for door in doors if not door.seen and not door.made_by <= PLAIN]
    assert not silent, f"what people typed does not reach them, so they prove nothing: {silent}"
    files = sum(door.files for door in doors)
    proof("O1").held(f"40 payloads in {len(columns)} columns, {len(doors)} exports, {files} files opened: 0 cells calculate")


def look(door: Door, files: list[tuple[str, bytes]]) -> int:
    """Open what came; a cell that would calculate fails the test at once."""
    for kind, content in files:
        if found := formulas(kind, content):
            pytest.fail(f"{door.name} lets a spreadsheet calculate: {found[:5]}")
        door.seen |= found_in(texts(kind, content))
    door.files += len(files)
    return len(files)


# --- the two writers alone ---------------------------------------------------------------------------------------


def test_every_payload_stays_text_and_numbers_stay_numbers():
    path = write_workbook(SheetOut("a", ["what"], [[payload, Decimal("-5.25"), -3, date(2021, 5, 1)] for payload in PAYLOADS]))
    try:
        content = path.read_bytes()
    finally:
        path.unlink()
    assert formulas("spreadsheetml", content) == []
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2))
    assert {tuple(cell.data_type for cell in row) for row in rows} == {("s", "n", "n", "d")}
    assert {(row[1].value, row[2].value) for row in rows} == {(-5.25, -3)}
    out = io.StringIO(newline="")
    csv.writer(out).writerows([csv_safe(payload), csv_safe(Decimal("-5.25")), csv_safe(-3)] for payload in PAYLOADS)
    assert formulas("csv", out.getvalue().encode()) == []
    assert {tuple(row[1:]) for row in csv.reader(io.StringIO(out.getvalue(), newline=""))} == {("-5.25", "-3")}


@pytest.mark.proof("O1", "removed")
def test_without_the_guards_they_would_calculate(monkeypatch, proof):
    """The same two writers: what is typed goes into the workbook's cells as Excel reads it, into the CSV without its mark."""
    monkeypatch.setattr(export, "FORMULA", ("\0",))
    out = io.StringIO(newline="")
    csv.writer(out).writerows([csv_safe(payload)] for payload in PAYLOADS)
    typed = len(formulas("csv", out.getvalue().encode()))
    assert typed > 30
    sheet = xlsxwriter.worksheet.Worksheet
    monkeypatch.setattr(sheet, "write_string", lambda self, row, column, text, style: self.write_formula(row, column, text))
    path = write_workbook(SheetOut("a", ["what"], [[payload] for payload in PAYLOADS]))
    try:
        cells = formulas("spreadsheetml", path.read_bytes())
    finally:
        path.unlink()
    assert cells
    damage = f"{typed} of 40 cells of a CSV and {len(cells)} marks of a workbook calculate"
    proof("O1").removed("text written as text", damage)
