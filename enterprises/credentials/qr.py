"""QR codes that lead to the public page of a credential."""

import io

import segno
from django.conf import settings
from django.http import HttpRequest

from enterprises.credentials.models import Credential


def address(credential: Credential, request: HttpRequest) -> str:
    """The absolute address under the code: the public host of the bureau where the settings name it, since staff
    may print plaques on an intranet host; else the host that was asked."""
    public = getattr(settings, "PUBLIC_URL", "")
    if public:
        return public.rstrip("/") + credential.verify_url
    return request.build_absolute_uri(credential.verify_url)


def code(text: str) -> segno.QRCode:
    """Readable with a fifth of it scratched away: plaques hang beside kitchens."""
    return segno.make(text, error="q", micro=False)


def svg(text: str) -> str:
    """Squares only, without styles or scripts, so that it may stand inside a page under the strict policy. It has no
    size of its own but a view box: the page says how large it is, and the whole of it is drawn into that."""
    out = io.BytesIO()
    code(text).save(out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4)
    return out.getvalue().decode()


def png(text: str) -> bytes:
    """A picture to press long and forward."""
    out = io.BytesIO()
    code(text).save(out, kind="png", scale=8, border=4)
    return out.getvalue()
