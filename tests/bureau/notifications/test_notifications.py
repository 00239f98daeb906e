"""Nobody is told twice, at night, too often, or what an SMS must not say; nobody is forgotten."""

import json
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import override

from bureau.accounts.models import SiteProfile, User
from bureau.common import clock
from bureau.jobs.enums import State
from bureau.jobs.models import Job
from bureau.jobs.testing import run_waiting
from bureau.notifications import NoticeKind, notify, sms
from bureau.notifications.enums import SmsState
from bureau.notifications.models import Notification, filled
from bureau.notifications.registry import KINDS
from bureau.regions.models import Region

pytestmark = pytest.mark.django_db
PHONE = "13897001234"


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    for kind in (
        NoticeKind("test.plain", title="标题", body="申请{number}已受理。"),
        NoticeKind("test.long", title="标题", body="很长的话" * 30),
        NoticeKind("test.quiet", title="标题", body="不发短信", sms=False),
        NoticeKind("test.code", title="登录", body="验证码{code}", secret=True, urgent=True),
    ):
        monkeypatch.setitem(KINDS, kind.key, kind)


@pytest.fixture(autouse=True)
def morning(settings):
    settings.DEMO = True
    clock._offset.forget()
    clock.shift(datetime(2021, 5, 21, 9, tzinfo=clock.ZONE) - clock.now())
    SiteProfile.objects.get_or_create(
        pk=1,
        defaults={
            "name_zh": "海东市品牌局",
            "name_en": "Haidong Brand Bureau",
            "root": Region.objects.by_code("630200"),
        },
    )
    yield
    clock._offset.forget()


@pytest.fixture
def owner():
    return User.objects.create_owner(phone=PHONE, name="马")


def test_a_message_is_in_the_portal_and_goes_out_by_sms(owner):
    message = notify("test.plain", to=owner, context={"number": "2021-7"})
    assert (message.title, message.body) == ("标题", "申请2021-7已受理。")
    assert [job.state for job in run_waiting()] == [State.DONE]
    message.refresh_from_db()
    assert (message.sms_state, message.sms_text) == (SmsState.SENT, "【海东市品牌局】申请2021-7已受理。")
    assert message.phone == PHONE


def test_a_refused_transaction_tells_nobody(owner):
    with transaction.atomic():
        notify("test.plain", to=owner)
        transaction.set_rollback(True)
    assert not Notification.objects.exists()
    assert not Job.objects.exists()


def test_the_same_event_is_told_once(owner):
    first, second = (notify("test.plain", to=owner, dedupe="case:1:accepted") for _ in range(2))
    assert first == second
    assert Job.objects.count() == 1


def test_nobody_to_tell():
    assert notify("test.plain", to=None) is None
    assert notify("test.plain", phone=PHONE).to is None


def test_staff_and_quiet_kinds_get_no_sms(owner):
    staff = User.objects.create_staff(username="wang", name="王", password=None, phone="13897001235")
    assert notify("test.plain", to=staff).sms_state == SmsState.NONE
    assert notify("test.quiet", to=owner).sms_state == SmsState.NONE
    assert not Job.objects.exists()


@pytest.mark.parametrize(("hour", "wait"), [(7, 1), (8, None), (20, None), (21, 11), (23, 9), (0, 8)])
def test_quiet_hours(hour, wait):
    now = clock.now().replace(hour=hour, minute=0, second=0, microsecond=0)
    pause = sms.pause_until_allowed(KINDS["test.plain"], now)
    assert pause == (timedelta(hours=wait) if wait else None)
    assert sms.pause_until_allowed(KINDS["test.code"], now) is None


def test_at_night_an_sms_waits_for_the_morning_and_a_login_code_does_not(owner):
    clock.shift(timedelta(hours=13))
    notify("test.plain", to=owner)
    assert Job.objects.get().next_at - Job.objects.annotate(now=Now()).get().now > timedelta(hours=9)
    notify("test.code", phone=PHONE, context={"code": "123456"})
    assert Job.objects.due().count() == 1


def test_the_daily_cap_spares_login_codes(owner, settings):
    settings.SMS_DAILY_CAP = 2
    for _message in range(3):
        notify("test.plain", to=owner)
    notify("test.code", phone=PHONE, context={"code": "123456"})
    run_waiting()
    states = list(Notification.objects.order_by("pk").values_list("sms_state", flat=True))
    assert states == [SmsState.SENT, SmsState.SENT, SmsState.CAPPED, SmsState.SENT]


@pytest.mark.parametrize("body", ["很长的话" * 30, "找13897001235", "证件63212419800101001X", "卡6217000010001234567"])
def test_an_sms_is_short_and_names_no_numbers_of_people(body):
    kind = NoticeKind("x", title="请登录查看", body=body)
    assert sms.compose(kind, {}) == "【海东市品牌局】请登录查看"
    long = NoticeKind("x", title="很长的标题" * 20, body=body)
    assert len(sms.compose(long, {})) == sms.LIMIT


def test_an_sms_speaks_the_recipients_language(owner):
    owner.language = "en"
    owner.save()
    with override("zh-hans"):
        message = notify("accounts.login_code", to=owner, context={"code": "123456", "minutes": 5})
    assert message.sms_text.startswith("【Haidong Brand Bureau】Your login code is 123456")


def test_a_day_is_written_out():
    assert filled("到期{day}", {"day": "2021-06-19"}) == "到期2021年6月19日"
    with override("en"):
        assert filled("ends on {day}, {number}", {"day": "2021-06-19", "number": "2021-1"}) == "ends on 19 Jun 2021, 2021-1"


@pytest.mark.parametrize(("demo", "kept"), [(True, True), (False, False)])
def test_a_code_is_kept_after_sending_in_the_demo_only(settings, demo, kept):
    message = notify("test.code", phone=PHONE, context={"code": "123456"})
    settings.DEMO, settings.SMS_GATEWAY = demo, "" if demo else "bureau.notifications.gateways.Stored"
    run_waiting()
    message.refresh_from_db()
    assert message.sms_state == SmsState.SENT
    assert ("123456" in message.sms_text, "code" in message.context) == (kept, kept)


def test_a_gateway_that_is_down_is_tried_three_times_and_the_message_stays(owner, settings):
    settings.SMS_GATEWAY = "bureau.notifications.gateways.Missing"
    notify("test.plain", to=owner)
    for _attempt in range(3):
        run_waiting()
    assert (Job.objects.get().state, Job.objects.get().attempts) == (State.FAILED, 3)
    assert Notification.objects.get().sms_state == SmsState.FAILED


def test_the_http_gateway_speaks_json_with_a_key_against_repeats(owner, settings):
    heard = []

    class Provider(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            heard.append((self.headers["Authorization"], body))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"receipt": "r-1"}')

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.handle_request, daemon=True).start()
    settings.SMS_GATEWAY = f"http://127.0.0.1:{server.server_port}/send?sign=品牌局&token=t"
    message = notify("test.plain", to=owner, context={"number": "1"})
    run_waiting()
    server.server_close()
    message.refresh_from_db()
    assert (message.sms_state, message.sms_receipt) == (SmsState.SENT, "r-1")
    [(authorization, body)] = heard
    assert authorization == "Bearer t"
    assert body == {"phone": PHONE, "text": message.sms_text, "id": f"sms-{message.pk}", "sign": "品牌局"}


def test_the_database_refuses_messages_to_nobody():
    with pytest.raises(IntegrityError), transaction.atomic():
        Notification.objects.create(kind="x", created_at=clock.now())


class TestPages:
    def test_the_inbox_shows_ones_own_and_marks_them_read(self, client, owner, django_assert_max_num_queries):
        other = User.objects.create_owner(phone="13897001236")
        mine = notify("test.plain", to=owner, context={"number": "mine"})
        foreign = notify("test.plain", to=other, context={"number": "foreign"})
        client.force_login(owner)
        with django_assert_max_num_queries(15):
            page = client.get(reverse("notifications:inbox")).content.decode()
        assert "申请mine已受理" in page
        assert "foreign" not in page
        assert client.post(reverse("notifications:open", args=[foreign.pk])).status_code == 404
        assert client.post(reverse("notifications:open", args=[mine.pk])).status_code == 302
        mine.refresh_from_db()
        assert mine.read_at

    def test_a_foreign_address_is_not_followed(self, client, owner):
        mine = notify("test.plain", to=owner)
        Notification.objects.update(url="//evil.example/")
        client.force_login(owner)
        answer = client.post(reverse("notifications:open", args=[mine.pk]))
        assert answer["Location"] == reverse("notifications:inbox")

    def test_all_read(self, client, owner):
        for _message in range(3):
            notify("test.plain", to=owner)
        client.force_login(owner)
        client.post(reverse("notifications:read_all"))
        assert not Notification.objects.unread().exists()

    def test_the_page_of_sent_messages_is_the_demos_only(self, client, owner, settings):
        notify("test.code", phone=PHONE, context={"code": "654321"})
        assert "654321" in client.get(reverse("notifications:sent")).content.decode()
        settings.DEMO = False
        assert client.get(reverse("notifications:sent")).status_code == 404


def test_what_only_looks_like_a_day_stays_as_typed():
    """A title or a reason may be anything; a message about it is still read."""
    assert filled("{title}", {"title": "2021-99-99"}) == "2021-99-99"
