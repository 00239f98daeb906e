"""What can be read about applications: what is missing, what it is worth, whose office it is, what comes next."""

from dataclasses import dataclass

from django.db.models import F, Value
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from bureau.accounts.enums import UnitKind
from bureau.accounts.models import Unit
from bureau.common import trees
from bureau.common.i18n import localized
from bureau.formbuilder import engine
from bureau.formbuilder.forms import RAW
from bureau.formbuilder.spec import parse
from subsidies import amounts, steps
from subsidies.enums import ItemKind
from subsidies.models import Application
from subsidies.placements import lines


@dataclass(frozen=True)
class Missing:
    """Something to do before handing in, and the screen where it is done."""

    kind: str
    key: str
    label: str
    slug: str


def rate(application):
    return amounts.rate(application.scheme_version.amounts, application.scheme_version.spec, application.answers)


def award(application):
    """What the scheme grants for these answers, in yuan; None while they do not say."""
    if application.agreement_id:
        return lines.award(application)
    found = rate(application)
    return found.amount if found else None


def materials_asked(application):
    """Items of the scheme that these answers call for, as [(item, required)]."""
    version = application.scheme_version
    return [
        (item, bool(item.get("required")))
        for item in version.materials
        if amounts.holds(item.get("when"), version.spec, application.answers) is True
    ]


def missing(application):
    """Everything that still keeps the application from being handed in, in the order of the screens."""
    return [
        *_missing_answers(application),
        *_missing_documents(application),
        *_missing_payees(application),
        *_missing_declaration(application),
    ]


def _missing_answers(application):
    version = application.scheme_version
    spec = parse(version.spec)
    found = {key: str(label) for key, label in engine.missing(version.spec, application.answers)}
    for key in application.answers.get(RAW) or {}:
        if key in found:
            found[key] = _("%(label)s (not valid yet)") % {"label": spec[key].label}
    order = [item.key for item in spec]
    return [
        Missing(ItemKind.FIELD, key, found[key], steps.slug_of_field(version, key))
        for key in sorted(found, key=lambda key: order.index(key) if key in order else len(order))
    ]


def _missing_documents(application):
    given = {material.key for material in application.files()}
    return [
        Missing(ItemKind.MATERIAL, item["key"], localized(item, "label"), steps.DOCUMENTS)
        for item, required in materials_asked(application)
        if required and item["key"] not in given
    ]


def _missing_payees(application):
    if application.agreement_id:
        return [Missing(ItemKind.PAYEES, "", label, steps.PAYEES) for label in lines.missing(application)]
    payees = list(application.payee_lines.all())
    if not payees:
        return [Missing(ItemKind.PAYEES, "", _("Payee and account"), steps.PAYEES)]
    due = award(application)
    if due is not None and sum(line.amount for line in payees) != due:
        return [Missing(ItemKind.PAYEES, "", _("Payees whose amounts make up the award"), steps.PAYEES)]
    return []


def _missing_declaration(application):
    if application.declaration_signed_at:
        return []
    return [Missing(ItemKind.DECLARATION, "", _("Signed declaration of truth"), steps.DECLARATION)]


def unanswered(application):
    """Items of the open correction that have not been changed yet."""
    correction = application.open_correction()
    if correction is None:
        return []
    return [
        Missing(item.kind, item.key, item_label(application, item), slug_of_item(application, item))
        for item in correction.items.filter(resolved_at=None)
    ]


def item_label(application, item):
    """The words the owner knows the item by."""
    version = application.scheme_version
    if item.kind == ItemKind.FIELD:
        spec = parse(version.spec)
        return spec[item.key].label if item.key in spec.by_key else item.key
    if item.kind == ItemKind.MATERIAL:
        return next((localized(m, "label") for m in version.materials if m["key"] == item.key), item.key)
    return ItemKind(item.kind).label


def slug_of_item(application, item):
    if item.kind == ItemKind.FIELD:
        return steps.slug_of_field(application.scheme_version, item.key)
    return {
        ItemKind.MATERIAL: steps.DOCUMENTS,
        ItemKind.PAYEES: steps.PAYEES,
        ItemKind.DECLARATION: steps.DECLARATION,
    }[ItemKind(item.kind)]


def with_dependents(application, fields, materials):
    """The named fields and documents, and those that are asked for only because of them."""
    version = application.scheme_version
    open_fields = set(fields)
    for item in parse(version.spec):  # a condition names earlier fields only, so one pass is enough
        if item.when is not None and trees.keys(item.when) & open_fields:
            open_fields.add(item.key)
    open_materials = set(materials) | {
        item["key"] for item in version.materials if item.get("when") and trees.keys(item["when"]) & open_fields
    }
    return open_fields, open_materials


def office_for(region):
    """The county office in charge of a region, else the bureau itself."""
    above = Unit.objects.alias(here=Value(region.path)).filter(kind=UnitKind.COUNTY, here__startswith=F("region__path"))
    return above.order_by(Length("region__path").desc()).first() or Unit.objects.root()


def blocking_application(scheme, enterprise, agreement=None):
    """The application that stands in the way of another one, or None: one per shop, or one per agreement."""
    return Application.objects.blocking().filter(scheme=scheme, enterprise=enterprise, agreement=agreement).first()


def draft_of(scheme, enterprise):
    return Application.objects.filter(scheme=scheme, enterprise=enterprise, state="draft").first()
