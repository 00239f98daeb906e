"""The transition table of a loan request. Lists and drawdowns come by files; they move it through the same door."""

from django.utils.translation import gettext_lazy as _

from bureau.accounts.roles import Permission
from bureau.workflow import Transition, Workflow, later
from subsidies.loans import permissions
from subsidies.loans.enums import State

#: Steps that only a list to the bank, or a file of the bank, takes.
BY_FILE = ("list", "draw")


TRANSITIONS = [
    Transition(
        "list",
        label=_("Put on a list for the bank"),
        owner_label=_("Passed on to the bank"),
        sources=[State.REQUESTED],
        target=State.LISTED,
        permission=Permission.LOAN_EDIT,
        effect=later("subsidies.loans.actions.requests.on_list"),
    ),
    Transition(
        "accept",
        label=_("Approved by the bank"),
        owner_label=_("The bank has approved your loan"),
        button=_("Enter the bank's approval"),
        sources=[State.LISTED],
        target=State.ACCEPTED,
        permission=Permission.LOAN_EDIT,
        form=later("subsidies.loans.forms.ApprovalForm"),
        effect=later("subsidies.loans.actions.requests.on_accept"),
    ),
    Transition(
        "decline",
        label=_("Declined by the bank"),
        owner_label=_("The bank has declined your request"),
        button=_("Enter the bank's refusal"),
        sources=[State.LISTED],
        target=State.DECLINED,
        permission=Permission.LOAN_EDIT,
        form=later("subsidies.loans.forms.DeclineForm"),
        effect=later("subsidies.loans.actions.requests.on_decline"),
        danger=True,
    ),
    Transition(
        "draw",
        label=_("Paid out by the bank"),
        owner_label=_("Paid out by the bank"),
        sources=[State.ACCEPTED, State.DRAWN],
        target=State.DRAWN,
        permission=(Permission.LOAN_EDIT, Permission.BACK_ENTER_CONFIRM),
        effect=later("subsidies.loans.actions.drawdowns.on_draw"),
    ),
    Transition(
        "close",
        label=_("Loan closed"),
        owner_label=_("Finished"),
        button=_("Close this loan"),
        sources=[State.ACCEPTED, State.DRAWN],
        target=State.CLOSED,
        permission=Permission.LOAN_EDIT,
        form=later("subsidies.loans.forms.CloseForm"),
        effect=later("subsidies.loans.actions.requests.on_close"),
    ),
    Transition(
        "withdraw",
        label=_("Withdraw"),
        owner_label=_("Withdrawn"),
        button=_("Withdraw this request"),
        sources=[State.REQUESTED, State.LISTED],
        target=State.WITHDRAWN,
        permission=(Permission.APPLY, Permission.LOAN_EDIT),
        guards=[permissions.withdraw_reasons],
        effect=later("subsidies.loans.actions.requests.on_withdraw"),
        owner=True,
        danger=True,
    ),
]

workflow = Workflow(
    "subsidies.LoanRequest", TRANSITIONS, log_model_label="subsidies.LoanRequestLog", initial=[State.REQUESTED]
)
