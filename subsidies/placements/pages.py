"""What the pages of an application show where it is for placements."""

import re

from django.db.models import Prefetch

from bureau.facts import rules
from subsidies import eligibility
from subsidies.enums import PayeeRole, State
from subsidies.models import Application
from subsidies.placements import lines
from subsidies.views.base import MY
from training.models import Agreement
from training.placements.enums import BINDING

MOST_OFFERS = 50
NUMBER = re.compile(r"SX[0-9]{6,10}")


def agreements_of(enterprise):
    """Those that an allowance may be applied for."""
    return list(Agreement.objects.filter(host=enterprise, state__in=BINDING).order_by("-starts_on", "-id")[:MOST_OFFERS])


def agreement_of(enterprise, number):
    """The shop's agreement of that number, or None."""
    if not NUMBER.fullmatch(number):
        return None
    return Agreement.objects.filter(host=enterprise, state__in=BINDING, number=number).first()


def offers(shops, scheme, version, errors):
    """For the page of the scheme: each agreement of the owner's shops with what it would give now, as dicts like those
    of other schemes have for shops."""
    verdicts = dict(rules.verdicts([version.rules], shops, grouped=False))
    begun = Application.objects.blocking().filter(scheme=scheme)
    rows = Agreement.objects.filter(host__in=shops.order_by().values("pk"), state__in=BINDING)
    rows = rows.select_related("host").prefetch_related(Prefetch("applications", begun, to_attr="begun"))
    return [_offer(row, version, verdicts.get(row.host_id), errors) for row in rows.order_by("-id")[:MOST_OFFERS]]


def _offer(row, version, verdict, errors):
    application = row.begun[0] if row.begun else None
    plan = None if application else lines.plan(row, version)
    return {
        "enterprise": row.host, "agreement": row, "application": application,
        "url": MY.url("detail", application) if application else "", "verdict": verdict, "plan": plan,
        "reasons": eligibility.explain(version, row.host) if verdict is False else None,
        "error": errors.get(row.pk, "") or errors.get(row.host_id, ""),
    }


def payees_context(application):
    """`plan` for a draft, and for staff who decide; `trainees`, `host_lines`: the lines once there are some."""
    if not application.agreement_id:
        return {"plan": None, "trainees": [], "agreement": None}
    held = list(application.payee_lines.all())
    draft = application.state == State.DRAFT
    return {
        "agreement": application.agreement,
        "plan": lines.plan_of(application) if draft else None,
        "trainees": [line for line in held if line.role == PayeeRole.TRAINEE],
        "payees": [line for line in held if line.role != PayeeRole.TRAINEE],
        "host_amount": lines.host_amount(application),
    }


def seen(application):
    """The amount on the page that is handed in, where it may change under one's hands; "" elsewhere."""
    return str(lines.plan_of(application).total) if application.agreement_id else ""


def staff_context(case):
    """For those who decide: whose lines follow from which agreement, and who has had the allowance before."""
    if not case.agreement_id:
        return {"placement_plan": None}
    return {"placement_plan": lines.plan_of(case), "agreement": case.agreement}
