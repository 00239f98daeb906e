"""Files of credentials: minutes of review meetings, papers that back-entries rest on, and exports."""

from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.attachments.models import Attachment
from bureau.attachments.registry import register_purpose
from enterprises.credentials.models import Credential, CredentialRound

MINUTES = "credential-minutes"
SOURCE = "credential-source"
EXPORT = "credential-export"


def may_read(user: User, attachment: Attachment) -> bool:
    """Minutes belong to their round; who may see the round may read them."""
    if attachment.subject_type != CredentialRound._meta.label_lower:
        return False
    return CredentialRound.objects.visible_to(user).filter(pk=attachment.subject_id).exists()


def may_read_source(user: User, attachment: Attachment) -> bool:
    """Who may see a credential that was entered from it."""
    return Credential.objects.visible_to(user).filter(source=attachment.pk).exists()


register_purpose(
    MINUTES, kinds={"image", "pdf"}, may_read=may_read, may_upload=lambda user: user.can(Permission.CREDENTIAL_EDIT),
)
register_purpose(
    SOURCE, kinds={"image", "pdf", "xlsx"}, may_read=may_read_source, may_upload=lambda user: False,
)
register_purpose(
    EXPORT, kinds={"xlsx"}, may_upload=lambda user: False,
    may_read=lambda user, attachment: attachment.uploaded_by_id == user.pk,
)
