"""Trouble of every kind: a clear line names it, the rest goes on, nothing is lost."""

from __future__ import annotations

import os
import re
import shlex
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import stored
from world import Project, Site, rss
from world import command as command_line

from listener import __version__, clock
from listener.app import cycle, open_app
from listener.config import load_config
from listener.daemon import Daemon
from listener.executor import InlineExecutor

LOGIN_PAGE = b"<!doctype html><html><head><title>Please log in</title></head><body>Hello</body></html>"


@pytest.fixture
def endless() -> Iterator[str]:
    """A feed that never ends and one that never begins, on a server of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            if self.path == "/slow":
                released.wait()
            for _ in range(50 if self.path == "/large" else 0):
                try:
                    self.wfile.write(b"<!-- " + b"x" * 1_000_000 + b" -->")
                except OSError:
                    return

        def log_message(self, *_: object) -> None:
            pass

    released = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    released.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_each_bad_feed_is_named_and_the_good_one_is_read(project: Project, site: Site, endless: str) -> None:
    site.pages |= {
        "good": rss("Acme raises $12M"),
        "html": LOGIN_PAGE,
        "empty": b"",
        "cut": rss("Beta raises $13M", "Cobalt raises $14M")[:-80],
    }
    feeds = [site.url(path) for path in ("html", "empty", "missing", "cut", "good")]
    feeds += [f"{endless}/slow", f"{endless}/large", "http://127.0.0.1:1/refused"]
    project.configure(feeds, {"hook": site.webhook}, poll='deadline = "2s"\n')

    done = project.run("once")

    listed = {feed["url"].rpartition("/")[2]: feed for feed in project.json("feeds", "list")}
    troubles = {name: feed["last_error"] for name, feed in listed.items() if feed["last_error"]}
    assert set(troubles) == {"html", "empty", "missing", "slow", "large", "refused"}
    assert "Please log in" in troubles["html"]
    assert "404" in troubles["missing"]
    assert "Traceback" not in done.stderr
    for name, trouble in troubles.items():
        assert listed[name]["health"] == "failing"
        assert trouble in done.stderr.replace('\\"', '"')
    assert sorted(site.titles()) == ["Acme: funding round ($12M)", "Beta: funding round ($13M)"]


def test_a_private_address_is_refused_unless_it_is_allowed(project: Project, site: Site) -> None:
    site.pages["feed"] = rss("Acme raises $12M")
    project.configure([site.url("feed")])
    project.config.write_text(project.config.read_text().replace("allow_private_networks = true", ""))

    assert project.json("once")["feeds"]["failed"] == 1
    (feed,) = project.json("feeds", "list")
    assert feed["last_error_kind"] == "forbidden_address"
    assert "allow_private_networks" in feed["last_error"]


def test_a_destination_that_refuses_holds_up_nobody_and_is_tried_again(project: Project, site: Site) -> None:
    site.pages["feed"] = rss("Acme raises $12M")
    project.configure([site.url("feed")], {"down": "json://127.0.0.1:1/", "hook": site.webhook})

    summary = project.json("once")

    assert summary["deliveries"] == {"sent": 1, "queued": 1, "failed": 1}
    (delivery,) = project.json("alerts", "list", "--state", "retrying")
    assert (delivery["destination"], delivery["last_error"]) == ("down", "connection refused")


def test_a_start_tries_at_once_what_was_refused_before(project: Project, site: Site) -> None:
    site.pages["feed"] = rss("Acme raises $12M")
    site.refuse = True
    project.configure([site.url("feed")], {"hook": site.webhook})
    assert project.json("once")["deliveries"]["failed"] == 1
    site.refuse = False
    assert project.json("once")["deliveries"]["sent"] == 1


def test_what_was_given_up_can_be_sent_again(project: Project, site: Site) -> None:
    site.pages["feed"] = rss("Acme raises $12M")
    site.refuse = True
    project.configure([site.url("feed")], {"hook": site.webhook}, more='[deliver]\nretry_for = "0.001s"\n')
    assert project.json("once")["deliveries"]["failed"] == 1
    with closing(sqlite3.connect(project.folder / "listener.db")) as db, db:
        db.execute("UPDATE deliveries SET state = 'dead'")
    site.refuse = False

    assert project.run("alerts", "retry").stdout == "1 queued again\n"
    assert project.json("once")["deliveries"]["sent"] == 1


def test_a_rule_file_with_a_typo_is_named_and_the_others_are_used(project: Project, site: Site) -> None:
    site.pages["feed"] = rss("Acme raises $12M")
    project.configure([site.url("feed")], {"hook": site.webhook})
    broken = project.rule_file.read_text().replace('"funding"', '"other"').replace("{money}", "{mony}")
    project.rule_file.with_name("other.toml").write_text(broken)

    done = project.run("once")

    assert "other.toml:8:" in done.stderr
    assert site.titles() == ["Acme: funding round ($12M)"]


def test_without_any_good_rule_nothing_is_judged_and_nothing_lost(project: Project, site: Site) -> None:
    site.pages["feed"] = rss("Acme raises $12M")
    project.configure([site.url("feed")])
    rules = project.rule_file.read_text() if project.rule_file.exists() else ""
    project.rule_file.write_text("trigger = \n")

    done = project.run("once", check=1)

    assert "no rule is without a mistake" in done.stderr
    assert "Traceback" not in done.stderr
    project.rule_file.write_text(rules)
    assert project.json("once")["leads"]["new"] == 1


def test_a_full_disk_loses_nothing(project: Project, site: Site) -> None:
    site.pages["feed"] = rss(*(f"Acme{n} raises ${n}M" for n in range(1, 40)))
    config = load_config(
        project.configure(
            [site.url("feed")], {"hook": site.webhook}, poll="burst = 1000\n[deliver]\nstorm_after = 1000"
        ),
        {},
    )
    with open_app(config, clock=clock.now) as app:
        pages = app.store._connection.rows("PRAGMA page_count")[0][0]
        app.store._connection.rows(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(sqlite3.OperationalError, match="full"):
            cycle(app)
        app.store._connection.rows("PRAGMA max_page_count = 1000000")
        app.store.feeds.release_all()

        summary = cycle(app)

    assert summary.poll.new_entries == 39
    assert len(site.titles()) == 39


FULL = ("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1000000", "is full", "Make room on that disk")
READ_ONLY = ("PRAGMA query_only = ON", "PRAGMA query_only = OFF", "readonly", "Mount")


@pytest.mark.parametrize(("begin", "end", "problem", "remedy"), [FULL, READ_ONLY], ids=["full", "read-only"])
def test_a_disk_that_takes_nothing_is_said_once_with_the_remedy_and_survived(
    project: Project, site: Site, caplog: pytest.LogCaptureFixture, begin: str, end: str, problem: str, remedy: str
) -> None:
    site.pages["feed"] = rss(*(f"Acme{n} raises ${n}M" for n in range(1, 40)))
    config = load_config(project.configure([site.url("feed")], {"hook": site.webhook}, poll="burst = 1000"), {})
    with open_app(config, clock=clock.now) as app:
        daemon = Daemon(app, threading.Event())

        def run_all() -> None:
            for name, stage in {"poll": app.poll, "judge": app.judge, "deliver": app.deliver}.items():
                daemon._tick(name, stage.run)

        app.store._connection.rows(begin)
        run_all()
        run_all()
        (trouble,) = {stage.trouble for stage in daemon.pulse.stages() if stage.trouble}
        app.store._connection.rows(end)
        app.store.feeds.release_all()
        run_all()

    assert problem in trouble
    assert remedy in trouble
    assert caplog.text.count("poll.failed") == 1
    assert not any(stage.trouble for stage in daemon.pulse.stages())
    assert len(site.titles()) == 1  # a storm: all of them are in one digest


def test_a_disk_that_is_full_while_the_rules_are_compiled_is_survived(project: Project, site: Site) -> None:
    config = load_config(project.configure([site.url("feed")]), {})
    with open_app(config, clock=clock.now) as app:
        stop = threading.Event()
        daemon = Daemon(app, stop)
        app.store._connection.rows("PRAGMA query_only = ON")
        daemon._tick("rules", daemon._read_rules)
        assert daemon.pulse.in_trouble("rules")
        assert not app.rules.are_in_use
        app.store._connection.rows("PRAGMA query_only = OFF")
        daemon._tick("rules", daemon._read_rules)
        assert app.rules.are_in_use
        assert not daemon.pulse.in_trouble("rules")
        assert not stop.is_set()


def test_a_locked_database_is_waited_for_and_loses_nothing(project: Project, site: Site) -> None:
    site.pages["feed"] = rss("Acme raises $12M")
    config = load_config(project.configure([site.url("feed")], {"hook": site.webhook}), {})
    with open_app(config, clock=clock.now) as app:
        app.store._connection.rows("PRAGMA busy_timeout = 1")
        with closing(sqlite3.connect(config.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                cycle(app)
            other.execute("ROLLBACK")

        assert cycle(app).sent == 1


@pytest.mark.parametrize("content", [b"hello", b"SQLite format 3\x00" + b"\x00" * 200])
def test_a_file_that_is_no_database_is_refused_and_left_alone(project: Project, site: Site, content: bytes) -> None:
    project.configure([site.url("feed")])
    database = project.folder / "listener.db"
    database.write_bytes(content)

    done = project.run("once", check=1)

    assert "listener.db" in done.stderr
    assert "Traceback" not in done.stderr
    assert database.read_bytes() == content


def test_after_a_downgrade_the_database_is_refused_and_left_alone(project: Project, site: Site) -> None:
    project.configure([site.url("feed")])
    database = project.folder / "listener.db"
    stored.make(__version__, database)
    with closing(sqlite3.connect(database)) as later, later:
        later.execute("INSERT INTO _sqlite_migrations VALUES (NULL, 'listener', 'm999_later', 'now')")
    before = database.read_bytes()

    done = project.run("run", check=1)

    (line,) = done.stderr.splitlines()
    assert "written by a later version of listener (m999_later)" in line
    assert "Install that version again, or restore a backup" in line
    assert database.read_bytes() == before


def test_a_missing_configuration_says_what_to_do(tmp_path: Path) -> None:
    done = Project(tmp_path).run("run", check=1)
    assert done.stderr.startswith("listener: config.toml: there is no such file.")


def test_items_of_one_page_are_leads_of_their_own(project: Project, site: Site) -> None:
    feed = rss("Acme raises $12M", "Beta raises $13M", "Cobalt raises $14M")
    site.pages["feed"] = re.sub(
        rb"<link>https://news.example/[^<]*</link>", b"<link>https://news.example/all</link>", feed
    )
    project.configure([site.url("feed")], {"hook": site.webhook})

    assert project.json("once")["leads"]["new"] == 3
    assert len(site.titles()) == 3


def test_a_lead_that_was_sent_is_never_nobody_told(project: Project, site: Site) -> None:
    site.pages |= {"one": rss("Acme raises $12M"), "two": rss("Weather")}
    project.configure(
        [site.url("one"), site.url("two")], {"hook": site.webhook}, more='[[routes]]\nto = "hook"\ntags = "a"\n'
    )
    text = project.config.read_text()
    project.config.write_text(text.replace('/one"\n', '/one"\ntags = ["a"]\n'))
    project.run("once")
    site.pages["two"] = rss("Acme raises $12M", site="https://two.example")
    project.run("once")

    (lead,) = project.json("leads")
    assert (lead["status"], lead["suppressed"], len(lead["sources"])) == ("alerted", None, 2)


def test_a_date_at_the_end_of_time_does_not_stop_an_alert(project: Project, site: Site) -> None:
    site.pages["feed"] = re.sub(
        rb"<pubDate>.*?</pubDate>", b"<pubDate>Fri, 31 Dec 9999 23:30:00 GMT</pubDate>", rss("Acme raises $12M")
    )
    project.configure([site.url("feed")], {"hook": site.webhook}, more="")
    project.config.write_text(project.config.read_text().replace("[poll]", 'timezone = "Europe/Zurich"\n[poll]', 1))

    assert project.json("once")["deliveries"]["sent"] == 1


@pytest.mark.parametrize("command", [["once"], ["alerts", "retry"]])
def test_a_locked_database_is_said_in_one_line(project: Project, site: Site, command: list[str]) -> None:
    site.pages["feed"] = rss("Acme raises $12M")
    project.configure([site.url("feed")])
    project.run("once")
    with closing(sqlite3.connect(project.folder / "listener.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = project.run(*command, check=1)
    assert "locked" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_closed_terminal_does_not_stop_the_alerts(project: Project, site: Site) -> None:
    site.pages["feed"] = rss("Acme raises $12M", "Beta raises $13M")
    project.configure([site.url("feed")], {"hook": site.webhook})
    line = f"{shlex.join(command_line('once'))} | true"
    subprocess.run(["sh", "-c", line], cwd=project.folder, capture_output=True, timeout=60, check=True)
    assert len(site.wait_for(2)) == 2


def test_an_entry_that_breaks_its_worker_is_given_up_and_the_others_are_judged(project: Project, site: Site) -> None:
    site.pages["feed"] = rss("Acme raises $12M", "Poison raises $13M", "Beta raises $14M")
    config = load_config(project.configure([site.url("feed")], {"hook": site.webhook}), {})

    class Breaking(InlineExecutor):
        def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
            if "Poison" in str(args[1:]):
                return super().submit(os.strerror, "no number")
            return super().submit(fn, *args, **kwargs)

    with open_app(config, clock=clock.now) as app:
        app.judge.executor = Breaking()
        summary = cycle(app)
        assert (summary.judge.new, summary.judge.failed) == (2, 1)
        assert app.store.entries.unjudged(limit=10) == []
