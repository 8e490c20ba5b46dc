"""spaCy without its command line, which its package imports: 18 MB and a fifth of the time."""

from __future__ import annotations

from types import ModuleType

from listener.lean import standing_in

_INFO = ModuleType("spacy.cli.info")
_INFO.__dict__["info"] = None  # `spacy/__init__.py` has "from .cli.info import info"

with standing_in({"spacy.cli": ModuleType("spacy.cli"), "spacy.cli.info": _INFO}):
    import spacy

__all__ = ("spacy",)
