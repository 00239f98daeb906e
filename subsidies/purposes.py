"""Files of an application: read by whoever may see the application."""

from bureau.accounts.roles import Permission
from bureau.attachments.registry import register_purpose
from subsidies.models import Application

PAPER = "subsidies-paper"


def may_read(user, attachment):
    """A file belongs to its application; the application's own rule decides."""
    if attachment.subject_type != Application._meta.label_lower:
        return False
    return Application.objects.visible_to(user).filter(pk=attachment.subject_id).exists()


def may_upload(user):
    return user.can(Permission.APPLY) or user.can(Permission.ENTER_ON_BEHALF)


register_purpose(PAPER, kinds={"image", "pdf"}, may_read=may_read, may_upload=may_upload, max_bytes=15 * 1024 * 1024)
from subsidies.loans import purposes as loans  # noqa: E402, F401
