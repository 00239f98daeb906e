"""Every life cycle of the portal with a row in each of its states, found by walking the tables, and who may move it."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from bureau.accounts.enums import UserKind
from bureau.accounts.roles import EXCLUSIVE_ROLES, ROLES, Permission, Role
from bureau.attachments.actions import make_private_file
from bureau.common import clock
from bureau.common.periods import Kind
from bureau.regions.models import Region
from bureau.reports.actions import ensure_due
from bureau.reports.models import ReportTemplate
from bureau.workflow import NotDone, perform
from bureau.workflow.table import Transition, Workflow, all_workflows
from tests.factories import subsidies as make
from tests.factories import training as courses
from tests.factories.world import World
from training.placements.purposes import PAPER

MOST_ROWS = 3
REFUSED = (NotDone, ValidationError, DatabaseError)


@dataclass(frozen=True)
class Subject:
    """A row and the steps that bring it to the state: [(name, who)]."""

    workflow: Workflow
    state: str
    row: object
    way: tuple = ()

    def reach(self, given) -> object:
        """The row in this state; call it in a transaction that is rolled back."""
        row = fresh(self.row)
        for name, who in self.way:
            row = perform(row, name, by=who, data=given(row))
        return fresh(row)


def fresh(row):
    return type(row)._base_manager.get(pk=row.pk)


class Moves:
    """`subjects`: at least one for each state of each table. `people`: {name: user}, one of each role and some more."""

    def __init__(self, world: World):
        self.world = world
        self.bosses = [everybody(name, world) for name in ("one", "other", "third")]
        self.born_otherwise()
        self.paper = make_private_file(b"%PDF-1.4", "协议.pdf", PAPER, self.bosses[0])
        self.people = {role.value: user for role, user in world.people.items()}
        self.people |= {"former": world.former, "nobody": AnonymousUser()}
        self.subjects = [one for workflow in all_workflows() for one in self._subjects(workflow)]
        connection.check_constraints()  # once, as in the world

    def born_otherwise(self) -> None:
        """Rows in states that no step leads to: a report that is due, a place on the waiting list, a last day."""
        a = self.world.a
        ReportTemplate.objects.create(
            key="moves", name_zh="月报", name_en="Monthly", cadence=Kind.MONTH, region=Region.objects.by_code("630200"),
            first_period=clock.today().replace(day=1) - timedelta(days=1), annex=["subsidies.new_shop.submitted"])
        ensure_due()
        full = courses.session(by=a.clerk, unit=a.county, region=a.county.region, capacity=1)
        courses.enroll(full, by=a.clerk)
        courses.enroll(full, by=a.owner, user=a.owner)
        courses.session("running", by=a.clerk, unit=a.county, region=a.county.region, days=2,
                        begins_on=clock.today() - timedelta(days=1))

    def _subjects(self, workflow: Workflow) -> Iterator[Subject]:
        """What there is, and what steps from there lead to, until nothing new comes."""
        known: dict[str, list[Subject]] = {}
        for row in workflow.model._base_manager.order_by("pk"):
            found = known.setdefault(workflow.state(row), [])
            if self._is_of_a(workflow, row) and len(found) < MOST_ROWS:
                found.append(Subject(workflow, workflow.state(row), row))
        waiting = [one for found in known.values() for one in found]
        while waiting:
            one = waiting.pop(0)
            for step in workflow.transitions:
                new = one.state in map(str, step.sources) and not all(known.get(str(end)) for end in step.ends)
                if new and (more := self._further(one, step)) and not known.get(more.state):
                    known[more.state] = [more]
                    waiting.append(more)
        return (one for found in known.values() for one in found)

    def _is_of_a(self, workflow, row) -> bool:
        unit = getattr(row, workflow.unit, None)
        return unit is None or unit.path.startswith((self.world.a.county.path, self.world.a.office.path))

    def _further(self, one: Subject, step: Transition) -> Subject | None:
        for who in (*self.bosses, self.world.a.owner, None):
            with transaction.atomic():
                try:
                    with transaction.atomic():
                        row = perform(one.reach(self.given), step.name, by=who, data=self.given(one.row))
                except REFUSED:
                    row = None
                transaction.set_rollback(True)
            if row is not None:
                return Subject(one.workflow, one.workflow.state(row), one.row, (*one.way, (step.name, who)))
        return None

    # --- what every step is given: each reads its own ---------------------------------------------------------------

    def given(self, row) -> dict:
        """As the effects take it."""
        today = clock.today()
        days = ("selected_on", "named_on", "plaque_on", "ended_on", "closed_on", "noted_on", "decided_on", "paid_on",
                "signed_on")
        items = [{"kind": "payees", "key": "", "note": "请核对"}]
        seen = row.fingerprint() if hasattr(row, "fingerprint") else None
        return dict.fromkeys(days, today) | {
            "due_on": today + timedelta(days=60), "stopped_on": getattr(row, "ends_on", today) - timedelta(days=1),
            "reason": "核对材料", "note": "请核对", "text": "已完成", "comment": "请核对",
            "opinion": "同意", "score": Decimal(91), "document": "东品发1号", "percent": 100, "voucher": "V-1",
            "amount": Decimal(1000), "line": self.world.home.line, "key": uuid.uuid4(), "items": items, "scan": self.paper,
            "rev": getattr(row, "rev", 0), "snapshot_at": clock.now(), "evidence": [], "internal": [], "seen": seen,
        }


    def typed(self, row) -> dict:
        """The same as a browser sends it, with the version that the page showed."""
        values = {name: getattr(value, "pk", value) for name, value in self.given(row).items() if value not in (None, [])}
        said = {f"item-{item['kind']}-{item['key']}": item["note"] for item in values.pop("items")}
        return {name: str(value) for name, value in values.items()} | said | {"version": row.version}


#: Where owners, and offices for them, make a step on pages of their own; the admin site has the same for staff.
PAGES = {
    ("subsidies.Application", "submit"): ("subsidies:my_review", "subsidies:entry_review"),
    ("subsidies.Application", "resubmit"): ("subsidies:my_correct", "subsidies:entry_correct"),
    ("subsidies.Application", "withdraw"): ("subsidies:my_withdraw", "subsidies:entry_withdraw"),
    ("subsidies.LoanRequest", "withdraw"): ("loans:my_withdraw",),
    ("training.Enrollment", "cancel"): ("training:cancel",),
    ("training.MonthSheet", "report"): ("training:placement_month",),
    ("programs.Feedback", "take_back"): ("programs:take_back",),
}


def addresses(workflow: Workflow, step: Transition, row) -> list[str]:
    """Every address at which a browser makes the step of this row."""
    found = {
        "subsidies:entry": lambda: {"scheme": row.scheme_version.scheme.key, "ref": row.ref},
        "training:placement_month": lambda: {"ref": row.agreement.ref, "month": row.month},
        "programs:take_back": lambda: {"number": row.pledge.number},
    }
    own = [
        reverse(name, kwargs=next((make() for start, make in found.items() if name.startswith(start)), None) or {"ref": row.ref})
        for name in PAGES.get((workflow.model_label, step.name), ())
    ]
    if workflow.model_label == "reports.Report":
        return [reverse("reports:step", args=[row.pk, step.name])]
    return [reverse(f"admin:{workflow.app_label}_{workflow.model_name}_step", args=[row.pk, step.name]), *own]


def everybody(name: str, world: World):
    """Holds every role of the offices at the bureau."""
    roles = [role for role in Role if role not in (*EXCLUSIVE_ROLES, Role.OWNER)]
    return make.staff(f"moves-{name}", *[(role, world.a.county.parent) for role in roles])


def by_the_table(workflow: Workflow, step: Transition, row, user) -> bool:
    """Whether the table gives the step to the user in the row's state; read from the table and the roles alone."""
    if workflow.state(row) not in map(str, step.sources) or not step.permissions or not user.is_authenticated:
        return False
    if user.kind == UserKind.OWNER:
        return Permission.APPLY in step.permissions
    names = (workflow.unit, workflow.entry_unit) if step.owner else (workflow.unit,)
    places = [unit for name in names if (unit := getattr(row, name, None)) is not None]
    return user.is_active and any(
        ROLES[Role(grant.role)].permissions.intersection(step.permissions)
        and (not places or any(place.path.startswith(grant.unit.path) for place in places))
        for grant in user.grants.current().select_related("unit")
    )


def cells(moves: Moves) -> Iterator[tuple[Subject, Transition]]:
    """Every (row in a state, step) of every table; further rows of a state for the steps that leave it only."""
    met = set()
    for one in moves.subjects:
        first = (one.workflow.model_label, one.state) not in met
        met.add((one.workflow.model_label, one.state))
        yield from ((one, step) for step in one.workflow.transitions if first or one.state in map(str, step.sources))
