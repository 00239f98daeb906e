"""What an address does not name: objects in searches, filters, bodies, actions, exports and messages.

The addresses themselves are tried by tests/bureau/accounts/test_matrix.py, on the same two sides.
"""

import io
import logging
import uuid
import zipfile

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import override_settings
from django.urls import reverse

from bureau.accounts.access import routes
from bureau.accounts.models import PortalSession
from bureau.accounts.roles import Permission, Role
from bureau.attachments import storage
from bureau.jobs import ask
from bureau.jobs.testing import run_waiting
from bureau.metrics.registry import all_metrics
from bureau.notifications.models import Notification
from subsidies.models import Application
from tests.factories import world as worlds
from tests.harness.caller import Caller
from tests.harness.canaries import DECLARED, NUMBERS
from tests.harness.targets import Places

pytestmark = [pytest.mark.sweep, pytest.mark.usefixtures("plain_refusals")]

STAFF = [role for role in Role if role != Role.OWNER]
SPAN = "?from=2020-01-01&to=2099-12-31"
ASKED = ("shop", "owner", "operator", "shop_phone", "identity")
PHONES = ("owner_phone", "shop_phone")


def told(world, text, *, but=()):
    """Kinds of the other side's words in `text`, and numbers of either side in full."""
    other = {kind for kind, word in world.b.words.items() if word in text and kind not in but}
    return other | {kind for kind in NUMBERS if getattr(world.a.words, kind) in text}


# --- searches and lists -----------------------------------------------------------------------------------------------


def test_no_search_finds_the_other_side(world, callers):
    """Every page that lists, asked for each word of the other side; what it echoes is the question alone."""
    wrong, asked = [], 0
    for role, caller in callers.items():
        for route in (one for one in routes() if lists(one) and role in one.rule.roles):
            for kind in ASKED:
                answer = caller.get(f"{route.path}?q={getattr(world.b.words, kind)}")
                asked += 1
                but = {kind, *(other for other, paths in DECLARED.items() if route.path.startswith(paths))}
                if answer.status >= 500 or told(world, answer.text, but=but):
                    wrong.append(f"{role} {route.path}?q={kind}: {answer.status} {told(world, answer.text, but=but)}")
    assert not wrong, "\n".join(wrong)
    assert asked > 200, asked


def lists(route) -> bool:
    return not route.parameters and (
        route.name.endswith("_changelist") or route.name in ("desk:search", "enterprises:find")
    )


def test_what_a_search_finds_of_ones_own(world, callers):
    """The searches above could find: the same word of one's own side does."""
    for address in ("/search/", "/admin/enterprises/enterprise/", "/admin/subsidies/application/"):
        page = callers[Role.CLERK].get(f"{address}?q={world.a.words.shop}").text
        assert page.count(world.a.words.shop) > 1


def test_no_figure_opens_the_other_sides_records(world, callers):
    """Staff see the records of their territory; officials see number, region, day and amount of all, and no person."""
    read = Permission.RECORDS_VIEW, Permission.REPORT_VIEW, Permission.DASHBOARD_VIEW
    for role, caller in callers.items():
        if not any(world.people[role].can(right) for right in read):
            continue
        for metric in all_metrics():
            answer = caller.get(reverse("dashboards:records", args=[metric.key]) + SPAN)
            assert answer.status == 200, (role, metric.key)
            assert not told(world, answer.text), (role, metric.key)
            if world.people[role].can(Permission.RECORDS_VIEW):
                assert not [n for n in numbers(world.b) if n in answer.text], (role, metric.key)


def numbers(side):
    return [case.number for case in side.cases.values() if case.number]


def test_no_autocomplete_offers_what_its_list_hides(world, callers):
    """Every foreign key an admin page may ask for, as every role of staff."""
    from django.apps import apps

    offered = 0
    for model in apps.get_models():
        for field in model._meta.fields:
            if not field.is_relation:
                continue
            query = f"app_label={model._meta.app_label}&model_name={model._meta.model_name}&field_name={field.name}"
            for role in STAFF:
                answer = callers[role].get(f"/admin/autocomplete/?{query}&term=")
                assert answer.status in (200, 403, 404), (model, field.name, role)
                offered += answer.status == 200
                assert not told(world, answer.text, but={"owner"} if role in worlds.AT_THE_BUREAU else ())
    assert offered


# --- bodies ------------------------------------------------------------------------------------------------------------


def test_bodies_that_name_the_other_sides_objects_change_nothing(world, callers):
    """Each is answered as if the object were not there, in a transaction that cannot write."""
    b, scheme = world.b, world.home.version.scheme.key
    owner, clerk = callers[Role.OWNER], callers[Role.CLERK]
    begin = reverse("subsidies:begin", args=[scheme])
    assert owner.post(begin, {"enterprise": b.free_shop.number}, may_write=False).status == 404
    assert owner.post(begin, {"enterprise": b.cases["draft"].enterprise.number}, may_write=False).status == 404
    entry = reverse("subsidies:entry_begin", args=[scheme, world.a.free_shop.number])
    upload = b.kept[b.clerk.pk]["upload"]
    answer = clerk.post(entry, {"phone": world.a.words.owner_phone, "paper": str(upload.pk)}, may_write=False)
    assert (answer.status, told(world, answer.text)) == (422, set())
    session = PortalSession.objects.create(
        session_key=uuid.uuid4().hex, session_data="", expire_date=world.former.created_at, user=b.owner
    )
    answer = owner.post(reverse("accounts:end_session"), {"key": session.session_key}, may_write=False)
    assert answer.status == 404


def test_ones_own_objects_in_the_same_bodies(world, callers):
    scheme = world.home.version.scheme.key
    case = world.a.cases["draft"]
    begin = reverse("subsidies:begin", args=[scheme])
    assert callers[Role.OWNER].post(begin, {"enterprise": case.enterprise.number}).status == 302
    entry = reverse("subsidies:entry_begin", args=[scheme, world.a.free_shop.number])
    mine = world.a.kept[world.people[Role.CLERK].pk]["upload"]
    answer = callers[Role.CLERK].post(entry, {"phone": world.a.words.owner_phone, "paper": str(mine.pk)})
    assert answer.status == 302


@pytest.mark.parametrize("upload", ["upload", "run", "export"])
def test_files_of_the_other_side_go_into_no_draft(world, callers, upload):
    """A draft takes only what its writer may use; the file stays where it was."""
    case, kept = world.a.cases["draft"], world.b.kept[world.b.owner.pk]
    file = kept["run"].file if upload == "run" else kept[upload]
    page = reverse("subsidies:my_documents", args=[case.ref])
    answer = callers[Role.OWNER].post(page, {"rev": case.rev, "license": str(file.pk)}, may_write=True)
    assert answer.status == 422
    assert not told(world, answer.text)


def test_actions_on_rows_of_the_other_side_choose_nothing(world, callers):
    address = reverse("admin:subsidies_application_changelist")
    case = world.b.cases["accept"]
    for role, action in ((Role.INTAKE, "accept_chosen"), (Role.VERIFIER, "pass_chosen"),
                         (Role.FINANCE, "print_payees_of_chosen")):
        answer = callers[role].post(address, {"action": action, "_selected_action": str(case.pk)})
        assert not told(world, answer.text)
        assert case.number not in answer.text
        assert answer.status == 200 or "ids=" not in answer.location or str(case.pk) not in answer.location
    before = (case.state, case.version)
    case.refresh_from_db()
    assert (case.state, case.version) == before


def test_a_batch_leaves_out_what_its_asker_may_not_see(world):
    case = world.b.cases["accept"]
    job = ask("subsidies.batch", by=world.people[Role.INTAKE], params={"step": "accept", "ids": [case.pk]})
    run_waiting("subsidies.batch")
    assert Application.objects.get(pk=case.pk).version == case.version
    job.refresh_from_db()
    assert job.state == "done"


# --- exports, messages, logs --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_an_export_holds_ones_own_side_only(world, ending):
    job = ask("enterprises.export", by=world.people[Role.CLERK], params={"format": ending, "filters": {}})
    run_waiting("enterprises.export")
    job.refresh_from_db()
    text = text_of(storage.path_of(job.result_file.key).read_bytes())
    assert world.a.words.shop in text and world.a.words.operator in text
    assert not told(world, text)


def text_of(content: bytes) -> str:
    """All of a file; the parts of a workbook or document one after the other."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


def test_the_paper_of_a_report_names_nobody(world):
    from bureau.reports import papers

    text = text_of(papers.build(world.reports["issued"]))
    for side in (world.a, world.b):
        assert not [kind for kind, word in side.words.items() if word in text]


def test_messages_name_nobody_and_no_number(world):
    """SMS and messages reach a phone that others see: no name, number or phone of anybody."""
    for message in Notification.objects.all():
        text = f"{message.title} {message.body} {message.sms_text}"
        for side in (world.a, world.b):
            assert not [kind for kind, word in side.words.items() if word in text and kind != "shop"], text


def test_numbers_and_phones_stand_in_no_log(world, callers, caplog):
    """Neither in the audit log, nor in jobs, messages or stored sessions, nor in what the portal writes of its work."""
    hidden = [getattr(side.words, kind) for side in (world.a, world.b) for kind in NUMBERS]
    phones = [getattr(side.words, kind) for side in (world.a, world.b) for kind in PHONES]
    with connection.cursor() as cursor:
        for table, words in (("audit_auditevent", hidden + phones), ("jobs_job", hidden + phones),
                             ("notifications_notification", hidden), ("subsidies_application", hidden),
                             ("subsidies_applicationlog", hidden), ("subsidies_payeeline", hidden),
                             ("subsidies_backentryrow", hidden), ("enterprises_person", hidden)):
            cursor.execute(f"select string_agg(t::text, ' ') from {table} t")
            text = cursor.fetchone()[0]
            assert not [word for word in words if word in text], table
    logging.disable(logging.NOTSET)
    with caplog.at_level(logging.DEBUG):
        draft = world.a.cases["draft"]
        for role, caller in callers.items():
            places = Places(world, role)
            for route in (one for one in routes() if one.name.endswith(("_change", "my_payees")) and role in one.rule.roles):
                caller.get(places.targets(route).own[0])
        payee = {"name": world.a.words.payee, "id_number": world.a.words.identity, "account": world.a.words.account}
        callers[Role.OWNER].post(reverse("subsidies:my_payees", args=[draft.ref]), {**payee, "rev": draft.rev})
    written = "\n".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    assert not [word for word in hidden + phones if word in written]


# --- forged requests ------------------------------------------------------------------------------------------------------


def forged(request, reason=""):
    return HttpResponse("forged", status=403)


@override_settings(CSRF_FAILURE_VIEW=f"{__name__}.forged")
def test_no_post_is_taken_without_its_token(world, callers):
    """Every route, by somebody who may call it, or by nobody where none may; and with a token of another visitor."""
    wrong, nobody = [], Caller()
    for route in routes():
        role = next((role for role in Role if role in route.rule.roles), None)
        caller, places = callers.get(role, nobody), Places(world, role)
        targets = places.targets(route)
        for data in ({}, {"csrfmiddlewaretoken": "a" * 64}):
            answer = caller.post((targets.own or targets.foreign)[0], data, may_write=False, token=True)
            if (answer.status, answer.text) != (403, "forged"):
                wrong.append(f"{route}: {answer.status}")
    assert not wrong, "\n".join(wrong)
