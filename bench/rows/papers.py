"""The papers that rows stand on: one of each purpose, with bytes, for all rows that need one."""

from django.db.models import Model

from bureau.accounts.models import User
from bureau.attachments.actions import make_private_file
from bureau.attachments.models import Attachment

CONTENT = b"%PDF-1.4\n%%EOF\n"


def paper(purpose: str, name: str, by: User, subject: Model | None = None) -> Attachment:
    return make_private_file(CONTENT, name, purpose, by, subject=subject, days=None)
