from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SmsState(TextChoices):
    NONE = "none", _("Not by SMS")
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    CAPPED = "capped", _("Over the daily limit")
    FAILED = "failed", _("Failed")


TONES = {
    SmsState.NONE: "neutral",
    SmsState.WAITING: "info",
    SmsState.SENT: "good",
    SmsState.CAPPED: "attention",
    SmsState.FAILED: "bad",
}
