"""The database of a version as SQL text in tests/databases: how it is made, and made a database again.

    PYTHONPATH=. python tests/stored.py

stores that of this version, anew. Run it when the schema of a version changes that is not released yet, and never for
a released one: its text is what the later migrations are tested on. `0.1.0.dev0` is the schema as it was before rule
state and secrets were kept, so that there is a way to go from the start.
"""

from __future__ import annotations

import re
import sqlite3
import sys
import tempfile
import threading
from contextlib import closing
from http.server import ThreadingHTTPServer
from pathlib import Path

import sqlite_utils
from world import Project, Site, rss, site_handler

from listener import __version__, clock
from listener.app import cycle, open_app
from listener.config import load_config
from listener.followup import verdict
from listener.model import LeadStatus
from listener.store.migrations import MIGRATIONS

FOLDER = Path(__file__).parent / "databases"
VERSIONS = {__version__: None, "0.1.0.dev0": "m006_rule_state"}  # with the first step that they lack
COMPANIES = ["Acme", "Beta"]  # of the leads in each of them; Acme's was sent and won


def text_of(version: str) -> str:
    """The stored database."""
    return (FOLDER / f"{version}.sql").read_text(encoding="utf-8")


def make(version: str, path: Path) -> None:
    """The stored database as a file, where there is none."""
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(text_of(version))


def store_versions() -> None:
    """Write the texts of `VERSIONS`."""
    FOLDER.mkdir(exist_ok=True)
    for version, lacks in VERSIONS.items():
        with tempfile.TemporaryDirectory() as folder:
            path = _used(Path(folder))
            if lacks is not None:
                _take_back(path, lacks)
            (FOLDER / f"{version}.sql").write_text(_dump(path), encoding="utf-8")


def _used(folder: Path) -> Path:
    """A database that a daemon has worked with: one alert went, one waits for a retry, one lead was won."""
    site = Site(pages={"feed": rss("Acme raises $12M", "Nothing to see here"), "other": rss("Beta raises $13M")})
    with ThreadingHTTPServer(("127.0.0.1", 0), site_handler(site)) as server:
        site.port = server.server_port
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        routes = '[[routes]]\nto = "hook"\nkeywords = "Acme"\n[[routes]]\nto = "down"\nkeywords = "Beta"\n'
        destinations = {"hook": site.webhook, "down": "json://127.0.0.1:1/"}
        config = Project(folder).configure([site.url("feed"), site.url("other")], destinations, more=routes)
        with open_app(load_config(config, {"no_proxy": "*"}), clock=clock.now) as app:
            cycle(app)
            won = next(lead for lead in app.store.leads.all() if lead.company == "Acme")
            verdict(app.store, won.id, LeadStatus.WON, who="anna", now=clock.now(), value=12500)
        server.shutdown()
    return folder / "listener.db"


def _take_back(path: Path, step: str) -> None:
    """Bring the database to before that step, of which this and all later ones only made tables."""
    with sqlite_utils.Database(memory=True) as older:
        MIGRATIONS.apply(older, stop_before=step)
        tables, applied = set(older.table_names()), {each.name for each in MIGRATIONS.applied(older)}
    with closing(sqlite3.connect(path)) as raw, raw:
        for name, *_ in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            if name not in tables:
                raw.execute(f"DROP TABLE {name}")
        for each in MIGRATIONS.applied(sqlite_utils.Database(raw)):
            if each.name not in applied:
                raw.execute("DELETE FROM _sqlite_migrations WHERE name = ?", (each.name,))


def _dump(path: Path) -> str:
    with closing(sqlite3.connect(path)) as raw:
        application = raw.execute("PRAGMA application_id").fetchone()[0]
        lines = [f"PRAGMA application_id = {application};", *raw.iterdump(), ""]
    return re.sub(r"127\.0\.0\.1:\d{2,}", "news.example", "\n".join(lines))


if __name__ == "__main__":
    sys.exit(store_versions())
