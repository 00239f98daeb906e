import logging

import pytest


@pytest.fixture(autouse=True)
def quiet():
    """Refusals are what these tests are about; thousands of them would fill the log."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)
