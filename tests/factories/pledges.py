"""Pledges of a county at any point of their life, with the people who bring them there, and citizens."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from bureau.accounts.models import Unit, User
from bureau.accounts.roles import Role
from bureau.common import clock
from bureau.workflow import perform
from programs import actions
from programs.models import Feedback, Pledge
from tests.factories import accounts

_serial = count(1)
ADDRESS = "203.0.113.7"


@dataclass
class Desk:
    """`clerk` writes, `head` publishes, `moderator` reviews; all at one office."""

    unit: Unit
    clerk: User
    head: User
    moderator: User


def desk(code: str = "630224") -> Desk:
    accounts.site()
    unit = accounts.county(code)
    return Desk(
        unit, accounts.staff(Role.CLERK, unit=unit), accounts.staff(Role.APPROVER, unit=unit),
        accounts.staff(Role.MODERATOR, unit=accounts.bureau()),
    )


def draft(at: Desk, **fields) -> Pledge:
    number = next(_serial)
    values = {
        "made_by": "unit", "occasion": "作风建设年活动", "category": "service", "text_zh": f"第{number}项：三个工作日内办结初审",
        "measure_zh": "抽查全部按时办结", "effective_date": clock.today() - timedelta(days=20),
        "due_on": clock.today() + timedelta(days=30), "unit": at.unit, "region": at.unit.region, "entered_by": at.clerk,
    } | fields
    return Pledge.objects.create(**values)


def published(at: Desk, **fields) -> Pledge:
    return perform(draft(at, **fields), "publish", by=at.head, data={})


def note(pledge: Pledge, at: Desk, *, percent: int = 50, text: str = "已完成一半", evidence=()) -> Pledge:
    data = {"text": text, "percent": percent, "noted_on": clock.today(), "evidence": list(evidence)}
    return perform(pledge, "report_progress", by=at.clerk, data=data)


def fulfilled(at: Desk, **fields) -> Pledge:
    pledge = note(published(at, **fields), at, percent=100)
    return perform(pledge, "fulfill", by=at.clerk, data={"closed_on": clock.today(), "note": "全部办结"})


def citizen(phone: str = "") -> User:
    return User.objects.create_owner(phone=phone or f"1390{next(_serial):07}")


def said(pledge: Pledge, *, by: User | None = None, rating: int = 4, comment: str = "办得很快", address: str = "") -> Feedback:
    """Waiting for review. Each from an address of its own, so that the limits let it through."""
    number = next(_serial)
    place = address or f"10.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}"
    return actions.give_feedback(
        by=by or citizen(), pledge=pledge, rating=rating, comment=comment, address=place
    )


def shown(pledge: Pledge, at: Desk, **fields) -> Feedback:
    return perform(said(pledge, **fields), "show", by=at.moderator)


def hidden(pledge: Pledge, at: Desk, **fields) -> Feedback:
    return perform(said(pledge, **fields), "hide", by=at.moderator, data={"reason": "与承诺无关"})


def answered(pledge: Pledge, at: Desk, **fields) -> Feedback:
    return perform(shown(pledge, at, **fields), "answer", by=at.clerk, data={"text": "感谢您的意见，已安排改进。"})
