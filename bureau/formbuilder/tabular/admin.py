"""Pages of an import: upload, what was understood, what would change, and the button that writes."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.accounts.access import access, needs
from bureau.accounts.admin_base import BureauAdmin
from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.formbuilder.tabular import flow, importers, sample
from bureau.formbuilder.tabular.forms import MappingForm, ModeForm, SheetsForm, UploadForm
from bureau.formbuilder.tabular.importers import Importer
from bureau.formbuilder.tabular.models import ImportRun, Mode

#: Every importer's right is one of these (a test holds them together).
MAY_IMPORT = (
    Permission.ENTERPRISE_IMPORT, Permission.BACK_ENTER, Permission.TRAINING_EDIT, Permission.PLACEMENT_EDIT,
    Permission.PLEDGE_EDIT, Permission.LOAN_EDIT, Permission.CREDENTIAL_EDIT, Permission.TARGET_EDIT,
)  # fmt: skip
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LAST_RUNS = 5
SHOWN_FAULTS = 100
importers_only = access(needs(*MAY_IMPORT))


def _officer(request: HttpRequest) -> User:
    """Who is signed in: nobody else comes through the declarations of these pages."""
    return cast(User, request.user)


@admin.register(ImportRun)
class ImportRunAdmin(BureauAdmin):
    """Each sees his own imports."""

    chapter = "imports"
    access = {"view": MAY_IMPORT, "add": MAY_IMPORT}
    list_display = ("file_name", "brings", "asked_at", "state", "written_at")
    list_display_links = ("file_name",)
    list_select_related = ("file", "job", "trial")
    ordering = ("-asked_at",)

    @admin.display(description=gettext_lazy("file"))
    def file_name(self, run: ImportRun) -> str:
        return run.file.name

    @admin.display(description=gettext_lazy("what it brings"))
    def brings(self, run: ImportRun) -> str:
        return str(importers.get(run.importer).label)

    @admin.display(description=gettext_lazy("state"))
    def state(self, run: ImportRun) -> str:
        job = run.job or run.trial
        if job is None:
            raise Http404
        if run.job is None and job.state == "done":
            return _("checked, not written")
        return str(job.get_state_display())

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("sample/<str:key>/", view(self.sample_view), name="formbuilder_importrun_sample"),
            path("<uuid:pk>/sheets/", view(self.sheets_view), name="formbuilder_importrun_sheets"),
            path("<uuid:pk>/mapping/", view(self.remap_view), name="formbuilder_importrun_mapping"),
            path("<uuid:pk>/write/", view(self.write_view), name="formbuilder_importrun_write"),
            *super().get_urls(),
        ]

    # --- upload -----------------------------------------------------------------------------------

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        offered = importers.for_user(_officer(request))
        if not offered:
            raise PermissionDenied
        importer = self._asked_for(request, offered)
        if importer is None:
            return self._choose(request, offered)
        form = UploadForm(request.POST or None, request.FILES or None)
        options = importer.options(user=_officer(request), asked=request.GET.dict(), data=request.POST or None)
        if request.method == "POST" and all([form.is_valid(), options is None or options.is_valid()]):
            try:
                run = flow.start(
                    importer=importer, upload=form.cleaned_data["upload"], by=_officer(request),
                    options=options.cleaned_data if options else {},
                )
            except ValidationError as error:
                form.add_error("file" if form.cleaned_data.get("file") else "pasted", error)
            else:
                return redirect("jobs:detail", run.trial_id)
        failed = bool(form.errors or (options and options.errors))
        return self._page(
            request, "upload", status=422 if failed else 200, title=_("Import: %(what)s") % {"what": importer.label},
            form=form, options=options, importer=importer, columns=_named(importer),
        )

    def _choose(self, request: HttpRequest, offered: list[Importer]) -> HttpResponse:
        """What each list is and holds, its sample sheet, and the last files."""
        mine = self.get_queryset(request).select_related("file", "job", "trial")[:LAST_RUNS]
        cards = [{"importer": importer, **_named(importer)} for importer in offered]
        last = [{"run": run, "brings": self.brings(run), "state": self.state(run)} for run in mine]
        return self._page(request, "choose", title=_("What does the file bring?"), cards=cards, last=last)

    @importers_only
    def sample_view(self, request: HttpRequest, key: str) -> FileResponse:
        """An empty sheet for one kind of list."""
        importer = next((found for found in importers.for_user(_officer(request)) if found.key == key), None)
        if importer is None:
            raise Http404
        path = sample.write_sample(importer)
        try:  # open files live on without their name
            return FileResponse(path.open("rb"), as_attachment=True, filename=f"{importer.label}.xlsx", content_type=XLSX)
        finally:
            path.unlink()

    def _asked_for(self, request: HttpRequest, offered: list[Importer]) -> Importer | None:
        key = request.GET.get("importer") or ("" if len(offered) > 1 else offered[0].key)
        if not key:
            return None
        found = next((importer for importer in offered if importer.key == key), None)
        if found is None:
            raise Http404
        return found

    # --- what was understood ----------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        run = self._run(request, unquote(object_id))
        if request.method == "POST":  # nothing is edited here
            raise PermissionDenied
        job = run.job or run.trial
        if job is None:
            raise Http404
        if job is None or not job.is_finished:
            return redirect("jobs:detail", job.pk) if job else redirect("admin:formbuilder_importrun_changelist")
        return self._result(request, run)

    def _result(self, request: HttpRequest, run: ImportRun, form: MappingForm | None = None) -> HttpResponse:
        importer = self._importer(request, run)
        job = run.job or run.trial
        if job is None:
            raise Http404
        form = form or self._mapping_form(run, importer)
        result = job.result or {}
        return self._page(
            request, "result", status=422 if form.errors else 200, title=run.file.name, run=run, job=job, form=form,
            result=result, good=sum(result.get(key, 0) for key in ("new", "changed", "unchanged")),
            to_write=result.get("new", 0) + result.get("changed", 0),
            faults=job.faults.order_by("row", "id")[:SHOWN_FAULTS], importer=importer,
            more_faults=result.get("wrong", 0) > SHOWN_FAULTS, done_url=importer.done_url(run),
            undecided=flow.undecided(run), several=importer.takes_sheets,
        )

    @importers_only
    def remap_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        run = self._run(request, pk)
        importer = self._importer(request, run)
        if request.method != "POST":
            return redirect("admin:formbuilder_importrun_change", run.pk)
        form = self._mapping_form(run, importer, request.POST)
        if not form.is_valid():
            return self._result(request, run, form)
        try:
            chosen = form.cleaned_data
            flow.remap(run=run, mapping=chosen["mapping"], factor=chosen["factor"], by=_officer(request))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("admin:formbuilder_importrun_change", run.pk)
        run.refresh_from_db()
        return redirect("jobs:detail", run.trial_id)

    @importers_only
    def sheets_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Read other sheets of the book."""
        run = self._run(request, pk)
        importer = self._importer(request, run)
        form = SheetsForm(request.POST, run=run, several=importer.takes_sheets)
        if request.method != "POST":
            return redirect("admin:formbuilder_importrun_change", run.pk)
        try:
            if not form.is_valid():
                raise ValidationError(_("Choose a sheet from the list."))
            flow.choose_sheets(run=run, names=form.names(), by=_officer(request))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("admin:formbuilder_importrun_change", run.pk)
        run.refresh_from_db()
        return redirect("jobs:detail", run.trial_id)

    @importers_only
    def write_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        run = self._run(request, pk)
        self._importer(request, run)
        form = ModeForm(request.POST)
        if request.method != "POST" or not form.is_valid():
            return redirect("admin:formbuilder_importrun_change", run.pk)
        try:
            flow.ask_write(run=run, mode=Mode(form.cleaned_data["mode"]), by=_officer(request))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("admin:formbuilder_importrun_change", run.pk)
        run.refresh_from_db()
        return redirect("jobs:detail", run.job_id)

    # --- helpers ----------------------------------------------------------------------------------

    def _run(self, request: HttpRequest, pk: Any) -> ImportRun:
        try:
            return self.get_queryset(request).select_related("file", "trial", "job", "asked_by").get(pk=pk)
        except (ImportRun.DoesNotExist, ValidationError):
            raise Http404 from None

    def _importer(self, request: HttpRequest, run: ImportRun) -> Importer:
        importer = importers.get(run.importer)
        if not _officer(request).can(importer.permission):
            raise PermissionDenied
        return importer

    def _mapping_form(self, run: ImportRun, importer: Importer, data: Any = None) -> MappingForm:
        return MappingForm(data, run=run, columns=list(importer.columns(run)))

    def _page(self, request: HttpRequest, name: str, status: int = 200, **context: Any) -> HttpResponse:
        context |= self.admin_site.each_context(request) | {
            "opts": self.opts, "media": self.media, "has_view_permission": True, "add": name != "result",
            "changelist_url": reverse("admin:formbuilder_importrun_changelist"),
        }
        return TemplateResponse(request, f"formbuilder/tabular/{name}.html", context, status=status)


def _named(importer: Importer) -> dict[str, list[str]]:
    """Heads of the columns that a list must have, should have, and may have."""
    columns = sample.columns_of(importer)
    return {
        "essential": [str(column.label) for column in columns if column.essential],
        "others": [str(column.label) for column in columns if not column.essential],
    }
