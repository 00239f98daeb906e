"""The training of the town: a session in each state, people in them, a waiting list, free seats, an owner's enrollment."""

from bureau.workflow import perform
from tests.factories import training
from training.actions import marks
from training.enums import Kind, Mark, State
from training.models.session import every_half_day


def build(town) -> None:
    clerk = town.people["clerk"]
    for state in (State.PLANNED, State.RUNNING, State.ENDED, State.CANCELED):
        training.session(state, by=clerk)
    training.session(State.ENDED, by=clerk, kind=Kind.LIVESTREAM, days=1, viewers=1200)
    training.session(State.OPEN, by=clerk)  # with seats that are free
    full = training.session(State.OPEN, by=clerk, capacity=2)
    training.enroll(full, by=town.world.owner, user=town.world.owner)
    for _ in range(2):
        training.enroll(full, by=clerk)
    running = training.session(State.OPEN, by=clerk, begins_on=None)
    seat = training.enroll(running, by=clerk)
    today = training.clock.today()
    type(running).objects.filter(pk=running.pk).update(begins_on=today, plan=every_half_day(today, running.ends_on))
    running = perform(running, "begin", by=clerk)
    marks.save(running, by=clerk, version=0, rows={seat.pk: {running.plan[0]: Mark.PRESENT}})
