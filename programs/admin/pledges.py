"""Pledges: the list, the draft that is written, the case that is moved."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bureau.accounts.roles import Permission
from bureau.common import clock
from bureau.common.i18n import localized
from bureau.common.templatetags.ui import typed
from bureau.workflow.admin_base import WorkflowAdmin
from programs import actions, permissions, queries
from programs.admin.drawing import chip, state_pill
from programs.enums import State
from programs.forms import PledgeForm
from programs.models import Pledge, files_of, shows_pledges
from programs.purposes import INTERNAL_FILE, PUBLIC_FILE


class DeskFilter(admin.SimpleListFilter):
    """Pledges by what is to be done with them."""

    title = _("desk")
    parameter_name = "desk"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("check", _("To be published by me")), ("overdue", _("Overdue")), *State.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        chosen = self.value()
        if chosen == "check":
            return queryset.filter(pk__in=queries.to_publish(request.user).order_by().values("pk"))
        if chosen == "overdue":
            return queryset.filter(state=State.PUBLISHED, due_on__lt=clock.today())
        return queryset.filter(state=chosen) if chosen in State.values else queryset


@admin.register(Pledge)
class PledgeAdmin(WorkflowAdmin):
    chapter = "pledges"
    access = {"view": Permission.PLEDGE_VIEW, "add": Permission.PLEDGE_EDIT, "change": Permission.PLEDGE_EDIT}
    form = PledgeForm
    change_form_template = "programs/staff/pledge.html"
    list_display = ["number", "pledged", "promised_by", "due_on", "clock_shown", "done", "standing"]
    list_display_links = ["number", "pledged"]
    list_filter = [DeskFilter, "category"]
    search_fields = ["number"]
    search_help_text = _("Number, or a part of what was pledged, where, and by whom")
    ordering = ["-id"]
    fieldsets = (
        (_("Who pledged, and where"), {
            "fields": ("made_by", "person_name", "person_post", "organization", "occasion", "effective_date"),
        }),
        (_("What was pledged"), {
            "fields": ("category", "text_zh", "text_en", "measure_zh", "measure_en", "due_on"),
        }),
        (_("Who is responsible"), {"fields": ("unit", "region")}),
        (_("Documents"), {"fields": ("public_files", "internal_files")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pledge]:
        return queries.with_progress(super().get_queryset(request).select_related("unit", "region"))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return queries.search(queryset, search_term[:60]), False

    # --- list -------------------------------------------------------------------------------------

    @admin.display(description=_("Pledge"))
    def pledged(self, row: Pledge) -> SafeString | str:
        return typed(row.title(30))

    @admin.display(description=_("Pledged by"), ordering="unit__path")
    def promised_by(self, row: Pledge) -> SafeString | str:
        return typed(row.promisor)

    @admin.display(description=_("Time left"))
    def clock_shown(self, row: Pledge) -> SafeString:
        return chip(row.due_on if row.is_open else None)

    @admin.display(description=_("Progress"))
    def done(self, row: Pledge) -> str:
        return f"{row.percent}%"  # type: ignore[attr-defined]

    @admin.display(description=_("State"), ordering="state")
    def standing(self, row: Pledge) -> SafeString:
        return state_pill(row)

    # --- a draft ----------------------------------------------------------------------------------

    def has_change_permission(self, request: HttpRequest, obj: Pledge | None = None) -> bool:
        """Drafts are edited; what is public is only moved."""
        return self._allows(request, "change") and (obj is None or permissions.may_edit(request.user, obj))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user = request.user
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Pledge | None = None) -> Any:
        return self.fieldsets if obj is None or self.has_change_permission(request, obj) else []

    def save_model(self, request: HttpRequest, obj: Pledge, form: PledgeForm, change: bool) -> None:
        if not change:
            obj.entered_by = request.user
        elif obj.entered_by_id != request.user.pk:
            obj.edited_by = request.user
        actions.save_draft(obj, form.kept_files())

    def response_add(self, request: HttpRequest, obj: Pledge, post_url_continue: str | None = None) -> HttpResponse:
        """The case, where the next step stands."""
        return self._onward(request, self.case_url(obj))

    # --- a case -----------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        more = self._context(request, row) if row is not None else {}
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def _context(self, request: HttpRequest, row: Pledge) -> dict[str, Any]:
        notes, internal = queries.notes_with_files(row), queries.notes_with_files(row, INTERNAL_FILE)
        for note, other in zip(notes, internal, strict=True):
            note.files += other.files  # type: ignore[attr-defined]
        feedback = f"{reverse('admin:programs_feedback_changelist')}?pledge__id__exact={row.pk}"
        return {
            "pledge": row, "drafting": self.has_change_permission(request, row), "notes": notes,
            "dates": list(row.dates.select_related("by")), "ratings": queries.ratings(row),
            "papers": [*files_of(row, PUBLIC_FILE), *files_of(row, INTERNAL_FILE)], "internal": INTERNAL_FILE,
            "feedback_url": feedback, "public_url": row.get_absolute_url() if row.is_public and shows_pledges() else "",
            "region_name": localized(row.region, "name"),
        }
