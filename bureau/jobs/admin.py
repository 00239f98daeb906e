from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from bureau.accounts.admin_base import BureauAdmin
from bureau.accounts.admin_filters import declared_filter
from bureau.accounts.roles import Permission
from bureau.jobs.models import Job
from bureau.jobs.registry import KINDS

KindFilter = declared_filter("kind", _("kind"), lambda: ((kind.key, kind.label) for kind in KINDS.values()))


@admin.register(Job)
class JobAdmin(BureauAdmin):
    """Long work that is under way or done; its page shows progress and faults."""

    chapter = "jobs"
    access = {"view": Permission.JOB_VIEW}
    list_display = ["page", "state", "asked_by", "asked_at", "started_at", "finished_at", "attempts"]
    list_filter = ["state", KindFilter]
    list_select_related = ["asked_by"]
    ordering = ["-asked_at"]
    fields = [
        "page",
        "state",
        "asked_by",
        "asked_at",
        "started_at",
        "finished_at",
        "attempts",
        "done",
        "total",
        "error",
    ]
    readonly_fields = ["page"]

    def get_queryset(self, request):
        """The system administrator sees that every job runs, without its page: rows may name people."""
        own = Job.objects.visible_to(request.user)
        seen = Job.objects.all() if request.user.can(Permission.CONFIG_EDIT) else own
        return seen.annotate(is_open=Exists(own.filter(pk=OuterRef("pk")))).order_by(*self.ordering)

    @admin.display(description=_("job"))
    def page(self, job):
        if not job.is_open:
            return str(job.label)
        return format_html('<a href="{}">{}</a>', reverse("jobs:detail", args=[job.pk]), job.label)
