"""A block copied in a spreadsheet, pasted with the keyboard into a grid of fields."""

import json
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


# --- a class: names beside the marks, and the words that offices write for them --------------------------

WORDS = {"√": "√", "出勤": "√", "到": "√", "1": "√", "请假": "假", "假": "假", "缺勤": "", "×": ""}
CLASS = ("马一", "韩 二", "冶三", "李四", "李四")


@pytest.fixture
def marks(desk):
    with override("en"):
        bar = render_to_string("components/paste_grid.html")
    rows = "".join(
        f'<tr data-paste-row="{name}"><th>{n} {name}</th><td><input name="am{n}" value="√" maxlength="1"></td>'
        f'<td><input name="pm{n}" value="√" maxlength="1"></td></tr>' for n, name in enumerate(CLASS)
    )
    desk.set_content(
        f'<textarea id="sheet"></textarea><div id="form">{bar}<table data-paste-grid="paste-bar" '
        f"data-paste-words='{json.dumps(WORDS)}'><thead><tr><th>学员</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )
    desk.add_script_tag(path=str(SCRIPT))
    return desk


def marked(page) -> list[str]:
    return [value(page, f"am{n}") + "/" + value(page, f"pm{n}") for n in range(len(CLASS))]


def test_words_for_a_mark_are_understood_and_others_leave_what_stood(marks):
    paste(marks, "请假\t出勤\n缺勤\t１\n迟到\t?\n\t×", "am0")
    assert marked(marks)[:4] == ["假/√", "/√", "√/√", "/"]
    assert said(marks).startswith("6 cells filled; 2 did not fit")
    paste(marks, "请假", "am2")
    assert value(marks, "am2") == "假"
    paste(marks, "迟到", "am2")
    assert value(marks, "am2") == "假" and said(marks).startswith("0 cells filled; 1 did not fit")


def test_a_block_with_names_goes_to_their_rows(marks):
    block = "序号\t姓名\t身份证号\t上午\t下午\n1\t冶三\t63022419800101001X\t假\t\n2\t韩二\t630224198001010028\t缺勤\t假\n"
    paste(marks, f"{block}3\t王不在\t\t假\t假\n4\t李四\t\t假\t假\n5\t冶三\t\t√\t√", "am0")
    assert marked(marks) == ["√/√", "/假", "假/", "√/√", "√/√"]
    assert said(marks) == "4 cells filled. Not in this table, or there twice: 王不在、李四、冶三"
    marks.keyboard.press("Control+z")
    assert marked(marks) == ["√/√"] * 5


def test_a_block_of_strangers_is_not_put_one_column_too_far(marks):
    paste(marks, "王不在\t假\t假\n李没有\t假\t假", "am0")
    assert marked(marks) == ["√/√"] * 5
    assert said(marks).startswith("Nothing was pasted") and not marks.is_visible("[data-paste-undo]")


def test_a_table_without_plain_text_is_read_too(marks):
    marks.evaluate("""() => {
      const data = new DataTransfer();
      data.setData("text/html", "<table><tr><td>韩二</td><td>假</td></tr><tr><td>马一</td><td>缺勤</td></tr></table>");
      document.querySelector("[name=am0]").dispatchEvent(
        new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
    }""")
    assert marked(marks)[:2] == ["/√", "假/√"]


def test_an_undo_of_the_page_clears_what_was_said(marks):
    paste(marks, "假\t假", "am0")
    marks.evaluate("document.getElementById('form').dispatchEvent(new CustomEvent('grid-undone', {bubbles: true}))")
    assert said(marks) == "The paste was taken back." and marks.locator(".pasted-cell").count() == 0


def test_numbers_and_days_as_an_input_method_writes_them(desk):
    with override("en"):
        bar = render_to_string("components/paste_grid.html")
    desk.set_content(
        f'<textarea id="sheet"></textarea><div>{bar}<table data-paste-grid="paste-bar"><tbody><tr data-paste-row="马一">'
        '<td>马一</td><td><input type="number" name="days" max="31"></td><td><input type="number" name="wage"></td>'
        '<td><input type="date" name="on"></td></tr></tbody></table></div>'
    )
    desk.add_script_tag(path=str(SCRIPT))
    paste(desk, "马一\t６３０２２４１９８００１０１００２８\t２６\t３，５００．５０\t２０２１年５月３日", "days")
    assert [value(desk, name) for name in ("days", "wage", "on")] == ["26", "3500.50", "2021-05-03"]
    paste(desk, "２５", "days")
    assert value(desk, "days") == "25"
    paste(desk, "32\t1", "days")
    assert (value(desk, "days"), value(desk, "wage")) == ("25", "3500.50") and said(desk).startswith("Nothing was pasted")
