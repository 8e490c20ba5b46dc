"""The log: events with fields, one a line, for people or for machines.

    log.info(Event("deliver.sent", destination="chat", delivery=7))

An event's name is the stage and what happened. Fields hold no secret and no URL with a login.

    DEBUG    for who works on listener
    INFO     what was done
    WARNING  something failed that is tried again by itself
    ERROR    somebody has to do something
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from datetime import UTC, datetime
from typing import Any

_PLAIN = re.compile(r"[^\s\"=]+")


class Event:
    """What is logged: `str` is its line of text."""

    __slots__ = ("fields", "name", "note")

    def __init__(self, name: str, note: str = "", /, **fields: object) -> None:
        """`note` is for people: what it means, or what to do."""
        self.name, self.note = name, " ".join(_printable(note).split())
        self.fields = {key: _value(value) for key, value in fields.items()}

    def __str__(self) -> str:
        fields = (f"{key}={_text(value)}" for key, value in self.fields.items())
        return " ".join(filter(None, (self.name, *fields, self.note)))


def _value(value: object) -> str | int | float | bool | None:
    match value:
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        case str():
            return str(value)
        case bool() | int() | float() | None:
            return value
        case _:
            return str(value)


def _text(value: object) -> str:
    text = "none" if value is None else str(value)
    plain = _PLAIN.fullmatch(text) and text.isprintable()
    return text if plain else json.dumps(text, ensure_ascii=not text.isprintable())


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


class TextLines(logging.Formatter):
    """Time in UTC, level, logger, event."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime


class JsonLines(logging.Formatter):
    """An object a line, as log collectors want it. An event's fields stand beside `event`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if isinstance(record.msg, Event):
            line |= {"event": record.msg.name, **record.msg.fields}
            if record.msg.note:
                line["note"] = record.msg.note
        else:
            line["message"] = record.getMessage()
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def log_to_stderr(level: int = logging.INFO, *, as_json: bool = False) -> None:
    """Write our events from `level` on to stderr, and the warnings of libraries; replaces what was set before."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if as_json else TextLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("listener").setLevel(level)
