"""What citizens say: the moderator's queue, and the answers of the offices."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.accounts.admin_filters import declared_filter
from bureau.accounts.roles import Permission
from bureau.common.templatetags.ui import typed
from bureau.workflow import Outcome, Transition, perform_all
from bureau.workflow.admin_base import WorkflowAdmin
from programs import queries
from programs.admin.drawing import drawn_pill, state_pill
from programs.enums import FeedbackState
from programs.forms import HideForm
from programs.models import BEST, Answer, Feedback
from programs.templatetags.pledges import stars


class DeskFilter(admin.SimpleListFilter):
    """Feedback by what is to be done with it."""

    title = gettext_lazy("desk")
    parameter_name = "desk"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("waiting", FeedbackState.WAITING.label), ("held", gettext_lazy("Held back")),
            ("answer", gettext_lazy("To be answered by me")), ("shown", FeedbackState.SHOWN.label),
            ("hidden", FeedbackState.HIDDEN.label), ("withdrawn", FeedbackState.WITHDRAWN.label),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        chosen = self.value()
        if chosen == "answer":
            return queryset.filter(pk__in=queries.to_answer(request.user).order_by().values("pk"))
        if chosen == "held":
            return queryset.filter(state=FeedbackState.WAITING, is_suspect=True)
        return queryset.filter(state=chosen) if chosen in FeedbackState.values else queryset


RatingFilter = declared_filter(
    "rating", gettext_lazy("rating"), lambda: ((str(rating), str(rating)) for rating in range(1, BEST + 1))
)


@admin.register(Feedback)
class FeedbackAdmin(WorkflowAdmin):
    chapter = "feedback"
    access = {"view": (Permission.MODERATE, Permission.PLEDGE_VIEW)}
    change_form_template = "programs/staff/feedback.html"
    list_display = ["said", "rated", "on_pledge", "given_on", "held", "answered", "standing"]
    list_display_links = ["said"]
    list_filter = [DeskFilter, RatingFilter]
    lookups = ("pledge__id__exact",)
    list_select_related = ["pledge__unit", "user"]
    search_fields = ["comment", "pledge__number"]
    ordering = ["-id"]
    actions = ["show_chosen", "hide_chosen"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feedback]:
        has_answer = Exists(Answer.objects.filter(feedback=OuterRef("pk")))
        return super().get_queryset(request).annotate(has_answer=has_answer).select_related("pledge__unit", "user")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        text = search_term.strip()[:60]
        if not text:
            return queryset, False
        return queryset.filter(comment__icontains=text) | queryset.filter(pledge__number__iexact=text), False

    @admin.display(description=gettext_lazy("Comment"))
    def said(self, row: Feedback) -> SafeString | str:
        text = " ".join(row.comment.split())
        return typed(text if len(text) <= 40 else f"{text[:39]}…") if text else _("(rating only)")

    @admin.display(description=gettext_lazy("Rating"), ordering="rating")
    def rated(self, row: Feedback) -> SafeString:
        return stars(row.rating)

    @admin.display(description=gettext_lazy("Pledge"), ordering="pledge")
    def on_pledge(self, row: Feedback) -> str:
        return row.pledge.number

    @admin.display(description=gettext_lazy("held back"))
    def held(self, row: Feedback) -> SafeString | str:
        return drawn_pill(_("Held back"), "attention") if row.is_suspect else ""

    @admin.display(description=gettext_lazy("has an answer"), boolean=True)
    def answered(self, row: Feedback) -> bool:
        return row.has_answer  # type: ignore[attr-defined]

    @admin.display(description=gettext_lazy("State"), ordering="state")
    def standing(self, row: Feedback) -> SafeString:
        return state_pill(row)

    # --- many at once -----------------------------------------------------------------------------

    def get_actions(self, request: HttpRequest) -> dict:
        return super().get_actions(request) if request.user.can(Permission.MODERATE) else {}

    @admin.action(description=gettext_lazy("Show the chosen feedback"))
    def show_chosen(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> HttpResponse:
        """What is held back is judged one by one."""
        rows = list(queryset[: self.list_per_page])
        held = [row for row in rows if row.is_suspect]
        outcomes = perform_all([row for row in rows if not row.is_suspect], "show", by=request.user)
        why = _("Looks like a link or an advertisement: please look at it by itself.")
        outcomes += [Outcome(row.pk, str(row), [why]) for row in held]
        return self._result(request, outcomes, _("Show the chosen feedback"))

    @admin.action(description=gettext_lazy("Do not show the chosen feedback"))
    def hide_chosen(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> HttpResponse:
        """Asks for the reason, which all of their authors read."""
        rows, title = list(queryset[: self.list_per_page]), _("Do not show the chosen feedback")
        form = HideForm(request.POST if "reason" in request.POST else None)
        if form.is_bound and form.is_valid():
            return self._result(request, perform_all(rows, "hide", by=request.user, data=form.cleaned_data), title)
        context = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "rows": rows,
                   "form": form, "back": self._list_url()}
        return TemplateResponse(
            request, "programs/staff/hide_many.html", context, status=422 if form.is_bound else 200
        )

    def _list_url(self) -> str:
        return reverse("admin:programs_feedback_changelist") + "?desk=waiting"

    def _result(self, request: HttpRequest, outcomes: list[Outcome], title: str) -> HttpResponse:
        done = sum(outcome.done for outcome in outcomes)
        context = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "outcomes": outcomes,
                   "done": done, "refused": len(outcomes) - done, "back": self._list_url()}
        return TemplateResponse(request, "programs/staff/batch.html", context)

    # --- one of them ------------------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return []

    def step_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """What its author does, he does on the public page."""
        if name in self.workflow and self.workflow[name].owner:
            raise Http404
        return super().step_view(request, pk, name)

    def panel(self, request: HttpRequest, obj: Any, **more: Any) -> Any:
        panel = super().panel(request, obj, **more)
        panel.others = [step for step in panel.others if not step.transition.owner]
        return panel

    def after_step_url(self, request: HttpRequest, obj: Any, step: Transition) -> str:
        """The next one that waits for him, else the same."""
        waiting = queries.to_answer(request.user) if step.name == "answer" else queries.to_review(request.user)
        following = waiting.exclude(pk=obj.pk).first()
        return self.case_url(following or obj)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        more = self._context(request, row) if row is not None else {}
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def _context(self, request: HttpRequest, row: Feedback) -> dict[str, Any]:
        sees = request.user.can(Permission.PLEDGE_VIEW)
        return {
            "feedback": row, "pledge": row.pledge, "answers": row.answers.select_related("unit", "by"),
            "pledge_url": reverse("admin:programs_pledge_change", args=[row.pledge_id]) if sees else "",
            "others": Feedback.objects.filter(phone_index=row.phone_index).exclude(pk=row.pk).count(),
        }
