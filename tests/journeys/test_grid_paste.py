"""A block copied in a spreadsheet, pasted with the keyboard into a grid of fields."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

SCRIPT = Path(settings.BASE_DIR) / "static/js/grid-paste.js"
ROW = """<tr><td>{n}</td><td><input name="name{n}" maxlength="12"></td>
<td><select name="half{n}"><option value=""></option><option value="present" data-paste="√|到">出勤</option>
<option value="leave" data-paste="假">请假</option></select></td>
<td><input type="checkbox" name="paid{n}"></td><td><input name="fixed{n}" value="stays" readonly></td>
<td><input type="date" name="day{n}"></td><td><textarea name="note{n}"></textarea></td></tr>"""


@pytest.fixture
def grid(desk):
    with override("en"):
        bar = render_to_string("components/paste_grid.html")
    rows = "".join(ROW.format(n=n) for n in range(3))
    desk.set_content(
        f'<textarea id="sheet"></textarea><div>{bar}<table data-paste-grid="paste-bar"><thead><tr><th>n</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
    desk.add_script_tag(path=str(SCRIPT))
    return desk


def paste(page, block: str, field: str) -> None:
    """As people do: copied there, pasted here, by keys."""
    page.fill("#sheet", block)
    page.focus("#sheet")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    page.focus(f"[name={field}]")
    page.keyboard.press("Control+v")


def value(page, field: str):
    return page.eval_on_selector(f"[name={field}]", "field => field.type === 'checkbox' ? field.checked : field.value")


def said(page) -> str:
    return page.inner_text("[data-paste-said]")


def test_a_block_spreads_from_the_focused_cell(grid):
    paste(grid, '马一\t√\t是\tx\t2021.5.3\t"两行\n第""二""行"\n马二\t假\t\t\t20210504\t\n', "name1")
    assert [value(grid, f"{name}1") for name in ("name", "half", "paid", "fixed", "day", "note")] == [
        "马一", "present", True, "stays", "2021-05-03", '两行\n第"二"行',
    ]  # fmt: skip
    assert [value(grid, f"{name}2") for name in ("name", "half", "paid", "day")] == ["马二", "leave", False, "2021-05-04"]
    assert value(grid, "name0") == ""
    assert said(grid) == (
        "10 cells filled; 1 did not fit (read-only, outside of the table, or not among the choices)."
    )


def test_what_does_not_fit_is_counted_and_what_stood_there_stays(grid):
    grid.fill("[name=name0]", "before")
    paste(grid, "一个名字长得超过了十二个字的人\tno such\nok\t出勤\n1\t\n2\t\n3\t\n", "name0")
    assert value(grid, "name0") == "before" and value(grid, "half0") == ""
    assert (value(grid, "name1"), value(grid, "half1"), value(grid, "name2")) == ("ok", "present", "1")
    assert said(grid).startswith("4 cells filled; 4 did not fit")
    assert grid.locator(".unpasted-cell").count() == 2


def test_a_day_that_does_not_exist_is_not_lost_in_silence(grid):
    grid.fill("[name=day0]", "2021-05-03")
    paste(grid, "2021-13-01\tx\n2021/2/30\ty\n2021/2/28\tz\n", "day0")
    assert [value(grid, f"day{n}") for n in range(3)] == ["2021-05-03", "", "2021-02-28"]
    assert said(grid).startswith("4 cells filled; 2 did not fit")
    grid.click("[data-paste-undo]")
    assert [value(grid, f"day{n}") for n in range(3)] == ["2021-05-03", "", ""]


def test_one_undo_by_button_or_key_and_none_after_typing(grid):
    grid.fill("[name=name0]", "before")
    paste(grid, "a\t√\nb\t假", "name0")
    grid.click("[data-paste-undo]")
    assert [value(grid, name) for name in ("name0", "half0", "name1", "half1")] == ["before", "", "", ""]
    assert said(grid) == "The paste was taken back." and not grid.is_visible("[data-paste-undo]")
    paste(grid, "a\t√\nb\t假", "name0")
    grid.keyboard.press("Control+z")
    assert value(grid, "name0") == "before" and value(grid, "half1") == ""
    paste(grid, "a\t√\nb\t假", "name0")
    grid.locator("[name=name2]").press_sequentially("typed")
    assert not grid.is_visible("[data-paste-undo]") and value(grid, "name0") == "a"


def test_one_value_is_pasted_as_ever(grid):
    paste(grid, "plain\n", "name0")
    assert value(grid, "name0").strip() == "plain" and said(grid) == ""
    paste(grid, "√", "half0")
    assert value(grid, "half0") == "present"


def test_each_filled_field_says_so_to_the_page(grid):
    grid.evaluate("() => { window.heard = []; document.addEventListener('change', e => heard.push(e.target.name)); }")
    paste(grid, "a\t√\nb\t假", "name0")
    assert grid.evaluate("heard.filter(name => name !== 'sheet' && name)") == ["name0", "half0", "name1", "half1"]


def test_a_grid_of_people_grows_with_what_is_pasted(desk):
    with override("en"):
        bar = render_to_string("components/paste_grid.html")
    rows = "".join(
        f'<tr><td>{n + 1}</td><td><input name="r{n}-name" id="id_r{n}-name" aria-label="{n + 1} Name"></td></tr>' for n in range(2)
    )
    desk.set_content(
        f'<textarea id="sheet"></textarea><form><input name="rows" value="2">{bar}<table data-paste-grid="paste-bar" '
        f'data-grow="4" data-rows-field="rows"><tbody>{rows}</tbody></table>'
        '<button type="button" data-more-rows="1">more</button></form>'
    )
    desk.add_script_tag(path=str(SCRIPT))
    desk.add_script_tag(path=str(SCRIPT.with_name("grid-rows.js")))
    paste(desk, "a\nb\nc", "r0-name")
    assert value(desk, "r2-name") == "c" and value(desk, "rows") == "3"
    desk.click("[data-more-rows]")
    assert value(desk, "r3-name") == "" and desk.is_hidden("[data-more-rows]")
    paste(desk, "d\ne", "r3-name")
    assert value(desk, "r3-name") == "d" and value(desk, "rows") == "4", "never more rows than the page takes"


def test_a_page_may_make_room(grid):
    grid.evaluate("""() => document.addEventListener('grid-paste', event => {
      const body = event.target.tBodies[0];
      while (body.rows.length < event.detail.rows) {
        const row = body.rows[0].cloneNode(true);
        row.querySelectorAll('[name]').forEach(f => { f.name = f.name.replace('0', body.rows.length); f.value = ''; });
        body.append(row);
      }
    })""")
    paste(grid, "a\nb\nc\nd\ne", "name0")
    assert value(grid, "name4") == "e" and said(grid) == "5 cells filled."
