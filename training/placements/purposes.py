"""Files of placements: the signed agreement, papers that a month or an account was entered from."""

from bureau.accounts.enums import UserKind
from bureau.accounts.roles import Permission
from bureau.attachments.registry import register_purpose
from training.placements.models import Agreement, MonthSheet

PAPER = "training-placement"


def may_read(user, attachment):
    """Whoever may see the agreement, or the month's agreement, may read its papers."""
    seen = Agreement.objects.of_owner(user) if user.kind == UserKind.OWNER else Agreement.objects.visible_to(user)
    if attachment.subject_type == Agreement._meta.label_lower:
        return seen.filter(pk=attachment.subject_id).exists()
    if attachment.subject_type == MonthSheet._meta.label_lower:
        return seen.filter(sheets=attachment.subject_id).exists()
    return False


def may_upload(user):
    return user.can(Permission.PLACEMENT_EDIT)


register_purpose(PAPER, kinds={"image", "pdf"}, may_read=may_read, may_upload=may_upload, max_bytes=20 * 1024 * 1024)
