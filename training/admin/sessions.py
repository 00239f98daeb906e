"""Sessions at the desk: the list, one session with its participants and next steps, its plan."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.accounts.access import access as declare
from bureau.accounts.access import needs
from bureau.accounts.roles import Permission
from bureau.common.i18n import localized
from bureau.common.templatetags.ui import day, pill
from bureau.workflow import NotDone
from bureau.workflow.admin_base import WorkflowAdmin
from enterprises.models import Enterprise
from training import permissions, queries
from training.actions import enrollments, sessions
from training.admin.attendance import AttendancePages
from training.admin.filters import DeskFilter
from training.admin.shown import rendered
from training.enums import Place
from training.forms import PersonForm
from training.forms_staff import SessionForm
from training.models import Session
from training.rows import EnrollGrid

EDIT = needs(Permission.TRAINING_EDIT)


@admin.register(Session)
class SessionAdmin(AttendancePages, WorkflowAdmin):
    chapter = "training"
    access = {"view": Permission.TRAINING_VIEW, "add": Permission.TRAINING_EDIT}
    change_form_template = "training/staff/session.html"
    change_list_template = "training/staff/sessions.html"
    list_display = ["number", "title", "standing", "begins", "ends", "where", "seats", "office"]
    list_display_links = ["number", "title"]
    list_filter = [DeskFilter, "kind"]
    list_select_related = ["place", "unit"]
    search_fields = ["number"]
    search_help_text = gettext_lazy("Number, or part of the title, the teacher or the organizer")
    ordering = ["-id"]
    fields = []

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("place", "unit", "region")

    def get_search_results(self, request, queryset, search_term):
        return queries.search(queryset, search_term), False

    @admin.display(description=gettext_lazy("State"), ordering="state")
    def standing(self, row):
        return rendered("components/pill.html", pill(row.state_label, row.tone))

    @admin.display(description=gettext_lazy("First day"), ordering="begins_on")
    def begins(self, row):
        return day(row.begins_on)

    @admin.display(description=gettext_lazy("Last day"), ordering="ends_on")
    def ends(self, row):
        return day(row.ends_on)

    @admin.display(description=gettext_lazy("Place"))
    def where(self, row):
        return localized(row.place, "name")

    @admin.display(description=gettext_lazy("Seats"))
    def seats(self, row):
        return "—" if row.is_livestream else f"{row.seats_taken}/{row.capacity}"

    @admin.display(description=gettext_lazy("Office"))
    def office(self, row):
        return localized(row.unit, "name")

    def timeline(self, obj):
        """What came from a list has no step of its own."""
        entries = super().timeline(obj)
        for entry in entries:
            if entry["title"] == "imported":
                entry["title"] = _("Entered afterwards from a list")
        return entries

    # --- pages --------------------------------------------------------------------------------------

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/edit/", wrap(self.edit_view), name="training_session_edit"),
            path("<int:pk>/enroll/", wrap(self.enroll_view), name="training_session_enroll"),
            path("<int:pk>/enroll-many/", wrap(self.enroll_many_view), name="training_session_enroll_many"),
            *self.attendance_urls(),
            *super().get_urls(),
        ]

    def find(self, request, pk, *, whole=True) -> Session:
        """With `whole` only where he may read the whole list of participants."""
        rows = self.get_queryset(request)
        if whole:
            rows = rows.filter(pk__in=Session.objects.looked_after_by(request.user).order_by().values("pk"))
        found = rows.filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def change_view(self, request, object_id, form_url="", extra_context=None):
        session = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if session is not None:
            context |= self.case_context(request, session)
        return super().change_view(request, object_id, form_url, context)

    def case_context(self, request, session):
        user = request.user
        in_charge = session.enrollments.visible_to(user).select_related("person__home_county", "enterprise", "user")
        return {
            "case": session,
            "people": in_charge.filter(state=Place.ENROLLED).order_by("id"),
            "waiting": in_charge.filter(state=Place.WAITING).order_by("id"),
            "half_days": list(self._tallied(session)),
            "is_whole": Session.objects.looked_after_by(user).filter(pk=session.pk).exists(),
            "may_edit": not permissions.edit_reasons(session, user),
            "may_mark": not permissions.mark_reasons(session, user),
            "may_enroll": user.can(Permission.TRAINING_EDIT) and not permissions.enroll_reasons(session, user),
        }

    @staticmethod
    def _tallied(session):
        """(day, half, {present, leave} or None) in the order of the plan."""
        found = queries.tallies(session)
        return ((day_of, half, found.get(key)) for key, day_of, half in session.half_day_list())

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise Http404
        return self._edit(request, None)

    @declare(EDIT)
    def edit_view(self, request, pk):
        session = self.find(request, pk)
        if reasons := permissions.edit_reasons(session, request.user):
            messages.warning(request, " ".join(reasons))
            return HttpResponseRedirect(self.case_url(session))
        return self._edit(request, session)

    def _edit(self, request, session):
        form = SessionForm(request.POST or None, instance=session, user=request.user)
        status = 200
        if request.method == "POST":
            if form.is_valid() and (done := self._saved(request, form, session)):
                return HttpResponseRedirect(self.case_url(done))
            status = 422
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "form": form, "case": session,
            "title": _("Change the session") if session else _("Plan a session"),
        }
        return TemplateResponse(request, "training/staff/edit.html", context, status=status)

    def _saved(self, request, form, session):
        try:
            if session is None:
                done = sessions.plan(by=request.user, data=form.values())
            else:
                rev = form.cleaned_data["rev"]
                done = sessions.change(session, by=request.user, data=form.values(), rev=-1 if rev is None else rev)
        except NotDone as refusal:
            form.add_error(None, " ".join(refusal.reasons))
        except ValidationError as error:
            form.add_error(None, error if not hasattr(error, "error_dict") else ValidationError(error.messages))
        else:
            messages.success(request, _("Saved: %(session)s") % {"session": done})
            return done
        return None

    @declare(EDIT)
    def enroll_view(self, request, pk):
        """Enter a participant from his papers or from a call, one after the other."""
        session = self.find(request, pk, whole=False)
        form = PersonForm(request.POST or None, shops=Enterprise.objects.listed().visible_to(request.user))
        reasons = permissions.enroll_reasons(session, request.user)
        status = 200
        if request.method == "POST":
            if form.is_valid() and (made := self._enrolled(request, form, session)):
                messages.success(request, f"{made.person.name}: {made.state_label}")
                return HttpResponseRedirect(reverse("admin:training_session_enroll", args=[pk]))
            status = 422
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "form": form, "case": session,
            "reasons": reasons, "title": _("Enroll a participant"), "seats": queries.seat_text(session),
        }
        return TemplateResponse(request, "training/staff/enroll.html", context, status=status)

    @declare(EDIT)
    def enroll_many_view(self, request, pk):
        """The people of a county's list, typed or pasted, all or none."""
        session = self.find(request, pk, whole=False)
        shops = Enterprise.objects.listed().visible_to(request.user)
        grid = EnrollGrid(session, request.user, shops, request.POST if request.method == "POST" else None)
        if request.method == "POST" and (made := grid.save()):
            seated = sum(one.state == Place.ENROLLED for one in made)
            messages.success(request, _("%(seated)s people are enrolled, %(waiting)s are on the waiting list.")
                             % {"seated": seated, "waiting": len(made) - seated})
            return HttpResponseRedirect(self.case_url(session))
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "case": session, "grid": grid,
            "reasons": permissions.enroll_reasons(session, request.user), "title": _("Enroll several people"),
            "seats": queries.seat_text(session),
        }
        status = 422 if request.method == "POST" else 200
        return TemplateResponse(request, "training/staff/enroll_many.html", context, status=status)

    @staticmethod
    def _enrolled(request, form, session):
        data = form.cleaned_data
        offices = request.user.granted_units(Permission.TRAINING_EDIT)
        try:
            with transaction.atomic():
                return enrollments.enroll(
                    session=session, person=form.person(), by=request.user, phone=data["phone"],
                    enterprise=data.get("enterprise"), entry_unit=offices[0],
                )
        except ValidationError as error:
            form.add_error(None, error)
            return None
