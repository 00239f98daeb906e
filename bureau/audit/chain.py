"""Is the chain whole? Compares every link with its event, its neighbor and the heads noted outside."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from bureau.audit.models import AuditHead, AuditLink
from bureau.audit.record import record


@dataclass(frozen=True)
class Problem:
    seq: int
    what: str


def head() -> str:
    """ "<seq>:<hash>", to be kept outside the database."""
    return str(AuditHead.objects.get(pk=1))


def problems() -> list[Problem]:
    """Every broken place of the chain, then every noted head that the chain no longer has."""
    with connection.cursor() as cursor:
        cursor.execute("select seq, problem from audit_bad()")
        found = [Problem(*row) for row in cursor.fetchall()]
    noted = dict(line.split(":") for line in noted_heads())
    have = {str(link.seq): bytes(link.hash).hex() for link in AuditLink.objects.filter(seq__in=noted)}
    found += [Problem(int(seq), "noted head is missing") for seq, was in noted.items() if have.get(seq) != was]
    return found


def anchor_file() -> Path:
    return Path(getattr(settings, "AUDIT_ANCHORS", settings.PRIVATE_ROOT / "audit-heads.txt"))


def noted_heads() -> list[str]:
    try:
        return anchor_file().read_text("ascii").split()
    except FileNotFoundError:
        return []


def note_head() -> str:
    """Append the head to the file of anchors; only such a file finds a chain that was re-hashed as a whole."""
    now = head()
    path = anchor_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    if now not in noted_heads() and not now.startswith("0:"):
        with path.open("a", encoding="ascii") as file:
            file.write(now + "\n")
    return now


def open_after_restore(reason: str) -> str:
    """After a restore: name the heads that were lost, set the anchors aside and go on from the restored head."""
    lost = noted_heads()[-1:]
    path = anchor_file()
    if path.exists():
        path.rename(path.with_name(f"{path.name}.before-{head().split(':')[0]}"))
    record("audit.chain_opened", reason=reason, lost_head=lost[0] if lost else "", restored_head=head())
    return head()
