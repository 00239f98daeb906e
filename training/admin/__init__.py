"""Staff pages of training: sessions, enrollments, placements."""

from training.admin import enrollments, placements, sessions  # noqa: F401
