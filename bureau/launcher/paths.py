"""Where things lie. Everything that set-up or a run writes is in `.venv`, `node_modules` and `var`."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VAR = Path(os.environ.get("PORTAL_VAR") or ROOT / "var").absolute()
LOGS = VAR / "log"
LOCK = VAR / "portal.lock"
SECRETS = VAR / "secrets.env"
SERVERS = VAR / "servers.env"
