"""Adds feeds to config.toml as text: whatever else stands there stays as it is, byte for byte."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from listener.config import parse_config, read_file
from listener.errors import ConfigError, InvalidConfig
from listener.model import FeedSpec


def add_feeds(path: Path, feeds: Sequence[FeedSpec], environ: Mapping[str, str]) -> None:
    """Append a [[feeds]] table for each feed, and replace the file in one step.

    The file keeps its permissions; a link stays a link. Raises ConfigError, and leaves the file alone, where
    the result would be no valid configuration or cannot be written.
    """
    _replace(path, with_feeds(path, feeds, environ))


def with_feeds(path: Path, feeds: Sequence[FeedSpec], environ: Mapping[str, str]) -> bytes:
    """The file as it would be with `feeds` in it. Raises ConfigError where that is no valid configuration."""
    content = read_file(path)
    parse_config(content, path, environ, needs_feeds=False)
    newline = "\r\n" if b"\r\n" in content else "\n"
    begin = "" if not content or content.endswith(b"\n") else newline
    added = "".join(newline + newline.join(_table(feed)) + newline for feed in feeds)
    result = content + (begin + added).encode("utf-8", "replace")
    try:
        parse_config(result, path, environ)
    except InvalidConfig as error:
        raise _not_added(path, f"{_key(error)}: {error.problem}. {error.remedy}") from error
    except ConfigError as error:  # `feeds = [...]` on one line cannot be extended by a table
        raise _not_added(path, f"{error.problem}. Write each feed of the file under [[feeds]]") from error
    return result


def _key(error: InvalidConfig) -> str:
    """`interval`, where the mistake is in `feeds[7].interval`: that table is not in the file that people see."""
    return (error.key or "").rpartition(".")[2]


def _not_added(path: Path, problem: str) -> ConfigError:
    return ConfigError(f"nothing was added, because of a mistake: {problem}", path=path, remedy="The file is as it was")


def _table(feed: FeedSpec) -> list[str]:
    """The lines of a [[feeds]] table, with the keys that say something, their equals signs in line."""
    values = {
        "url": _text(feed.url),
        "name": _text(feed.name) if feed.name else None,
        "tags": f"[{', '.join(map(_text, feed.tags))}]" if feed.tags else None,
        "interval": _text(_duration(feed.interval)) if feed.interval else None,
        "lang": _text(feed.lang) if feed.lang else None,
    }
    given = {key: value for key, value in values.items() if value is not None}
    width = max(map(len, given))
    return ["[[feeds]]", *(f"{key:{width}} = {value}" for key, value in given.items())]


def _text(value: str) -> str:
    """A TOML string. JSON's are such strings, but for the one control character that JSON lets stand."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _duration(interval: timedelta) -> str:
    seconds = interval.total_seconds()
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds / size:.0f}{unit}"
    return f"{seconds:f}".rstrip("0").rstrip(".") + "s"


def _replace(path: Path, content: bytes) -> None:
    """All or nothing, also when the machine stops in the middle."""
    real = path.resolve()
    try:
        before = real.stat()
        handle, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            for owner in ((before.st_uid, -1), (-1, before.st_gid)):
                with contextlib.suppress(OSError):  # only root may give a file away, only to a group of its own anyone
                    os.chown(name, *owner)
            os.chmod(name, before.st_mode & 0o7777)
            os.replace(name, real)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise ConfigError(
            f"cannot be written ({error.strerror})",
            path=path,
            remedy=f"Let user id {os.getuid()} write to {real.parent}, or add the feed by hand",
        ) from error
