"""One `var` folder for the whole story of a portal, so that the demo data are loaded once."""

import shutil
import tempfile
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def var():
    folder = Path(tempfile.mkdtemp(prefix="portal-var-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
