import pytest

from tests.factories import pledges as make


@pytest.fixture
def desk(db):
    return make.desk()
