"""Kinds of messages; apps declare them in `notifications.py`."""

from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class NoticeKind:
    """`title` and `body` may hold {placeholders}, filled from the context when the message is read.

    `sms`: sent to owners by SMS too; the body, or a shorter text given here. `secret`: the text is blanked once it
    is sent, except in the demo. `urgent`: sent at any hour and beyond the daily cap.
    """

    key: str
    title: Text
    body: Text
    sms: bool | Text = True
    secret: bool = False
    urgent: bool = False


KINDS: dict[str, NoticeKind] = {}


def register(*kinds: NoticeKind) -> None:
    for kind in kinds:
        KINDS[kind.key] = kind
