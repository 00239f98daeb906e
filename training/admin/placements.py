"""The desk for placements: agreements with their trainees and months, and the months that shops have reported."""

from __future__ import annotations

from datetime import date

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.accounts.access import access as declare
from bureau.accounts.access import needs
from bureau.accounts.roles import Permission
from bureau.attachments.enums import Channel
from bureau.common.i18n import localized
from bureau.common.money import yuan
from bureau.workflow import NotDone
from bureau.workflow.admin_base import WorkflowAdmin
from enterprises.models import Enterprise
from training.placements import actions, converters, followups, permissions, queries  # noqa: F401  (year_month)
from training.placements.enums import AgreementState, SheetState
from training.placements.forms import AccountForm, AgreementForm, LeaveForm
from training.placements.grid import TraineeGrid
from training.placements.models import Agreement, MonthRow, MonthSheet, Placement
from training.placements.views import MonthPage, save_account

EDIT = needs(Permission.PLACEMENT_EDIT)


def found(queryset, text, prefix=""):
    """Agreements by number, or by whatever finds the shop."""
    text = text.strip()
    if not text:
        return queryset
    if text.upper().startswith("SX"):
        return queryset.filter(**{f"{prefix}number__startswith": text.upper()[:12]})
    shops = Enterprise.objects.search(text).order_by().values("pk")
    return queryset.filter(**{f"{prefix}host__in": shops})


@admin.register(Agreement)
class AgreementAdmin(WorkflowAdmin):
    chapter = "placements"
    access = {
        "view": (Permission.PLACEMENT_VIEW, Permission.PLACEMENT_EDIT), "add": Permission.PLACEMENT_EDIT,
    }
    list_display = ["number", "shop", "state", "starts_on", "ends_on", "people_shown", "county"]
    list_display_links = ["number"]
    list_filter = ["state"]
    list_select_related = ["host", "region"]
    search_fields = ["number"]
    search_help_text = gettext_lazy("Number of the agreement; name, pinyin, initials, code or phone of the shop")
    ordering = ["-id"]
    change_form_template = "training/staff/agreement.html"

    def get_queryset(self, request):
        standing = Placement.objects.filter(cancelled_at=None)
        return super().get_queryset(request).annotate(people=queries.number_of(standing, "agreement"))

    def get_search_results(self, request, queryset, search_term):
        return found(queryset, search_term), False

    def get_fieldsets(self, request, obj=None):
        return []

    @admin.display(description=gettext_lazy("Host shop"), ordering="host__name_py")
    def shop(self, row):
        return row.host.name

    @admin.display(description=gettext_lazy("Trainees"), ordering="people")
    def people_shown(self, row):
        return row.people

    @admin.display(description=gettext_lazy("Home county"), ordering="region__path")
    def county(self, row):
        return localized(row.region, "name")

    # --- pages ------------------------------------------------------------------------------------------------------

    def get_urls(self):
        wrap = self.admin_site.admin_view
        pages = [
            ("<int:pk>/draft/", self.draft_view, "draft"),
            ("<int:pk>/trainees/", self.trainees_view, "trainees"),
            ("<int:pk>/trainees/<int:placement>/", self.trainee_view, "trainee"),
            ("<int:pk>/months/<year_month:month>/", self.month_view, "month"),
        ]
        own = [path(route, wrap(view), name=f"training_agreement_{name}") for route, view, name in pages]
        return [*own, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        agreement = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if agreement is not None:
            context |= self.case_context(request, agreement)
        return super().change_view(request, object_id, form_url, context)

    def case_context(self, request, agreement):
        rows = agreement.placements.select_related("person").order_by("person__name", "id")
        trainees = list(queries.confirmed_months(rows))
        earlier = followups.histories([row.person_id for row in trainees])
        return {
            "agreement": agreement,
            "trainees": [(row, earlier.get(row.person_id, "")) for row in trainees],
            "months": queries.months(agreement),
            "may_edit": permissions.in_charge(agreement, request.user),
            "may_place": not permissions.trainee_reasons(agreement, request.user),
            "is_draft": agreement.state == AgreementState.DRAFT,
        }

    def own(self, request, pk) -> Agreement:
        rows = self.get_queryset(request).select_related("host", "unit", "region")
        return get_object_or_404(rows, pk=pk)

    def page(self, request, template, title, agreement=None, status=200, **context):
        context = {
            **self.admin_site.each_context(request), "title": title, "opts": self.opts, "agreement": agreement,
            **context,
        }
        return TemplateResponse(request, f"training/staff/{template}.html", context, status=status)

    def to_case(self, agreement):
        return HttpResponseRedirect(self.case_url(agreement))

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            return super().add_view(request, form_url, extra_context)
        form = AgreementForm(request.POST if request.method == "POST" else None, user=request.user)
        if form.is_bound and form.is_valid():
            agreement = actions.draw_up(by=request.user, unit=office_of(request.user, form.cleaned_data["host"]),
                                        **form.cleaned_data)
            messages.success(request, _("Agreement %(number)s is drawn up. Now enter the trainees.")
                             % {"number": agreement.number})
            return HttpResponseRedirect(reverse("admin:training_agreement_trainees", args=[agreement.pk]))
        return self.page(request, "agreement_form", _("New agreement"), form=form, status=422 if form.is_bound else 200)

    @declare(EDIT)
    def draft_view(self, request, pk):
        """Change what has not been signed."""
        agreement = self.own(request, pk)
        if agreement.state != AgreementState.DRAFT or not permissions.in_charge(agreement, request.user):
            return self.to_case(agreement)
        known = {name: getattr(agreement, name) for name in ("trainer", "monthly_wage", "starts_on", "ends_on")}
        form = AgreementForm(
            request.POST if request.method == "POST" else None, user=request.user,
            initial=known | {"host": agreement.host.number},
        )
        if form.is_bound and form.is_valid():
            try:
                actions.change_draft(agreement=agreement, by=request.user, **form.cleaned_data)
            except (NotDone, ValidationError) as error:
                form.add_error(None, getattr(error, "reasons", None) or error.messages)
            else:
                return self.to_case(agreement)
        return self.page(
            request, "agreement_form", _("Change the draft"), agreement, form=form, status=422 if form.is_bound else 200
        )

    @declare(EDIT)
    def trainees_view(self, request, pk):
        """Rows to type or to paste into from a list."""
        agreement = self.own(request, pk)
        grid = TraineeGrid(agreement, request.user, request.POST if request.method == "POST" else None)
        if request.method == "POST" and (count := grid.save()):
            messages.success(request, _("%(count)s trainees have been placed.") % {"count": count})
            return self.to_case(agreement)
        return self.page(
            request, "trainees", _("Place trainees"), agreement, grid=grid,
            reasons=permissions.trainee_reasons(agreement, request.user),
            import_url=reverse("admin:formbuilder_importrun_add") + f"?importer=trainees&agreement={agreement.pk}",
            status=422 if request.method == "POST" else 200,
        )

    @declare(EDIT)
    def trainee_view(self, request, pk, placement):
        """One trainee: the account, and the end of the placement."""
        agreement = self.own(request, pk)
        trainee = get_object_or_404(
            agreement.placements.select_related("person", "agreement__host", "agreement__unit"), pk=placement
        )
        data = request.POST if request.method == "POST" else None
        leaves = data is not None and "leave" in data
        account = AccountForm(None if leaves else data, placement=trainee)
        leave = LeaveForm(data if leaves else None, placement=trainee)
        if data is not None and (self.left(request, leave, trainee) if leaves
                                 else save_account(account, trainee, request.user)):
            messages.success(request, _("%(name)s: saved.") % {"name": trainee.person.name})
            return self.to_case(agreement)
        return self.page(
            request, "trainee", trainee.person.name, agreement, trainee=trainee, account=account, leave=leave,
            earlier=followups.histories([trainee.person_id]).get(trainee.person_id, ""),
            open=not trainee.cancelled_at and permissions.in_charge(agreement, request.user),
            may_leave=not trainee.cancelled_at and not permissions.trainee_reasons(agreement, request.user),
            status=422 if data is not None else 200,
        )

    def left(self, request, form, trainee) -> bool:
        if not form.is_valid():
            return False
        day = None if form.cleaned_data["never_came"] else form.cleaned_data["last_day"]
        try:
            actions.leave(placement=trainee, by=request.user, last_day=day, reason=form.cleaned_data["reason"])
        except NotDone as refusal:
            form.add_error(None, refusal.reasons)
            return False
        return True

    @declare(EDIT)
    def month_view(self, request, pk, month: date):
        """For a shop that cannot do it online: what it said on the phone or on paper, in its place."""
        agreement = self.own(request, pk)
        if month not in agreement.months():
            raise Http404
        page = MonthPage(agreement, month, request.user, request.POST if request.method == "POST" else None)
        if request.method == "POST" and page.save(channel=Channel.ON_BEHALF):
            messages.success(request, _("The month has been entered; another person confirms it."))
            return self.to_case(agreement)
        return self.page(
            request, "month", f"{agreement.number} · {month:%Y-%m}", status=422 if request.method == "POST" else 200,
            **page.context(),
        )


def office_of(user, host):
    """The office in whose name he draws it up: his own, the nearest to the shop's county."""
    units = user.granted_units(Permission.PLACEMENT_EDIT)
    near = [unit for unit in units if host.region.path.startswith(unit.region.path)]
    return max(near or units, key=lambda unit: len(unit.path))


@admin.register(MonthSheet)
class MonthSheetAdmin(WorkflowAdmin):
    """Months as shops have reported them: looked through, then confirmed or sent back."""

    chapter = "placements"
    access = {"view": (Permission.PLACEMENT_VIEW, Permission.PLACEMENT_EDIT)}
    list_display = ["month_shown", "agreement_number", "shop", "state", "people_shown", "channel"]
    list_display_links = ["month_shown"]
    list_filter = ["state"]
    list_select_related = ["agreement__host", "agreement__unit"]
    search_fields = ["agreement__number"]
    search_help_text = gettext_lazy("Number of the agreement; name, pinyin, initials, code or phone of the shop")
    ordering = ["-month", "-id"]
    change_form_template = "training/staff/sheet.html"

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("agreement__host", "agreement__unit", "entered_by")
        return rows.annotate(people=queries.number_of(MonthRow.objects.all(), "sheet"))

    def get_search_results(self, request, queryset, search_term):
        return found(queryset, search_term, "agreement__"), False

    def get_fieldsets(self, request, obj=None):
        return []

    def change_view(self, request, object_id, form_url="", extra_context=None):
        sheet = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if sheet is not None:
            rows = list(queries.sheet_rows(sheet))
            context |= {
                "sheet": sheet, "agreement": sheet.agreement, "rows": rows,
                "days": sum(row.days for row in rows), "wages": yuan(sum(row.wage for row in rows)),
                "may_edit": permissions.in_charge(sheet.agreement, request.user)
                and sheet.state != SheetState.CONFIRMED,
            }
        return super().change_view(request, object_id, form_url, context)

    def step_view(self, request, pk, name):
        """A month is reported on its own page, with its days and wages."""
        if name == "report":
            raise Http404
        return super().step_view(request, pk, name)

    def panel(self, request, obj, **more):
        panel = super().panel(request, obj, **more)
        panel.steps = [step for step in panel.steps if not step.transition.owner]
        return panel

    def timeline(self, obj):
        """A month begins by being reported, which is no move yet."""
        told = super().timeline(obj)
        if not any(entry["title"] == self.workflow["report"].label for entry in told):
            told.append({"title": _("Reported"), "who": obj.entered_by, "at": obj.recorded_at, "next": "",
                         "note": obj.get_channel_display()})
        return told

    def after_step_url(self, request, obj, step):
        """The next month that waits for him."""
        following = queries.sheets_to_confirm(request.user).exclude(pk=obj.pk).first()
        return self.case_url(following or obj)

    @admin.display(description=gettext_lazy("Month"), ordering="month")
    def month_shown(self, sheet):
        return f"{sheet.month:%Y-%m}"

    @admin.display(description=gettext_lazy("Agreement"))
    def agreement_number(self, sheet):
        return sheet.agreement.number

    @admin.display(description=gettext_lazy("Host shop"), ordering="agreement__host__name_py")
    def shop(self, sheet):
        return sheet.agreement.host.name

    @admin.display(description=gettext_lazy("Trainees"), ordering="people")
    def people_shown(self, sheet):
        return sheet.people
