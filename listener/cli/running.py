"""`listener run`, `once`, `demo` and `check`."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from listener.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    console,
    counted,
    ended_by_signals,
    print_json,
    read_config,
)
from listener.logs import log_to_stderr

if TYPE_CHECKING:
    from listener.app import App, CycleSummary
    from listener.config import Config
    from listener.model import Lead
    from listener.poll import PollSummary
    from listener.sources.demo import DemoSite

DEMO_REVEAL = timedelta(seconds=40)
"""Over which the demo's entries come in: slow enough to watch, and the last leads are there within a minute."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (run, once, demo, check):
        app.command(command.__name__)(command)


def run(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Run the daemon: poll, judge and deliver until it is stopped. Shows each lead as it arrives."""
    stop = ended_by_signals()  # first of all, for reading all that is to run takes a second
    log_to_stderr()
    settings = _settings(config)
    from listener.daemon import Daemon

    log_to_stderr(as_json=settings.log == "json")
    with demo_site(settings, DEMO_REVEAL) as site, _app(settings, site, _show_lead) as app:
        Daemon(app, stop).run(on_start=lambda: _greet(app, config, site))


def once(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Run one full cycle over all feeds, then show a summary."""
    level = logging.WARNING if as_json else logging.INFO
    log_to_stderr(level)
    settings = _settings(config)
    from listener.app import cycle

    log_to_stderr(level, as_json=settings.log == "json")
    show = None if as_json else _show_lead
    with (
        demo_site(settings, timedelta(0)) as site,
        _app(settings, site, show) as app,
        _poll_progress(len(settings.feeds)) as on_poll,
    ):
        summary = cycle(app, on_poll=on_poll)
    failed = summary.judge.failed
    if as_json:
        print_json(summary.as_json())
    else:
        _print_summary(summary)
    raise typer.Exit(1 if failed else 0)


def demo(
    once_only: Annotated[bool, typer.Option("--once", help="All entries at once, one cycle, then end.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --once: print summary, leads and inbox as JSON.")
    ] = False,
    rules: Annotated[Path | None, typer.Option("--rules", help="Another folder of rules.")] = None,
) -> None:
    """Show everything at work on bundled feeds: no configuration, no internet, nothing kept."""
    import tempfile

    from listener.cli.demonstration import demo_config, run_demo_once, watch_demo

    if as_json and not once_only:
        raise typer.BadParameter("--json needs --once")
    log_to_stderr(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="listener-demo-") as folder:
        reveal = timedelta(0) if once_only else DEMO_REVEAL
        with _new_demo_site(reveal) as site:
            settings = demo_config(Path(folder), site, rules)
            if once_only:
                run_demo_once(settings, site, as_json=as_json)
            else:
                watch_demo(settings, site, _show_lead)


def check(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Check configuration, rules, database and destinations. Sends nothing, changes nothing."""
    from listener.cli.checking import problems_of

    settings = read_config(config)
    counts = f"{counted(len(settings.destinations), 'destination')}, {counted(len(settings.routing.routes), 'route')}"
    typer.echo(f"{config}: {counted(len(settings.feeds), 'feed')}, {counts}")
    found = problems_of(settings)
    for problem in found:
        typer.echo(f"wrong: {problem}", err=True)
    typer.echo("Everything is in order." if not found else f"{len(found)} to mend.")
    raise typer.Exit(1 if found else 0)


# --------------------------------------------------------------------------- what they share


def _settings(config: Path) -> Config:
    """What to run by; what workers need is imported from now on, beside what this process needs. Raises ConfigError."""
    from listener.executor import begin_fork_server

    settings = read_config(config)
    if settings.workers:
        begin_fork_server()
    return settings


def _app(
    settings: Config, site: DemoSite | None, on_lead: Callable[[Lead], None] | None
) -> contextlib.AbstractContextManager[App]:
    from listener import clock
    from listener.app import open_app

    return open_app(settings, clock=clock.now, on_lead=on_lead, demo=site)


@contextlib.contextmanager
def demo_site(settings: Config, reveal: timedelta) -> Iterator[DemoSite | None]:
    """The bundled feeds, served on loopback, if the configuration names one."""
    from listener.sources.demo import SCHEME, check_demo_feed

    demo_feeds = [feed.url for feed in settings.feeds if feed.url.startswith(SCHEME)]
    for url in demo_feeds:
        check_demo_feed(url)
    if not demo_feeds:
        yield None
        return
    with _new_demo_site(reveal) as site:
        yield site


def _new_demo_site(reveal: timedelta) -> DemoSite:
    from listener import clock
    from listener.sources.demo import DemoSite

    return DemoSite(clock=clock.now, reveal=reveal)


def _greet(app: App, config: Path, site: DemoSite | None) -> None:
    settings, rules = app.config, app.rules.in_use()
    out = console()
    looks = f"{counted(len(rules.triggers), 'trigger')} with {counted(rules.rules, 'rule')}"
    out.print(f"listener polls {counted(len(settings.feeds), 'feed')} and looks for {looks}.")
    if site is not None:
        out.print("The demo feeds are bundled: fictional companies, no internet needed.")
    if settings.destinations:
        out.print(f"Alerts go to {', '.join(settings.destinations)}.")
    else:
        out.print("No destination is configured, so leads are shown here only.")
    out.print(f"Next: put your own feeds and a destination into {config}, then `listener check`. Ctrl-C ends it.\n")


def _show_lead(lead: Lead) -> None:
    from listener.cli.lead_views import lead_card

    console().print(lead_card(lead))


@contextlib.contextmanager
def _poll_progress(feeds: int) -> Iterator[Callable[[PollSummary], None] | None]:
    """A progress bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Polling", total=feeds)
        yield lambda summary: progress.update(task, completed=summary.polled)


def _print_summary(summary: CycleSummary) -> None:
    poll, judge = summary.poll, summary.judge
    out = console()
    out.print(
        f"{counted(poll.polled, 'feed')} polled: "
        f"{poll.changed} changed, {poll.not_modified} not modified, {poll.failed} failed. "
        f"{counted(poll.new_entries, 'new entry', 'new entries')}, {counted(judge.matches, 'match', 'matches')}."
    )
    out.print(
        f"Leads: {judge.new} new, {judge.updated} updated, {judge.suppressed} suppressed. "
        f"Alerts: {summary.sent} sent, {summary.queued} queued, {summary.failed} failed. "
        f"{summary.took.total_seconds():.1f} s."
    )
