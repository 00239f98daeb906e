"""Filling in: one question group per screen, saved with every change."""

from dataclasses import replace
from urllib.parse import urlencode

from crispy_forms.layout import Layout
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from bureau.accounts.sudo import is_confirmed
from bureau.attachments.models import Attachment
from bureau.formbuilder import drafts, engine
from bureau.formbuilder.layout import SectionBox
from bureau.formbuilder.spec import parse
from bureau.workflow import Refused
from subsidies import permissions, queries, steps
from subsidies.actions import application as actions
from subsidies.actions import papers
from subsidies.enums import PayeeRole, State
from subsidies.forms import PayeeForm, documents_spec, signed_sheet
from subsidies.placements import lines, pages
from subsidies.views.base import CaseView

#: To open an account on file the code must be fresh; to type the change there is more time.
GRACE_MINUTES = 120


class FillView(CaseView):
    """Base of the screens. Those that a correction does not use send the owner to the page of corrections."""

    slug = ""
    in_corrections = False

    def dispatch(self, request, *args, **kwargs):
        self.application = self.find(kwargs)
        state = self.application.state
        if permissions.fill_reasons(self.application, request.user):
            if request.method == "POST":
                raise PermissionDenied
            return redirect(self.url("detail"))
        if state == State.RETURNED and not self.in_corrections and request.method != "POST":
            return redirect(self.url("correct"))
        self.allowed = permissions.unlocked(self.application, request.user)
        handler = getattr(self, request.method.lower(), self.http_method_not_allowed)
        return handler(request, *args, **kwargs)

    def page(self, template, status=200, slug=None, **context):
        data = self.context(**self.steps_context(slug or self.slug), **self.missing_context(), **context)
        return render(self.request, template, data, status=status)

    def autosaved(self, draft, template="subsidies/missing.html", **context):
        """The engine's answer, with the whole application's list of what is missing."""
        response = draft.saved()
        self.application.refresh_from_db()
        context = {**self.missing_context(), **context, "swap": True}
        response.content = render_to_string(template, context, request=self.request)
        return response

    def go_on(self, slug):
        if self.application.state == State.RETURNED:
            return redirect(self.url("correct"))
        _before, after = steps.neighbors(self.application.scheme_version, slug)
        return redirect(self.url("fill", slug=after.slug if after else steps.REVIEW))

    def stale(self):
        message = _("This application was changed on another device. Please look at it again before going on.")
        return self.page("subsidies/stale.html", status=409, message=message)


def section_form(application, keys, *, case, data=None):
    """The engine's form with only the boxes of `keys`; conditions still see the other answers. The page has the
    heading, so the sections have none."""
    form = engine.build(
        application.scheme_version.form, data=data, initial=application.answers, draft=True, only=set(keys), case=case
    )
    wanted = [
        (number, replace(section, label_zh="", label_en="",
                         fields=tuple(item for item in section.fields if item.key in keys)))
        for number, section in enumerate(parse(application.scheme_version.form).sections, start=1)
    ]
    form.helper.layout = Layout(*(SectionBox(section, number) for number, section in wanted if section.fields))
    return form


def save_section(view, keys):
    """Save what was posted for `keys`. Returns the Draft; raises actions.Stale."""
    request, held = view.request, {}

    def read(row):
        held["draft"] = drafts.read(
            request, row.scheme_version.form, stored=row.answers, case=view.file_case(), only=set(keys)
        )
        return keys, held["draft"].answers

    rev = drafts.revision(request.POST.get("rev", ""))
    try:
        actions.save_answers(application=view.application, by=request.user, rev=rev, read=read)
    except actions.Stale:
        row = view.application
        held["stale"] = drafts.read(request, row.scheme_version.form, stored=row.answers, case=view.file_case())
        raise
    finally:
        view.draft = held.get("draft") or held.get("stale")
    return view.draft


class SectionView(FillView):
    """A section of the scheme's form."""

    def get_step(self):
        step = steps.step(self.application.scheme_version, self.kwargs["slug"])
        if step is None or not step.is_section:
            raise Http404
        return step

    def get(self, request, *args, **kwargs):
        step = self.get_step()
        form = section_form(self.application, self.keys(step), case=self.file_case())
        return self.page("subsidies/fill_section.html", slug=step.slug, form=form)

    def keys(self, step):
        return [key for key in step.keys if self.allowed.field(key)]

    def post(self, request, *args, **kwargs):
        step = self.get_step()
        try:
            draft = save_section(self, self.keys(step))
        except actions.Stale:
            self.slug = step.slug
            return self.draft.conflict() if request.htmx else self.stale()
        if request.htmx:
            return self.autosaved(draft)
        self.application.refresh_from_db()
        if {key for key in draft.errors if key.split("-")[0] in step.keys}:
            form = section_form(self.application, self.keys(step), case=self.file_case(), data=request.POST)
            form.is_valid()
            return self.page("subsidies/fill_section.html", slug=step.slug, status=422, form=form)
        return self.go_on(step.slug)


def documents_form(view, items, *, data=None):
    held = {}
    for material in view.application.files():
        held.setdefault(material.key, []).append(str(material.attachment_id))
    only = {item["key"] for item, _required in items if view.allowed.material(item["key"])}
    return engine.build(
        documents_spec(items), data=data, initial=held, draft=True, only=only, case=view.file_case()
    )


def save_documents(view, items):
    """Make the documents what was posted. Returns the Draft."""
    request = view.request
    spec = documents_spec(items)
    open_keys = {item["key"] for item, _required in items if view.allowed.material(item["key"])}
    held = {}
    for material in view.application.files():
        held.setdefault(material.key, []).append(str(material.attachment_id))
    view.draft = drafts.read(request, spec, stored=held, case=view.file_case(), only=open_keys)
    files = {}
    for key in open_keys - set(view.draft.errors):
        found = view.file_case().files(view.draft.answers.get(key) or ())
        files[key] = list(found.values())
    papers.save_documents(application=view.application, by=request.user, rev=view.draft.rev, files=files)
    return view.draft


class DocumentsView(FillView):
    slug = steps.DOCUMENTS

    def get(self, request, *args, **kwargs):
        form = documents_form(self, queries.materials_asked(self.application))
        return self.page("subsidies/fill_documents.html", form=form)

    def post(self, request, *args, **kwargs):
        items = queries.materials_asked(self.application)
        try:
            draft = save_documents(self, items)
        except actions.Stale:
            return self.draft.conflict() if request.htmx else self.stale()
        if request.htmx:
            return self.autosaved(draft)
        self.application.refresh_from_db()
        if draft.errors:
            form = documents_form(self, items, data=request.POST)
            form.is_valid()
            return self.page("subsidies/fill_documents.html", status=422, form=form)
        return self.go_on(self.slug)


def to_confirmation(back):
    """An account on file is changed only with a fresh code: a phone left lying about is not enough."""
    return redirect(f"{reverse('accounts:confirm')}?{urlencode({'next': back})}")


class PayeesView(FillView):
    """The lines there are, and a form for a new one or for the one being changed."""

    slug = steps.PAYEES
    in_corrections = True

    def line(self):
        number = self.kwargs.get("line")
        if number is None:
            return None
        found = self.own_lines().filter(pk=number).first()
        if found is None:
            raise Http404
        return found

    def own_lines(self):
        """What is typed here: all lines, but where they follow from an agreement only the host's own."""
        held = self.application.payee_lines
        return held.filter(role=PayeeRole.HOST) if self.application.agreement_id else held.all()

    def form(self, line, data=None):
        others = self.own_lines().exclude(pk=line.pk if line else None)
        initial = {name: getattr(line, name) for name in ("kind", "name", "relation", "bank", "amount")} if line \
            else self.suggestion()
        return PayeeForm(data, initial=initial, line=line, single=not others.exists())

    def suggestion(self):
        operator = self.application.enterprise.run_by()
        return {"kind": "personal", "name": operator.name if operator else ""}

    def show(self, form=None, line=None, status=200):
        due = queries.award(self.application)
        held = list(self.own_lines())
        wanted = form is not None or line is not None or not held or "add" in self.request.GET
        if form is None and wanted and self.allowed.payees:
            form = self.form(line)
        rows = [
            {"line": row, "url": self.url("payee", line=row.pk), "editing": line is not None and row.pk == line.pk}
            for row in held
        ]
        return self.page(
            "subsidies/fill_payees.html", status=status, form=form, line=line, rows=rows, due=due,
            shared=sum(row.amount for row in held), open=self.allowed.payees, rate=queries.rate(self.application),
            add_url=self.url("fill", slug=steps.PAYEES) + "?add",
            payees_url=self.url("fill", slug=steps.PAYEES),
            form_url=self.url("payee", line=line.pk) if line else self.url("fill", slug=steps.PAYEES),
            **pages.payees_context(self.application),
        )

    def get(self, request, *args, **kwargs):
        line = self.line()
        if line is not None and not self.side.is_entry and not is_confirmed(request):
            return to_confirmation(request.get_full_path())
        return self.show(line=line)

    def post(self, request, *args, **kwargs):
        line = self.line()
        if line is not None and not self.side.is_entry and not is_confirmed(request, GRACE_MINUTES):
            return to_confirmation(request.path)
        rev = drafts.revision(request.POST.get("rev", ""))
        try:
            if self.application.agreement_id and "take_over" in request.POST:
                return self.take_over(rev)
            if line is not None and "remove" in request.POST:
                papers.remove_payee(application=self.application, by=request.user, rev=rev, line=line)
                return redirect(self.url("fill", slug=steps.PAYEES))
            return self.save(line, rev)
        except actions.Stale:
            return self.stale()

    def take_over(self, rev):
        """In a correction: the trainees and their accounts as the agreement has them now."""
        try:
            papers.take_over_lines(application=self.application, by=self.request.user, rev=rev)
        except Refused as refusal:
            for reason in refusal.reasons:
                messages.error(self.request, reason)
            return redirect(self.url("fill", slug=steps.PAYEES))
        return self.go_on(self.slug)

    def save(self, line, rev):
        form = self.form(line, data=self.request.POST)
        if not form.is_valid():
            return self.show(form=form, line=line, status=422)
        due = lines.host_amount(self.application) if self.application.agreement_id else queries.award(self.application)
        values = {"relation": "", "amount": due or 0} | form.cleaned_data
        if not values["amount"]:
            form.add_error(None, _("Please answer the questions about the shop first: the amount depends on them."))
            return self.show(form=form, line=line, status=422)
        try:
            papers.save_payee(application=self.application, by=self.request.user, rev=rev, values=values, line=line)
        except ValidationError as error:
            form.add_error(None if not hasattr(error, "error_dict") else "account", error.messages)
            return self.show(form=form, line=line, status=422)
        self.application.refresh_from_db()
        if self.application.agreement_id:
            return self.go_on(self.slug)
        settled = queries.award(self.application) in (None, self.application.payee_total())
        return self.go_on(self.slug) if settled else redirect(self.url("fill", slug=steps.PAYEES) + "?add")


class DeclarationView(FillView):
    slug = steps.DECLARATION
    in_corrections = True

    def form(self, data=None):
        sheet = self.application.declaration_sheet_id
        return engine.build(
            signed_sheet(), data=data, initial={"sheet": [str(sheet)]} if sheet else {}, case=self.file_case(),
            only=None if self.allowed.declaration else set(),
        )

    def get(self, request, *args, **kwargs):
        return self.show(self.form())

    def show(self, form, status=200):
        declaration = self.application.scheme_version.declaration
        return self.page(
            "subsidies/fill_declaration.html", status=status, form=form, declaration=declaration,
            open=self.allowed.declaration,
        )

    def post(self, request, *args, **kwargs):
        form = self.form(data=request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        sheet = Attachment.objects.get(pk=form.answers()["sheet"][0])
        rev = drafts.revision(request.POST.get("rev", ""))
        try:
            actions.sign(application=self.application, by=request.user, rev=rev, sheet=sheet)
        except actions.Stale:
            return self.stale()
        return self.go_on(self.slug)


class LostView(CaseView):
    """The bare address of the screens leads to the first one."""

    def get(self, request, *args, **kwargs):
        first = steps.steps(self.application.scheme_version)[0]
        return redirect(self.url("fill", slug=first.slug))


