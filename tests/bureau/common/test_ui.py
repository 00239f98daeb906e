import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe

from bureau.common import clock, icons, workdays
from bureau.common.templatetags import ui
from bureau.desk.views.preferences import contrast_with_white

CSS = Path(settings.BASE_DIR) / "static" / "css"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def friday(monkeypatch):
    """A Friday in May 2021: what is counted back from a weekend would differ."""
    monkeypatch.setattr(clock, "now", lambda: datetime(2021, 5, 21, 8, 30, tzinfo=clock.ZONE))
    monkeypatch.setattr(clock, "today", lambda: clock.now().date())


def draw(source, **context):
    return Template("{% load ui %}" + source).render(Context(context))


def text_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# --- pill and clock chip ----------------------------------------------------------------------------


@pytest.mark.parametrize("tone", ["neutral", "info", "attention", "good", "bad"])
def test_a_pill_has_icon_word_and_color(tone):
    html = draw("{% pill 'Paid' tone %}", tone=tone)
    assert f"tone-{tone}" in html
    assert "<svg" in html
    assert text_of(html) == "Paid"


def test_a_pill_escapes_its_word_and_knows_five_tones():
    html = draw("{% pill label 'loud' %}", label="<b>")
    assert "&lt;b&gt;" in html
    assert "tone-neutral" in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [
        (8, "8 working days left", "info"),
        (3, "3 working days left", "attention"),
        (1, "1 working day left", "attention"),
        (-1, "1 working day overdue", "bad"),
        (-4, "4 working days overdue", "bad"),
    ],
)
def test_a_clock_chip_counts_working_days(days, words, tone):
    html = draw("{% clock_chip due %}", due=workdays.add(clock.today(), days))
    assert text_of(html) == words
    assert f"tone-{tone}" in html


@pytest.mark.django_db
def test_a_clock_chip_on_the_last_day_and_for_a_moment():
    html = draw("{% clock_chip due %}", due=clock.now())
    assert text_of(html) == "Due today"
    assert "tone-bad" in html


@pytest.mark.django_db
def test_a_deadline_beyond_the_calendar_is_provisional():
    assert "provisional" in draw("{% clock_chip due %}", due=clock.today() + timedelta(days=4000))


@pytest.mark.django_db
def test_a_paused_clock_says_why_and_a_finished_one_nothing():
    due = clock.today()
    assert text_of(draw("{% clock_chip due True %}", due=due)) == "Paused: waiting for corrections"
    assert text_of(draw("{% clock_chip due 'recess' %}", due=due)) == "Paused: recess"
    assert draw("{% clock_chip due False True %}", due=due).strip() == ""
    assert draw("{% clock_chip None %}").strip() == ""


# --- cards and lists --------------------------------------------------------------------------------


def test_a_figure_card_opens_its_records():
    html = draw("{% figure_card 'Reviewed' 1431 unit='shops' change=12 href='/records/x/' compared='on last month' %}")
    assert '<a class="figure-card" href="/records/x/">' in html
    assert text_of(html) == "Reviewed 1,431 shops +12 shops on last month Opens the records"


@pytest.mark.parametrize(("change", "words"), [(-3, "−3"), (0, "±0"), (Decimal("1200.5"), "+1,200.5")])
def test_a_change_carries_its_sign(change, words):
    assert words in text_of(draw("{% figure_card 'Paid' 1 change=change %}", change=change))


@dataclass
class Entry:
    title: str
    who: str
    at: datetime
    note: str
    next: str


def test_a_timeline_takes_objects_and_dictionaries():
    at = datetime(2021, 5, 15, 14, 5, tzinfo=clock.ZONE)
    entry = Entry("Accepted", "化隆县", at, "材料齐全", "First review by 29 May")
    html = draw("{% timeline entries %}", entries=[entry, entry.__dict__])
    words = "Accepted 化隆县 · 15 May 2021, 14:05 材料齐全 Next : First review by 29 May"
    assert text_of(html).replace("Next: ", "Next : ") == f"{words} {words}"
    assert '<span lang="zh">化隆县</span>' in html


def test_an_empty_state_offers_the_first_step():
    html = draw("{% empty 'No shops yet' 'Add one.' '/my/shops/new/' 'Add a shop' %}")
    assert text_of(html) == "No shops yet Add one. Add a shop"
    assert 'href="/my/shops/new/"' in html


def test_a_pager_keeps_the_search():
    request = RequestFactory().get("/list/?q=la+mian&page=2")
    html = Template("{% load ui %}{% pager page %}").render(
        Context({"page": Paginator(range(95), 20).page(2), "request": request})
    )
    assert 'href="?q=la+mian&amp;page=1"' in html
    assert 'href="?q=la+mian&amp;page=3"' in html
    assert "Page 2 of 5" in html


def test_one_page_has_no_pager():
    assert draw("{% pager page %}", page=Paginator(range(3), 20).page(1)).strip() == ""


@pytest.mark.parametrize(("done", "total", "shown"), [(64, 142, "64 / 142"), (200, 142, "142 / 142"), (0, 0, "")])
def test_progress_never_exceeds_its_total(done, total, shown):
    html = draw("{% progress done total 'Importing' %}", done=done, total=total)
    assert shown in text_of(html)
    assert ("value=" in html) == bool(total)


# --- filters ----------------------------------------------------------------------------------------


def test_days_and_moments_in_both_languages():
    at = datetime(2021, 5, 15, 18, 30, tzinfo=clock.ZONE)
    assert (ui.day(at), ui.moment(at)) == ("15 May 2021", "15 May 2021, 18:30")
    with translation.override("zh-hans"):
        assert (ui.day(at.date()), ui.moment(at)) == ("2021年5月15日", "2021年5月15日 18:30")
    assert (ui.day(None), ui.moment(None), ui.iso(None)) == ("", "", "")
    assert ui.iso(at) == "2021-05-15T18:30+08:00"


def test_a_moment_late_in_utc_belongs_to_the_next_day_in_shanghai():
    late = datetime.fromisoformat("2021-05-15T17:00:00+00:00")
    assert ui.day(late) == "16 May 2021"


def test_money():
    assert ui.yuan("3892000") == "3,892,000.00"
    assert ui.wan(3892000) == "3.892 million yuan"
    with translation.override("zh-hans"):
        assert ui.wan(3892000) == "389.2万元"
        assert ui.capitals(5000) == "伍仟元整"
    assert (ui.capitals(5000), ui.paper_capitals(5000)) == ("", "伍仟元整")
    assert (ui.yuan(None), ui.wan(""), ui.capitals("abc")) == ("", "", "")
    assert ui.count(1431) == "1,431"


def test_what_people_typed_is_marked_and_escaped():
    assert ui.typed("化隆<拉面>") == '<span lang="zh">化隆&lt;拉面&gt;</span>'
    assert ui.typed("138 0013 8000") == "138 0013 8000"
    assert ui.typed("") == "—"


def test_a_cell_of_an_admin_list_is_marked_only_in_english():
    cell = mark_safe('<td class="field-name">马文明</td>')
    assert ui.typed_cell(cell) == '<td lang="zh" class="field-name">马文明</td>'
    assert ui.typed_cell("<td>马") == "&lt;td&gt;马"
    with translation.override("zh-hans"):
        assert ui.typed_cell(cell) == cell


def test_the_cells_of_a_row_name_their_columns():
    row = [mark_safe('<td class="action-checkbox"><input></td>'), mark_safe('<th class="field-name">拉面馆</th>')]
    headers = [{"text": mark_safe('<input id="action-toggle">')}, {"text": "shop & name"}]
    assert ui.row_cells(row, headers) == (
        '<td class="action-checkbox"><input></td>'
        '<th data-label="Shop &amp; name" lang="zh" class="field-name">拉面馆</th>'
    )


def test_a_column_says_in_which_language_it_is():
    cell = mark_safe('<td class="field-name_en">Guangzhou Office</td>')
    assert ui.typed_cell(cell) == cell
    with translation.override("zh-hans"):
        assert ui.typed_cell(cell) == '<td lang="en" class="field-name_en">Guangzhou Office</td>'
    code = mark_safe('<td class="field-code">guangzhou</td>')
    assert ui.typed_cell(code) == '<td translate="no" class="field-code">guangzhou</td>'


def test_a_check_mark_is_read_in_the_language_of_the_page():
    mark = mark_safe('<td><img src="yes.svg" alt="True"></td>')
    assert 'alt="Yes"' in ui.typed_cell(mark)
    with translation.override("zh-hans"):
        assert 'alt="是"' in ui.spoken(mark)


def test_every_icon_is_drawn_for_eyes_only():
    for name in icons.names():
        assert 'aria-hidden="true"' in ui.icon(name)
    with pytest.raises(KeyError):
        ui.icon("no-such-icon")


# --- contrast ---------------------------------------------------------------------------------------


def luminance(color):
    return 1.05 / contrast_with_white(color) - 0.05


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def tokens():
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", (CSS / "tokens.css").read_text()))
    return {name: _six_digits(value) for name, value in found.items()}


def _six_digits(color):
    return "#" + "".join(2 * digit for digit in color[1:]) if len(color) == 4 else color


@pytest.mark.parametrize("ink", ["ink", "ink-soft", "primary", "primary-deep", "attention-deep", "good", "bad"])
@pytest.mark.parametrize("ground", ["surface", "page"])
def test_text_stands_out_from_its_ground(ink, ground):
    assert contrast(tokens()[ink], tokens()[ground]) >= 4.5


def test_each_tone_of_a_pill_stands_out_from_its_tint():
    known = tokens()
    rules = re.findall(r"\.tone-(\w+) \{ color: ([^;]+); background: ([^;]+);", (CSS / "components.css").read_text())
    assert len(rules) == 5
    for tone, *pair in rules:
        ink, ground = (known[p[6:-1]] if p.startswith("var(") else p for p in pair)
        assert contrast(ink, ground) >= 4.5, tone
