"""Files of pledges: papers and evidence, for the public or for the offices only. Where a picture was taken is gone
from it before it is kept (attachments write it anew)."""

from django.db.models import Model

from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.attachments.models import Attachment
from bureau.attachments.registry import register_purpose
from programs.models import Pledge, ProgressNote

PUBLIC_FILE = "pledge-public"
INTERNAL_FILE = "pledge-internal"
MOST_FILES = 6


def pledge_of(attachment: Attachment) -> Pledge | None:
    """The pledge that a file belongs to, itself or by one of its notes."""
    if not attachment.subject_id.isdigit():
        return None
    by_type: dict[str, type[Model]] = {model._meta.label_lower: model for model in (Pledge, ProgressNote)}
    model = by_type.get(attachment.subject_type)
    if model is ProgressNote:
        return Pledge.objects.filter(notes=int(attachment.subject_id)).first()
    return Pledge.objects.filter(pk=int(attachment.subject_id)).first() if model else None


def may_read(user: User, attachment: Attachment) -> bool:
    """Staff who see the pledge; what is public is read on the public page too."""
    pledge = pledge_of(attachment)
    return pledge is not None and Pledge.objects.visible_to(user).filter(pk=pledge.pk).exists()


def may_upload(user: User) -> bool:
    return user.can(Permission.PLEDGE_EDIT)


for key in (PUBLIC_FILE, INTERNAL_FILE):
    register_purpose(
        key, kinds={"image", "pdf"}, may_read=may_read, may_upload=may_upload, max_bytes=15 * 1024 * 1024
    )
