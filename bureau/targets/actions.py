"""Writes: setting and removing targets, proposing, confirming and discarding statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bureau import audit
from bureau.accounts.models import Unit, User
from bureau.attachments.enums import Channel, Confirmation
from bureau.attachments.models import Attachment
from bureau.common.periods import Period
from bureau.regions.models import Region
from bureau.targets.models import StatedSeries, StatedValue, Target


@dataclass(frozen=True)
class Wanted:
    """What a target is to be; `low` None removes it."""

    metric: str
    period: Period
    region: Region
    low: Decimal | None
    high: Decimal | None = None
    document: str | None = None

    @property
    def place(self) -> tuple:
        return self.metric, self.period.start, self.period.end, self.region.pk


@transaction.atomic
def set_targets(wanted: Sequence[Wanted], *, by: User, source: Attachment | None = None) -> int:
    """Set, change and remove; each change is audited with what stood before. Returns how many changed."""
    standing = {
        (row.metric, row.start, row.end, row.region_id): row
        for row in Target.objects.filter(
            metric__in={one.metric for one in wanted}, region__in={one.region.pk for one in wanted}
        ).select_for_update(no_key=True)
    }
    changed = 0
    for one in wanted:
        changed += set_one(one, standing.get(one.place), by=by, source=source)
    return changed


def set_one(one: Wanted, row: Target | None, *, by: User, source: Attachment | None) -> bool:
    if one.low is None:
        if row is None:
            return False
        audit.record("targets.target.removed", row, by=by, was=str(row.low))
        row.delete()
        return True
    document = one.document if one.document is not None else row.document if row else ""
    after = {"low": one.low, "high": one.high, "document": document}
    before = {name: getattr(row, name) for name in after} if row else {}
    if before == after:
        return False
    row = row or Target(metric=one.metric, kind=one.period.kind, start=one.period.start, end=one.period.end,
                        region=one.region, entered_by=by)
    for name, value in after.items():
        setattr(row, name, value)
    if source is not None:
        row.channel, row.source = Channel.IMPORTED, source
    row.save()
    audit.record("targets.target.set", row, by=by, was=str(before.get("low", "")), now=str(one.low))
    return True


# --- statistics ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Statement:
    """What a document states."""

    series: StatedSeries
    region: Region
    period: Period
    value: Decimal
    document: str
    page: str = ""


@transaction.atomic
def propose(said: Statement, *, by: User, unit: Unit, source: Attachment | None = None) -> StatedValue:
    """A value that waits for a second person; where one is confirmed already, its next revision.
    Raises ValidationError where one waits already."""
    same = StatedValue.objects.filter(
        series=said.series, region=said.region, start=said.period.start, end=said.period.end
    )
    last = same.order_by("-revision").values_list("revision", flat=True).first() or 0
    try:
        with transaction.atomic():
            row = StatedValue.objects.create(
                series=said.series, region=said.region, kind=said.period.kind, start=said.period.start,
                end=said.period.end, revision=last + 1, value=said.value, document=said.document, page=said.page,
                source=source, unit=unit, proposed_by=by,
            )
    except IntegrityError as error:
        raise ValidationError(
            _("A value for this series, region and period waits for confirmation already.")
        ) from error
    audit.record("targets.stated.proposed", row, by=by, value=str(said.value))
    return row


def locked(row: StatedValue) -> StatedValue:
    return StatedValue.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)


@transaction.atomic
def confirm(row: StatedValue, *, by: User) -> StatedValue:
    """Raises ValidationError with the reasons."""
    row = locked(row)
    if reasons := row.confirm_reasons(by):
        raise ValidationError(reasons)
    row.confirm(by)
    row.save()
    audit.record("targets.stated.confirmed", row, by=by, value=str(row.value))
    return row


@transaction.atomic
def discard(row: StatedValue, *, by: User) -> StatedValue:
    """Raises ValidationError with the reasons."""
    row = locked(row)
    if reasons := row.decided_reasons():
        raise ValidationError(reasons)
    row.state = Confirmation.DISCARDED
    row.save()
    audit.record("targets.stated.discarded", row, by=by)
    return row
