"""Which process of `pytest -n` runs which files."""

import functools

from xdist.scheduler import LoadFileScheduling

from bureau.launcher.paths import ROOT


class DemoTogether(LoadFileScheduling):
    """As `--dist loadfile`; but building the demo takes as long as a tenth of the quick tests, so one process has it."""

    def _split_scope(self, nodeid):
        file = super()._split_scope(nodeid)
        return "demo" if _asks_for_the_demo(file) else file


@functools.cache
def _asks_for_the_demo(file):
    """A file that says so where it should not only runs beside the others."""
    return "pytest.mark.demo" in (ROOT / file).read_text()
