"""Every route declares who may call it; one that does not fails the check and is refused at run time."""

import pytest
from django.contrib import admin
from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpResponse
from django.test import override_settings
from django.urls import include, path
from django.views import View

from bureau.accounts.access import CLOSED, PUBLIC, SIGNED_IN, STAFF, access, declared, needs, routes
from bureau.accounts.admin_base import BureauAdmin
from bureau.accounts.checks import every_admin_page_has_our_base, every_route_is_declared
from bureau.accounts.models import Unit
from bureau.accounts.roles import Permission, Role
from tests.factories import accounts


def hole(request):
    return HttpResponse("hole")


@access(PUBLIC)
def front(request):
    return HttpResponse("front")


@access(SIGNED_IN)
def mine(request):
    return HttpResponse("mine")


@access(needs(Permission.APPROVE, Permission.REVIEW))
def cases(request):
    return HttpResponse("cases")


class Hole(View):
    def get(self, request):
        return HttpResponse("hole")


class Declared(View):
    access = STAFF

    def get(self, request):
        return HttpResponse("staff")


class UnitPages(BureauAdmin):
    access = {"view": Permission.CASE_VIEW, "change": None}

    def get_urls(self):
        return [path("hole/", self.admin_site.admin_view(self.hole)), *super().get_urls()]

    def hole(self, request):
        return HttpResponse("hole")


site = AdminSite("other")
site.register(Unit, UnitPages)
whole = [
    path("front/", front), path("mine/", mine), path("cases/", cases), path("declared/", Declared.as_view()),
    path("", include("bureau.accounts.urls")), path("", include("bureau.desk.urls")), path("admin/", admin.site.urls),
]
urlpatterns = [*whole, path("hole/", hole), path("class-hole/", Hole.as_view()), path("other/", site.urls)]
here = override_settings(ROOT_URLCONF=__name__)


@here
def test_the_check_names_exactly_the_holes():
    messages = every_route_is_declared(None)
    holes = ["/hole/", "/class-hole/", "/other/accounts/unit/hole/"]
    assert {message.id for message in messages} == {"access.E001"}
    assert [route.path for route in routes() if route.rule is None] == holes
    assert all(hole in message.msg for hole, message in zip(holes, messages, strict=True))


@here
def test_a_hole_is_refused_at_run_time(db, client):
    accounts.site()
    user = accounts.staff(*[role for role in Role if role not in (Role.OWNER, Role.SECURITY, Role.AUDITOR)])
    client.force_login(user)
    for address in ("/hole/", "/class-hole/", "/other/accounts/unit/hole/"):
        assert client.get(address).status_code == 403
    assert client.get("/front/").content == b"front"


@here
def test_declarations_are_enforced(db, client):
    accounts.site()
    assert client.get("/mine/").headers["Location"] == "/login/?next=%2Fmine%2F"
    assert client.get("/cases/").headers["Location"] == "/admin/login/?next=%2Fcases%2F"
    answer = client.get("/mine/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/login/")
    client.force_login(accounts.owner())
    assert client.get("/mine/").content == b"mine"
    assert client.get("/declared/").status_code == 403
    assert client.get("/cases/").status_code == 403
    client.force_login(accounts.staff(Role.APPROVER))
    assert client.get("/cases/").content == b"cases"
    client.force_login(accounts.staff(Role.CLERK))
    assert client.get("/declared/").content == b"staff"
    assert client.get("/cases/").status_code == 403


def test_rules_are_found_through_wrappers():
    """The three that an obvious walk misses: the bound login, the password page, the object shortcut."""
    rules = {route.name: route.rule for route in routes()}
    assert rules["admin:login"] == PUBLIC
    assert rules["admin:auth_user_password_change"] == needs(Permission.ACCOUNTS_EDIT)
    assert rules["admin:view_on_site"] == CLOSED
    assert rules["admin:accounts_grant_delete"] == CLOSED
    assert rules["admin:accounts_grant_changelist"] == needs(Permission.GRANTS_EDIT, Permission.AUDIT_VIEW)


def test_every_route_of_the_portal_is_declared():
    assert every_route_is_declared(None) == []
    assert every_admin_page_has_our_base(None) == []


def test_a_stock_model_admin_fails_the_build(monkeypatch):
    monkeypatch.setitem(admin.site._registry, Unit, ModelAdmin(Unit, admin.site))
    assert [message.id for message in every_admin_page_has_our_base(None)] == ["access.E002"]


@pytest.mark.parametrize("view", [hole, Hole.as_view()])
def test_undeclared_is_none(view):
    assert declared(view) is None
