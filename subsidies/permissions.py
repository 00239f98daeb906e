"""Who may see an application, and why something may not be done to it now. Reasons, never booleans."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from bureau.accounts import scope
from bureau.accounts.enums import UserKind
from bureau.accounts.models import Unit
from bureau.accounts.roles import Permission
from bureau.attachments.enums import Channel
from bureau.common.i18n import localized
from bureau.common.remembered import Remembered
from enterprises.enums import MembershipState
from enterprises.models import Membership
from subsidies.enums import ItemKind, State

PLACES = ("region", "operating_region")


def owned_by(user, model):
    """What he applied for himself, or belongs to a shop he has been confirmed for: applications, or requests for loans.
    Two look-ups by an index each; one condition with OR would read every row."""
    shops = Membership.objects.filter(user=user, state=MembershipState.CONFIRMED).values("enterprise")
    rows = model._base_manager.order_by().values("pk")
    return Q(pk__in=rows.filter(applicant=user).union(rows.filter(enterprise__in=shops)))


def visible_applications(queryset, user):
    """Staff never see what an owner has not handed in, except what they enter for him."""
    if not user.is_authenticated or not user.is_active:
        return queryset.none()
    if user.kind == UserKind.OWNER:
        return queryset.filter(owned_by(user, queryset.model))
    rights = (Permission.CASE_VIEW, Permission.ENTER_ON_BEHALF)
    own = scope.visible(queryset, user, *rights, region=PLACES, unit="unit")
    if own is not queryset:  # the bureau sees all as it is
        own |= scope.visible(queryset, user, *rights, region=(), unit="entry_unit")
    return own.filter(Q(submitted_at__isnull=False) | Q(entry_unit__isnull=False))


def enters_for(application, user):
    """Does he belong to the office that enters this application for its owner?"""
    if application.channel != Channel.ON_BEHALF or application.entry_unit is None:
        return False
    return user.can(Permission.ENTER_ON_BEHALF, unit=application.entry_unit)


def is_owner(application, user):
    return (
        user.kind == UserKind.OWNER
        and type(application).objects.filter(owned_by(user, type(application)), pk=application.pk).exists()
    )


def fill_reasons(application, user):
    """Why he may not write into it now; [] when he may."""
    if application.state not in (State.DRAFT, State.RETURNED):
        return [_("The application has been handed in; it can be changed only when a correction is asked for.")]
    if is_owner(application, user):
        if application.state == State.DRAFT and application.is_on_behalf and not application.taken_over_at:
            return [_("The office is entering this for you. Take it over to go on by yourself.")]
        return []
    if not enters_for(application, user):
        return [_("Only the owner, or the office that enters it for him, may fill it in.")]
    if application.taken_over_at:
        return [_("The owner has taken the application over.")]
    return []


def takes_applications(version_id):
    """By the clock of the database; a trigger asks again when it is handed in (migration 0006)."""
    from subsidies.models import SchemeVersion

    return SchemeVersion.objects.taking().filter(pk=version_id).exists()


def hand_in_reasons(application, user):
    from subsidies import eligibility
    from subsidies.queries import missing

    if reasons := fill_reasons(application, user):
        return reasons
    reasons = [_("Still missing: %(what)s") % {"what": item.label} for item in missing(application)]
    if not takes_applications(application.scheme_version_id):
        reasons.insert(0, _("This scheme takes no applications at the moment."))
    verdict = eligibility.explain(application.scheme_version, application.enterprise)
    if verdict.verdict is False:
        reasons.append(_("The shop does not meet a condition of this award."))
    return reasons


def answer_reasons(application, user):
    from subsidies.queries import missing, unanswered

    if reasons := fill_reasons(application, user):
        return reasons
    return [_("Not changed yet: %(what)s") % {"what": item.label} for item in unanswered(application)] + [
        _("Still missing: %(what)s") % {"what": item.label} for item in missing(application)
    ]


def withdraw_reasons(application, user):
    if is_owner(application, user) or (enters_for(application, user) and not application.taken_over_at):
        return []
    return [_("Only the owner, or the office that enters it for him, may withdraw it.")]


def take_over_reasons(application, user):
    if not is_owner(application, user):
        return [_("Only the owner may take it over.")]
    if not application.is_on_behalf or application.taken_over_at:
        return [_("It is in your hands already.")]
    if application.state not in (State.DRAFT, State.RETURNED):
        return [_("There is nothing to fill in now.")]
    return []


def stage_reasons(application, user, kind):
    """For the office: is it at a stage of this kind, and is this his office and step?"""
    if application.stage is None or application.stage.kind != kind:
        return [_("It is not at this step.")]
    return office_reasons(application, user)


def office_reasons(application, user):
    from subsidies import duties

    stage = application.stage
    if stage is None:
        return [_("No office is dealing with it.")]
    unit = application.unit if stage.level == "county" else root_of(application.unit)
    if not user.can(Permission(stage.permission), unit=unit):
        return [
            _("This step belongs to %(unit)s (%(stage)s).")
            % {"unit": localized(unit, "name"), "stage": localized(stage, "label")}
        ]
    return duties.reasons(application, user, stage.step)


bureau = Remembered(lambda: Unit.objects.root())


def root_of(unit):
    """The bureau above an office; there is one (constraint `unit_one_root`)."""
    return bureau() if unit.parent_id else unit


@dataclass(frozen=True)
class Unlocked:
    """What may be changed now; None means everything."""

    fields: frozenset | None = None
    materials: frozenset | None = None
    payees: bool = True
    declaration: bool = True

    def field(self, key):
        return self.fields is None or key in self.fields

    def material(self, key):
        return self.materials is None or key in self.materials


NOTHING = Unlocked(frozenset(), frozenset(), False, False)


def unlocked(application, user):
    """In a draft everything; after a request for correction only what it names, and what hangs on that."""
    from subsidies.queries import award, with_dependents

    if fill_reasons(application, user):
        return NOTHING
    if application.state == State.DRAFT:
        return Unlocked()
    correction = application.open_correction()
    if correction is None:
        return NOTHING
    items = list(correction.items.all())
    keys = {kind: {item.key for item in items if item.kind == kind} for kind in ItemKind.values}
    fields, materials = with_dependents(application, keys[ItemKind.FIELD], keys[ItemKind.MATERIAL])
    # A corrected answer may change the amount; then the lines must follow it.
    moved = award(application) not in (None, application.payee_total())
    return Unlocked(
        frozenset(fields), frozenset(materials), bool(keys[ItemKind.PAYEES]) or moved, bool(keys[ItemKind.DECLARATION])
    )
