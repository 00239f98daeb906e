"""Documents that statistics were taken from: for whoever may see the statistic."""

from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.attachments.models import Attachment
from bureau.attachments.registry import register_purpose
from bureau.targets.models import StatedValue

DOCUMENT = "targets-document"


def may_read(user: User, attachment: Attachment) -> bool:
    if attachment.subject_type != StatedValue._meta.label_lower:
        return False
    return StatedValue.objects.visible_to(user).filter(pk=attachment.subject_id).exists()


def may_upload(user: User) -> bool:
    return user.can(Permission.TARGET_EDIT)


register_purpose(
    DOCUMENT, kinds={"image", "pdf", "xlsx"}, may_read=may_read, may_upload=may_upload, max_bytes=15 * 1024 * 1024
)
