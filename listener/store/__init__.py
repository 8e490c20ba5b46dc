"""SQLite: one file, one writer, the tables that are the queues between the stages."""

from __future__ import annotations

from listener.store.database import Store, is_in_use, lock_database

__all__ = ["Store", "is_in_use", "lock_database"]
