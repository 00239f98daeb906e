"""An application on its way: check and hand in, receipt, timeline, corrections, withdrawal, taking over."""

import uuid

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import View

from bureau.accounts.access import needs
from bureau.accounts.roles import Permission
from bureau.formbuilder import drafts, engine
from bureau.formbuilder.spec import parse
from bureau.workflow import AlreadyMoved, NotDone, Refused
from subsidies import eligibility, permissions, queries, steps, timeline
from subsidies.actions import application as actions
from subsidies.actions import correction as corrections
from subsidies.enums import ItemKind, State
from subsidies.models import Application
from subsidies.placements import pages
from subsidies.views import fill
from subsidies.views.base import CaseView


def summary(application):
    """Everything that was given, for reading: answers, documents, payees."""
    documents = {}
    for material in application.files():
        documents.setdefault(material.key, []).append(material.attachment)
    labels = {item["key"]: item for item in application.scheme_version.materials}
    return {
        "answers": engine.display(application.scheme_version.form, application.answers, get_language() or "zh"),
        "documents": [(labels[key], files) for key, files in documents.items() if key in labels],
        "payees": list(application.payee_lines.all()),
        "rate": queries.rate(application),
        "amount": application.amount_approved or application.amount_requested or queries.award(application),
        **pages.payees_context(application),
    }


class ReviewView(fill.FillView):
    """The last screen: all of it once more, what is missing, one button."""

    slug = steps.REVIEW

    def dispatch(self, request, *args, **kwargs):
        self.application = self.find(kwargs)
        if self.application.submitted_at and self.application.state != State.RETURNED and request.method == "POST":
            return self.again(request)
        try:
            return super().dispatch(request, *args, **kwargs)
        except PermissionDenied:
            if self.application.submitted_at:  # by another press, a moment ago
                return self.again(request)
            raise

    def again(self, request):
        """The button was pressed twice, or the page was loaded again: the same receipt, nothing new."""
        return redirect(self.url("receipt"))

    def get(self, request, *args, **kwargs):
        return self.show()

    def show(self, reasons=(), status=200):
        verdict = eligibility.explain(self.application.scheme_version, self.application.enterprise)
        return self.page(
            "subsidies/fill_review.html", status=status, key=uuid.uuid4(), seen=pages.seen(self.application),
            reasons=reasons, verdict=verdict, **summary(self.application),
        )

    def post(self, request, *args, **kwargs):
        if self.application.state == State.RETURNED:
            return redirect(self.url("correct"))
        try:
            key = uuid.UUID(request.POST.get("key", ""))
        except ValueError:
            return self.show([_("The page was incomplete. Please check once more and hand it in again.")], 422)
        rev = drafts.revision(request.POST.get("rev", ""))
        try:
            actions.submit(application=self.application, by=request.user, key=key, rev=rev,
                           seen=request.POST.get("seen") if self.application.agreement_id else None)
        except actions.Stale:
            return self.stale()
        except NotDone as refusal:
            self.application.refresh_from_db()
            if self.application.submitted_at:
                return self.again(request)
            return self.show(refusal.reasons, 422)
        return redirect(self.url("receipt"))


class ReceiptView(CaseView):
    def get(self, request, *args, **kwargs):
        if self.application.number is None:
            return redirect(self.url("detail"))
        context = self.context(next=timeline.next_step(self.application))
        return render(request, "subsidies/receipt.html", context)


class DetailView(CaseView):
    """Where it stands, what happens next and by when, and what may be done now."""

    def get(self, request, *args, **kwargs):
        application, user = self.application, request.user
        wait = application.current_wait()
        context = self.context(
            timeline=timeline.entries(application),
            due=wait.due_on if wait else None,
            correction=application.open_correction() if application.state == State.RETURNED else None,
            can_fill=application.is_draft and not permissions.fill_reasons(application, user),
            can_correct=application.state == State.RETURNED and not permissions.fill_reasons(application, user),
            can_withdraw=self.may_withdraw(),
            can_take_over=not permissions.take_over_reasons(application, user),
            fill_url=self.url("lost"),
            **summary(application),
            **(self.missing_context() if application.is_draft else {"missing": []}),
        )
        return render(request, "subsidies/detail.html", {**context, **self.links()})

    def links(self):
        return {f"{name}_url": self.url(name) for name in ("correct", "withdraw", "receipt")} | {
            "take_over_url": "" if self.side.is_entry else self.url("take_over")
        }

    def may_withdraw(self):
        movable = self.application.state in (State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.RETURNED)
        return movable and not permissions.withdraw_reasons(self.application, self.request.user)


class WithdrawView(CaseView):
    """Asked once more, with the consequence in the button."""

    def get(self, request, *args, **kwargs):
        reasons = permissions.withdraw_reasons(self.application, request.user)
        return render(request, "subsidies/withdraw.html", self.context(reasons=reasons))

    def post(self, request, *args, **kwargs):
        version = drafts.revision(request.POST.get("version", ""))
        try:
            actions.withdraw(application=self.application, by=request.user, version=version)
        except (AlreadyMoved, Refused) as refusal:
            self.application.refresh_from_db()
            context = self.context(reasons=refusal.reasons)
            return render(request, "subsidies/withdraw.html", context, status=409)
        return redirect(self.url("detail"))


class TakeOverView(CaseView):
    http_method_names = ["post", "head", "options"]

    def post(self, request, *args, **kwargs):
        actions.take_over(application=self.application, by=request.user)
        name = "correct" if self.application.state == State.RETURNED else "lost"
        return redirect(self.url(name))


class CorrectView(fill.FillView):
    """Only what the office named is open, each with its reason and its own small form."""

    in_corrections = True
    slug = steps.REVIEW

    def get(self, request, *args, **kwargs):
        if self.application.state != State.RETURNED:
            return redirect(self.url("detail"))
        return self.show()

    def show(self, reasons=(), status=200):
        correction = self.application.open_correction()
        rows = self.rows(correction)
        opened = self.allowed.payees and ItemKind.PAYEES not in {row["item"].kind for row in rows}
        extra = self.extra_documents(correction)
        context = self.context(
            correction=correction, rows=rows, reasons=reasons, correct_url=self.url("correct"),
            payees_url=self.url("fill", slug=steps.PAYEES) if opened else "",
            extra_form=fill.documents_form(self, extra) if extra else None, **self.missing_context(),
        )
        return render(self.request, "subsidies/correct.html", context, status=status)

    def rows(self, correction):
        return [self.row(item, correction) for item in correction.items.all()]

    def row(self, item, correction):
        row = {"item": item, "label": queries.item_label(self.application, item), "form": None, "url": ""}
        if item.kind == ItemKind.FIELD:
            keys = self.field_keys(item, correction)
            row["form"] = fill.section_form(self.application, keys, case=self.file_case())
        elif item.kind == ItemKind.MATERIAL:
            asked = self.documents(item.key)
            row["form"] = fill.documents_form(self, asked) if asked else None
        else:
            row["url"] = self.url("fill", slug=queries.slug_of_item(self.application, item))
        return row

    def field_keys(self, item, correction):
        """The answer itself and those that hang on it, but for what is named on its own."""
        others = {other.key for other in correction.items.all() if other.kind == ItemKind.FIELD and other != item}
        found, _materials = queries.with_dependents(self.application, {item.key}, ())
        order = [field.key for field in parse(self.application.scheme_version.form)]
        return [key for key in order if key in found - others and self.allowed.field(key)]

    def documents(self, key):
        return [entry for entry in queries.materials_asked(self.application) if entry[0]["key"] == key]

    def extra_documents(self, correction):
        """Documents that a corrected answer has opened without the office naming them."""
        named = {item.key for item in correction.items.all() if item.kind == ItemKind.MATERIAL}
        return [
            (entry, required) for entry, required in queries.materials_asked(self.application)
            if self.allowed.material(entry["key"]) and entry["key"] not in named
        ]

    def post(self, request, *args, **kwargs):
        part = request.POST.get("part", "")
        if self.application.state != State.RETURNED:
            return redirect(self.url("detail"))
        try:
            return self.save(part) if part else self.hand_in()
        except actions.Stale:
            draft = getattr(self, "draft", None)
            return draft.conflict() if request.htmx and draft else self.stale()

    def save(self, part):
        correction = self.application.open_correction()
        item = next((one for one in correction.items.all() if str(one.pk) == part), None)
        if item is not None and item.kind == ItemKind.FIELD:
            draft = fill.save_section(self, self.field_keys(item, correction))
        else:
            asked = self.documents(item.key) if item is not None else self.extra_documents(correction)
            draft = fill.save_documents(self, asked)
        if self.request.htmx:
            return self.autosaved(draft, "subsidies/correct_saved.html", items=correction.items.order_by("pk"))
        return redirect(self.url("correct"))

    def hand_in(self):
        rev = drafts.revision(self.request.POST.get("rev", ""))
        try:
            corrections.resubmit(application=self.application, by=self.request.user, rev=rev)
        except NotDone as refusal:
            self.application.refresh_from_db()
            if self.application.state != State.RETURNED:
                return redirect(self.url("detail"))
            return self.show(refusal.reasons, 422)
        return redirect(self.url("detail"))


class MyListView(View):
    """All applications of the owner and his shops, newest first."""

    access = needs(Permission.APPLY)

    def get(self, request):
        rows = Application.objects.of_owner(request.user).select_related("scheme", "enterprise", "stage")[:100]
        return render(request, "subsidies/my_list.html", {"applications": rows})


