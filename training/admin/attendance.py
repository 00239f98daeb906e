"""The grid of a whole class, the sheet to sign, the workbook: admin pages beside a session, mixed into its admin."""

import json

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from bureau import audit
from bureau.accounts.access import access as declare
from bureau.accounts.access import needs
from bureau.accounts.roles import Permission
from bureau.common import clock
from bureau.common.forms import CleanCharField
from training import exports, permissions, prints, queries
from training.actions import marks
from training.enums import SIGNS, WORDS
from training.forms_staff import GridForm, encoded

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


#: For the script of the grid: what may be pasted, and the sign it becomes.
SIGN_OF_WORD = json.dumps({word: SIGNS.get(mark, "") for word, mark in WORDS.items()}, ensure_ascii=False)


class AttendancePages:
    """`/attendance/` (the grid), `/sheet/` (to print; `?filled=1` with the marks), `/participants.xlsx`."""

    def attendance_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/attendance/", wrap(self.grid_view), name="training_session_attendance"),
            path("<int:pk>/sheet/", wrap(self.sheet_view), name="training_session_sheet"),
            path("<int:pk>/participants/", wrap(self.participants_view), name="training_session_participants"),
        ]

    @declare(needs(Permission.TRAINING_EDIT))
    def grid_view(self, request, pk):
        """Persons × half-days, saved at once. 409 when somebody else has saved: what was typed stays."""
        session = self.find(request, pk)
        if reasons := permissions.mark_reasons(session, request.user):
            messages.warning(request, " ".join(reasons))
            return HttpResponseRedirect(self.case_url(session))
        people = queries.participants(session)
        if request.method != "POST":
            return self._grid(request, session, people, typed={})
        form = GridForm(request.POST, session=session, people=people)
        if not form.is_valid():
            return self._grid(request, session, people, typed={}, error=" ".join(
                message for errors in form.errors.values() for message in errors), status=422)
        typed = form.cleaned_data["rows"]
        try:
            roll = marks.save(
                session, by=request.user, version=form.cleaned_data["version"], rows=typed,
                effective_date=min(session.ends_on, clock.today()),
            )
        except marks.Stale:
            session.refresh_from_db()
            error = _("Somebody else has saved meanwhile. Nothing you typed is lost: the marked cells differ from what "
                      "stands now. Look at them and save again.")
            return self._grid(request, session, queries.participants(session), typed=typed, error=error, status=409)
        except ValidationError as refusal:
            return self._grid(request, session, people, typed=typed, error=" ".join(refusal.messages), status=422)
        messages.success(request, _("The attendance is saved.") if roll else _("There was nothing to change."))
        return HttpResponseRedirect(self.case_url(session))

    def _grid(self, request, session, people, *, typed, error="", status=200):
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "case": session, "title": _("Attendance"),
            "half_days": session.half_day_list(), "rows": [self._row(session, row, typed) for row in people],
            "error": error, "today": clock.today(), "words": SIGN_OF_WORD,
        }
        return TemplateResponse(request, "training/staff/grid.html", context, status=status)

    @staticmethod
    def _row(session, row, typed):
        """One participant: the cells as typed, else as they stand; `other` where both differ."""
        own = typed.get(row["enrollment"].pk)
        shown = row["marks"] if own is None else own
        cells = [
            {"key": key, "sign": SIGNS.get(shown.get(key, ""), ""), "standing": SIGNS.get(row["marks"].get(key, ""), ""),
             "other": own is not None and own.get(key, "") != row["marks"].get(key, "")}
            for key in session.plan
        ]
        return {**row, "cells": cells, "value": encoded(session.plan, shown), "typed": own is not None}

    @declare(needs(Permission.TRAINING_VIEW))
    def sheet_view(self, request, pk):
        """签到表 to print, blank or with its marks. A POST with a reason shows identity numbers in full, once."""
        session = self.find(request, pk)
        filled = request.GET.get("filled") == "1"
        context = {
            "back": self.case_url(session), "wide": True, "may_unmask": request.user.can(Permission.UNMASK), "reason": "",
            "unmask_error": "", "unmasked": False,
        }
        status = 200
        if request.method == "POST":
            context |= self._unmask(request, session)
            status = 200 if context["unmasked"] else 422
        context |= prints.sheet(session, filled=filled, unmasked=context["unmasked"])
        return TemplateResponse(request, "training/print/sheet.html", context, status=status)

    @staticmethod
    def _unmask(request, session):
        if not request.user.can(Permission.UNMASK):
            raise PermissionDenied
        text = request.POST.get("reason", "")
        try:
            reason = CleanCharField(min_length=4, max_length=200).clean(text)
        except ValidationError as error:
            return {"unmask_error": " ".join(error.messages), "reason": text[:200]}
        audit.record("training.participants.unmasked", session, by=request.user, reason=reason)
        return {"unmasked": True, "reason": reason}

    @declare(needs(Permission.TRAINING_VIEW))
    def participants_view(self, request, pk):
        """The participants as a workbook, on a POST: it goes on record. GET leads back to the session."""
        session = self.find(request, pk)
        if request.method != "POST":
            return HttpResponseRedirect(self.case_url(session))
        file = exports.workbook(session)
        try:  # open files live on without their name
            audit.record("training.participants.exported", session, by=request.user)
            return FileResponse(file.open("rb"), as_attachment=True, filename=f"{session.number}.xlsx", content_type=XLSX)
        finally:
            file.unlink()
