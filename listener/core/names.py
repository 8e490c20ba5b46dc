"""Names of companies, people and places within the tokens that may be part of one.

`name_span` cuts the words that only describe a company ("fintech startup Acme", "Berlin-based Acme") and what a
headline's capitals add to it ("Acme Enhances Offering").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from listener.core.declined import (
    company_part,
    institution,
    institution_at,
    nominative,
    opens_name,
    person_part,
    quoted_name,
)
from listener.core.lexicon import CALENDAR, LEGAL_FORMS, LOWER_CASE_FORMS, Lexicon
from listener.core.marks import is_written_large
from listener.core.nouns import describes, is_described_by, is_half_of_compound, is_of_nobility, is_plain_word
from listener.core.sentence import Sentence

_SIGNS = frozenset("-–&")
_SHORTEST_ADVERB = 6  # of those known by their ending only: "Finally", but not "Rally"
_TOWN_TOKENS = 2
_PERSON_TOKENS = 6  # "Maria del Carmen Ruiz-Vega": a hyphen is a token
_INNER = re.compile(r"[^\W\d_]")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")


@dataclass(frozen=True, slots=True)
class Found:
    """A name at tokens [start, end)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NotFound:
    """No name; `why` is for people."""

    why: str


def name_span(sentence: Sentence, start: int, end: int, lexicon: Lexicon, *, person: bool = False) -> Found | NotFound:
    """Cut a run of name tokens down to the name of a company, or a `person`: without descriptors, lead-ins, verbs."""
    quoted = quoted_name(sentence, start, end)
    if quoted is not None:
        return Found(*quoted)
    if lexicon.declined is not None:
        whole, (start, end) = (start, end), company_part(sentence, start, end, lexicon, lexicon.declined)
        if start == end:
            return NotFound(f"{sentence.slice(*whole)!r} is a person or a word, not the name of a company")
    lower = sentence.lower
    start, end = _without_verbs(sentence, start, end, lexicon, person=person)
    first = start
    start = _without_description(sentence, start, end, lexicon)
    described = start > first
    start = _without_lead_in(sentence, start, end, lexicon)
    end = _without_board(lower, start, end)
    if (
        lower[end - 1] == "back"
        and end - start > 1
        and lower[end : end + 1]
        and lower[end] in lexicon.pure_prepositions
    ):
        end -= 1  # "Acme Back in Court"
    while end - start > 1 and _trails(sentence.words[end - 1], lower[end - 1], lexicon):
        end -= 1
    if is_half_of_compound(lower, start, end, lexicon):
        end -= 2
    name = sentence.slice(start, end)
    if is_described_by(lower, start, end, lexicon):
        return NotFound(f"{name!r} says what a company is, not its name")
    if end - start == 1 and is_plain_word(lower[start], lexicon, described=described):
        return NotFound(f"{name!r} is a word, not the name of a company")
    if (
        lower[start] in lexicon.counted
        and sentence.words[start + 1 : end]
        and _all_digits(sentence.words[start + 1 : end])
    ):
        return NotFound(f"{name!r} is counted, not the name of a company")
    if not person and _is_place(sentence, start, end, lexicon):
        return NotFound(f"{name!r} is a place")
    if _names_people(lower, start, end, lexicon):
        return NotFound(f"{name!r} names people or things, not a company")
    if not _INNER.search(name) or (len(name) == 1 and name != "X"):
        return NotFound(f"{name!r} is too short for a name")
    if end - start == 1 and _ORDINAL.fullmatch(lower[start]):
        return NotFound(f"{name!r} counts, it is no name")
    if name.lower() in LOWER_CASE_FORMS:
        return NotFound(f"{name!r} is a legal form without a name")
    if lexicon.no_company_phrases and name.lower() in lexicon.no_company_phrases:
        return NotFound(f"{name!r} is not the name of a company")
    return Found(start, end)


def _names_people(lower: list[str], start: int, end: int, lexicon: Lexicon) -> bool:
    """'Harrow Teachers' and 'Stock Markets', but not 'Harrow Brothers' and 'Rowan Markets', which are firms."""
    if lower[end - 1] not in lexicon.people_nouns or "of" in lower[start:end]:
        return False
    return lower[end - 1] not in lexicon.people_of_firms or all(
        is_plain_word(word, lexicon) for word in lower[start : end - 1]
    )


def _is_place(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> bool:
    """'Tulsa', 'Mesa' in 'Mesa, AZ', and 'AZ' there; not 'Harrow Inc., Ohio'."""
    words, lower = sentence.words, sentence.lower
    if end - start == 1 and (lower[start] in lexicon.places or _is_state(sentence, start, lexicon)):
        return True
    if start == 0 and words[end : end + 1] == [":"] and words[0].isupper() and lower[0] in lexicon.states:
        return True  # "OH: Acme opens plant"
    town = end - start <= _TOWN_TOKENS and LEGAL_FORMS.isdisjoint(lower[start:end])
    return town and words[end : end + 1] == [","] and _is_state(sentence, end + 1, lexicon)


def _is_state(sentence: Sentence, i: int, lexicon: Lexicon) -> bool:
    """Whether token `i` is a state behind a comma: 'AZ', 'N.C.', 'Ariz.', 'Arizona'."""
    if not 0 < i < len(sentence.words) or sentence.words[i - 1] != "," or not sentence.words[i][0].isupper():
        return False
    return sentence.lower[i].replace(".", "") in lexicon.states


def _without_board(lower: list[str], start: int, end: int) -> int:
    """'Acme Board of Directors' is Acme."""
    for i in range(start + 1, end - 2):
        if lower[i] == "board" and lower[i + 1] == "of":
            return i
    return end


def _all_digits(words: Sequence[str]) -> bool:
    return all(word.isdigit() for word in words)


def _without_description(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> int:
    """'Fintech Startup Acme' and 'Shares of Acme' are Acme; 'Studio 54' stays."""
    lower = sentence.lower
    for i in range(end - 2, start - 1, -1):
        if opens_name(sentence, i, lexicon):
            break
        if not (describes(lower[i], lexicon) or (lower[i] in lexicon.compound_ends and lower[i - 1] in "-–")):
            continue
        if lower[i] == "business" or lower[i - 1] == "'s":
            continue  # "Women's Business Bank"
        if i == start and lower[i] in lexicon.opens_names and (i == 0 or sentence.marks[i - 1] != "MOD"):
            continue
        if _INNER.search(sentence.slice(i + 1, end)) and not lower[i + 1].isdigit():
            return start if lexicon.verb_second and LEGAL_FORMS.issuperset(lower[i + 1 : end]) else i + 1
    if end - start > 2 and lower[start] in lexicon.heads_of and lower[start + 1] == "of":
        return start + 2 + (lower[start + 2] in lexicon.articles and end - start > 3)
    return start


def _without_lead_in(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> int:
    """'Exclusive: Acme', 'Former Acme', 'BRIEF-Acme', 'UPDATE 2-Acme'."""
    lower, first = sentence.lower, start
    while start < end and end - start > 1:
        lead_in = lower[start].rstrip(".") in lexicon.leading and not is_written_large(sentence.words, start, lexicon)
        if lexicon.verb_second and lower[start + 1] in lexicon.owned_nouns:
            break  # "Berliner Acme" is Acme, but not "Berliner Sparkasse"
        tied = start > first and not lexicon.verb_second  # "UPDATE 2-Acme", but not "Neue Acme-Filiale"
        if not lead_in and not (tied and (lower[start] in "-–" or lower[start + 1] in "-–")):
            break
        start += 1
    return start


def _without_verbs(sentence: Sentence, start: int, end: int, lexicon: Lexicon, *, person: bool) -> tuple[int, int]:
    """'Acme Enhances Offering' is Acme, 'Appoints Jane Doe' is Jane Doe; 'Rolls-Reuss' is a name, and so is 'Gains
    Fitness', which opens a sentence."""

    def is_verb(i: int) -> bool:
        word = sentence.lower[i]
        after = sentence.lower[i + 1] if i + 1 < len(sentence.lower) else "."
        if after in _SIGNS or (i > 0 and sentence.words[i - 1] in _SIGNS):
            return False
        return word in lexicon.headline_verbs or (word in lexicon.particle_verbs and after in lexicon.particles)

    if (
        start
        and end - start > 1
        and sentence.lower[start - 1] == "to"
        and f"{sentence.lower[start]}s" in lexicon.headline_verbs
    ):
        start += 1  # "Jane Doe to Join Acme"
    opens_with_name = start == 0 and sentence.lower[0].endswith("s") and not person
    while end - start > 1 and is_verb(start) and not opens_with_name:
        start += 1
    for i in range(start + 1, end):
        if is_verb(i):
            return start, i
    return start, end


def _trails(word: str, lower: str, lexicon: Lexicon) -> bool:
    """Whether a word at the end of a run is none of the name: 'Acme Successfully', 'Acme Stockholders'."""
    adverb = lower in lexicon.adverbs or is_sure_adverb(lower, lexicon)
    return word in "-–&+/,'’" or lower in lexicon.name_joiners or lower in lexicon.trailing or adverb


def is_sure_adverb(lower: str, lexicon: Lexicon) -> bool:
    """Whether a word is an adverb also where it has a capital."""
    return len(lower) > _SHORTEST_ADVERB and lower.endswith(lexicon.adverb_endings)


def person_span(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> Found | NotFound:
    """Cut a run of tokens down to its last name of one to four capitalised words."""
    while end > start and sentence.marks[end - 1] != "NAME":
        end -= 1
    first = end
    while first > start and (
        sentence.marks[first - 1] == "NAME" or is_of_nobility(sentence, first - 1, start, lexicon)
    ):
        first -= 1
    for i in range(end - 2, first - 1, -1):
        if sentence.words[i] == "," and sentence.lower[i + 1] in lexicon.credentials:
            end = i
        elif sentence.lower[i] in lexicon.person_titles:
            first = i + 1
            break
    while end - first > 2 and sentence.lower[end - 1] in lexicon.credentials:
        end -= 1
    if lexicon.declined is not None:
        part = person_part(sentence, first, end, lexicon, lexicon.declined)
        return Found(*part) if part else NotFound("no name of a person")
    span = name_span(sentence, first, end, lexicon, person=True) if first < end else NotFound("no name")
    if isinstance(span, NotFound):
        return span
    if _is_no_person(sentence, span, lexicon):
        return NotFound(f"{sentence.slice(span.start, span.end)!r} does not look like a person's name")
    return span


def place_span(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> Found | NotFound:
    """Tokens [start, end) as a place: any name that is no month, day of the week or number."""
    words = [word for word in sentence.lower[start:end] if word not in lexicon.function_words and word != ","]
    if all(word.rstrip(".") in CALENDAR or word.isdigit() for word in words):
        return NotFound(f"{sentence.slice(start, end)!r} is a time or a number, not a place")
    return Found(start, end)


def _is_no_person(sentence: Sentence, span: Found, lexicon: Lexicon) -> bool:
    if span.end - span.start > _PERSON_TOKENS or any(word.isdigit() for word in sentence.words[span.start : span.end]):
        return True
    return lexicon.verb_second and not LEGAL_FORMS.isdisjoint(sentence.lower[span.start : span.end])


def name_text(sentence: Sentence, found: Found, lexicon: Lexicon) -> str:
    """A name as people write it by itself: in the nominative, as far as its surroundings tell."""
    if lexicon.declined is None:
        return sentence.slice(found.start, found.end)
    return nominative(sentence, found.start, found.end, lexicon.declined)


def trailing_name(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> Found | NotFound:
    """The name in tokens [start, end) that a slot inside a pattern took: behind its last descriptor or owner, else the
    first that is one."""
    quoted = quoted_name(sentence, start, end)
    if quoted is not None:
        return Found(*quoted)
    start = _behind_description(sentence, start, end, lexicon)
    result = NotFound("no name")
    while start < end and isinstance(result, NotFound):
        while start < end and sentence.marks[start] != "NAME":
            start += 1
        whole = institution_at(sentence, start, lexicon)
        if whole is not None:
            return Found(*whole)
        stop = sentence.run_end(start, end)
        if start < stop:
            found = name_span(sentence, start, stop, lexicon)
            if isinstance(found, Found):
                return found
            result = found
        start = stop
    return result


def _behind_description(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> int:
    """Where tokens [start, end) go on behind their last descriptor or owner: 'the startup Acme', 'Alphabet's Waymo'."""
    lower, marks = sentence.lower, sentence.marks
    owned = lower[end - 1] not in lexicon.descriptors and "new" not in lower[start:end]
    owned = owned and not is_common_noun(sentence, end, lexicon)  # "Acme's Covid vaccine" is Acme's
    for i in range(end - 2, start - 1, -1):
        if opens_name(sentence, i, lexicon):
            return i
        if lexicon.verb_second and LEGAL_FORMS.issuperset(lower[i + 1 : end]):
            continue
        if describes(lower[i], lexicon) and institution(sentence, i, lexicon) is None:
            return i + 1
        if owned and marks[i] == "MOD" and marks[i + 1] == "NAME" and lower[i] == "'s":
            return i + 1
    return start


def is_filler(word: str, lower: str, mark_: str, lexicon: Lexicon) -> bool:
    if mark_ in ("DATE", "NUMBER") or word == "May" or (word in "\"'“”’" and mark_ != "NAME"):
        return True
    if mark_ == "MONEY" and lexicon.declined is not None:  # "Acme за $5 млн купила"
        return True
    if lower in lexicon.auxiliaries or lower in lexicon.adverbs:
        return True
    return bool(lexicon.adverb_ending) and word.islower() and lower.endswith(lexicon.adverb_ending)


def ends_in_one_s(lower: str) -> bool:
    """Whether a word is spelled as English plurals are, and verbs of one subject: "stores", "opens", not "press"."""
    return lower.endswith("s") and not lower.endswith("ss")


def is_common_noun(sentence: Sentence, i: int, lexicon: Lexicon) -> bool:
    """Whether token i is a lower-case noun, as far as its spelling tells."""
    if lexicon.verb_second or lexicon.declined is not None or i >= len(sentence.words):
        return False
    word = sentence.words[i]
    return (
        sentence.marks[i] == "MOD"
        and word.islower()
        and not (ends_in_one_s(word) or word.endswith("ed"))
        and not is_filler(word, word, "MOD", lexicon)
        and word not in lexicon.reporting
        and word not in lexicon.articles
    )
