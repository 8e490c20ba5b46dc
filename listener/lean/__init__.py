"""Libraries without what they import besides and nobody here uses: it would cost memory and time at every start.

Each module imports one library so, and gives it on: `from listener.lean.spacy import spacy`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import cast


@contextmanager
def standing_in(modules: Mapping[str, ModuleType | None]) -> Iterator[None]:
    """Have what is imported within find these in place of the modules of that name (None: no such module), but for
    those that somebody has imported; behind it they can be imported as ever."""
    ours = {name: module for name, module in modules.items() if name not in sys.modules}
    sys.modules.update(cast(dict[str, ModuleType], ours))
    try:
        yield
    finally:
        for name in ours:
            del sys.modules[name]
