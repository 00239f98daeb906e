"""What the engine asks, keeps, drops, refuses and shows."""

import json

import pytest
from crispy_forms.utils import render_crispy_form
from django.utils.translation import override
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bureau.common import clock
from bureau.formbuilder import engine
from bureau.formbuilder.forms import RAW
from tests.bureau.formbuilder.specs import COMPLETE, SPEC, post

pytestmark = pytest.mark.django_db


def submit(data, **options):
    form = engine.build(SPEC, data=data, **options)
    return form, form.is_valid()


def test_a_complete_form_becomes_json():
    form, good = submit(post())
    assert good, form.all_errors()
    answers = form.answers()
    row = answers["staff"][0].pop("row")
    assert len(row) == 36
    assert json.dumps(answers)
    assert answers == {"name": "韩·一面馆", "abroad": False, "area": "77", "place": "440106", "opened": "2021-05-01",
                       "money": "12000.50", "staff": [{"name": "马"}]}
    assert engine.missing(SPEC, answers) == []


def test_what_is_stored_fills_the_form_again():
    form, _good = submit(post(staff__0__id_no="11010519491231002X"))
    stored = form.answers()
    assert "11010519491231002X" not in json.dumps(stored)
    page = render_crispy_form(engine.build(SPEC, initial=stored))
    again = engine.build(SPEC, data=post(COMPLETE + "&staff-0-id_no=11010519491231002X"), initial=stored)
    assert again.is_valid()
    assert "韩·一面馆" in page
    assert "广东省广州市天河区" in page
    assert "11010519491231002X" in page


def test_what_a_form_says_of_itself_is_text():
    said = dict.fromkeys(("label_zh", "label_en", "help_zh", "help_en", "unit_zh", "unit_en"), "<b>不是标签</b>")
    spec = [{**item, **said} if "key" in item else {"kind": "section", "section_zh": said["help_zh"], "section_en": "x"} for item in SPEC]
    page = render_crispy_form(engine.build(spec))
    assert page.count("&lt;b&gt;不是标签&lt;/b&gt;") > len(SPEC)
    assert "<b>" not in page


def test_hidden_fields_are_not_required_and_not_stored():
    form, good = submit(post(abroad="true", area="77", large="forged"))
    assert good
    assert "area" not in form.answers()
    assert "large" not in form.answers()


def test_a_hidden_parent_hides_its_children():
    form, good = submit(post(area="1500"))
    assert not good
    assert set(form.all_errors()) == {"large"}
    assert engine.visible(SPEC, {"abroad": True, "area": "1500"}) == engine.visible(SPEC, {"abroad": True})


def test_a_draft_keeps_what_is_hidden_and_what_is_wrong():
    answers, errors = engine.clean_draft(SPEC, post(abroad="true", money="12,0x"))
    assert set(errors) == {"money"}
    assert answers["area"] == "77"
    assert answers[RAW] == {"money": "12,0x"}
    assert 'value="12,0x"' in render_crispy_form(engine.build(SPEC, initial=answers))
    assert ("money", "投资") in engine.missing(SPEC, answers)
    back, errors = engine.clean_draft(SPEC, post(abroad="false", money="120"))
    assert not errors
    assert RAW not in back
    assert back["area"] == "77"


def test_half_an_identity_number_is_kept_and_not_readable():
    answers, errors = engine.clean_draft(SPEC, post(staff__0__id_no="110105194912310"))
    assert set(errors) == {"staff-0-id_no"}
    assert "110105194912310" not in json.dumps(answers)
    assert 'value="110105194912310"' in render_crispy_form(engine.build(SPEC, initial=answers))


def test_nothing_is_required_of_a_draft():
    answers, errors = engine.clean_draft(SPEC, post("staff-TOTAL=1&staff-0-role=other"))
    assert not errors
    assert [key for key, _label in engine.missing(SPEC, answers)] == ["name", "abroad", "staff"]


def test_only_the_named_fields_open():
    stored = submit(post())[0].answers()
    form, good = submit(post(name="另一家", area="88"), initial=stored, only={"area"})
    assert good
    assert form.answers()["name"] == "韩·一面馆"
    assert form.answers()["area"] == "88"
    assert form.answers()["staff"] == stored["staff"]


def test_a_field_that_comes_into_view_by_a_correction_opens_too():
    stored = submit(post())[0].answers()
    form, good = submit(post(area="1500", large="很大"), initial=stored, only={"area"})
    assert good
    assert form.answers()["large"] == "很大"


def test_rows_keep_their_names_and_blank_ones_do_not_count():
    first = submit(post("staff-TOTAL=3&staff-0-name=马&staff-2-name=韩", name="a", abroad="true"))[0].answers()["staff"]
    assert [row["name"] for row in first] == ["马", "韩"]
    row = first[1]["row"]
    again = submit(post(f"staff-TOTAL=1&staff-0-name=韩&staff-0-row={row}", name="a", abroad="true"))[0]
    assert again.answers()["staff"] == [{"name": "韩", "row": row}]


@pytest.mark.parametrize("total", ["-1", "1e9", "999999999999", "x", "", "٣", "10000"])
def test_a_stranger_does_not_choose_the_number_of_rows(total):
    form, good = submit(post(staff__TOTAL=total))
    assert len(form.rows["staff"].forms) <= 4
    assert isinstance(good, bool)


def test_too_many_and_too_few_rows():
    many = "&".join(f"staff-{n}-name=马" for n in range(4))
    form, good = submit(post(f"{many}&staff-TOTAL=4", name="a", abroad="true"))
    assert not good
    assert "staff" in form.all_errors()
    form, good = submit(post("staff-TOTAL=0", name="a", abroad="true"))
    assert not good
    assert "staff" in form.all_errors()


@pytest.mark.parametrize(("field", "value"), [
    ("name", "   \u3000"), ("name", "x" * 21), ("name", "a\x00b"), ("name", "a\u202eb"), ("name", "\ud800"),
    ("name", "a\nb"), ("abroad", "maybe"), ("area", "1_0"), ("area", "1E3"), ("area", "NaN"), ("area", "0.5"),
    ("area", "5000.01"), ("area", "77.001"), ("area", "9" * 25), ("place", "无此地"), ("place", "朝阳区\x00"),
    ("opened", "2021-02-30"), ("opened", "9999-12-31"), ("opened", "0001-01-01"), ("money", "-1"), ("money", "0.001"),
    ("menu", "soup"), ("phone", "11000000000"), ("photos", "not-a-uuid"),
    ("photos", "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"),
])
def test_bad_input_is_told_beside_its_field(field, value):
    form, good = submit(post(**{field: value}))
    assert not good
    assert set(form.all_errors()) == {field}
    with override("en"):
        english = engine.build(SPEC, data=post(**{field: value})).all_errors()[field]
    assert english
    assert not any("\u4e00" <= character <= "\u9fff" for character in english[0].replace("广州市天河区", ""))
    answers, errors = engine.clean_draft(SPEC, post(**{field: value}))
    assert "\x00" not in json.dumps(answers)
    assert (errors or field == "name")


def test_a_date_after_today_is_refused():
    tomorrow = clock.today().replace(year=clock.today().year + 1)
    assert "opened" in submit(post(opened=tomorrow.isoformat()))[0].all_errors()


def test_fields_that_are_not_in_the_form_are_not_taken():
    form, good = submit(post(state="approved", is_staff="1", **{RAW: "x"}))
    assert good
    assert not {"state", "is_staff", RAW} & set(form.answers())


def test_shown_in_both_languages():
    answers = submit(post(menu="rice"))[0].answers()
    english = {key: text for _section, lines in engine.display(SPEC, answers, "en") for _l, text, key in lines}
    chinese = {key: text for _section, lines in engine.display(SPEC, answers, "zh") for _l, text, key in lines}
    assert english["area"] == "77 m²"
    assert chinese["area"] == "77平方米"
    assert english["opened"] == "1 May 2021"
    assert chinese["opened"] == "2021年5月1日"
    assert english["money"] == "12,000.50 yuan"
    assert chinese["money"] == "12,000.50元"
    assert chinese["menu"] == "炒饭"
    assert english["place"] == "Tianhe District, Guangzhou, Guangdong"
    assert english["name"].typed
    assert not english["menu"].typed
    assert "large" not in english
    assert english["staff"].rows[0][0][:2] == ("Name", "马")


def test_the_english_name_of_a_place_is_found_again():
    with override("en"):
        form, good = submit(post(place="Tianhe District, Guangzhou, Guangdong"))
        assert good
        assert form.answers()["place"] == "440106"


def test_columns_and_values_for_rules():
    assert [column.key for column in engine.columns(SPEC)] == [
        "name", "abroad", "area", "large", "place", "opened", "money", "phone", "menu"]
    known = engine.known_values(SPEC, {"abroad": True, "area": "77"})
    assert known["area"] == ("number", None)
    assert known["abroad"] == ("bool", True)


texts = st.text(st.characters(codec=None), max_size=12) | st.sampled_from(["true", "77", "2021-05-01", "other", "rice"])
names = st.sampled_from(["name", "abroad", "area", "large", "place", "opened", "money", "menu", "staff-TOTAL",
                         "staff-0-name", "staff-0-role", "staff-0-say", "staff-0-row", "staff-1-id_no", "photos"])


@settings(max_examples=150, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.dictionaries(names, texts, max_size=10))
@example(data={"staff-TOTAL": "2", "staff-0-role": "0", "staff-1-id_no": "0"})  # a row after a wrong one
def test_any_draft_is_kept_and_comes_to_rest(data):
    """Never an error, always storable, and saving what was saved changes nothing."""
    answers, _errors = engine.clean_draft(SPEC, post("", **data))
    json.dumps(answers).encode()
    page = engine.build(SPEC, initial=answers)
    again = {}
    for name in data:
        if name in page.fields:
            value = page[name].value()
            again[name] = page.fields[name].widget.format_value(value) if name != "photos" else value
    for key, text in (answers.get(RAW) or {}).items():
        assert page.initial[key] == text
    second, _errors = engine.clean_draft(SPEC, post("", **{k: v for k, v in again.items() if isinstance(v, str)}))
    for key in set(again) & set(second) - {"staff", "photos", RAW}:
        assert second[key] == answers[key]
