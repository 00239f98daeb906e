"""Choices of sessions, enrollments and marks."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """A livestream has no participants of ours: it is never among the sessions or their person-times."""

    CLASS = "class", _("Class")
    LECTURE = "lecture", _("Lecture")
    LIVESTREAM = "livestream", _("Livestream")


class State(models.TextChoices):
    PLANNED = "planned", _("Planned")
    OPEN = "open", _("Open for enrollment")
    RUNNING = "running", _("In session")
    ENDED = "ended", _("Ended")
    CANCELED = "canceled", _("Canceled")

    @property
    def tone(self) -> str:
        return TONES[self]


TONES = {
    State.PLANNED: "neutral",
    State.OPEN: "info",
    State.RUNNING: "attention",
    State.ENDED: "good",
    State.CANCELED: "bad",
}
#: Before the last day is over: the plan may still change, people may still come.
COMING = (State.PLANNED, State.OPEN)
UNDER_WAY = (State.PLANNED, State.OPEN, State.RUNNING)
#: What everybody may see.
SHOWN = (State.OPEN, State.RUNNING, State.ENDED, State.CANCELED)


class Place(models.TextChoices):
    """State of an enrollment: a seat, a place on the waiting list, or given up."""

    ENROLLED = "enrolled", _("Enrolled")
    WAITING = "waiting", _("On the waiting list")
    CANCELED = "canceled", _("Enrollment canceled")

    @property
    def tone(self) -> str:
        return {Place.ENROLLED: "good", Place.WAITING: "attention", Place.CANCELED: "neutral"}[self]


HELD = (Place.ENROLLED, Place.WAITING)


class Half(models.TextChoices):
    """Sorts as the day goes."""

    MORNING = "am", _("morning")
    AFTERNOON = "pm", _("afternoon")

    @property
    def short(self):
        """For the head of a narrow column."""
        return SHORT[self]


SHORT = {Half.MORNING: pgettext_lazy("half-day", "a.m."), Half.AFTERNOON: pgettext_lazy("half-day", "p.m.")}


class Mark(models.TextChoices):
    """What stands in the sheet; an absent person has no mark and no row."""

    PRESENT = "present", _("Present")
    LEAVE = "leave", _("On leave")

    @property
    def sign(self) -> str:
        return SIGNS[self]


SIGNS = {Mark.PRESENT: "√", Mark.LEAVE: "假"}
#: What offices write for a mark, in a sheet or in a block that they paste; "" is absent.
WORDS: dict[str, str] = {
    **dict.fromkeys(("√", "✓", "✔", "☑", "Y", "y", "1", "到", "出勤", "present"), Mark.PRESENT),
    **dict.fromkeys(("假", "请假", "事假", "病假", "leave"), Mark.LEAVE),
    **dict.fromkeys(("×", "X", "x", "✗", "缺", "缺勤", "旷课", "0", "-", "—"), ""),
}
