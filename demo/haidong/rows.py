"""Loads the planned cases: people, shops, owners and what every story left behind, in bulk."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Model

from bureau.accounts.enums import UserKind
from bureau.accounts.models import User
from bureau.attachments.enums import Channel
from bureau.attachments.models import Attachment
from bureau.common import clock
from bureau.common.search import pinyin
from bureau.regions.models import Region
from demo.haidong.invent import BANKS, Being, Inventor, Shop
from demo.haidong.papers import PhotoShelf
from demo.haidong.plan import AS_OF, REGISTERED_ONLY, Case
from demo.haidong.story import Cast, Story
from enterprises.enums import Kind, MembershipState, Relation, State
from enterprises.models import Enterprise, Membership, Person
from subsidies.actions import ledger
from subsidies.actions.payment import payment_of
from subsidies.enums import EntryKind, PayeeKind
from subsidies.models import (
    Application,
    ApplicationLog,
    BudgetLine,
    Correction,
    CorrectionItem,
    Entry,
    Material,
    PayeeLine,
    Payment,
    Review,
    Wait,
)
from subsidies.purposes import PAPER

BATCH = 2000
MATERIALS = {
    "license": "Business license", "shop_front": "Shop front", "interior": "Inside", "premises_proof": "Lease",
    "identity": "Identity card", "account_proof": "Account",
}
KINSHIP = {"kinship": "Proof of kinship"}
SIGNED_SHEET = "Signed declaration"


class Loader:
    """One run. Everything is written in the caller's transaction."""

    def __init__(self, cast: Cast, inventor: Inventor):
        self.cast = cast
        self.inventor = inventor
        self.chance = inventor.chance
        self.shelf = PhotoShelf()
        self.places: dict[str, Region] = {}

    def load(self, cases: list[Case]) -> list[Story]:
        """Cases, then shops that are only registered. Returns the stories, saved."""
        stories = [self.story(case) for case in cases]
        self.draw_numbers(stories)
        self.save_shops(stories)
        self.save_stories([story.tell() for story in stories])
        self.save_registered()
        return stories

    # --- people and shops ------------------------------------------------------------------------

    def story(self, case: Case) -> Story:
        acting = case.shop.run_by or case.shop.owner
        owner = User(kind=UserKind.OWNER, phone=acting.phone, name=acting.name)
        owner.set_unusable_password()
        story = Story(case, self.cast, self.enterprise(case.shop, self.person(case.shop.owner)), owner)
        if case.on_behalf:
            story.helper, story.helper_unit = self.office_near(case.shop)
        return story

    def person(self, being: Being) -> Person:
        person = Person(name=being.name, phone=being.phone, home_county=self.region(being.county))
        person.set_id_number(being.id_number)
        return person

    def enterprise(self, shop: Shop, operator: Person) -> Enterprise:
        registered = max(shop.opened_on - timedelta(days=18), shop.opened_on.replace(month=1, day=1))
        enterprise = Enterprise(
            uscc=shop.uscc, name=shop.name, kind=Kind.OTHER if shop.is_abroad else Kind.INDIVIDUAL,
            state=State.ACTIVE, industry="H6210",
            registered_region=None if shop.is_abroad else self.region(shop.place),
            operating_region=self.region(shop.place), operating_address=shop.address,
            home_county=operator.home_county, region=operator.home_county, operator=operator,
            phone=shop.owner.phone, opened_on=shop.opened_on,
            entered_by=self.cast.at_county(shop.owner.county, "clerk"), channel=Channel.ON_BEHALF,
            effective_date=registered, recorded_at=datetime.combine(registered, time(10), clock.ZONE),
        )
        enterprise.name_py, enterprise.name_initials = pinyin(shop.name)
        if shop.run_by:
            enterprise.actual_operator, enterprise.relation = self.person(shop.run_by), Relation.NEPHEW
            enterprise.second_phone = shop.run_by.phone
        return enterprise

    def office_near(self, shop: Shop):
        """Guangdong's shops go to Guangzhou, those around Shanghai there, all others to their county at home."""
        code = {"44": "guangzhou", "31": "shanghai", "32": "shanghai", "33": "shanghai"}.get(shop.place[:2])
        if code:
            return self.cast.people[code], self.cast.units[code]
        county = self.cast.county_of[shop.owner.county]
        return self.cast.people[f"{county}.clerk"], self.cast.units[county]

    def region(self, code: str) -> Region:
        if code not in self.places:
            self.places[code] = Region.objects.by_code(code)
        return self.places[code]

    def save_shops(self, stories: list[Story]) -> None:
        shops = [story.enterprise for story in stories]
        create(Person, [shop.operator for shop in shops])
        create(Person, [shop.actual_operator for shop in shops if shop.actual_operator])
        create(Enterprise, relinked(shops, "operator", "actual_operator"))
        create(User, [story.owner for story in stories])
        online = [story for story in stories if story.helper is None]
        create(Membership, [self.membership(story) for story in online])

    def membership(self, story: Story) -> Membership:
        asked = datetime.combine(story.case.submitted or AS_OF, time(8, 20), clock.ZONE) - timedelta(days=6)
        return Membership(
            user=story.owner, enterprise=story.enterprise, state=MembershipState.CONFIRMED, note="本人经营",
            asked_at=asked, decided_at=asked + timedelta(hours=5),
            decided_by=self.cast.at_county(story.shop.owner.county, "clerk"),
        )

    def save_registered(self) -> None:
        """Shops of the register that have not applied; some have closed again."""
        shops = [
            self.inventor.shop(AS_OF - timedelta(days=self.chance.randrange(30, 2400))) for _n in range(REGISTERED_ONLY)
        ]
        people = [self.person(shop.owner) for shop in shops]
        create(Person, people)
        rows = [self.enterprise(shop, person) for shop, person in zip(shops, people, strict=True)]
        for number, row in enumerate(rows):
            if number % 9 == 0:
                row.state, row.closed_on = State.CLOSED, min(row.opened_on + timedelta(days=400), AS_OF)
            elif number % 11 == 0:
                row.actual_operator, row.relation = people[number - 1], Relation.SIBLING
        create(Enterprise, rows)

    # --- cases -----------------------------------------------------------------------------------

    def draw_numbers(self, stories: list[Story]) -> None:
        """Serials in the order of handing in, from the sequence that the portal goes on with."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('subsidies_number') FROM generate_series(1, %s)", [len(stories)])
            for story, (serial,) in zip(stories, cursor.fetchall(), strict=True):
                story.serial = serial

    def save_stories(self, stories: list[Story]) -> None:
        sent = [story for story in stories if story.application.submitted_at]
        sheets = {id(story): self.attachment(SIGNED_SHEET, story) for story in sent}
        create(Attachment, sheets.values())
        for story in sent:
            story.application.declaration_sheet = sheets[id(story)]
        create(Application, [story.application for story in stories])
        self.save_papers(sent, sheets)
        payees = {id(story): self.payee(story) for story in sent}
        create(PayeeLine, payees.values())
        for model, name in ((Wait, "waits"), (Review, "reviews")):
            create(model, owned(stories, name, "application"))
        create(ApplicationLog, owned(stories, "logs", "subject"))
        self.save_corrections(stories)
        self.move_money(sent, payees)

    def save_papers(self, sent: list[Story], sheets: dict[int, Attachment]) -> None:
        papers = [
            (story, key, self.attachment(title, story))
            for story in sent
            for key, title in (MATERIALS | (KINSHIP if story.shop.run_by else {})).items()
        ]
        for story in sent:
            bind(sheets[id(story)], story.application)
        for story, _key, paper in papers:
            bind(paper, story.application)
        create(Attachment, [paper for _story, _key, paper in papers])
        Attachment.objects.bulk_update(sheets.values(), ["subject_type", "subject_id"], batch_size=BATCH)
        create(
            Material,
            [
                Material(
                    application=story.application, key=key, attachment=paper, added_at=paper.created_at,
                    added_by=story.application.entered_by,
                )
                for story, key, paper in papers
            ],
        )

    def attachment(self, title: str, story: Story) -> Attachment:
        number = uuid.uuid5(uuid.NAMESPACE_URL, f"{story.shop.name}/{title}")
        return Attachment(
            id=number, purpose=PAPER, name=f"{title}.jpg", content_type="image/jpeg",
            uploaded_by=story.application.entered_by, created_at=story.application.recorded_at,
            **self.shelf.place(title, number),
        )

    def payee(self, story: Story) -> PayeeLine:
        """Mostly the operator's own card; every fourth a social security card."""
        owner = story.shop.owner
        own_card = story.shop.card
        kind = PayeeKind.CARD if own_card or story.serial % 4 == 0 else PayeeKind.PERSONAL
        line = PayeeLine(
            application=story.application, kind=kind, name=owner.name, bank=self.chance.choice(BANKS),
            amount=story.case.rate,
        )
        line.set_secrets(id_number=owner.id_number, account=own_card or self.inventor.account())
        return line

    def save_corrections(self, stories: list[Story]) -> None:
        pairs = [(story, correction, items) for story in stories for correction, items in story.corrections]
        for story, correction, _items in pairs:
            correction.application = story.application
        create(Correction, [correction for _story, correction, _items in pairs])
        for _story, correction, items in pairs:
            for item in items:
                item.correction = correction
        create(CorrectionItem, [item for _story, _correction, items in pairs for item in items])

    # --- money -----------------------------------------------------------------------------------

    def move_money(self, sent: list[Story], payees: dict[int, PayeeLine]) -> None:
        """Reserve what was approved and pay what was paid, through the ledger and year by year."""
        for line in BudgetLine.objects.order_by("fiscal_year"):
            granted = [s for s in sent if s.case.approved and s.case.approved.year == line.fiscal_year]
            reserved = ledger.record([self.reservation(story, payees[id(story)], line) for story in granted])
            paid = [
                (story, entry) for story, entry in zip(granted, reserved, strict=True) if story.case.paid is not None
            ]
            entries = ledger.record([self.payment(story, entry) for story, entry in paid])
            create(
                Payment,
                [
                    self.registered(story, entry)
                    for (story, _reservation), entry in zip(paid, entries, strict=True)
                ],
            )

    def reservation(self, story: Story, payee: PayeeLine, line: BudgetLine) -> Entry:
        entry = ledger.entry_for(
            payee, story.application, line_id=line.pk, kind=EntryKind.RESERVE, by=self.cast.people["approve"],
            on=story.case.approved, key=f"reserve:{payee.pk}:{story.application.version}",
        )
        entry.at = story.application.decided_at
        return entry

    def payment(self, story: Story, reservation: Entry) -> Entry:
        entry = ledger.entry_for(
            reservation.payee_line, story.application, line_id=reservation.line_id, kind=EntryKind.PAY,
            by=self.cast.people["finance"], on=story.case.paid, settles=reservation, key=f"pay:{reservation.pk}",
        )
        entry.at = story.application.closed_at
        return entry

    def registered(self, story: Story, entry: Entry) -> Payment:
        day = story.case.paid
        row = payment_of(entry, self.cast.people["finance"], day, f"HD-{day:%Y%m%d}")
        row.at = story.application.closed_at
        return row


def build_budget(year: int, amount: Decimal, by: User) -> BudgetLine:
    line, created = BudgetLine.objects.get_or_create(
        fund_source="prefecture", fiscal_year=year, name_zh="拉面产业新开店奖补资金",
        defaults={"name_en": "Awards for newly opened noodle shops", "document": f"示例预算文件{year}"},
    )
    if created:
        ledger.allot(line=line, amount=amount, by=by, key=f"demo:{year}", on=date(year, 1, 4))
    return line


def create(model: type[Model], rows: Iterable[Model]) -> None:
    model._default_manager.bulk_create(list(rows), batch_size=BATCH)


def relinked(rows: list, *names: str) -> list:
    """Django keeps the key of a relation as it was when it was set: set it again, now that it is saved."""
    for row in rows:
        for name in names:
            setattr(row, name, getattr(row, name))
    return rows


def owned(stories: list[Story], name: str, link: str) -> list:
    rows = []
    for story in stories:
        for row in getattr(story, name):
            setattr(row, link, story.application)
            rows.append(row)
    return rows


def bind(attachment: Attachment, application: Application) -> None:
    attachment.subject_type, attachment.subject_id = application._meta.label_lower, str(application.pk)
