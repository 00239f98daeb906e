"""People of a list: one per identity number, in a few statements, without rewriting whom we know."""

import pytest
from django.core.exceptions import ValidationError

from enterprises.models import Person
from enterprises.people import PersonRow, misnamed, people_for

pytestmark = pytest.mark.django_db
HAN, MA = "630224200205096794", "63022319870722434X"


def test_people_are_found_or_made_once(django_assert_num_queries):
    known = Person(name="韩海龙", phone="13900044793")
    known.set_id_number(HAN)
    known.save()
    rows = [PersonRow("韩海龙", HAN, "13000000000"), PersonRow("马玉梅", MA, "13800000000"), PersonRow("马玉梅", MA)]
    with django_assert_num_queries(3):
        people = people_for(rows)
    assert people[rows[0].index] == known
    assert people[rows[0].index].phone == "13900044793"
    assert people[rows[1].index].phone == "13800000000"
    assert Person.objects.count() == 2
    assert people_for(rows) == people


def test_a_number_under_another_name_is_told_and_refused():
    people_for([PersonRow("韩海龙", HAN)])
    rows = [PersonRow("韩海虎", HAN), PersonRow("马玉梅", MA), PersonRow("马玉兰", MA)]
    assert misnamed(rows) == {rows[0].index, rows[1].index}
    with pytest.raises(ValidationError):
        people_for(rows)
