"""Entry -> judgement: picks the language and runs its rules."""

from __future__ import annotations

from listener.core.match import RuleMatcher
from listener.model import Entry, Judgement

DEFAULT_LANGUAGE = "en"


def judge(entry: Entry, matcher: RuleMatcher) -> Judgement:
    """What the rules say of an entry. An entry of unknown language is read as English."""
    matches = matcher.match(entry.title, entry.text, entry.lang or DEFAULT_LANGUAGE)
    return Judgement(entry_id=entry.id, matches=matches)
