"""The transition table of a credential. Expiry is no step: a named credential has its dates."""

from django.utils.translation import gettext_lazy as _

from bureau.accounts.roles import Permission
from bureau.workflow import Transition, Workflow, later
from enterprises.credentials import permissions
from enterprises.credentials.enums import State


def as_entered(credential, data=None):
    """A back-entered credential may have had its plaque already."""
    return State.PLAQUE if credential.plaque_on else State.NAMED


TRANSITIONS = [
    Transition(
        "select", label=_("Selected"), owner_label=_("Selected by the review"), button=_("Record: selected"),
        sources=[State.NOMINATED], target=State.SELECTED, permission=Permission.CREDENTIAL_EDIT,
        guards=[permissions.select_reasons], form=later("enterprises.credentials.forms.SelectForm"),
        effect=later("enterprises.credentials.actions.on_select"),
    ),
    Transition(
        "not_select", label=_("Not selected"), button=_("Record: not selected"),
        sources=[State.NOMINATED, State.SELECTED], target=State.NOT_SELECTED, permission=Permission.CREDENTIAL_EDIT,
        guards=[permissions.review_reasons], form=later("enterprises.credentials.forms.EndForm"),
        effect=later("enterprises.credentials.actions.on_end"), danger=True,
    ),
    Transition(
        "withdraw", label=_("Nomination withdrawn"), button=_("Withdraw this nomination"),
        sources=[State.NOMINATED], target=State.WITHDRAWN, permission=Permission.CREDENTIAL_EDIT,
        form=later("enterprises.credentials.forms.EndForm"), effect=later("enterprises.credentials.actions.on_end"), danger=True,
    ),
    Transition(
        "name", label=_("Named"), owner_label=_("Named"), button=_("Name this shop"),
        sources=[State.SELECTED], target=State.NAMED, permission=Permission.CREDENTIAL_NAME,
        guards=[permissions.name_reasons], form=later("enterprises.credentials.forms.NameForm"),
        effect=later("enterprises.credentials.actions.on_name"),
    ),
    Transition(
        "give_plaque", label=_("Plaque given"), owner_label=_("Plaque given"), button=_("Record that the plaque was given"),
        sources=[State.NAMED], target=State.PLAQUE,
        permission=(Permission.CREDENTIAL_EDIT, Permission.CREDENTIAL_NAME),
        guards=[permissions.plaque_reasons], form=later("enterprises.credentials.forms.PlaqueForm"),
        effect=later("enterprises.credentials.actions.on_plaque"),
    ),
    Transition(
        "confirm", label=_("Back-entry confirmed"), button=_("Confirm this back-entry"),
        sources=[State.PROPOSED], target=as_entered, targets=[State.NAMED, State.PLAQUE],
        permission=Permission.BACK_ENTER_CONFIRM, guards=[permissions.confirm_reasons],
        effect=later("enterprises.credentials.actions.on_confirm"),
    ),
    Transition(
        "discard", label=_("Back-entry discarded"), button=_("Discard this back-entry"),
        sources=[State.PROPOSED], target=State.DISCARDED,
        permission=(Permission.CREDENTIAL_EDIT, Permission.BACK_ENTER_CONFIRM),
        form=later("enterprises.credentials.forms.EndForm"), effect=later("enterprises.credentials.actions.on_end"), danger=True,
    ),
    Transition(
        "revoke", label=_("Revoked"), owner_label=_("Revoked"), button=_("Revoke this credential"),
        sources=[State.NAMED, State.PLAQUE], target=State.REVOKED, permission=Permission.CREDENTIAL_NAME,
        guards=[permissions.own_reasons], form=later("enterprises.credentials.forms.RevokeForm"),
        effect=later("enterprises.credentials.actions.on_revoke"),
        danger=True,
    ),
]

workflow = Workflow(
    "enterprises.Credential", TRANSITIONS, log_model_label="enterprises.CredentialLog",
    initial=[State.NOMINATED, State.PROPOSED],
)
