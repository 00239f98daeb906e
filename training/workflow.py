"""The transition tables of a session and of an enrollment. What the calendar does by itself has no permission."""

from django.utils.translation import gettext_lazy as _

from bureau.accounts.roles import Permission
from bureau.workflow import Transition, Workflow, later
from training import permissions
from training.enums import COMING, HELD, UNDER_WAY, Place, State

SESSION_STEPS = [
    Transition(
        "open",
        label=_("Open for enrollment"),
        button=_("Open for enrollment"),
        sources=[State.PLANNED],
        target=State.OPEN,
        permission=Permission.TRAINING_EDIT,
        guards=[permissions.open_reasons],
    ),
    Transition(
        "begin",
        label=_("Begin"),
        button=_("Begin the session"),
        sources=COMING,
        target=State.RUNNING,
        permission=Permission.TRAINING_EDIT,
        guards=[permissions.begin_reasons],
        effect=later("training.actions.sessions.on_begin"),
    ),
    Transition(
        "begin_due",
        label=_("Begun on its first day"),
        sources=COMING,
        target=State.RUNNING,
        guards=[permissions.begin_reasons],
        effect=later("training.actions.sessions.on_begin"),
    ),
    Transition(
        "end",
        label=_("End"),
        button=_("End the session"),
        sources=[State.RUNNING],
        target=State.ENDED,
        permission=Permission.TRAINING_EDIT,
        guards=[permissions.end_reasons],
        form=later("training.forms_staff.EndForm"),
        effect=later("training.actions.sessions.on_end"),
    ),
    Transition(
        "end_due",
        label=_("Ended after its last day"),
        sources=[State.RUNNING],
        target=State.ENDED,
        guards=[permissions.over_reasons],
        effect=later("training.actions.sessions.on_end"),
    ),
    Transition(
        "close_marks",
        label=_("Close the attendance"),
        button=_("Close the attendance"),
        sources=[State.ENDED],
        target=State.ENDED,
        permission=Permission.TRAINING_EDIT,
        guards=[permissions.close_reasons],
        effect=later("training.actions.sessions.on_close_marks"),
    ),
    Transition(
        "reopen_marks",
        label=_("Reopen the attendance"),
        button=_("Reopen the attendance"),
        sources=[State.ENDED],
        target=State.ENDED,
        permission=Permission.TRAINING_EDIT,
        guards=[permissions.reopen_reasons],
        form=later("training.forms_staff.ReasonForm"),
        effect=later("training.actions.sessions.on_reopen_marks"),
    ),
    Transition(
        "cancel",
        label=_("Cancel"),
        button=_("Cancel this session"),
        sources=UNDER_WAY,
        target=State.CANCELED,
        permission=Permission.TRAINING_EDIT,
        guards=[permissions.cancel_session_reasons],
        form=later("training.forms_staff.ReasonForm"),
        effect=later("training.actions.sessions.on_cancel"),
        danger=True,
    ),
]

ENROLLMENT_STEPS = [
    Transition(
        "move_up",
        label=_("Moved up from the waiting list"),
        owner_label=_("A seat is free: you are enrolled"),
        sources=[Place.WAITING],
        target=Place.ENROLLED,
    ),
    Transition(
        "cancel",
        label=_("Cancel the enrollment"),
        owner_label=_("Enrollment canceled"),
        button=_("Cancel this enrollment"),
        sources=HELD,
        target=Place.CANCELED,
        permission=(Permission.APPLY, Permission.TRAINING_EDIT),
        guards=[permissions.cancel_reasons],
        effect=later("training.actions.enrollments.on_cancel"),
        owner=True,
        danger=True,
    ),
]

session_workflow = Workflow("training.Session", SESSION_STEPS, log_model_label="training.SessionLog")
enrollment_workflow = Workflow(
    "training.Enrollment", ENROLLMENT_STEPS, log_model_label="training.EnrollmentLog",
    initial=[Place.ENROLLED, Place.WAITING],
)

from training.placements import workflow as placements  # noqa: E402, F401  the tables of agreements and months
