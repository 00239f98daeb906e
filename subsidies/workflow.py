"""The transition table of an application. Stages of a scheme are rows; a scheme never adds a state here.

Effects and forms live in later floors of this app, so they are named and found on first use.
"""

from django.utils.translation import gettext_lazy as _

from bureau.accounts.roles import Permission
from bureau.workflow import Transition, Workflow, later
from subsidies import permissions
from subsidies.enums import StageKind, State


def state_of_stage(application, data=None):
    """After an answer the case goes back to where it was asked for."""
    return State.SUBMITTED if application.stage.kind == StageKind.ACCEPT else State.IN_REVIEW


def stage_is(kind):
    def guard(application, user):
        return permissions.stage_reasons(application, user, kind)

    return guard


TRANSITIONS = [
    Transition(
        "submit",
        label=_("Hand in"),
        owner_label=_("Application handed in"),
        button=_("Hand in the application"),
        sources=[State.DRAFT],
        target=State.SUBMITTED,
        permission=(Permission.APPLY, Permission.ENTER_ON_BEHALF),
        guards=[permissions.hand_in_reasons],
        effect=later("subsidies.actions.application.on_submit"),
        owner=True,
    ),
    Transition(
        "accept",
        label=_("Accept"),
        owner_label=_("Accepted"),
        button=_("Accept the application"),
        sources=[State.SUBMITTED],
        target=State.IN_REVIEW,
        permission=Permission.ACCEPT,
        guards=[stage_is(StageKind.ACCEPT)],
        form=later("subsidies.forms_staff.AcceptForm"),
        effect=later("subsidies.actions.review.on_accept"),
    ),
    Transition(
        "ask_correction",
        label=_("Ask for corrections"),
        owner_label=_("Corrections needed"),
        button=_("Send it back for correction"),
        sources=[State.SUBMITTED, State.IN_REVIEW],
        target=State.RETURNED,
        permission=(Permission.ACCEPT, Permission.REVIEW, Permission.APPROVE),
        guards=[permissions.office_reasons],
        form=later("subsidies.forms_staff.CorrectionForm"),
        effect=later("subsidies.actions.review.on_ask_correction"),
    ),
    Transition(
        "resubmit",
        label=_("Hand in corrections"),
        owner_label=_("Corrections handed in"),
        button=_("Hand in the corrections"),
        sources=[State.RETURNED],
        target=state_of_stage,
        targets=[State.SUBMITTED, State.IN_REVIEW],
        permission=(Permission.APPLY, Permission.ENTER_ON_BEHALF),
        guards=[permissions.answer_reasons],
        effect=later("subsidies.actions.correction.on_resubmit"),
        owner=True,
    ),
    Transition(
        "pass_stage",
        label=_("Pass the review"),
        owner_label=_("Review passed"),
        button=_("Pass on to the next step"),
        sources=[State.IN_REVIEW],
        target=State.IN_REVIEW,
        permission=Permission.REVIEW,
        guards=[stage_is(StageKind.REVIEW)],
        form=later("subsidies.forms_staff.PassForm"),
        effect=later("subsidies.actions.review.on_pass_stage"),
    ),
    Transition(
        "approve",
        label=_("Approve"),
        owner_label=_("Approved"),
        button=_("Approve and reserve the money"),
        sources=[State.IN_REVIEW],
        target=State.APPROVED,
        permission=Permission.APPROVE,
        guards=[stage_is(StageKind.APPROVAL)],
        form=later("subsidies.forms_staff.ApproveForm"),
        effect=later("subsidies.actions.review.on_approve"),
    ),
    Transition(
        "refuse",
        label=_("Refuse"),
        owner_label=_("Not approved"),
        button=_("Refuse this application"),
        sources=[State.SUBMITTED, State.IN_REVIEW],
        target=State.REFUSED,
        permission=(Permission.ACCEPT, Permission.REVIEW, Permission.APPROVE),
        guards=[permissions.office_reasons],
        form=later("subsidies.forms_staff.RefuseForm"),
        effect=later("subsidies.actions.review.on_refuse"),
        danger=True,
    ),
    Transition(
        "withdraw",
        label=_("Withdraw"),
        owner_label=_("Withdrawn"),
        button=_("Withdraw this application"),
        sources=[State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.RETURNED],
        target=State.WITHDRAWN,
        permission=(Permission.APPLY, Permission.ENTER_ON_BEHALF),
        guards=[permissions.withdraw_reasons],
        effect=later("subsidies.actions.application.on_withdraw"),
        owner=True,
        danger=True,
    ),
    Transition(
        "register_payment",
        label=_("Register the payment"),
        owner_label=_("Paid"),
        button=_("Register the payment"),
        sources=[State.APPROVED],
        target=State.PAID,
        permission=Permission.REGISTER_PAYMENT,
        guards=[stage_is(StageKind.PAYMENT)],
        form=later("subsidies.forms_staff.PaymentForm"),
        effect=later("subsidies.actions.payment.on_register_payment"),
    ),
]

workflow = Workflow("subsidies.Application", TRANSITIONS, log_model_label="subsidies.ApplicationLog")
from subsidies.loans import workflow as loans  # noqa: E402, F401
