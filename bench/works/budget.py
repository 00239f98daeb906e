"""Approvals on one budget line by many clients: the whole service beside the bare conditional update.

Ours is the step itself with its guards, review, clock, message, audit and ledger; the floor is one UPDATE that holds
the condition and one INSERT, in a transaction, from the same number of connections.
"""

import threading
import time
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg2
from django.db import connection, transaction

from bench import bureau as bench_bureau
from bureau.accounts.models import SiteProfile, Unit, User
from bureau.common import clock
from bureau.regions.models import Region
from bureau.workflow import Refused, perform
from enterprises.models import Enterprise, Person
from subsidies.actions import ledger, stages
from subsidies.enums import FundSource, Outcome, PayeeKind, State
from subsidies.models import Application, ApplicationLog, BudgetLine, PayeeLine, Review, Scheme

CLIENTS, AMOUNT = 32, Decimal(5000)


def run(full: bool) -> dict[str, Any]:
    """Half of the approvals find money; the ratio is that of transactions per second."""
    size = 640 if full else 64
    cases = made(size)
    line = new_line(size // 2)
    before = deadlocks()
    ours, refused = race(cases, lambda pk: approve(pk, line))
    overspent = max(Decimal(0), line.entries.totals()["reserved"] - AMOUNT * (size // 2))
    found = deadlocks() - before
    if len(refused) != size - size // 2:
        raise AssertionError(f"{len(refused)} of {size} were refused")
    bare = prepare_floor(size * 4)
    floor, _refused = race(list(range(size * 8)), bare)
    notes = (
        f"{1 / ours * size:.0f} and {size * 8 / floor:.0f} transactions a second, {CLIENTS} clients",
        f"{overspent} overspent, {found} deadlocks",
    )
    return {"work": "budget", "ours_s": ours / size, "floor_s": floor / (size * 8), "rows": size, "notes": notes}


def race(items: list[Any], act: Callable[[Any], bool]) -> tuple[float, list[Any]]:
    """Seconds until 32 clients have done all items, and the items that were refused."""
    waiting, refused, errors = list(items), [], []
    barrier = threading.Barrier(CLIENTS + 1)

    def client() -> None:
        try:
            barrier.wait()
            while waiting:
                try:
                    item = waiting.pop()
                except IndexError:
                    break
                if not act(item):
                    refused.append(item)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=client) for _n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    barrier.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return time.perf_counter() - began, refused


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select pg_stat_force_next_flush()")
        cursor.execute("select deadlocks from pg_stat_database where datname = current_database()")
        return cursor.fetchone()[0]


# --- ours ----------------------------------------------------------------------------------------


def approve(pk: int, line: BudgetLine) -> bool:
    by = User.objects.get(username="bench.approver")
    case = Application.objects.get(pk=pk)
    try:
        perform(case, "approve", by=by, version=case.version, data={"line": line, "opinion": ""})
    except Refused:
        return False
    return True


def new_line(fitting: int) -> BudgetLine:
    line = BudgetLine.objects.create(
        fund_source=FundSource.CENTRAL, fiscal_year=clock.today().year, name_zh="争用", name_en="Contended"
    )
    ledger.allot(line=line, amount=AMOUNT * fitting, by=User.objects.get(username="bench.finance"), key="bench:allot")
    return line


@transaction.atomic
def made(size: int) -> list[int]:
    """Applications that wait for their approval."""
    version = Scheme.objects.get(key=bench_bureau.SCHEMES[0][0]).versions.get()
    stage = {one.key: one for one in version.stages.all()}
    county = Region.objects.current().filter(parent=SiteProfile.get().root).order_by("code").first()
    unit, clerk = Unit.objects.get(region=county), User.objects.get(username="bench.clerk")
    now = clock.now()
    found = []
    for number in range(size):
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


# --- floor ---------------------------------------------------------------------------------------

UPDATE = "UPDATE bench_line SET reserved = reserved + 5000 WHERE id = 1 AND cap - reserved >= 5000 RETURNING id"
INSERT = "INSERT INTO bench_entry (line_id, amount) VALUES (1, 5000)"


def prepare_floor(fitting: int) -> Callable[[Any], bool]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_line (id int PRIMARY KEY, cap numeric, reserved numeric, CHECK (reserved <= cap))")
        cursor.execute("CREATE TABLE bench_entry (id bigserial PRIMARY KEY, line_id int REFERENCES bench_line, amount numeric)")
        cursor.execute("INSERT INTO bench_line VALUES (1, %s, 0)", [5000 * fitting])
        connection.commit()
    address = connection.get_connection_params()
    own = threading.local()

    def bare(_item: Any) -> bool:
        if not hasattr(own, "connection"):
            own.connection = psycopg2.connect(
                **{key: address[key] for key in ("dbname", "user", "password", "host", "port")}
            )
        with own.connection, own.connection.cursor() as cursor:
            cursor.execute(UPDATE)
            if not cursor.fetchone():
                return False
            cursor.execute(INSERT)
        return True

    return bare
