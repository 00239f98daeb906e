from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    COUNTRY = "country", _("country")
    PROVINCE = "province", _("province")
    PREFECTURE = "prefecture", _("prefecture")
    COUNTY = "county", _("county")
    TOWN = "town", _("town")
    VILLAGE = "village", _("village")


# Levels that figures are grouped by; each has a column on the region itself and on all below it.
LEVELS = (Kind.COUNTRY, Kind.PROVINCE, Kind.PREFECTURE, Kind.COUNTY)
