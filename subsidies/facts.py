"""What the award line knows about a shop."""

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from bureau.facts.registry import Fact, Related, register
from subsidies.enums import GRANTED
from subsidies.models import Application

AWARDS = "subsidies.new_shop_awards"


def granted():
    return Application.objects.filter(scheme__key="new_shop", state__in=GRANTED)


register(
    Fact(
        AWARDS,
        label=_("Awards for opening already granted"),
        type="int",
        expression=Related(granted, Count("pk"), empty=0),
        source=_("Register of awards"),
    ),
)
from subsidies.loans import facts as loans  # noqa: E402, F401
