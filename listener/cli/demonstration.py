"""The demo: bundled feeds over real HTTP on loopback, and a real inbox there for the alerts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from listener.cli.common import console, counted, ended_by_signals, print_json

if TYPE_CHECKING:
    from listener.config import Config
    from listener.model import Lead
    from listener.sources.demo import DemoSite

INBOX_VARIABLE = "LISTENER_DEMO_INBOX"


def demo_config(folder: Path, site: DemoSite, rules: Path | None) -> Config:
    """A configuration as an operator would write it, in `folder`."""
    from listener.config import bypass_proxy, load_config
    from listener.rulebook import shipped_rules

    bypass_proxy("127.0.0.1")
    path = folder / "config.toml"
    feeds = "".join(f'[[feeds]]\nurl = "demo:{name}"\ninterval = "2s"\n' for name in site.names())
    path.write_text(
        f"[listener]\ndatabase = 'listener.db'\nrules = ['{(rules or shipped_rules()).absolute()}']\n"
        f"[poll]\nburst = 1000\n[deliver]\nstorm_after = 1000\n{feeds}"  # each alert is to be seen
        f'[destinations]\ninbox = "env:{INBOX_VARIABLE}"\n',
        encoding="utf-8",
    )
    environ: Mapping[str, str] = {INBOX_VARIABLE: site.inbox_url}
    return load_config(path, environ)


def run_demo_once(settings: Config, site: DemoSite, *, as_json: bool) -> None:
    """One cycle over all entries, and what arrived in the inbox."""
    from listener import clock
    from listener.app import cycle, open_app
    from listener.cli.lead_views import lead_card
    from listener.core.as_json import lead_json

    with open_app(settings, clock=clock.now, demo=site) as app:
        summary = cycle(app)
        leads = app.store.leads.all()
    if as_json:
        inbox = [{"title": message.title, "message": message.message} for message in site.inbox]
        print_json({**summary.as_json(), "found": [lead_json(lead) for lead in leads], "inbox": inbox})
        return
    out = console()
    for lead in reversed(leads):
        out.print(lead_card(lead))
    out.print(f"{_entries(summary.poll.new_entries)}, {counted(len(leads), 'lead')}, {_inbox(site)}.")
    _where_to_go_next()


def watch_demo(settings: Config, site: DemoSite, on_lead: Callable[[Lead], None]) -> None:
    """The daemon on the demo feeds, until Ctrl-C."""
    stop = ended_by_signals()
    from listener import clock
    from listener.app import open_app
    from listener.daemon import Daemon

    console().print(
        f"{len(site.names())} demo feeds on loopback; entries come in over the next minute. Ctrl-C ends it.\n"
    )
    with open_app(settings, clock=clock.now, on_lead=on_lead, demo=site) as app:
        Daemon(app, stop).run()
        console().print(f"\n{_entries(app.store.entries.count())}, {_inbox(site)}.")
    _where_to_go_next()


def _entries(number: int) -> str:
    return counted(number, "entry", "entries")


def _inbox(site: DemoSite) -> str:
    return f"{counted(len(site.inbox), 'alert')} in the demo inbox"


def _where_to_go_next() -> None:
    console().print("Next: put your own feeds into config.toml, then `listener check` and `listener run`.")
