"""Transition tables of agreements and of their months. Effects live in `actions`, forms in `forms`."""

from django.utils.translation import gettext_lazy as _

from bureau.accounts.roles import Permission
from bureau.workflow import Transition, Workflow, later
from training.placements import permissions
from training.placements.enums import AgreementState, SheetState

agreement_workflow = Workflow(
    "training.Agreement",
    [
        Transition(
            "sign", label=_("Register the signature"), button=_("Register the signed agreement"),
            sources=[AgreementState.DRAFT], target=AgreementState.SIGNED, permission=Permission.PLACEMENT_EDIT,
            form=later("training.placements.forms.SignForm"), effect=later("training.placements.actions.on_sign"),
        ),
        Transition(
            "begin", label=_("Begin"), button=_("The placements have begun"),
            sources=[AgreementState.SIGNED], target=AgreementState.RUNNING, permission=Permission.PLACEMENT_EDIT,
            guards=[permissions.begin_reasons], effect=later("training.placements.actions.on_begin"),
        ),
        Transition(
            "finish", label=_("Finish"), button=_("The agreement has run its term"),
            sources=[AgreementState.RUNNING], target=AgreementState.FINISHED, permission=Permission.PLACEMENT_EDIT,
            guards=[permissions.finish_reasons],
        ),
        Transition(
            "stop", label=_("End early"), button=_("End this agreement early"),
            sources=[AgreementState.SIGNED, AgreementState.RUNNING], target=AgreementState.ENDED,
            permission=Permission.PLACEMENT_EDIT, form=later("training.placements.forms.StopForm"),
            effect=later("training.placements.actions.on_stop"),
            danger=True,
        ),
    ],
    log_model_label="training.AgreementLog",
)

sheet_workflow = Workflow(
    "training.MonthSheet",
    [
        Transition(
            "report", label=_("Report the month again"), owner_label=_("Reported by the shop"),
            button=_("Report this month"), sources=[SheetState.REPORTED, SheetState.RETURNED],
            target=SheetState.REPORTED, permission=(Permission.APPLY, Permission.PLACEMENT_EDIT),
            effect=later("training.placements.actions.on_report"), owner=True,
        ),
        Transition(
            "confirm", label=_("Confirm"), owner_label=_("Confirmed by the office"), button=_("Confirm this month"),
            sources=[SheetState.REPORTED], target=SheetState.CONFIRMED, permission=Permission.PLACEMENT_EDIT,
            guards=[permissions.confirm_reasons], effect=later("training.placements.actions.on_confirm"),
        ),
        Transition(
            "send_back", label=_("Send back"), owner_label=_("Sent back for correction"),
            button=_("Send this month back"), sources=[SheetState.REPORTED], target=SheetState.RETURNED,
            permission=Permission.PLACEMENT_EDIT, form=later("training.placements.forms.SendBackForm"),
            effect=later("training.placements.actions.on_send_back"), danger=True,
        ),
    ],
    log_model_label="training.MonthSheetLog",
)
