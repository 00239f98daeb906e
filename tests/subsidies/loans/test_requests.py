"""A request from the owner's phone to its end: states, reasons, rights, messages, and what stands afterwards."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from bureau.audit.models import AuditEvent
from bureau.common import clock
from bureau.notifications.models import Notification
from bureau.workflow import Refused, perform
from subsidies.loans.enums import State
from subsidies.loans.models import LoanRequest
from tests.factories import loans
from tests.factories import subsidies as make


def test_the_whole_way(place):
    request = loans.asked(place.product, place.shop, place.owner)
    assert (request.state, request.applicant, request.channel) == (State.REQUESTED, place.owner, "online")
    assert place.product.bank_zh in request.consent_text or place.product.bank_en in request.consent_text
    assert (request.region, request.unit) == (place.shop.region, place.world.county)
    request = loans.approved(request, place.clerk, amount=150_000)
    assert request.amount_approved == Decimal(150_000)
    request = loans.drawn(request, place.clerk, amount=100_000)
    request = loans.drawn(request, place.clerk, amount=50_000)
    assert (request.state, request.drawn, request.left) == (State.DRAWN, Decimal(150_000), 0)
    request = perform(request, "close", by=place.clerk, data={"closed_on": clock.today()})
    assert request.state == State.CLOSED
    assert [row.name for row in request.log.all()] == ["list", "accept", "draw", "draw", "close"]
    kinds = list(Notification.objects.filter(to=place.owner).order_by("pk").values_list("kind", flat=True))
    assert [kind for kind in kinds if kind.startswith("loans.")] == [
        "loans.requested", "loans.listed", "loans.accepted", "loans.drawn", "loans.drawn"]
    assert AuditEvent.objects.filter(event="subsidies.drawdown.registered").count() == 2


def test_one_open_request_per_shop(place):
    first = loans.asked(place.product, place.shop, place.owner)
    with pytest.raises(ValidationError, match="open request"):
        loans.asked(place.product, place.shop, place.owner)
    loans.asked(loans.product(), place.shop, place.owner)  # of another bank it may
    perform(first, "withdraw", by=place.owner)
    assert loans.asked(place.product, place.shop, place.owner).state == State.REQUESTED


@pytest.mark.parametrize(("fields", "says"), [
    ({"published": False}, "does not take requests"),
    ({"closes_on": date(2021, 1, 1)}, "does not take requests"),
    ({"rules": {"is": ["enterprise.home_in_scope", "=", False]}}, "does not meet a condition"),
    ({"highest": Decimal(1000)}, "above the highest"),
])
def test_what_the_loan_does_not_allow(place, fields, says):
    with pytest.raises(ValidationError, match=says):
        loans.asked(loans.product(**fields), place.shop, place.owner)


def test_the_owner_withdraws_until_the_bank_has_decided(place):
    request = loans.listed(loans.asked(place.product, place.shop, place.owner), place.clerk)
    stranger = make.User.objects.create_owner(phone="13800000099", name="别人")
    with pytest.raises(Refused):
        perform(request, "withdraw", by=stranger)
    with pytest.raises(Refused):  # entered by himself: not the office's to take back
        perform(request, "withdraw", by=place.clerk)
    assert perform(request, "withdraw", by=place.owner).closed_on == clock.today()
    other = loans.approved(loans.asked(place.product, place.shop, place.owner), place.clerk)
    with pytest.raises(Refused):
        perform(other, "withdraw", by=place.owner)


def test_a_county_sees_and_moves_its_own(place):
    request = loans.asked(place.product, place.shop, place.owner)
    visible = lambda user: LoanRequest.objects.visible_to(user).filter(pk=request.pk).exists()  # noqa: E731
    assert visible(place.county_clerk) and visible(place.clerk) and visible(place.owner)
    assert not visible(place.other_clerk)
    loans.listed(request, place.county_clerk)
    with pytest.raises(Refused):
        perform(request, "decline", by=place.other_clerk, data={"reason": "无", "decided_on": clock.today()})


def test_more_than_approved_is_refused(place):
    request = loans.approved(loans.asked(place.product, place.shop, place.owner), place.clerk, amount=100_000)
    with pytest.raises(Refused, match="More would be paid out"):
        loans.drawn(request, place.clerk, amount="100000.01")
    request.refresh_from_db()
    assert (request.drawn, request.state) == (0, State.ACCEPTED)


def test_a_loan_product_keeps_sound_rules_only(place):
    place.product.rules = {"is": ["no.such_fact", "=", 1]}
    with pytest.raises(ValidationError):
        place.product.full_clean()
