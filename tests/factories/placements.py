"""A host shop with a signed agreement, trainees with confirmed months, and the published scheme for placements."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from bureau.accounts.models import Unit, User
from bureau.accounts.roles import Role
from bureau.attachments.actions import make_private_file
from bureau.common import clock
from bureau.common.identity import id_check_digit
from bureau.workflow import perform
from enterprises.models import Enterprise
from enterprises.people import PersonRow
from subsidies.actions import application as applications
from subsidies.actions import papers
from subsidies.loading import load
from subsidies.models import Application, Scheme
from tests.factories import subsidies as make
from training.models import Agreement, MonthSheet, Placement
from training.placements import actions
from training.placements.enums import SheetState
from training.placements.purposes import PAPER

SCHEME_FILE = Path(__file__).parents[2] / "demo" / "schemes" / "placement.json"
ANSWERS = {"skills": ["noodles"], "staying": 1, "opening": 0}
DOCUMENTS = ("wages", "training_photos", "account_proof")
WAGE = Decimal("3500")
_serial = itertools.count(1)


def scheme() -> Scheme:
    version, _created = load(json.loads(SCHEME_FILE.read_text(encoding="utf-8")))
    return version.scheme


def clerk(unit: Unit, name: str = "clerk-placements") -> User:
    return make.staff(name, (Role.CLERK, unit)) if not User.objects.filter(username=name).exists() else (
        User.objects.get(username=name)
    )


def id_number(number: int | None = None) -> str:
    first17 = f"63022419900101{(number or next(_serial)) % 900 + 100:03d}"
    return first17 + id_check_digit(first17)


def trainee(agreement: Agreement, *, name: str = "", number: str = "", starts_on=None, ends_on=None,
            account: str | None = None) -> actions.Trainee:
    serial = next(_serial)
    return actions.Trainee(
        PersonRow(name or f"学员{serial}", number or id_number(serial)), starts_on or agreement.starts_on,
        ends_on or agreement.ends_on, f"62178156{serial:08d}" if account is None else account,
        "" if account == "" else "青海农商银行",
    )


def term(months: int, *, ago: int = 0) -> tuple[date, date]:
    """First and last day of a term of whole months that ended `ago` months before the present one began."""
    first = clock.today().replace(day=1)
    for _number in range(months + ago):
        first = (first - timedelta(days=1)).replace(day=1)
    last = first
    for _number in range(months):
        last = (last + timedelta(days=32)).replace(day=1)
    return first, last - timedelta(days=1)


def draft(host: Enterprise, by: User, unit: Unit, *, months: int = 3, ago: int = 0, **values) -> Agreement:
    first, last = term(months, ago=ago)
    return actions.draw_up(
        host=host, by=by, unit=unit, trainer="马师傅", monthly_wage=WAGE,
        starts_on=values.get("starts_on", first), ends_on=values.get("ends_on", last),
    )


def signed(agreement: Agreement, by: User) -> Agreement:
    scan = make_private_file(b"%PDF-1.4", "协议.pdf", PAPER, by)
    return perform(agreement, "sign", by=by, data={"signed_on": clock.today(), "scan": scan})


def running(host: Enterprise, by: User, unit: Unit, *, people: int = 2, months: int = 3, ago: int = 0,
            **values) -> Agreement:
    agreement = draft(host, by, unit, months=months, ago=ago, **values)
    actions.place(agreement=agreement, trainees=[trainee(agreement) for _n in range(people)], by=by)
    return perform(signed(agreement, by), "begin", by=by)


def reported(agreement: Agreement, month: date, by: User, *, days: int = 20) -> MonthSheet:
    from training.placements.queries import trainees_of

    rows = dict.fromkeys(trainees_of(agreement, month), (days, WAGE))
    return actions.report(agreement=agreement, month=month, rows=rows, by=by)


def confirmed(agreement: Agreement, owner: User, by: User, *, days: int = 20, months: int | None = None) -> None:
    """Every month (or the first `months`) said by the host and confirmed by the office."""
    for month in agreement.months()[:months]:
        sheet = perform(reported(agreement, month, owner, days=days), "confirm", by=by)
        assert sheet.state == SheetState.CONFIRMED


@dataclass
class Ground:
    """The world of the awards, with a scheme for placements, a clerk of the county and one agreement that is ready."""

    world: make.World
    scheme: Scheme
    clerk: User
    agreement: Agreement

    @property
    def owner(self) -> User:
        return self.world.owner

    @property
    def placements(self) -> list[Placement]:
        return list(self.agreement.placements.order_by("id"))


def ground(*, people: int = 2, ready: bool = True) -> Ground:
    world = make.world()
    found = scheme()
    by = clerk(world.county)
    agreement = running(world.shop, by, world.county, people=people)
    if ready:
        confirmed(agreement, world.owner, by)
    return Ground(world, found, by, agreement)


def begun(at: Ground, agreement: Agreement | None = None, by: User | None = None) -> Application:
    agreement = agreement or at.agreement
    application, _created = applications.start(
        scheme=at.scheme, enterprise=agreement.host, by=by or at.owner, agreement=agreement
    )
    return application


def filled(application: Application, by: User) -> Application:
    application = applications.save_answers(
        application=application, by=by, rev=application.rev, read=lambda row: (set(ANSWERS), dict(ANSWERS))
    )
    files = {key: [make.photo(by, f"{key}.jpg")] for key in DOCUMENTS}
    application = papers.save_documents(application=application, by=by, rev=application.rev, files=files)
    values = {**make.PAYEE, "account": f"62284804025648{next(_serial):05d}"}
    application, _line = papers.save_payee(application=application, by=by, rev=application.rev, values=values)
    return applications.sign(application=application, by=by, rev=application.rev, sheet=make.photo(by, "sheet.jpg"))


def submitted(at: Ground, agreement: Agreement | None = None) -> Application:
    import uuid

    application = filled(begun(at, agreement), at.owner)
    return applications.submit(application=application, by=at.owner, key=uuid.uuid4(), rev=application.rev)
