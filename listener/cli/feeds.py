"""`listener feeds`: what is polled and how it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from listener.cli import subscribing
from listener.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    open_store,
    print_json,
    print_table,
    printable,
    read_config,
    when,
)
from listener.cli.health import health
from listener.core.as_json import when_json
from listener.core.health import diagnose

if TYPE_CHECKING:
    from datetime import datetime

    from listener.app import App
    from listener.config import Config
    from listener.model import Feed

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _feeds() -> None:
    """The feeds: what is polled and how it is."""


app.command("health")(health)


@app.command("list")
def list_feeds(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Show the feeds with their health, those of a saved search under it."""
    from listener import clock

    now = clock.now()
    settings = read_config(config)
    polled = _polled(settings)
    waiting = _waiting(settings, polled, now)
    feeds, searches = [*polled, *waiting], _searches(settings)
    if as_json:
        print_json([feed_json(feed, searches.get(feed.url), now) for feed in feeds])
        return
    for search, group in _groups(feeds, searches):
        if search:
            typer.echo(f"\nSearch: {printable(search)}")
        headings = ("health", "feed", "entries", "next poll (UTC)", "url", "trouble")
        print_table(headings, [_row(feed, search, now) for feed in group])
    if waiting:
        typer.echo(f"\n{len(waiting)} new in {config}: polled from the next start of `listener run` on.")


def _polled(settings: Config) -> list[Feed]:
    """Those that the database knows; none where nothing was started yet."""
    if not settings.database.exists():
        return []
    with open_store(settings) as store:
        return store.feeds.all()


def _waiting(settings: Config, polled: Sequence[Feed], now: datetime) -> list[Feed]:
    """Those of the configuration that the database does not know, as the next start will find them."""
    from dataclasses import fields
    from urllib.parse import urlsplit

    from listener.model import Feed, PollHints

    known = {feed.url for feed in polled}
    unknown: dict[str, Any] = {**dict.fromkeys((field.name for field in fields(Feed)), None), "id": 0, "entries": 0}
    state = unknown | {"next_poll_at": now, "hints": PollHints(), "failures": 0}
    return [
        Feed(
            **state | {"url": spec.url, "name": spec.name or urlsplit(spec.url).hostname or spec.url, "tags": spec.tags}
        )
        for spec in settings.feeds
        if spec.url not in known
    ]


def _searches(settings: Config) -> dict[str, str]:
    """Feed URL -> the search that it answers."""
    return {feed.url: feed.search for feed in settings.feeds if feed.search is not None}


def _groups(feeds: Sequence[Feed], searches: Mapping[str, str]) -> Iterator[tuple[str, list[Feed]]]:
    """Those that answer no search, under "", then each search with its feeds; else in their order."""
    groups: dict[str, list[Feed]] = {"": []}
    for feed in feeds:
        groups.setdefault(searches.get(feed.url, ""), []).append(feed)
    return ((search, group) for search, group in groups.items() if group)


def _row(feed: Feed, search: str, now: datetime) -> tuple[object, ...]:
    """A feed of a search is called by the place alone: the heading says what was looked for."""
    name = feed.name.removeprefix(f"{search} (").removesuffix(")") if search else feed.name
    health = diagnose(feed, now).health.value
    url = f"{feed.url} (moved to {feed.moved_to})" if feed.moved_to else feed.url
    return health, name, feed.entries, when(feed.next_poll_at), url, feed.last_error or ""


def feed_json(feed: Feed, search: str | None, now: datetime) -> dict[str, Any]:
    """A feed as `feeds list --json` prints it."""
    return {
        "url": feed.url,
        "moved_to": feed.moved_to,
        "name": feed.name,
        "search": search,
        "tags": list(feed.tags),
        "health": diagnose(feed, now).health.value,
        "entries": feed.entries,
        "next_poll_at": when_json(feed.next_poll_at),
        "last_polled_at": when_json(feed.last_polled_at),
        "last_success_at": when_json(feed.last_success_at),
        "last_entry_at": when_json(feed.last_entry_at),
        "failures": feed.failures,
        "last_error": feed.last_error,
        "last_error_kind": feed.last_error_kind.value if feed.last_error_kind else None,
    }


subscribing.register(app)


# --------------------------------------------------------------------------- poll

_OTHERS_REST = timedelta(days=1)  # while some feeds are polled; ends with the command, or at the next start


@app.command()
def poll(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME|URL ...]", help="Of feeds or saved searches; else all.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Poll feeds now and show what each brought. What is new is judged by the next `run` or `once`."""
    import logging

    from listener import clock
    from listener.app import open_app
    from listener.cli.running import demo_site
    from listener.logs import log_to_stderr

    log_to_stderr(logging.ERROR)  # failures are in the table
    settings = read_config(config)
    settings = replace(settings, workers=0) if names else settings
    with demo_site(settings, timedelta(0)) as site, open_app(settings, clock=clock.now, demo=site) as app:
        before = _chosen(app.store.feeds.all(), names or (), settings)
        _poll_only(app, before)
        after = [app.store.feeds.get(feed.id) for feed in before]
    rows = [(new.name, _brought(old, new), new.url) for old, new in zip(before, after, strict=True)]
    print_table(("feed", "brought", "url"), rows)
    raise typer.Exit(1 if any(feed.failures for feed in after) else 0)


def _chosen(feeds: Sequence[Feed], names: Sequence[str], settings: Config) -> list[Feed]:
    """Those that have one of the names, URLs or searches; without names all. Raises ListenerError."""
    from listener.errors import ListenerError

    searches = _searches(settings)
    called = {feed.id: {feed.name, feed.url, searches.get(feed.url, feed.name)} for feed in feeds}
    for name in names:
        if not any(name in of_feed for of_feed in called.values()):
            raise ListenerError(f"no feed or search is called {name}. `listener feeds list` shows them")
    return [feed for feed in feeds if not names or called[feed.id] & set(names)]


def _poll_only(app: App, feeds: Sequence[Feed]) -> None:
    """Poll `feeds`, also before they are due, while the others are leased away."""
    chosen = {feed.id for feed in feeds}
    everything = app.store.feeds.all()
    claimed = app.store.feeds.claim_due(app.clock(), limit=len(everything), lease=_OTHERS_REST, force=True)
    try:
        app.store.feeds.release(chosen)
        app.poll.run(force=True)
    finally:
        app.store.feeds.release(feed.id for feed in claimed if feed.id not in chosen)


def _brought(before: Feed, after: Feed) -> str:
    if after.last_polled_at == before.last_polled_at:
        return "not asked: it is gone" if after.next_poll_at is None else "not asked: its server wants a pause"
    if after.last_error:
        return after.last_error
    new = after.entries - before.entries
    return f"{new} new entries" if new else "nothing new"
