"""Writes on sessions, enrollments and marks: each in one transaction, with `by` and its audit event."""
