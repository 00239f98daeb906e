"""What rules may ask about an enterprise; answers are unknown (null) where the register does not say."""

from django.db.models import F, Func, IntegerField
from django.db.models.functions import Coalesce
from django.db.models.lookups import StartsWith
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import SiteProfile
from bureau.common.dates import Today
from bureau.facts.registry import Fact, register
from enterprises.enums import Kind, State

REGISTER = _("Register of enterprises")


class FullMonths(Func):
    """Whole months from one day to another; negative where the second comes first."""

    template = "(extract(year FROM age(%(expressions)s)) * 12 + extract(month FROM age(%(expressions)s)))::bigint"
    output_field = IntegerField()

    def __init__(self, start, end):
        super().__init__(end, start)

    def as_sql(self, compiler, connection, **context):
        sql, params = super().as_sql(compiler, connection, **context)
        return sql, (*params, *params)  # the template names the expressions twice


register(
    Fact("enterprise.kind", _("Kind"), "text", F("kind"), source=REGISTER, labels=lambda value: Kind(value).label),
    Fact("enterprise.state", _("State"), "text", F("state"), source=REGISTER, labels=lambda value: State(value).label),
    Fact("enterprise.opened_on", _("Opened on"), "date", F("opened_on"), source=REGISTER),
    Fact(
        "enterprise.months_open", _("Months in operation"), "int",
        FullMonths(F("opened_on"), Coalesce(F("closed_on"), Today())), unit=_("months"), source=REGISTER,
    ),
    Fact("enterprise.home_county", _("Home county"), "text", F("home_county__code"), source=REGISTER),
    Fact(
        "enterprise.home_in_scope", _("Home county in the area of the bureau"), "bool",
        StartsWith(F("home_county__path"), SiteProfile.objects.order_by().values("root__path")[:1]), source=REGISTER,
    ),
    Fact("enterprise.operating_region", _("Place of operation"), "text", F("operating_region__code"), source=REGISTER),
    Fact(
        "enterprise.operating_country", _("Country of operation"), "text", F("operating_region__country__code"),
        source=REGISTER,
    ),
    Fact("enterprise.industry", _("Industry code"), "text", F("industry"), source=REGISTER),
)

from enterprises.credentials import facts as credential_facts  # noqa: E402, F401
