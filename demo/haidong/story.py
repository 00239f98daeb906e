"""Turns a planned case into the rows it would have left behind, step by step through its life.

Nothing here touches the database: the rows are built first and loaded in bulk, so that two thousand
cases take seconds. A test walks every log through the transition table.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from bureau.accounts.models import Unit, User
from bureau.attachments.enums import Channel
from bureau.common import clock, workdays
from demo.haidong.invent import Shop
from demo.haidong.plan import Case
from enterprises.models import Enterprise
from subsidies.enums import ItemKind, Outcome, State, Step
from subsidies.models import (
    Application,
    ApplicationLog,
    Correction,
    CorrectionItem,
    Review,
    SchemeVersion,
    Stage,
    Wait,
)

OPENING = timedelta(hours=9)
#: Several steps of one case on one day follow each other by this much.
PACE = timedelta(minutes=52)
DAYS_TO_ANSWER = 10
#: What offices found wrong: kind, key, words to the owner.
FAULTS = (
    (ItemKind.MATERIAL, "premises_proof", "租赁合同缺少签字页，请补拍有双方签字的一页。"),
    (ItemKind.MATERIAL, "license", "营业执照照片不清楚，请重新拍摄。"),
    (ItemKind.FIELD, "floor_area", "营业面积与租赁合同不一致，请核对后填写。"),
    (ItemKind.PAYEES, "", "收款账户少一位数字，请核对银行卡。"),
)
REFUSALS = (
    "店铺已于申请前停业，不符合奖补条件。",
    "经核实，该店为原店迁址，不属于新开店。",
    "租赁合同与实际经营地址不符，经两次联系无法说明。",
)


@dataclass
class Cast:
    """Who acts: the staff by user name, the offices by code, the stages of the scheme by key."""

    people: dict[str, User]
    units: dict[str, Unit]
    version: SchemeVersion
    stages: dict[str, Stage]
    county_of: dict[str, str]

    def at_county(self, code: str, duty: str) -> User:
        return self.people[f"{self.county_of[code]}.{duty}"]


@dataclass
class Story:
    """One case and its rows. `enterprise` and `owner` may still be unsaved; the loader links them first."""

    case: Case
    cast: Cast
    enterprise: Enterprise
    owner: User
    serial: int = 0
    helper: User | None = None
    helper_unit: Unit | None = None
    application: Application = field(init=False)
    logs: list[ApplicationLog] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    corrections: list[tuple[Correction, list[CorrectionItem]]] = field(default_factory=list)
    _left: int = 0
    _last: datetime | None = None

    @property
    def shop(self) -> Shop:
        return self.case.shop

    def tell(self) -> "Story":
        """Live the case from the draft to where it stands."""
        case = self.case
        self._begin()
        if case.submitted is None:
            return self
        self._submit(case.submitted)
        self._at_county(case)
        if case.reviewed:
            self._pass(case.reviewed, "pass_stage", Step.FIRST_REVIEW, self._duty("review"))
            self._at_bureau(case)
        return self

    def _at_county(self, case: Case) -> None:
        for asked, answered in case.returned:
            if case.end != "returned_by_bureau":
                self._return(asked, self._duty("intake"), answered)
        if case.end == "withdrawn":
            self._withdraw(case.closed)
        if case.accepted:
            self._pass(case.accepted, "accept", Step.ACCEPT, self._duty("intake"))
        if case.end == "refused_by_county":
            self._refuse(case.closed, Step.FIRST_REVIEW, self._duty("review"))

    def _at_bureau(self, case: Case) -> None:
        checker = self.cast.people["check"]
        if case.end == "returned_by_bureau":
            self._return(case.returned[0][0], checker, None)
        if case.end == "refused_by_bureau":
            self._refuse(case.closed, Step.CHECK, checker)
        if case.checked:
            self._pass(case.checked, "pass_stage", Step.CHECK, checker)
        if case.approved:
            self._approve(case.approved)
        if case.paid:
            self._pay(case.paid)

    # --- steps --------------------------------------------------------------------------------

    def _begin(self) -> None:
        first = self.case.submitted or self.case.shop.opened_on
        begun = self._moment(first) - timedelta(minutes=25)
        on_behalf = self.helper is not None
        self.application = Application(
            scheme=self.cast.version.scheme,
            scheme_version=self.cast.version,
            enterprise=self.enterprise,
            applicant=self.owner,
            contact_phone=self.owner.phone,
            state=State.DRAFT,
            answers=self._answers(),
            amount_cap=self.cast.version.cap,
            region=self.enterprise.region,
            operating_region=self.enterprise.operating_region,
            unit=self.cast.units[self.cast.county_of[self.shop.owner.county]],
            entry_unit=self.helper_unit,
            entered_by=self.helper or self.owner,
            channel=Channel.ON_BEHALF if on_behalf else Channel.ONLINE,
            effective_date=begun.date(),
            recorded_at=begun,
            saved_at=begun,
            rev=9,
        )

    def _submit(self, day: date) -> None:
        at = self._moment(day)
        application = self.application
        application.submitted_at, application.effective_date = at, day
        application.submit_key = uuid.uuid5(uuid.NAMESPACE_URL, self.shop.name)
        application.number = f"{self.cast.version.scheme.number_prefix}{day.year}{self.serial:06d}"
        application.amount_requested = self.case.rate
        application.declaration_signed_at, application.declaration_signed_by = at, application.entered_by
        self._log("submit", State.SUBMITTED, at, application.entered_by, self.helper_unit)
        self._wait("accept", at)

    def _return(self, day: date, by: User, answered: date | None) -> None:
        at = self._moment(day)
        kind, key, words = FAULTS[len(self.shop.name) % len(FAULTS)]
        application = self.application
        self._review(self._step(), Outcome.RETURNED, by, at)
        correction = Correction(
            round=len(self.corrections) + 1, asked_by=by, asked_at=at, note="",
            due=workdays.add(day, DAYS_TO_ANSWER), days_left=self._pause(at),
        )
        item = CorrectionItem(kind=kind, key=key, note=words)
        self.corrections.append((correction, [item]))
        self._log("ask_correction", State.RETURNED, at, by, self._unit_of(by))
        if answered is None:
            return
        back = self._moment(answered)
        correction.answered_at, correction.answered_by = back, application.entered_by
        item.resolved_at = back
        at_acceptance = application.stage.kind == "accept"
        self._log("resubmit", State.SUBMITTED if at_acceptance else State.IN_REVIEW, back,
                  application.entered_by, self.helper_unit)
        self._wait(application.stage.key, back, days=max(correction.days_left, 1))

    def _pass(self, day: date, name: str, step: Step, by: User) -> None:
        at = self._moment(day)
        self._review(step, Outcome.PASSED, by, at)
        if step == Step.ACCEPT:
            self.application.accepted_at = at
        self._log(name, State.IN_REVIEW, at, by, self._unit_of(by))
        self._next_stage(at)

    def _approve(self, day: date) -> None:
        at, by = self._moment(day), self.cast.people["approve"]
        self._review(Step.APPROVAL, Outcome.PASSED, by, at)
        application = self.application
        application.decided_at, application.decided_by = at, by
        application.amount_approved = self.case.rate
        self._log("approve", State.APPROVED, at, by, self._unit_of(by))
        self._next_stage(at)

    def _pay(self, day: date) -> None:
        at = self._moment(day)
        self._close(at, day)
        self._log("register_payment", State.PAID, at, self.cast.people["finance"], self.cast.units["haidong"])

    def _refuse(self, day: date, step: Step, by: User) -> None:
        at = self._moment(day)
        reason = REFUSALS[len(self.shop.name) % len(REFUSALS)]
        self._review(step, Outcome.REFUSED, by, at, reason)
        application = self.application
        application.refusal_reason = reason
        application.decided_at, application.decided_by = at, by
        self._close(at, day)
        self._log("refuse", State.REFUSED, at, by, self._unit_of(by), reason)

    def _withdraw(self, day: date) -> None:
        at = self._moment(day)
        self._close(at, day)
        self._log("withdraw", State.WITHDRAWN, at, self.application.entered_by, self.helper_unit)

    # --- what every step leaves behind -----------------------------------------------------------

    def _log(self, name: str, after: str, at: datetime, by: User, unit: Unit | None, comment: str = "") -> None:
        application = self.application
        before, application.state = application.state, after
        application.version += 1
        self.logs.append(
            ApplicationLog(
                name=name, before=before, after=after, version=application.version, by=by, unit=unit,
                at=at, effective_date=at.date(), comment=comment,
            )
        )

    def _review(self, step: Step, outcome: Outcome, by: User, at: datetime, opinion: str = "") -> None:
        application = self.application
        self.reviews.append(
            Review(
                step=step, outcome=outcome, round=len(self.corrections) + 1, by=by, unit=self._unit_of(by),
                at=at, effective_date=at.date(), opinion=opinion, scheme=application.scheme,
                region=application.region, operating_region=application.operating_region,
            )
        )

    def _wait(self, stage: str, at: datetime, days: int | None = None) -> None:
        row = self.cast.stages[stage]
        self.application.stage = row
        unit = self.application.unit if row.level == "county" else self.cast.units["haidong"]
        days = days or row.limit_days
        self.waits.append(
            Wait(
                stage=row, region=self.application.region, unit=unit, began_at=at, days=days,
                due_on=workdays.add(at.date(), days),
            )
        )

    def _next_stage(self, at: datetime) -> None:
        self._pause(at)
        order = list(self.cast.stages)
        self._wait(order[order.index(self.application.stage.key) + 1], at)

    def _pause(self, at: datetime) -> int:
        """Stop the clock of the office; the working days it has left."""
        running = self.waits[-1]
        if running.ended_at is None:
            running.ended_at = at
        return workdays.between(at.date(), running.due_on)

    def _close(self, at: datetime, day: date) -> None:
        self._pause(at)
        application = self.application
        application.stage = None
        application.closed_at, application.closed_on = at, day

    # --- small things ----------------------------------------------------------------------------

    def _moment(self, day: date) -> datetime:
        """Within office hours of the day, after what happened before."""
        at = datetime.combine(day, time(), clock.ZONE) + OPENING + timedelta(minutes=len(self.shop.name) % 30)
        if self._last and self._last >= at:
            at = self._last + PACE
        self._last = at
        return at

    def _duty(self, duty: str) -> User:
        return self.cast.at_county(self.shop.owner.county, duty)

    def _unit_of(self, by: User) -> Unit:
        return self.cast.units[by.username.split(".")[0]] if "." in (by.username or "") else self.cast.units["haidong"]

    def _step(self) -> Step:
        return Step.ACCEPT if self.application.stage.kind == "accept" else Step(self.application.stage.key)

    def _answers(self) -> dict[str, Any]:
        """What the owner filled in; the area is what earns the planned rate."""
        shop, size = self.shop, self.shop.area
        answers: dict[str, Any] = {
            "place_kind": "abroad" if shop.is_abroad else "china",
            "seats": size // 2,
            "premises": "leased",
            "lease_until": (shop.opened_on + timedelta(days=3 * 365)).isoformat(),
            "trading_since": shop.opened_on.isoformat(),
            "staff": 2 + size // 25,
            "staff_home": 2 + size // 40,
            "invested": str(Decimal(80_000 + size * 1_500)),
            "run_by": "family" if shop.run_by else "self",
        }
        if shop.run_by:
            answers |= {
                "runner_name": shop.run_by.name, "runner_relation": "侄子", "runner_phone": shop.run_by.phone,
            }
        if not shop.is_abroad:
            answers["floor_area"] = str(size)
        return answers
