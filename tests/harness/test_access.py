"""Who gets at what, from the side of somebody who means harm: rows of another office, actions of a higher role, true
addresses of files, filters as an oracle, accounts that were closed. Each with the guard, and with it taken out.

Every route by every role is called in tests/bureau/accounts/test_matrix.py; searches and bodies in
tests/harness/test_foreign_objects.py.
"""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.auth.backends import ModelBackend
from django.db import connection, transaction
from django.db.models import Q
from django.test import Client, RequestFactory
from django.urls import resolve, reverse

from bureau.accounts.access import as_rule, routes
from bureau.accounts.admin_base import BureauAdmin
from bureau.accounts.models import Grant, PortalSession, User
from bureau.accounts.roles import Role
from bureau.attachments.models import Attachment
from bureau.common import clock
from tests.factories import world as worlds
from tests.harness.caller import BACKEND, Caller
from tests.harness.test_guards import everybody_reads_papers, passes_middleware, patch

pytestmark = [pytest.mark.sweep, pytest.mark.usefixtures("plain_refusals")]

STAFF = [role for role in Role if role != Role.OWNER]
LOOKUPS = ("", "__exact", "__startswith", "__istartswith", "__contains", "__icontains", "__endswith", "__regex", "__iregex",
           "__gt", "__range", "__isnull")
assert len(LOOKUPS) == 12


@pytest.fixture
def taken_back(world):
    """What a test changes is undone after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# --- A1: without the guards ---------------------------------------------------------------------------------------------


def opened(world, caller) -> int:
    """How many of the other side's applications an owner opens by their addresses."""
    pages = [reverse("subsidies:my_detail", args=[case.ref]) for case in world.b.cases.values()]
    return sum(caller.get(page).status == 200 for page in pages)


@pytest.mark.proof("A1", "removed")
def test_without_the_owner_any_application_opens(world, callers, monkeypatch, proof):
    assert opened(world, callers[Role.OWNER]) == 0
    patch("subsidies.permissions.owned_by", lambda user, model: Q())(monkeypatch)
    found = opened(world, callers[Role.OWNER])
    assert found
    proof("A1").removed("the owner of an application", f"{found} of {len(world.b.cases)} applications of others open")


# --- A2: rows of another office ------------------------------------------------------------------------------------------


def site_admins(*, by) -> list[BureauAdmin]:
    """The lists that this person may open."""
    return [one for one in admin.site._registry.values() if as_rule(one.access.get("view")).allows(by)]


def list_of(model) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def asked_for(one, user):
    """A request for this list."""
    request = RequestFactory().get(list_of(one.model))
    request.user, request.resolver_match = user, resolve(list_of(one.model))
    return request


def side_rows(side) -> dict[type, set]:
    """Rows that belong to one side alone, by model."""
    found: dict[type, set] = {}
    cases = list(side.cases.values())
    more = (row for key, rows in side.more.items() if key != "training/open" for row in rows)  # a class that is open is public
    rows = [*cases, *side.shops, side.claim, side.back_entry, *more]
    rows += list(side.credentials.values())
    for row in rows:
        found.setdefault(type(row), set()).add(row.pk)
    return found


#: Who sits outside the territory of side B, and sees rows by territory.
IN_A_COUNTY = [role for role in STAFF if role not in worlds.AT_THE_BUREAU]


def foreign_rows(world) -> tuple[int, int]:
    """(lists looked at, rows and counts of the other side in them), as each role that sits in an office of side A."""
    theirs, lists, found = side_rows(world.b), 0, 0
    for role in IN_A_COUNTY:
        user = world.people[role]
        for one in site_admins(by=user):
            if one.model not in theirs:
                continue
            lists += 1
            found += one.get_queryset(asked_for(one, user)).filter(pk__in=theirs[one.model]).count()
    return lists, found


@pytest.mark.proof("A2", "held")
def test_no_list_counts_or_holds_rows_of_another_office(world, proof):
    lists, found = foreign_rows(world)
    assert found == 0
    assert lists > 30
    counts = counts_shown(world)
    proof("A2").held(f"{lists} lists × roles of one county and {counts} counts over them: 0 rows of the other")


def counts_shown(world) -> int:
    """How many lists were counted: each says as many as there are of the own side."""
    theirs, counted = side_rows(world.b), 0
    for role in IN_A_COUNTY:
        user = world.people[role]
        for one in site_admins(by=user):
            if one.model in theirs:
                asked = asked_for(one, user)
                own = one.get_queryset(asked).exclude(pk__in=theirs[one.model]).count()
                assert one.get_changelist_instance(asked).result_count <= own, (role, one)
                counted += 1
    return counted


@pytest.mark.proof("A2", "removed")
def test_without_the_scope_lists_hold_every_office(world, monkeypatch, proof):
    patch("bureau.accounts.scope.visible", lambda rows, *a, **k: rows)(monkeypatch)
    lists, found = foreign_rows(world)
    assert found
    proof("A2").removed("the scope filter", f"{found} rows of the other office in {lists} lists × roles")


# --- A3: actions and pages of a higher role --------------------------------------------------------------------------------


def actions_tried(world, callers) -> tuple[int, int]:
    """(tries by a role that is not offered the action, those that reached it): in transactions that cannot write."""
    tries = reached = 0
    for model, one in admin.site._registry.items():
        names = {getattr(name, "__name__", name) for name in one.actions or ()}
        row = model._default_manager.first()
        for role, caller in callers.items():
            user = world.people[role]
            offered = set(one.get_actions(asked_for(one, user))) if one.has_view_permission(asked_for(one, user)) else set()
            for name in sorted(names - offered):
                address = list_of(model)
                data = {"action": name, "_selected_action": str(row.pk) if row else "0", "select_across": "0"}
                answer = caller.post(address, data, may_write=False)
                tries += 1
                reached += bool(answer.error) or answer.status not in (200, 302, 403) or "ids=" in answer.location
    return tries, reached


@pytest.mark.proof("A3", "held")
def test_no_action_runs_for_a_role_that_is_not_offered_it(world, callers, proof):
    tries, reached = actions_tried(world, callers)
    assert reached == 0
    assert tries > 50
    proof("A3").held(f"actions of the admin site × roles without them: {tries} posts, 0 ran")


@pytest.mark.proof("A3", "removed")
def test_without_the_middleware_a_clerk_opens_what_is_not_his(world, monkeypatch, proof):
    pages = [route for route in routes() if not route.parameters and not route.rule.public and not route.rule.closed
             and Role.CLERK not in route.rule.roles and route.name.startswith(("desk:", "dashboards:", "reports:", "my"))]
    clerk = world.people[Role.CLERK]
    assert all(Caller(clerk).get(route.path).status == 403 for route in pages)
    passes_middleware("bureau.accounts.middleware.AccessMiddleware")(monkeypatch)
    found = [route.name for route in pages if Caller(clerk).get(route.path).status == 200]
    assert found
    proof("A3").removed("the access middleware", f"{len(found)} of {len(pages)} pages of other roles open to a clerk")


# --- A4: files by their true addresses --------------------------------------------------------------------------------------


def files_of(side) -> list[Attachment]:
    """Uploads, exports, row reports, papers and lists of a side."""
    people = (side.owner, side.clerk, side.helper)
    return list(Attachment.objects.filter(uploaded_by__in=people, state="clean"))


def taken(files, caller) -> int:
    return sum(caller.get(reverse(f"attachments:{way}", args=[file.pk])).status == 200
               for file in files for way in ("download", "view", "thumb"))


@pytest.mark.proof("A4", "held")
def test_true_addresses_of_files_open_nothing(world, callers, taken_back, proof):
    theirs = files_of(world.b)
    strangers = [Caller(), callers[Role.OWNER], callers[Role.HELPER], callers[Role.INTAKE], Caller(world.a.clerk)]
    tries = len(theirs) * len(strangers) * 3
    assert len(theirs) > 10
    assert taken(theirs, Caller(world.b.owner)) + taken(theirs, Caller(world.b.clerk)) > 0  # they are there
    assert sum(taken(theirs, caller) for caller in strangers) == 0
    results = [kept["export"] for kept in world.b.kept.values()]
    mine = Caller(world.b.clerk)
    assert taken(results, mine) > 0
    Attachment.objects.filter(pk__in=[file.pk for file in results]).update(expires_at=clock.now() - timedelta(seconds=1))
    assert taken(results, mine) == 0  # over, although no purge has run
    proof("A4").held(f"{tries} calls with the true address of another's file, signed out too: 0 opened; {len(results)} "
                     "results past their time: 0 opened")


@pytest.mark.proof("A4", "removed")
def test_without_the_owner_of_files_any_address_opens(world, callers, monkeypatch, proof):
    everybody_reads_papers(monkeypatch)
    found = taken(files_of(world.b), callers[Role.OWNER])
    assert found
    proof("A4").removed("the owner of a file", f"{found} answers with papers of the other side for an owner")


# --- A5: filters as an oracle ------------------------------------------------------------------------------------------------


def columns(model) -> list[str]:
    """Of the model, and of what its foreign keys lead to."""
    found = []
    for field in model._meta.concrete_fields:
        found.append(field.name)
        if field.is_relation and field.related_model:
            found += [f"{field.name}__{one.name}" for one in field.related_model._meta.concrete_fields]
    return found


def let_through(one, user, name: str) -> bool:
    """Is this filter looked up at all? What cannot be looked up leads back to the list without it."""
    try:
        one.get_changelist(asked_for(one, user))
        return one.lookup_allowed(name, "1", asked_for(one, user))
    except DisallowedModelAdminLookup:
        return False


@pytest.mark.proof("A5", "held")
def test_no_column_is_a_filter_but_the_declared(world, callers, proof):
    tried = open_ = by_url = 0
    for model, one in admin.site._registry.items():
        role = next((role for role in STAFF if as_rule(one.access.get("view")).allows(world.people[role])), None)
        if role is None:
            continue
        user, declared = world.people[role], one._open_lookups(asked_for(one, world.people[role]))
        address = list_of(model)
        for column in columns(model):
            names = [column + lookup for lookup in LOOKUPS]
            tried += len(names)
            wrong = [name for name in names if name not in declared and let_through(one, user, name)]
            open_ += len(wrong)
            if "__" not in column and f"{column}__startswith" not in declared:
                by_url += 1
                answer = callers[role].get(f"{address}?{column}__startswith=6")
                assert answer.status in (302, 400), (address, column, answer.status)
    assert open_ == 0
    assert tried > 5000
    proof("A5").held(f"{tried} filters (column × 12 lookups) asked of every list: 0 outside the declared; {by_url} of them "
                     "by address: refused")


@pytest.mark.proof("A5", "removed")
def test_without_the_list_of_filters_a_phone_is_spelled_out(world, callers, monkeypatch, proof):
    """Ten guesses for each digit, by the rows that are left."""
    patch("bureau.accounts.admin_base.BureauAdmin.lookup_allowed", lambda self, lookup, value, request: True)(monkeypatch)
    security, digits, guesses = callers[Role.SECURITY], "", 0
    address = reverse("admin:accounts_user_changelist")
    while len(digits) < len(world.b.words.owner_phone):
        for digit in "0123456789":
            guesses += 1
            page = security.get(f"{address}?username__isnull=True&name={world.b.words.owner}&phone__startswith={digits}{digit}")
            if reverse("admin:accounts_user_change", args=[world.b.owner.pk]) in page.text:
                digits += digit
                break
        else:
            break
    assert digits == world.b.words.owner_phone
    proof("A5").removed("the list of declared filters", f"a masked phone is read in {guesses} questions")


# --- A7: gone ----------------------------------------------------------------------------------------------------------------


def still_in(world, *, ended) -> tuple[int, int]:
    """(routes called by somebody who might a moment ago, those that answered him)."""
    from tests.harness.targets import Places

    tries = answered = 0
    for route in routes():
        role = next((role for role in STAFF if role in route.rule.roles), None)
        if route.rule.public or route.rule.closed or role is None or (ended == "grants" and not route.rule.permissions):
            continue
        own = Places(world, role).targets(route).own
        if not own:
            continue
        answer = Caller(world.people[role], known=False).get(own[0])
        tries += 1
        refused = answer.status == 403 if ended == "grants" else answer.status == 302 and "/login/" in answer.location
        answered += not refused
    return tries, answered


def end(world, *, ended) -> None:
    people = [world.people[role].pk for role in STAFF]
    if ended == "grants":
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate; set local session_replication_role = replica")
            Grant.objects.filter(user__in=people).update(valid_from=clock.today() - timedelta(days=9),
                                                         valid_to=clock.today() - timedelta(days=1))
            cursor.execute("set local session_replication_role = origin")
    else:
        User.objects.filter(pk__in=people).update(is_active=False)


@pytest.mark.proof("A7", "held")
@pytest.mark.parametrize("ended", ["grants", "account"])
def test_who_has_gone_gets_in_nowhere(world, taken_back, ended, proof):
    end(world, ended=ended)
    tries, answered = still_in(world, ended=ended)
    assert answered == 0
    assert tries > 100
    what = "a role that has ended" if ended == "grants" else "a disabled account"
    proof("A7").held(f"{what}: {tries} routes, next request refused on {tries}")


@pytest.mark.proof("A7", "held")
def test_sessions_of_a_disabled_account_are_gone(world, taken_back, proof):
    user, browsers = world.people[Role.CLERK], [Client() for _n in range(3)]
    for browser in browsers:
        browser.force_login(user, backend=BACKEND)
        assert browser.get("/account/").status_code == 200
    kept = PortalSession.objects.filter(user=user).count()
    assert kept >= 3
    changed = {"name": user.name, "phone": "", "language": user.language or "zh-hans"}  # without the tick of "active"
    page = Client()
    page.force_login(world.people[Role.SYSTEM], backend=BACKEND)
    session = page.session
    session["confirmed"] = int(clock.real_now().timestamp())
    session.save()
    page.post(reverse("admin:accounts_user_change", args=[user.pk]), changed)
    user = User.objects.get(pk=user.pk)
    assert not user.is_active
    assert not PortalSession.objects.filter(user=user).exists()
    assert all(browser.get("/account/").status_code == 302 for browser in browsers)
    proof("A7").held(f"an account disabled on its page: {kept} sessions, 0 left")


@pytest.mark.proof("A7", "removed")
def test_without_asking_anew_who_has_gone_stays(world, taken_back, monkeypatch, proof):
    end(world, ended="account")
    monkeypatch.setattr(ModelBackend, "user_can_authenticate", lambda self, user: True)
    monkeypatch.setattr("bureau.accounts.access.Rule.allows", lambda rule, user: True)
    tries, answered = still_in(world, ended="account")
    assert answered
    proof("A7").removed("the account read with each request", f"{answered} of {tries} routes answer a disabled account")
