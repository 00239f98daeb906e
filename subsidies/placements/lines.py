"""Payee lines of an application for placements. They follow from the agreement: one for each trainee who qualifies,
one for the host; nobody types an amount, and a person receives the allowance once, whatever the shop and the year."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau.common.money import yuan
from bureau.workflow import Refused
from subsidies import amounts
from subsidies.enums import PayeeRole, State
from subsidies.models import PayeeLine
from training.models import Agreement, Placement
from training.placements import queries as placements
from training.placements.enums import BINDING

ONE_ALLOWANCE = "payeeline_one_live_allowance_per_person"
#: Columns of a line that follow its placement.
COPIED = ("kind", "name", "id_number", "id_index", "account", "account_index", "bank", "amount", "months")


@dataclass(frozen=True)
class Terms:
    """What a scheme version says about placements."""

    trainee: Decimal
    host: Decimal
    cap: Decimal
    months: int
    days: int

    @classmethod
    def of(cls, version) -> Terms:
        found = version.amounts
        return cls(
            amounts.fixed(found, "trainee"), amounts.fixed(found, "host"), version.cap, found["months"], found["days"]
        )

    def total(self, trainees: int) -> Decimal:
        """What so many trainees and their host receive; nothing for the host alone."""
        return self.trainee * trainees + self.host if trainees else Decimal("0.00")


@dataclass(frozen=True)
class Candidate:
    """One person of the agreement. `earlier`: the line by which the allowance was claimed elsewhere."""

    placement: Placement
    months: int
    needed: int
    earlier: PayeeLine | None

    @property
    def enough(self) -> bool:
        return self.months >= self.needed

    @property
    def counts(self) -> bool:
        return self.enough and self.earlier is None

    @property
    def lacks_account(self) -> bool:
        return self.counts and not self.placement.account


@dataclass(frozen=True)
class Plan:
    """Who of an agreement would be paid now, and who not."""

    terms: Terms
    candidates: list[Candidate]

    @property
    def paid(self) -> list[Candidate]:
        return [one for one in self.candidates if one.counts]

    @property
    def unpaid(self) -> list[Candidate]:
        return [one for one in self.candidates if not one.counts]

    @property
    def without_account(self) -> list[Candidate]:
        return [one for one in self.candidates if one.lacks_account]

    @property
    def earlier(self) -> list[Candidate]:
        return [one for one in self.candidates if one.earlier is not None]

    @property
    def total(self) -> Decimal:
        return self.terms.total(len(self.paid))

    @property
    def nothing(self) -> str:
        """What stands where an amount would, while nobody is paid."""
        return "" if self.paid else _(
            "There is nothing to apply for now: every trainee lacks %(months)s confirmed months or has received the "
            "allowance before."
        ) % {"months": self.terms.months}


def plan(agreement: Agreement, version, *, apart_from=None) -> Plan:
    """Two queries, whatever the number of trainees. `apart_from`: the application whose own claims do not count."""
    terms = Terms.of(version)
    rows = agreement.placements.standing().select_related("person").order_by("person__name", "person_id", "id")
    people: dict[int, list[Placement]] = {}
    for row in placements.confirmed_months(rows, days=terms.days):
        people.setdefault(row.person_id, []).append(row)
    earlier = claims(people, apart_from=apart_from)
    return Plan(terms, [
        Candidate(_one_of(found), sum(row.months_confirmed for row in found), terms.months, earlier.get(person))
        for person, found in people.items()
    ])


def _one_of(rows: list[Placement]) -> Placement:
    """Whoever left and came back is one person: the last placement stands for him, if it can one with an account."""
    return next((row for row in reversed(rows) if row.account), rows[-1])


def claims(people: Iterable[int], *, apart_from=None) -> dict[int, PayeeLine]:
    """{person: the line by which his allowance is claimed or was paid}; one query."""
    found = PayeeLine.objects.filter(person__in=list(people), live=True)
    if apart_from is not None:
        found = found.exclude(application=apart_from.pk)
    return {line.person_id: line for line in found.select_related("application__enterprise", "application__scheme")}


def plan_of(application) -> Plan:
    """The plan as it is now; computed once per loaded row, since a page asks for it in several places."""
    held = application.__dict__
    if "_placement_plan" not in held:
        held["_placement_plan"] = plan(application.agreement, application.scheme_version, apart_from=application)
    return held["_placement_plan"]


def award(application) -> Decimal | None:
    """In a draft what the agreement gives now; afterwards what its lines say."""
    if application.state == State.DRAFT:
        return plan_of(application).total or None
    return application.payee_total()


def host_amount(application) -> Decimal:
    return Terms.of(application.scheme_version).host


def start_reasons(version, agreement: Agreement | None) -> list[str]:
    """Why no application can be begun for this agreement; [] when it can."""
    if version.pays_placements != (agreement is not None):
        return [_("Please choose the agreement that the allowance is for.")] if version.pays_placements else [
            _("This award is not for an agreement.")
        ]
    if agreement is not None and agreement.state not in BINDING:
        return [_("The agreement has not been signed yet.")]
    return []


def missing(application) -> list[str]:
    """What still keeps the payees from being complete, in words."""
    held = application.payee_lines.filter(role=PayeeRole.HOST).exists()
    host = [] if held else [_("Account of the shop")]
    if application.state != State.DRAFT:
        return host
    now = plan_of(application)
    found = []
    if not now.paid:
        found.append(_("A trainee with %(months)s confirmed months") % {"months": now.terms.months})
    if now.total > now.terms.cap:
        found.append(_("No more than %(cap)s yuan in one application") % {"cap": yuan(now.terms.cap)})
    if lacking := len(now.without_account):
        found.append(
            ngettext("The account of %(count)s trainee", "The accounts of %(count)s trainees", lacking)
            % {"count": lacking}
        )
    return found + host


def write(application, *, seen: str | None = None) -> None:
    """Make the trainees' lines those of the agreement as it is now, in a fixed number of statements. The caller holds
    the application locked. Raises Refused where what the applicant saw (`seen`) is no longer so."""
    now = plan(application.agreement, application.scheme_version, apart_from=application)
    if seen is not None and seen != str(now.total):
        raise Refused([_("The list of trainees has changed meanwhile: the allowance is %(amount)s yuan now. Please look "
                         "at it again.") % {"amount": yuan(now.total)}])
    if lacking := now.without_account:
        raise Refused([_("Still missing: %(what)s") % {"what": _("The accounts of %(count)s trainees")
                                                      % {"count": len(lacking)}}])
    held = {line.placement_id: line for line in application.payee_lines.filter(role=PayeeRole.TRAINEE)}
    wanted = {one.placement.pk: one for one in now.paid}
    gone = [line.pk for key, line in held.items() if key not in wanted]
    application.payee_lines.filter(pk__in=gone).delete()
    changed = [copied(held[key], one, now.terms) for key, one in wanted.items() if key in held]
    PayeeLine.objects.bulk_update(changed, COPIED, batch_size=500)
    # In the order of the people, like everywhere, so that two claims to the same ones never wait in a circle.
    fresh = sorted((one for key, one in wanted.items() if key not in held), key=lambda one: one.placement.person_id)
    PayeeLine.objects.bulk_create(
        [copied(PayeeLine(application=application, role=PayeeRole.TRAINEE), one, now.terms) for one in fresh],
        batch_size=500,
    )
    application.__dict__.pop("_placement_plan", None)


def copied(line: PayeeLine, one: Candidate, terms: Terms) -> PayeeLine:
    """The line as the placement has it; ciphertexts are copied as they stand."""
    place = one.placement
    line.placement, line.person_id, line.months = place, place.person_id, one.months
    line.kind, line.name, line.bank, line.amount = place.account_kind, place.person.name, place.bank, terms.trainee
    line.id_number, line.id_index = place.person.id_number, place.person.id_index
    line.account, line.account_index = place.account, place.account_index
    return line


@contextmanager
def one_allowance_each(application):
    """Turns the refusal of the database into words: somebody of the list was claimed by another application."""
    try:
        yield
    except IntegrityError as error:
        if ONE_ALLOWANCE not in str(error):
            raise
        raise Refused(taken(application)) from None


def taken(application) -> list[str]:
    """Names of those whose allowance somebody else has claimed; where and when is for the offices to see."""
    now = plan(application.agreement, application.scheme_version, apart_from=application)
    return [
        _("%(name)s has received this allowance before, or another shop has applied for it.")
        % {"name": one.placement.person.name}
        for one in now.earlier if one.enough
    ] or [_("The allowance of one of the trainees has been claimed elsewhere. Please look at the list again.")]


