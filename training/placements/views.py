"""The host's pages on the phone: my agreements, the months, the trainees' accounts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bureau.accounts.access import access, needs
from bureau.accounts.roles import Permission
from bureau.accounts.sudo import confirmed, is_confirmed
from bureau.workflow import NotDone
from training.placements import actions, followups, permissions, queries
from training.placements.enums import SheetState
from training.placements.forms import AccountForm, MonthRowForm
from training.placements.models import Agreement, MonthSheet, Placement

OWNER = needs(Permission.APPLY)
#: What is offered where nothing is known better: the days of an ordinary month.
USUAL_DAYS = 26
#: To open an account on file the code must be fresh; to type the change there is more time.
GRACE_MINUTES = 120


def mine(request: HttpRequest, ref) -> Agreement:
    rows = Agreement.objects.of_owner(request.user).select_related("host", "unit", "scan", "region")
    return get_object_or_404(rows, ref=ref)


@require_GET
@access(OWNER)
def my_placements(request: HttpRequest) -> HttpResponse:
    rows = list(Agreement.objects.of_owner(request.user).select_related("host")[:100])
    owed: dict[int, int] = {}
    for item in queries.due_months(Agreement.objects.of_owner(request.user)):
        owed[item.agreement.pk] = owed.get(item.agreement.pk, 0) + 1
    context = {"rows": [(row, owed.get(row.pk, 0)) for row in rows]}
    return render(request, "training/placements/my_list.html", context)


@require_GET
@access(OWNER)
def placement(request: HttpRequest, ref) -> HttpResponse:
    agreement = mine(request, ref)
    trainees = agreement.placements.standing().select_related("person").order_by("person__name", "id")
    context = {
        "agreement": agreement, "months": queries.months(agreement),
        "trainees": list(queries.confirmed_months(trainees)),
        "links": followups.links(agreement, request.user),
    }
    return render(request, "training/placements/my_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access(OWNER)
def month(request: HttpRequest, ref, month: date) -> HttpResponse:
    """Days and wages of all trainees of a month: what is usual stands there already, the host corrects the rest."""
    agreement = mine(request, ref)
    page = MonthPage(agreement, month, request.user, request.POST if request.method == "POST" else None)
    if page.sheet is None and page.reasons and month not in agreement.months():
        raise Http404
    if request.method == "POST":
        if page.save():
            messages.success(request, _("Thank you. The office now confirms this month."))
            return redirect("training:placement", ref=agreement.ref)
        return render(request, "training/placements/month.html", page.context(), status=422)
    return render(request, "training/placements/month.html", page.context())


@require_http_methods(["GET", "HEAD", "POST"])
@access(OWNER)
def account(request: HttpRequest, ref, pk: int) -> HttpResponse:
    agreement = mine(request, ref)
    trainee = get_object_or_404(agreement.placements.standing().select_related("person"), pk=pk)
    if trainee.account and not is_confirmed(request, GRACE_MINUTES if request.method == "POST" else 15):
        return confirmed()(lambda again: redirect(again.path))(request)
    form = AccountForm(request.POST if request.method == "POST" else None, placement=trainee)
    if request.method == "POST" and save_account(form, trainee, request.user):
        messages.success(request, _("The account has been saved."))
        return redirect("training:placement", ref=agreement.ref)
    context = {"agreement": agreement, "trainee": trainee, "form": form}
    return render(request, "training/placements/account.html", context, status=422 if form.is_bound else 200)


def save_account(form: AccountForm, trainee: Placement, user) -> bool:
    """Keep what the form holds; what is wrong stands beside the field."""
    if not form.is_valid():
        return False
    data = form.cleaned_data
    try:
        actions.save_account(
            placement=trainee, by=user, kind=data["account_kind"], account=data["account"], bank=data["bank"]
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


class MonthPage:
    """The grid of one month, for the host's page and the office's."""

    def __init__(self, agreement: Agreement, month: date, user, data=None):
        self.agreement, self.month, self.user, self.data = agreement, month, user, data
        self.sheet = MonthSheet.objects.filter(agreement=agreement, month=month).first()
        self.reasons = permissions.month_reasons(agreement, month, user, self.sheet)
        self.errors: list[str] = []
        held = {row.placement_id: row for row in self.sheet.rows.all()} if self.sheet else {}
        self.rows = [
            (trainee, held.get(trainee.pk), self.form(trainee, held.get(trainee.pk)))
            for trainee in queries.trainees_of(agreement, month)
        ]

    def form(self, trainee: Placement, held) -> MonthRowForm:
        most = queries.days_there(trainee, self.month)
        usual = {"days": min(most, USUAL_DAYS), "wage": self.agreement.monthly_wage if most >= USUAL_DAYS else None}
        initial = {"days": held.days, "wage": held.wage} if held else usual
        form = MonthRowForm(self.data, prefix=f"t{trainee.pk}", initial=initial, most=most)
        for name, field in form.fields.items():  # a name and the title of a column: each in its language
            field.widget.attrs |= {
                "aria-labelledby": f"trainee-{trainee.pk} column-{name}", "inputmode": "decimal", "autocomplete": "off",
                "class": f"cell cell--{name}" + (" is-invalid" if form.is_bound and name in form.errors else ""),
            }
        return form

    @property
    def open(self) -> bool:
        return not self.reasons and bool(self.rows)

    def save(self, **how) -> bool:
        """Report what was typed. What is wrong stands beside its cell, what is not possible above."""
        if not all(form.is_valid() for _trainee, _held, form in self.rows):
            self.errors = [_("Please look at the marked cells.")]
            return False
        values = {
            trainee: (form.cleaned_data["days"], Decimal(form.cleaned_data["wage"]))
            for trainee, _held, form in self.rows
        }
        try:
            actions.report(agreement=self.agreement, month=self.month, rows=values, by=self.user, **how)
        except NotDone as refusal:
            self.errors = refusal.reasons
        except PermissionDenied as refusal:
            self.errors = [str(refusal)]
        return not self.errors

    def context(self, **more) -> dict:
        return {
            "agreement": self.agreement, "month": self.month, "sheet": self.sheet, "rows": self.rows,
            "open": self.open, "reasons": self.reasons, "errors": self.errors,
            "returned": bool(self.sheet and self.sheet.state == SheetState.RETURNED), **more,
        }
