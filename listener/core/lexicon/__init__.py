"""What finding slots needs to know of a language, one file a language."""

from __future__ import annotations

from listener.core.lexicon.base import CALENDAR, LEGAL_FORMS, LOWER_CASE_FORMS, Declined, Lexicon
from listener.core.lexicon.english import ENGLISH
from listener.core.lexicon.german import GERMAN
from listener.core.lexicon.russian import RUSSIAN

LEXICONS = {"en": ENGLISH, "de": GERMAN, "ru": RUSSIAN}

__all__ = [
    "CALENDAR",
    "ENGLISH",
    "GERMAN",
    "LEGAL_FORMS",
    "LEXICONS",
    "LOWER_CASE_FORMS",
    "RUSSIAN",
    "Declined",
    "Lexicon",
]
