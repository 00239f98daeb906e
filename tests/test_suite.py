"""The suite's own promises: copies of a template, no flush, strict templates."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.template import Context, Engine, Template

from tests.strict_templates import UnknownVariable


def database():
    with connection.cursor() as cursor:
        cursor.execute("select current_database()")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_rolls_back_in_a_shared_copy(databases):
    assert database() == databases.settings["NAME"]
    ContentType.objects.create(app_label="suite", model="left_behind")


@pytest.mark.django_db
def test_sees_nothing_of_its_neighbour():
    assert not ContentType.objects.filter(app_label="suite").exists()


class TestCommitting:
    names = set()

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("turn", [1, 2])
    def test_gets_a_database_of_its_own(self, turn):
        assert not ContentType.objects.filter(app_label="suite").exists()
        assert ContentType.objects.exists(), "what migrations wrote is there"
        ContentType.objects.create(app_label="suite", model="committed")
        assert database() not in self.names
        self.names.add(database())


def test_an_unknown_template_variable_is_an_error(tmp_path):
    from django.conf import settings

    unknown = settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"]
    assert unknown.project == str(settings.BASE_DIR)
    (tmp_path / "page.html").write_text("{{ nobody }}")
    page = Engine(dirs=[tmp_path], string_if_invalid=type(unknown)(str(tmp_path))).get_template("page.html")
    with pytest.raises(UnknownVariable):
        page.render(Context())


def test_a_default_makes_it_known():
    assert Template("{{ nobody|default:'-' }}").render(Context()) == "-"


@pytest.mark.race
def test_a_real_worker_takes_work(worker):
    from bureau.celery import app

    assert app.control.ping(timeout=3), worker.log()
    worker.kill()
    worker.start()
    assert "ready." in worker.log()
