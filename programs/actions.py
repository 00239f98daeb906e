"""Writes on pledges and on what citizens say: the effects of the steps, and the ways in."""

from datetime import date, timedelta
from functools import partial

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from bureau import audit
from bureau.accounts.models import Grant, SiteProfile, User
from bureau.accounts.roles import Permission, roles_with
from bureau.attachments import storage
from bureau.attachments.actions import claim
from bureau.attachments.enums import Channel
from bureau.attachments.enums import State as FileState
from bureau.attachments.models import Attachment
from bureau.common import clock
from bureau.common.crypto import blind_index
from bureau.notifications import notify
from bureau.workflow import perform
from programs import limits, permissions
from programs.models import (
    Answer,
    Feedback,
    FeedbackLog,
    Pledge,
    PledgeDateChange,
    PledgeLog,
    ProgressNote,
    shows_pledges,
)
from programs.screening import screen

#: How many days before a pledge is due its office is reminded.
REMIND_DAYS = 7


# --- effects of the steps of a pledge: (pledge, who, cleaned data, log row) -----------------------


def on_publish(pledge: Pledge, by: User, data: dict, log: PledgeLog) -> None:
    """From here on what it says is fixed, and every due date is on record."""
    pledge.published_at, pledge.published_on, pledge.published_by = clock.now(), clock.today(), by
    record_due(pledge, None, pledge.due_on, by=by)


def record_due(pledge: Pledge, old: date | None, new: date, *, by: User, reason: str = "") -> PledgeDateChange:
    return PledgeDateChange.objects.create(
        pledge=pledge, old=old, new=new, reason=reason, by=by, region_id=pledge.region_id, unit_id=pledge.unit_id
    )


def on_report_progress(pledge: Pledge, by: User, data: dict, log: PledgeLog) -> None:
    note = ProgressNote.objects.create(
        pledge=pledge, text=data["text"], percent=data["percent"], noted_on=data["noted_on"], by=by,
        unit=log.unit or pledge.unit,
    )
    attach(note, [*data.get("evidence", ()), *data.get("internal", ())])
    log.effective_date, log.data = data["noted_on"], {"note": note.pk, "percent": note.percent}


def attach(subject: Pledge | ProgressNote, files: list[Attachment]) -> None:
    for file in files:
        claim(file, subject)


@transaction.atomic
def save_draft(pledge: Pledge, files: list[Attachment]) -> Pledge:
    """What was pledged on an earlier day and is entered from its document counts as entered afterwards."""
    afterwards = bool(files) and pledge.effective_date < clock.today()
    pledge.channel = Channel.BACK_ENTERED if afterwards else Channel.ONLINE
    pledge.source = files[0] if afterwards else None
    pledge.save()
    keep_files(pledge, files)
    return pledge


def keep_files(pledge: Pledge, files: list[Attachment]) -> None:
    """The papers of a draft are these; one that was taken out of it is gone for everybody."""
    attach(pledge, files)
    gone = Attachment.objects.of(pledge).filter(state=FileState.CLEAN).exclude(pk__in=[file.pk for file in files])
    for file in gone:
        Attachment.objects.filter(pk=file.pk).update(state=FileState.EXPIRED)
        transaction.on_commit(partial(storage.remove, file.key, file.thumbnail_key))


def on_change_due(pledge: Pledge, by: User, data: dict, log: PledgeLog) -> None:
    old = pledge.due_on
    pledge.due_on = data["due_on"]
    record_due(pledge, old, pledge.due_on, by=by, reason=data["reason"])
    log.comment, log.data = data["reason"], {"old": old.isoformat(), "new": pledge.due_on.isoformat()}


def on_close(pledge: Pledge, by: User, data: dict, log: PledgeLog) -> None:
    """Fulfilled with how, or withdrawn with why."""
    pledge.closed_on, pledge.closing_note = data.get("closed_on") or clock.today(), data["note"]
    log.effective_date, log.comment = pledge.closed_on, pledge.closing_note


# --- what citizens say ----------------------------------------------------------------------------


@transaction.atomic
def give_feedback(*, by: User, pledge: Pledge, rating: int, comment: str, address: str) -> Feedback:
    """Keep what a citizen says for review. Raises ValidationError with the reasons, or limits.TooMany."""
    phone_index = blind_index(by.phone or "", "phone")
    now = limits.hold(phone_index, address, pledge.pk)
    # Locked against a step of the office that would close it meanwhile.
    pledge = Pledge.objects.select_for_update(of=("self",), no_key=True).get(pk=pledge.pk)
    if reasons := permissions.rate_reasons(pledge, by):
        raise ValidationError([str(reason) for reason in reasons])
    said = screen(comment)
    feedback = Feedback(
        pledge=pledge, user=by, phone_index=phone_index, rating=rating, comment=said.text, is_masked=said.masked,
        is_suspect=said.suspect, sent_at=now, address=address, region_id=pledge.region_id, unit_id=pledge.unit_id,
    )
    try:
        with transaction.atomic():
            feedback.save()
    except IntegrityError:  # the same phone under another account
        raise ValidationError(permissions.RATED_ALREADY) from None
    audit.record("programs.feedback.given", feedback, by=by)
    return feedback


def take_back(*, feedback: Feedback, by: User) -> Feedback:
    """The citizen's own; he may say something else afterwards. Raises bureau.workflow.NotDone."""
    return perform(feedback, "take_back", by=by)


def on_show(feedback: Feedback, by: User, data: dict, log: FeedbackLog) -> None:
    feedback.reason = ""


def on_hide(feedback: Feedback, by: User, data: dict, log: FeedbackLog) -> None:
    feedback.reason = log.comment = data["reason"]
    notify("programs.hidden", to=feedback.user, subject=feedback, context={"number": feedback.pledge.number},
           dedupe=f"feedback:{feedback.pk}:hidden:{feedback.version}")


def on_take_back(feedback: Feedback, by: User, data: dict, log: FeedbackLog) -> None:
    feedback.reason = ""


def on_answer(feedback: Feedback, by: User, data: dict, log: FeedbackLog) -> None:
    answer = Answer.objects.create(
        feedback=feedback, text=data["text"], by=by, unit=log.unit or feedback.unit, region_id=feedback.region_id
    )
    log.data = {"answer": answer.pk}
    notify("programs.answered", to=feedback.user, subject=feedback, context={"number": feedback.pledge.number},
           dedupe=f"answer:{answer.pk}")


# --- the setting, and reminders -------------------------------------------------------------------


@transaction.atomic
def set_display(*, by: User, shown: bool) -> None:
    """Put the public pages of pledges up or take them down."""
    changed = SiteProfile.objects.exclude(shows_pledges=shown).update(shows_pledges=shown)
    if changed:
        audit.record("programs.display.on" if shown else "programs.display.off", SiteProfile.get(), by=by)


def remind() -> int:
    """Tell the offices of pledges that fall due within a week or are overdue, once for each due date and again once it
    has passed. Returns how many messages there are."""
    today, told = clock.today(), 0
    due = Pledge.objects.open().filter(due_on__lte=today + timedelta(days=REMIND_DAYS)).select_related("unit")
    keepers, displayed = _keepers({pledge.unit_id for pledge in due}), shows_pledges()
    for pledge in due:
        kind = "programs.overdue" if pledge.due_on < today else "programs.due_soon"
        for user in keepers.get(pledge.unit_id, ()):
            notify(kind, to=user, subject=pledge if displayed else None, dedupe=f"{kind}:{pledge.pk}:{pledge.due_on}:{user.pk}",
                   context={"number": pledge.number, "day": pledge.due_on.isoformat()})
            told += 1
    return told


def _keepers(units: set[int]) -> dict[int, list[User]]:
    """Who keeps the pledges of each of the units."""
    roles = [role.value for role in roles_with(Permission.PLEDGE_EDIT)]
    grants = Grant.objects.current().filter(unit__in=units, role__in=roles, user__is_active=True).select_related("user")
    found: dict[int, list[User]] = {}
    for grant in grants:
        found.setdefault(grant.unit_id, []).append(grant.user)
    return found


