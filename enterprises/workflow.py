"""Transition tables of this app."""

from enterprises.credentials import workflow  # noqa: F401
