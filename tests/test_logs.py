"""The log, for people and for machines."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from listener.logs import Event, JsonLines, TextLines

LOCAL = timezone(timedelta(hours=2))


def record(message: object, level: int = logging.INFO) -> logging.LogRecord:
    return logging.LogRecord("listener.poll", level, __file__, 1, message, (), None)


def test_an_event_is_its_name_and_its_fields():
    assert str(Event("deliver.sent", destination="chat", delivery=7)) == "deliver.sent destination=chat delivery=7"


def test_what_is_not_one_word_is_quoted():
    assert str(Event("poll.failed", feed='The "News"', why="a=b")) == r'poll.failed feed="The \"News\"" why="a=b"'


def test_times_are_utc_and_nothing_is_none():
    at = datetime(2030, 5, 6, 9, tzinfo=LOCAL)
    assert str(Event("poll.failed", next_try=at, last=None)) == "poll.failed next_try=2030-05-06T07:00:00Z last=none"


def test_a_note_for_people_comes_last():
    assert (
        str(Event("rules.kept", "the set from before\nstays", rules=3))
        == "rules.kept rules=3 the set from before stays"
    )


@given(st.text(), st.text())
def test_nothing_from_a_feed_makes_a_second_line_or_rewrites_the_screen(name, note):
    line = str(Event("poll.failed", note, feed=name))
    assert len(line.splitlines()) == 1
    assert str(Event("poll.failed", feed=name)).isprintable()


def test_a_line_of_text_begins_with_time_and_level():
    assert (
        TextLines()
        .format(record(Event("poll.failed"), logging.WARNING))
        .endswith("Z WARNING listener.poll poll.failed")
    )


def test_a_line_of_json_has_the_fields_beside_the_event():
    line = json.loads(JsonLines().format(record(Event("deliver.sent", "well done", delivery=7))))
    assert {key: value for key, value in line.items() if key != "time"} == {
        "level": "info",
        "logger": "listener.poll",
        "event": "deliver.sent",
        "delivery": 7,
        "note": "well done",
    }


def test_what_libraries_say_is_a_message():
    assert json.loads(JsonLines().format(record("something odd")))["message"] == "something odd"
