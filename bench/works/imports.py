"""The register from a workbook, and the same list once more, against calamine and hand-written SQL.

Ours is the job that staff start: layout, cells, faults by row, people, pinyin, upsert, audit, row report.
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from python_calamine import CalamineWorkbook

from bench.floors import importing
from bench.rows import register
from bureau.accounts.models import SiteProfile, User
from bureau.attachments.models import Attachment
from bureau.common import clock
from bureau.formbuilder.tabular import flow
from bureau.formbuilder.tabular.models import ImportRun, Mode
from bureau.jobs.testing import run_waiting
from bureau.regions.models import Region
from enterprises.exports import place_names

HEADS = ("名称", "统一社会信用代码", "类型", "注册地", "经营地", "经营地址", "经营者", "户籍县区", "联系电话", "备用电话", "行业代码",
         "开业日期")
SEED = 7


def rows(size: int) -> Iterator[tuple[str, ...]]:
    """`size` shops as an office keeps them."""
    chance, names = Random(SEED), place_names()
    root = SiteProfile.get().root
    counties = list(Region.objects.current().filter(parent=root).order_by("code"))
    elsewhere = list(Region.objects.current().filter(kind="county").exclude(parent=root).order_by("code"))
    today = clock.today()
    elsewhere = [region for region in elsewhere if names[region.pk]][:800]
    for number in range(1, size + 1):
        home = chance.choice(counties)
        place = home if chance.random() < 0.67 else chance.choice(elsewhere)
        opened = date.fromordinal(today.toordinal() - chance.randrange(60, 3600))
        yield (
            register.shop_name(number, chance), register.uscc(number, place.code), "个体工商户", names[place.pk],
            names[place.pk], register.address(place, chance),
            chance.choice(register.SURNAMES) + chance.choice(register.GIVEN), home.name_zh,
            f"1{chance.choice('3578')}{number:09d}", f"13{number:09d}", "H6210", f"{opened:%Y-%m-%d}",
        )


def write_files(folder: str, size: int) -> tuple[str, str]:
    """The same list as .xlsx and .csv, made once."""
    workbook, table = (Path(folder) / f"register-{size}.{ending}" for ending in ("xlsx", "csv"))
    if not (workbook.exists() and table.exists()):
        found = list(rows(size))
        with xlsxwriter.Workbook(workbook, {"constant_memory": True}) as book:
            sheet = book.add_worksheet("花名册")
            for number, row in enumerate([HEADS, *found]):
                for index, value in enumerate(row):
                    sheet.write_string(number, index, value)
        with table.open("w", newline="", encoding="utf-8-sig") as file:
            csv.writer(file).writerows([HEADS, *found])
    return str(workbook), str(table)


# --- ours ----------------------------------------------------------------------------------------


def tried(path: str) -> str:
    """The file as a clerk brings it, up to the trial without writing; returns the run."""
    file = Path(path)
    clerk = User.objects.get(username="bench.clerk")
    with transaction.atomic():
        upload = SimpleUploadedFile(file.name, file.read_bytes())
        run = flow.start(importer=flow.importers.get("enterprises"), upload=upload, options={}, by=clerk)
    run_waiting(flow.KIND)
    run.refresh_from_db()
    if run.trial.state != "done":
        raise AssertionError(run.trial.error)
    with transaction.atomic():
        flow.ask_write(run=run, mode=Mode.GOOD, by=clerk)
    return str(run.pk)


def ours(run_pk: str) -> dict[str, int]:
    """The one write of a list that was tried; returns what the job counted."""
    before = rewritten()
    run_waiting(flow.KIND)
    run = ImportRun.objects.select_related("job").get(pk=run_pk)
    if run.job.state != "done":
        raise AssertionError(run.job.error)
    return {**run.job.result, "rewritten": rewritten() != before}


def rewritten() -> Any:
    """Changes when a row of the register does: where its rows lie, and who wrote them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(hashtext(ctid::text || xmin::text)::bigint) FROM enterprises_enterprise")
        return cursor.fetchone()


# --- floor ---------------------------------------------------------------------------------------


def floor_xlsx(path: str) -> dict[str, int]:
    def lines() -> Iterator[list[Any]]:
        found = CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows()
        next(found)
        return found

    return importing.load(lines(), clerk(), source())


def floor_csv(path: str) -> dict[str, int]:
    return importing.load(Path(path), clerk(), source())


def clerk() -> int:
    return User.objects.get(username="bench.clerk").pk


def source() -> Any:
    """Imported rows name their file: any will do."""
    return Attachment.objects.values_list("pk", flat=True).first() or make_source()


def make_source() -> Any:
    user = User.objects.get(username="bench.clerk")
    made = Attachment.objects.create(
        purpose=flow.PURPOSE, name="floor.xlsx", content_type="application/octet-stream", size=1, sha256="0" * 64,
        uploaded_by=user, created_at=clock.now(), key="floor",
    )
    return made.pk
