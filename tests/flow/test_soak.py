"""A day of fifty feeds in fast-forward; benchmarks/soak.py does it with thousands."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from world import PATIENCE_SECONDS

SOAK = Path(__file__).resolve().parents[2] / "benchmarks" / "soak.py"


def test_a_day_with_outages_edits_restarts_and_kills_loses_and_doubles_nothing() -> None:
    done = subprocess.run(
        [sys.executable, str(SOAK), "--feeds", "50", "--step", "15", "--workers", "0"],
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert found["leads"] > 20
    assert found["messages"]["flaky"] > found["leads"], "the outages did not happen"
