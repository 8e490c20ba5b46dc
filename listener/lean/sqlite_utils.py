"""sqlite-utils without numpy, for whose numbers it looks wherever numpy is installed: 12 MB and half of the time."""

from __future__ import annotations

from listener.lean import standing_in

with standing_in({"numpy": None}):
    from sqlite_utils import Database, Migrations

__all__ = ("Database", "Migrations")
