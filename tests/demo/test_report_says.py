"""What the bureau published by the middle of May 2021, followed from the HTML of its report down to the records.

The expected figures are those of the source; nothing is read from our own tables but the records of each page.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse

from bureau.accounts.models import User
from bureau.metrics import all_sentences
from bureau.metrics.enums import Section
from bureau.reports.models import FrozenFigure, Report
from bureau.reports.text import TOKEN

pytestmark = [pytest.mark.django_db, pytest.mark.demo(report=True)]
WORDS = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Published:
    """`said`: how the sentence has it; `value`: the figure; `counted`: what of the records gives it: their number,
    or what the column of this key adds up to."""

    key: str
    said: str
    value: str
    counted: str = "records"

    def __str__(self) -> str:
        return self.key


PUBLISHED = [
    Published("training.sessions", "35期", "35"),
    Published("training.person_times", "1,090人次", "1090"),
    Published("training.livestreams", "5场", "5"),
    Published("training.current_class.size", "110人", "110"),
    Published("training.current_class.days", "5天", "5", "days"),
    Published("loans.disbursed", "8,150万元", "81500000.00", "amount"),
    Published("subsidies.new_shop.preliminarily_reviewed", "1,431户", "1431"),
    Published("subsidies.new_shop.paid", "389.2万元", "3892000.00", "amount"),
    Published("placements.trainees_paid", "623人", "623"),
    Published("placements.hosts_paid", "5户", "5"),
    Published("placements.paid", "313.3万元", "3133000.00", "amount"),
    Published("honors.selected", "10家", "10"),
    Published("honors.named", "0家", "0"),
]


@pytest.fixture
def editor(client):
    client.force_login(User.objects.get(username="editor"))
    return client


@pytest.fixture
def text(editor):
    """The report's HTML up to its annexes."""
    page = editor.get(reverse("reports:detail", args=[Report.objects.get().pk])).content.decode()
    return page.partition('id="part-annex"')[0]


def links(text: str) -> dict[tuple[str, str], tuple[str, str]]:
    """(key, window) of each figure in the text: (its words, its address)."""
    found = re.findall(r'<a class="said" href="([^"]+/(\d+)/)"[^>]*>([^<]+)</a>', text)
    figures = FrozenFigure.objects.in_bulk([int(pk) for _href, pk, _said in found])
    return {
        (figures[int(pk)].key, figures[int(pk)].window): (unescape(said), unescape(href)) for href, pk, said in found
    }


def rows_of(client, address: str) -> list[dict[str, str]]:
    """Every record behind a figure, page by page, as the reader sees it: {column: text}."""
    rows, number = [], 1
    while True:
        page = client.get(address, {"page": number}, headers={"HX-Request": "true"})
        html = page.content.decode()
        for row in re.findall(r"<tr><td.*?</tr>", html, re.S):
            cells = re.findall(r'<td data-label="([^"]*)"><span>(.*?)</span></td>', row, re.S)
            rows.append({unescape(label): unescape(WORDS.sub("", cell)).strip() for label, cell in cells})
        if f"?page={number + 1}" not in html:
            return rows
        number += 1


def column(figure: FrozenFigure, key: str) -> str:
    return next(one["label_zh"] for one in figure.source.columns if one["key"] == key)


@pytest.mark.parametrize("published", PUBLISHED, ids=str)
def test_the_report_says_it_and_its_records_give_it(editor, text, published):
    said, address = links(text)[published.key, "to_date"]
    assert said == published.said
    figure = FrozenFigure.objects.select_related("source").get(pk=int(address.rstrip("/").rpartition("/")[2]))
    rows = rows_of(editor, address)
    assert len(rows) == figure.records
    if published.counted == "records":
        assert len(rows) == int(published.value)
    else:
        label = column(figure, published.counted)
        assert sum(Decimal(row[label].replace(",", "")) for row in rows) == Decimal(published.value)


def test_progress_is_told_by_line_of_work(text):
    heads = re.findall(r'<h4 class="sheet__area">(（[一二三四五六七八九]）[^<]+)</h4>', text)
    assert len(heads) >= 4
    assert [head[1] for head in heads] == list("一二三四五六七八九"[: len(heads)])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_problems_and_plans_name_their_scheme(language):
    said = [TOKEN.sub("", getattr(one, language)) for one in all_sentences() if one.section != Section.PROGRESS]
    assert sorted(set(said)) == sorted(said)
