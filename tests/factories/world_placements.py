"""Placements of a side: an agreement that runs, with a trainee and a month that waits; one that is drawn up."""

from tests.factories import placements as make
from training.placements import actions


def fill(one) -> None:
    host, other = one.cases["approval"].enterprise, one.cases["check"].enterprise
    running = make.running(host, one.clerk, one.county, people=1)
    actions.save_account(
        placement=running.placements.get(), by=one.clerk, kind="personal", account=one.words.account, bank="某银行"
    )
    sheet = make.reported(running, running.months()[0], one.owner)
    draft = make.draft(other, one.clerk, one.county)
    one.more["training/agreement"] = [running, draft]
    one.more["training/monthsheet"] = [sheet]


def agreements(world):
    return world.a.more["training/agreement"][0], world.b.more["training/agreement"][0]


def of_agreement(world):
    """Owners see what was signed of their own shops; what is drawn up is the office's."""
    own, other = agreements(world)
    return [{"ref": own.ref}], [{"ref": other.ref}, {"ref": world.a.more["training/agreement"][1].ref}]


def of_month(world):
    own, other = agreements(world)
    months = [own.months()[0], own.months()[1]]
    return [{"ref": own.ref, "month": month} for month in months], [{"ref": other.ref, "month": months[0]}]


def of_account(world):
    own, other = agreements(world)
    mine, strange = own.placements.first().pk, other.placements.first().pk
    return [{"ref": own.ref, "pk": mine}], [{"ref": other.ref, "pk": strange}, {"ref": own.ref, "pk": strange}]


def staff_month(world):
    own, other = agreements(world)
    month = own.months()[1]
    return [{"pk": own.pk, "month": month}], [{"pk": other.pk, "month": month}]


def staff_trainee(world):
    own, other = agreements(world)
    mine, strange = own.placements.first().pk, other.placements.first().pk
    return [{"pk": own.pk, "placement": mine}], [
        {"pk": other.pk, "placement": strange}, {"pk": own.pk, "placement": strange}
    ]


ADMIN = {
    "training/agreement": lambda route, side: side.more["training/agreement"],
    "training/monthsheet": lambda route, side: side.more["training/monthsheet"],
}
STEPS = {"training/agreement": "stop", "training/monthsheet": "confirm"}
PAGES = {
    "training:placement": of_agreement,
    "training:placement_month": of_month,
    "training:placement_account": of_account,
    "admin:training_agreement_month": staff_month,
    "admin:training_agreement_trainee": staff_trainee,
}
