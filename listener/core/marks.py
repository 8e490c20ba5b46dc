"""One mark for every token of a sentence: what it may be part of.

The patterns of `listener.core.phrase` test the marks as spaCy's ENT_TYPE:

    NAME   may be part of a name: capitalised, or written as brands are (eBay, monday.com, 3M)
    MOD    may stand in front of a name: an article, a lower-case noun or adjective, "Berlin-based"
    MONEY ROUND DATE ROLE NUMBER   what the lexicon's expressions find

A heuristic of spelling and grammar, not a model: a headline in Title Case gives no hint where a name ends except for
function words, punctuation and the phrase itself.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from listener.core.declined import is_in_quotes, mark_quotes_and_beginning
from listener.core.lexicon import LEGAL_FORMS, LOWER_CASE_FORMS, Lexicon
from listener.core.nouns import is_plain_word
from listener.core.sentence import Sentence

_QUARTER = re.compile(r"[1-4][QqHh]\d*|FY\d+")
_BRAND = re.compile(
    r"[a-z]+[A-Z]\w*|\w[\w-]*\.(?:com|io|ai|co|net|org|app|dev|de|ru)|(?!www\.)[a-z][a-z\d-]+\.[a-z]{2,7}|\d+[A-Za-z]\w*|"
    r"[A-Za-z]+\d\w*"
)
_VERSION = re.compile(r"\d+(?:\.\d+)*")
_TIGHT_JOINTS = frozenset("&+/.'’!")
_JOINTS = _TIGHT_JOINTS | frozenset("-–,") | {"'s", "’s", "and", "und", "и", "for", "in"}
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


def is_written_large(words: list[str], i: int, lexicon: Lexicon) -> bool:
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
        is_written_large(words, i, lexicon)
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
        start = sentence.run_start(start - 1)
        marks[start:end] = ["MOD"] * (end - start)


def _mark_possessive(sentence: Sentence, i: int, lexicon: Lexicon) -> None:
    """'Plato's Closet', 'Children's Hospital' and 'Woofie's of Dover' are names; 'Alphabet's Waymo' is Waymo."""
    lower, marks = sentence.lower, sentence.marks
    if marks[i - 1] != "NAME":
        return
    end = sentence.run_end(i + 1)
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
