"""The second factor of staff: time-based codes (RFC 6238); a step is accepted once."""

import base64
import io

import pyotp
import segno
from django.utils.crypto import constant_time_compare, salted_hmac

from bureau.accounts.models import SiteProfile, User
from bureau.common import clock

STEP_SECONDS = 30


def offer(user: User, session_key: str) -> str:
    """The secret a session offers until it is proven: the same on every look, and nothing of it is stored."""
    digest = salted_hmac("accounts.totp", f"{user.pk}:{session_key}", algorithm="sha256").digest()
    return base64.b32encode(digest[:20]).decode()


def address(user: User, secret: str) -> str:
    """What the authenticator scans."""
    profile = SiteProfile.objects.first()
    return pyotp.TOTP(secret).provisioning_uri(name=user.username or "", issuer_name=profile.name_zh if profile else "")


def qr_svg(text: str) -> str:
    """An SVG without styles or scripts, so that it may stand inside a page under the strict policy."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", xmldecl=False, svgns=True, scale=5, omitsize=False)
    return out.getvalue().decode()


def verify(user: User, secret: str, code: str) -> bool:
    """True once per code: the last used step is stored, so nobody can use what he saw over a shoulder."""
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        return False
    current = int(clock.real_now().timestamp()) // STEP_SECONDS
    generator = pyotp.TOTP(secret)
    for step in (current, current - 1, current + 1):
        if constant_time_compare(generator.at(step * STEP_SECONDS), code):
            used = User.objects.filter(pk=user.pk, totp_last_step__lt=step).update(totp_last_step=step)
            return bool(used)
    return False
