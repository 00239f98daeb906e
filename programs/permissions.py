"""What stands in the way, in sentences; an empty list means that nothing does."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bureau.accounts.enums import UserKind
from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from programs.models import Feedback, Pledge, shows_pledges

Reasons = list[str | Promise]
RATED_ALREADY = _("You have rated this pledge already. To say something else, take back what you said first.")


def may_edit(user: User, pledge: Pledge) -> bool:
    """A draft, by those who keep the pledges of its office."""
    return pledge.state == "draft" and user.can(Permission.PLEDGE_EDIT, unit=pledge.unit)


def publish_reasons(pledge: Pledge, user: Any) -> Reasons:
    if user is not None and user.pk in (pledge.entered_by_id, pledge.edited_by_id):
        return [_("Who wrote a pledge does not publish it: a second person checks it first.")]
    return []


def fulfill_reasons(pledge: Pledge, user: Any) -> Reasons:
    """Its last note says that it is done."""
    last = pledge.notes.order_by("id").last()
    if last is None or last.percent < 100:
        return [_("The last progress note must say 100% and bring the evidence.")]
    return []


def rate_reasons(pledge: Pledge, user: User) -> Reasons:
    """Why this citizen may not rate this pledge now."""
    if not pledge.takes_feedback or not shows_pledges():
        return [_("This pledge takes no ratings.")]
    if user.kind != UserKind.OWNER or not user.phone:
        return [_("Citizens rate pledges; please log in with your phone.")]
    if Feedback.objects.of(user).filter(pledge=pledge).exists():
        return [RATED_ALREADY]
    return []


def own_feedback_reasons(feedback: Feedback, user: Any) -> Reasons:
    return [] if user is not None and user.pk == feedback.user_id else [_("This is somebody else's.")]


def answer_reasons(feedback: Feedback, user: Any) -> Reasons:
    if not feedback.pledge.is_public:
        return [_("The pledge is not public.")]
    if not feedback.comment:
        return [_("There is no comment to answer.")]
    return []
