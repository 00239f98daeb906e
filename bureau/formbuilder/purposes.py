"""Files of this room: sheets to import and the reports on their rows."""

from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.attachments.checks.limits import MEGABYTE
from bureau.attachments.models import Attachment
from bureau.attachments.registry import register_purpose
from bureau.formbuilder.tabular import importers
from bureau.formbuilder.tabular.flow import PURPOSE, REPORT_PURPOSE
from bureau.formbuilder.tabular.models import ImportRun


def may_upload(user: User) -> bool:
    return user.is_staff and bool(importers.for_user(user))


def may_read(user: User, attachment: Attachment) -> bool:
    """Who asked for the import; and who confirms what was back-entered from the file."""
    if not user.is_staff:
        return False
    mine = ImportRun.objects.filter(pk=attachment.subject_id, asked_by=user).exists()
    return mine or (attachment.purpose == PURPOSE and user.can(Permission.BACK_ENTER_CONFIRM))


register_purpose(
    PURPOSE, kinds={"xlsx", "xls", "csv"}, max_bytes=100 * MEGABYTE, inflated=800 * MEGABYTE,
    may_read=may_read, may_upload=may_upload, doors={"admin:formbuilder_importrun_add"},
)
register_purpose(REPORT_PURPOSE, kinds={"xlsx"}, may_read=may_read, may_upload=lambda user: False)
