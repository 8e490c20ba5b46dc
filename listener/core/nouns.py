"""Telling names from nouns in a language that writes every noun with a capital, as German does.

A capital proves nothing there. What tells: endings of compounds that describe ("Autozulieferer") or are abstract
("Finanzierung"), the nouns of a dictionary, the case that an article or a preposition asks for, and hyphens, which join
a name to a noun ("Acme-Umsatz"). In a language whose lexicon has none of this (`verb_second`, `descriptor_endings`)
nothing here finds anything.
"""

from __future__ import annotations

from listener.core.lexicon import Lexicon
from listener.core.sentence import Sentence

_CLAUSE_ENDS = frozenset(',;:–—|("')
_BETWEEN_ARTICLE_AND_NOUN = frozenset(("MOD", "NUMBER", "DATE", "MONEY"))


def describes(lower: str, lexicon: Lexicon) -> bool:
    """Whether a noun only says what a company is: "startup", "Autozulieferer"."""
    if lower in lexicon.descriptors:
        return True
    endings = lexicon.descriptor_endings
    return lower.endswith(endings) and lower not in endings and lower not in lexicon.owned_nouns


def is_plain_word(lower: str, lexicon: Lexicon, *, described: bool = False) -> bool:
    """Whether a capitalised word alone is no name. One that is `described` may end as plain words do."""
    return (
        lower in lexicon.not_companies
        or describes(lower, lexicon)
        or (not described and (lower in lexicon.common_nouns or lower.endswith(lexicon.plain_endings)))
        or lower in lexicon.leading
        or lower in lexicon.headline_verbs
    )


def is_half_of_compound(lower: list[str], start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether the run [start, end) is a name and a noun joined by a hyphen: "Acme-Umsatz", but not "Acme-Gruppe"."""
    last = lower[end - 1]
    if not _ends_in_compound(lower, start, end, lexicon) or last == "gruppe":
        return False
    return last in lexicon.trailing or (is_plain_word(last, lexicon) and not describes(last, lexicon))


def is_described_by(lower: list[str], start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether the run [start, end) only says what a company is, by another's name: "Acme-Tochter"."""
    return _ends_in_compound(lower, start, end, lexicon) and describes(lower[end - 1], lexicon)


def _ends_in_compound(lower: list[str], start: int, end: int, lexicon: Lexicon) -> bool:
    return bool(lexicon.descriptor_endings) and end - start > 2 and lower[end - 2] in "-–"


def is_of_nobility(sentence: Sentence, i: int, start: int, lexicon: Lexicon) -> bool:
    """Whether token `i` is the "von" within "Jane von Doe"."""
    return lexicon.verb_second and i > start and sentence.lower[i] == "von" and sentence.marks[i - 1] == "NAME"


def with_what_a_gap_took(sentence: Sentence, start: int, lexicon: Lexicon) -> int:
    """Where the run of name tokens at `start` begins: a gap in front of the slot may have taken its first words. Not
    where headlines capitalise verbs, so that the phrase's own word may stand there."""
    marks = sentence.marks
    while lexicon.verb_second and 0 < start < len(marks) and marks[start - 1] == marks[start] == "NAME":
        start -= 1
    return start


def stands_for_entry(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether a run is a noun such as "Konzern" or "Autozulieferer" and no more, of which a name goes before."""
    if not lexicon.verb_second:
        return False
    if is_described_by(sentence.lower, start, end, lexicon) and sentence.lower[end - 1] not in lexicon.trailing:
        return True
    word = sentence.lower[start] if end - start == 1 else ""
    return word in lexicon.generic_subjects or (describes(word, lexicon) and word not in lexicon.people_nouns)


def prepositional_phrase(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> int | None:
    """Where "in Ulm" or "mit 20 Filialen" begins, whose nouns are [start, end); None for what opens a clause, and for
    "vor der Acme-Übernahme", where it governs the last noun."""
    if not lexicon.verb_second or sentence.words[end - 1] in "-–":
        return None
    k = start - 1
    while k > 0 and sentence.marks[k] in _BETWEEN_ARTICLE_AND_NOUN:
        k -= 1
    governs = k > 0 and sentence.lower[k] in lexicon.prepositions and sentence.lower[k] != "von"
    return k if governs and sentence.words[k - 1] not in _CLAUSE_ENDS else None


def is_governed(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether the case of the run [start, end) or a preposition says that it is no subject: "den Konkurrenten Acme"
    is an object, "in Ulm" a place, and what opens with a preposition is that up to its verb: "Nach dem Kauf von Acme".
    """
    if not lexicon.verb_second or sentence.words[end - 1] in "-–":
        return False
    lower, words, k = sentence.lower, sentence.words, start - 1
    while k >= 0 and sentence.marks[k] in _BETWEEN_ARTICLE_AND_NOUN and lower[k] not in lexicon.object_articles:
        k -= 1
    if k >= 0 and (lower[k] in lexicon.object_articles or (lower[k] in lexicon.prepositions and lower[k] != "von")):
        return True
    while k > 0 and words[k] not in _CLAUSE_ENDS and words[k - 1] not in _CLAUSE_ENDS:
        k -= 1
    return k >= 0 and lower[k] in lexicon.prepositions


def run_behind_verb(sentence: Sentence, verb: int, lexicon: Lexicon, *, person: bool) -> tuple[int, int] | None:
    """The nouns right behind a verb that may be its subject, where something else opens the sentence: "In Ulm eröffnet
    Acme ein Werk"."""
    words, lower, marks = sentence.words, sentence.lower, sentence.marks
    if not lexicon.verb_second or verb == 0 or not words[verb].islower() or lower[verb] in lexicon.prepositions:
        return None
    if lower[verb - 1] in lexicon.clause_joints and lower[verb - 1] != ",":
        return None  # "wächst und übernimmt Acme": what follows is its object
    start = verb + 1
    while start < len(words) and _may_precede_subject(lower[start], marks[start], lexicon):
        start += 1
    end = sentence.run_end(start)
    if person and not any(joint in words[start:end] for joint in "-–"):
        titles = sum(word in lexicon.person_titles for word in lower[start:end])
        end = min(end, start + titles + 2)  # "verlässt Dr. Jane Doe Acme"
    return (start, end) if start < end else None


def _may_precede_subject(lower: str, mark: str, lexicon: Lexicon) -> bool:
    if lower in lexicon.object_articles:
        return False
    return mark in ("MOD", "DATE") or lower in lexicon.adverbs or lower in "\"'"


def joins_clauses(sentence: Sentence, joint: int, before: int, lexicon: Lexicon) -> bool:
    """Whether token `joint` may join two clauses of one subject; not in front of a German noun at `before`."""
    if lexicon.verb_second and not sentence.words[before].islower():
        return False
    return sentence.lower[joint] in lexicon.clause_joints
