"""What training declares to the portal."""

from training.placements import purposes as placements  # noqa: F401
