"""The parent's side: start the child, wait, believe nothing but its answer."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

from bureau.attachments.checks.limits import CHILD_WALL_SECONDS, Limits, Refused


def run_child(path: Path, kind: str, limits: Limits, out: Path, thumbnail: Path) -> dict[str, Any]:
    """What the child found; raises Refused, also when it ran out of memory or time or was killed."""
    task = {
        "path": str(path), "kind": kind, "limits": limits.as_dict(), "out": str(out), "thumbnail": str(thumbnail)
    }
    try:
        child = subprocess.run(
            [sys.executable, "-m", "bureau.attachments.checks.child"],
            input=json.dumps(task) + "\n",
            capture_output=True,
            text=True,
            cwd=settings.BASE_DIR,
            env={"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            timeout=CHILD_WALL_SECONDS,
        )
        answer = json.loads(child.stdout) if child.returncode == 0 else {"ok": False, "code": "too_complex"}
    except (subprocess.TimeoutExpired, ValueError):
        answer = {"ok": False, "code": "too_complex"}
    if not answer["ok"]:
        raise Refused(answer["code"], **answer.get("values", {}))
    return answer
