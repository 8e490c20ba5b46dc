"""A stage that does nothing although there is work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from listener.core.readiness import PATIENCE, stuck
from listener.model import Backlog

NOW = datetime(2030, 5, 6, 12, tzinfo=UTC)
LONG = PATIENCE + timedelta(seconds=1)
SHORT = PATIENCE - timedelta(seconds=1)


def backlog(*, waits: timedelta | None, idle: timedelta | None) -> Backlog:
    return Backlog(
        stage="judge",
        waiting=3 if waits else 0,
        oldest_at=NOW - waits if waits else None,
        last_done_at=NOW - idle if idle else None,
    )


def test_a_stage_without_work_is_not_stuck_however_long_it_rests():
    assert stuck(backlog(waits=None, idle=timedelta(days=9)), NOW) is None


def test_work_that_has_just_come_is_no_trouble():
    assert stuck(backlog(waits=SHORT, idle=None), NOW) is None


def test_a_long_queue_that_is_worked_on_is_no_trouble():
    assert stuck(backlog(waits=timedelta(hours=2), idle=SHORT), NOW) is None


def test_waiting_work_and_an_idle_stage_are_trouble():
    assert stuck(backlog(waits=LONG, idle=LONG), NOW) == "3 due since 5 minutes, and nothing was done for 5"


def test_a_stage_that_never_did_anything_is_trouble_once_work_waits():
    assert stuck(backlog(waits=timedelta(hours=1), idle=None), NOW) is not None
