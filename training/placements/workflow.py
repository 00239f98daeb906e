"""Transition tables of agreements and of their months. Effects live in `actions`, forms in `forms`."""

from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from bureau.accounts.roles import Permission
from bureau.workflow import Transition, Workflow
from training.placements import permissions
from training.placements.enums import AgreementState, SheetState


def later(path):
    """A callable of a higher floor, found when it is called."""

    def call(*args, **kwargs):
        return import_string(f"training.placements.{path}")(*args, **kwargs)

    call.__name__ = path.rsplit(".", 1)[-1]
    return call


agreement_workflow = Workflow(
    "training.Agreement",
    [
        Transition(
            "sign", label=_("Register the signature"), button=_("Register the signed agreement"),
            sources=[AgreementState.DRAFT], target=AgreementState.SIGNED, permission=Permission.PLACEMENT_EDIT,
            form=later("forms.SignForm"), effect=later("actions.on_sign"),
        ),
        Transition(
            "begin", label=_("Begin"), button=_("The placements have begun"),
            sources=[AgreementState.SIGNED], target=AgreementState.RUNNING, permission=Permission.PLACEMENT_EDIT,
            guards=[permissions.begin_reasons], effect=later("actions.on_begin"),
        ),
        Transition(
            "finish", label=_("Finish"), button=_("The agreement has run its term"),
            sources=[AgreementState.RUNNING], target=AgreementState.FINISHED, permission=Permission.PLACEMENT_EDIT,
            guards=[permissions.finish_reasons],
        ),
        Transition(
            "stop", label=_("End early"), button=_("End this agreement early"),
            sources=[AgreementState.SIGNED, AgreementState.RUNNING], target=AgreementState.ENDED,
            permission=Permission.PLACEMENT_EDIT, form=later("forms.StopForm"), effect=later("actions.on_stop"),
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
            effect=later("actions.on_report"), owner=True,
        ),
        Transition(
            "confirm", label=_("Confirm"), owner_label=_("Confirmed by the office"), button=_("Confirm this month"),
            sources=[SheetState.REPORTED], target=SheetState.CONFIRMED, permission=Permission.PLACEMENT_EDIT,
            guards=[permissions.confirm_reasons], effect=later("actions.on_confirm"),
        ),
        Transition(
            "send_back", label=_("Send back"), owner_label=_("Sent back for correction"),
            button=_("Send this month back"), sources=[SheetState.REPORTED], target=SheetState.RETURNED,
            permission=Permission.PLACEMENT_EDIT, form=later("forms.SendBackForm"),
            effect=later("actions.on_send_back"), danger=True,
        ),
    ],
    log_model_label="training.MonthSheetLog",
)
