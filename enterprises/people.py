"""People from rows of a list: found by their identity numbers in bulk, made where they are not known yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bureau.common.crypto import blind_index
from enterprises.models import Person

CHUNK = 5_000


@dataclass(frozen=True)
class PersonRow:
    """One person as a list names him; `id_number` is normalized (see `identity.check_id_number`)."""

    name: str
    id_number: str
    phone: str = ""
    home_county_id: int | None = None

    @cached_property
    def index(self) -> str:
        """The blind index of the identity number: the key of `people_for`."""
        return blind_index(self.id_number, "id")


def misnamed(rows: Iterable[PersonRow]) -> set[str]:
    """Indexes of numbers that the register, or an earlier row, holds under another name."""
    names: dict[str, str] = {}
    wrong = {row.index for row in rows if names.setdefault(row.index, row.name) != row.name}
    known = _known(list(names))
    return wrong | {index for index, person in known.items() if person.name != names[index]}


def people_for(rows: Iterable[PersonRow]) -> dict[str, Person]:
    """{index: person} for every row, in a few statements whatever the number of rows; safe beside other imports.

    A known person is returned as the register has him: a list never rewrites his phone or county.
    Raises ValidationError where a number stands under another name (ask `misnamed` first for the rows).
    """
    first: dict[str, PersonRow] = {}
    for row in rows:
        first.setdefault(row.index, row)
    found = _known(list(first))
    # In the order of the key, so that two imports with the same people wait for each other and never in a circle.
    missing = [_new(first[index]) for index in sorted(first) if index not in found]
    if missing:
        Person.objects.bulk_create(missing, ignore_conflicts=True, batch_size=CHUNK)
        found |= _known([person.id_index for person in missing if person.id_index])
    if any(found[index].name != row.name for index, row in first.items()):
        raise ValidationError(_("An identity number is registered under another name."))
    return found


def _known(indexes: Sequence[str]) -> dict[str, Person]:
    found: dict[str, Person] = {}
    for start in range(0, len(indexes), CHUNK):
        for person in Person.objects.filter(id_index__in=indexes[start : start + CHUNK]):
            if person.id_index:
                found[person.id_index] = person
    return found


def _new(row: PersonRow) -> Person:
    person = Person(name=row.name, phone=row.phone, home_county_id=row.home_county_id)
    person.set_id_number(row.id_number)
    return person
