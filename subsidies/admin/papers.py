"""Papers for print and numbers in full: admin pages beside the case list, mixed into its admin."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from bureau import audit
from bureau.accounts.access import access as declare
from bureau.accounts.access import needs
from bureau.accounts.roles import Permission
from subsidies import prints

MOST_CASES = 500
MONEY_RIGHTS = (Permission.REGISTER_PAYMENT, Permission.BUDGET_VIEW)


class Papers:
    """`/print/approval/`, `/print/payees/?ids=…`, `/print/request/?ids=…`. A POST with a reason shows identity
    and account numbers in full, once, and is on record."""

    def paper_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/print/approval/", wrap(self.print_approval), name="subsidies_application_print_approval"),
            path("print/payees/", wrap(self.print_payees), name="subsidies_application_print_payees"),
            path("print/request/", wrap(self.print_request), name="subsidies_application_print_request"),
        ]

    @declare(needs(Permission.CASE_VIEW))
    def print_approval(self, request, pk):
        application = get_object_or_404(prints.with_all(self.get_queryset(request)), pk=pk)
        back = reverse("admin:subsidies_application_change", args=[pk])
        return self._paper(
            request, "approval", [application], back, lambda full: prints.approval_form(application, unmasked=full)
        )

    @declare(needs(*MONEY_RIGHTS))
    def print_payees(self, request):
        cases = self._chosen(request)
        return self._paper(
            request, "payees", cases, self._list_url(), lambda full: prints.payee_list(cases, unmasked=full), wide=True
        )

    @declare(needs(*MONEY_RIGHTS))
    def print_request(self, request):
        cases = self._chosen(request)
        context = {**prints.payment_request(cases), "back": self._list_url(), "may_unmask": False, "unmasked": False}
        return TemplateResponse(request, "subsidies/print/request.html", context)

    def _list_url(self):
        return reverse("admin:subsidies_application_changelist")

    def _chosen(self, request):
        """The cases named by `ids`, as far as this user may see them; 404 where there is none."""
        ids = [part for part in request.GET.get("ids", "").split(",") if part.isascii() and part.isdigit()]
        ids = [int(part) for part in ids[:MOST_CASES] if len(part) < 19]
        cases = list(prints.with_all(self.get_queryset(request).filter(pk__in=ids)))
        if not cases:
            raise Http404
        return cases

    def _paper(self, request, name, cases, back, build, wide=False):
        context = {
            "back": back, "wide": wide, "may_unmask": request.user.can(Permission.UNMASK), "reason": "",
            "unmask_error": "", "unmasked": False,
        }
        status = 200
        if request.method == "POST":
            context |= unmask(request, cases, paper=name)
            status = 200 if context["unmasked"] else 422
        context |= build(context["unmasked"])
        return TemplateResponse(request, f"subsidies/print/{name}.html", context, status=status)


def unmask(request, cases, *, paper):
    """Read the reason and put on record who sees whose numbers, and why; the context says how it went."""
    if not request.user.can(Permission.UNMASK):
        raise PermissionDenied
    reason, error = read_reason(request.POST.get("reason", ""))
    if error:
        return {"unmask_error": error, "reason": request.POST.get("reason", "")[:200]}
    for case in cases:
        audit.record("subsidies.payees.unmasked", case, by=request.user, reason=reason, paper=paper)
    return {"unmasked": True, "reason": reason}


def read_reason(text):
    """(clean text, message): one line of at least four characters."""
    from django.core.exceptions import ValidationError

    from bureau.common.forms import CleanCharField

    try:
        return CleanCharField(min_length=4, max_length=200).clean(text), ""
    except ValidationError as error:
        return "", " ".join(error.messages) or _("Please give a reason.")
