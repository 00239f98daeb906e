"""Whatever happens to a due date in whatever order: each stands on record after the one before it, and what was overdue
on any past day is counted as it was then."""

from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bureau.common import clock
from bureau.common.periods import Period
from bureau.metrics import compute
from bureau.workflow import perform
from programs.models import Pledge, PledgeDateChange
from tests.factories import pledges as make

CHANGES = st.lists(st.tuples(st.integers(0, 90), st.sampled_from(["door", "silently", "out of line"])), max_size=8)


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES, late=st.integers(-5, 5), ends=st.booleans())
def test_dates_follow_each_other(desk, changes, late, ends):
    today = clock.today()
    with transaction.atomic():
        pledge = make.published(desk, due_on=today + timedelta(days=late))
        expected = [pledge.due_on]
        for days, way in changes:
            new = today + timedelta(days=days)
            if new == expected[-1]:
                continue
            if way == "door":
                pledge = perform(pledge, "change_due", by=desk.clerk, data={"due_on": new, "reason": "调整"})
                expected.append(new)
            else:
                assert not beside_the_door(pledge, desk, new, way)
        if ends:
            pledge = perform(pledge, "withdraw", by=desk.clerk, data={"note": "政策调整", "closed_on": today})
        rows = list(pledge.dates.values_list("old", "new"))
        assert rows == list(zip([None, *expected], expected, strict=False))
        assert Pledge.objects.get(pk=pledge.pk).due_on == expected[-1]
        overdue = compute(["pledges.overdue"], [Period.between(today, today)])["pledges.overdue"].value
        assert overdue == (not ends and expected[-1] < today)
        transaction.set_rollback(True)


def beside_the_door(pledge, desk, new, way) -> bool:
    """Whether the database lets a date be changed without its record, or recorded after another one than stands."""
    try:
        with transaction.atomic():
            if way == "silently":
                Pledge.objects.filter(pk=pledge.pk).update(due_on=new)
                with connection.cursor() as cursor:
                    cursor.execute("set constraints all immediate; set constraints all deferred")
            else:
                PledgeDateChange.objects.create(
                    pledge=pledge, old=clock.today() + timedelta(days=400), new=new, reason="补", by=desk.clerk,
                    unit=desk.unit, region=desk.unit.region,
                )
    except IntegrityError:
        return False
    return True
