"""The same step for many credentials: at the conference, when plaques are handed out, for lists entered afterwards.
A result for every row; each in a transaction of its own, so one refusal holds up no other."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import jobs
from bureau.accounts.access import access as declare
from bureau.accounts.access import needs
from bureau.accounts.enums import UnitKind
from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.workflow import perform_all
from bureau.workflow.admin_base import taken
from enterprises.credentials.enums import EVER_NAMED, State
from enterprises.credentials.forms import NameForm, PlaqueForm
from enterprises.credentials.models import Credential, CredentialKind, CredentialRound

AT_ONCE = 100
#: Rows that the page of a round lists, and the page of a step for all; their figures count all, the register lists all.
SHOWN, MOST = 50, 500
LIST = "admin:enterprises_credential_changelist"


def run(request: HttpRequest, rows: QuerySet[Credential], step: str, data: dict, *, title: str, back: str,
        site: Any, opts: Any) -> HttpResponse:
    """A page of results at once, or a job for long lists."""
    ids = taken(request, rows)
    if len(ids) > AT_ONCE:
        job = jobs.ask("enterprises.move_credentials", by=request.user, params={
            "step": step, "ids": ids,
            "data": {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in data.items()},
        })
        return HttpResponseRedirect(reverse("jobs:detail", args=[job.pk]))
    outcomes = perform_all(rows, step, by=request.user, data=data)
    done = sum(outcome.done for outcome in outcomes)
    context = {**site.each_context(request), "title": title, "opts": opts, "outcomes": outcomes, "done": done,
               "refused": len(outcomes) - done, "back": back}
    return TemplateResponse(request, "enterprises/staff/credentials/results.html", context)


class Batches:
    """Actions of the list of credentials."""

    actions = ["confirm_chosen"]

    def get_actions(self, request: HttpRequest) -> dict:
        found = super().get_actions(request)  # type: ignore[misc]
        may = request.user.can(Permission.BACK_ENTER_CONFIRM)
        return {name: action for name, action in found.items() if name == "confirm_chosen" and may}

    @admin.action(description=gettext_lazy("Confirm the chosen back-entries"))
    def confirm_chosen(self, request: HttpRequest, queryset: Any) -> HttpResponse:
        return run(request, queryset.select_related(None), "confirm", {}, title=_("Confirm the chosen back-entries"),
                   back=reverse(LIST) + "?desk=confirm", site=self.admin_site, opts=self.opts)  # type: ignore[attr-defined]


class RoundBatches:
    """The page of a round: what was nominated and selected, and the two steps that take all at once."""

    @staticmethod
    def at_bureau(user: User) -> bool:
        units = user.granted_units(Permission.CREDENTIAL_EDIT)
        return any(unit.kind in (UnitKind.BUREAU, UnitKind.SECTION) for unit in units)

    def get_urls(self) -> list:
        view = self.admin_site.admin_view  # type: ignore[attr-defined]
        return [
            path("<int:pk>/name/", view(self.name_view), name="enterprises_credentialround_name"),
            path("<int:pk>/plaques/", view(self.plaque_view), name="enterprises_credentialround_plaques"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "",
                    extra_context: Any = None) -> HttpResponse:
        round = self.get_object(request, object_id)  # type: ignore[attr-defined]
        context = dict(extra_context or {})
        if round is not None:
            rows = Credential.objects.visible_to(request.user).filter(round=round)
            context |= {
                "round": round, "tally": tally(round, rows),
                "rows": rows.select_related("kind", "region").order_by("kind", "-score", "id")[:SHOWN],
                **rows.aggregate(
                    all=Count("pk"), to_name=Count("pk", filter=Q(state=State.SELECTED)),
                    to_plaque=Count("pk", filter=Q(state=State.NAMED, kind__has_plaque=True))),
                "may_name": request.user.can(Permission.CREDENTIAL_NAME),
                "may_plaque": request.user.can(Permission.CREDENTIAL_EDIT) or request.user.can(Permission.CREDENTIAL_NAME),
            }
        return super().change_view(request, object_id, form_url, context)  # type: ignore[misc]

    @declare(needs(Permission.CREDENTIAL_NAME))
    def name_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Everything that the round selected is named under one document."""
        return self._all(request, pk, "name", State.SELECTED, NameForm, _("Name all that were selected"))

    @declare(needs(Permission.CREDENTIAL_EDIT, Permission.CREDENTIAL_NAME))
    def plaque_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._all(request, pk, "give_plaque", State.NAMED, PlaqueForm, _("Record that all plaques were given"))

    def _all(self, request: HttpRequest, pk: int, step: str, state: State, form_class: Any, title: str) -> HttpResponse:
        round = self.get_queryset(request).filter(pk=pk).first()  # type: ignore[attr-defined]
        if round is None:
            raise Http404
        rows = Credential.objects.visible_to(request.user).filter(round=round, state=state)
        if step == "give_plaque":
            rows = rows.filter(kind__has_plaque=True)
        form = form_class(request.POST if request.method == "POST" else None, user=request.user)
        back = reverse("admin:enterprises_credentialround_change", args=[pk])
        if request.method == "POST" and form.is_valid():
            return run(request, rows, step, form.cleaned_data, title=title, back=back,
                       site=self.admin_site, opts=self.opts)  # type: ignore[attr-defined]
        context = {
            **self.admin_site.each_context(request), "title": title, "opts": self.opts, "form": form,  # type: ignore[attr-defined]
            "round": round, "back": back, "all": rows.count(),
            "rows": rows.select_related("kind", "region").order_by("kind", "id")[:MOST],
        }
        return TemplateResponse(request, "enterprises/staff/credentials/all.html", context,
                                status=422 if form.errors else 200)


def tally(round: CredentialRound, rows: QuerySet[Credential]) -> list[dict]:
    """Per kind: quota, nominated, selected, named."""
    quotas = dict(round.quotas.values_list("kind", "quota"))
    counted = rows.order_by().values("kind").annotate(
        nominated=Count("pk", filter=~Q(state=State.WITHDRAWN)),
        selected=Count("pk", filter=Q(state__in=(State.SELECTED, *EVER_NAMED))),
        named=Count("pk", filter=Q(state__in=EVER_NAMED)),
    )
    found = {line["kind"]: line for line in counted}
    nothing = {"nominated": 0, "selected": 0, "named": 0}
    kinds = CredentialKind.objects.filter(pk__in=found.keys() | quotas.keys()).order_by("pk")
    return [{**found.get(kind.pk, nothing), "kind": kind, "quota": quotas.get(kind.pk)} for kind in kinds]
