"""What stands in front of a verb and is no subject itself, but part of what the subject does or has.

"Acme announced its decision to enter", "Acme will invest $8 million to open", "Acme said its unit had won", "Acme's
board of directors has named": the search for the subject goes on in front of these.
"""

from __future__ import annotations

from listener.core.lexicon import Lexicon
from listener.core.sentence import Sentence

_PHRASE_TOKENS = 4  # of a noun with its adjectives: "a definitive merger agreement"
_OPENING_TOKENS = 3


def over_part(sentence: Sentence, i: int, lexicon: Lexicon) -> int | None:
    """Where the search for a subject goes on, in front of a part that ends at token `i`; None: none ends there."""
    j, lower, marks = i - 1, sentence.lower, sentence.marks
    if i < len(lower) and lower[i] == "to":
        if lower[j] in lexicon.intentions and marks[j] != "NAME":
            return _over_intention(sentence, j, lexicon)
        if marks[j] == "MONEY" and lexicon.outlays:
            return _over_outlay(sentence, j, lexicon)
    if lower[j] in lexicon.units and marks[j] != "NAME":
        return _over_unit(sentence, j, lexicon)
    if lexicon.units and j > 2 and lower[j - 2 : j] == ["board", "of"]:
        return j - 2 if is_owned(sentence, j - 2) else j - 1
    return None


def _over_intention(sentence: Sentence, noun: int, lexicon: Lexicon) -> int | None:
    """'Acme announced its decision', 'Acme has reached a definitive agreement' and, where they begin the sentence,
    'Acme's decision'. A plan that somebody else blocks or welcomes is not looked behind."""
    lower, start = sentence.lower, noun
    while start > 0 and start > noun - _PHRASE_TOKENS and lower[start] not in lexicon.articles:
        if is_owned(sentence, start):
            owner = sentence.run_start(start - 1)
            return start if owner < _OPENING_TOKENS and lower[noun] not in ("plan", "plans", "proposal") else None
        if lower[start - 1] in lexicon.reporting or lower[start - 1] in lexicon.undertaking:
            return start - 1
        start -= 1
    verb = start - 1 - (lower[start - 1] == "into")
    return verb if verb > 0 and (lower[verb] in lexicon.reporting or lower[verb] in lexicon.undertaking) else None


def _over_outlay(sentence: Sentence, last: int, lexicon: Lexicon) -> int | None:
    """'Acme will invest $8 million', where the sum ends at token `last`."""
    start = last
    while start > 0 and sentence.marks[start - 1] == "MONEY":
        start -= 1
    while start > 0 and sentence.lower[start - 1] in lexicon.approximators:
        start -= 1
    spends = start > 0 and sentence.lower[start - 1] in lexicon.outlays
    return start - 1 if spends else None


def _over_unit(sentence: Sentence, unit: int, lexicon: Lexicon) -> int | None:
    """'Acme's US-based subsidiary' and 'Acme said its unit'; of 'Acme's Dexelo unit' the name in front is read."""
    lower, k = sentence.lower, unit
    while k > max(0, unit - _PHRASE_TOKENS):
        if sentence.marks[k - 1] == "NAME" or is_owned(sentence, k):
            return k if k == unit or is_owned(sentence, k) else None
        if lower[k - 1] in ("its", "their"):
            return k - 1 if k > 1 and (lower[k - 2] in lexicon.reporting or lower[k - 2] == "that") else None
        if sentence.marks[k - 1] != "MOD" and not sentence.words[k - 1].isupper():  # "US"
            return None
        k -= 1
    return None


def is_owned(sentence: Sentence, i: int) -> bool:
    """Whether a possessive stands in front of token `i`."""
    if i < 2:
        return False
    return sentence.words[i - 1] in ("'s", "’s") or (
        sentence.words[i - 1] in ("'", "’") and sentence.lower[i - 2].endswith("s")
    )
