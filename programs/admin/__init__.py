"""The staff's pages of pledges and of what citizens say."""

from programs.admin import feedback, pledges  # noqa: F401
