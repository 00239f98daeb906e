"""`make lint`: every check of the code, each with its time; all of them run, whatever the first ones say."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BIN = Path(sys.executable).parent
# Production settings, so that `check --deploy` looks at what is deployed; no server is asked.
ENV = {
    **os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "DEMO": "0", "PORTAL_VAR": str(ROOT / "var"),
    "ALLOWED_HOSTS": "portal.example.gov.cn", "PYTHONWARNINGS": "ignore::RuntimeWarning",
}
OURS = ["bureau", "demo", "enterprises", "programs", "subsidies", "training"]


def files(*patterns):
    """Files that git knows or would add, so that nothing generated is checked."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )
    return [line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def checks():
    manage = [sys.executable, "manage.py"]
    yield "style and common mistakes", ["ruff", "check", "--quiet", "."]
    yield "floors of the house", ["lint-imports", "--no-logo"]
    yield "templates", ["djlint", "--lint", "--quiet", *files("*.html")]
    yield "migrations are complete", [*manage, "makemigrations", "--check", "--dry-run"]
    yield "deployment settings", [*manage, "check", "--deploy", "--fail-level", "WARNING"]
    yield "types of the kernel", ["mypy", "--no-error-summary"]
    yield "Chromium 86", ["node", "bureau/launcher/lint/chromium86.mjs", *files("static/css/*.css", "static/js/*.js")]


def main():
    failed = []
    for name, command in checks():
        begin = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, env=ENV, capture_output=True, text=True)
        word = "FAILED" if done.returncode else "ok    "
        print(f"{word}  {name} ({time.monotonic() - begin:.1f} s)", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    sys.exit(f"{len(failed)} of the checks failed: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
