"""Before an application: which schemes there are, whether a shop qualifies, and the entry for an owner."""

import re

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from bureau.accounts.access import PUBLIC, needs
from bureau.accounts.models import SiteProfile
from bureau.accounts.roles import Permission
from bureau.attachments.enums import Channel
from bureau.attachments.models import Attachment
from bureau.facts import rules
from bureau.formbuilder import engine
from bureau.formbuilder.case import Case
from enterprises.models import Enterprise
from enterprises.queries import shops_of
from subsidies import eligibility
from subsidies.actions import application as actions
from subsidies.forms import PHONE_AND_PAPER
from subsidies.models import Application, Scheme, Stage
from subsidies.placements import pages
from subsidies.purposes import PAPER
from subsidies.views.base import ENTRY, MY

FOUND = 20
NUMBER = re.compile(r"E[0-9]{8}")
MOST_SHOPS = 100


def open_schemes():
    """[(scheme, version)] of what takes applications today."""
    pairs = [(scheme, scheme.current()) for scheme in Scheme.objects.filter(is_open=True)]
    return [(scheme, version) for scheme, version in pairs if version is not None]


def scheme_or_404(key):
    scheme = get_object_or_404(Scheme, key=key)
    version = scheme.current()
    if version is None:
        raise Http404
    return scheme, version


class SchemesView(View):
    """The awards there are, for everybody."""

    access = PUBLIC

    def get(self, request):
        return render(request, "subsidies/schemes.html", {"schemes": open_schemes()})


class ApplyView(View):
    """Who may apply, what is needed, how long it takes; for a signed-in owner, each of his shops with reasons."""

    access = PUBLIC

    def get(self, request, scheme):
        return self.show(request, *scheme_or_404(scheme))

    def show(self, request, scheme, version, errors=None, status=200):
        owner = request.user.is_authenticated and request.user.can(Permission.APPLY)
        shops = self.shops(request.user, scheme, version, errors or {}) if owner else []
        context = {
            "scheme": scheme, "version": version, "shops": shops, "is_owner": owner,
            "waiting": [claim.enterprise for claim in shops_of(request.user).asked()[:MOST_SHOPS]] if owner else [],
            "stages": Stage.objects.filter(version=version).order_by("order"),
            "days": sum(stage.limit_days for stage in version.stages.all()),
            "login_url": f"{reverse('accounts:login')}?next={request.path}",
            "site": SiteProfile.objects.first(),
        }
        return render(request, "subsidies/apply.html", context, status=status)

    def shops(self, user, scheme, version, errors):
        """His shops with the verdict of each, in one statement; the reasons of the one he chose (or the first)."""
        rows = Enterprise.objects.of_member(user).filter(merged_into=None)
        if version.pays_placements:
            return pages.offers(rows, scheme, version, errors)
        verdicts = dict(rules.verdicts([version.rules], rows, grouped=False))
        begun = Application.objects.blocking().filter(scheme=scheme)
        rows = rows.order_by("-id").prefetch_related(Prefetch("applications", begun, to_attr="begun"))
        rows = list(rows[:MOST_SHOPS])
        chosen = self.chosen(rows, errors)
        return [
            {
                "enterprise": row, "application": row.begun[0] if row.begun else None,
                "url": MY.url("detail", row.begun[0]) if row.begun else "", "verdict": verdicts.get(row.pk),
                "reasons": eligibility.explain(version, row) if row is chosen else None,
                "error": errors.get(row.pk, ""),
            }
            for row in rows
        ]

    def chosen(self, rows, errors):
        """The shop whose reasons are shown: the one that was refused, that he asked about, or the first free one."""
        asked = self.request.GET.get("shop", "")
        free = [row for row in rows if not row.begun]
        marked = [row for row in free if row.pk in errors] or [row for row in free if row.number == asked]
        return next(iter(marked or free), None)


class BeginView(View):
    """Start the draft of one of the owner's shops, or go on with the one there is."""

    access = needs(Permission.APPLY)
    http_method_names = ["post", "head", "options"]

    def post(self, request, scheme):
        scheme, version = scheme_or_404(scheme)
        number = request.POST.get("enterprise", "")
        if not NUMBER.fullmatch(number):
            raise Http404
        enterprise = get_object_or_404(Enterprise.objects.of_member(request.user), number=number)
        agreement = pages.agreement_of(enterprise, request.POST.get("agreement", "")) if version.pays_placements else None
        try:
            application, created = actions.start(
                scheme=scheme, enterprise=enterprise, by=request.user, agreement=agreement
            )
        except ValidationError as error:
            view = ApplyView(request=request)
            about = agreement.pk if agreement else enterprise.pk
            return view.show(request, scheme, version, {about: " ".join(error.messages)}, status=422)
        return redirect(MY.url("lost" if application.is_draft else "detail", application))


class EntryIndexView(View):
    """Which award is on the paper; straight on where there is only one."""

    access = needs(Permission.ENTER_ON_BEHALF)
    chapter = "on-behalf"

    def get(self, request):
        schemes = open_schemes()
        if len(schemes) == 1:
            return redirect("subsidies:entry", scheme=schemes[0][0].key)
        return render(request, "subsidies/entry_index.html", {"schemes": schemes})


class EntryView(View):
    """For offices: find the shop on the paper, see whether it qualifies, go on with what was begun."""

    access = needs(Permission.ENTER_ON_BEHALF)
    chapter = "on-behalf"

    def get(self, request, scheme):
        scheme, version = scheme_or_404(scheme)
        text = request.GET.get("q", "").replace("\0", "")[:60].strip()
        found = list(Enterprise.objects.visible_to(request.user).listed().search(text)[:FOUND]) if text else []
        begun = Application.objects.visible_to(request.user).filter(scheme=scheme, channel=Channel.ON_BEHALF)
        context = {
            "scheme": scheme, "version": version, "q": text,
            "new_shop_url": new_shop_url(),
            "found": [{"enterprise": row, "url": reverse("subsidies:entry_begin", args=[scheme.key, row.number])}
                      for row in found],
            "begun": [
                {"application": row, "url": ENTRY.url("detail", row)}
                for row in begun.select_related("scheme", "enterprise", "entry_unit")[:FOUND]
            ],
        }
        return render(request, "subsidies/entry.html", context)


class EntryBeginView(View):
    """The owner's phone and a photo of the paper; then the same screens as the owner's."""

    access = needs(Permission.ENTER_ON_BEHALF)
    chapter = "on-behalf"

    def dispatch(self, request, scheme, number):
        self.scheme, self.version = scheme_or_404(scheme)
        rows = Enterprise.objects.visible_to(request.user).select_related("operator", "region", "operating_region")
        self.enterprise = get_object_or_404(rows, number=number)
        return super().dispatch(request, scheme, number)

    def form(self, data=None):
        case = Case(by=self.request.user, purpose=PAPER)
        return engine.build(PHONE_AND_PAPER, data=data, initial={"phone": self.enterprise.phone}, case=case)

    def agreement(self):
        """The agreement that was chosen, where the scheme asks for one."""
        if not self.version.pays_placements:
            return None
        return pages.agreement_of(self.enterprise, self.request.POST.get("agreement", ""))

    def get(self, request, *args, **kwargs):
        return self.show(self.form())

    def show(self, form, status=200, error=""):
        context = {
            "agreements": pages.agreements_of(self.enterprise) if self.version.pays_placements else [],
            "scheme_is_for_agreements": self.version.pays_placements,
            "chosen": self.request.POST.get("agreement", ""),
            "scheme": self.scheme, "version": self.version, "enterprise": self.enterprise, "form": form, "error": error,
            "verdict": eligibility.explain(self.version, self.enterprise),
            "list_url": reverse("subsidies:entry", args=[self.scheme.key]),
        }
        return render(self.request, "subsidies/entry_begin.html", context, status=status)

    def post(self, request, *args, **kwargs):
        form = self.form(data=request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        answers = form.answers()
        source = Attachment.objects.get(pk=answers["paper"][0])
        try:
            application, created = actions.start(
                scheme=self.scheme, enterprise=self.enterprise, by=request.user, phone=answers["phone"],
                entry_unit=entry_unit(request.user), source=source, agreement=self.agreement(),
            )
        except ValidationError as error:
            return self.show(form, status=422, error=" ".join(error.messages))
        if not created and application.channel != Channel.ON_BEHALF:
            return self.show(form, status=422, error=_("The owner has begun this application himself."))
        return redirect(ENTRY.url("lost" if application.is_draft else "detail", application))


def new_shop_url():
    """Where a shop that is not in the register yet is entered; nothing where the register has no such page."""
    try:
        return reverse("admin:enterprises_enterprise_add")
    except NoReverseMatch:
        return ""


def entry_unit(user):
    """The office in whose name he enters: the most local one."""
    units = user.granted_units(Permission.ENTER_ON_BEHALF)
    return max(units, key=lambda unit: len(unit.path))
