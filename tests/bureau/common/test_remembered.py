"""Values that are kept for a while: never longer than said, and what takes long only when it changed."""

import pytest

from bureau.common.remembered import Remembered
from bureau.regions.gazetteer import gazetteer
from bureau.regions.models import Region


def test_kept_for_its_time_and_then_asked_again(settings):
    settings.REMEMBER_SECONDS = 30
    answers = iter("ab")
    value = Remembered(lambda: next(answers))
    assert (value(), value()) == ("a", "a")
    settings.REMEMBER_SECONDS = 0
    value.forget()
    assert value() == "b"


def test_what_takes_long_is_loaded_again_only_when_its_stamp_changed(settings):
    settings.REMEMBER_SECONDS = 0
    stamp, loaded = [1], []
    value = Remembered(lambda: loaded.append(stamp[0]) or stamp[0], lambda: stamp[0])
    assert (value(), value()) == (1, 1)
    value.forget()
    assert (value(), loaded) == (1, [1])
    stamp[0] = 2
    assert (value(), loaded) == (2, [1, 2])


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"name_zh": "新名县"}, {"code": "639999"}, {"valid_to": 2020}, {"name_en": "Anew"}])
def test_the_gazetteer_follows_every_change_of_a_region(change, settings):
    settings.REMEMBER_SECONDS = 0
    known = gazetteer()
    assert gazetteer() is known
    Region.objects.filter(pk=Region.objects.by_code("630224").pk).update(**change)
    assert gazetteer() is not known
