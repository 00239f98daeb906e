"""The bench runs from an empty folder to its results; what it measures at this size says nothing about speed."""

import json
import os
import subprocess
import sys

import pytest

from bench.report import GOALS
from bureau.launcher.paths import ROOT

WORKS = {"import_xlsx", "reimport", "dashboard", "report", "last_page", "search", "budget", "admin_list", "admin_search",
         "export_xlsx", "export_csv"}


@pytest.mark.launcher
def test_all_works_are_measured_beside_their_floor(tmp_path):
    environment = {
        name: value for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL", "PORTAL_VAR", "DJANGO_SETTINGS_MODULE")
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--size", "small", "--times", "1", "--out", tmp_path / "out"],
        cwd=ROOT, env=environment | {"BENCH_HOME": str(tmp_path / "home")}, capture_output=True, text=True, timeout=900,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "0 overspent, 0 deadlocks" in done.stdout
    assert "cells alike" in done.stdout and "compare" not in done.stdout, "a figure that is compared with nothing"
    rows = json.loads((tmp_path / "out" / "results.json").read_text())
    assert {row["work"] for row in rows} == WORKS == set(GOALS)
    for row in rows:
        assert set(row) == {"work", "ours_s", "floor_s", "ratio", "rows"}
        assert row["ours_s"] > 0 and row["floor_s"] > 0 and row["ratio"] > 0 and row["rows"] > 0
    pages = json.loads((tmp_path / "out" / "pages.json").read_text())
    assert len(pages) > 50 and {"route", "small_ms", "big_ms", "ratio"} <= set(pages[0])
