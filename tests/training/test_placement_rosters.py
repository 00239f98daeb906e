"""Rosters of trainees: the office's own agreements alone, and one person however his number was typed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bureau.attachments.enums import Channel
from bureau.formbuilder.tabular import flow, importers
from bureau.jobs.testing import run_waiting
from tests.factories import placements as make
from tests.factories import subsidies
from training.placements.imports import RosterForm
from training.placements.models import Placement

pytestmark = pytest.mark.django_db
WITH_X = next(number for number in map(make.id_number, range(100)) if number.endswith("X"))


def trial(agreement, by, *rows):
    """The roster as it was checked: nothing is written."""
    content = "\n".join(["姓名,身份证号,电话,银行账号", *rows]).encode()
    made = flow.start(
        importer=importers.get("trainees"), upload=SimpleUploadedFile("花名册.csv", content),
        options={"agreement": agreement.pk}, by=by,
    )
    run_waiting(flow.KIND)
    made.refresh_from_db()
    return made


def other_agreement(ground):
    shop = subsidies.shop(ground.owner, name="第二家店")
    return make.draft(shop, ground.clerk, ground.world.county)


@pytest.mark.parametrize("typed", [
    WITH_X, WITH_X.lower(), f" {WITH_X[:6]} {WITH_X[6:14]} {WITH_X[14:]} ", "".join(chr(ord(c) + 0xFEE0) for c in WITH_X),
])
def test_one_person_is_found_in_another_shop_however_his_number_was_typed(typed):
    ground = make.ground(ready=False)
    make.actions.place(agreement=ground.agreement, trainees=[make.trainee(ground.agreement, name="马文明", number=WITH_X)],
                       by=ground.clerk)
    other = other_agreement(ground)
    made = trial(other, ground.clerk, f"马文明,{typed},13900001111,")
    assert ground.agreement.host.name in made.trial.faults.get().reason
    assert not other.placements.exists()


def test_a_number_of_fifteen_digits_is_never_a_second_person():
    ground = make.ground(ready=False)
    other = other_agreement(ground)
    old = WITH_X[:6] + WITH_X[8:17]
    made = trial(other, ground.clerk, f"马文明,{old},13900001111,")
    assert "15" in made.trial.faults.get().reason
    assert not Placement.objects.filter(channel=Channel.IMPORTED).exists()


def test_only_agreements_of_the_own_office_are_offered():
    ground = make.ground(ready=False)
    stranger = make.clerk(ground.world.other_county, name="clerk-elsewhere")
    field = RosterForm(user=ground.clerk).fields["agreement"]
    assert [ground.agreement.number in label and ground.agreement.host.name in label for _pk, label in field.choices][-1]
    assert not RosterForm(user=stranger).fields["agreement"].queryset.exists()
    assert RosterForm({"agreement": ground.agreement.pk}, user=stranger).errors
