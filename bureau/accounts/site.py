"""The staff's desk: the stock admin site with our login and nothing that tells on objects."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau import audit
from bureau.accounts.sessions import end_sessions


class PortalAdminSite(AdminSite):
    chapter = "desk"
    site_header = site_title = index_title = _("Staff desk")
    site_url = None
    enable_nav_sidebar = True
    login_template = "accounts/staff_login.html"

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and request.user.is_staff

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from bureau.accounts.forms import StaffLoginForm

        self.login_form = StaffLoginForm
        context = dict(extra_context or {})
        if REDIRECT_FIELD_NAME not in request.GET and REDIRECT_FIELD_NAME not in request.POST:
            context[REDIRECT_FIELD_NAME] = "/"  # the front page knows where each role belongs
        return super().login(request, context)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from bureau.accounts.forms import OwnPasswordForm

        response = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            success_url=reverse("admin:password_change_done"),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )(request)
        if request.method == "POST" and response.status_code == 302:
            end_sessions(request.user, but=request.session.session_key)
            audit.record("accounts.password_changed", request.user, by=request.user)
        return response
