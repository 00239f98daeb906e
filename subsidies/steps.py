"""The screens on which an application is filled in: one per section of the form, then papers, payees, declaration."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from bureau.formbuilder.spec import parse

DOCUMENTS, PAYEES, DECLARATION, REVIEW = "documents", "payees", "declaration", "review"


@dataclass(frozen=True)
class Step:
    slug: str
    label: str
    keys: tuple = ()

    @property
    def is_section(self):
        return bool(self.keys)


def steps(version):
    """All screens of a scheme version, in order."""
    sections = [section for section in parse(version.spec).sections if section.fields]
    found = [
        Step(f"part-{number}", section.label(), tuple(item.key for item in section.fields))
        for number, section in enumerate(sections, start=1)
    ]
    return [
        *found,
        Step(DOCUMENTS, _("Documents")),
        Step(PAYEES, _("Payee and account")),
        Step(DECLARATION, _("Declaration of truth")),
        Step(REVIEW, _("Check and hand in")),
    ]


def step(version, slug):
    """The screen of that name, or None."""
    return next((found for found in steps(version) if found.slug == slug), None)


def slug_of_field(version, key):
    return next((found.slug for found in steps(version) if key in found.keys), REVIEW)


def neighbors(version, slug):
    """The screens before and after, or None at the ends."""
    row = steps(version)
    place = next(i for i, found in enumerate(row) if found.slug == slug)
    return (row[place - 1] if place else None), (row[place + 1] if place + 1 < len(row) else None)
