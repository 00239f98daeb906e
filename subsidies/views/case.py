"""An application on its way: check and hand in, receipt, timeline, corrections, withdrawal, taking over."""

import uuid

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
    }


class ReviewView(fill.FillView):
    """The last screen: all of it once more, what is missing, one button."""

    slug = steps.REVIEW

    def dispatch(self, request, *args, **kwargs):
        self.application = self.find(kwargs)
        if self.application.submitted_at and self.application.state != State.RETURNED and request.method == "POST":
            return self.again(request)
        return super().dispatch(request, *args, **kwargs)

    def again(self, request):
        """The button was pressed twice, or the page was loaded again: the same receipt, nothing new."""
        return redirect(self.url("receipt"))

    def get(self, request, *args, **kwargs):
        return self.show()

    def show(self, reasons=(), status=200):
        verdict = eligibility.explain(self.application.scheme_version, self.application.enterprise)
        return self.page(
            "subsidies/fill_review.html", status=status, key=uuid.uuid4(), reasons=reasons, verdict=verdict,
            **summary(self.application),
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
            actions.submit(application=self.application, by=request.user, key=key, rev=rev)
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
    """Only what the office named is open, each with its reason; everything else is shown but closed."""

    in_corrections = True
    slug = steps.REVIEW

    def get(self, request, *args, **kwargs):
        if self.application.state != State.RETURNED:
            return redirect(self.url("detail"))
        return self.show()

    def show(self, reasons=(), status=200, forms=None):
        correction = self.application.open_correction()
        items = list(correction.items.all())
        forms = forms or {}
        keys = self.field_keys()
        shown = {
            "answers_form": forms.get("answers") or (
                fill.section_form(self.application, keys, case=self.file_case()) if keys else None
            ),
            "documents_form": forms.get("documents") or (
                fill.documents_form(self, self.document_items()) if self.document_items() else None
            ),
        }
        rows = [
            {
                "item": item, "label": queries.item_label(self.application, item), "done": item.resolved_at,
                "url": self.url("fill", slug=queries.slug_of_item(self.application, item))
                if item.kind in (ItemKind.PAYEES, ItemKind.DECLARATION) else "",
            }
            for item in items
        ]
        context = self.context(
            correction=correction, rows=rows, keys=keys, reasons=reasons, correct_url=self.url("correct"),
            still=queries.unanswered(self.application), payees_open=self.allowed.payees,
            payees_url=self.url("fill", slug=steps.PAYEES), **shown, **self.missing_context(),
        )
        return render(self.request, "subsidies/correct.html", context, status=status)

    def field_keys(self):
        version = self.application.scheme_version
        order = [item.key for item in parse(version.form)]
        return [key for key in order if self.allowed.fields is None or key in self.allowed.fields]

    def document_items(self):
        return [
            (item, required) for item, required in queries.materials_asked(self.application)
            if self.allowed.material(item["key"])
        ]

    def post(self, request, *args, **kwargs):
        part = request.POST.get("part", "")
        try:
            if part == "answers":
                return self.saved(fill.save_section(self, self.field_keys()))
            if part == "documents":
                return self.saved(fill.save_documents(self, self.document_items()))
            return self.hand_in()
        except actions.Stale:
            draft = getattr(self, "draft", None)
            return draft.conflict() if request.htmx and draft else self.stale()

    def saved(self, draft):
        if self.request.htmx:
            return self.autosaved(draft)
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


