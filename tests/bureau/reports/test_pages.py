"""Report pages: who sees what of a report and of the records behind its figures."""

import io
import re

import pytest
from django.urls import reverse
from docx import Document

from bureau.reports import actions
from bureau.workflow import perform

pytestmark = [pytest.mark.django_db, pytest.mark.demo(report=True)]


@pytest.fixture
def figure(report):
    return report.figures.get(key="subsidies.new_shop.paid", window="to_date", county=None)


def open_figure(client, figure):
    return client.get(reverse("reports:figure", args=[figure.report_id, figure.pk]))


def issue(report, people):
    for name, who in (("submit", "editor"), ("check", "checker"), ("issue", "issuer")):
        perform(report, name, by=people[who])


def test_the_public_reads_issued_reports_only(client, report, people):
    assert client.get(reverse("reports:detail", args=[report.pk])).status_code == 404
    issue(report, people)
    page = client.get(reverse("reports:detail", args=[report.pk])).content.decode()
    assert "389.2万元" in page
    assert report.template.name_zh in client.get(reverse("reports:index")).content.decode()


def test_the_page_of_a_report_being_written_asks_until_it_stands(client, report, people):
    client.force_login(people["editor"])
    address = reverse("reports:detail", args=[report.pk])
    assert client.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    issue(report, people)
    revision = actions.revise(report, by=people["editor"], reason="更正")
    address = reverse("reports:detail", args=[revision.pk])
    assert f'hx-get="{address}"' in client.get(address).content.decode()
    answer = client.get(address, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers.get("HX-Refresh")) == (204, None)


def test_the_public_sees_definition_period_and_count(client, report, people, figure):
    issue(report, people)
    page = open_figure(client, figure).content.decode()
    assert "1,301" in page
    assert "XKD2021" not in page


def test_officials_see_number_region_date_and_amount(client, report, people, figure):
    issue(report, people)
    client.force_login(people["official"])
    page = open_figure(client, figure).content.decode()
    assert "XKD2021" in page
    assert "拉面" not in re.sub(r"(?s)<header.*?</header>|<title>.*?</title>", "", page.split("records__value")[1])


def test_a_county_sees_its_own_records(client, report, people):
    """A checker at one county would see only that county's rows."""
    from bureau.accounts.models import Grant, Unit

    figure = report.figures.get(key="subsidies.new_shop.paid", window="to_date", county=None)
    for name, who in (("submit", "editor"), ("check", "checker"), ("issue", "issuer")):
        perform(report, name, by=people[who])
    assert Grant.objects.filter(user=people["ledu.review"], unit=Unit.objects.get(code="ledu")).exists()
    client.force_login(people["ledu.review"])
    page = open_figure(client, figure).content.decode()
    mine = report.figures.get(key=figure.key, window="to_date", county__code="630202")
    assert f"{mine.records:,}" in page
    assert "化隆回族自治县" not in page.split("records__value")[1]


def test_every_figure_on_the_page_opens_its_records(client, report, people):
    client.force_login(people["editor"])
    page = client.get(reverse("reports:detail", args=[report.pk])).content.decode()
    links = set(re.findall(r'href="(/reports/\d+/figures/\d+/)"', page))
    assert len(links) > 60
    for link in sorted(links)[:25]:
        assert client.get(link).status_code == 200


def test_paging_through_frozen_rows(client, report, people, figure):
    client.force_login(people["editor"])
    url = reverse("reports:figure", args=[report.pk, figure.pk])
    seen = set()
    for number in range(1, 28):
        seen |= set(re.findall(r"XKD\d{10}", client.get(f"{url}?page={number}").content.decode()))
    assert len(seen) == 1301


def test_garbled_pages_are_page_one(client, report, people, figure):
    client.force_login(people["editor"])
    url = reverse("reports:figure", args=[report.pk, figure.pk])
    for page in ("", "abc", "-3", "0", "999999999999", "١"):
        assert client.get(url, {"page": page}).status_code == 200


def test_the_document_says_the_same(client, report, people):
    client.force_login(people["editor"])
    answer = client.get(reverse("reports:docx", args=[report.pk]))
    document = Document(io.BytesIO(answer.content))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "一、工作进展" in text
    assert "389.2万元" in text
    assert "送审稿" in text
    evidence = document.tables[-1]
    assert [cell.text for cell in evidence.rows[0].cells] == ["指标", "口径", "时段", "数值", "记录数"]
    values = [[cell.text for cell in row.cells] for row in evidence.rows]
    assert any(row[3] == "3,892,000.00元" and row[4] == "1301" for row in values)


def test_steps_by_click(client, report, people):
    url = reverse("reports:step", args=[report.pk, "submit"])
    client.force_login(people["editor"])
    client.post(url, {"version": report.version + 5})
    report.refresh_from_db()
    assert report.state == "draft", "a stale page moves nothing"
    client.post(url, {"version": report.version})
    report.refresh_from_db()
    assert report.state == "in_check"
    client.force_login(people["checker"])
    refused = client.post(reverse("reports:step", args=[report.pk, "send_back"]), {"version": report.version})
    assert refused.status_code == 422, "sending back needs words"


def test_a_typed_number_stays_in_the_form_with_its_message(client, report, people):
    client.force_login(people["editor"])
    url = reverse("reports:add_paragraph", args=[report.pk])
    data = {"section": "progress", "body_zh": "共发放389.2万元。", "body_en": "3.892 million yuan was paid."}
    answer = client.post(url, data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "共发放389.2万元。" in page
    assert "手工填写" in page
