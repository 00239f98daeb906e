"""Loans for everybody to read, and an owner's own requests. Made for a phone."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.generic import View

from bureau.accounts.access import PUBLIC, needs
from bureau.accounts.models import SiteProfile
from bureau.accounts.roles import Permission
from bureau.common import clock
from bureau.facts import rules
from bureau.formbuilder import drafts
from bureau.workflow import NotDone
from enterprises.models import Enterprise
from enterprises.queries import shops_of
from subsidies import eligibility
from subsidies.loans import permissions, timeline
from subsidies.loans.actions import requests as actions
from subsidies.loans.enums import OPEN, State
from subsidies.loans.forms import AskForm
from subsidies.loans.models import LoanProduct, LoanRequest

MOST = 100


class ProductsView(View):
    """The loans there are."""

    access = PUBLIC

    def get(self, request):
        products = LoanProduct.objects.open_on(clock.today())
        return render(request, "subsidies/loans/products.html", {"products": products})


class ProductView(View):
    """One loan, and for a signed-in owner each of his shops with what he can do."""

    access = PUBLIC

    def get(self, request, key):
        product = get_object_or_404(LoanProduct.objects.published(), key=key)
        owner = request.user.is_authenticated and request.user.can(Permission.APPLY)
        context = {
            "product": product, "is_owner": owner, "shops": self.shops(request.user, product) if owner else [],
            "waiting": [claim.enterprise for claim in shops_of(request.user).asked()[:MOST]] if owner else [],
            "login_url": f"{reverse('accounts:login')}?next={request.path}", "site": SiteProfile.get(),
        }
        return render(request, "subsidies/loans/product.html", context)

    def shops(self, user, product):
        rows = list(Enterprise.objects.of_member(user).filter(merged_into=None).order_by("-id")[:MOST])
        begun = {
            row.enterprise_id: row
            for row in LoanRequest.objects.filter(product=product, enterprise__in=rows, state__in=OPEN)
        }
        verdicts = {}
        if product.rules and rows:
            chosen = Enterprise.objects.filter(pk__in=[row.pk for row in rows])
            verdicts = dict(rules.verdicts([product.rules], chosen, grouped=False))
        return [
            {"enterprise": row, "request": begun.get(row.pk), "verdict": verdicts.get(row.pk, True)} for row in rows
        ]


class AskView(View):
    """“我想申请”: amount, purpose, consent."""

    access = needs(Permission.APPLY)

    def dispatch(self, request, key, number):
        self.product = get_object_or_404(LoanProduct.objects.published(), key=key)
        rows = Enterprise.objects.of_member(request.user).select_related("region")
        self.enterprise = get_object_or_404(rows, number=number)
        return super().dispatch(request)

    def get(self, request):
        return self.show(AskForm(product=self.product))

    def show(self, form, status=200):
        context = {
            "product": self.product, "enterprise": self.enterprise, "form": form,
            "reasons": permissions.request_reasons(self.product, self.enterprise),
            "consent": actions.consent_text(self.product),
            "verdict": eligibility.explain(self.product, self.enterprise) if self.product.rules else None,
        }
        return render(self.request, "subsidies/loans/ask.html", context, status=status)

    def post(self, request):
        form = AskForm(request.POST, product=self.product)
        if not form.is_valid():
            return self.show(form, 422)
        begun = self.enterprise.loan_requests.open().filter(product=self.product, applicant=request.user).first()
        if begun is not None:  # the button was pressed twice
            return redirect("loans:my_detail", ref=begun.ref)
        try:
            made = actions.ask(
                product=self.product, enterprise=self.enterprise, amount=form.cleaned_data["amount"],
                purpose=form.cleaned_data["purpose"], by=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error)
            return self.show(form, 422)
        return redirect("loans:my_detail", ref=made.ref)


class MyListView(View):
    """The owner's requests, newest first."""

    access = needs(Permission.APPLY)

    def get(self, request):
        rows = LoanRequest.objects.of_owner(request.user).select_related("product", "enterprise")[:MOST]
        return render(request, "subsidies/loans/my_list.html", {"requests": rows})


class RequestView(View):
    """A page of one request of the owner."""

    access = needs(Permission.APPLY)

    def dispatch(self, request, ref):
        rows = LoanRequest.objects.of_owner(request.user).select_related(
            "product", "enterprise", "unit", "entry_unit", "applicant"
        )
        self.row = rows.filter(ref=ref).first()
        if self.row is None:
            raise Http404
        return super().dispatch(request)

    def may_withdraw(self):
        movable = self.row.state in (State.REQUESTED, State.LISTED)
        return movable and not permissions.withdraw_reasons(self.row, self.request.user)


class DetailView(RequestView):
    """Where it stands, what was asked and what the bank has paid."""

    def get(self, request):
        context = {
            "row": self.row, "timeline": timeline.entries(self.row), "drawdowns": self.row.drawdowns.order_by("-id"),
            "may_withdraw": self.may_withdraw(),
        }
        return render(request, "subsidies/loans/detail.html", context)


class WithdrawView(RequestView):
    """Asked once more, with the consequence in the button."""

    def get(self, request):
        return self.show()

    def show(self, reasons=(), status=200):
        context = {"row": self.row, "reasons": reasons, "possible": self.may_withdraw()}
        return render(self.request, "subsidies/loans/withdraw.html", context, status=status)

    def post(self, request):
        try:
            actions.withdraw(request=self.row, by=request.user, version=drafts.revision(request.POST.get("version", "")))
        except NotDone as refusal:
            self.row.refresh_from_db()
            return self.show(refusal.reasons, 409)
        return redirect("loans:my_detail", ref=self.row.ref)
