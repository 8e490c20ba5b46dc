"""`listener doctor`: each thing that can be wrong is found, and comes with what to do."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner
from world import NO_PROXIES, Project, Site, rss

import listener.cli
from listener import clock
from listener.app import cycle, open_app
from listener.config import load_config
from listener.store.backup import back_up
from listener.store.columns import to_ms


@pytest.fixture
def filled(tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose database has an entry, a lead and a sent delivery."""
    for name, value in NO_PROXIES.items():
        monkeypatch.setenv(name, value)
    project = Project(tmp_path)
    site.pages["feed"] = rss("Acme raises $12M")
    with open_app(
        load_config(project.configure([site.url("feed")], {"hook": site.webhook}), {}), clock=clock.now
    ) as app:
        cycle(app)
    return project


def doctor(project: Project, *arguments: str, check: int | None = None) -> str:
    """What it prints; in this process, which has spaCy at hand."""
    done = CliRunner().invoke(listener.cli.app, ["doctor", "--config", str(project.config), *arguments])
    assert check is None or done.exit_code == check, done.output
    return done.stdout


def findings(project: Project, severity: str, *arguments: str, check: int | None = None) -> list[dict[str, Any]]:
    found = json.loads(doctor(project, "--json", *arguments, check=check))["findings"]
    return [each for each in found if each["severity"] == severity]


def sql(project: Project, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(project.folder / "listener.db")) as db, db:
        db.execute(statement, values)


def test_where_all_is_well_it_says_so_of_each_thing(filled: Project) -> None:
    found = findings(filled, "ok", check=0)
    assert {each["check"] for each in found} >= {"configuration", "disk", "database", "network", "destinations"}


def test_it_sends_nothing(filled: Project, site: Site) -> None:
    before = len(site.posted)
    doctor(filled)
    assert len(site.posted) == before


def test_every_mistake_of_the_configuration_is_a_finding(filled: Project) -> None:
    filled.config.write_text("[listener]\nworkerz = 1\nlog = 'xml'\n")
    found = findings(filled, "wrong", check=1)
    assert [each["check"] for each in found] == ["configuration"] * 3
    assert any("Did you mean workers?" in each["what"] for each in found)


def test_a_mistake_in_a_rule_is_found(filled: Project) -> None:
    filled.rule_file.write_text(filled.rule_file.read_text().replace("{money}", "{mony}"))
    (found,) = findings(filled, "wrong", check=1)
    assert "funding.toml:8" in found["what"]


def test_a_damaged_database_is_found(filled: Project) -> None:
    path = filled.folder / "listener.db"
    content = bytearray(path.read_bytes())
    content[-2 * 4096 :] = b"\xff" * 2 * 4096
    path.write_bytes(content)
    (found,) = findings(filled, "wrong", check=1)
    assert "is damaged" in found["what"]
    assert "listener restore" in found["remedy"]


def test_a_database_of_a_later_version_is_found(filled: Project) -> None:
    sql(filled, "INSERT INTO _sqlite_migrations VALUES (NULL, 'listener', 'm999_later', 'now')")
    (found,) = findings(filled, "wrong", check=1)
    assert "written by a later version of listener (m999_later)" in found["what"]


def test_rows_without_what_they_belong_to_are_found(filled: Project) -> None:
    sql(filled, "DELETE FROM leads")
    (found,) = findings(filled, "wrong", check=1)
    assert "rows of deliveries without their leads" in found["what"]


def test_no_database_yet_is_fine(filled: Project) -> None:
    filled.config.write_text(filled.config.read_text().replace("listener.db", "other.db"))
    doctor(filled, check=0)
    assert not (filled.folder / "other.db").exists()


def test_a_full_disk_is_found(filled: Project) -> None:
    filled.config.write_text(filled.config.read_text().replace("[listener]", '[listener]\ndisk_reserve = "100000GB"'))
    (found,) = findings(filled, "wrong", check=1)
    assert found["check"] == "disk"


def test_backups_that_nobody_makes_are_found(filled: Project) -> None:
    filled.config.write_text(filled.config.read_text() + '[backup]\nevery = "24h"\n')
    (found,) = findings(filled, "wrong", check=1)
    assert found["check"] == "backups"
    back_up(filled.folder / "listener.db", filled.folder / "data" / "backups", now=clock.now(), keep=1)
    assert findings(filled, "wrong", check=0) == []


def test_a_clock_that_went_back_is_found(filled: Project) -> None:
    sql(filled, "UPDATE feeds SET last_polled_at = ?", to_ms(clock.now() + timedelta(days=1)))
    (found,) = findings(filled, "wrong", "--offline", check=1)
    assert (found["check"], "NTP" in found["remedy"]) == ("clock", True)


def test_a_clock_that_differs_from_all_others_is_found(filled: Project, site: Site) -> None:
    site.date = format_datetime(clock.now() - timedelta(hours=1))
    (found,) = findings(filled, "wrong", check=1)
    assert (found["check"], "off by 60 minutes" in found["what"]) == ("clock", True)


def test_work_that_nobody_does_is_told_with_how_much_it_is(filled: Project) -> None:
    sql(filled, "UPDATE feeds SET next_poll_at = 0, leased_until_at = ?", to_ms(clock.now() + timedelta(hours=1)))
    (found,) = [each for each in findings(filled, "look", "--offline", check=0) if each["check"] == "daemon"]
    assert "0 feeds, entries and deliveries are due, 1 were under way" in found["what"]


def test_a_running_daemon_is_seen(filled: Project) -> None:
    daemon = filled.start("run")
    try:
        assert daemon.stderr is not None
        next(line for line in daemon.stderr if "rules.in_use" in line)
        assert [each["check"] for each in findings(filled, "ok", "--offline", check=0)].count("daemon") == 1
    finally:
        daemon.kill()
        daemon.communicate()


def test_deliveries_that_were_given_up_are_told(filled: Project) -> None:
    sql(filled, "UPDATE deliveries SET state = 'dead'")
    (found,) = [each for each in findings(filled, "look", "--offline", check=0) if each["check"] == "deliveries"]
    assert found["what"] == "1 were given up"


def test_a_destination_out_of_reach_is_named_without_its_url(filled: Project, site: Site) -> None:
    filled.configure([site.url("feed")], {"chat": "json://127.0.0.1:1/s3cret", "mail": "mailto://u:s3cret@h.invalid"})
    told = doctor(filled, check=1)
    assert "chat: no connection to its server (Connection refused)" in told
    assert "mail: the name of its server is not known" in told
    for secret in ("s3cret", "h.invalid"):
        assert secret not in told


def test_a_network_without_any_feed_is_found(filled: Project) -> None:
    filled.configure(["http://127.0.0.1:1/feed"])
    (found,) = findings(filled, "wrong", check=1)
    assert (found["check"], "none of 1 feeds' servers" in found["what"]) == ("network", True)


def test_a_server_that_answers_is_in_reach_whatever_it_says(filled: Project, site: Site) -> None:
    filled.configure([site.url("missing")])
    assert any("404" in each["what"] for each in findings(filled, "look", check=0))
