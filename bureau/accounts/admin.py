"""Pages of the three administrators: accounts and configuration, grants, logs; none of them does another's work."""

from __future__ import annotations

from typing import Any

from axes.utils import reset
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bureau import audit
from bureau.accounts import admin_lower  # noqa: F401  registers the pages of the rooms below
from bureau.accounts.admin_base import BureauAdmin
from bureau.accounts.enums import UserKind
from bureau.accounts.forms import (
    GrantForm,
    SiteProfileForm,
    StaffCreationForm,
    TemporaryPasswordForm,
    UnitForm,
    UserForm,
)
from bureau.accounts.models import Grant, SiteProfile, Unit, User
from bureau.accounts.roles import Permission
from bureau.accounts.sessions import end_sessions
from bureau.common import clock

admin.site.unregister(Group)  # rights come from grants alone


@admin.register(User)
class UserAdmin(BureauAdmin, StockUserAdmin):
    """The system administrator's page. He gives no roles: that is the security administrator's."""

    chapter = "settings"
    access = {
        "view": (Permission.ACCOUNTS_EDIT, Permission.GRANTS_EDIT),
        "add": Permission.ACCOUNTS_EDIT,
        "change": Permission.ACCOUNTS_EDIT,
    }
    form = UserForm
    add_form = StaffCreationForm
    change_password_form = TemporaryPasswordForm
    add_form_template = None  # the stock one explains a second page that there is not
    list_display = ["username", "name", "masked_phone", "kind", "is_active", "totp_confirmed"]
    list_display_links = ["username", "name"]
    list_filter = ["kind", "is_active", "totp_confirmed"]
    search_fields = ["username", "name", "phone"]
    ordering = ["-kind", "username", "id"]
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ["username", "name", "phone", "kind", "language", "is_active"]}),
        (_("Login"), {"fields": ["totp_confirmed", "must_change_password", "last_login", "created_at"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "name", "phone", "password1", "password2"]})]
    readonly_fields = ["username", "kind", "totp_confirmed", "must_change_password", "last_login", "created_at"]
    actions = ["unlock", "reset_second_factor"]

    @admin.display(description=_("phone"))
    def masked_phone(self, user: User) -> str:
        from bureau.common.crypto import mask_phone

        return mask_phone(user.phone) if user.phone else ""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if obj is None else list(self.readonly_fields)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and not obj.is_active and "is_active" in form.changed_data:
            end_sessions(obj)
            audit.record("accounts.disabled", obj, by=request.user)

    def has_set_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    @admin.action(description=_("Unlock after failed logins"), permissions=["set"])
    def unlock(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            reset(username=user.username or user.phone)
            audit.record("accounts.unlocked", user, by=request.user)
        self._done(request, queryset.count())

    @admin.action(description=_("Reset the authenticator"), permissions=["set"])
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """He sets up a new one at his next login; until then his sessions are over."""
        users = list(queryset.filter(kind=UserKind.STAFF))
        for user in users:
            user.totp_secret, user.totp_confirmed, user.totp_last_step = "", False, 0
            user.save(update_fields=["totp_secret", "totp_confirmed", "totp_last_step"])
            end_sessions(user)
            audit.record("accounts.totp_reset", user, by=request.user)
        self._done(request, len(users))

    def _done(self, request: HttpRequest, count: int) -> None:
        text = ngettext("Done for %(count)s account.", "Done for %(count)s accounts.", count) % {"count": count}
        messages.success(request, text)


@admin.register(Grant)
class GrantAdmin(BureauAdmin):
    """The security administrator's page. A grant is never changed: it is ended, and another one given."""

    chapter = "settings"
    access = {"view": (Permission.GRANTS_EDIT, Permission.AUDIT_VIEW), "add": Permission.GRANTS_EDIT, "change": None}
    form = GrantForm
    autocomplete_fields = ["user", "unit"]
    list_display = ["user", "role", "unit", "valid_from", "valid_to", "given_by", "ended_by"]
    list_filter = ["role", "unit"]
    list_select_related = ["user", "unit", "given_by", "ended_by"]
    search_fields = ["user__name", "user__username"]
    ordering = ["-valid_from", "-id"]
    actions = ["end"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.giver = request.user
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"valid_from": clock.today(), **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: Grant, form: Any, change: bool) -> None:
        obj.given_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)
        audit.record("accounts.role_given", obj.user, by=request.user, role=obj.role, unit=obj.unit.code,
                     valid_from=str(obj.valid_from), valid_to=str(obj.valid_to or ""))

    def has_give_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    @admin.action(description=_("End these roles now"), permissions=["give"])
    def end(self, request: HttpRequest, queryset: QuerySet[Grant]) -> None:
        """At once; one that would have begun later ends on the day it begins."""
        today, ended = clock.today(), 0
        for grant in queryset.filter(ended_by=None).exclude(user=request.user.pk).select_related("user", "unit"):
            grant.valid_to, grant.ended_by = max(today, grant.valid_from), request.user  # type: ignore[assignment]
            grant.save(update_fields=["valid_to", "ended_by"])
            audit.record("accounts.role_ended", grant.user, by=request.user, role=grant.role, unit=grant.unit.code)
            ended += 1
        text = ngettext("%(count)s role ended.", "%(count)s roles ended.", ended) % {"count": ended}
        messages.success(request, text)


@admin.register(Unit)
class UnitAdmin(BureauAdmin):
    chapter = "settings"
    access = {
        "view": (Permission.CONFIG_EDIT, Permission.GRANTS_EDIT),
        "add": Permission.CONFIG_EDIT,
        "change": Permission.CONFIG_EDIT,
    }
    form = UnitForm
    autocomplete_fields = ["parent", "region"]
    list_display = ["name_zh", "name_en", "kind", "parent", "region", "phone"]
    list_filter = ["kind"]
    list_select_related = ["parent", "region"]
    search_fields = ["code", "name_zh", "name_en"]
    ordering = ["path"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A unit does not move: its path is written into the rows it handled."""
        return ["parent"] if obj else []


@admin.register(SiteProfile)
class SiteProfileAdmin(BureauAdmin):
    chapter = "settings"
    access = {"view": Permission.CONFIG_EDIT, "add": Permission.CONFIG_EDIT, "change": Permission.CONFIG_EDIT}
    form = SiteProfileForm
    autocomplete_fields = ["root"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not SiteProfile.objects.exists()
