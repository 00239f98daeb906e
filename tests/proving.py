"""`make proof`: the threats that the portal is built against, each with a figure and with its guard removed.

A test marked ``@pytest.mark.proof("M1", "held")`` says by ``proof("M1").held("…")`` what it measured; one marked
``"removed"`` takes the guard out, sees the damage happen, and says so by ``.removed(guard, damage)``. A marked test that
says nothing fails. With ``--proof FILE`` the run writes all of it as one page.
"""

import platform
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest

THREATS = {
    "M1": "Budget overspent by concurrent approvals",
    "M2": "Submitted twice by a double click, a refresh or a retry",
    "M5": "A step skipped, a forged move, a stale tab",
    "M6": "The same person on both sides of a separation of duties",
    "M8": "The window of an award opens or closes wrongly",
    "M10": "Fields set that no form asks for; amounts changed in the request",
    "M13": "The bank account swapped after the approval",
    "A1": "Another enterprise's object by its address",
    "A2": "Rows of another office or county",
    "A3": "Hidden buttons, admin actions, pages of a higher role",
    "A4": "Files and reports by a guessed or leaked address",
    "A5": "Admin filters and searches used as an oracle",
    "A6": "Personal data in lists, exports, logs, reports, messages",
    "A7": "A right removed, an account disabled, a person gone",
    "W1": "Forged requests; reading that writes",
    "W2": "Session fixed or stolen",
    "W3": "Passwords guessed, one account or many",
    "W4": "Finding out who has an account",
    "W5": "Flooded feedback, stuffed ballots",
    "W6": "Login codes sent in masses",
    "W7": "Scripts stored in names, reasons, feedback, file names",
    "W8": "Framing, open redirects, forged hosts, pages in caches",
    "O1": "Formulas in exported tables",
    "P1": "A report missed or made twice",
    "P2": "A worker killed in the middle of a report",
    "P3": "Redis emptied, restarted, gone",
    "P4": "A job delivered more than once",
    "P5": "PostgreSQL restarted, connections cut",
    "P9": "A large import cut, repeated, dirty",
    "P13": "A row or a job that poisons the rest",
}
SIDES = ("held", "removed")


@dataclass
class Evidence:
    held: list[str] = field(default_factory=list)
    removed: list[tuple[str, str]] = field(default_factory=list)


EVIDENCE: dict[str, Evidence] = defaultdict(Evidence)


class Saying:
    """What one test has to say of one threat. It travels with the report of the test, from whatever process runs it."""

    def __init__(self, threat, node):
        self.threat, self.node = threat, node

    def held(self, figure):
        """`figure`: what was counted, "0 of 200 rounds overspent"."""
        self.node.user_properties.append(("proof", (self.threat, "held", figure)))
        print(f"{self.threat}: {figure}")

    def removed(self, guard, damage):
        """`damage`: what happens without the guard; the test has seen it."""
        self.node.user_properties.append(("proof", (self.threat, "removed", guard, damage)))
        print(f"{self.threat} without {guard}: {damage}")


@pytest.fixture
def proof(request):
    yield lambda threat: Saying(threat, request.node)
    due = {mark.args for mark in request.node.iter_markers("proof")}
    if getattr(request.node, "passed", False):
        said = {tuple(value[:2]) for name, value in request.node.user_properties if name == "proof"}
        assert due <= said, f"marked, but not said: {sorted(due - said)}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call":
        item.passed = report.passed
    return report


def pytest_runtest_logreport(report):
    if report.when == "call":
        for name, value in report.user_properties:
            if name == "proof":
                threat, side, *words = value
                evidence = EVIDENCE[threat]
                evidence.held.append(*words) if side == "held" else evidence.removed.append(tuple(words))


def pytest_addoption(parser):
    parser.addoption("--proof", metavar="FILE", help="write what the marked tests measured as one page")


def pytest_sessionfinish(session, exitstatus):
    if (path := session.config.getoption("--proof")) and not hasattr(session.config, "workerinput"):
        Path(path).write_text(page(failed=bool(exitstatus)), encoding="utf-8")


def marks_in(folder):
    """Every (threat, side) that a test under this folder is marked with."""
    pattern = re.compile(r'mark\.proof\("(\w+)", "(\w+)"\)')
    return {found for path in folder.rglob("test_*.py") for found in pattern.findall(path.read_text("utf-8"))}


def page(*, failed):
    lines = [
        "# Proof",
        "",
        "Each threat, what the tests counted with the guard in place, and what happened when they took the guard out.",
        f"Written by `make proof` (Python {platform.python_version()}, {platform.system()}); a test that is marked and "
        "says nothing fails.",
        "",
        *(["**This run had failures: read it as a list of what to mend.**", ""] if failed else []),
        "| | threat | with the guard | guard removed → what happens |",
        "|---|---|---|---|",
    ]
    for threat, what in THREATS.items():
        found = EVIDENCE[threat]
        held = "<br>".join(found.held) or "**nothing was measured in this run**"
        removed = "<br>".join(f"{guard} → {damage}" for guard, damage in found.removed) or "**not removed in this run**"
        lines.append(f"| {threat} | {what} | {held} | {removed} |")
    whole = sum(bool(EVIDENCE[threat].held and EVIDENCE[threat].removed) for threat in THREATS)
    return "\n".join([*lines, "", f"{whole} of {len(THREATS)} threats are proved on both sides.", ""])
