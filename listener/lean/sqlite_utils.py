"""sqlite-utils without numpy, for whose numbers it looks wherever numpy is installed: 12 MB and half of the time."""

from __future__ import annotations

import sys

_NUMPY = "numpy"

_is_hidden = sys.modules.setdefault(_NUMPY, None) is None  # type: ignore[arg-type]  # None: there is no such module
try:
    from sqlite_utils import Database, Migrations
finally:
    if _is_hidden:
        del sys.modules[_NUMPY]

__all__ = ("Database", "Migrations")
