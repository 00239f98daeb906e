"""What citizens say: reviewed before it is shown, answered, theirs alone, one for each phone."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from bureau.accounts.models import SiteProfile, User
from bureau.accounts.roles import Role
from bureau.common.crypto import blind_index
from bureau.notifications.models import Notification
from bureau.workflow import Refused, perform
from programs import queries
from programs.enums import FeedbackState
from programs.models import Feedback
from tests.factories import accounts
from tests.factories import pledges as make
from tests.harness.pages import browser

LIST = "/admin/programs/feedback/"


def text(answer):
    return answer.content.decode()


def rate(client, pledge, rating="5", comment="服务周到", **more):
    return client.post(reverse("programs:rate", args=[pledge.number]), {"rating": rating, "comment": comment}, **more)


def test_shown_only_after_review(desk, client):
    pledge, citizen = make.published(desk), make.citizen()
    own = browser(citizen)
    assert rate(own, pledge).status_code == 302
    row = Feedback.objects.get()
    assert (row.state, row.rating, row.phone_index) == ("waiting", 5, blind_index(citizen.phone, "phone"))
    assert "服务周到" not in text(client.get(pledge.get_absolute_url()))
    assert "服务周到" in text(own.get(pledge.get_absolute_url()))  # he sees his own, waiting
    perform(row, "show", by=desk.moderator)
    page = text(client.get(pledge.get_absolute_url()))
    assert "服务周到" in page
    assert citizen.phone not in page
    assert queries.ratings(pledge)["average"] == 5


def test_only_reviewed_ratings_are_averaged(desk):
    pledge = make.published(desk)
    for rating in (5, 4, 4):
        make.shown(pledge, desk, rating=rating)
    make.said(pledge, rating=1)
    make.hidden(pledge, desk, rating=1)
    found = queries.ratings(pledge)
    assert (round(found["average"], 2), found["count"]) == (4.33, 3)
    assert found["by_rating"][:2] == [(5, 1, 33), (4, 2, 67)]


def test_one_rating_for_each_phone_whatever_the_browser(desk):
    pledge, citizen = make.published(desk), make.citizen()
    assert rate(browser(citizen), pledge, "5").status_code == 302
    again = rate(browser(citizen, headers={"user-agent": "another"}), pledge, "1")
    assert again.status_code == 422
    assert [row.rating for row in Feedback.objects.all()] == [5]
    assert rate(browser(citizen), make.published(desk)).status_code == 302  # another pledge


def test_the_same_phone_under_another_account_is_refused_by_the_database(desk):
    pledge, citizen = make.published(desk), make.citizen("13900001111")
    make.said(pledge, by=citizen)
    User.objects.filter(pk=citizen.pk).update(phone="13900002222")
    again = User.objects.create_owner(phone="13900001111")
    assert rate(browser(again), pledge).status_code == 422
    assert Feedback.objects.count() == 1


@pytest.mark.parametrize(("language", "warning"), [("zh-hans", "公开答复也不再展示"), ("en", "nor is the office's public answer")])
def test_who_takes_back_is_asked_first(desk, language, warning):
    """The page has a link to the question, which says what else goes; looking at it changes nothing."""
    pledge, citizen = make.published(desk), make.citizen()
    row, address = make.said(pledge, by=citizen), reverse("programs:take_back", args=[pledge.number])
    own = browser(citizen)
    own.cookies["language"] = language
    page = text(own.get(pledge.get_absolute_url()))
    assert f'href="{address}"' in page and f'action="{address}"' not in page
    assert warning not in text(own.get(address))
    perform(row, "show", by=desk.moderator)
    perform(row, "answer", by=desk.clerk, data={"text": "已增加人手。"})
    assert warning in text(own.get(address))
    row.refresh_from_db()
    assert row.state == FeedbackState.SHOWN


def test_taken_back_and_said_anew_both_stay_on_record(desk, client):
    pledge, citizen = make.published(desk), make.citizen()
    own = browser(citizen)
    rate(own, pledge, "2", "太慢")
    perform(Feedback.objects.get(), "show", by=desk.moderator)
    assert own.post(reverse("programs:take_back", args=[pledge.number])).status_code == 302
    assert "太慢" not in text(client.get(pledge.get_absolute_url()))
    assert rate(own, pledge, "4", "后来改进了").status_code == 302
    assert list(Feedback.objects.order_by("id").values_list("state", "rating")) == [("withdrawn", 2), ("waiting", 4)]


def test_nobody_touches_what_another_said(desk):
    pledge = make.published(desk)
    row = make.said(pledge)
    stranger = browser(make.citizen())
    assert stranger.post(reverse("programs:take_back", args=[pledge.number])).status_code == 404
    with pytest.raises(Refused):
        perform(row, "take_back", by=make.citizen())
    assert browser(desk.moderator).post(f"{LIST}{row.pk}/step/take_back/", {"version": 1}).status_code == 404
    assert browser().post(reverse("programs:take_back", args=[pledge.number])).status_code == 302  # to the login
    row.refresh_from_db()
    assert row.state == "waiting"


@pytest.mark.parametrize("rating", ["0", "6", "5.5", "-1", "", "five", "５", "1e0", "5\x00"])
def test_a_rating_is_one_of_five(desk, rating):
    pledge = make.published(desk)
    answer = rate(browser(make.citizen()), pledge, rating, "我写的话还在")
    assert answer.status_code == 422
    assert "我写的话还在" in text(answer)
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("how", ["draft", "withdrawn", "display off"])
def test_nothing_is_said_on_a_pledge_that_is_not_open(desk, how):
    pledge = make.draft(desk) if how == "draft" else make.published(desk)
    if how == "withdrawn":
        pledge = perform(pledge, "withdraw", by=desk.clerk, data={"note": "政策调整"})
    if how == "display off":
        SiteProfile.objects.update(shows_pledges=False)
    assert rate(browser(make.citizen()), pledge).status_code == (422 if how == "withdrawn" else 404)
    assert not Feedback.objects.exists()


def test_staff_do_not_rate(desk):
    assert rate(browser(desk.clerk), make.published(desk)).status_code == 403


def test_numbers_are_hidden_before_they_are_kept(desk):
    pledge = make.published(desk)
    client = browser(make.citizen())
    rate(client, pledge, "3", "请打１３８ 1234 5678 找我，身份证632123198501015557")
    assert "其中的号码已隐去。" in text(client.get(pledge.get_absolute_url()))
    row = Feedback.objects.get()
    assert row.comment == "请打*** 找我，身份证***"
    assert row.is_masked and not row.is_suspect


def test_the_moderator_works_through_the_queue(desk):
    pledge = make.published(desk)
    plain = [make.said(pledge) for _n in range(3)]
    held = make.said(pledge, comment="加微信：abc 领钱")
    client = browser(desk.moderator)
    assert held.is_suspect
    assert text(client.get(f"{LIST}?desk=waiting")).count("CN0") >= 4
    chosen = {"action": "show_chosen", "_selected_action": [row.pk for row in (*plain, held)]}
    page = text(client.post(LIST, chosen))
    assert list(Feedback.objects.order_by("id").values_list("state", flat=True)) == ["shown"] * 3 + ["waiting"]
    assert held.pledge.number in page
    again = {"action": "hide_chosen", "_selected_action": [plain[0].pk, held.pk]}
    assert client.post(LIST, again).status_code == 200  # asks for the reason
    assert client.post(LIST, again | {"reason": ""}).status_code == 422
    assert client.post(LIST, again | {"reason": "广告"}).status_code == 200
    assert Feedback.objects.filter(state="hidden", reason="广告").count() == 2
    assert Notification.objects.filter(kind="programs.hidden").count() == 2


def test_who_may_answer_and_what_the_citizen_hears(desk, client):
    pledge = make.published(desk)
    row = make.shown(pledge, desk)
    other, clerk = make.desk("630202"), browser(desk.clerk)
    assert [one.pk for one in queries.to_answer(desk.clerk)] == [row.pk]
    assert not queries.to_answer(other.clerk)
    for nobody in (other.clerk, desk.moderator):
        with pytest.raises(Refused):
            perform(row, "answer", by=nobody, data={"text": "答"})
    step = f"{LIST}{row.pk}/step/answer/"
    assert clerk.post(step, {"version": row.version, "text": ""}).status_code == 422
    assert clerk.post(step, {"version": row.version, "text": "已增设窗口"}).status_code == 302
    assert "已增设窗口" in text(client.get(pledge.get_absolute_url()))
    assert Notification.objects.get(kind="programs.answered").to == row.user
    assert not queries.to_answer(desk.clerk)


@pytest.mark.parametrize("how", [make.said, "hidden", "empty"])
def test_what_is_not_shown_is_not_answered(desk, how):
    pledge = make.published(desk)
    row = {"hidden": lambda: make.hidden(pledge, desk), "empty": lambda: make.shown(pledge, desk, comment="")}.get(
        how, lambda: make.said(pledge))()
    with pytest.raises(Refused):
        perform(row, "answer", by=desk.clerk, data={"text": "答"})


def test_another_county_neither_sees_nor_moves_it(desk):
    row = make.said(make.published(desk))
    other = make.desk("630202")
    elsewhere = accounts.staff(Role.MODERATOR, unit=other.unit)
    for user in (other.clerk, elsewhere):
        assert browser(user).get(f"{LIST}{row.pk}/change/").status_code == 404
        assert "CN0" not in text(browser(user).get(LIST)).split('id="changelist"')[-1]
    with pytest.raises(Refused):
        perform(row, "show", by=elsewhere)


def test_display_off_takes_pages_and_links_away_while_staff_go_on(desk, client):
    pledge = make.published(desk)
    row = make.said(pledge)
    addresses = [reverse("programs:pledges"), pledge.get_absolute_url()]
    assert [client.get(address).status_code for address in addresses] == [200, 200]
    assert "/pledges/" in text(client.get("/"))
    staff = browser(desk.moderator)
    assert staff.post(reverse("programs:display"), {"shown": "no"}).status_code == 302
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    assert "/pledges/" not in text(client.get("/"))
    assert "/pledges/" not in text(browser(row.user).get("/my/"))
    perform(row, "show", by=desk.moderator)
    make.note(pledge, desk)
    assert browser(desk.clerk).get(f"/admin/programs/pledge/{pledge.pk}/change/").status_code == 200
    staff.post(reverse("programs:display"), {"shown": "yes"})
    assert client.get(addresses[1]).status_code == 200


def test_only_those_who_keep_the_display_turn_it_off(desk):
    assert browser(desk.clerk).post(reverse("programs:display"), {"shown": "no"}).status_code == 403
    assert browser(make.citizen()).post(reverse("programs:display"), {"shown": "no"}).status_code == 403
    assert SiteProfile.get().shows_pledges


def test_rating_and_comment_never_change(desk):
    row = make.shown(make.published(desk), desk)
    for change in ({"rating": 5}, {"comment": "别的话"}, {"user": make.citizen()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Feedback.objects.filter(pk=row.pk).update(**change)
    assert Feedback.objects.get().state == FeedbackState.SHOWN
