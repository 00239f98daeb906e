"""Separation of duties in words: why this person may not take this step. The database keeps the same
rules by triggers (``sql/duties.sql``); here they become reasons that can be shown beforehand."""

from django.db.models import Q
from django.utils.translation import gettext as _

from bureau.accounts.models import User
from enterprises.enums import OPEN_MEMBERSHIPS
from enterprises.models import Membership
from subsidies.enums import Step
from subsidies.models import Application, DutyFloor, Payment, Review


def reasons(application: Application, user: User, step: str) -> list[str]:
    """Why `user` may not take `step` on this application; empty when he may."""
    why = [
        _("You did “%(held)s” on this application; another person must do “%(step)s”.")
        % {"held": Step(held).label, "step": Step(step).label}
        for held in sorted(held_steps(application, user) & conflicting(application, step))
    ]
    if is_own_case(application, user):
        why.append(_("This is the application of a shop you belong to."))
    return why


def held_steps(application: Application, user: User) -> set[str]:
    """Steps that the user has taken on this application, in any round."""
    steps = set(Review.objects.filter(application=application, by=user).values_list("step", flat=True))
    if application.entered_by_id == user.pk:
        steps.add(Step.ENTER)
    if Payment.objects.filter(application=application, by=user).exists():
        steps.add(Step.PAYMENT)
    return steps


def conflicting(application: Application, step: str) -> set[str]:
    """Steps that may not share a person with `step`: the floor, and what the scheme adds to it."""
    floor = DutyFloor.objects.filter(Q(first=step) | Q(second=step)).values_list("first", "second")
    pairs = [*floor, *(tuple(pair) for pair in application.scheme_version.duties if step in pair)]
    return {other for pair in pairs for other in pair if other != step}


def is_own_case(application: Application, user: User) -> bool:
    """Is he a member of the shop, or does his phone belong to it or to those who run it?"""
    if Membership.objects.filter(
        user=user, enterprise=application.enterprise_id, state__in=OPEN_MEMBERSHIPS
    ).exists():
        return True
    if not user.phone:
        return False
    shop = application.enterprise
    people = [person for person in (shop.operator, shop.actual_operator) if person]
    return user.phone in (shop.phone, shop.second_phone, *(person.phone for person in people))
