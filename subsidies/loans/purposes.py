"""Files of loans: what an office photographs for an owner, and lists that went out."""

from bureau.accounts.roles import Permission
from bureau.attachments.registry import register_purpose
from subsidies.loans.actions.lists import PURPOSE
from subsidies.loans.models import LoanRequest

CONSENT = "loan-consent"


def may_read_consent(user, attachment):
    """The paper belongs to its request; the request's own rule decides."""
    if attachment.subject_type != LoanRequest._meta.label_lower:
        return False
    return LoanRequest.objects.visible_to(user).filter(pk=attachment.subject_id).exists()


def nobody(user, attachment):
    """A list holds identity numbers: it leaves only through its own page, which notes who took it."""
    return False


register_purpose(
    CONSENT, kinds={"image", "pdf"}, may_read=may_read_consent, may_upload=lambda user: user.can(Permission.LOAN_EDIT),
    max_bytes=15 * 1024 * 1024,
)
register_purpose(PURPOSE, kinds={"xlsx"}, may_read=nobody, may_upload=lambda user: False)
