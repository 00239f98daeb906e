"""Figures of training: a session counts on the last day of one that has ended; a person-time is one person in it."""

from django.db.models import BigIntegerField, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from bureau.metrics import Column, Dimension, Metric, Sentence, Source, Units, register
from bureau.metrics.enums import Section, Sensitivity
from training.enums import COMING, Kind, Place, State
from training.models import Enrollment, Session

CLASSES = ~Q(kind=Kind.LIVESTREAM)
ATTENDED = Q(present__gt=0)


def with_place(queryset, prefix=""):
    """Adds `held_in`: the province of the session's place, the country abroad."""
    place = f"{prefix}place__"
    return queryset.annotate(
        held_in=Coalesce(f"{place}province_id", f"{place}country_id", output_field=BigIntegerField())
    )


def dims(prefix=""):
    return {
        "place": Dimension("held_in", _("Place of the session")),
        "kind": Dimension(f"{prefix}kind", _("Kind")),
    }


sessions = Source("training.sessions", lambda: with_place(Session.objects.all()), dims=dims())
enrollments = Source(
    "training.enrollments", lambda: with_place(Enrollment.objects.all(), "session__"), dims=dims("session__")
)


def session_columns(date, *more):
    return (
        Column("number", _("Number"), "number"),
        Column("title", _("Title of the session"), "title"),
        Column("place", _("Place of the session"), "place__name", pair=True),
        Column("begins", _("First day"), "begins_on"),
        Column("date", _("Last day"), date),
        Column("region", _("Region it counts for"), "region__name", pair=True),
        Column("office", _("Office"), "unit__name", Sensitivity.INTERNAL, pair=True),
        *more,
    )


def person_columns(date, *more):
    """Who sat there is personal data; officials see session, county and day."""
    return (
        Column("number", _("Number"), "session__number"),
        Column("title", _("Title of the session"), "session__title"),
        Column("person", _("Name"), "person__name", Sensitivity.PERSONAL),
        Column("region", _("Counts for"), "region__name", pair=True),
        Column("place", _("Place of the session"), "session__place__name", pair=True),
        Column("date", _("Date"), date),
        *more,
    )


PRESENT = Column("present", _("Half-days present"), "present", Sensitivity.INTERNAL)

register(
    Metric(
        "training.sessions", _("Training sessions held"), Units.TERMS, sessions, where=CLASSES, date="ended_on",
        columns=session_columns("ended_on", Column("days", _("Days"), "days")),
        definition=_("Classes and lectures that have ended, by their last day; livestreams are counted apart."),
        better="up", headline=110,
    ),
    Metric(
        "training.person_times", _("Training person-times"), Units.PERSON_TIMES, enrollments, where=ATTENDED,
        date="ended_on", columns=person_columns("ended_on", PRESENT),
        definition=_("One person in one session that has ended, present at least for one half-day; never per day. "
                     "By the last day of the session."),
        better="up", headline=120,
    ),
    Metric(
        "training.persons", _("People trained"), Units.PERSONS, enrollments, where=ATTENDED, distinct="person",
        date="ended_on", columns=person_columns("ended_on", PRESENT),
        definition=_("Different people with at least one person-time."),
        better="up",
    ),
    Metric(
        "training.person_days", _("Training person-days"), Units.PERSON_DAYS, enrollments, where=ATTENDED,
        sum="days_present", date="ended_on",
        columns=person_columns("ended_on", Column("days", _("Days present"), "days_present")),
        definition=_("Days on which somebody was present for at least one half-day, of sessions that have ended."),
    ),
    Metric(
        "training.hours", _("Training hours"), Units.HOURS, enrollments, where=ATTENDED, sum="hours", date="ended_on",
        columns=person_columns("ended_on", Column("hours", _("Hours"), "hours")),
        definition=_("Half-days present times the hours of a half-day of the session, of sessions that have ended."),
    ),
    Metric(
        "training.completions", _("Trainings completed"), Units.PERSON_TIMES, enrollments,
        where=Q(completed=True, present__gt=0), date="ended_on", columns=person_columns("ended_on", PRESENT),
        definition=_("Person-times with the share of half-days that the session asks for (80% unless it says otherwise)."),
        better="up",
    ),
    Metric(
        "training.livestreams", _("Livestreams held"), Units.EVENTS, sessions, where=Q(kind=Kind.LIVESTREAM),
        date="ended_on",
        columns=session_columns("ended_on", Column("viewers", _("Viewers"), "viewers"), Column("sales", _("Sales (yuan)"), "sales")),
        definition=_("Livestreams that have ended, by their last day; never among the sessions or person-times."),
        better="up", headline=130,
    ),
    Metric(
        "training.current_class.size", _("Participants of classes in session"), Units.PERSONS, enrollments,
        where=Q(state=Place.ENROLLED, session__canceled_at=None),
        begins="session__begins_on", ends="session__ends_on", columns=person_columns("session__begins_on"),
        definition=_("People enrolled in sessions that have begun and do not end before the next day. They count as "
                     "person-times only when the session ends."),
    ),
    Metric(
        "training.current_class.days", _("Days of classes in session"), Units.DAYS, sessions,
        where=CLASSES & Q(canceled_at=None), sum="days", begins="begins_on", ends="ends_on",
        columns=session_columns("ends_on", Column("days", _("Days"), "days")),
        definition=_("Planned days of sessions that have begun and do not end before the next day."),
    ),
    Metric(
        "training.coming", _("Training sessions to begin"), Units.TERMS, sessions,
        where=CLASSES & Q(state__in=COMING), date="begins_on", columns=session_columns("ends_on"),
        definition=_("Sessions planned or open for enrollment, by their first day."),
    ),
    Metric(
        "training.marks_open", _("Sessions ended with attendance not closed"), Units.TERMS, sessions,
        where=CLASSES & Q(state=State.ENDED, marks_closed_at=None), date="ended_on", columns=session_columns("ended_on"),
        definition=_("Sessions that have ended and whose attendance may still change, by their last day."),
        better="down",
    ),
)

register(
    Sentence(
        Section.PROGRESS, 70,
        zh="今年以来举办培训{training.sessions}，培训{training.person_times}，其中达到结业要求{training.completions}；"
           "开展网络直播{training.livestreams}。",
        en="Since the beginning of the year there have been {training.sessions} with {training.person_times}, of which "
           "{training.completions} reached completion, and {training.livestreams} on the Internet.",
        keys=("training.sessions", "training.person_times", "training.completions", "training.livestreams"),
        when="training.sessions",
    ),
    Sentence(
        Section.PROGRESS, 71,
        zh="本期结束培训{training.sessions@period}、{training.person_times@period}，"
           "上期为{training.sessions@previous}、{training.person_times@previous}。",
        en="In this period {training.sessions@period} with {training.person_times@period} came to their end; in the "
           "period before it was {training.sessions@previous} with {training.person_times@previous}.",
        keys=("training.sessions", "training.person_times"), when="training.sessions@period",
    ),
    Sentence(
        Section.PROGRESS, 72,
        zh="期末在训学员{training.current_class.size}，计划培训{training.current_class.days}，待结业后计入培训期数和人次。",
        en="At the end of the period {training.current_class.size} were in training, planned for "
           "{training.current_class.days}; they count once their class has ended.",
        keys=("training.current_class.size", "training.current_class.days"), when="training.current_class.size",
    ),
    Sentence(
        Section.PROBLEMS, 70,
        zh="今年已结束的培训中有{training.marks_open}的考勤尚未核定，参训情况有待及时核实。",
        en="Of this year's sessions that have ended, the attendance of {training.marks_open} has not been closed yet.",
        keys=("training.marks_open",), when="training.marks_open",
    ),
    Sentence(
        Section.PLANS, 70,
        zh="做好下期{training.coming@next}培训的报名和组织工作。",
        en="Prepare the {training.coming@next} that begin in the next period, and help owners enroll.",
        keys=("training.coming",), when="training.coming@next",
    ),
)

from training.placements import metrics as placements  # noqa: E402, F401
