"""Rights as code: what each role may do. A grant gives a role at a unit for a time."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    # owners
    APPLY = "apply"
    # enterprises
    ENTERPRISE_VIEW = "enterprise.view"
    ENTERPRISE_EDIT = "enterprise.edit"
    ENTERPRISE_IMPORT = "enterprise.import"
    ENTERPRISE_EXPORT = "enterprise.export"
    CLAIM_CONFIRM = "enterprise.claim_confirm"
    # cases
    CASE_VIEW = "case.view"
    ENTER_ON_BEHALF = "case.enter_on_behalf"
    ACCEPT = "case.accept"
    REVIEW = "case.review"
    APPROVE = "case.approve"
    REGISTER_PAYMENT = "payment.register"
    BUDGET_VIEW = "budget.view"
    BUDGET_EDIT = "budget.edit"
    BACK_ENTER = "case.back_enter"
    BACK_ENTER_CONFIRM = "case.back_enter_confirm"
    UNMASK = "person.unmask"
    # training
    TRAINING_VIEW = "training.view"
    TRAINING_EDIT = "training.edit"
    PLACEMENT_VIEW = "placement.view"
    PLACEMENT_EDIT = "placement.edit"
    # pledges
    PLEDGE_VIEW = "pledge.view"
    PLEDGE_EDIT = "pledge.edit"
    # loans and credentials
    LOAN_VIEW = "loan.view"
    LOAN_EDIT = "loan.edit"
    CREDENTIAL_VIEW = "credential.view"
    CREDENTIAL_EDIT = "credential.edit"
    CREDENTIAL_NAME = "credential.name"
    # figures
    DASHBOARD_VIEW = "dashboard.view"
    RECORDS_VIEW = "records.view"
    TARGET_VIEW = "target.view"
    TARGET_EDIT = "target.edit"
    STATED_CONFIRM = "stated.confirm"
    REPORT_VIEW = "report.view"
    REPORT_DRAFT = "report.draft"
    REPORT_CHECK = "report.check"
    REPORT_ISSUE = "report.issue"
    # keeping the house
    MODERATE = "feedback.moderate"
    JOB_VIEW = "job.view"
    CONFIG_EDIT = "config.edit"
    ACCOUNTS_EDIT = "accounts.edit"
    GRANTS_EDIT = "grants.edit"
    AUDIT_VIEW = "audit.view"


class Role(StrEnum):
    OWNER = "owner"
    CLERK = "clerk"
    HELPER = "helper"
    INTAKE = "intake"
    VERIFIER = "verifier"
    APPROVER = "approver"
    FINANCE = "finance"
    EDITOR = "editor"
    CHECKER = "checker"
    ISSUER = "issuer"
    OFFICIAL = "official"
    MODERATOR = "moderator"
    SYSTEM = "system"
    SECURITY = "security"
    AUDITOR = "auditor"


@dataclass(frozen=True)
class RoleSpec:
    label: str | Promise
    description: str | Promise
    permissions: frozenset[Permission]


def _role(label: str | Promise, description: str | Promise, *permissions: Permission) -> RoleSpec:
    return RoleSpec(label, description, frozenset(permissions))


P = Permission
READS = (
    P.ENTERPRISE_VIEW, P.CASE_VIEW, P.TRAINING_VIEW, P.PLACEMENT_VIEW, P.PLEDGE_VIEW, P.LOAN_VIEW, P.CREDENTIAL_VIEW,
    P.TARGET_VIEW, P.JOB_VIEW, P.RECORDS_VIEW, P.REPORT_VIEW,
)

ROLES: dict[Role, RoleSpec] = {
    Role.OWNER: _role(_("Owner"), _("Applies for his own shops."), P.APPLY),
    Role.CLERK: _role(
        _("Clerk"),
        _("Keeps the register, imports lists, enters papers."),
        *READS,
        P.ENTERPRISE_EDIT,
        P.ENTERPRISE_IMPORT,
        P.ENTERPRISE_EXPORT,
        P.CLAIM_CONFIRM,
        P.ENTER_ON_BEHALF,
        P.BACK_ENTER,
        P.TRAINING_EDIT,
        P.PLACEMENT_EDIT,
        P.PLEDGE_EDIT,
        P.LOAN_EDIT,
        P.CREDENTIAL_EDIT,
    ),
    Role.HELPER: _role(
        _("Helper"),
        _("Enters applications for owners from their papers, in an office in another city."),
        P.ENTERPRISE_VIEW,
        P.ENTERPRISE_EDIT,
        P.CASE_VIEW,
        P.ENTER_ON_BEHALF,
    ),
    Role.INTAKE: _role(
        _("Intake"),
        _("Accepts applications and asks for corrections."),
        *READS,
        P.ENTERPRISE_EDIT,
        P.CLAIM_CONFIRM,
        P.ENTER_ON_BEHALF,
        P.ACCEPT,
    ),
    Role.VERIFIER: _role(
        _("Verifier"),
        _("Does the first review in a county, the check in the bureau."),
        *READS,
        P.REVIEW,
        P.BACK_ENTER_CONFIRM,
        P.UNMASK,
    ),
    Role.APPROVER: _role(
        _("Approver"), _("Approves or refuses."), *READS, P.APPROVE, P.BUDGET_VIEW, P.DASHBOARD_VIEW, P.CREDENTIAL_NAME
    ),
    Role.FINANCE: _role(
        _("Finance"),
        _("Keeps budget lines and registers payments."),
        *READS,
        P.REGISTER_PAYMENT,
        P.BUDGET_VIEW,
        P.BUDGET_EDIT,
        P.BACK_ENTER_CONFIRM,
        P.UNMASK,
    ),
    Role.EDITOR: _role(_("Report editor"), _("Drafts reports."), *READS, P.REPORT_DRAFT, P.DASHBOARD_VIEW, P.TARGET_EDIT),
    Role.CHECKER: _role(
        _("Report checker"), _("Checks drafted reports."), *READS, P.REPORT_CHECK, P.DASHBOARD_VIEW, P.STATED_CONFIRM
    ),
    Role.ISSUER: _role(_("Report issuer"), _("Issues checked reports."), *READS, P.REPORT_ISSUE, P.DASHBOARD_VIEW),
    Role.OFFICIAL: _role(
        _("Official"), _("Reads dashboards and reports."), P.DASHBOARD_VIEW, P.REPORT_VIEW
    ),
    Role.MODERATOR: _role(_("Moderator"), _("Reviews what citizens write before it is shown."), P.MODERATE),
    Role.SYSTEM: _role(
        _("System administrator"), _("Keeps accounts and configuration; no business data."),
        P.ACCOUNTS_EDIT, P.CONFIG_EDIT, P.JOB_VIEW,
    ),
    Role.SECURITY: _role(_("Security administrator"), _("Gives and ends roles."), P.GRANTS_EDIT),
    Role.AUDITOR: _role(_("Auditor"), _("Reads the audit log."), P.AUDIT_VIEW),
}
#: 三员: one person holds at most one of the three (GB/T 22239-2019, security management center).
EXCLUSIVE_ROLES = (Role.SYSTEM, Role.SECURITY, Role.AUDITOR)


def roles_with(*permissions: Permission) -> frozenset[Role]:
    """The roles that hold at least one of the permissions."""
    return frozenset(role for role, spec in ROLES.items() if spec.permissions.intersection(permissions))


def role_choices() -> list[tuple[str, str | Promise]]:
    return [(role.value, spec.label) for role, spec in ROLES.items()]
