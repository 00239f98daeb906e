"""Command line of the launcher: `python3 -m bureau.launcher run`, `backup`, `restore`, `drill`; `set-up` for tests."""

import sys

if sys.version_info < (3, 11):
    sys.exit(f"The portal needs Python 3.11 or later; this is {sys.version.split()[0]} ({sys.executable}).")

import argparse

from . import installation, keys
from .backup import commands as backups
from .family import Family
from .interruption import Stop, ignore, listen
from .paths import LOGS, SECRETS, VAR
from .portal import Portal
from .trouble import Trouble


def set_up(with_browser):
    """What tests and checks need, and nothing that runs."""
    listen()
    with installation.writable_folder():
        family = Family(LOGS)
        try:
            installation.python_packages(family, "dev")
            installation.front_end(family, "dev")
            if with_browser:
                installation.browser(family)
            keys.load(SECRETS)
        finally:
            ignore()
            family.stop_all()


def port(text):
    number = int(text)
    if not 0 < number < 65536:
        raise ValueError
    return number


def main():
    parser = argparse.ArgumentParser(prog="bureau.launcher")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="set everything up and start the portal")
    run.add_argument("--host", default="127.0.0.1")
    run.add_argument("--port", type=port, default=8000)
    run.add_argument("--until-orphaned", action="store_true", help="stop when the process that started us is gone")
    tools = commands.add_parser("set-up", help="install what tests and checks need")
    tools.add_argument("--browser", action="store_true", help="also Chromium and a Chinese font")
    backup = commands.add_parser("backup", help="write database and files of one moment into a new folder")
    backup.add_argument("--to", default=str(VAR / "backups"))
    restore = commands.add_parser("restore", help="put the portal back to a backup; what stood before is kept")
    restore.add_argument("source")
    drill = commands.add_parser("drill", help="back up, restore beside the portal, compare every row and file")
    drill.add_argument("--keep", help="keep the backup in this folder")
    options = parser.parse_args()
    try:
        if options.command == "run":
            Portal(options.host, options.port, until_orphaned=options.until_orphaned).run()
        elif options.command == "backup":
            backups.backup(options.to)
        elif options.command == "restore":
            backups.restore(options.source)
        elif options.command == "drill":
            backups.drill(options.keep)
        else:
            set_up(options.browser)
    except Trouble as trouble:
        sys.exit(f"\n{trouble}")
    except Stop:
        sys.exit(130)


main()
