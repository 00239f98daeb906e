"""Approvals on one budget line by many clients: the whole service beside the bare conditional update.

Ours is the step itself with its guards, review, clock, message, audit and ledger; the floor is one UPDATE that holds
the condition and one INSERT, in a transaction, from the same number of connections.
"""

import uuid
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from bench import bureau as bench_bureau
from bench.clients import CLIENTS, PROCESSES, race
from bureau.accounts.models import SiteProfile, Unit, User
from bureau.common import clock
from bureau.regions.models import Region
from enterprises.models import Enterprise, Person
from subsidies.actions import ledger, stages
from subsidies.enums import FundSource, Outcome, PayeeKind, State
from subsidies.models import Application, ApplicationLog, BudgetLine, PayeeLine, Review, Scheme

AMOUNT = Decimal(5000)


def run(full: bool) -> dict[str, Any]:
    """Half of the approvals find money; the ratio is that of transactions per second."""
    size = 1280 if full else 64
    cases = made(size)
    warm = {n: made(CLIENTS // PROCESSES) for n in range(PROCESSES)}
    line = new_line(size // 2, "争用")
    new_line(CLIENTS, "热身")
    before = deadlocks()
    ours, refused = race("ours", cases, warm)
    overspent = max(Decimal(0), line.entries.totals()["reserved"] - AMOUNT * (size // 2))
    found = deadlocks() - before
    if refused != size - size // 2:
        raise AssertionError(f"{refused} of {size} were refused")
    prepare_floor(size * 4)
    floor, _refused = race("floor", list(range(size * 8)), {})
    notes = (
        f"{size / ours:.0f} and {size * 8 / floor:.0f} transactions a second, {CLIENTS} clients in {PROCESSES} processes",
        f"{overspent} overspent, {found} deadlocks",
    )
    return {"work": "budget", "ours_s": ours / size, "floor_s": floor / (size * 8), "rows": size, "notes": notes}


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select pg_stat_force_next_flush()")
        cursor.execute("select deadlocks from pg_stat_database where datname = current_database()")
        return cursor.fetchone()[0]


# --- what stands before the race ------------------------------------------------------------------


def new_line(fitting: int, name: str) -> BudgetLine:
    line, created = BudgetLine.objects.get_or_create(
        fund_source=FundSource.CENTRAL, fiscal_year=clock.today().year, name_zh=name, defaults={"name_en": name}
    )
    if created:
        by = User.objects.get(username="bench.finance")
        ledger.allot(line=line, amount=AMOUNT * fitting, by=by, key=f"bench:{name}")
    return line


@transaction.atomic
def made(size: int) -> list[int]:
    """New applications that wait for their approval."""
    version = Scheme.objects.get(key=bench_bureau.SCHEMES[0][0]).versions.get()
    stage = {one.key: one for one in version.stages.all()}
    county = Region.objects.current().filter(parent=SiteProfile.get().root).order_by("code").first()
    unit, clerk = Unit.objects.get(region=county), User.objects.get(username="bench.clerk")
    now = clock.now()
    first, found = Application.objects.count(), []
    for number in range(first, first + size):
        shop = Enterprise.objects.create(
            name=f"争用店{number}", kind="individual", home_county=county, registered_region=county,
            operating_region=county, phone=f"139{number:08d}", opened_on=clock.today(), entered_by=clerk,
            operator=Person.objects.create(name="韦学义", phone=f"139{number:08d}"),
        )
        case = Application.objects.create(
            number=f"BEN{number:08d}", scheme=version.scheme, scheme_version=version, enterprise=shop,
            contact_phone=shop.phone, state=State.IN_REVIEW, stage=stage["approval"], answers={}, region=county,
            amount_requested=AMOUNT, amount_cap=AMOUNT, operating_region=county, unit=unit, submitted_at=now,
            accepted_at=now, submit_key=uuid.uuid4(), entered_by=clerk,
        )
        ApplicationLog.objects.create(
            subject=case, name="pass_stage", before=State.IN_REVIEW, after=State.IN_REVIEW, version=case.version,
            by=clerk, unit=unit, at=now, effective_date=clock.today(),
        )
        payee = PayeeLine(application=case, kind=PayeeKind.CARD, name="韦学义", bank="贵州农商银行", amount=AMOUNT)
        payee.set_secrets(id_number="522701198501015559", account=f"6217000{number:09d}")
        payee.save()
        for step, who in (("accept", "intake"), ("first_review", f"verifier.{county.code}"), ("check", "verifier")):
            Review.objects.create(
                application=case, step=step, outcome=Outcome.PASSED, by=User.objects.get(username=f"bench.{who}"),
                unit=unit, scheme=version.scheme, region=county, operating_region=county,
            )
        stages._open(case, at=now, days=5)
        found.append(case.pk)
    return found


def prepare_floor(fitting: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_line (id int PRIMARY KEY, cap numeric, reserved numeric, CHECK (reserved <= cap))")
        cursor.execute("CREATE TABLE bench_entry (id bigserial PRIMARY KEY, line_id int REFERENCES bench_line, amount numeric)")
        cursor.execute("INSERT INTO bench_line VALUES (1, %s, 0)", [5000 * fitting])
