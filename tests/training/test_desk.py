"""The pages of the desk: planning, the grid in one request, conflicts, the sheet, the workbook."""

from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse
from django.utils.translation import override

from bureau.accounts.roles import Role
from bureau.common.i18n import localized
from tests.factories import accounts, training
from tests.harness.pages import parsed
from tests.training.test_attendance import running
from training.actions import marks
from training.enums import Mark, Place, State
from training.models import Attendance, Enrollment, Session

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client):
    clerk = training.clerk()
    client.force_login(clerk)
    return clerk


def url(name, session):
    return reverse(f"admin:training_session_{name}", args=[session.pk])


PLAN = {
    "kind": "class", "title": "经营管理人才培训班", "begins_on": "2031-05-17", "ends_on": "2031-05-21", "place": "西宁市",
    "capacity": "110", "hours_per_half_day": "4", "required_share": "80",
}


def test_a_session_is_planned_opened_and_changed(by, client):
    unit = accounts.bureau()
    answer = client.post(reverse("admin:training_session_add"), {**PLAN, "unit": unit.pk})
    session = Session.objects.get()
    assert answer.url == url("change", session)
    assert (session.state, session.half_days, session.days, session.region.code) == (State.PLANNED, 10, 5, "630200")
    assert session.number.startswith("PX2031")
    without_last = session.plan[:-1]
    answer = client.post(url("edit", session), {**PLAN, "unit": unit.pk, "rev": 0, "capacity": "90", "plan": without_last})
    assert answer.status_code == 302
    session.refresh_from_db()
    assert (session.capacity, session.half_days, session.rev) == (90, 9, 1)
    assert client.post(url("edit", session), {**PLAN, "unit": unit.pk, "rev": 0}).status_code == 422
    for page in ("change", "edit", "sheet", "enroll"):
        assert client.get(url(page, session)).status_code in (200, 302)


@pytest.mark.parametrize(("field", "value"), [
    ("ends_on", "2031-05-10"), ("ends_on", "2032-05-10"), ("capacity", "0"), ("capacity", "100000"), ("place", "无此地"),
    ("required_share", "101"), ("hours_per_half_day", "0"), ("unit", "999999"), ("begins_on", "x"),
])
def test_what_is_wrong_is_told_beside_the_field(by, client, field, value):
    answer = client.post(reverse("admin:training_session_add"), {**PLAN, "unit": accounts.bureau().pk, field: value})
    assert answer.status_code == 422
    assert field in answer.context_data["form"].errors
    assert not Session.objects.exists()


def test_a_class_of_110_is_saved_in_one_request(by, client):
    session, _seats = running(by, people=1, days=5, capacity=110)
    region, unit = session.region_id, session.unit_id
    people = [training.person() for _ in range(109)]
    Enrollment.objects.bulk_create(
        Enrollment(session=session, person=person, region_id=region, unit_id=unit, entered_by=by) for person in people
    )
    page = client.get(url("attendance", session))
    rows = page.context_data["rows"]
    assert (page.status_code, len(rows), len(rows[0]["cells"])) == (200, 110, 10)
    data = {f"m{row['enrollment'].pk}": "p" * 9 + "l" for row in rows} | {"version": 0}
    assert client.post(url("attendance", session), data).status_code == 302
    assert Attendance.objects.filter(mark="present").count() == 990
    assert Enrollment.objects.filter(completed=True, present=9, days_present=5).count() == 110


def test_a_second_desk_loses_nothing(by, client):
    session, seats = running(by)
    first, second = (seat.pk for seat in seats)
    marks.save(session, by=by, version=0, rows={first: {session.plan[0]: Mark.PRESENT}})
    answer = client.post(url("attendance", session), {"version": 0, f"m{first}": "l---", f"m{second}": "pppp"})
    assert answer.status_code == 409
    rows = {row["enrollment"].pk: row for row in answer.context_data["rows"]}
    assert (rows[first]["value"], rows[second]["value"]) == ("l---", "pppp")
    assert [cell["other"] for cell in rows[first]["cells"]] == [True, False, False, False]
    assert Attendance.objects.count() == 1
    again = {"version": answer.context_data["case"].marks_version, f"m{first}": "l---", f"m{second}": "pppp"}
    assert client.post(url("attendance", session), again).status_code == 302
    assert Attendance.objects.count() == 5


@pytest.mark.parametrize("data", [
    {}, {"version": "x"}, {"version": 0, "m1": "ppppp"}, {"version": 0, "m1": "pp?p"}, {"version": 0, "m999999999": "pppp"},
    {"version": 0, "m99999999999999999": "pppp"},
])
def test_what_no_page_has_sent_is_refused(by, client, data):
    session, _seats = running(by)
    assert client.post(url("attendance", session), data).status_code in (422, 409)
    assert not Attendance.objects.exists()


def test_a_participant_is_enrolled_from_a_call(by, client):
    session = training.session(State.OPEN, by=by, capacity=1)
    data = {"name": "马文明", "id_number": training.id_number(), "phone": "13900001111"}
    assert client.post(url("enroll", session), data).status_code == 302
    assert client.post(url("enroll", session), data).status_code == 422
    client.post(url("enroll", session), data | {"name": "韩海龙", "id_number": training.id_number()})
    assert list(session.enrollments.order_by("id").values_list("state", flat=True)) == [Place.ENROLLED, Place.WAITING]
    assert client.post(url("enroll", session), data | {"name": "韩海虎"}).status_code == 422


def test_a_list_of_people_is_enrolled_whole_or_not_at_all(by, client):
    session = training.session(State.OPEN, by=by, capacity=2)
    rows = {"rows": "12"}
    for number in (0, 5, 11):
        rows |= {f"r{number}-name": f"马文{number}", f"r{number}-id_number": training.id_number(),
                 f"r{number}-phone": f"139000011{number:02d}"}
    wrong = client.post(url("enroll_many", session), rows | {"r5-id_number": rows["r0-id_number"]})
    assert wrong.status_code == 422 and not session.enrollments.exists()
    assert wrong.context_data["grid"].forms[5].errors
    assert client.post(url("enroll_many", session), {"rows": "3"}).status_code == 422
    assert client.post(url("enroll_many", session), rows).url == url("change", session)
    assert list(session.enrollments.order_by("id").values_list("state", flat=True)) == [
        Place.ENROLLED, Place.ENROLLED, Place.WAITING]


@pytest.mark.parametrize(("language", "line", "refusal"), [
    ("zh-hans", "依次列入候补", "人数超过剩余名额时全部不报名"), ("en", "they go to the waiting list", "nobody is enrolled"),
])
def test_the_page_says_what_becomes_of_people_after_the_last_seat(by, client, language, line, refusal):
    """A line to wait in before the session begins, none afterwards: each as a list sent by that page then goes."""
    client.cookies["language"] = language
    for state, said, unsaid in ((State.OPEN, line, refusal), (State.RUNNING, refusal, line)):
        session = training.session(state, by=by, capacity=1)
        page = client.get(url("enroll_many", session)).content.decode()
        assert said in page and unsaid not in page
        rows = {"rows": "2"}
        for number in (0, 1):
            rows |= {f"r{number}-name": f"马文{number}", f"r{number}-id_number": training.id_number(),
                     f"r{number}-phone": f"139000012{number:02d}"}
        taken = client.post(url("enroll_many", session), rows).status_code == 302
        assert (taken, session.enrollments.count()) == ((True, 2) if state == State.OPEN else (False, 0))


@pytest.mark.parametrize(("language", "county"), [("zh-hans", "化隆回族自治县"), ("en", "Hualong")])
def test_page_and_sheet_name_the_same_home_and_none_where_it_is_unknown(by, client, language, county):
    """What somebody counts for is not where he comes from; the page of the enrollment says both."""
    client.cookies["language"] = language
    session = training.session(State.OPEN, by=by)
    known, unknown = training.person("马有籍"), training.person("韩无籍")
    unknown.home_county = None
    unknown.save()
    seats = [training.enroll(session, by=by, person=one) for one in (known, unknown)]
    for page in (parsed(client.get(url(name, session))) for name in ("change", "sheet")):
        row, other = (page.xpath(f"//tr[contains(., '{one.name}')]/td[4]")[0].text_content().strip() for one in (known, unknown))
        assert county in row and other in ("", "—")
    page = parsed(client.get(reverse("admin:training_enrollment_change", args=[seats[1].pk])))
    facts = {one.xpath("string(dt)"): one.xpath("string(dd)").strip() for one in page.xpath("//dl[@class='answers']/div")}
    names = ("户籍县区", "统计归属") if language == "zh-hans" else ("Home county", "Counts for")
    said = [facts[name] for name in names]
    with override(language):
        assert said == ["—", localized(session.region, "name")]


def test_the_sheet_masks_numbers_until_a_reason_is_given(by, client):
    session = training.session(State.OPEN, by=by)
    person = training.person()
    training.enroll(session, by=by, person=person)
    assert person.id_number.reveal() not in client.get(url("sheet", session)).content.decode()
    assert client.post(url("sheet", session), {"reason": "核对身份"}).status_code == 403
    finance = accounts.staff(Role.FINANCE, unit=accounts.bureau())
    client.force_login(finance)
    assert client.post(url("sheet", session), {"reason": ""}).status_code == 422
    assert person.id_number.reveal() in client.post(url("sheet", session), {"reason": "核对身份"}).content.decode()


def test_the_workbook_holds_text_and_no_numbers_in_full(by, client):
    session = training.session(State.OPEN, by=by)
    person = training.person("=1+1")
    training.enroll(session, by=by, person=person)
    answer = client.post(url("participants", session))
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert "=1+1" in [cell.value for cell in cells]
    assert person.id_number.reveal() not in [cell.value for cell in cells]
    assert client.get(url("participants", session)).status_code == 302


def test_a_county_sees_its_own_people_in_a_session_of_the_bureau(by, client):
    session = training.session(State.OPEN, by=by)
    training.enroll(session, by=by)
    other = accounts.staff(Role.CLERK, unit=accounts.county("630202"))
    client.force_login(other)
    page = client.get(url("change", session))
    assert (page.status_code, list(page.context_data["people"])) == (200, [])
    assert client.get(url("sheet", session)).status_code == 404
    data = {"name": "乐都人", "id_number": training.id_number(), "phone": "13900001111"}
    assert client.post(url("enroll", session), data).status_code == 302
    assert [row.person.name for row in client.get(url("change", session)).context_data["people"]] == ["乐都人"]


def test_as_many_questions_for_many_rows_as_for_few(by, client):
    """Lists, the case, the grid, the sheet and the inbox ask the same number of questions for 3 and for 30 rows."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    session, _seats = running(by, people=3, capacity=40)
    pages = [reverse("admin:training_session_changelist"), reverse("admin:training_enrollment_changelist"),
             url("change", session), url("attendance", session), url("sheet", session), reverse("admin:index"),
             reverse("training:sessions")]

    def asked():
        found = []
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            found.append(len(captured))
        return found

    few = asked()
    for _ in range(12):
        training.session(State.OPEN, by=by)
        training.enroll(session, by=by)
    assert asked() == few
    assert max(few) <= 20, dict(zip(pages, few, strict=True))
