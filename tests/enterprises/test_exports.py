"""Exports: what the list shows, readable by the import, harmless in a spreadsheet."""

import csv
import io

import openpyxl
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from bureau.accounts.roles import Role
from bureau.attachments import storage
from bureau.formbuilder.tabular.layout import detect_layout
from bureau.formbuilder.tabular.rows import parse_rows
from bureau.formbuilder.tabular.sheets import read_book
from bureau.jobs.models import Job
from bureau.jobs.testing import run_waiting
from enterprises.imports import enterprise_columns
from enterprises.imports.places import Places
from enterprises.models import Enterprise
from tests.factories import accounts
from tests.factories.enterprises import enterprise

pytestmark = pytest.mark.django_db


@pytest.fixture
def export(client):
    def run(ending: str, unit=None, **filters) -> bytes:
        accounts.site()
        client.force_login(accounts.staff(Role.CLERK, unit=unit))
        query = "&".join(f"{key}={value}" for key, value in filters.items())
        answer = client.post(reverse("admin:enterprises_enterprise_export", args=[ending]) + f"?{query}")
        assert answer.status_code == 302
        run_waiting("enterprises.export")
        job = Job.objects.latest("asked_at")
        assert job.state == "done", job.error
        return storage.path_of(job.result_file.key).read_bytes()

    return run


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_an_export_is_read_again_by_the_import(client, export, ending, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    shop = enterprise("=HYPERLINK(1)", home="630224", operating="440106")
    accounts.site()
    data = export(ending)
    (sheet,) = read_book(data)
    assert ("Haidong" in str(list(sheet.open()))) is (language == "en")
    with override(language):
        columns = enterprise_columns(Places())
        layout = detect_layout(read_book(data), columns)
        (row,) = parse_rows(layout, columns)
    assert not row.faults
    found = {key: value for key, value in row.values.items() if value is not None}
    assert found == {
        "name": "=HYPERLINK(1)", "uscc": shop.uscc, "kind": "individual", "registered_region": shop.registered_region_id,
        "operating_region": shop.operating_region_id, "operating_address": "测试路1号", "operator": shop.operator.name,
        "home_county": shop.home_county_id, "opened_on": shop.opened_on,
    }


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_phones_leave_the_house_masked(export, ending):
    """Whoever exports, the file is passed on; an import of it leaves the phones as they stand."""
    shop = enterprise("打电话的店", home="630224", phone="13900000001")
    Enterprise.objects.filter(pk=shop.pk).update(second_phone="0972-8612345")
    (sheet,) = read_book(export(ending))
    cells = {cell for row in sheet.open() for cell in row}
    assert {"139****0001", "097*****2345"} <= cells
    assert not {"13900000001", "0972-8612345"} & cells


def test_formulas_stay_text(export):
    enterprise("=1+1")
    enterprise("＋加号店")
    assert openpyxl.load_workbook(io.BytesIO(export("xlsx"))).active["B3"].data_type == "s"
    rows = list(csv.reader(io.StringIO(export("csv").decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["'=1+1", "'＋加号店"]


def test_an_export_holds_what_the_list_shows(export):
    enterprise("化隆的店", home="630224")
    enterprise("乐都的店", home="630202")
    def names(content):
        return [row[1] for row in csv.reader(io.StringIO(content.decode("utf-8-sig")))][1:]

    assert names(export("csv", q="化隆")) == ["化隆的店"]
    assert names(export("csv", home="630202")) == ["乐都的店"]
    assert names(export("csv", unit=accounts.county("630202"))) == ["乐都的店"]
