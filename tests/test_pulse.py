"""How the daemon's jobs are doing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from listener.model import StagePulse
from listener.pulse import Pulse

NOW = datetime(2030, 5, 6, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_good_runs_add_up():
    pulse = Pulse()
    pulse.ended("poll", SECOND, NOW)
    pulse.ended("poll", 2 * SECOND, NOW + SECOND)
    assert pulse.stages() == (StagePulse(name="poll", runs=2, seconds=3.0, last_ok_at=NOW + SECOND),)


def test_trouble_is_news_when_it_begins_and_when_it_changes():
    pulse = Pulse()
    assert [pulse.failed("poll", trouble) for trouble in ("full", "full", "locked")] == [True, False, True]


def test_the_end_of_trouble_is_told_once():
    pulse = Pulse()
    pulse.failed("poll", "full")
    assert [pulse.ended("poll", SECOND, NOW) for _ in range(2)] == [True, False]
    assert pulse.stages()[0].trouble is None
