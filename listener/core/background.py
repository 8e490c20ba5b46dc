"""Events that a sentence only mentions: history in a clause, and what a company says of itself at the end of a release.

"Veltrane, which acquired Oakmoor, sells kilns" is no news of an acquisition, and neither is "the street where Veltrane
opened a store". What tells: a clause in the past behind a relative pronoun, or behind "where", "when", "since" or
"before", in which nothing says that it happened today.
"""

from __future__ import annotations

import re

from listener.core.lexicon import Lexicon
from listener.core.sentence import Sentence

_ARTICLES_AND_MODIFIERS = 3  # words between the opening of a clause and the name: "where the retail giant Acme"
_CUE_REACH = 12  # words behind the verb in which "today" still belongs to it
_BOILERPLATE = re.compile(
    r"(?:^|(?<=[.!?\")]\s)|(?<=\n))(?:"
    r"(?:About|Über)\s(?:(?:the|die|das|den)\s)?[A-ZÄÖÜ0-9][^\n:.!?]{0,60}(?::\s|\n)"
    r"|(?:Cautionary\s(?:Note|Statement)|Forward[- ]Looking\sStatements?|Safe\sHarbor|Notes?\sto\s[Ee]ditors)\b"
    r")"
)
"""What begins the part of a press release that is the same in all of them: "About Veltrane:", "Safe Harbor"."""
_SIGNS_OF_BOILERPLATE = ("About ", "Über ", "orward", "Cautionary", "Safe Harbor", "otes to ", "ote to ")
"""One of these stands in it; most texts have none, which is told much faster."""


def without_boilerplate(text: str) -> str:
    """The text up to where the company tells of itself."""
    found = _BOILERPLATE.search(text) if any(sign in text for sign in _SIGNS_OF_BOILERPLATE) else None
    return text if found is None else text[: found.start()]


def opens_background(sentence: Sentence, subject: int, verb: int, lexicon: Lexicon) -> str | None:
    """The word that makes the clause with its subject at token `subject` and its verb at `verb` history; None: none."""
    if not is_past(sentence.lower[verb], lexicon):
        return None
    opener = _opener(sentence, subject, lexicon)
    if opener is None:
        opener = _past_perfect(sentence, subject, verb, lexicon)
    if opener is None:
        return None
    clause = sentence.lower[subject : verb + _CUE_REACH]
    return None if not lexicon.news_cues.isdisjoint(clause) else sentence.words[opener]


def _past_perfect(sentence: Sentence, subject: int, verb: int, lexicon: Lexicon) -> int | None:
    """The "had" of "Acme had opened a store", but not of "Acme said it had filed for bankruptcy"."""
    aside = insertion_before(sentence, verb, lexicon, people=True)
    start = subject if aside is None else max(subject, aside[1])
    if not lexicon.past_perfect or lexicon.past_perfect not in sentence.lower[start:verb]:
        return None
    reported = not (lexicon.reporting | lexicon.telling).isdisjoint(sentence.lower[:verb])
    return None if reported else sentence.lower.index(lexicon.past_perfect, start)


def insertion_before(
    sentence: Sentence, verb: int, lexicon: Lexicon, *, people: bool = False
) -> tuple[int, int] | None:
    """The tokens of what stands between a subject and its verb and tells who that is, not what happens: "which opened
    its first store in 2012" or "founded in 2012", between two commas, and of `people` "who led it"; None: nothing of
    the kind does."""
    lower, close = sentence.lower, verb - 1
    while close > 0 and (lower[close] in lexicon.auxiliaries or lower[close] in lexicon.adverbs):
        close -= 1
    if close < 0 or lower[close] != ",":
        return None
    for opening in range(close - 2, 0, -1):
        first = lower[opening + 1]
        if lower[opening] == "," and (first in lexicon.relatives or is_past(first, lexicon)):
            return (opening, close + 1) if people or first != "who" else None
    return None


def is_past(lower: str, lexicon: Lexicon) -> bool:
    """Whether a verb is in the past, as far as its spelling tells."""
    return lower.endswith("ed") or lower in lexicon.past_verbs


def _opener(sentence: Sentence, subject: int, lexicon: Lexicon) -> int | None:
    """The token that opens the clause of a subject: itself, if it is a relative pronoun, or one in front of it."""
    lower, marks = sentence.lower, sentence.marks
    if lower[subject] in lexicon.relatives:
        return subject if lower[subject] != "that" or _follows_noun(sentence, subject, lexicon) else None
    if lower[subject + 1] in lexicon.relatives and _follows_noun(sentence, subject + 1, lexicon):
        return subject + 1  # "the startup that raised"
    for i in range(subject - 1, max(-1, subject - 2 - _ARTICLES_AND_MODIFIERS), -1):
        if lower[i] in lexicon.past_clauses or (lower[i] == "that" and _follows_noun(sentence, i, lexicon)):
            return i
        if i and lower[i] in lexicon.times and lower[i - 1] in lexicon.articles:
            return i
        if marks[i] != "MOD" and lower[i] not in lexicon.articles:
            return None
    return None


def _follows_noun(sentence: Sentence, i: int, lexicon: Lexicon) -> bool:
    """Whether a word stands in front of token i that "that" may describe: "a plant that Acme bought", but not
    "a statement that Acme bought"."""
    if i == 0 or sentence.marks[i - 1] not in ("MOD", "NAME"):
        return False
    word = sentence.lower[i - 1]
    return word not in lexicon.reporting and word not in lexicon.told_by and word not in lexicon.adverbs
