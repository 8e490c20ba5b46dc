from __future__ import annotations

import ast
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils

from listener.errors import StoreError
from listener.store import Store, migrations
from listener.store.migrations import MIGRATIONS


def test_an_older_database_is_brought_up_to_date(path):
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
        MIGRATIONS.apply(sqlite_utils.Database(raw), stop_before="m003_leads")
    with closing(Store.open(path)) as store:
        assert store.leads.all() == []
        assert store.deliveries.all() == []


def test_steps_import_no_live_code():
    tree = ast.parse(Path(migrations.__file__).read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {"__future__", "sqlite_utils"}
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
