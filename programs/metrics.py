"""Figures of the public pledges: each a question to dated rows. An average is no figure here: what may be added up is
counted, and the page of a pledge shows the mean of its reviewed ratings."""

from datetime import timedelta

from django.db.models import DateField, ExpressionWrapper, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from bureau.metrics import Column, Dimension, Metric, Sentence, Source, Units, register
from bureau.metrics.enums import Section, Sensitivity
from programs.enums import FeedbackState, State
from programs.models import Answer, Feedback, Pledge, PledgeDateChange


def due_spells():
    """Each due date for as long as it stood: late from the day after it, until the next date or the end."""
    following = PledgeDateChange.objects.filter(pledge=OuterRef("pledge"), pk__gt=OuterRef("pk")).order_by("pk")
    day_after = ExpressionWrapper(F("new") + timedelta(days=1), output_field=DateField())
    return PledgeDateChange.objects.annotate(
        late_from=Greatest(day_after, F("effective_date")),
        until=Coalesce(Subquery(following.values("effective_date")[:1]), F("pledge__closed_on")),
    )


pledges = Source(
    "programs.pledges", lambda: Pledge.objects.exclude(published_at=None),
    dims={"category": Dimension("category", _("Category"))},
)
spells = Source("programs.due_spells", due_spells)
feedback = Source("programs.feedback", lambda: Feedback.objects.all())
answers = Source("programs.answers", lambda: Answer.objects.all())


def columns(date: str, prefix: str = "", *more: Column) -> tuple[Column, ...]:
    """Officials see number, office and date; staff the text too."""
    return (
        Column("number", _("Pledge number"), f"{prefix}number"),
        Column("region", _("Region"), f"{prefix}region__name", pair=True),
        Column("office", _("Responsible office"), f"{prefix}unit__name", pair=True),
        Column("date", _("Date"), date),
        Column("text", _("Pledge"), f"{prefix}text", Sensitivity.INTERNAL, pair=True),
        *more,
    )


RATING = Column("rating", _("Rating"), "rating")

register(
    Metric(
        "pledges.published", _("Pledges published"), Units.ITEMS, pledges, date="published_on",
        columns=columns("published_on"), definition=_("Pledges by the day on which they were made public."),
        headline=150, better="up",
    ),
    Metric(
        "pledges.fulfilled", _("Pledges fulfilled"), Units.ITEMS, pledges, where=Q(state=State.FULFILLED),
        date="closed_on", columns=columns("closed_on"),
        definition=_("Pledges by the day on which they were declared fulfilled."), better="up",
    ),
    Metric(
        "pledges.open", _("Pledges under way"), Units.ITEMS, pledges, begins="published_on", ends="closed_on",
        columns=columns("due_on"),
        definition=_("Pledges published and neither fulfilled nor withdrawn at the end of the period."),
    ),
    Metric(
        "pledges.overdue", _("Pledges overdue"), Units.ITEMS, spells, begins="late_from", ends="until",
        columns=columns("new", "pledge__"),
        definition=_("Open pledges whose due date had passed at the end of the period, by the due date that stood then."),
        better="down",
    ),
    Metric(
        "pledges.ratings", _("Ratings shown"), Units.ITEMS, feedback, where=Q(state=FeedbackState.SHOWN),
        date="given_on", columns=columns("given_on", "pledge__", RATING),
        definition=_("Citizens' ratings that passed the review, one for each phone and pledge, by the day they were given."),
        better="up",
    ),
    Metric(
        "feedback.received", _("Citizens' feedback received"), Units.ITEMS, feedback, date="given_on",
        columns=columns("given_on", "pledge__", RATING),
        definition=_("Ratings and comments of citizens on pledges, whatever became of them, by the day they were given."),
    ),
    Metric(
        "feedback.answered", _("Citizens' comments answered"), Units.ITEMS, answers, distinct="feedback",
        date="answered_on", columns=columns("answered_on", "feedback__pledge__"),
        definition=_("Different comments that the responsible offices answered, by the day of the answer."), better="up",
    ),
)

register(
    Sentence(
        Section.PROGRESS, 90,
        zh="公开承诺方面，今年以来公开承诺{pledges.published}，兑现{pledges.fulfilled}，正在推进{pledges.open}；"
           "收到群众评价{feedback.received}，答复群众意见{feedback.answered}。",
        en="Public pledges since the beginning of the year: {pledges.published} made public, {pledges.fulfilled} "
           "fulfilled, {pledges.open} under way; feedback of citizens: {feedback.received} received, "
           "{feedback.answered} answered.",
        keys=("pledges.published", "pledges.fulfilled", "pledges.open", "feedback.received", "feedback.answered"),
        when="pledges.published",
    ),
    Sentence(
        Section.PROBLEMS, 90,
        zh="有{pledges.overdue}公开承诺超过承诺时限尚未兑现。",
        en="Of the public pledges, {pledges.overdue} had not been fulfilled by the day they were due.",
        keys=("pledges.overdue",), when="pledges.overdue",
    ),
    Sentence(
        Section.PLANS, 90,
        zh="对逾期的公开承诺{pledges.overdue}逐项督办，及时向社会公开进展。",
        en="Follow up each of the public pledges that are overdue ({pledges.overdue}), and make their progress public.",
        keys=("pledges.overdue",), when="pledges.overdue",
    ),
)
