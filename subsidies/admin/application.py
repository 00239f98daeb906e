"""The case list and the case page: the desk of those who accept, review, approve and pay."""

from django.contrib import admin
from django.db.models import Prefetch
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from bureau.accounts.roles import Permission
from bureau.common.i18n import localized
from bureau.common.money import yuan
from bureau.common.templatetags.ui import clock_chip, pill
from bureau.workflow.admin_base import WorkflowAdmin
from subsidies.admin.batch import Batches
from subsidies.admin.case import CasePage
from subsidies.admin.filters import DeskFilter, SchemeFilter, StageFilter
from subsidies.admin.papers import Papers
from subsidies.enums import State
from subsidies.inbox import search_cases
from subsidies.models import Application, Wait

RUNNING = Prefetch("waits", Wait.objects.filter(ended_at=None), to_attr="running")


@admin.register(Application)
class ApplicationAdmin(Batches, Papers, CasePage, WorkflowAdmin):
    chapter = "cases"
    access = {"view": Permission.CASE_VIEW}
    list_display = ["number_shown", "shop", "standing", "clock_shown", "county", "amount_shown"]
    list_display_links = ["number_shown"]
    list_filter = [DeskFilter, SchemeFilter, StageFilter]
    list_select_related = ["enterprise", "region", "stage", "scheme"]
    search_fields = ["number"]
    search_help_text = _("Case number; name, pinyin, initials, code or phone of the shop")
    ordering = ["-id"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related(RUNNING)

    def get_search_results(self, request, queryset, search_term):
        return search_cases(queryset, search_term), False

    def get_urls(self):
        return [*self.paper_urls(), self.unmask_url(), *super().get_urls()]

    @admin.display(description=_("Case number"), ordering="number")
    def number_shown(self, case):
        return case.number or _("Draft")

    @admin.display(description=_("Shop"), ordering="enterprise__name_py")
    def shop(self, case):
        return case.enterprise.name

    @admin.display(description=_("Home county"), ordering="region__path")
    def county(self, case):
        return localized(case.region, "name")

    @admin.display(description=_("Amount (yuan)"), ordering="amount_requested")
    def amount_shown(self, case):
        return yuan(case.amount_approved or case.amount_requested)

    @admin.display(description=_("Where it stands"), ordering="state")
    def standing(self, case):
        """The step it waits at, else the state."""
        waits = case.state in (State.SUBMITTED, State.IN_REVIEW, State.APPROVED)
        label = localized(case.stage, "label") if case.stage and waits else case.state_label
        return _rendered("components/pill.html", pill(label, case.tone))

    @admin.display(description=_("Time limit"))
    def clock_shown(self, case):
        wait = case.running[0] if case.running else None
        paused = case.state == State.RETURNED
        return _rendered("components/chip.html", clock_chip(wait and wait.due_on, paused))


def _rendered(template, context):
    return mark_safe(render_to_string(template, context).strip())  # noqa: S308 - our own escaped template
