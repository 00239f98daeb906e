"""The admin page of a case: timeline and next steps on the right, every step through `perform()`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from bureau.accounts.access import access, needs
from bureau.accounts.admin_base import BureauAdmin
from bureau.accounts.chapters import chapter
from bureau.accounts.roles import Permission
from bureau.workflow.engine import NotDone, Step, moved_meanwhile, other_steps, perform, steps, why_not
from bureau.workflow.table import Transition, Workflow, workflow_of

NO_VERSION = -1
#: Rows that one batch takes: as many as an import brings.
MOST = 20_000


@dataclass
class Panel:
    """What the right-hand column shows. `form_step`/`form`: the step that is being filled in."""

    obj: Any
    address: str  # of the case
    base: str  # of its steps; the name of a step follows
    steps: list[Step]
    others: list[Step]
    timeline: list[dict]
    due: Any = None
    form_step: Transition | None = None
    form: Form | None = None
    reasons: list[str] = field(default_factory=list)

    @property
    def version(self) -> int:
        return self.obj.version

    @property
    def possible(self) -> bool:
        return any(step.enabled for step in self.steps)


class WorkflowAdmin(BureauAdmin):
    """Cases are looked at and moved here, never edited: what people wrote changes only where they wrote it."""

    change_form_template = "workflow/change_form.html"

    @property
    def workflow(self) -> Workflow:
        return workflow_of(self.model)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # --- for subclasses -----------------------------------------------------------------------------

    def perform_step(self, request: HttpRequest, obj: Any, step: Transition, data: dict, version: int) -> Any:
        """The move itself; a subclass may add patience with locks."""
        return perform(obj, step.name, by=request.user, data=data, version=version)

    def timeline(self, obj: Any) -> list[dict]:
        """Newest first: dicts of title, who, at, note, next."""
        names = self.workflow
        return [
            {
                "title": names[row.name].label if row.name in names else row.name,
                "who": " · ".join(str(part) for part in (row.unit, row.by) if part),
                "at": row.at,
                "note": row.comment,
                "next": "",
            }
            for row in obj.log.select_related("unit", "by").order_by("-version")
        ]

    def after_step_url(self, request: HttpRequest, obj: Any, step: Transition) -> str:
        """Where the officer goes next; the same case unless a subclass knows the next one."""
        return self.case_url(obj)

    def done_message(self, obj: Any, step: Transition) -> str:
        return _("%(step)s: %(case)s") % {"step": step.label, "case": obj}

    # --- pages --------------------------------------------------------------------------------------

    def case_url(self, obj: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])

    def _step_base(self, obj: Any) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_step"
        return reverse(name, args=[obj.pk, "x"]).removesuffix("x/")

    def get_urls(self) -> list:
        rights = {right for step in self.workflow.transitions for right in step.permissions} - {Permission.APPLY}

        @access(needs(*sorted(rights)))
        @chapter(self.chapter)
        def step_page(request: HttpRequest, pk: int, name: str) -> HttpResponse:
            return self.step_view(request, pk, name)

        # Before the stock addresses, whose last one takes everything.
        own = path("<int:pk>/step/<slug:name>/", self.admin_site.admin_view(step_page),
                   name=f"{self.opts.app_label}_{self.opts.model_name}_step")
        return [own, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "",
                    extra_context: dict | None = None) -> HttpResponse:
        obj = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if obj is not None:
            context["panel"] = self.panel(request, obj)
        return super().change_view(request, object_id, form_url, context)

    def panel(self, request: HttpRequest, obj: Any, **more: Any) -> Panel:
        due = getattr(obj, "due", None)
        return Panel(
            obj, self.case_url(obj), self._step_base(obj), steps(obj, request.user),
            other_steps(obj, request.user), self.timeline(obj), due=due() if callable(due) else due, **more,
        )

    def step_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """GET shows the step (its form, or the question whether), POST makes it."""
        obj = self.get_queryset(request).filter(pk=pk).first()
        if obj is None or name not in self.workflow:
            raise Http404
        step = self.workflow[name]
        data = request.POST if request.method == "POST" else None
        form = step.form(data=data, case=obj, user=request.user) if step.form else None
        if data is None:
            reasons = why_not(self.workflow, step, obj, request.user)
            return self._answer(request, obj, 200, form_step=step, form=form, reasons=reasons)
        if reasons := why_not(self.workflow, step, obj, request.user):  # its form may not even fit the case as it is
            stale = _version(request) != obj.version
            return self._refused(request, obj, step, form, [moved_meanwhile()] if stale else reasons)
        if form is not None and not form.is_valid():
            return self._answer(request, obj, 422, form_step=step, form=form)
        try:
            moved = self.perform_step(request, obj, step, form.cleaned_data if form else {}, _version(request))
        except NotDone as refusal:
            reasons = refusal.reasons
        except ValidationError as error:
            reasons = error.messages
        except IntegrityError:
            reasons = [_("The records don't allow this step. Please look at the case again.")]
        else:
            messages.success(request, self.done_message(moved, step))
            return self._onward(request, self.after_step_url(request, moved, step))
        return self._refused(request, obj, step, form, reasons)

    def _refused(self, request: HttpRequest, obj: Any, step: Transition, form: Form | None,
                 reasons: list[str]) -> HttpResponse:
        """409 with the case as it is now; what was typed stays where the step is still possible."""
        now = self.get_queryset(request).filter(pk=obj.pk).first()
        if now is None:  # it has left the officer's desk meanwhile
            messages.warning(request, " ".join(reasons))
            return self._onward(request, reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))
        still = not why_not(self.workflow, step, now, request.user)
        return self._answer(request, now, 409, reasons=reasons, form_step=step if still else None,
                            form=form if still else None)

    def _answer(self, request: HttpRequest, obj: Any, status: int, **more: Any) -> HttpResponse:
        context = {"panel": self.panel(request, obj, **more), "opts": self.opts}
        if request.headers.get("HX-Request"):
            return render(request, "workflow/panel.html", context, status=status)
        step = more.get("form_step")
        context |= {**self.admin_site.each_context(request), "original": obj,
                    "title": step.label if step else str(obj), "has_view_permission": True}
        return render(request, "workflow/step.html", context, status=status)

    def _onward(self, request: HttpRequest, address: str) -> HttpResponse:
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)


def _version(request: HttpRequest) -> int:
    """The version the officer saw; anything else matches no row."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else NO_VERSION


def taken(request: HttpRequest, rows: QuerySet) -> list[Any]:
    """The keys of what a batch takes of the chosen rows. Who chose more is told."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if len(keys) > MOST:
        messages.warning(request, _("%(count)s are taken at a time; what is left stands in the list afterwards.")
                         % {"count": f"{MOST:,}"})
    return keys[:MOST]
