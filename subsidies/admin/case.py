"""The case page: facts, rules and answers left, timeline and next steps right."""

from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from bureau.accounts.access import access as declare
from bureau.accounts.access import needs
from bureau.accounts.roles import Permission
from bureau.common import clock, workdays
from bureau.workflow.deadlines import Due
from subsidies import eligibility, prints
from subsidies.admin.papers import unmask
from subsidies.contention import patient
from subsidies.enums import State
from subsidies.inbox import case_url, waiting_for
from subsidies.placements import pages


class CasePage:
    """What a case of this app adds to the page that every workflow has."""

    change_form_template = "subsidies/staff/case.html"

    def get_fieldsets(self, request, obj=None):
        """Nothing is edited here; the page shows the case in its own words."""
        return []

    def change_view(self, request, object_id, form_url="", extra_context=None):
        case = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if case is not None:
            context |= self.case_context(request, case)
        return super().change_view(request, object_id, form_url, context)

    def case_context(self, request, case, **more):
        from subsidies.views.case import summary

        rows = [prints.payee_row(case, payee, unmasked=more.get("unmasked", False)) for payee in case.payee_lines.all()]
        return {
            "case": case,
            "application": case,
            "verdict": eligibility.explain(case.scheme_version, case.enterprise, case),
            **summary(case),
            "payee_rows": rows,
            "payee_total": sum(row.amount for row in rows),
            "reviews": case.reviews.select_related("by", "unit"),
            "corrections": case.corrections.prefetch_related("items"),
            **pages.staff_context(case),
            "may_unmask": request.user.can(Permission.UNMASK),
            "may_pay": any(map(request.user.can, (Permission.REGISTER_PAYMENT, Permission.BUDGET_VIEW))),
            "unmasked": False,
            "unmask_error": "",
            "reason": "",
            **more,
        }

    def unmask_url(self):
        view = self.admin_site.admin_view(self.unmask_view)
        return path("<int:pk>/unmask/", view, name="subsidies_application_unmask")

    @declare(needs(Permission.UNMASK))
    def unmask_view(self, request, pk):
        """POST with a reason: the payees' numbers in full, once; GET leads back to the case."""
        case = self.get_queryset(request).filter(pk=pk).first()
        if case is None:
            raise Http404
        if request.method != "POST":
            return HttpResponseRedirect(case_url(case))
        found = unmask(request, [case], paper="case")
        context = self.case_context(request, case, **found)
        status = 200 if context["unmasked"] else 422
        if request.htmx:
            return TemplateResponse(request, "subsidies/staff/payees.html", context, status=status)
        context |= {**self.admin_site.each_context(request), "title": _("Payees"), "opts": self.opts}
        return TemplateResponse(request, "subsidies/staff/payees_page.html", context, status=status)

    # --- the panel ----------------------------------------------------------------------------------

    @patient
    def step_view(self, request, pk, name):
        """What owners do, and offices for them, is done on their own pages, which show what is handed in."""
        if name in self.workflow and self.workflow[name].owner:
            raise Http404
        return super().step_view(request, pk, name)

    def panel(self, request, obj, **more):
        """Steps that move the case forward come first, those that end it last."""
        obj.due = due_of(obj)
        panel = super().panel(request, obj, **more)
        panel.steps = [step for step in panel.steps if not step.transition.owner]
        panel.steps.sort(key=lambda step: (step.transition.danger, step.name == "ask_correction"))
        return panel

    def timeline(self, obj):
        """The opinion of an office stands beside the move it was given with."""
        entries = super().timeline(obj)
        opinions = {review.at: review.opinion for review in obj.reviews.all() if review.opinion}
        for entry in entries:
            entry["note"] = entry["note"] or opinions.get(entry["at"], "")
        return entries

    def after_step_url(self, request, obj, step):
        """The next case that waits for him, the most urgent first."""
        following = waiting_for(request.user).exclude(application=obj).first()
        return case_url(following.application if following else obj)


def due_of(case):
    """The clock of the office at work; it stands while the owner corrects."""
    if case.state == State.RETURNED:
        correction = case.open_correction()
        return Due(correction.due, 0, paused=True) if correction else None
    wait = case.current_wait()
    if wait is None:
        return None
    left = workdays.between(clock.today(), wait.due_on)
    return Due(wait.due_on, left, provisional=workdays.is_provisional(wait.due_on))
