"""Paid training on the job as ten months of work would have left it: host shops, trainees, months, allowances.

The bureau published 623 trainees, 5 host shops and 3,133,000 yuan for 20 May 2021. Nothing here holds them: they come
out of the agreements of PAID and the people of each.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.core.management import call_command

from bureau.accounts.enums import UserKind
from bureau.accounts.models import User
from bureau.attachments.enums import Channel
from bureau.attachments.models import Attachment
from bureau.common import clock, workdays
from bureau.common.crypto import blind_index
from bureau.regions.models import Region
from demo.haidong.invent import BANKS, Being, Inventor, Shop
from demo.haidong.papers import PhotoShelf
from demo.haidong.plan import Case
from demo.haidong.rows import bind, create
from demo.haidong.story import Cast, Story
from enterprises.enums import MembershipState
from enterprises.enums import State as ShopState
from enterprises.models import Enterprise, Membership, Person
from subsidies.actions import ledger
from subsidies.actions.payment import payment_of
from subsidies.enums import EntryKind, FundSource, PayeeKind, PayeeRole
from subsidies.models import (
    Application,
    ApplicationLog,
    BudgetLine,
    Entry,
    Material,
    PayeeLine,
    Payment,
    Review,
    SchemeVersion,
    Wait,
)
from subsidies.placements.lines import Terms
from subsidies.purposes import PAPER
from training.models import Agreement, AgreementLog, MonthRow, MonthSheet, MonthSheetLog, Placement
from training.placements.enums import AccountKind, AgreementState, SheetState
from training.placements.purposes import PAPER as AGREEMENT_PAPER

SCHEME_FILE = "demo/schemes/placement.json"
ALLOTTED = Decimal("6000000")
OPENING = time(9, 40)


@dataclass(frozen=True)
class Plan:
    """One agreement. `confirmed`: how many months the county has confirmed; `reported`: one more waits for it."""

    county: str
    people: int
    starts: date
    ends: date
    wage: int
    trainer: str
    confirmed: int
    reported: bool = False
    paid: date | None = None
    end: str = ""  # of its application; none where it is empty


PAID = [
    Plan("630224", 125, date(2020, 9, 1), date(2020, 11, 30), 3500, "韩得林", 3, paid=date(2021, 2, 5), end="paid"),
    Plan("630224", 125, date(2020, 10, 1), date(2020, 12, 31), 3600, "马占元", 3, paid=date(2021, 3, 12), end="paid"),
    Plan("630222", 125, date(2020, 10, 1), date(2020, 12, 31), 3400, "马学义", 3, paid=date(2021, 4, 9), end="paid"),
    Plan("630225", 124, date(2020, 11, 1), date(2021, 1, 31), 3500, "韩海龙", 3, paid=date(2021, 4, 28), end="paid"),
    Plan("630203", 124, date(2020, 12, 1), date(2021, 2, 28), 3600, "沙永福", 3, paid=date(2021, 5, 18), end="paid"),
]
GOING_ON = [
    Plan("630224", 42, date(2021, 2, 1), date(2021, 7, 31), 3600, "冶志强", 2, reported=True),
    Plan("630222", 36, date(2021, 1, 1), date(2021, 6, 30), 3500, "喇忠孝", 3, end="first_review"),
]


def load(cast: Cast, inventor: Inventor) -> None:
    call_command("load_scheme", SCHEME_FILE, verbosity=0)
    version = SchemeVersion.objects.select_related("scheme").get(scheme__key="placement", number=1)
    stages = {stage.key: stage for stage in version.stages.order_by("order")}
    Loader(Cast(cast.people, cast.units, version, stages, cast.county_of), inventor).load()


@dataclass
class Placed:
    """One agreement as it is built, and what hangs on it."""

    plan: Plan
    host: Enterprise
    owner: User
    agreement: Agreement
    placements: list[Placement] = field(default_factory=list)
    story: "PlacementStory | None" = None


class PlacementStory(Story):
    """The award line's way, for an agreement."""

    agreement: Agreement

    def _begin(self) -> None:
        super()._begin()
        self.application.agreement = self.agreement

    def _answers(self) -> dict[str, Any]:
        return {"skills": ["noodles", "broth", "service"], "staying": 6, "opening": 4}


class Loader:
    def __init__(self, cast: Cast, inventor: Inventor):
        self.cast, self.inventor, self.shelf = cast, inventor, PhotoShelf()
        self.terms = Terms.of(cast.version)
        self.known = set(Person.objects.exclude(id_index=None).values_list("id_index", flat=True))
        self.phones = set(User.objects.exclude(phone=None).values_list("phone", flat=True))
        self.counties: dict[str, Region] = {}
        self.taken: set[int] = set()

    def load(self) -> None:
        plans = [*PAID, *GOING_ON]
        rows = [self.agree(plan) for plan in plans]
        for row in rows:
            self.place(row)
            self.months(row)
        stories = [row for row in rows if row.plan.end]
        self.save_applications(stories)
        self.move_money([row for row in stories if row.plan.paid])

    # --- agreements ---------------------------------------------------------------------------------------------

    def county(self, code: str) -> Region:
        if code not in self.counties:
            self.counties[code] = Region.objects.by_code(code)
        return self.counties[code]

    def agree(self, plan: Plan) -> Placed:
        """A host of the county that has not applied for anything, its owner online, and the signed agreement."""
        hosts = Enterprise.objects.filter(
            region=self.county(plan.county), state=ShopState.ACTIVE, applications=None, memberships=None,
            opened_on__lt=date(2020, 6, 1), uscc__isnull=False,
        )
        host = hosts.exclude(pk__in=self.taken).exclude(phone__in=self.phones).order_by("id").first()
        self.taken.add(host.pk)
        owner = User(kind=UserKind.OWNER, phone=host.phone, name=host.operator.name)
        owner.set_unusable_password()
        owner.save()
        asked = moment(plan.starts - timedelta(days=20))
        clerk = self.clerk(plan)
        Membership.objects.create(
            user=owner, enterprise=host, state=MembershipState.CONFIRMED, note="本人经营", asked_at=asked,
            decided_at=asked + timedelta(hours=4), decided_by=clerk,
        )
        signed = workdays.add(plan.starts, -4)
        agreement = Agreement(
            host=host, unit=self.unit(plan), region=host.region, operating_region=host.operating_region,
            trainer=plan.trainer, monthly_wage=plan.wage, starts_on=plan.starts, ends_on=plan.ends,
            entered_by=clerk, effective_date=signed, recorded_at=moment(signed), signed_on=signed,
        )
        agreement.scan = self.attachment(AGREEMENT_PAPER, "Signed agreement", clerk, moment(signed), host.name)
        agreement.scan.save(force_insert=True)
        steps = [("sign", AgreementState.SIGNED, signed), ("begin", AgreementState.RUNNING, plan.starts)]
        if plan.ends < date(2021, 5, 1):
            steps.append(("finish", AgreementState.FINISHED, plan.ends + timedelta(days=1)))
        agreement.state, agreement.version = steps[-1][1], 1 + len(steps)
        agreement.save(force_insert=True)
        bind(agreement.scan, agreement)
        agreement.scan.save()
        before = AgreementState.DRAFT
        for number, (name, after, day) in enumerate(steps, start=2):
            AgreementLog.objects.create(
                subject=agreement, name=name, before=before, after=after, version=number, by=clerk,
                unit=agreement.unit, at=moment(day), effective_date=day,
            )
            before = after
        return Placed(plan, host, owner, agreement)

    def clerk(self, plan: Plan) -> User:
        return self.cast.at_county(plan.county, "clerk")

    def unit(self, plan: Plan):
        return self.cast.units[self.cast.county_of[plan.county]]

    def attachment(self, purpose: str, title: str, by: User, at: datetime, about: str) -> Attachment:
        number = uuid.uuid5(uuid.NAMESPACE_URL, f"{about}/{purpose}/{title}")
        return Attachment(
            id=number, purpose=purpose, name=f"{title}.jpg", content_type="image/jpeg", uploaded_by=by, created_at=at,
            **self.shelf.place(title, number),
        )

    # --- trainees and months --------------------------------------------------------------------------------------

    def being(self, county: str) -> Being:
        """Somebody who is nobody else in the demo."""
        while blind_index((being := self.inventor.being(county)).id_number, "id") in self.known:
            pass
        self.known.add(blind_index(being.id_number, "id"))
        return being

    def place(self, row: Placed) -> None:
        """Everybody for the whole term; of those who go on, some have not given an account yet."""
        plan = row.plan
        people = []
        for _number in range(plan.people):
            being = self.being(plan.county)
            person = Person(name=being.name, phone=being.phone, home_county=self.county(being.county))
            person.set_id_number(being.id_number)
            people.append(person)
        create(Person, people)
        for number, person in enumerate(people):
            placement = Placement(
                agreement=row.agreement, person=person, starts_on=plan.starts, ends_on=plan.ends,
                entered_by=self.clerk(plan), effective_date=plan.starts, recorded_at=row.agreement.recorded_at,
            )
            if plan.end or number % 5:
                kind = AccountKind.CARD if number % 4 == 0 else AccountKind.PERSONAL
                placement.set_account(kind=kind, account=self.inventor.account(), bank=BANKS[number % len(BANKS)])
            row.placements.append(placement)
        create(Placement, row.placements)

    def months(self, row: Placed) -> None:
        """The host says each month in its first days what the month before was; the county confirms it."""
        plan = row.plan
        for number, month in enumerate(row.agreement.months()[: plan.confirmed + plan.reported]):
            told = workdays.add((month + timedelta(days=32)).replace(day=1), 1 + number % 3)
            sheet = MonthSheet.objects.create(
                agreement=row.agreement, month=month, entered_by=row.owner, effective_date=told,
                recorded_at=moment(told), channel=Channel.ONLINE,
            )
            create(MonthRow, [
                MonthRow(sheet=sheet, placement=placement, days=24 + (placement.pk + number) % 4, wage=plan.wage)
                for placement in row.placements
            ])
            if number < plan.confirmed:
                self.confirm(sheet, plan, workdays.add(told, 2))

    def confirm(self, sheet: MonthSheet, plan: Plan, day: date) -> None:
        clerk = self.clerk(plan)
        sheet.state, sheet.version = SheetState.CONFIRMED, 2
        sheet.confirmed_at, sheet.confirmed_by = moment(day), clerk
        sheet.save()
        MonthSheetLog.objects.create(
            subject=sheet, name="confirm", before=SheetState.REPORTED, after=SheetState.CONFIRMED, version=2, by=clerk,
            unit=sheet.agreement.unit, at=moment(day), effective_date=day,
        )

    # --- applications -----------------------------------------------------------------------------------------------

    def save_applications(self, rows: list[Placed]) -> None:
        """In the order of handing in, with numbers from the portal's own sequence."""
        from subsidies.numbers import next_numbers

        for row in rows:
            row.story = self.story(row)
        rows.sort(key=lambda row: row.story.case.submitted)
        numbers = next_numbers(self.cast.version.scheme, 2021, len(rows))
        for row, number in zip(rows, numbers, strict=True):
            row.story.serial = int(number[-6:])
            row.story.tell()
        for row in rows:
            self.save_application(row)

    def story(self, row: Placed) -> PlacementStory:
        plan = row.plan
        owner = Being(row.owner.name, "", row.owner.phone, plan.county)
        shop = Shop(row.host.name, row.host.uscc, "", "", row.host.opened_on, 100, owner, is_abroad=False)
        case = Case(shop, plan.end, self.terms.total(plan.people))
        if plan.paid:
            case.paid = case.closed = plan.paid
            case.approved = workdays.add(case.paid, -4)
            case.checked = workdays.add(case.approved, -2)
            case.reviewed = workdays.add(case.checked, -4)
            case.accepted = workdays.add(case.reviewed, -3)
            case.submitted = workdays.add(case.accepted, -2)
        else:
            case.submitted, case.accepted = date(2021, 5, 13), date(2021, 5, 17)
        story = PlacementStory(case, self.cast, row.host, row.owner)
        story.agreement = row.agreement
        return story

    def save_application(self, row: Placed) -> None:
        story = row.story
        application = story.application
        by, at, name = application.entered_by, application.recorded_at, row.host.name
        sheet = self.attachment(PAPER, "Signed declaration", by, at, name)
        papers = {
            key: self.attachment(PAPER, title, by, at, name)
            for key, title in (("wages", "Wages paid"), ("training_photos", "Training"), ("account_proof", "Account"))
        }
        create(Attachment, [sheet, *papers.values()])
        application.declaration_sheet = sheet
        create(Application, [application])
        for paper in (sheet, *papers.values()):
            bind(paper, application)
            paper.save(update_fields=["subject_type", "subject_id"])
        create(Material, [
            Material(application=application, key=key, attachment=paper, added_at=at, added_by=by)
            for key, paper in papers.items()
        ])
        create(PayeeLine, self.payees(row))
        for model, rows, link in ((Wait, story.waits, "application"), (Review, story.reviews, "application"),
                                  (ApplicationLog, story.logs, "subject")):
            for one in rows:
                setattr(one, link, application)
            create(model, rows)

    def payees(self, row: Placed) -> list[PayeeLine]:
        host = PayeeLine(
            application=row.story.application, role=PayeeRole.HOST, kind=PayeeKind.COMPANY, name=row.host.name,
            bank=BANKS[row.host.pk % len(BANKS)], amount=self.terms.host,
        )
        host.set_secrets(id_number=row.host.uscc, account=self.inventor.account())
        lines = []
        for placement in row.placements:
            lines.append(PayeeLine(
                application=row.story.application, role=PayeeRole.TRAINEE, placement=placement,
                person=placement.person, months=row.plan.confirmed, kind=placement.account_kind,
                name=placement.person.name, id_number=placement.person.id_number,
                id_index=placement.person.id_index, account=placement.account, account_index=placement.account_index,
                bank=placement.bank, amount=self.terms.trainee,
            ))
        return [*lines, host]

    # --- money ------------------------------------------------------------------------------------------------------

    def move_money(self, rows: list[Placed]) -> None:
        finance = self.cast.people["finance"]
        line = BudgetLine.objects.create(
            fund_source=FundSource.PROVINCIAL, fiscal_year=2021, name_zh="带薪在岗实训补贴资金",
            name_en="Allowances for paid training on the job", document="示例预算文件2021-2",
            scheme=self.cast.version.scheme,
        )
        ledger.allot(line=line, amount=ALLOTTED, by=finance, key="demo:placements:2021", on=date(2021, 1, 4))
        for row in sorted(rows, key=lambda row: row.plan.paid):
            application, case = row.story.application, row.story.case
            payees = list(application.payee_lines.order_by("pk"))
            reserved = ledger.record([
                self.entry(payee, application, line, EntryKind.RESERVE, self.cast.people["approve"], case.approved,
                           application.decided_at, key=f"reserve:{payee.pk}:{application.version}")
                for payee in payees
            ])
            paid = ledger.record([
                self.entry(entry.payee_line, application, line, EntryKind.PAY, finance, case.paid,
                           application.closed_at, key=f"pay:{entry.pk}", settles=entry)
                for entry in reserved
            ])
            payments = [payment_of(entry, finance, case.paid, f"HD-SX-{case.paid:%Y%m%d}") for entry in paid]
            for payment in payments:
                payment.at = application.closed_at
            create(Payment, payments)

    @staticmethod
    def entry(payee, application, line, kind, by, on, at, *, key, settles=None) -> Entry:
        entry = ledger.entry_for(
            payee, application, line_id=line.pk, kind=kind, by=by, on=on, key=key, settles=settles,
        )
        entry.at = at
        return entry


def moment(day: date) -> datetime:
    return datetime.combine(day, OPENING, clock.ZONE)
