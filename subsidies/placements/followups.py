"""What the allowance adds to the pages of agreements: the way to apply for the host, earlier allowances for staff."""

from django.urls import reverse
from django.utils.translation import gettext as _

from bureau.common.i18n import is_chinese
from bureau.common.money import narrative, yuan
from subsidies.models import Application, Scheme
from subsidies.placements import lines
from training.placements import followups
from training.placements.enums import BINDING


def schemes():
    """[(scheme, version)] that pay for placements today."""
    pairs = [(scheme, scheme.current()) for scheme in Scheme.objects.filter(is_open=True)]
    return [(scheme, version) for scheme, version in pairs if version is not None and version.pays_placements]


def links(agreement, user):
    if agreement.state not in BINDING:
        return []
    return [_link(agreement, scheme, version) for scheme, version in schemes()]


def _link(agreement, scheme, version):
    begun = Application.objects.blocking().filter(scheme=scheme, agreement=agreement).select_related("scheme").first()
    if begun is not None:
        amount = narrative(begun.amount_approved or begun.amount_requested or 0, "zh" if is_chinese() else "en")
        return followups.Link(
            scheme, reverse("subsidies:my_detail", args=[begun.ref]), f"{begun.number} {amount}" if begun.number else "",
            (begun.owner_label, begun.tone), is_under_way=bool(begun.number),
        )
    now = lines.plan(agreement, version)
    if now.nothing:
        return followups.Link(scheme, "", now.nothing)
    note = _("%(people)s of %(all)s trainees have %(months)s confirmed months or more; that makes %(amount)s yuan.") % {
        "people": len(now.paid), "all": len(now.candidates), "months": now.terms.months, "amount": yuan(now.total),
    }
    return followups.Link(scheme, reverse("subsidies:apply", args=[scheme.key]), note)


def histories(people):
    """{person: shop, number and day of the allowance}; one query."""
    return {
        person: f"{line.application.enterprise.name} · {line.application.number} · {line.application.state_label}"
        for person, line in lines.claims(people).items()
    }


followups.link_sources.append(links)
followups.history_sources.append(histories)
