"""How long a password is: long enough to be safe, and not longer than the login takes."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 128


class LengthValidator:
    """In place of Django's, whose message has no Chinese, and which has no upper end."""

    def __init__(self, min_length: int = 12, max_length: int = LONGEST) -> None:
        self.min_length, self.max_length = min_length, max_length

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < self.min_length:
            raise ValidationError(
                _("A password has at least %(count)s characters.") % {"count": self.min_length}, code="too_short"
            )
        if len(password) > self.max_length:
            raise ValidationError(
                _("A password has at most %(count)s characters.") % {"count": self.max_length}, code="too_long"
            )
        if not password.strip():
            raise ValidationError(_("A password is not made of spaces alone."), code="blank")

    def get_help_text(self) -> str:
        return _("A password has at least %(count)s characters.") % {"count": self.min_length}
