"""The page of proofs has no empty row: every threat is measured, and every guard is taken out once."""

from pathlib import Path

from tests.proving import SIDES, THREATS, marks_in


def test_every_threat_is_proved_on_both_sides():
    found = marks_in(Path(__file__).parent)
    assert {threat for threat, _side in found} <= set(THREATS)
    missing = [f"{threat} {side}" for threat in THREATS for side in SIDES if (threat, side) not in found]
    assert missing == []
