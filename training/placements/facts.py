"""What the portal knows of a shop as a host."""

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from bureau.facts.registry import Fact, Related, register
from training.placements.enums import BINDING
from training.placements.models import Agreement


def signed():
    return Agreement.objects.filter(state__in=BINDING)


register(
    Fact(
        "training.placement_agreements",
        label=_("Signed agreements on placements"),
        type="int",
        expression=Related(signed, Count("pk"), link="host", empty=0),
        source=_("Register of agreements"),
    ),
)
