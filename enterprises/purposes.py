"""Files of the register: its exports, which only who asked for them may read."""

from bureau.attachments.registry import register_purpose

EXPORT = "enterprise-export"

register_purpose(
    EXPORT, kinds={"xlsx", "csv"}, may_upload=lambda user: False,
    may_read=lambda user, attachment: attachment.uploaded_by_id == user.pk,
)

from enterprises.credentials import purposes as credential_purposes  # noqa: E402, F401
