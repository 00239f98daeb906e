"""Login codes: six digits by SMS, kept hashed, for five minutes and five tries; how many is counted in the database.

Every phone is answered alike, known or not: the account is made at the first login, so there is nothing to learn.
"""

import math
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.module_loading import import_string

from bureau.accounts.enums import UserKind
from bureau.accounts.models import LoginCode, User
from bureau.common import clock

LIFETIME = timedelta(minutes=5)
TRIES = 5
#: (window, codes per phone); the address of a phone is shared by many on mobile networks, so it may ask for more.
PER_PHONE = ((timedelta(minutes=1), 1), (timedelta(hours=1), 5), (timedelta(days=1), 10))
PER_ADDRESS = ((timedelta(minutes=1), 10), (timedelta(hours=1), 60))


class TooMany(Exception):
    """Too many codes were asked for; `minutes` until the next one."""

    def __init__(self, minutes: int) -> None:
        super().__init__(minutes)
        self.minutes = minutes


def send_code(phone: str, address: str) -> None:
    """Draw a code for a normalized phone and send it; raises TooMany."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # The limits are read and the code is written under these locks: parallel requests wait in line.
            for key in sorted((f"login-code:{phone}", f"login-code:{address}")):
                cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        now = clock.real_now()
        _check_limits("phone", phone, PER_PHONE, now)
        _check_limits("address", address, PER_ADDRESS, now)
        code = f"{secrets.randbelow(1_000_000):06d}"
        LoginCode.objects.create(
            phone=phone, code_hash=_hashed(phone, code, secrets.token_hex(8)), address=address,
            created_at=now, expires_at=now + LIFETIME,
        )
        import_string(settings.NOTIFY)(
            "accounts.login_code",
            phone=phone,
            context={"code": code, "minutes": int(LIFETIME.total_seconds() // 60)},
        )


def _check_limits(field: str, value: str, limits: tuple, now) -> None:
    longest = max(window for window, _count in limits)
    sent = list(
        LoginCode.objects.filter(**{field: value}, created_at__gt=now - longest)
        .order_by("-created_at")
        .values_list("created_at", flat=True)[: max(count for _window, count in limits)]
    )
    reached = [(window, sent[count - 1]) for window, count in limits if len(sent) >= count]
    waits = [oldest + window - now for window, oldest in reached if oldest > now - window]
    if waits:
        raise TooMany(math.ceil(max(waits).total_seconds() / 60))


def user_for(phone: str, code: str) -> User | None:
    """The owner of the phone if the code is right, made now if he is new; None when wrong, expired or disabled."""
    if not _accept(phone, code):
        return None
    user, _created = User.objects.get_or_create(
        kind=UserKind.OWNER, phone=phone, defaults={"password": "!" + secrets.token_urlsafe(30)}
    )
    return user if user.is_active else None


def _accept(phone: str, code: str) -> bool:
    """Spend one try of the newest code; a right answer uses it up. The try counts whatever comes after."""
    now = clock.real_now()
    with transaction.atomic():
        sent = (
            LoginCode.objects.select_for_update()
            .filter(phone=phone)
            .order_by("-created_at")
            .first()
        )
        if sent is None or sent.used_at or sent.expires_at <= now or sent.tries >= TRIES:
            # The same work as for a live code, so that the time tells nothing.
            constant_time_compare(_hashed(phone, code, "0" * 16), "")
            return False
        sent.tries += 1
        salt = sent.code_hash.split("$", 1)[0]
        right = constant_time_compare(_hashed(phone, code, salt), sent.code_hash)
        if right:
            sent.used_at = now
        sent.save(update_fields=["tries", "used_at"])
    return right


def _hashed(phone: str, code: str, salt: str) -> str:
    digest = salted_hmac("bureau.accounts.codes", f"{salt}:{phone}:{code}", algorithm="sha256").hexdigest()
    return f"{salt}${digest}"
