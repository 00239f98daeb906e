"""What rules may ask about a shop's training."""

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from bureau.facts.registry import Fact, Related, register
from training.models import Enrollment


def completed():
    """Completed in a session that has ended, enrolled for the shop."""
    return Enrollment.objects.filter(completed=True, ended_on__isnull=False, enterprise__isnull=False)


register(
    Fact(
        "trainings.attended",
        label=_("Trainings completed by people of the shop"),
        type="int",
        expression=Related(completed, Count("pk"), empty=0),
        source=_("Attendance of the trainings"),
    ),
)

from training.placements import facts as placements  # noqa: E402, F401
