"""What training declares to the portal."""

from training.placements import inbox as placements  # noqa: F401
