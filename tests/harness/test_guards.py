"""Each guard of the award line is needed: with it the violation does not happen, without it it does. So the tests
that keep the promise can fail.

Here, by taking the guard out: see GUARDS. Beside the promise itself, in their own files:

| guard                                  | taken out in                                                          |
|----------------------------------------|-----------------------------------------------------------------------|
| conditional update of a budget line    | tests/subsidies/test_ledger_race.py, test_without_the_guard_…         |
| fence of a job                         | tests/bureau/jobs/test_jobs.py, the stale write without `_seal`       |
| declaration of a route (build)         | tests/bureau/accounts/test_routes.py, undeclared views                |
| transition table and its database copy | tests/bureau/workflow/test_checks.py, tables that differ              |
| chain of the audit log                 | tests/bureau/audit/test_chain.py, triggers disabled, then tampered    |
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.urls import reverse

from bureau.accounts import codes
from bureau.accounts.models import Grant, LoginCode, User
from bureau.accounts.roles import Role
from bureau.attachments import actions as files
from bureau.attachments import registry
from bureau.common import clock
from bureau.reports.models import Report
from bureau.workflow import perform
from subsidies.models import Application, ApplicationLog, BackEntry, BudgetLine, Entry, Review
from subsidies.purposes import PAPER
from tests.harness.caller import Caller


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def happens(world, violation) -> bool:
    """Does the violation get through? Whatever it wrote is taken back."""
    with transaction.atomic():
        sql("set constraints all deferred")
        try:
            with transaction.atomic():
                answer = violation(world)
        except (DatabaseError, ValidationError):
            answer = False
        transaction.set_rollback(True)
    return answer is not False


# --- violations: return False where they are refused; a database error is a refusal too ------------------------------------


def opens(address: str, user: User | None) -> bool:
    return Caller(user).get(address).status == 200


def case_of_another_county(world):
    address = reverse("admin:subsidies_application_change", args=[world.b.cases["approval"].pk])
    return opens(address, world.people[Role.VERIFIER])


def case_of_another_owner(world):
    return opens(reverse("subsidies:my_detail", args=[world.b.cases["draft"].ref]), world.a.owner)


def file_of_another_owner(world):
    file = world.b.cases["draft"].materials.first().attachment
    return opens(reverse("attachments:download", args=[file.pk]), world.a.owner)


def page_of_another_role(world):
    return opens(reverse("desk:system"), world.people[Role.CLERK])


def forged_request(world):
    return Caller(world.a.owner).post(reverse("notifications:read_all"), token=True).status != 403


def overdrawn_line(world):
    return BudgetLine.objects.filter(pk=world.home.line.pk).update(reserved=F("cap") + 1) == 1


def reviewer_approves(world):
    case = world.a.cases["approval"]
    reviewer = case.reviews.get(step="first_review").by
    review = Review(application=case, step="approval", outcome="passed", by=reviewer, unit=case.unit,
                    scheme_id=case.scheme_id, region_id=case.region_id, operating_region_id=case.operating_region_id)
    return Review.objects.bulk_create([review])


def step_that_is_no_edge(world):
    case = Application.objects.filter(pk=world.a.cases["check"].pk)
    return case.update(state="submitted", version=F("version") + 1) == 1


def move_without_a_log(world):
    case = Application.objects.filter(pk=world.a.cases["check"].pk)
    moved = case.update(state="returned", version=F("version") + 1)
    sql("set constraints all immediate")
    return moved == 1


def log_rewritten(world):
    return ApplicationLog.objects.filter(subject=world.a.cases["paid"]).update(comment="x") > 0


def money_rewritten(world):
    return Entry.objects.filter(application=world.a.cases["paid"]).update(amount=Decimal(1)) > 0


def review_rewritten(world):
    return Review.objects.filter(application=world.a.cases["paid"]).update(opinion="x") > 0


def shop_changed_after_start(world):
    case = Application.objects.filter(pk=world.a.cases["draft"].pk)
    return case.update(enterprise=world.a.free_shop) == 1


def payee_changed_after_approval(world):
    return world.a.cases["payment"].payee_lines.update(name="别人") > 0


def submitted_twice(world):
    """A second application under the key of the first."""
    other = perform(world.a.cases["behalf"], "withdraw", by=world.a.clerk)
    key = world.a.cases["accept"].submit_key
    return Application.objects.filter(pk=other.pk).update(submit_key=key) == 1


def second_application_of_a_shop(world):
    first = world.a.cases["draft"]
    copied = {name: getattr(first, name) for name in (
        "scheme", "scheme_version", "enterprise", "applicant", "contact_phone", "region", "unit", "amount_cap",
        "entered_by")}
    return Application.objects.create(ref=uuid.uuid4(), **copied)


def report_twice(world):
    first = world.reports["draft"]
    same = {name: getattr(first, name) for name in ("template", "period_start", "period_end", "region", "revision")}
    return Report.objects.create(created_at=clock.now(), **same)


def importer_confirms_his_own_list(world):
    row = world.a.back_entry
    return BackEntry.objects.filter(pk=row.pk).update(
        state="confirmed", confirmed_by=row.proposed_by, confirmed_at=clock.now()) == 1


def role_given_to_oneself(world):
    user = world.people[Role.SECURITY]
    return Grant.objects.create(
        user=user, role=Role.CLERK, unit=world.a.county, valid_from=clock.today(), given_by=user)


def two_of_the_three_administrators(world):
    return Grant.objects.create(
        user=world.people[Role.SYSTEM], role=Role.AUDITOR, unit=world.a.county, valid_from=clock.today(),
        given_by=world.people[Role.SECURITY])


def program_kept_as_a_photo(world):
    return files.store(SimpleUploadedFile("photo.jpg", b"MZ" + b"\0" * 500), purpose=PAPER, by=world.a.owner)


def code_found_by_trying(world):
    """Six answers to one code, the last one right."""
    phone, now = "13700000009", clock.real_now()
    LoginCode.objects.create(phone=phone, code_hash=codes._hashed(phone, "000777", "salt"), address="127.0.0.1",
                             created_at=now, expires_at=now + timedelta(minutes=5))
    tries = [codes._accept(phone, code) for code in ("1", "2", "3", "4", "5", "000777")]
    return tries[-1]


# --- how each guard is taken out ----------------------------------------------------------------------------------------------


def patch(target: str, value) -> Callable:
    return lambda monkeypatch: monkeypatch.setattr(target, value)


def passes_middleware(target: str) -> Callable:
    """A middleware that lets everything pass, in a handler made anew."""

    def remove(monkeypatch):
        monkeypatch.setattr("tests.harness.caller._handler", None)
        monkeypatch.setattr(f"{target}.process_view", lambda self, request, view, args, kwargs: None)

    return remove


def without_trigger(table: str, *names: str) -> Callable:
    return lambda monkeypatch: sql("; ".join(f"alter table {table} disable trigger {name}" for name in names))


def without_constraint(table: str, *names: str) -> Callable:
    """A constraint of the table, or the unique index that stands for one with a condition."""
    statements = [f"alter table {table} drop constraint if exists {name}; drop index if exists {name}" for name in names]
    return lambda monkeypatch: sql("; ".join(statements))


def both(*removals: Callable) -> Callable:
    """Two guards that keep the same promise, one behind the other."""
    return lambda monkeypatch: [remove(monkeypatch) for remove in removals]


def everybody_reads_papers(monkeypatch):
    rules = replace(registry.PURPOSES[PAPER], may_read=lambda user, attachment: True)
    monkeypatch.setitem(registry.PURPOSES, PAPER, rules)


def codes_without_end(monkeypatch):
    monkeypatch.setattr(codes, "TRIES", 1000)
    without_constraint("accounts_logincode", "logincode_five_tries")(monkeypatch)


def files_unseen(monkeypatch):
    found = {"ok": True, "extension": ".jpg", "content_type": "image/jpeg"}
    monkeypatch.setattr(files, "run_child", lambda *args: found)


@dataclass(frozen=True)
class Guard:
    name: str
    violation: Callable
    remove: Callable


APPLICATION = "subsidies_application"
GUARDS = [
    Guard("scope filter", case_of_another_county, patch("bureau.accounts.scope.visible", lambda rows, *a, **k: rows)),
    Guard("owner of a case", case_of_another_owner, patch("subsidies.permissions.owned_by", lambda user, model: Q())),
    Guard("owner of a file", file_of_another_owner, everybody_reads_papers),
    Guard("access middleware", page_of_another_role, passes_middleware("bureau.accounts.middleware.AccessMiddleware")),
    Guard("forged requests", forged_request, passes_middleware("django.middleware.csrf.CsrfViewMiddleware")),
    Guard("cap of a line", overdrawn_line, without_constraint("subsidies_budgetline", "budgetline_not_overdrawn")),
    Guard("floor of duties", reviewer_approves, without_trigger("subsidies_review", "review_duties")),
    Guard("edges of the states", step_that_is_no_edge, without_trigger(APPLICATION, f"guard_{APPLICATION}_edge")),
    Guard("a log for each state", move_without_a_log, without_trigger(APPLICATION, f"guard_{APPLICATION}_logged_u")),
    Guard("log is kept", log_rewritten, without_trigger("subsidies_applicationlog", f"guard_{APPLICATION}_kept")),
    Guard("ledger is kept", money_rewritten, without_trigger("subsidies_entry", "entry_append_only")),
    Guard("reviews are kept", review_rewritten, without_trigger("subsidies_review", "review_append_only")),
    Guard("shop of a case stays", shop_changed_after_start, without_trigger(APPLICATION, "application_keeps")),
    Guard("payees stand still", payee_changed_after_approval, without_trigger("subsidies_payeeline", "payeeline_frozen")),
    Guard("submit key", submitted_twice, without_constraint(APPLICATION, f"{APPLICATION}_submit_key_key")),
    Guard("one per shop", second_application_of_a_shop,
          without_constraint(APPLICATION, "application_one_open_or_granted_per_shop")),
    Guard("one report per period", report_twice,
          without_constraint("reports_report", "report_once_per_period", "report_one_revision_open")),
    Guard("two people for a list", importer_confirms_his_own_list,
          without_constraint("subsidies_backentry", "backentry_two_people")),
    Guard("no role to oneself", role_given_to_oneself, without_constraint("accounts_grant", "grant_not_to_self")),
    Guard("three administrators", two_of_the_three_administrators,
          both(without_constraint("accounts_grant", "grant_one_of_three_administrators"),  # open grants
               without_trigger("accounts_grant", "accounts_three_administrators"))),  # every single day
    Guard("checks of files", program_kept_as_a_photo, files_unseen),
    Guard("five tries of a code", code_found_by_trying, codes_without_end),
]


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_a_guard_holds_and_is_needed(guard, world, monkeypatch):
    assert not happens(world, guard.violation)
    with transaction.atomic():
        guard.remove(monkeypatch)
        assert happens(world, guard.violation)
        transaction.set_rollback(True)
