"""Numbers of people stand in full only where a declaration says so: on every page as every role, in every table, in
papers of reports, exports, messages and in what the portal logs."""

import logging

import pytest
from django.apps import apps
from django.db import connection

from bureau.accounts.access import routes
from bureau.accounts.models import User
from bureau.accounts.roles import Role
from bureau.common.crypto import Secret
from bureau.jobs.testing import run_waiting
from bureau.reports import papers
from programs.models import Feedback
from tests.factories import pledges
from tests.harness import planting
from tests.harness.caller import Caller
from tests.harness.targets import Places
from tests.harness.test_foreign_objects import text_of
from tests.harness.test_formulas import doors_of, hands, texts

pytestmark = [pytest.mark.sweep, pytest.mark.usefixtures("plain_refusals")]

#: Column → beginnings of the addresses that show it in full, to whoever may open them. Sealed ones stand nowhere.
DECLARED: dict[str, tuple[str, ...]] = {
    # who speaks for a shop, to the offices that look after it; to administrators of accounts; one's own
    "accounts.User.phone": (
        "/admin/enterprises/enterprise/", "/admin/enterprises/membership/", "/admin/accounts/", "/my/shops/new/", "/training/",
    ),
    # the register is there to call a shop
    "enterprises.Enterprise.phone": (
        "/admin/enterprises/enterprise/", "/admin/enterprises/membership/", "/entry/", "/my/shops/",
    ),
    "enterprises.Enterprise.second_phone": ("/admin/enterprises/enterprise/", "/admin/enterprises/membership/"),
    # whoever looks after a class calls its participants
    "training.Enrollment.phone": ("/admin/training/enrollment/",),
    # the demo's phones, a page that production does not have
    "notifications.Notification.phone": ("/sent-messages/",),
}

#: Column → beginnings of the names of the exports that hold it in full.
EXPORTED: dict[str, tuple[str, ...]] = {
    # the owner has agreed that the bank calls him
    "subsidies.LoanRequest.contact_phone": ("a referral list for the bank",),
}


@pytest.fixture(scope="module")
def planted(world):
    return planting.Planted()


@pytest.fixture(scope="module")
def people(world, planted):
    """As they are now, with planted numbers of their own."""
    return {role: User.objects.get(pk=user.pk) for role, user in world.people.items()}


class Written(logging.Handler):
    """What the portal writes of its work; the database's own echo is a tool of developers."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        if not record.name.startswith("django.db"):
            self.lines.append(f"{record.getMessage()} {record.exc_text or ''}")


@pytest.fixture
def written():
    """Real logging, as it is when the portal runs."""
    logging.disable(logging.NOTSET)
    handler, root = Written(), logging.getLogger()
    root.addHandler(handler)
    yield handler.lines
    root.removeHandler(handler)


def pages(world, user, role):
    """(route, address) of everything that this person may open, and of what the searches find."""
    places = Places(world, role)
    for route in routes():
        if route.rule.closed or not (route.rule.public or (role and role in route.rule.roles)) or "logout" in route.name:
            continue
        for address in places.targets(route).own[:1]:
            yield route, address
        if route.name in ("desk:search", "enterprises:find"):
            yield route, f"{route.path}?q={world.a.words.shop}"


def test_every_sensitive_column_has_canaries(planted):
    assert not [name for name, rows in planted.rows.items() if not rows]
    assert len(planted.rows) > 12
    assert not {column.name for column in planted.columns if column.sealed} & set(DECLARED)


@pytest.mark.proof("A6", "held")
def test_numbers_of_people_stand_only_where_declared(world, planted, people, written, proof):
    wrong, opened, shown = {}, 0, set()
    for role, user in [*people.items(), (None, None)]:
        caller = Caller(user)
        for route, address in pages(world, user, role):
            answer = caller.get(address)
            opened += 1
            for column in planted.found(answer.text + answer.location):
                if route.path.startswith(DECLARED.get(column, ())):
                    shown.add(column)
                else:
                    wrong.setdefault((column, route.path), set()).add(str(role or "nobody"))
    assert not wrong, "\n".join(f"{key}: {sorted(who)}" for key, who in sorted(wrong.items()))
    assert not planted.found("\n".join(written))
    assert written, "nothing was logged, so nothing was looked at"
    assert shown == set(DECLARED), "declared, and found nowhere"
    total = sum(planted.rows.values())
    proof("A6").held(f"{total} numbers in {len(planted.rows)} columns, {opened} pages of {len(people) + 1} kinds of people: "
                     f"0 beyond {sum(map(len, DECLARED.values()))} declared places; 0 in {len(written)} lines of the log")


@pytest.mark.proof("A6", "held")
def test_no_table_and_no_paper_holds_them_beside_their_column(world, planted, proof):
    """Frozen records, jobs, faults, messages, audit log, sessions: whatever is kept, as the database has it."""
    wrong, tables = [], 0
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if not model._meta.managed:
                continue
            tables += 1
            cursor.execute(f'select t::text from "{model._meta.db_table}" t')
            own = {column.name for column in planted.columns if column.model is model and not column.sealed}
            found = planted.found("\n".join(row[0] for row in cursor.fetchall())) - own
            wrong += [f"{model._meta.label} holds {name}" for name in sorted(found)]
    assert not wrong, "\n".join(wrong)
    assert not planted.found(text_of(papers.build(world.reports["issued"])))
    proof("A6").held(f"{tables} tables as they are stored, and the paper of a report: 0 numbers outside their column")


@pytest.mark.proof("A6", "held")
def test_no_export_holds_them_but_the_list_that_is_for_calling(world, planted, people, proof):
    """Every workbook and CSV that a page, a press or a job gives to somebody who may have it."""
    run_waiting()  # what a call asks for is then all that waits
    wrong, shown, files = {}, set(), 0
    for door in (*doors_of(world), *hands(world)):
        for kind, content in door.open():
            files += 1
            for column in planted.found(" ".join(texts(kind, content))):
                if door.name.startswith(EXPORTED.get(column, ())):
                    shown.add(column)
                else:
                    wrong.setdefault(column, set()).add(door.name)
    assert not wrong, "\n".join(f"{column}: {sorted(doors)}" for column, doors in sorted(wrong.items()))
    assert shown == set(EXPORTED), "declared, and found nowhere"
    assert files >= 14
    proof("A6").held(f"{files} workbooks and CSV files opened: 0 numbers beyond {len(EXPORTED)} declared columns")


def test_what_a_citizen_writes_is_kept_without_numbers(world):
    said = "我的电话13812345678，身份证632123198501015557，卡号6228480402564890018"
    made: Feedback = pledges.said(world.a.pledges["published"], comment=said)
    assert not [number for number in ("13812345678", "632123198501015557", "6228480402564890018") if number in made.comment]


@pytest.mark.proof("A6", "removed")
def test_without_the_mask_they_stand_on_pages(world, planted, people, monkeypatch, proof):
    monkeypatch.setattr(Secret, "__str__", Secret.reveal)
    found, opened = set(), 0
    for role in (Role.CLERK, Role.OWNER, Role.FINANCE):
        caller = Caller(people[role])
        for route, address in pages(world, people[role], role):
            if route.parameters:
                opened += 1
                text = caller.get(address).text
                found |= {(name, route.path) for name in planted.found(text) if name not in DECLARED}
    assert found
    columns = len({name for name, _path in found})
    proof("A6").removed("the mask of secrets", f"numbers of {columns} columns in full on {len(found)} of {opened} pages")
