"""SQLite: one file, one writer, the tables that are the queues between the stages."""

from __future__ import annotations

from listener.store.database import Store, lock_database

__all__ = ["Store", "lock_database"]
