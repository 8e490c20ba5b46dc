"""Killed at random moments, listener loses no lead; benchmarks/kills.py does more of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from world import PATIENCE_SECONDS

KILLS = Path(__file__).resolve().parents[2] / "benchmarks" / "kills.py"


def test_random_kills_lose_nothing_and_repeat_at_most_a_message_each() -> None:
    done = subprocess.run(
        [sys.executable, str(KILLS), "--kills", "10", "--leads", "40"],
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found["lost"] == {"flaky": 0, "steady": 0}
    assert found["refused"] > 0
