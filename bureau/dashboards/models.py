"""Figures of pages that take long to compute."""

from django.db import models

from bureau.common.constraints import sane_dates


class KeptFigures(models.Model):
    """What the statements of a page answered. It can be thrown away at any moment; moments are of the real clock.

    `page`: what to compute again, as `queries.dashboard` takes it, or whose records are shown; `digest`: of the
    statements, which change with the day and with what is declared; `rows`: their answers as JSON.
    """

    page = models.CharField(max_length=200, unique=True)
    digest = models.CharField(max_length=64)
    rows = models.TextField()
    computed_at = models.DateTimeField()
    looked_at = models.DateTimeField()
    took_ms = models.PositiveIntegerField()

    class Meta:
        constraints = [*sane_dates("computed_at", "looked_at", prefix="keptfigures")]

    def __str__(self) -> str:
        return self.page
