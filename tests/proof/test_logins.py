"""W2, W3, W4, W6: sessions that are planted or stolen, passwords that are guessed, who has an account, codes in masses."""

import statistics
import time
from collections import Counter
from datetime import timedelta

import pyotp
import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bureau.accounts import codes, lockout, middleware, sessions, totp
from bureau.accounts.middleware import ABSOLUTE, IDLE
from bureau.accounts.models import LoginCode, User
from bureau.accounts.roles import Role
from bureau.common import clock
from bureau.notifications.models import Notification
from enterprises.credentials.limits import MISSES_PER_MINUTE
from tests.factories import accounts
from tests.factories import pledges as make

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("site")]
LOGIN, PASSWORDS = "/admin/login/", "/admin/password_change/"
STAFF_BACKEND, OWNER_BACKEND = (f"bureau.accounts.backends.{name}Backend" for name in ("Staff", "Owner"))
LOGINS, SPOOFED, ASKED = 50, 100, 200


@pytest.fixture
def site(db):
    return accounts.site()


@pytest.fixture
def hashed(monkeypatch):
    """How often a password was hashed: the work that a guess costs, and what a clock outside can see."""
    kind, done = type(get_hasher()), []
    encode = kind.encode

    def counted(self, *args, **kwargs):
        done.append(1)
        return encode(self, *args, **kwargs)

    monkeypatch.setattr(kind, "encode", counted)
    return done


def log_in(client, username, password=accounts.PASSWORD, code="", **more):
    return client.post(LOGIN, {"username": username, "password": password, "totp_token": code}, **more)


def is_in(client) -> bool:
    return client.get("/account/").status_code == 200


def copied(client) -> Client:
    """The cookies of somebody, in a thief's browser."""
    thief = Client()
    thief.cookies = client.cookies.copy()
    return thief


def key_of(client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


# --- W2 -------------------------------------------------------------------------------------------------------


def planted(client) -> str:
    """The key of a session that lived before its visitor logged in."""
    client.get(LOGIN)
    session = client.session
    session["seen before"] = True
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return session.session_key


def logged_in_after_planting(number: int) -> tuple[str, str]:
    """(key before, key after): staff by password, owners by a code."""
    client = Client()
    if number % 2:
        accounts.staff(Role.CLERK, username=f"clerk{number}")
        before = planted(client)
        assert log_in(client, f"clerk{number}").status_code == 302
    else:
        before, phone = planted(client), f"1389700{number:04}"
        client.post(reverse("accounts:login"), {"phone": phone}, REMOTE_ADDR=f"10.0.1.{number}")
        code = Notification.objects.filter(phone=phone).latest("pk").context["code"]
        assert client.post(reverse("accounts:code"), {"code": code}).status_code == 302
    return before, key_of(client)


@pytest.mark.proof("W2", "held")
def test_the_key_of_a_session_changes_at_every_login(proof):
    pairs = [logged_in_after_planting(number) for number in range(LOGINS)]
    changed = sum(before != after for before, after in pairs)
    opened = 0
    for before, _after in pairs:
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = before
        opened += is_in(thief)
    assert (changed, opened) == (LOGINS, 0)
    proof("W2").held(f"{LOGINS} logins of staff and owners with a planted session: the key changed {changed} times, "
                     f"the planted one opens {opened}")


def leave(client, user):
    client.post("/logout/")


def new_password(client, user):
    change = {"old_password": accounts.PASSWORD, "new_password1": "a-quite-new-phrase", "new_password2": "a-quite-new-phrase"}
    assert client.post(PASSWORDS, change).status_code == 302


def end_elsewhere(client, user):
    other = Client()
    other.force_login(user, backend=STAFF_BACKEND)
    assert other.post(reverse("accounts:end_session"), {"session": "others"}).status_code == 302


def disable(client, user):
    User.objects.filter(pk=user.pk).update(is_active=False)


def new_authenticator(client, user):
    other = Client()
    log_in(other, user.username)
    secret = totp.offer(user, key_of(other))
    code = pyotp.TOTP(secret).at(clock.real_now())
    assert other.post(reverse("accounts:totp"), {"code": code}).status_code == 302


ENDINGS = (leave, new_password, end_elsewhere, disable, new_authenticator)


def stolen_then(ending) -> bool:
    """Whether a copied session opens anything after this."""
    user, client = accounts.staff(Role.CLERK), Client()
    log_in(client, user.username)
    thief = copied(client)
    assert is_in(thief)
    ending(client, user)
    return is_in(thief)


@pytest.mark.proof("W2", "held")
def test_a_stolen_session_ends_with_the_true_one(proof):
    opened = [ending.__name__ for ending in ENDINGS if stolen_then(ending)]
    assert opened == []
    proof("W2").held(f"a copied session after logout, new password, ending it elsewhere, disabling, a new authenticator: "
                     f"{len(opened)} of {len(ENDINGS)} open a page")


def ages(kind) -> dict[str, bool]:
    """Whether a session of this kind of user still opens a second before it should end, and a second after."""
    make_user = {"staff": lambda: accounts.staff(Role.CLERK), "owner": accounts.owner}[kind]
    found = {}
    for name, step, times in (("idle", IDLE[kind], 1), ("absolute", IDLE[kind] // 2, ABSOLUTE[kind] // (IDLE[kind] // 2))):
        for late in (0, 1):
            with time_machine.travel(clock.real_now(), tick=False) as travel:
                client, user = Client(), make_user()
                if kind == "staff":
                    log_in(client, user.username)
                else:
                    client.force_login(user, backend=OWNER_BACKEND)
                for turn in range(times):
                    travel.shift(timedelta(seconds=step + (2 * late - 1 if turn == times - 1 else 0)))
                    opened = is_in(client)
                found[f"{name} {'late' if late else 'in time'}"] = opened
    return found


@pytest.mark.proof("W2", "held")
def test_sessions_end_to_the_second(proof):
    wanted = {"idle in time": True, "idle late": False, "absolute in time": True, "absolute late": False}
    assert (ages("staff"), ages("owner")) == (wanted, wanted)
    proof("W2").held("by a frozen clock: staff are out 1 s after 30 idle minutes and 12 hours in all, owners after 30 and 90 days")


@pytest.mark.proof("W2", "removed")
def test_without_the_new_key_a_planted_session_is_signed_in(proof, monkeypatch):
    monkeypatch.setattr(sessions.SessionStore, "cycle_key", lambda self: None)
    before, _after = logged_in_after_planting(1)
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = before
    assert is_in(thief)
    proof("W2").removed("new key at login", "who planted the session is signed in as the officer")


@pytest.mark.proof("W2", "removed")
def test_without_the_timeouts_it_is_open_the_next_day(proof, monkeypatch):
    long = dict.fromkeys(("staff", "owner"), 10**9)
    with time_machine.travel(clock.real_now(), tick=False) as travel:
        client, user = Client(), accounts.staff(Role.CLERK)
        monkeypatch.setattr(middleware, "IDLE", long)
        monkeypatch.setattr(middleware, "ABSOLUTE", long)
        log_in(client, user.username)
        travel.shift(timedelta(days=7))
        assert is_in(client)
    proof("W2").removed("timeouts", "a browser left open is signed in after 7 days")


# --- W3 -------------------------------------------------------------------------------------------------------


def guesses(name, count, hashed, **forwarded) -> int:
    """How many of so many guesses were looked at, each from another spoofed address."""
    hashed.clear()
    client = Client()
    for number in range(count):
        answer = log_in(client, name, f"guess {number}", headers={"X-Forwarded-For": f"10.9.8.{number}{forwarded.get('by', '')}"})
        assert answer.status_code in (200, 429)
    return len(hashed)


@pytest.mark.proof("W3", "held")
@pytest.mark.parametrize("proxies", [0, 1])
def test_the_sixth_guess_is_not_looked_at(proxies, hashed, settings, proof):
    settings.PROXY_COUNT = proxies
    by = {"by": ", 203.0.113.4"} if proxies else {}
    officer = accounts.staff(Role.CLERK)
    neighbors = [accounts.staff(Role.CLERK) for _n in range(20)]
    looked_at = guesses(officer.username, SPOOFED, hashed, **by)
    assert looked_at == settings.AXES_FAILURE_LIMIT
    assert log_in(Client(), officer.username, REMOTE_ADDR="203.0.113.99").status_code == 429, "the true password too"
    locked = sum(log_in(Client(), user.username, REMOTE_ADDR="203.0.113.99").status_code == 429 for user in neighbors)
    assert locked == 0
    proof("W3").held(f"{SPOOFED} guesses with {SPOOFED} values of X-Forwarded-For, {proxies} proxies: {looked_at} looked at, "
                     f"{SPOOFED - looked_at} refused, {locked} of {len(neighbors)} neighbors locked")


@pytest.mark.proof("W3", "held")
def test_many_names_lock_the_address(hashed, settings, proof):
    hashed.clear()
    client = Client()
    for number in range(SPOOFED):
        log_in(client, f"name{number}", "12345678", headers={"X-Forwarded-For": f"10.9.8.{number}"})
    assert len(hashed) == settings.LOCKOUT_ADDRESS_LIMIT
    proof("W3").held(f"one password on {SPOOFED} names from one address: {len(hashed)} looked at")


def with_authenticator() -> User:
    user = accounts.staff(Role.CLERK)
    user.totp_secret, user.totp_confirmed = pyotp.random_base32(), True
    user.save()
    return User.objects.get(pk=user.pk)


def logins_by_one_code(times: int) -> int:
    user = with_authenticator()
    with time_machine.travel(clock.real_now(), tick=False):
        code = pyotp.TOTP(user.totp_secret.reveal()).at(clock.real_now())
        return sum(log_in(Client(), user.username, code=code).status_code == 302 for _n in range(times))


@pytest.mark.proof("W3", "held")
def test_codes_are_used_once_and_guessed_five_times(proof):
    used = logins_by_one_code(4)
    phone = "13897001111"
    codes.send_code(phone, "10.0.0.1")
    right = Notification.objects.get(phone=phone).context["code"]
    tried = [codes.user_for(phone, f"{(int(right) + n) % 1_000_000:06d}") for n in range(1, 1001)]
    assert (used, any(tried), codes.user_for(phone, right)) == (1, False, None)
    assert LoginCode.objects.get(phone=phone).tries == codes.TRIES
    proof("W3").held(f"a code of an authenticator sent 4 times: {used} login; 1,000 guesses at a login code: {codes.TRIES} looked at")


@pytest.mark.proof("W3", "held")
def test_codes_of_plaques_are_not_found_by_trying(proof):
    """Who tries codes of the public verification page is answered so many times a minute."""
    with time_machine.travel(clock.real_now(), tick=False):
        answers = Counter(
            Client().get(f"/verify/guess{number:05}/", REMOTE_ADDR="203.0.113.60").status_code for number in range(500)
        )
        neighbor = Client().get("/verify/guess00001/", REMOTE_ADDR="203.0.113.61").status_code
    assert answers == {404: MISSES_PER_MINUTE, 429: 500 - MISSES_PER_MINUTE} and neighbor == 404
    proof("W3").held(f"500 made-up codes on the public verification page in a minute: {answers[404]} looked up, {answers[429]} refused")


@pytest.mark.proof("W3", "removed")
def test_without_the_lock_all_guesses_are_looked_at(hashed, monkeypatch, proof):
    monkeypatch.setattr(lockout.LockoutHandler, "get_failures", lambda *args, **kwargs: 0)
    looked_at = guesses(accounts.staff(Role.CLERK).username, SPOOFED, hashed)
    assert looked_at == SPOOFED
    proof("W3").removed("lock after five failures", f"{looked_at} of {SPOOFED} guesses looked at")


@pytest.mark.proof("W3", "removed")
def test_with_an_address_that_the_client_writes_spraying_goes_on(hashed, monkeypatch, settings, proof):
    settings.AXES_CLIENT_IP_CALLABLE = f"{__name__}.as_he_says"
    hashed.clear()
    for number in range(SPOOFED):
        log_in(Client(), f"name{number}", "12345678", headers={"X-Forwarded-For": f"10.9.8.{number}"})
    assert len(hashed) == SPOOFED
    proof("W3").removed("address as our own proxy saw it", f"{len(hashed)} of {SPOOFED} names tried from one address")


def as_he_says(request) -> str:
    return request.META["HTTP_X_FORWARDED_FOR"]


@pytest.mark.proof("W3", "removed")
def test_without_the_last_step_a_code_works_again(monkeypatch, proof):
    monkeypatch.setattr(totp, "verify", lambda user, secret, code: pyotp.TOTP(secret).at(clock.real_now()) == code)
    used = logins_by_one_code(4)
    assert used == 4
    proof("W3").removed("last step of the authenticator", f"one code seen over a shoulder: {used} logins")


# --- W4 -------------------------------------------------------------------------------------------------------


def answered(name: str, hashed) -> tuple:
    """(what the page says, work done for it): status, text, hashes, statements."""
    hashed.clear()
    with CaptureQueriesContext(connection) as statements:
        answer = log_in(Client(), name, "wrong")
    text = answer.content.decode().split("<main")[-1].replace(name, "…")
    text = text.split("csrfmiddlewaretoken")[0] + text.split("csrfmiddlewaretoken")[-1][80:]
    return answer.status_code, text, len(hashed), len(statements)


def some_names() -> dict[str, str]:
    """A name of each sort: with a password, with an authenticator, disabled, an owner's phone, nobody's."""
    gone = accounts.staff(Role.CLERK)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    return {
        "officer": accounts.staff(Role.CLERK).username, "careful": with_authenticator().username, "gone": gone.username,
        "owner": accounts.owner("13897002222").phone, "nobody": "somebody", "no name": "没有这个人",
    }


@pytest.mark.proof("W4", "held")
def test_every_name_is_answered_alike(hashed, proof):
    found = {sort: answered(name, hashed) for sort, name in some_names().items()}
    assert len({one[0:3] for one in found.values()}) == 1, {sort: (one[0], *one[2:]) for sort, one in found.items()}
    assert len({one[3] for one in found.values()}) == 1, {sort: one[3] for sort, one in found.items()}
    _status, _text, hashes, statements = found["nobody"]
    proof("W4").held(f"{len(found)} sorts of names, wrong password: the same page, {hashes} hash and {statements} statements each")


@pytest.mark.proof("W4", "held")
def test_every_phone_is_answered_alike(proof):
    """Known, disabled, unknown: asking for a code and answering it wrongly."""
    User.objects.filter(pk=accounts.owner("13897003332").pk).update(is_active=False)
    accounts.owner("13897003331")
    Client().post(reverse("accounts:login"), {"phone": "13897003330"})  # what a process reads once
    found = []
    for number, phone in enumerate(("13897003331", "13897003332", "13897003333")):
        client = Client(REMOTE_ADDR=f"10.0.3.{number}")
        with CaptureQueriesContext(connection) as asking:
            asked = client.post(reverse("accounts:login"), {"phone": phone})
        with CaptureQueriesContext(connection) as answering:
            failed = client.post(reverse("accounts:code"), {"code": "000000"})
        text = failed.content.decode().replace(phone, "…").split("<main")[1].split("csrfmiddlewaretoken")[0]
        found.append((asked.status_code, failed.status_code, text, len(asking), len(answering)))
    assert len(set(found)) == 1, [(one[:2], one[3:]) for one in found]
    proof("W4").held(f"known, disabled and unknown phone: the same pages, {found[0][3]} and {found[0][4]} statements each")


def medians(settings, each: int) -> tuple[float, float]:
    """Milliseconds of a login with a wrong password: name that is there, name that is not; with the true hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.AXES_ENABLED = False
    there, taken = accounts.staff(Role.CLERK).username, {True: [], False: []}
    for number in range(2 * each):
        known = bool(number % 2)
        begun = time.perf_counter()
        log_in(Client(), there if known else f"nobody{number}", "wrong")
        taken[known].append(1000 * (time.perf_counter() - begun))
    return statistics.median(taken[True]), statistics.median(taken[False])


@pytest.mark.proof("W4", "held")
def test_the_clock_tells_nothing(settings, proof):
    """The figure is measured; what is asserted is the same work, above."""
    known, unknown = medians(settings, 100)
    proof("W4").held(f"200 logins with Argon2: median {known:.1f} ms for a name that is there, {unknown:.1f} ms for one that is not")


@pytest.mark.proof("W4", "removed")
def test_without_the_hash_of_nobody_the_clock_tells(hashed, monkeypatch, settings, proof):
    names = some_names()
    set_password = User.set_password
    monkeypatch.setattr(User, "set_password", lambda self, raw: set_password(self, raw) if self.pk else None)
    work = {sort: answered(names[sort], hashed)[2] for sort in ("officer", "nobody")}
    assert work == {"officer": 1, "nobody": 0}
    known, unknown = medians(settings, 10)
    proof("W4").removed("hash for a name that is not there", f"a login takes {known:.0f} ms for a name that is there and "
                                                             f"{unknown:.0f} ms for one that is not")


# --- W6 -------------------------------------------------------------------------------------------------------


def ask_for_codes(count: int, *, phones: int, addresses: int) -> Counter:
    """So many requests in five seconds, on the two ways in: the login page, and a citizen on his way to a rating."""
    ways = (reverse("accounts:login"), f"{reverse('accounts:login')}?next=/pledges/CN202100001/%23feedback")
    before, found = Notification.objects.count(), Counter()
    with time_machine.travel(clock.real_now(), tick=False) as travel:
        for number in range(count):
            answer = Client().post(ways[number % 2], {"phone": f"137{number % phones:08}"},
                                   REMOTE_ADDR=f"198.{51 + (addresses > 1)}.0.{number % addresses + 1}")
            found[answer.status_code] += 1
            travel.shift(timedelta(seconds=5 / count))
    found["sent"] = Notification.objects.count() - before
    return found


@pytest.mark.proof("W6", "held")
@pytest.mark.parametrize("redis", ["there", "away"])
def test_two_hundred_requests_for_codes(redis, monkeypatch, proof):
    if redis == "away":
        monkeypatch.setattr("redis.connection.AbstractConnection.connect", refused)
    to_one = ask_for_codes(ASKED, phones=1, addresses=ASKED)
    by_one = ask_for_codes(ASKED, phones=ASKED, addresses=1)
    assert (to_one["sent"], to_one[302], to_one[429]) == (1, 1, ASKED - 1)
    assert (by_one["sent"], by_one[302], by_one[429]) == (10, 10, ASKED - 10)
    proof("W6").held(f"{ASKED} requests in 5 s, Redis {redis}: {to_one['sent']} code to one phone, whatever the addresses; "
                     f"{by_one['sent']} from one address, whatever the phones")


@pytest.mark.proof("W6", "held")
def test_confirming_sends_no_more(proof):
    """One who is signed in and asks for a new code before a change stands under the same limits."""
    client = Client()
    client.force_login(make.citizen("13897005555"), backend=OWNER_BACKEND)
    for _n in range(ASKED):
        client.post(reverse("accounts:confirm"), {"next": "/account/"})
    sent = Notification.objects.filter(phone="13897005555").count()
    assert sent == 1
    proof("W6").held(f"{ASKED} requests for a code before a change: {sent} sent")


@pytest.mark.proof("W6", "removed")
def test_without_the_count_every_request_sends(monkeypatch, proof):
    monkeypatch.setattr(codes, "_check_limits", lambda *args: None)
    found = ask_for_codes(ASKED, phones=1, addresses=1)
    assert found["sent"] == ASKED
    proof("W6").removed("count of codes in the database", f"{found['sent']} of {ASKED} codes sent to one phone")


def refused(*args, **kwargs):
    raise ConnectionError("Redis is away")
