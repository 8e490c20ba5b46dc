"""Finding the parts of a sentence that slots name: companies, people, roles, amounts ...

Works in two steps. `mark` gives every token of a sentence one mark, which the patterns of
`listener.core.phrase` test as spaCy's ENT_TYPE:

    NAME   may be part of a name: capitalised, or written as brands are (eBay, monday.com, 3M)
    MOD    may stand in front of a name: an article, a lower-case noun or adjective, "Berlin-based"
    MONEY ROUND DATE ROLE NUMBER   what the lexicon's expressions find

`find_subject` then looks for the company or person in front of a match, as a reader would: over
auxiliaries, adverbs, appositions, brackets and "announced that it has", and `name_span` cuts the
words that only describe it ("fintech startup Acme", "Berlin-based Acme").

A heuristic of spelling and grammar, not a model: a headline in Title Case gives no hint where a
name ends except for function words, punctuation and the phrase itself.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from listener.core.background import is_past
from listener.core.declined import (
    company_part,
    described_from,
    institution,
    institution_at,
    is_in_quotes,
    last_quoted,
    mark_quotes_and_beginning,
    nominative,
    opens_name,
    person_part,
    preposition_before,
    quoted_name,
)
from listener.core.lexicon import CALENDAR, LEGAL_FORMS, LOWER_CASE_FORMS, Lexicon
from listener.core.nouns import (
    describes,
    is_described_by,
    is_governed,
    is_half_of_compound,
    is_of_nobility,
    is_plain_word,
    joins_clauses,
    prepositional_phrase,
    run_behind_verb,
    stands_for_entry,
)
from listener.core.parts import is_owned, over_part
from listener.core.sentence import Sentence

_APPOSITION_TOKENS = 30
_LIST_NAMES = 3
_SIGNS = frozenset("-–&")
_BRACKETS = {")": "(", "]": "[", ">": "<"}
_SHORTEST_ADVERB = 6  # of those known by their ending only: "Finally", but not "Rally"
_TOWN_TOKENS = 2
_PERSON_TOKENS = 6  # "Maria del Carmen Ruiz-Vega": a hyphen is a token
_QUARTER = re.compile(r"[1-4][QqHh]\d*|FY\d+")
_BRAND = re.compile(
    r"[a-z]+[A-Z]\w*|\w[\w-]*\.(?:com|io|ai|co|net|org|app|dev|de|ru)|(?!www\.)[a-z][a-z\d-]+\.[a-z]{2,7}|\d+[A-Za-z]\w*|"
    r"[A-Za-z]+\d\w*"
)
_INNER = re.compile(r"[^\W\d_]")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_VERSION = re.compile(r"\d+(?:\.\d+)*")
_TIGHT_JOINTS = frozenset("&+/.'’!")
_JOINTS = _TIGHT_JOINTS | frozenset("-–,") | {"'s", "’s", "and", "und", "и", "for", "in"}


@dataclass(frozen=True, slots=True)
class Found:
    """A name at tokens [start, end)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SameAsEntry:
    """The subject is "it" or "the company": the one that the entry is about."""

    word: str
    start: int = 0  # the token that it is, or begins with


@dataclass(frozen=True, slots=True)
class NotFound:
    """No name; `why` is for people."""

    why: str


Subject = Found | SameAsEntry | NotFound


# --------------------------------------------------------------------------- marks


TYPED_MARKS = ("MONEY", "ROUND", "ROLE", "DATE", "NUMBER")


@dataclass(frozen=True, slots=True)
class TypedSpan:
    """An amount, role ... at characters [start, end) of a text."""

    mark: str
    start: int
    end: int


def typed_spans(
    text: str,
    lexicon: Lexicon,
    marks: Iterable[str] = TYPED_MARKS,
    places: Iterable[int] | None = None,
) -> list[TypedSpan]:
    """What the lexicon's expressions for these marks find in a text; of two that overlap, the first counts.

    `places` are the characters of the text at which one may begin, in their order; None: anywhere.
    """
    expressions = typed_expressions(lexicon)
    anywhere = range(len(text))
    return [
        TypedSpan(mark_, start, end)
        for mark_ in marks
        for start, end in _matches_at(expressions[mark_], text, anywhere if places is None else places)
    ]


def _matches_at(expression: re.Pattern[str], text: str, places: Iterable[int]) -> Iterator[tuple[int, int]]:
    free = 0
    for at in places:
        if at >= free and (found := expression.match(text, at)) and found.end() > at:
            free = found.end()
            yield at, free


def typed_expressions(lexicon: Lexicon) -> dict[str, re.Pattern[str]]:
    """The expressions that find what gets each of the typed marks."""
    found = (lexicon.money, lexicon.rounds, lexicon.roles, lexicon.dates, lexicon.numbers)
    return dict(zip(TYPED_MARKS, found, strict=True))


def plain_mark(word: str, lexicon: Lexicon) -> str:
    """The mark of a word by itself, wherever it stands."""
    lower = word.lower()
    if lower in lexicon.function_words:
        return "MOD" if lower in lexicon.articles else ""
    if _QUARTER.fullmatch(word):
        return "DATE"
    if word[0].isupper() or _BRAND.fullmatch(word):
        return "NAME"
    return "MOD" if word[0].isalpha() or (word == "#" and lexicon.verb_second) else ""


def mark(sentence: Sentence, lexicon: Lexicon, spans: Sequence[TypedSpan]) -> Sentence:
    """Mark the tokens of a sentence that have their plain marks and in which `spans` were found; returns it."""
    words, marks = sentence.words, sentence.marks
    if words and _is_lower_case_brand(words, lexicon) and sentence.lower[0] not in lexicon.function_words:
        marks[0] = "NAME"
    for i, word in enumerate(words):
        if (marks[i] != "NAME" and word[0].isupper() and _is_name_by_its_capitals(words, i, lexicon)) or (
            word in LOWER_CASE_FORMS and i and marks[i - 1] == "NAME"
        ):
            marks[i] = "NAME"
    if "$" in words:
        for i in range(1, len(words)):
            if words[i - 1] == "$" and words[i][0].isupper() and marks[i] == "NAME":
                marks[i] = ""
    typed = _mark_spans(sentence, spans)
    if _begins_like_an_amount(sentence, lexicon):
        marks[:2] = ["NAME", "NAME"]
    for i in typed:
        if marks[i] == "NUMBER" and _is_numbered_name(words, marks, i, lexicon):
            marks[i] = "NAME"
        elif words[i] == "Group" and i and marks[i - 1] == "NAME" and _goes_on_small(words, i):
            marks[i] = "NAME"  # "Harrow Group president", where no headline capitalises the role
    if lexicon.declined is not None:
        mark_quotes_and_beginning(sentence, lexicon.declined)
    _mark_joints(sentence, lexicon)
    return sentence


def _is_numbered_name(words: list[str], marks: list[str], i: int, lexicon: Lexicon) -> bool:
    """'Studio 54' and 'Dexelo 2.0', but not 'Acme 2026', 'Acme Hires 200' and 'will Acme 200 Leute einstellen'."""
    word = words[i]
    if word[0].isupper() and word.isalpha() and i and marks[i - 1] == "NAME" and _is_within(words, i, lexicon):
        return True
    if (
        lexicon.verb_second
        or not _VERSION.fullmatch(word)
        or i == 0
        or marks[i - 1] != "NAME"
        or words[i - 1].lower() in lexicon.headline_verbs
    ):
        return False
    return not (len(word) == 4 and word[:2] in ("19", "20"))


def _is_within(words: list[str], i: int, lexicon: Lexicon) -> bool:
    """Whether a number in letters is part of a name: 'Terra One opens', 'Capital Two Bank', not 'Buy Two Firms'."""
    before, after = words[i - 1].lower(), words[i + 1] if i + 1 < len(words) else ""
    if lexicon.verb_second or before in lexicon.headline_verbs or f"{before}s" in lexicon.headline_verbs or not after:
        return False
    return after in lexicon.headline_verbs or (_is_title(after) and not after.lower().endswith("s"))


def _is_lower_case_brand(words: list[str], lexicon: Lexicon) -> bool:
    """'acme Raises', 'acme raises': a headline that begins in lower case, before a capital or a verb, begins with a
    brand."""
    first = words[0]
    if len(first) < 3 or not first.isalpha() or len(words) < 2:
        return False
    if words[1][0].isupper() or lexicon.verb_second:
        return True
    return words[1] in lexicon.headline_verbs and not is_plain_word(first, lexicon)


def _is_written_large(words: list[str], i: int, lexicon: Lexicon) -> bool:
    """'ITS Logistics', 'T-Mobil US': a function word in capitals beside a word that is not. In Russian it only
    describes: 'разработчик ПО Acme'."""
    word = words[i]
    if lexicon.declined is not None:
        return False
    large = word.isupper() and 1 < len(word) < 5 and word.lower() in lexicon.function_words
    if large and words[i + 1 : i + 2] == ["&"]:
        return True  # "AT & M"
    if not large or word.lower() in lexicon.name_joiners:
        return False
    after = words[i + 1] if i + 1 < len(words) else ""
    return _is_title(after) or (i > 0 and _is_title(words[i - 1]) and not after.isupper())


def _is_name_by_its_capitals(words: list[str], i: int, lexicon: Lexicon) -> bool:
    """Whether a function word is a name by how it is written: 'ITS Logistics', 'the startup Via raises'."""
    return (
        _is_written_large(words, i, lexicon)
        or _stands_for_itself(words, i, lexicon)
        or _is_inside(words, i, lexicon)
        or (words[i] == "Plus" and i > 0 and _is_title(words[i - 1]) and _goes_on_small(words, i))
        or (words[i] == "Beyond" and i > 1 and words[i - 1] == "&" and _is_title(words[i - 2]))  # "Bed Bath & Beyond"
    )


def _stands_for_itself(words: list[str], i: int, lexicon: Lexicon) -> bool:
    """'the startup Via raises': a function word with a capital between lower-case words."""
    if i == 0 or i + 1 >= len(words) or not _is_title(words[i]) or not words[i + 1].islower():
        return False
    return words[i - 1] in lexicon.descriptors


def _is_inside(words: list[str], i: int, lexicon: Lexicon) -> bool:
    """'Doctors On Wheels launches': a preposition with a capital within a name, in front of a verb without one."""
    if i == 0 or words[i].lower() not in lexicon.inside_names or not words[i - 1][0].isupper():
        return False
    after = next((word for word in words[i + 1 :] if not word[0].isupper()), "")
    return words[i + 1 : i + 2] != [after] and after in lexicon.headline_verbs


def _goes_on_small(words: list[str], i: int) -> bool:
    """Whether a lower-case word follows token `i`: no headline capitalises it."""
    return i + 1 < len(words) and words[i + 1].islower()


def _is_title(word: str) -> bool:
    return len(word) > 1 and word[0].isupper() and not word.isupper()


def _begins_like_an_amount(sentence: Sentence, lexicon: Lexicon) -> bool:
    """'4M raises $5M': no amount of money, since it does something."""
    words, marks = sentence.words, sentence.marks
    return len(words) > 2 and marks[1] == "MONEY" and words[1] in "MB" and sentence.lower[2] in lexicon.headline_verbs


def _mark_spans(sentence: Sentence, spans: Sequence[TypedSpan]) -> list[int]:
    """Mark the spans, the first of those that overlap; the tokens that are in one, in their order."""
    starts, taken = sentence.starts, set[int]()
    for span in spans:
        tokens = range(bisect.bisect_left(starts, span.start), bisect.bisect_left(starts, span.end))
        if taken.isdisjoint(tokens):
            taken.update(tokens)
            for i in tokens:
                sentence.marks[i] = span.mark
    return sorted(taken)


def _mark_joints(sentence: Sentence, lexicon: Lexicon) -> None:
    """Marks that depend on the neighbours: hyphens, '&', "Bank of America", "Acme, Inc.", "Berlin-based"."""
    words, lower, marks = sentence.words, sentence.lower, sentence.marks
    last = len(words) - 1
    joiners = lexicon.name_joiners
    for i in [i for i, word in enumerate(lower) if word in _JOINTS or word in joiners or "-" in word]:
        if not 0 < i < last:
            continue
        word = words[i]
        if marks[i] in TYPED_MARKS or is_in_quotes(sentence, i):
            continue
        if marks[i - 1] == marks[i + 1] == "ROLE" and lower[i] in ("and", "&", ",", "und", "и"):
            marks[i] = "ROLE"
        elif word in "-–":
            _mark_hyphen(sentence, i, lexicon)
        elif word in ("'s", "’s"):
            _mark_possessive(sentence, i, lexicon)
        elif word in _TIGHT_JOINTS or lower[i] in joiners or lower[i] in ("for", "in"):
            _mark_joint(sentence, i, lexicon)
        elif word == "," and marks[i - 1] == "NAME" and lower[i + 1] in LEGAL_FORMS:
            marks[i] = "NAME"
        elif word == "," and marks[i - 1] == "NAME" and lower[i + 1] in lexicon.credentials:
            marks[i] = marks[i + 1] = "NAME"
            if i + 3 <= last and words[i + 2] == "," and lower[i + 3] in lexicon.function_words:
                marks[i + 2] = "NAME"
        elif word.rpartition("-")[2] in lexicon.compound_ends:
            _mark_modifier(sentence, i, i + 1, lexicon)
    if last > 0 and marks[0] == "MOD" and lower[0] in ("the",) and marks[1] == "NAME":
        marks[0] = ""


def _mark_hyphen(sentence: Sentence, i: int, lexicon: Lexicon) -> None:
    lower, marks = sentence.lower, sentence.marks
    if not _is_tight(sentence, i):
        return
    if lower[i + 1] in lexicon.compound_ends:
        _mark_modifier(sentence, i - 1, i + 2, lexicon)
    elif marks[i - 1] == "NAME" and (marks[i + 1] or _is_tight(sentence, i + 2)):
        marks[i] = "NAME"
        if marks[i + 1] != "ROLE" or not lexicon.descriptor_endings:  # "Acme-Chef" is the chief of Acme
            marks[i + 1] = "NAME"
    elif sentence.words[i + 1][0].isupper() and _is_number_before(sentence, i):
        marks[: i + 2] = ["NAME"] * (i + 2)
    else:
        marks[i] = "MOD"


def _is_tight(sentence: Sentence, i: int) -> bool:
    """Whether token i has no space on either side: 'Coca-Cola'."""
    words, starts = sentence.words, sentence.starts
    if not 0 < i < len(words) - 1:
        return False
    return starts[i] == starts[i - 1] + len(words[i - 1]) and starts[i + 1] == starts[i] + len(words[i])


def _is_number_before(sentence: Sentence, i: int) -> bool:
    """Whether a number opens the sentence and ends at token i, as in '7-Eleven' and '1-800-Flowers'."""
    return all(
        mark_ == "NUMBER" or word == "-" for word, mark_ in zip(sentence.words[:i], sentence.marks, strict=False)
    )


def _mark_modifier(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> None:
    """'New York-based': tokens [start, end) and the name in front of them only describe. So does the town in front of
    a state, 'Austin, Texas-based Acme', but not the name in 'Acme, Berlin-based maker of robots'."""
    words, marks = sentence.words, sentence.marks
    marks[start:end] = ["MOD"] * (end - start)
    while start > 0 and marks[start - 1] == "NAME" and sentence.lower[start - 1] not in lexicon.headline_verbs:
        start -= 1
        marks[start] = "MOD"
    if start > 1 and words[start - 1] == "," and end < len(words) and words[end][0].isupper():
        start -= 1
        while start > 0 and marks[start - 1] == "NAME":
            start -= 1
        marks[start:end] = ["MOD"] * (end - start)


def _mark_possessive(sentence: Sentence, i: int, lexicon: Lexicon) -> None:
    """'Plato's Closet', 'Children's Hospital' and 'Woofie's of Dover' are names; 'Alphabet's Waymo' is Waymo."""
    lower, marks = sentence.lower, sentence.marks
    if marks[i - 1] != "NAME":
        return
    end = i + 1
    while end < len(marks) and marks[end] == "NAME":
        end += 1
    if end == i + 1:
        if lower[end] in ("of", "&") and end + 1 < len(marks) and marks[end + 1] == "NAME":
            marks[i] = "NAME"
    elif lower[i - 1] in lexicon.places and (i == 1 or marks[i - 2] != "NAME"):
        marks[i] = "MOD"
    elif (
        lower[i - 1] in lexicon.owning_people
        or lower[i - 1] in lexicon.given_names
        or not lexicon.owned_nouns.isdisjoint((lower[i + 1], lower[end - 1]))
    ):
        marks[i] = "NAME"
    else:
        marks[i] = "MOD"


def _mark_joint(sentence: Sentence, i: int, lexicon: Lexicon) -> None:
    """Words and signs that join two names to one, or are part of one."""
    words, lower, marks = sentence.words, sentence.lower, sentence.marks
    if marks[i - 1] != "NAME":
        return
    if words[i] == "!":
        marks[i] = "NAME" if i == 1 and words[2].islower() else ""
    elif words[i] == "." and not _is_tight(sentence, i):
        marks[i] = "NAME" if lower[i - 1] in LEGAL_FORMS and lower[i + 1] in LEGAL_FORMS else ""
    elif _joins(sentence, i, lexicon):
        if marks[i + 1] == "NAME":
            marks[i] = "MOD" if lexicon.verb_second and lower[i] == "von" else "NAME"  # "Verkauf von Acme"
        elif words[i + 1] in lexicon.name_joiners and marks[i + 2 : i + 3] == ["NAME"]:
            marks[i] = marks[i + 1] = "NAME"


def _joins(sentence: Sentence, i: int, lexicon: Lexicon) -> bool:
    """Whether token i makes one name of its neighbours: 'of' and its like do; 'and' more often parts two companies, and
    'for' and 'in' belong to a name behind words that ask for them, as in 'Institute for Glass' and 'Women in Glass'."""
    word, before = sentence.lower[i], sentence.lower[i - 1]
    if _is_tight(sentence, i):
        return True
    if word == "for":
        return before in lexicon.org_heads
    if word == "in":
        return before in lexicon.owning_people
    if word in "'’":
        return before.endswith("in") or sentence.lower[i + 1] in lexicon.owned_nouns
    if word == "der":
        return before in ("van", "von")
    return word not in ("and", "und", "и", "the", "für", "/", ".")


# --------------------------------------------------------------------------- names


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
        lead_in = lower[start].rstrip(".") in lexicon.leading and not _is_written_large(sentence.words, start, lexicon)
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
    adverb = lower in lexicon.adverbs or _is_sure_adverb(lower, lexicon)
    return word in "-–&+/,'’" or lower in lexicon.name_joiners or lower in lexicon.trailing or adverb


def _is_sure_adverb(lower: str, lexicon: Lexicon) -> bool:
    """Whether a word is an adverb also where it has a capital."""
    return len(lower) > _SHORTEST_ADVERB and lower.endswith(lexicon.adverb_endings)


def marked_span(sentence: Sentence, mark_: str, after: int) -> tuple[int, int] | None:
    """The first run of tokens with a mark from token `after` on, else the first in the sentence."""
    for begin in (after, 0):
        for start in range(begin, len(sentence.marks)):
            if sentence.marks[start] == mark_:
                end = start
                while end < len(sentence.marks) and sentence.marks[end] == mark_:
                    end += 1
                return start, end
    return None


def first_run(sentence: Sentence, start: int, end: int) -> tuple[int, int]:
    """The first run in tokens [start, end) of the mark that its last token has: $5M of "raises $5M at a valuation of
    $50M", where a gap took what it could."""
    mark_ = sentence.marks[end - 1]
    return whole_run(sentence, *marked_span(sentence, mark_, start) or (start, end))


def whole_run(sentence: Sentence, start: int, end: int) -> tuple[int, int]:
    """Tokens [start, end) with the neighbours of the same mark: "Series C" where a gap in front of it took "Series"."""
    marks = sentence.marks
    while start > 0 and marks[start - 1] == marks[start]:
        start -= 1
    while end < len(marks) and marks[end] == marks[end - 1]:
        end += 1
    return start, end


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
        stop = start
        while stop < end and sentence.marks[stop] == "NAME":
            stop += 1
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
    owned = owned and not _is_common_noun(sentence, end, lexicon)  # "Acme's Covid vaccine" is Acme's
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


# --------------------------------------------------------------------------- the subject of a match


def find_subject(sentence: Sentence, before: int, lexicon: Lexicon, *, gap: int = 0, person: bool = False) -> Subject:
    """Look for the name that ends in front of token `before`. A `gap` lets it skip that many words of any kind."""
    result = _subject(sentence, before, lexicon, person)
    # German has more words in between: only when no name is nearer may "Acme wächst und ..." tell the subject.
    for join in (False, True) if lexicon.verb_second else (True,):
        for position in range(before - 1, max(0, before - gap - 1), -1):
            if not isinstance(result, NotFound):
                return result
            earlier = _subject(sentence, position, lexicon, person, join=join)
            result = result if isinstance(earlier, NotFound) else earlier
    return result


def _subject(sentence: Sentence, before: int, lexicon: Lexicon, person: bool, *, join: bool = True) -> Subject:
    i = before
    while i > 0:
        step = _step_left(sentence, i, lexicon)
        if isinstance(step, int):
            employer = None if person else _employer(sentence, i, lexicon)
            if employer is not None:
                return employer
            i = step
            continue
        if isinstance(step, SameAsEntry):
            return NotFound(f"{step.word!r} in front of the phrase is nobody's name") if person else step
        if step is None:
            phrase = _phrase_before(sentence, i, lexicon)
            if phrase is not None:
                i = phrase
                continue
            return _or_behind_verb(_run_before(sentence, i, before, lexicon, person), sentence, before, lexicon, person)
        step = _or_behind_verb(step, sentence, before, lexicon, person)
        joins = join and not person and not (lexicon.locating and sentence.marks[i : i + 1] == ["ROLE"])
        if isinstance(step, NotFound) and joins and joins_clauses(sentence, i - 1, before, lexicon):
            return _opens_with_the_company(sentence, lexicon) or first_name(sentence, lexicon, until=i - 1) or step
        return step
    return _or_behind_verb(NotFound("nothing stands in front of the phrase"), sentence, before, lexicon, person)


def _opens_with_the_company(sentence: Sentence, lexicon: Lexicon) -> SameAsEntry | None:
    """'The company bought 5 Elm Drive and will hire': what opens the sentence does the second thing, too."""
    if not lexicon.locating or sentence.lower[0] != "the" or sentence.marks[1] == "NAME":
        return None
    return SameAsEntry(sentence.words[1], 1) if sentence.lower[1] in lexicon.generic_subjects else None


def _employer(sentence: Sentence, end: int, lexicon: Lexicon) -> Found | None:
    """Acme of 'Jane Doe, CEO of Acme, resigns', where the comma behind it stands in front of token `end`."""
    marks, lower = sentence.marks, sentence.lower
    if not lexicon.locating or end < 5 or sentence.words[end - 1] != "," or marks[end - 2] != "NAME":
        return None
    start = sentence.run_start(end - 1)
    if start < 3 or lower[start - 1] not in ("of", "at", "for") or marks[start - 2] != "ROLE":
        return None
    if lower[start - 2] == "partner":
        return None  # "Beta, a partner of Acme, opens"
    found = name_span(sentence, start, end - 1, lexicon)
    return found if isinstance(found, Found) else None


def _phrase_before(sentence: Sentence, end: int, lexicon: Lexicon) -> int | None:
    """Where the phrase begins that a preposition opens and the name which ends at `end` closes."""
    if lexicon.declined is not None:
        return preposition_before(sentence, end, lexicon, lexicon.declined)
    if lexicon.locating:
        return _where(sentence, sentence.run_start(end), end, lexicon)
    return prepositional_phrase(sentence, sentence.run_start(end), end, lexicon)


def _where(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> int | None:
    """Where "in Berlin" or "backed by Beta" begins, behind a noun or a name: 'Acme in Berlin raises', 'a plant in Tulsa
    will create', 'the mill at Tulsa closes', 'the startup backed by Beta raises'."""
    preposition = start - 1
    participle = sentence.lower[max(0, preposition - 1)]
    if preposition > 1 and sentence.lower[preposition] == "by" and is_past(participle, lexicon) and participle != "led":
        return preposition - 1  # but a group led by Beta stands for Beta
    if preposition < 1 or is_owned(sentence, end + 1):
        return None
    at_site = sentence.lower[preposition] == "at" and sentence.lower[preposition - 1] in lexicon.sites
    if not at_site and sentence.lower[preposition] not in lexicon.locating:
        return None
    if sentence.lower[start] in lexicon.heads_of and sentence.lower[start + 1] == "of":
        return None  # "in support of Acme"
    named = _with_preposition(sentence, start, end, end, lexicon) != start  # "Meals in Minutes opens"
    return None if named or sentence.marks[preposition - 1] not in ("NAME", "MOD") else preposition


def _or_behind_verb(found: Subject, sentence: Sentence, verb: int, lexicon: Lexicon, person: bool) -> Subject:
    """What was found in front of the verb, else the name behind it where the language may put it there."""
    run = run_behind_verb(sentence, verb, lexicon, person=person) if isinstance(found, NotFound) else None
    if run is None:
        return found
    span = (person_span if person else name_span)(sentence, *run, lexicon)
    return span if isinstance(span, Found) else found


def _step_left(sentence: Sentence, i: int, lexicon: Lexicon) -> int | Subject | None:
    """One step over what may stand between a subject and its verb.

    Returns the new position, an end of the search, or None when a name run ends at `i`.
    """
    j = i - 1
    word, lower, mark_ = sentence.words[j], sentence.lower[j], sentence.marks[j]
    if word == ",":
        return j if _is_before_that(sentence, i, lexicon) else _over_apposition(sentence, j, lexicon)
    if word in _BRACKETS:
        return _over_brackets(sentence, j)
    if j > 1 and sentence.words[j - 1] == "$" and word.isupper():
        return j - 1  # "Acme $ACME reports"
    if lower in lexicon.trailing and j > 0 and mark_ != "NAME" and _ends_a_name(sentence, j - 1):
        return j
    if lower in lexicon.reporting and (mark_ != "NAME" or j > 0):
        return j
    part = over_part(sentence, i, lexicon)
    if part is not None:
        return part
    if _is_filler(word, lower, mark_, lexicon):
        return j
    if mark_ == "NAME" and lower not in lexicon.pronouns:
        return j if _is_sure_adverb(lower, lexicon) and j > 0 and not is_owned(sentence, j) else None
    if lower in lexicon.pronouns:
        announced = _over_reporting(sentence, j, lexicon)
        return SameAsEntry(word, j) if announced is None else announced
    if lower in lexicon.generic_subjects:
        named = institution(sentence, j, lexicon)
        return Found(*named) if named else SameAsEntry(word, j)
    return NotFound(f"{word!r} in front of the phrase is no name")


def _ends_a_name(sentence: Sentence, i: int) -> bool:
    return sentence.marks[i] == "NAME" or sentence.words[i] in ("'s", "’s")


def _is_before_that(sentence: Sentence, i: int, lexicon: Lexicon) -> bool:
    """Whether token `i` is "that" or "which" behind a comma that parts nothing."""
    if lexicon.declined is None or i >= len(sentence.lower):
        return False
    return sentence.lower[i] in lexicon.declined.subordinators


def _is_filler(word: str, lower: str, mark_: str, lexicon: Lexicon) -> bool:
    if mark_ in ("DATE", "NUMBER") or word == "May" or (word in "\"'“”’" and mark_ != "NAME"):
        return True
    if mark_ == "MONEY" and lexicon.declined is not None:  # "Acme за $5 млн купила"
        return True
    if lower in lexicon.auxiliaries or lower in lexicon.adverbs:
        return True
    return bool(lexicon.adverb_ending) and word.islower() and lower.endswith(lexicon.adverb_ending)


def _over_apposition(sentence: Sentence, comma: int, lexicon: Lexicon) -> int | Subject:
    """'Acme, a maker of robots, raised': from the last comma to in front of the first. That is the one behind the
    name that opens the sentence, for an apposition may hold names and commas of its own; else the nearest."""
    if lexicon.locating and sentence.marks[comma + 1] == "ROLE":
        return NotFound("a person stands in front of the phrase")  # "Jane Doe, CEO of Acme, resigns"
    named = _named_aside(sentence, comma, lexicon)
    if named is not None:
        return named
    opening = sentence.marks.index("NAME") if "NAME" in sentence.marks else comma
    end = opening
    while end < comma and sentence.marks[end] == "NAME":
        end += 1
    dateline = any(dash in sentence.words[end:comma] for dash in ("--", "–", "—"))
    if opening < 2 and not dateline and sentence.words[end] == "," and end < comma <= end + _APPOSITION_TOKENS:
        return end
    for k in range(comma - 2, max(-1, comma - _APPOSITION_TOKENS), -1):
        if sentence.words[k] != "," or k == 0:
            continue
        if lexicon.declined is not None and sentence.marks[k + 1] == "NAME":
            continue  # a list of names: an insertion begins in lower case
        if sentence.marks[k - 1] == "NAME" or sentence.words[k - 1] == ")" or sentence.lower[k - 1] in lexicon.units:
            return k
        if k == 2 and lexicon.locating and sentence.lower[1] in lexicon.generic_subjects:
            return k  # "The company, a division of Acme, opens"
    return NotFound("only a comma stands in front of the phrase")


def _named_aside(sentence: Sentence, comma: int, lexicon: Lexicon) -> Found | None:
    """Beta of 'Acme's parent company, Beta, raises' and of 'The maker of Dexelo, Beta, raises'."""
    lower, start = sentence.lower, sentence.run_start(comma)
    if not lexicon.locating or start == comma or start < 2 or sentence.words[start - 1] != ",":
        return None
    noun = start - 2
    if sentence.marks[noun] == "NAME":
        noun = sentence.run_start(start - 1) - 2
        described = noun >= 0 and lower[noun] in lexicon.heads_of and lower[noun + 1] == "of"
    else:
        described = lower[noun] in lexicon.generic_subjects | lexicon.units | lexicon.descriptors
    found = name_span(sentence, start, comma, lexicon) if described else None
    return found if isinstance(found, Found) else None


def _over_brackets(sentence: Sentence, close: int) -> int | Subject:
    for k in range(close - 1, max(-1, close - 12), -1):
        if sentence.words[k] == _BRACKETS[sentence.words[close]]:
            return k
    return NotFound("a bracket stands in front of the phrase")


def _over_reporting(sentence: Sentence, pronoun: int, lexicon: Lexicon) -> int | None:
    """'Acme announced today that it': the position of the verb of reporting, if there is one."""
    k = pronoun - 1
    while k > 0 and (
        sentence.lower[k] == "that" or _is_filler(sentence.words[k], sentence.lower[k], sentence.marks[k], lexicon)
    ):
        k -= 1
    return k if k > 0 and sentence.lower[k] in lexicon.reporting else None


def _run_before(sentence: Sentence, end: int, before: int, lexicon: Lexicon, person: bool) -> Subject:
    """The name that ends in front of token `end` and is the subject of the verb at `before`."""
    start = sentence.run_start(end)
    if stands_for_entry(sentence, start, end, lexicon):
        return SameAsEntry(sentence.slice(start, end), start)
    if is_governed(sentence, start, end, lexicon):
        return NotFound(f"{sentence.slice(start, end)!r} is no subject here")
    if person:
        if is_of_nobility(sentence, start - 1, 0, lexicon):
            start = sentence.run_start(start - 1)
        return person_span(sentence, _behind_verb(sentence, start, end, lexicon), end, lexicon)
    if lexicon.declined is not None:
        return _first_of_names(
            sentence, described_from(sentence, last_quoted(sentence, start, end)), end, before, lexicon
        )
    if _is_the_company(sentence, start, end, lexicon):
        return SameAsEntry(sentence.slice(start, end), start)
    if start and " ".join(sentence.lower[start - 1 : end]) in lexicon.own_boards:
        return SameAsEntry(sentence.slice(start, end), start)
    if start > 2 and sentence.lower[start - 2 : start] in (["together", "with"], ["along", "with"]):
        return _subject(sentence, start - 2, lexicon, person)
    owner = _owner_before(sentence, start, end, lexicon)
    if owner is not None:
        return name_span(sentence, *owner, lexicon)
    if _has_singular_verb(sentence, end, before, lexicon):
        start = _with_partner(sentence, start)
    return _first_of_names(sentence, start, end, before, lexicon)


def _behind_verb(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> int:
    """Where the person begins who ends a headline's run: Jane Doe of 'Acme Taps Jane Doe to Lead Beta'."""
    for i in range(end - 2, start, -1):
        if sentence.lower[i] in lexicon.headline_verbs:
            return i + 1
    return start


def _first_of_names(sentence: Sentence, start: int, end: int, before: int, lexicon: Lexicon) -> Subject:
    """The first name of the list whose last is [start, end), with its edges."""
    for _ in range(_LIST_NAMES):
        earlier = _first_of_list(sentence, start, end, one=_has_singular_verb(sentence, end, before, lexicon))
        if earlier is None:
            break
        start, end = earlier
    found = name_span(sentence, start, end, lexicon)
    if isinstance(found, Found):
        return _with_edges(sentence, found, before, lexicon)
    return found


def _is_the_company(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> bool:
    """'... as the Consulting Firm Raises': a headline's capitals on what only stands for a name."""
    article = sentence.lower[start - 1] if start else ""
    run = sentence.lower[start:end]
    return article in ("the", "our", "its") and run[-1] in lexicon.descriptors and "of" not in run


def _owner_before(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """The company that a name in front of the verb belongs to: Acme of 'Acme founder Jane Doe announces' and of 'Acme's
    Dexelo App adds'."""
    words, lower, marks = sentence.words, sentence.lower, sentence.marks
    last = start - 1
    if last > 0 and is_owned(sentence, start) and marks[last - 1] == "NAME":
        behind = lower[end] if end < len(lower) else ""
        part = behind in lexicon.units and (end - start > 1 or is_plain_word(lower[start], lexicon))
        if part or lower[end - 1] in lexicon.trailing or behind in lexicon.owned_products:
            return sentence.run_start(last), last
    while last >= 0 and marks[last] == "ROLE":
        last -= 1
    if last == start - 1 or last < 0 or lower[start - 1] in lexicon.descriptors:
        return None
    last -= words[last] in ("'s", "’s")
    return (sentence.run_start(last + 1), last + 1) if last >= 0 and marks[last] == "NAME" else None


def _has_singular_verb(sentence: Sentence, end: int, before: int, lexicon: Lexicon) -> bool:
    """Whether what stands behind the name, up to the verb, speaks of one: 'opens', 'has opened', not 'open'."""
    verb = sentence.lower[before] if before < len(sentence.lower) else ""
    return (verb.endswith("s") and not verb.endswith("ss")) or not lexicon.singular_verbs.isdisjoint(
        sentence.lower[end:before]
    )


def _with_partner(sentence: Sentence, start: int) -> int:
    """'Marsh and Spence opens' is one company; names that a legal form or a comma ends are not joined."""
    if start < 2 or sentence.lower[start - 1] != "and" or sentence.marks[start - 2] != "NAME":
        return start
    if sentence.lower[start - 2] in LEGAL_FORMS:
        return start
    return sentence.run_start(start - 1)


def _with_preposition(sentence: Sentence, start: int, end: int, before: int, lexicon: Lexicon) -> int:
    """Where a name begins that has a preposition, which governs no subject: 'In Motion opens'. So has 'Meals on Wings
    opens', for of several meals one would say 'open'."""
    lower, words = sentence.lower, sentence.words
    if not 0 < start < 3 or lower[start - 1] not in lexicon.pure_prepositions or not words[0][0].isupper():
        return start
    if start == 1:
        return 0
    plural = _is_plural(lower[0]) and sentence.marks[0] == "NAME"
    return 0 if plural and _has_singular_verb(sentence, end, before, lexicon) else start


def _is_plural(lower: str) -> bool:
    """As far as its spelling tells."""
    return lower.endswith("s") and not lower.endswith("ss")


def _with_edges(sentence: Sentence, found: Found, before: int, lexicon: Lexicon) -> Found:
    """With the number or preposition in front that is part of a name ('Eight Naps raises'), and the 's behind ('Lowry's
    opens')."""
    end = found.end
    start = _with_preposition(sentence, found.start, end, before, lexicon)
    first = sentence.words[0]
    if start == 1 and sentence.marks[0] == "NUMBER" and (first[0].isupper() or first.isdigit()):
        start = (
            1 if _is_plural(sentence.lower[end - 1]) and not _has_singular_verb(sentence, end, before, lexicon) else 0
        )
    if end < before and sentence.lower[end] == "'s":
        acts = end + 1 == before and sentence.marks[before] not in TYPED_MARKS
        acts = acts and not sentence.lower[before].endswith("ing")  # "Acme's hiring"
        if acts or sentence.lower[end + 1] in lexicon.behind_names:
            end += 1
    return Found(start, end)


def _first_of_list(sentence: Sentence, start: int, end: int, *, one: bool) -> tuple[int, int] | None:
    """'Acme and Beta partner', 'Acme, Beta to merge': the first of the names is the prospect. Behind a comma only
    where the list opens the sentence, and not a place in capitals: 'LONDON, Acme raised'. 'Harrow, Dale & Pike LLP' is
    one name, and so is 'Harrow, Dale & Pike' where the verb speaks of `one`."""
    if start < 2 or sentence.marks[start - 2] != "NAME" or sentence.words[start - 2].endswith("-"):
        return None  # "Luft- und Raumfahrtkonzern" is one noun
    first, joint = sentence.run_start(start - 1), sentence.lower[start - 1]
    if joint in ("and", "&", "und", "и"):
        return first, start - 1
    if joint != "," or first != 0:
        return None
    if "&" in sentence.words[start:end] and (one or sentence.lower[end - 1] in LEGAL_FORMS):
        return first, end
    if sentence.words[0].isupper() and not sentence.words[end - 1].isupper():
        return None
    return first, start - 1


def first_name(sentence: Sentence, lexicon: Lexicon, until: int | None = None, *, besides: str = "") -> Found | None:
    """The first run of name tokens that is a company: what a headline or a press release is about. Not a name that is
    in `besides`, and not the capital that begins "Big day at Acme", where another follows."""
    i, fallback = 0, None
    until = len(sentence.words) if until is None else until
    while i < until:
        if sentence.marks[i] != "NAME" or _is_imperative(sentence, i, lexicon):
            i += 1
            continue
        if _is_where_it_happens(sentence, i, lexicon):
            i = _run_end(sentence, i, until)
            continue
        whole = institution_at(sentence, i, lexicon)
        if whole is not None and not (besides and sentence.slice(*whole) in besides):
            return Found(*whole)
        end = _run_end(sentence, i, until)
        span = name_span(sentence, i, end, lexicon)
        if isinstance(span, Found) and not (besides and sentence.slice(span.start, span.end) in besides):
            acts = next((k for k in (end, end + 1) if k < until and sentence.lower[k] in lexicon.headline_verbs), None)
            span = span if acts is None else _with_edges(sentence, span, acts, lexicon)
            if not (i == 0 and end == 1 and _is_common_noun(sentence, end, lexicon)):
                return span
            fallback = span
        i = end
    return fallback


def _run_end(sentence: Sentence, start: int, until: int) -> int:
    """Where the run of name tokens ends that begins at `start`."""
    end = start
    while end < until and sentence.marks[end] == "NAME":
        end += 1
    return end


def _is_where_it_happens(sentence: Sentence, i: int, lexicon: Lexicon) -> bool:
    """Whether the name at token `i` only tells where: "Firm leases space in Tulsa", "offices at 625 Elm Ave."; not
    "stake in Acme"."""
    if not lexicon.locating or i < 2:
        return False
    before = sentence.lower[i - 1]
    if sentence.marks[i - 1] == "NUMBER":
        return sentence.lower[i - 2] in ("at", "on")
    return before in ("in", "near") and sentence.lower[i - 2] not in lexicon.put_into_firms


def _is_imperative(sentence: Sentence, i: int, lexicon: Lexicon) -> bool:
    """'Pin an app to the bar': what stands at the beginning, in front of a lower-case article, is no name."""
    if i or lexicon.verb_second or lexicon.declined is not None or len(sentence.words) < 2:
        return False
    return sentence.words[1] in lexicon.articles or sentence.words[1] in ("your", "these", "all")


def _is_common_noun(sentence: Sentence, i: int, lexicon: Lexicon) -> bool:
    """Whether token i is a lower-case noun, as far as its spelling tells."""
    if lexicon.verb_second or lexicon.declined is not None or i >= len(sentence.words):
        return False
    word = sentence.words[i]
    return (
        sentence.marks[i] == "MOD"
        and word.islower()
        and not (_is_plural(word) or word.endswith("ed"))
        and not _is_filler(word, word, "MOD", lexicon)
        and word not in lexicon.reporting
        and word not in lexicon.articles
    )
