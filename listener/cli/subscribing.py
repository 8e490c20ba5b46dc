"""`listener feeds add`, `import` and `export`: what stands in config.toml, and other readers' lists."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from listener.cli.common import DEFAULT_CONFIG, ConfigOption, counted, open_store, printable, read_config

if TYPE_CHECKING:
    from listener.config import Config
    from listener.sources.discover import FoundFeed
    from listener.sources.opml import Listed


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("add")(add)
    app.command("import")(import_feeds)
    app.command("export")(export_feeds)


def _interval(text: str) -> timedelta:
    from listener.config_values import parse_duration

    try:
        return parse_duration(text)
    except ValueError:
        raise typer.BadParameter("expected a number above 0 with s, m, h or d, such as 90m") from None


def add(
    url: Annotated[str, typer.Argument(help="Of a feed, or of a web page that has one.")],
    name: Annotated[str | None, typer.Option("--name", help="How it is shown; else its own title.")] = None,
    tags: Annotated[list[str] | None, typer.Option("--tag", help="For routes; may be given again.")] = None,
    interval: Annotated[
        timedelta | None, typer.Option("--interval", parser=_interval, metavar="DURATION", help='Such as "1h".')
    ] = None,
    lang: Annotated[str | None, typer.Option("--lang", help='Such as "de".')] = None,
    first: Annotated[bool, typer.Option("--first", help="Of several feeds take the first.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Find the feed of a URL and add it to the configuration."""
    from listener.config import environment
    from listener.config_edit import add_feeds, with_feeds
    from listener.model import FeedSpec

    url = url if "://" in url or url.startswith("demo:") else f"https://{url}"
    settings = _read_config(config)
    _end_if_known(url, settings, config)
    wanted = FeedSpec(url=url, name=name, tags=tuple(tags or ()), interval=interval, lang=lang)
    with_feeds(config, [wanted], environment())  # mistakes are told before anything is fetched
    found = _find(url, settings, first=first)
    _end_if_known(found.url, settings, config)
    add_feeds(config, [replace(wanted, url=found.url)], environment())
    title = f' "{printable(found.title)}"' if found.title else ""
    entries = counted(found.entries, "entry", "entries")
    typer.echo(f"Added to {config}: {printable(found.url)}{title}, {entries}. It is polled {_FROM_WHEN}.")


_FROM_WHEN = "from the next start of `listener run` on"


def _read_config(path: Path) -> Config:
    """The configuration, which may have no feed yet."""
    from listener.config import environment, parse_config, read_file

    return parse_config(read_file(path), path, environment(), needs_feeds=False)


def _end_if_known(url: str, settings: Config, path: Path) -> None:
    known = next((feed for feed in settings.feeds if feed.url == url), None)
    if known:
        under = f", under the search {printable(known.search)}" if known.search else ""
        typer.echo(f"{printable(url)} is in {path} already{under}. Nothing was changed.")
        raise typer.Exit


def _find(url: str, settings: Config, *, first: bool) -> FoundFeed:
    from listener.app import fetch_limits
    from listener.core.text import display_url
    from listener.errors import ListenerError
    from listener.sources.demo import SCHEME, check_demo_feed, load_demo
    from listener.sources.discover import FoundFeed, NothingFound, discover

    if url.startswith(SCHEME):
        check_demo_feed(url)
        bundled = [entry for entry in load_demo().entries if SCHEME + entry.feed == url]
        return FoundFeed(url=url, title=None, entries=len(bundled))
    found = discover(url, fetch_limits(settings), allow_private=settings.poll.allow_private_networks)
    if isinstance(found, NothingFound):
        raise ListenerError(f"{display_url(url)}: {printable(found.message)}. Nothing was changed.")
    return found[0] if first or len(found) == 1 else _choose(found)


def _choose(feeds: Sequence[FoundFeed]) -> FoundFeed:
    typer.echo(f"There are {len(feeds)} feeds:")
    for number, feed in enumerate(feeds, 1):
        title = f"  {printable(feed.title)}" if feed.title else ""
        typer.echo(f"{number:>3}  {printable(feed.url)}{title} ({counted(feed.entries, 'entry', 'entries')})")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        typer.echo(
            "Nothing was changed. Name the URL of the one that you want, or take the first with --first.", err=True
        )
        raise typer.Exit(1)
    while not 1 <= (number := typer.prompt("Which one", type=int)) <= len(feeds):
        typer.echo(f"Choose from 1 to {len(feeds)}.")
    return feeds[number - 1]


# --------------------------------------------------------------------------- lists of other readers


def import_feeds(
    file: Annotated[Path, typer.Argument(help="An OPML file.")], config: ConfigOption = DEFAULT_CONFIG
) -> None:
    """Add the feeds of an OPML file to the configuration; its folders become tags. Fetches nothing."""
    from listener.config import environment
    from listener.config_edit import add_feeds

    known = {feed.url for feed in _read_config(config).feeds}
    listed = _read_opml(file)
    problems = list(_problems(listed, file))
    good = [one.feed for one in listed if _problem(one) is None]
    new = [feed for feed in good if feed.url not in known]
    if new:
        add_feeds(config, new, environment())
    for problem in problems:
        typer.echo(problem, err=True)
    note = f" They are polled {_FROM_WHEN}." if new else ""
    already = f"{len(good) - len(new)} were there already"
    typer.echo(f"{counted(len(new), 'feed')} added to {config}, {already}, {len(problems)} not taken.{note}")
    raise typer.Exit(1 if problems else 0)


def _read_opml(file: Path) -> Sequence[Listed]:
    from listener.errors import ListenerError
    from listener.sources.opml import read_opml

    try:
        document = file.read_bytes()
    except OSError as error:
        raise ListenerError(f"{file}: cannot be read ({error.strerror})") from error
    listed = read_opml(document)
    if listed is None:
        raise ListenerError(f"{file}: is no OPML file. Let your feed reader export its feeds as OPML")
    return listed


def _problems(listed: Sequence[Listed], file: Path) -> Iterator[str]:
    for one in listed:
        problem = _problem(one)
        if problem:
            place = f"{file}:{one.line}" if one.line else f"{file}"
            yield f"{place}: {printable(one.feed.name or 'an entry without a name')}: {problem}"


def _problem(listed: Listed) -> str | None:
    """Why an entry of a list cannot be a feed; its URL is not shown, there may be a login in it."""
    from listener.config_values import url_problem

    if listed.problem is None and not listed.feed.url.startswith(("http:", "https:")):
        return "is not an http or https URL"
    return listed.problem or url_problem(listed.feed.url)


def export_feeds(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Print the feeds as OPML, in a folder for each tag; those of searches too, not the demo."""
    from listener.sources.demo import SCHEME
    from listener.sources.opml import write_opml

    settings = read_config(config)
    titles = _titles(settings)
    feeds = [feed for feed in settings.feeds if not feed.url.startswith(SCHEME)]
    sys.stdout.write(write_opml([replace(feed, name=feed.name or titles.get(feed.url)) for feed in feeds]))


def _titles(settings: Config) -> dict[str, str]:
    """What feeds without a name in the configuration call themselves, as far as they were polled."""
    if not settings.database.exists():
        return {}
    with open_store(settings) as store:
        return {feed.url: feed.name for feed in store.feeds.all()}
