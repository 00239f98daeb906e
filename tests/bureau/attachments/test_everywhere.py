"""The fifty hostile files at every door: each purpose by its upload address, each import by its page, and as pasted
text. Each is refused for the reason written beside it, or taken and made harmless; never an error of the server, and
the process that opens them stays below its limit."""

import hashlib
import subprocess
import sys
from functools import cache

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bureau.accounts.models import User
from bureau.accounts.roles import Role
from bureau.attachments import storage
from bureau.attachments.checks import child, images, limits, pdf, runner, sheets
from bureau.attachments.checks.limits import CHILD_MEMORY, KINDS, Limits, Refused
from bureau.attachments.models import Attachment
from bureau.attachments.names import clean_name, kind_of
from bureau.attachments.registry import PURPOSES, Purpose
from bureau.audit.models import AuditEvent
from bureau.formbuilder.tabular import flow, importers
from bureau.formbuilder.tabular.models import ImportRun
from bureau.jobs.testing import run_waiting
from tests.bureau.attachments.hostile import HOSTILE, Hostile
from tests.factories import accounts

pytestmark = [pytest.mark.django_db, pytest.mark.sweep, pytest.mark.usefixtures("quiet")]
#: Starts the command, hands its input on, and says on the error channel how much memory it took at most (kB). In
#: between because a process remembers the size of the one that started it.
MEASURE = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdin=sys.stdin).returncode
print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code if code >= 0 else 128 - code)
"""


@cache
def content(hostile: Hostile) -> bytes:
    return hostile.make()


@pytest.fixture(scope="module")
def peaks() -> list[int]:
    return []


@pytest.fixture(autouse=True)
def measured(monkeypatch, peaks):
    """Every child is measured; the same refusal of the same bytes under the same limits is found once."""
    real, told = subprocess.run, {}

    def run(command, **options):
        found = real([sys.executable, "-c", MEASURE, *command], **options)
        said = [line for line in found.stderr.splitlines() if line.startswith("peak ")]
        peaks.append(int(said[-1].split()[1]))
        return found

    def run_child(path, kind, bounds, out, thumbnail):
        key = hashlib.sha256(path.read_bytes()).hexdigest(), kind, bounds
        if key in told:
            raise Refused(told[key].code, **told[key].values)
        try:
            return runner.run_child(path, kind, bounds, out, thumbnail)
        except Refused as refused:
            told[key] = refused
            raise

    monkeypatch.setattr(runner.subprocess, "run", run)
    monkeypatch.setattr("bureau.attachments.actions.run_child", run_child)


def sent(hostile: Hostile, rules: Purpose) -> SimpleUploadedFile:
    body = content(hostile)
    if hostile.beyond:
        body += b"\0" * (rules.max_bytes + 1 - len(body))
    return SimpleUploadedFile(hostile.name, body)


def expected(hostile: Hostile, rules: Purpose) -> str:
    """The written reason, except where the purpose does not take this kind at all. Hidden signs of a name do not
    even arrive: what reads the request leaves them out, and the name shows its true ending."""
    if hostile.reason in ("empty", "too_large"):
        return hostile.reason
    try:
        kind_of("".join(filter(str.isprintable, hostile.name)), rules.kinds)
    except Refused as refused:
        return refused.code
    return hostile.reason


def reasons() -> list[str]:
    return list(AuditEvent.objects.filter(event="attachments.refused").order_by("pk").values_list("data__reason", flat=True))


@pytest.fixture
def everybody() -> list[User]:
    accounts.site()
    staff = [accounts.staff(role, unit=accounts.bureau()) for role in Role if role != Role.OWNER]
    return [accounts.owner(), *staff]


def harmless(attachment: Attachment) -> bool:
    kept = storage.path_of(attachment.key).read_bytes()
    return attachment.content_type == "application/vnd.ms-excel" or not any(
        sign in kept for sign in (b"<script", b"Exif", b"GPS")
    )


def test_fifty_at_every_purpose(client, everybody, capsys, peaks):
    assert {hostile.number for hostile in HOSTILE} == set(range(1, 51))
    tried = 0
    for key, rules in PURPOSES.items():
        user = next((person for person in everybody if rules.may_upload(person)), None)
        client.force_login(user or everybody[0])
        for hostile in HOSTILE:
            before, files = len(reasons()), set(Attachment.objects.values_list("pk", flat=True))
            answer = client.post(reverse("attachments:upload", args=[key]), {"upload": sent(hostile, rules)})
            tried += 1
            if user is None:  # the portal alone makes these
                assert answer.status_code == 404, (key, str(hostile))
                continue
            reason = expected(hostile, rules)
            assert answer.status_code == (422 if reason else 200), (key, str(hostile), answer.status_code)
            assert reasons()[before:] == ([reason] if reason else []), (key, str(hostile))
            kept = Attachment.objects.exclude(pk__in=files)
            assert len(kept) == (not reason) and all(map(harmless, kept)), (key, str(hostile))
    with capsys.disabled():
        print(f"\n50/50 hostile files ({len(HOSTILE)} in all) at {len(PURPOSES)} purposes, {tried} uploads: as written down;"
              f" a checking process took at most {max(peaks) / 1024:.0f} MB of {CHILD_MEMORY >> 20}")
    assert max(peaks) * 1024 < CHILD_MEMORY


def test_fifty_at_every_import(client, everybody, capsys, peaks, monkeypatch):
    importers._discover()
    rules, tried = PURPOSES[flow.PURPOSE], 0
    for importer in list(importers._IMPORTERS.values()):
        monkeypatch.setattr(importer, "options", lambda **asked: None)  # the file is what is tried
        client.force_login(next(person for person in everybody if person.can(importer.permission)))
        for hostile in HOSTILE:
            before, runs = len(reasons()), ImportRun.objects.count()
            page = reverse("admin:formbuilder_importrun_add") + f"?importer={importer.key}"
            answer = client.post(page, {"file": sent(hostile, rules)})
            tried += 1
            reason = expected(hostile, rules)
            if reason == "empty":  # said by the form already
                assert answer.status_code == 422
                continue
            assert answer.status_code == (422 if reason else 302), (importer.key, str(hostile), answer.status_code)
            assert reasons()[before:] == ([reason] if reason else []), (importer.key, str(hostile))
            assert ImportRun.objects.count() == runs + (not reason)
    with capsys.disabled():
        print(f"\n50/50 hostile files at {len(importers._IMPORTERS)} imports, {tried} uploads: as written down;"
              f" a checking process took at most {max(peaks) / 1024:.0f} MB")
    assert max(peaks) * 1024 < CHILD_MEMORY


def test_fifty_as_pasted_text(client, everybody, capsys):
    """What they hold, as text in the field for a table: no table, or one that brings nothing."""
    client.force_login(next(person for person in everybody if person.can(importers.get("enterprises").permission)))
    page = reverse("admin:formbuilder_importrun_add") + "?importer=enterprises"
    taken = 0
    for hostile in HOSTILE:
        text = content(hostile)[:200_000].decode("latin-1")
        for pasted in (text, f"店铺名称\t经营者\n{text[:2000]}\t马一"):
            answer = client.post(page, {"pasted": pasted})
            assert answer.status_code in (302, 422), (str(hostile), answer.status_code)
            taken += answer.status_code == 302
    run_waiting(flow.KIND)
    assert set(ImportRun.objects.values_list("trial__state", flat=True)) <= {"done", "failed"}
    for run in ImportRun.objects.select_related("file", "trial"):
        assert "unexpected" not in run.trial.error and not run.trial.attempts > 1
        assert not any(line.startswith((b"=", b"+", b"@")) for line in storage.path_of(run.file.key).read_bytes().splitlines())
    with capsys.disabled():
        print(f"\n50/50 hostile files as pasted text: {2 * len(HOSTILE)} pastes, {taken} taken as tables of plain text, 0 errors")


def test_a_genuine_old_workbook_is_read(client, everybody):
    client.force_login(next(person for person in everybody if person.can(importers.get("enterprises").permission)))
    genuine = next(hostile for hostile in HOSTILE if hostile.name == "genuine.xls")
    page = reverse("admin:formbuilder_importrun_add") + "?importer=enterprises"
    client.post(page, {"file": sent(genuine, PURPOSES[flow.PURPOSE])})
    run_waiting(flow.KIND)
    assert ImportRun.objects.get().trial.result["new"] == 1


# --- each guard, taken away --------------------------------------------------------------------------------------

GUARDS = [
    ("deflate.xlsx", sheets, {"_check_declared": None, "_check_entries": None}),
    ("zeros.xlsx", sheets, {"_check_entries": None, "_check_declared": None}),
    ("rows.xlsx", sheets, {"_check_entries": None, "_check_declared": None}),
    ("inside.xlsx", sheets, {"CONTAINERS": (b"\0never",)}),
    ("entries.xlsx", sheets, {"ZIP_ENTRIES": 200_000}),
    ("slip.xlsx", sheets, {"_check_name": None}),
    ("link.xlsx", sheets, {"_check_name": None}),
    ("macro.xlsx", sheets, {"FORBIDDEN": ()}),
    ("links.xlsx", sheets, {"FORBIDDEN": ()}),
    ("wide.xlsx", sheets, {"COLUMNS": 20_000}),
    ("entity.xlsx", sheets, {"_head_parser": lambda: None}),
    ("script.pdf", pdf, {"_check_objects": None, "_check_bytes": None}),
    ("polyglot.pdf", pdf, {"_check_bytes": None}),
    ("program.pdf", child, {"sniff": lambda head: "pdf"}),
    ("pixels.png", images, {"PIXELS": 10**9, "JPEG_PIXELS": 10**9}),
]


def judged(hostile: Hostile, folder) -> dict:
    path = folder / "in"
    path.write_bytes(content(hostile))
    kind = kind_of(clean_name(hostile.name), frozenset(KINDS))
    return child.judge(path, kind, Limits(tuple(KINDS), 50 << 20, 200), folder / "out", folder / "thumbnail")


@pytest.mark.parametrize(("name", "module", "removed"), GUARDS, ids=[guard[0] for guard in GUARDS])
def test_without_its_guard_the_file_gets_through(name, module, removed, tmp_path, monkeypatch):
    hostile = next(one for one in HOSTILE if one.name == name)
    with pytest.raises(Refused) as refused:
        judged(hostile, tmp_path)
    assert refused.value.code == hostile.reason
    for guard, instead in removed.items():
        monkeypatch.setattr(module, guard, instead if instead is not None else lambda *args: None)
    said = ""
    try:
        judged(hostile, tmp_path)
    except Refused as other:  # another guard may stand behind, with another reason
        said = other.code
    assert said != hostile.reason


def test_the_child_binds_itself_to_its_memory():
    greedy = f"held = bytearray({CHILD_MEMORY}); print(len(held))"
    bound = f"from bureau.attachments.checks.child import bind; bind(); {greedy}"
    answers = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True) for code in (bound, greedy)]
    assert "MemoryError" in answers[0].stderr and answers[1].stdout.strip() == str(limits.CHILD_MEMORY)
