"""The same step for many cases: a result for every row, nothing half done."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import jobs
from bureau.accounts.roles import Permission
from bureau.workflow import perform_all
from bureau.workflow.admin_base import taken

AT_ONCE = 100


class Batches:
    """Admin actions of the case list. Up to a page of cases at once, more in the background."""

    actions = ["accept_chosen", "pass_chosen", "print_payees_of_chosen", "print_request_of_chosen"]

    def get_actions(self, request):
        rights = {
            "accept_chosen": (Permission.ACCEPT,),
            "pass_chosen": (Permission.REVIEW,),
            "print_payees_of_chosen": (Permission.REGISTER_PAYMENT, Permission.BUDGET_VIEW),
            "print_request_of_chosen": (Permission.REGISTER_PAYMENT, Permission.BUDGET_VIEW),
        }
        found = super().get_actions(request)
        return {
            name: action for name, action in found.items()
            if name in rights and any(right in request.user.permissions for right in rights[name])
        }

    @admin.action(description=gettext_lazy("Accept the chosen cases"))
    def accept_chosen(self, request, queryset):
        return self._batch(request, queryset, "accept", _("Accept the chosen cases"))

    @admin.action(description=gettext_lazy("Pass the chosen cases on to the next step"))
    def pass_chosen(self, request, queryset):
        return self._batch(request, queryset, "pass_stage", _("Pass the chosen cases on to the next step"))

    def _batch(self, request, queryset, step, title):
        ids = taken(request, queryset)
        if len(ids) > AT_ONCE:
            job = jobs.ask("subsidies.batch", by=request.user, params={"step": step, "ids": ids})
            return HttpResponseRedirect(reverse("jobs:detail", args=[job.pk]))
        outcomes = perform_all(queryset.select_related(None), step, by=request.user, data={})
        done = sum(outcome.done for outcome in outcomes)
        context = {
            **self.admin_site.each_context(request), "title": title, "opts": self.opts, "outcomes": outcomes,
            "done": done, "refused": len(outcomes) - done,
            "back": reverse("admin:subsidies_application_changelist") + "?desk=mine",
        }
        return TemplateResponse(request, "subsidies/staff/batch.html", context)

    @admin.action(description=gettext_lazy("Print the list of payees"))
    def print_payees_of_chosen(self, request, queryset):
        return self._print(request, queryset, "payees")

    @admin.action(description=gettext_lazy("Print the request for payment"))
    def print_request_of_chosen(self, request, queryset):
        return self._print(request, queryset, "request")

    def _print(self, request, queryset, paper):
        from subsidies.admin.papers import MOST_CASES

        ids = list(queryset.order_by("pk").values_list("pk", flat=True)[: MOST_CASES + 1])
        if len(ids) > MOST_CASES:
            messages.error(request, _("Please choose at most %(most)s cases for one paper.") % {"most": MOST_CASES})
            return None
        address = reverse(f"admin:subsidies_application_print_{paper}")
        return HttpResponseRedirect(f"{address}?ids={','.join(map(str, ids))}")
