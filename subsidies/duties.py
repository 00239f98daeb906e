"""Separation of duties in words: why this person may not take this step. The database keeps the same
rules by triggers (``sql/duties.sql``); here they become reasons that can be shown beforehand."""

from django.db import connection
from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.common.remembered import Remembered
from enterprises.enums import OPEN_MEMBERSHIPS
from subsidies.enums import Step
from subsidies.models import Application, DutyFloor


def reasons(application: Application, user: User, step: str) -> list[str]:
    """Why `user` may not take `step` on this application; empty when he may."""
    held, own = _standing(application, user)
    why = [
        _("You did “%(held)s” on this application; another person must do “%(step)s”.")
        % {"held": Step(held).label, "step": Step(step).label}
        for held in sorted(held & conflicting(application, step))
    ]
    if own:
        why.append(_("This is the application of a shop you belong to."))
    return why


def _standing(application: Application, user: User) -> tuple[set[str], bool]:
    """What he has done here, and whether it is his own case. Asked once per loaded row, since a page asks for
    every step; `perform` loads and locks a row of its own before it asks."""
    known = application.__dict__.setdefault("_standing", {})
    if user.pk not in known:
        held = _held(application, user)
        known[user.pk] = held - {MEMBER}, MEMBER in held or _has_its_phone(application, user)
    return known[user.pk]


#: The pairs that hold for every scheme; migrations alone write them, and the triggers read them anew each time.
floor = Remembered(lambda: list(DutyFloor.objects.values_list("first", "second")))
#: Stands beside the steps in the one statement that asks for all.
MEMBER = "member"
HELD = """
select step from subsidies_review where application_id = %(case)s and by_id = %(user)s
union select %(payment)s from subsidies_payment where application_id = %(case)s and by_id = %(user)s
union select %(member)s from enterprises_membership
 where enterprise_id = %(shop)s and user_id = %(user)s and state = any(%(open)s)"""


def _held(application: Application, user: User) -> set[str]:
    """In one statement: steps that he has taken here, in any round, and MEMBER where he belongs to the shop."""
    asked = {
        "case": application.pk, "user": user.pk, "shop": application.enterprise_id,
        "open": [state.value for state in OPEN_MEMBERSHIPS], "payment": Step.PAYMENT.value, "member": MEMBER,
    }
    with connection.cursor() as cursor:
        cursor.execute(HELD, asked)
        held = {step for (step,) in cursor.fetchall()}
    return held | {Step.ENTER} if application.entered_by_id == user.pk else held


def conflicting(application: Application, step: str) -> set[str]:
    """Steps that may not share a person with `step`: the floor, and what the scheme adds to it."""
    if "_pairs" not in application.__dict__:
        own = (tuple(pair) for pair in application.scheme_version.duties)
        application.__dict__["_pairs"] = [*floor(), *own]
    return {other for pair in application.__dict__["_pairs"] if step in pair for other in pair if other != step}


def _has_its_phone(application: Application, user: User) -> bool:
    if not user.phone:
        return False
    shop = application.enterprise
    people = [person for person in (shop.operator, shop.actual_operator) if person]
    return user.phone in (shop.phone, shop.second_phone, *(person.phone for person in people))
