import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from bureau.common.catalogs import places
from bureau.common.catalogs.checking import contradictions, faults, placeholders
from bureau.common.catalogs.compiling import compile_place
from bureau.common.catalogs.extract import stored, update, write

PYTHON = '''
from django.utils.translation import gettext_lazy as _, ngettext, pgettext

label = _("Shop")
joined = _("One text "
           "over two lines")
note = ngettext("%(n)s shop", "%(n)s shops", 2) % {"n": 2}
may = pgettext("month", "May")
plain = "not for translation"
'''
TEMPLATE = """{% load i18n %}
  <h1 title="{% translate 'Where you are' %}">{% translate "Shop" %}</h1>
    {% blocktranslate trimmed with name=user.name count total=total %}
      {{ name }} has {{ total }} shop
    {% plural %}
      {{ name }} has {{ total }} shops
    {% endblocktranslate %}
{% if a %}
        {{ _("In a filter") }}
{% endif %}
  {# Translators: a note #}
  {% translate "May" context "month" %}
{% comment %}{% translate "Not this" %}{% endcomment %}
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A small app with one module and one template."""
    monkeypatch.setattr("bureau.common.catalogs.extract.root", lambda: tmp_path)
    monkeypatch.setattr("bureau.common.catalogs.checking.root", lambda: tmp_path)
    module, page = tmp_path / "shops.py", tmp_path / "page.html"
    module.write_text(PYTHON)
    page.write_text(TEMPLATE)
    return places.Place("shops", (module,), (page,), places._po(tmp_path))


def fill(place, **texts):
    """Translate everything, by default with the source between brackets."""
    catalog = stored(place)
    for message in catalog:
        if message.id:
            source = message.id[-1] if isinstance(message.id, tuple) else message.id
            text = texts.get(source, f"【{source}】")
            message.string = (text,) if isinstance(message.id, tuple) else text
    write(place, catalog)


def test_messages_come_from_python_and_from_templates(place):
    assert update(place) == (7, 7)
    found = {(m.context, m.id if isinstance(m.id, str) else m.id[0]) for m in stored(place) if m.id}
    assert found == {
        (None, "Shop"), (None, "One text over two lines"), (None, "%(n)s shop"), ("month", "May"),
        (None, "Where you are"), (None, "%(name)s has %(total)s shop"), (None, "In a filter"),
    }


def test_an_update_keeps_translations_drops_what_is_gone_and_changes_nothing_else(place):
    update(place)
    fill(place)
    before = place.po.read_text()
    assert update(place) == (7, 0)
    assert place.po.read_text() == before
    place.python[0].write_text("")
    assert update(place) == (5, 0)
    assert "One text" not in place.po.read_text()


def test_the_compiled_catalog_is_read_by_gettext(place):
    update(place)
    fill(place)
    assert compile_place(place)
    assert not compile_place(place)
    with place.mo.open("rb") as file:
        found = gettext.GNUTranslations(file)
    assert found.gettext("Shop") == "【Shop】"
    assert found.pgettext("month", "May") == "【May】"
    assert found.ngettext("%(n)s shop", "%(n)s shops", 1) == found.ngettext("%(n)s shop", "%(n)s shops", 5)


def test_a_complete_catalog_has_no_faults(place):
    update(place)
    fill(place)
    assert faults([place]) == []


def test_faults_are_named(place):
    update(place)
    catalog = stored(place)
    fill(place, **{"%(n)s shops": "若干户"})
    catalog = stored(place)
    catalog["Shop"].string = ""
    catalog["In a filter"].flags.add("fuzzy")
    write(place, catalog)
    place.python[0].write_text(PYTHON + 'new = _("New text")\n')
    found = "\n".join(faults([place]))
    assert "“Shop” is not translated" in found
    assert "“In a filter” is fuzzy" in found
    assert "“%(n)s shop” has other placeholders: [] instead of ['n']" in found
    assert "“New text” is missing" in found
    assert len(found.splitlines()) == 4


def test_a_text_buried_in_an_f_string_is_a_fault(place):
    """The extraction would not find it, and people would read it in English."""
    update(place)
    fill(place)
    place.python[0].write_text(PYTHON + """both = f"{label} {_('Never found')}"\n""")
    [found] = faults([place])
    assert re.search(r"\.py:\d+: a text inside an f-string", found)


def test_sources_are_english(place):
    place.python[0].write_text('from django.utils.translation import gettext as _\na = _("店铺")\n')
    update(place)
    fill(place)
    assert [line for line in faults([place]) if "店铺" in line] == [
        "locale/zh_Hans/LC_MESSAGES/django.po: “店铺” sources are written in English"
    ]


def test_two_translations_of_one_text_are_a_contradiction(place):
    update(place)
    fill(place)
    one, other = stored(place), stored(place)
    other["Shop"].string = "门店"
    assert list(contradictions({"a": one, "b": other})) == [
        "“Shop” is “【Shop】” in a and “门店” in b; agree on one, or give it a context"
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [("%(n)s of %(total)d", ["n", "total"]), ("{shop}: {n}", ["n", "shop"]), ("%s and %s", ["%", "%"]), ("5 %", [])],
)
def test_placeholders(text, found):
    assert placeholders(text) == found


@pytest.mark.parametrize(
    ("template", "label"),
    [
        ("base.html", "project"), ("components/pill.html", "project"), ("admin/index.html", "project"),
        ("desk/front.html", "desk"), ("admin/subsidies/application/change_form.html", "subsidies"),
    ],
)
def test_each_template_belongs_to_one_catalog(template, label):
    assert places.owner_of(Path(template), {"desk", "subsidies"}) == label


def test_an_unknown_label_is_refused_in_one_line():
    with pytest.raises(CommandError, match="No catalog nothing"):
        call_command("catalogs", "update", "nothing")


def test_every_own_app_has_a_place():
    labels = {place.label for place in places.places()}
    assert {"project", "common", "accounts", "desk", "enterprises", "subsidies"} <= labels


def test_compiled_catalogs_are_not_kept_in_the_repository():
    assert "*.mo" in (Path(settings.BASE_DIR) / ".gitignore").read_text().split()


def test_the_portal_is_complete_in_both_languages():
    assert faults(list(places.places())) == []
