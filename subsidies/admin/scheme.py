"""Schemes as published: read only, since a version never changes."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from bureau.accounts.admin_base import BureauAdmin
from bureau.accounts.roles import Permission
from bureau.common.money import yuan
from subsidies.models import SchemeVersion


@admin.register(SchemeVersion)
class SchemeVersionAdmin(BureauAdmin):
    chapter = "schemes"
    access = {"view": (Permission.CASE_VIEW, Permission.CONFIG_EDIT)}
    list_display = ["scheme", "number", "opens_on", "closes_on", "cap_shown", "published_at"]
    list_select_related = ["scheme"]
    fields = ["scheme", "number", "opens_on", "closes_on", "cap_shown", "stages_shown", "duties_shown", "digest",
              "published_at"]
    readonly_fields = fields

    @admin.display(description=_("Highest amount (yuan)"))
    def cap_shown(self, version):
        return yuan(version.cap)

    @admin.display(description=_("Stages"))
    def stages_shown(self, version):
        return " → ".join(stage.label for stage in version.stages.order_by("order"))

    @admin.display(description=_("Steps that one person may not share"))
    def duties_shown(self, version):
        from subsidies.enums import Step
        from subsidies.models import DutyFloor

        pairs = [*DutyFloor.objects.values_list("first", "second"), *(tuple(pair) for pair in version.duties)]
        return "; ".join(f"{Step(first).label} ≠ {Step(second).label}" for first, second in dict.fromkeys(pairs))
