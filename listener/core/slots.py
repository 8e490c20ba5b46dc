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
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from listener.core.lexicon import CALENDAR, LEGAL_FORMS, Lexicon
from listener.core.needles import needle_test

_APPOSITION_TOKENS = 30
_LIST_NAMES = 3
_PERSON_TOKENS = 6  # "Maria del Carmen Ruiz-Vega": a hyphen is a token
_BRAND = re.compile(r"[a-z]+[A-Z]\w*|\w[\w-]*\.(?:com|io|ai|co|net|org|app|dev|de|ru)|\d+[A-Za-z]\w*|[A-Za-z]+\d\w*")
_INNER = re.compile(r"[^\W\d_]")
_TIGHT_JOINTS = frozenset("-–&+/.'’")
_JOINTS = _TIGHT_JOINTS | {",", "and", "und", "и"}


@dataclass(slots=True)
class Sentence:
    """A tokenised sentence with its marks. `words`, `lower`, `starts` and `marks` run in parallel."""

    text: str
    words: list[str]
    lower: list[str]
    starts: list[int]
    marks: list[str]

    def slice(self, start: int, end: int) -> str:
        """The text of tokens [start, end) as it stands."""
        return self.text[self.starts[start] : self.starts[end - 1] + len(self.words[end - 1])]


@dataclass(frozen=True, slots=True)
class Found:
    """A name at tokens [start, end)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SameAsEntry:
    """The subject is "it" or "the company": the one that the entry is about."""

    word: str


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


def typed_spans(text: str, lexicon: Lexicon, marks: Collection[str] = TYPED_MARKS) -> list[TypedSpan]:
    """What the lexicon's expressions for these marks find in a text; of two that overlap, the first counts."""
    return [
        TypedSpan(kind, *found.span())
        for kind, expression in _expressions(lexicon).items()
        if kind in marks
        for found in expression.finditer(text)
    ]


def typed_tests(lexicon: Lexicon) -> dict[str, Callable[[str], bool]]:
    """For each typed mark a test that is true of at least one of the words between blanks of whatever gets it."""
    return {kind: needle_test(expression) for kind, expression in _expressions(lexicon).items()}


def _expressions(lexicon: Lexicon) -> dict[str, re.Pattern[str]]:
    found = (lexicon.money, lexicon.rounds, lexicon.roles, lexicon.dates, lexicon.numbers)
    return dict(zip(TYPED_MARKS, found, strict=True))


def plain_mark(word: str, lexicon: Lexicon) -> str:
    """The mark of a word by itself, wherever it stands."""
    lower = word.lower()
    if lower in lexicon.function_words:
        return "MOD" if lower in lexicon.articles else ""
    if word[0].isupper() or _BRAND.fullmatch(word):
        return "NAME"
    return "MOD" if word[0].isalpha() else ""


def mark(sentence: Sentence, lexicon: Lexicon, spans: Sequence[TypedSpan]) -> Sentence:
    """Mark the tokens of a sentence that have their plain marks and in which `spans` were found; returns it."""
    words, marks = sentence.words, sentence.marks
    if words and _is_lower_case_brand(words) and sentence.lower[0] not in lexicon.function_words:
        marks[0] = "NAME"
    if "$" in words:
        for i in range(1, len(words)):
            if words[i - 1] == "$" and words[i][0].isupper() and marks[i] == "NAME":
                marks[i] = ""
    for i in _mark_spans(sentence, spans):
        if marks[i] == "NUMBER" and _is_numbered_name(words, marks, i, lexicon):
            marks[i] = "NAME"
    _mark_joints(sentence, lexicon)
    return sentence


def _is_numbered_name(words: list[str], marks: list[str], i: int, lexicon: Lexicon) -> bool:
    """'Studio 54', but not 'Acme 2026' and not 'Acme Hires 200'."""
    word = words[i]
    if not word.isdigit() or i == 0 or marks[i - 1] != "NAME" or words[i - 1].lower() in lexicon.headline_verbs:
        return False
    return not (len(word) == 4 and word[:2] in ("19", "20"))


def _is_lower_case_brand(words: list[str]) -> bool:
    """'acme Raises': a headline that begins in lower case, before a capital, begins with a brand."""
    first = words[0]
    return len(first) > 2 and first.isalpha() and len(words) > 1 and words[1][0].isupper()


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
    for i in [i for i, word in enumerate(lower) if 0 < i < last and (word in _JOINTS or word in joiners)]:
        word = words[i]
        if word in _TIGHT_JOINTS or lower[i] in joiners:
            _mark_joint(sentence, i, lexicon)
        elif word == "," and lower[i + 1] in LEGAL_FORMS and marks[i - 1] == "NAME":
            marks[i] = "NAME"
        elif marks[i] == "ROLE" or marks[i - 1] != "ROLE" or marks[i + 1] != "ROLE":
            continue
        else:
            marks[i] = "ROLE"
    if last > 0 and marks[0] == "MOD" and lower[0] in ("the",) and marks[1] == "NAME":
        marks[0] = ""


def _mark_joint(sentence: Sentence, i: int, lexicon: Lexicon) -> None:
    words, lower, marks, starts = sentence.words, sentence.lower, sentence.marks, sentence.starts
    tight = starts[i] == starts[i - 1] + len(words[i - 1]) and starts[i + 1] == starts[i] + len(words[i])
    if words[i] in "-–" and tight:
        if lower[i + 1] in lexicon.compound_ends:
            start = i - 1
            marks[start : i + 2] = ["MOD"] * 3
            while start > 0 and marks[start - 1] == "NAME" and words[start - 1] not in ",":
                start -= 1
                marks[start] = "MOD"
        elif marks[i - 1] == "NAME" and marks[i + 1]:
            marks[i] = marks[i + 1] = "NAME"
        else:
            marks[i] = "MOD"
    elif marks[i - 1] == "NAME" and marks[i + 1] == "NAME" and (tight or _joins(lower[i])):
        marks[i] = "NAME"


def _joins(word: str) -> bool:
    """'of' and its like join two capitalised words; 'and' more often parts two companies, as ' - ' does."""
    return word not in ("and", "und", "и", "the", "der", "für") and word not in "-–/.'’"


# --------------------------------------------------------------------------- names


def name_span(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> Found | NotFound:
    """Cut a run of name tokens down to the name of a company: without descriptors, lead-ins and adjectives."""
    lower = sentence.lower
    start, end = _without_verbs(lower, start, end, lexicon)
    for i in range(end - 2, start - 1, -1):
        describes = lower[i] in lexicon.descriptors or (lower[i] in lexicon.compound_ends and lower[i - 1] in "-–")
        if describes and _INNER.search(sentence.slice(i + 1, end)):
            start = i + 1
            break
    while start < end and lower[start].rstrip(".") in lexicon.leading and end - start > 1:
        start += 1
    while end - start > 1 and _trails(sentence.words[end - 1], lower[end - 1], lexicon):
        end -= 1
    name = sentence.slice(start, end)
    if end - start == 1 and _is_plain_word(lower[start], lexicon):
        return NotFound(f"{name!r} is a word, not the name of a company")
    if lower[end - 1] in lexicon.people_nouns and "of" not in lower[start:end]:
        return NotFound(f"{name!r} names people or things, not a company")
    if not _INNER.search(name):
        return NotFound(f"{name!r} has no letters")
    return Found(start, end)


def _is_plain_word(lower: str, lexicon: Lexicon) -> bool:
    return (
        lower in lexicon.not_companies
        or lower in lexicon.descriptors
        or lower in lexicon.leading
        or lower in lexicon.headline_verbs
    )


def _without_verbs(lower: list[str], start: int, end: int, lexicon: Lexicon) -> tuple[int, int]:
    """'Acme Enhances Offering' is Acme, 'Appoints Jane Doe' is Jane Doe."""
    while end - start > 1 and lower[start] in lexicon.headline_verbs:
        start += 1
    for i in range(start + 1, end):
        if lower[i] in lexicon.headline_verbs:
            return start, i
    return start, end


def _trails(word: str, lower: str, lexicon: Lexicon) -> bool:
    """Whether a word at the end of a run is none of the name: 'Acme Successfully', 'Acme Stockholders'."""
    adverb = lower in lexicon.adverbs or (bool(lexicon.adverb_ending) and lower.endswith(lexicon.adverb_ending))
    return word in "-–&+/,'’" or lower in lexicon.name_joiners or lower in lexicon.trailing or adverb


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
    while first > start and sentence.marks[first - 1] == "NAME":
        first -= 1
    for i in range(end - 2, first - 1, -1):
        if sentence.lower[i] in lexicon.person_titles:
            first = i + 1
            break
    span = name_span(sentence, first, end, lexicon) if first < end else NotFound("no name")
    if isinstance(span, NotFound):
        return span
    if span.end - span.start > _PERSON_TOKENS or any(word.isdigit() for word in sentence.words[span.start : span.end]):
        return NotFound(f"{sentence.slice(span.start, span.end)!r} does not look like a person's name")
    return span


def place_span(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> Found | NotFound:
    """Tokens [start, end) as a place: any name that is no month, day of the week or number."""
    words = [word for word in sentence.lower[start:end] if word not in lexicon.function_words and word != ","]
    if all(word.rstrip(".") in CALENDAR or word.isdigit() for word in words):
        return NotFound(f"{sentence.slice(start, end)!r} is a time or a number, not a place")
    return Found(start, end)


def trailing_name(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> Found | NotFound:
    """The name in tokens [start, end) that a slot inside a pattern took: behind its last descriptor, else the first."""
    for i in range(end - 2, start - 1, -1):
        if sentence.lower[i] in lexicon.descriptors:
            start = i + 1
            break
    while end > start and sentence.marks[start] != "NAME":
        start += 1
    stop = start
    while stop < end and sentence.marks[stop] == "NAME":
        stop += 1
    return name_span(sentence, start, stop, lexicon) if start < stop else NotFound("no name")


# --------------------------------------------------------------------------- the subject of a match


def find_subject(sentence: Sentence, before: int, lexicon: Lexicon, *, gap: int = 0, person: bool = False) -> Subject:
    """Look for the name that ends in front of token `before`. A `gap` lets it skip that many words of any kind."""
    result = _subject(sentence, before, lexicon, person)
    for skipped in range(1, gap + 1):
        if not isinstance(result, NotFound) or before - skipped <= 0:
            break
        earlier = _subject(sentence, before - skipped, lexicon, person)
        result = result if isinstance(earlier, NotFound) else earlier
    return result


def _subject(sentence: Sentence, before: int, lexicon: Lexicon, person: bool) -> Subject:
    i = before
    while i > 0:
        step = _step_left(sentence, i, lexicon)
        if isinstance(step, int):
            i = step
            continue
        if isinstance(step, SameAsEntry) and person:
            return NotFound(f"{step.word!r} in front of the phrase is nobody's name")
        if isinstance(step, NotFound) and sentence.lower[i - 1] in lexicon.clause_joints and not person:
            return first_name(sentence, lexicon, until=i - 1) or step
        if step is not None:
            return step
        return _run_before(sentence, i, lexicon, person)
    return NotFound("nothing stands in front of the phrase")


def _step_left(sentence: Sentence, i: int, lexicon: Lexicon) -> int | Subject | None:
    """One step over what may stand between a subject and its verb.

    Returns the new position, an end of the search, or None when a name run ends at `i`.
    """
    j = i - 1
    word, lower, mark_ = sentence.words[j], sentence.lower[j], sentence.marks[j]
    if word == ",":
        return _over_apposition(sentence, j)
    if word == ")":
        return _over_brackets(sentence, j)
    if lower in lexicon.trailing and j > 0 and sentence.marks[j - 1] == "NAME" and mark_ != "NAME":
        return j
    if lower in lexicon.reporting and (mark_ != "NAME" or j > 0):
        return j
    if _is_filler(word, lower, mark_, lexicon):
        return j
    if mark_ == "NAME" and lower not in lexicon.pronouns:
        return None
    if lower in lexicon.pronouns:
        announced = _over_reporting(sentence, j, lexicon)
        return SameAsEntry(word) if announced is None else announced
    if lower in lexicon.generic_subjects:
        return SameAsEntry(word)
    return NotFound(f"{word!r} in front of the phrase is no name")


def _is_filler(word: str, lower: str, mark_: str, lexicon: Lexicon) -> bool:
    if mark_ in ("DATE", "NUMBER") or word in "\"'“”’":
        return True
    if lower in lexicon.auxiliaries or lower in lexicon.adverbs:
        return True
    return bool(lexicon.adverb_ending) and word.islower() and lower.endswith(lexicon.adverb_ending)


def _over_apposition(sentence: Sentence, comma: int) -> int | Subject:
    """'Acme, a maker of robots, raised': from the last comma to in front of the first. That is the one behind the
    name that opens the sentence, for an apposition may hold names and commas of its own; else the nearest."""
    opening = sentence.marks.index("NAME") if "NAME" in sentence.marks else comma
    end = opening
    while sentence.marks[end] == "NAME":
        end += 1
    dateline = any(dash in sentence.words[end:comma] for dash in ("--", "–", "—"))
    if opening < 2 and not dateline and sentence.words[end] == "," and end < comma <= end + _APPOSITION_TOKENS:
        return end
    for k in range(comma - 2, max(-1, comma - _APPOSITION_TOKENS), -1):
        if sentence.words[k] != "," or k == 0:
            continue
        if sentence.marks[k - 1] == "NAME" or sentence.words[k - 1] == ")":
            return k
    return NotFound("only a comma stands in front of the phrase")


def _over_brackets(sentence: Sentence, close: int) -> int | Subject:
    for k in range(close - 1, max(-1, close - 12), -1):
        if sentence.words[k] == "(":
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


def _run_before(sentence: Sentence, end: int, lexicon: Lexicon, person: bool) -> Subject:
    start = _run_start(sentence, end)
    if start > 1 and sentence.lower[start - 1] in ("'s", "’s") and sentence.lower[end - 1] in lexicon.owned_nouns:
        start = _run_start(sentence, start - 1)
    if person:
        return person_span(sentence, start, end, lexicon)
    for _ in range(_LIST_NAMES):
        earlier = _first_of_list(sentence, start)
        if earlier is None:
            break
        start, end = earlier
    return name_span(sentence, start, end, lexicon)


def _run_start(sentence: Sentence, end: int) -> int:
    while end > 0 and sentence.marks[end - 1] == "NAME":
        end -= 1
    return end


def _first_of_list(sentence: Sentence, start: int) -> tuple[int, int] | None:
    """'Acme and Beta partner', 'Acme, Beta to merge': the first of the names is the prospect. Behind a comma only
    where the list opens the sentence, and not a place in capitals: 'LONDON, Acme raised'."""
    if start < 2 or sentence.marks[start - 2] != "NAME":
        return None
    first, end, joint = _run_start(sentence, start - 1), start - 1, sentence.lower[start - 1]
    if joint in ("and", "&", "und", "и") or (joint == "," and first == 0 and not sentence.words[0].isupper()):
        return first, end
    return None


def first_name(sentence: Sentence, lexicon: Lexicon, until: int | None = None) -> Found | None:
    """The first run of name tokens that is a company: what a headline or a press release is about."""
    i = 0
    until = len(sentence.words) if until is None else until
    while i < until:
        if sentence.marks[i] != "NAME":
            i += 1
            continue
        end = i
        while end < until and sentence.marks[end] == "NAME":
            end += 1
        span = name_span(sentence, i, end, lexicon)
        if isinstance(span, Found):
            return span
        i = end
    return None
