"""The desk for training and placements."""

from training.admin import placements  # noqa: F401
