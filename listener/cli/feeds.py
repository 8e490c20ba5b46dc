"""`listener feeds`: what is polled and how it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from listener.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    console,
    open_store,
    print_json,
    read_config,
    table,
    when,
    when_json,
)
from listener.cli.health import health
from listener.core.health import diagnose

if TYPE_CHECKING:
    from datetime import datetime

    from listener.model import Feed

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _feeds() -> None:
    """The feeds: what is polled and how it is."""


app.command("health")(health)


@app.command("list")
def list_feeds(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Show the feeds with their health."""
    from listener import clock

    now = clock.now()
    with open_store(read_config(config)) as store:
        feeds = store.feeds.all()
    if as_json:
        print_json([feed_json(feed, now) for feed in feeds])
        return
    rows = [
        (
            diagnose(feed, now).health.value,
            feed.name,
            feed.entries,
            when(feed.next_poll_at),
            feed.url,
            feed.last_error or "",
        )
        for feed in feeds
    ]
    console().print(table(("health", "feed", "entries", "next poll (UTC)", "url", "trouble"), rows))


def feed_json(feed: Feed, now: datetime) -> dict[str, Any]:
    """A feed as `feeds list --json` prints it."""
    return {
        "url": feed.url,
        "name": feed.name,
        "tags": list(feed.tags),
        "health": _health(feed, now),
        "entries": feed.entries,
        "next_poll_at": when_json(feed.next_poll_at),
        "last_polled_at": when_json(feed.last_polled_at),
        "last_success_at": when_json(feed.last_success_at),
        "last_entry_at": when_json(feed.last_entry_at),
        "failures": feed.failures,
        "last_error": feed.last_error,
        "last_error_kind": feed.last_error_kind.value if feed.last_error_kind else None,
    }


def _health(feed: Feed, now: datetime) -> str:
    return diagnose(feed, now).health.value
