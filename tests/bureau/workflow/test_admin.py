"""The desk of a case, over the lab's table: steps with reasons, forms in place, and the same without JavaScript."""

import pytest
from django import forms
from django.contrib.admin import AdminSite
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import Http404
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django.urls import path

from bureau.accounts.roles import Permission, Role
from bureau.workflow.admin_base import WorkflowAdmin
from bureau.workflow.engine import Step, perform
from bureau.workflow.table import Transition
from tests.bureau.lab import LabWorkflow, Paper, office, staff, workflow
from tests.bureau.workflow.test_perform import paper_in


class WhyForm(forms.Form):
    comment = forms.CharField(max_length=20)

    def __init__(self, data=None, *, case, user):
        super().__init__(data)


site = AdminSite(name="admin")


class PaperAdmin(WorkflowAdmin):
    access = {"view": Permission.CASE_VIEW}
    fields = ["state", "amount"]
    readonly_fields = fields


with_form = LabWorkflow(
    "lab.Paper",
    [*[step for step in workflow.transitions if step.name != "refuse"],
     Transition("refuse", "Refuse", ["sent", "back"], "refused", permission=Permission.APPROVE, form=WhyForm,
                danger=True, button="Refuse this paper")],
    log_model_label="lab.PaperLog",
)


@pytest.fixture
def desk(lab, monkeypatch):
    """Opens the step pages as a member of staff, past the address table."""
    monkeypatch.setattr("bureau.workflow.table._registry", {"lab.paper": with_form})
    monkeypatch.setattr(WorkflowAdmin, "case_url", lambda self, obj: f"/case/{obj.pk}/")
    monkeypatch.setattr(WorkflowAdmin, "_step_base", lambda self, obj: f"/case/{obj.pk}/step/")
    monkeypatch.setattr(AdminSite, "each_context", lambda self, request: {
        "site_title": "x", "site_header": "x", "has_permission": False, "available_apps": [], "is_popup": False,
        "is_nav_sidebar_enabled": False, "log_entries": [], "site_url": "/", "subtitle": ""})
    page = PaperAdmin(Paper, site)

    def open_step(user, paper, name, data=None, htmx=True):
        headers = {"HX-Request": "true"} if htmx else {}
        make = RequestFactory()
        request = make.get("/", headers=headers) if data is None else make.post("/", data, headers=headers)
        request.user = user
        request._messages = CookieStorage(request)
        response = page.step_view(request, paper.pk, name)
        return response, getattr(response, "content", b"").decode()

    return open_step


@pytest.fixture
def boss(lab):
    root = office()
    return staff((Role.INTAKE, root), (Role.APPROVER, root))


def test_a_step_without_a_form_moves_and_goes_on(desk, boss):
    paper = paper_in("sent")
    response, _page = desk(boss, paper, "ask", {"version": "1"})
    paper.refresh_from_db()
    assert (response.status_code, response["HX-Redirect"], paper.state) == (204, f"/case/{paper.pk}/", "back")


def test_the_same_without_javascript(desk, boss):
    paper = paper_in("sent")
    response, _page = desk(boss, paper, "ask", {"version": "1"}, htmx=False)
    assert (response.status_code, response["Location"]) == (302, f"/case/{paper.pk}/")


def test_a_form_opens_in_the_panel_and_its_faults_stay_there(desk, boss):
    paper = paper_in("sent")
    response, page = desk(boss, paper, "refuse")
    assert response.status_code == 200
    assert 'name="comment"' in page
    assert "Refuse this paper" in page
    response, page = desk(boss, paper, "refuse", {"version": "1", "comment": "x" * 21})
    assert response.status_code == 422
    assert "x" * 21 in page
    response, _page = desk(boss, paper, "refuse", {"version": "1", "comment": "late"})
    assert response.status_code == 204
    assert paper.log.get(version=2).comment == "late"


def test_who_comes_second_reads_why_and_keeps_what_he_wrote(desk, boss):
    paper = paper_in("sent")
    perform(paper, "ask", by=boss)
    response, page = desk(boss, paper, "refuse", {"version": "1", "comment": "my words"})
    assert response.status_code == 409
    assert "my words" in page
    assert 'value="2"' in page
    perform(paper, "refuse", by=boss, data={})
    response, page = desk(boss, paper, "refuse", {"version": "2", "comment": "my words"})
    assert response.status_code == 409
    assert "my words" not in page


@pytest.mark.parametrize("version", [None, "", "x", "-1", "9" * 12])
def test_without_the_version_he_saw_nothing_moves(desk, boss, version):
    paper = paper_in("sent")
    response, _page = desk(boss, paper, "ask", {} if version is None else {"version": version})
    assert response.status_code == 409
    paper.refresh_from_db()
    assert paper.state == "sent"


def test_disabled_steps_say_why_and_others_steps_are_named(desk, boss):
    paper = paper_in("sent", amount=0)
    _response, page = desk(boss, paper, "grant", {"version": "1"})
    assert "The amount is missing." in page
    assert "disabled" in page
    intake = staff((Role.INTAKE, boss.granted_units(Permission.ACCEPT)[0]), name="intake")
    response, page = desk(intake, paper, "grant", {"version": "1"})
    assert response.status_code == 409
    assert "Refuse this paper" in page  # under "steps of others"
    assert "/step/grant/" not in page


def test_unknown_steps_and_rows_are_not_found(desk, boss):
    paper = paper_in("sent")
    for pk, name in ((paper.pk, "nonsense"), (paper.pk + 1, "ask")):
        with pytest.raises(Http404):
            desk(boss, Paper(pk=pk), name, {"version": "1"})


def test_nothing_is_edited_or_deleted_by_hand(lab, boss):
    page = PaperAdmin(Paper, site)
    request = RequestFactory().get("/")
    request.user = boss
    assert not page.has_change_permission(request)
    assert not page.has_delete_permission(request)


@override_settings(ROOT_URLCONF="tests.bureau.workflow.test_admin")
def test_the_step_page_declares_who_may_call_it(lab, monkeypatch):
    monkeypatch.setattr("bureau.workflow.table._registry", {"lab.paper": with_form})
    from bureau.accounts.access import declared

    route = PaperAdmin(Paper, site).get_urls()[0]
    assert declared(route.callback).permissions == {
        Permission.ENTER_ON_BEHALF, Permission.ACCEPT, Permission.APPROVE}


urlpatterns = [path("admin/", site.urls)]


def test_a_step_whose_form_needs_its_case_is_opened_before_it_is_made():
    """Django's templates would call the form and take its error for "no form": the button must not post yet."""
    step = Transition("refuse", "Refuse", ["sent"], "refused", form=WhyForm)
    shown = render_to_string("workflow/step_button.html", {
        "step": Step(step, reasons=[]), "panel": {"base": "/case/1/step/", "version": 1},
    })
    assert 'hx-get="/case/1/step/refuse/"' in shown
    assert "<form" not in shown
