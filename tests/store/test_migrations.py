from __future__ import annotations

import ast
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils
import stored

from listener import __version__
from listener.errors import StoreError
from listener.model import DeliveryState, LeadStatus
from listener.store import Store, migrations
from listener.store.migrations import MIGRATIONS

STORED = sorted(file.stem for file in stored.FOLDER.glob("*.sql"))


def test_an_older_database_is_brought_up_to_date(path):
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
        MIGRATIONS.apply(sqlite_utils.Database(raw), stop_before="m003_leads")
    with closing(Store.open(path)) as store:
        assert store.leads.all() == []
        assert store.deliveries.all() == []


@pytest.mark.parametrize("version", STORED)
class TestFromAStoredVersion:
    def test_the_schema_becomes_that_of_a_new_database(self, version, path, tmp_path):
        """A difference means that a released step was edited. Before its release: see tests/stored.py."""
        stored.make(version, path)
        Store.open(path).close()
        Store.open(tmp_path / "new.db").close()
        assert schema(path) == schema(tmp_path / "new.db")

    def test_nothing_is_lost(self, version, path):
        stored.make(version, path)
        with closing(sqlite3.connect(path)) as raw:
            before = rows(raw)
        with closing(Store.open(path)) as store:
            leads = {lead.company: lead for lead in store.leads.all()}
            assert sorted(leads) == stored.COMPANIES
            assert (leads["Acme"].status, leads["Acme"].value) == (LeadStatus.WON, 12500)
            assert [(each.destination, each.state) for each in store.deliveries.all()] == [
                ("down", DeliveryState.RETRYING),
                ("hook", DeliveryState.SENT),
            ]
        with closing(sqlite3.connect(path)) as raw:
            after = rows(raw)
        assert {table: after[table] for table in before if table != "_sqlite_migrations"} == {
            table: count for table, count in before.items() if table != "_sqlite_migrations"
        }

    def test_the_file_is_sound(self, version, path):
        stored.make(version, path)
        with closing(Store.open(path)) as store:
            assert store.checkup.damage() == []


def test_this_version_is_stored():
    assert __version__ in STORED


def schema(path: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as raw:
        return set(raw.execute("SELECT name, sql FROM sqlite_master"))


def rows(raw: sqlite3.Connection) -> dict[str, int]:
    tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {table: raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}


def test_steps_import_no_live_code():
    tree = ast.parse(Path(migrations.__file__).read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {"__future__", "listener.lean.sqlite_utils"}
    assert not any(isinstance(node, ast.Import) for node in ast.walk(tree))


def test_a_step_that_fails_leaves_the_database_as_it_was(path, monkeypatch):
    broken = sqlite_utils.Migrations("listener")
    with sqlite_utils.Database(memory=True) as empty:
        for step in MIGRATIONS.pending(empty):
            broken(name=step.name)(step.fn)

    @broken()
    def m999_broken(db: sqlite_utils.Database) -> None:
        db.execute("CREATE TABLE half (a)")
        db.execute("CREATE TABLE half (a)")

    monkeypatch.setattr(migrations, "MIGRATIONS", broken)
    with pytest.raises(StoreError, match="half already exists"):
        Store.open(path)
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT * FROM sqlite_master").fetchall() == []
