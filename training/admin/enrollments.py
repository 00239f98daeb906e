"""Enrollments at the desk: found by name or session, canceled by a step."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.accounts.roles import Permission
from bureau.common.templatetags.ui import pill
from bureau.workflow.admin_base import WorkflowAdmin
from training.actions import enrollments
from training.admin.shown import rendered
from training.models import Enrollment


@admin.register(Enrollment)
class EnrollmentAdmin(WorkflowAdmin):
    chapter = "training"
    access = {"view": Permission.TRAINING_VIEW}
    change_form_template = "training/staff/enrollment.html"
    list_display = ["person", "session", "standing", "present", "hours", "completed", "region"]
    list_filter = ["state", "completed"]
    list_select_related = ["person", "session", "region"]
    search_fields = ["person__name"]
    search_help_text = _("Name of the participant, or number of the session")
    ordering = ["-id"]
    fields = []

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(
            "person__home_county", "session__place", "session__unit", "region", "enterprise", "unit", "entry_unit", "user", "entered_by",
            "source",
        )

    def get_search_results(self, request, queryset, search_term):
        text = search_term.strip()[:60]
        return (queryset.filter(Q(person__name=text) | Q(session__number=text.upper())) if text else queryset), False

    @admin.display(description=_("State"), ordering="state")
    def standing(self, row):
        return rendered("components/pill.html", pill(row.state_label, row.tone))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return super().change_view(
            request, object_id, form_url, {"case": self.get_object(request, object_id), **(extra_context or {})}
        )

    def perform_step(self, request, obj, step, data, version):
        """A seat given back goes to the waiting list at once."""
        return enrollments.cancel(obj, by=request.user, version=version)
