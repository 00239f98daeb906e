"""The transition tables of a pledge and of what a citizen says about it."""


from django.utils.translation import gettext_lazy as _

from bureau.accounts.roles import Permission
from bureau.workflow import Transition, Workflow, later
from programs import permissions
from programs.enums import FeedbackState, State

PLEDGE = [
    Transition(
        "publish",
        label=_("Publish"),
        button=_("Publish this pledge"),
        sources=[State.DRAFT],
        target=State.PUBLISHED,
        permission=(Permission.PLEDGE_EDIT, Permission.APPROVE),
        guards=[permissions.publish_reasons],
        form=later("programs.forms.PublishForm"),
        effect=later("programs.actions.on_publish"),
    ),
    Transition(
        "report_progress",
        label=_("Report progress"),
        button=_("Report progress in public"),
        sources=[State.PUBLISHED],
        target=State.PUBLISHED,
        permission=Permission.PLEDGE_EDIT,
        form=later("programs.forms.ProgressForm"),
        effect=later("programs.actions.on_report_progress"),
    ),
    Transition(
        "change_due",
        label=_("Change the due date"),
        button=_("Change the due date in public"),
        sources=[State.PUBLISHED],
        target=State.PUBLISHED,
        permission=Permission.PLEDGE_EDIT,
        form=later("programs.forms.DueForm"),
        effect=later("programs.actions.on_change_due"),
    ),
    Transition(
        "fulfill",
        label=_("Mark as fulfilled"),
        button=_("Declare this pledge fulfilled"),
        sources=[State.PUBLISHED],
        target=State.FULFILLED,
        permission=Permission.PLEDGE_EDIT,
        guards=[permissions.fulfill_reasons],
        form=later("programs.forms.FulfillForm"),
        effect=later("programs.actions.on_close"),
    ),
    Transition(
        "withdraw",
        label=_("Withdraw"),
        button=_("Withdraw this pledge"),
        sources=[State.DRAFT, State.PUBLISHED],
        target=State.WITHDRAWN,
        permission=Permission.PLEDGE_EDIT,
        form=later("programs.forms.WithdrawForm"),
        effect=later("programs.actions.on_close"),
        danger=True,
    ),
]

FEEDBACK = [
    Transition(
        "show",
        label=_("Show"),
        button=_("Show this feedback"),
        sources=[FeedbackState.WAITING, FeedbackState.HIDDEN],
        target=FeedbackState.SHOWN,
        permission=Permission.MODERATE,
        effect=later("programs.actions.on_show"),
    ),
    Transition(
        "hide",
        label=_("Do not show"),
        button=_("Do not show this feedback"),
        sources=[FeedbackState.WAITING, FeedbackState.SHOWN],
        target=FeedbackState.HIDDEN,
        permission=Permission.MODERATE,
        form=later("programs.forms.HideForm"),
        effect=later("programs.actions.on_hide"),
        danger=True,
    ),
    Transition(
        "answer",
        label=_("Answer the comment"),
        button=_("Answer in public"),
        sources=[FeedbackState.SHOWN],
        target=FeedbackState.SHOWN,
        permission=Permission.PLEDGE_EDIT,
        guards=[permissions.answer_reasons],
        form=later("programs.forms.AnswerForm"),
        effect=later("programs.actions.on_answer"),
    ),
    Transition(
        "take_back",
        label=_("Taken back by its author"),
        owner_label=_("Taken back by its author"),
        button=_("Take back what I said"),
        sources=[FeedbackState.WAITING, FeedbackState.SHOWN, FeedbackState.HIDDEN],
        target=FeedbackState.WITHDRAWN,
        permission=Permission.APPLY,
        guards=[permissions.own_feedback_reasons],
        effect=later("programs.actions.on_take_back"),
        owner=True,
    ),
]

pledges = Workflow("programs.Pledge", PLEDGE, log_model_label="programs.PledgeLog")
feedback = Workflow("programs.Feedback", FEEDBACK, log_model_label="programs.FeedbackLog")
