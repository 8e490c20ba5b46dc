"""The phrase language: what a rep writes, compiled to spaCy token patterns.

    raise            the word with all its inflections, any case
    "Series"         exactly so, case included; several words may stand between the quotes
    a|b|c            one of them
    [its] [a b]      may be there or not
    ...  ...8        a gap of up to 5, or 8, words
    {money}          a slot; {company:target} a slot of that kind under another name
    @cities          any line of rules/lists/cities.txt

A phrase compiles to a few *variants* (one spaCy pattern each, with the words that a text must
contain for it to match) and to the slot that leads it, if any: a company or person in front of the
phrase is not part of the pattern, it is looked for in the words before the match (see
`listener.core.subjects`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

NAME_SLOTS = ("company", "person", "place", "product")
TYPED_SLOTS = ("role", "money", "round", "number", "date")
_TYPED_MARKS = frozenset(kind.upper() for kind in TYPED_SLOTS)
SLOT_KINDS = (*NAME_SLOTS, *TYPED_SLOTS)
GAP_WORDS = 5
MAX_GAP_WORDS = 15
MAX_DEPTH = 5
MAX_VARIANTS = 64
"""Each variant is one more pattern to run; a phrase of more is better written as two."""


class PhraseError(ValueError):
    """A phrase is not well formed. `column` counts from 1 within the phrase."""

    def __init__(self, problem: str, column: int, remedy: str = "") -> None:
        super().__init__(problem)
        self.problem, self.column, self.remedy = problem, column, remedy


# --------------------------------------------------------------------------- what a phrase is made of


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word in any inflection and case."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """Words exactly as they stand."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Up to `words` words of any kind."""

    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A part of the text that the match reports."""

    kind: str
    name: str
    column: int = field(default=1, compare=False)  # where it stands in the phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf:
    """Any line of a list file."""

    name: str
    column: int = 1  # where it stands in the phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of several."""

    options: tuple[Element, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Optional:
    """May be there or not."""

    elements: tuple[Element, ...]


Element = Word | Exact | Gap | Slot | ListOf | Choice | Optional

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<exact>"[^"]*"?)
      | (?P<gap>(?:\.\.\.|…)(?P<words>\d*))
      | \{(?P<slot>[^}]*)(?P<slot_end>\}?)
      | (?P<list>@[\w-]*)
      | (?P<open>\[) | (?P<close>\]) | (?P<bar>\|)
      | (?P<word>[^\s"{}\[\]|@]+)
      | (?P<bad>.)""",
    re.VERBOSE,
)
_PLAIN_QUOTES = str.maketrans(dict.fromkeys("“”„‟", '"') | dict.fromkeys("‘’‚‛", "'"))
"""As texts are written when they are matched, whatever the editor's keyboard makes of a quote."""


@dataclass(slots=True)
class _Reader:
    """A cursor over the pieces of a phrase."""

    phrase: str
    pieces: list[re.Match[str]]
    at: int = 0

    def peek(self) -> str | None:
        return self.pieces[self.at].lastgroup if self.at < len(self.pieces) else None

    def next(self) -> re.Match[str]:
        self.at += 1
        return self.pieces[self.at - 1]


def parse_phrase(phrase: str) -> tuple[Element, ...]:
    """Read a phrase. Raises PhraseError with the column and the remedy."""
    reader = _Reader(phrase, list(_TOKEN.finditer(phrase.translate(_PLAIN_QUOTES))))
    elements = _sequence(reader, inside=None)
    if not elements:
        raise PhraseError("the phrase is empty, so it would never match", 1, "Write at least one word")
    return elements


def _sequence(reader: _Reader, *, inside: re.Match[str] | None, depth: int = 0) -> tuple[Element, ...]:
    if inside is not None and depth > MAX_DEPTH:
        raise PhraseError("too many '[' within each other", inside.start() + 1, "Write it as several phrases")
    elements: list[Element] = []
    while (kind := _kind(reader)) is not None:
        if kind == "space":
            reader.next()
        elif kind == "close":
            if inside is None:
                raise PhraseError("']' without '['", reader.next().start() + 1, "Remove it or add the '['")
            return tuple(elements)
        elif kind == "bar":
            raise PhraseError(
                "'|' needs a word on both sides", reader.next().start() + 1, "Write a|b without spaces around '|'"
            )
        else:
            elements.append(_choice(reader, depth))
    if inside is not None:
        raise PhraseError("'[' is never closed", inside.start() + 1, "Add the ']'")
    return tuple(elements)


def _kind(reader: _Reader) -> str | None:
    kind = reader.peek()
    return {"words": "gap", "slot_end": "slot"}.get(kind, kind) if kind else None


def _choice(reader: _Reader, depth: int) -> Element:
    columns, options = [_column(reader)], [_single(reader, depth)]
    while reader.peek() == "bar":
        bar = reader.next()
        if _kind(reader) in (None, "space", "bar", "close"):
            raise PhraseError("'|' needs a word on both sides", bar.start() + 1, "Write a|b without spaces around '|'")
        columns.append(_column(reader))
        options.append(_single(reader, depth))
    if len(options) == 1:
        return options[0]
    for option, column in zip(options, columns, strict=True):
        if isinstance(option, Gap | Optional):
            raise PhraseError("a gap or an optional part cannot be an alternative", column, "Write two phrases")
    return Choice(options=tuple(options))


def _column(reader: _Reader) -> int:
    return reader.pieces[reader.at].start() + 1


def _single(reader: _Reader, depth: int) -> Element:
    piece = reader.next()
    column = piece.start() + 1
    if piece["open"]:
        elements = _sequence(reader, inside=piece, depth=depth + 1)
        reader.next()
        if not elements:
            raise PhraseError("'[]' is empty", column, "Write the optional word between the brackets")
        return Optional(elements=elements)
    if piece["exact"] is not None:
        return _exact(piece["exact"], column)
    if piece["gap"]:
        return _gap(piece["words"], column)
    if piece["slot"] is not None:
        return _slot(piece, column)
    if piece["list"]:
        if len(piece["list"]) == 1:
            raise PhraseError("'@' needs the name of a list", column, "Write @name for rules/lists/name.txt")
        return ListOf(name=piece["list"][1:], column=column)
    if piece["bad"]:
        raise PhraseError(f"{piece['bad']!r} cannot stand here", column, 'Write it between quotes: "..."')
    return Word(text=piece["word"])


def _exact(text: str, column: int) -> Exact:
    if len(text) < 2 or not text.endswith('"'):
        raise PhraseError("a quote is never closed", column, 'Add the closing "')
    if not text.strip('" '):
        raise PhraseError("nothing between the quotes", column, "Write the exact words there")
    return Exact(text=text[1:-1].strip())


def _gap(words: str, column: int) -> Gap:
    count = int(words) if words else GAP_WORDS
    if not 1 <= count <= MAX_GAP_WORDS:
        raise PhraseError(f"a gap of {count} words", column, f"A gap may be 1 to {MAX_GAP_WORDS} words long")
    return Gap(words=count)


def _slot(piece: re.Match[str], column: int) -> Slot:
    if not piece["slot_end"]:
        raise PhraseError("'{' is never closed", column, "Add the '}'")
    kind, _, name = piece["slot"].partition(":")
    if kind not in SLOT_KINDS:
        near = nearest(kind, SLOT_KINDS)
        raise PhraseError(f"unknown slot {{{kind}}}", column, near or f"The slots are {', '.join(SLOT_KINDS)}")
    if name and not name.isidentifier():
        raise PhraseError(f"{name!r} is no name for a slot", column, "Use letters and '_', as in {company:target}")
    return Slot(kind=kind, name=name or kind, column=column)


def nearest(word: str, known: Sequence[str]) -> str:
    """'Did you mean ...?' with the most similar known word, or ''."""
    import difflib

    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"Did you mean {close[0]!r}?" if close else ""


# --------------------------------------------------------------------------- compiled


TokenPattern = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """What compiling needs to know of a language."""

    tokenize: Callable[[str], Sequence[str]]  # as a text is split
    inflections: Callable[[str], frozenset[str]]  # a lower-case word -> all its forms, itself included
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    common: frozenset[str] = frozenset()  # words that stand in every other sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One spaCy pattern with, for each of its token patterns, the slot that it fills (or None)."""

    pattern: tuple[TokenPattern, ...]
    slots: tuple[Slot | None, ...]
    words: tuple[str, ...]  # for people: what each token pattern looks for
    required: tuple[frozenset[str], ...]  # words in lower case, one of each set must be there; see `required_words`
    is_plain: bool  # it asks for nothing but words and marks
    extra: frozenset[Slot]  # those of [ ]: one that takes no name is left empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A compiled phrase."""

    text: str
    lead: Slot | None  # a company or person in front of the pattern; None: the pattern is all
    lead_gap: int  # how many words may stand between the leading slot and the pattern
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A token pattern on its way into a variant."""

    pattern: TokenPattern
    slot: Slot | None
    shown: str
    extra: bool = False  # it stands in [ ]


_Pieces = tuple[_Piece, ...]


def compile_phrase(phrase: str, language: Language) -> Phrase:
    """Compile a phrase. Raises PhraseError where it is malformed, can never match, or costs too much."""
    elements = parse_phrase(phrase)
    _check_names(elements)
    lead, lead_gap, rest = _split_lead(elements)
    variants = [_variant(pieces, language) for pieces in _expand_all(rest, language)]
    if len(variants) > MAX_VARIANTS:
        raise PhraseError(
            f"the phrase has {len(variants)} variants, {MAX_VARIANTS} is the limit", 1, "Write it as several phrases"
        )
    if not all(variant.required for variant in variants):
        raise PhraseError(
            "the phrase has no word that must be there, so it would match nearly everything",
            1,
            "Add a word outside of [ ]",
        )
    return Phrase(text=phrase, lead=lead, lead_gap=lead_gap, variants=tuple(variants))


def _check_names(elements: Sequence[Element]) -> None:
    """Refuse two slots of one name, of which only one could be told; not where they are alternatives."""
    seen: set[str] = set()
    for slot in _slots_in(elements):
        if slot.name in seen:
            other = f"{{{slot.kind}:other_{slot.name}}}"
            raise PhraseError(f"there are two slots {{{slot.name}}}", slot.column, f"Give one a name: {other}")
        seen.add(slot.name)


def _slots_in(elements: Sequence[Element]) -> Iterator[Slot]:
    for element in elements:
        if isinstance(element, Slot):
            yield element
        elif isinstance(element, Optional):
            yield from _slots_in(element.elements)
        elif isinstance(element, Choice):
            yield from dict.fromkeys(_slots_in(element.options))


def _split_lead(elements: tuple[Element, ...]) -> tuple[Slot | None, int, tuple[Element, ...]]:
    """Take a leading {company} or {person}, and a gap behind it, off the front."""
    first = elements[0]
    if not (isinstance(first, Slot) and first.kind in ("company", "person")):
        return None, 0, elements
    if len(elements) > 1 and isinstance(elements[1], Gap):
        return first, elements[1].words, elements[2:]
    return first, 0, elements[1:]


def _variant(pieces: _Pieces, language: Language) -> Variant:
    pattern = tuple(piece.pattern for piece in pieces)
    return Variant(
        pattern=pattern,
        slots=tuple(piece.slot for piece in pieces),
        words=tuple(piece.shown for piece in pieces),
        required=required_words(pattern, language.common),
        is_plain=all(map(_is_plain, pattern)),
        extra=frozenset(piece.slot for piece in pieces if piece.slot is not None and piece.extra),
    )


def _expand_all(elements: Sequence[Element], language: Language) -> list[_Pieces]:
    parts = [_expand(element, language) for element in elements]
    count = 1
    for part in parts:
        count *= len(part)
        if count > 16 * MAX_VARIANTS:
            raise PhraseError("the phrase has too many variants", 1, "Write it as several phrases")
    return [tuple(itertools.chain.from_iterable(choice)) for choice in itertools.product(*parts)]


def _expand(element: Element, language: Language) -> list[_Pieces]:
    match element:
        case Word(text=text):
            return [_word(text, language)]
        case Exact(text=text):
            return [_exact_words(text, language)]
        case Gap(words=words):
            return [(_Piece({"OP": f"{{0,{words}}}", "IS_SPACE": False}, None, f"up to {words} words"),)]
        case Slot():
            return [_slot_pieces(element)]
        case ListOf(name=name):
            return _named(_merge([_folded_words(line, language) for line in _lines(element, language)]), f"@{name}")
        case Choice(options=options):
            return _merge([pieces for option in options for pieces in _expand(option, language)])
        case Optional(elements=elements):
            return _optional(_expand_all(elements, language))


def _lines(listed: ListOf, language: Language) -> tuple[str, ...]:
    name, column = listed.name, listed.column
    if name not in language.lists:
        near = nearest(name, list(language.lists))
        remedy = near or f"Create rules/lists/{name}.txt, one phrase a line"
        raise PhraseError(f"there is no list @{name}", column, remedy)
    if not language.lists[name]:
        raise PhraseError(f"the list @{name} is empty", column, f"Add a line to rules/lists/{name}.txt")
    return language.lists[name]


def _word(text: str, language: Language) -> _Pieces:
    """A word; where spaCy splits it (start-up, doesn't), its last token takes the inflections."""
    *head, last = language.tokenize(text.lower())
    forms = language.inflections(last)
    pieces = [_Piece({"LOWER": token}, None, token) for token in head]
    pattern = {"LOWER": {"IN": sorted(forms)}} if len(forms) > 1 else {"LOWER": last}
    return (*pieces, _Piece(pattern, None, last if head else text))


def _exact_words(text: str, language: Language) -> _Pieces:
    return tuple(_Piece({"ORTH": token}, None, token) for token in language.tokenize(text))


def _folded_words(text: str, language: Language) -> _Pieces:
    return tuple(_Piece({"LOWER": token}, None, token) for token in language.tokenize(text.lower()))


def _merge(options: list[_Pieces]) -> list[_Pieces]:
    """Fold the options that are a single word of any case into one piece; keep the others apart."""
    words = [o[0] for o in options if len(o) == 1 and o[0].slot is None and "LOWER" in o[0].pattern]
    others = [o for o in options if not (len(o) == 1 and o[0].slot is None and "LOWER" in o[0].pattern)]
    if not words:
        return others
    forms = sorted({form for piece in words for form in _forms(piece.pattern["LOWER"])})
    shown = "|".join(piece.shown for piece in words)
    return [(_Piece({"LOWER": {"IN": forms}}, None, shown),), *others]


def _named(options: list[_Pieces], shown: str) -> list[_Pieces]:
    """The options under one name for people, in place of all their words."""
    return [tuple(replace(piece, shown=shown) for piece in pieces) for pieces in options]


def _forms(lower: str | dict[str, list[str]]) -> list[str]:
    return [lower] if isinstance(lower, str) else lower["IN"]


def _optional(options: list[_Pieces]) -> list[_Pieces]:
    """One token becomes 'OP ?' within its variant; anything longer needs a variant with and one without."""
    if len(options) == 1 and len(options[0]) == 1 and "OP" not in options[0][0].pattern:
        piece = options[0][0]
        return [(_Piece({**piece.pattern, "OP": "?"}, piece.slot, f"[{piece.shown}]", extra=True),)]
    return [(), *(tuple(replace(piece, extra=True) for piece in pieces) for pieces in options)]


def _slot_pieces(slot: Slot) -> _Pieces:
    """A slot as runs over the marks that `listener.core.marks` puts on the tokens (their ENT_TYPE)."""
    shown = f"{{{slot.name}}}"

    def piece(mark: str | dict[str, list[str]], operator: str, filled: Slot | None) -> _Piece:
        return _Piece({"ENT_TYPE": mark, "OP": operator}, filled, shown)

    match slot.kind:
        case "company" | "product":
            return (piece({"IN": ["MOD", "NAME"]}, "{0,8}", slot), piece("NAME", "{1,4}", slot))
        case "person":
            return (piece({"IN": ["MOD", "NAME", "ROLE"]}, "{0,8}", slot), piece("NAME", "{1,2}", slot))
        case "place":
            return (
                piece("MOD", "{0,2}", None),
                piece("NAME", "{1,5}", slot),
                _Piece({"ORTH": ",", "OP": "?"}, slot, ""),
                piece("NAME", "{0,3}", slot),
            )
        case _:
            return (piece(slot.kind.upper(), "+", slot),)


# --------------------------------------------------------------------------- phrases that are no use


def is_too_common(phrase: Phrase, common: frozenset[str]) -> frozenset[str] | None:
    """The words that are all a phrase asks for though they stand in every other sentence; None: it asks for more.

    Sentences are sifted by the words and the amounts, roles ... that a phrase needs. One function word keeps nearly
    all of them, so each would have to be read for that phrase; two, or one with an amount, keep few.
    """
    for variant in phrase.variants:
        needed = [token for token in variant.pattern if how_often(token)[0]]
        typed = any(marks_of(token) and marks_of(token) <= _TYPED_MARKS for token in needed)  # type: ignore[operator]
        if len(variant.required) == 1 and not common.isdisjoint(variant.required[0]) and not typed:
            return variant.required[0]
    return None


def always_stopped(phrase: Phrase, stop: Phrase) -> bool:
    """Whether each way to say a phrase holds a way to say `stop`, so that it would never match."""
    if stop.lead is not None:
        return False
    return all(any(_holds(way, other) for other in stop.variants) for way in phrase.variants)


def _holds(way: Variant, other: Variant) -> bool:
    if other.required and not any(words <= other.required[0] for words in way.required):
        return False
    windows = range(len(way.pattern) - len(other.pattern) + 1)
    return any(all(map(_implies, way.pattern[start:], other.pattern)) for start in windows)


def _implies(token: TokenPattern, other: TokenPattern) -> bool:
    """Whether what a token pattern takes, `other` takes too."""
    if token == other:
        return True
    if how_often(token) != (1, 1) or how_often(other) != (1, 1):
        return False
    told, asked = (
        (exact_words_of if exact_words_of(other) else words_of)(token),
        exact_words_of(other) or words_of(other),
    )
    return told is not None and asked is not None and told <= asked


# --------------------------------------------------------------------------- what a token pattern takes

_OPERATORS: Mapping[str, tuple[int, int | None]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}


def how_often(token: TokenPattern) -> tuple[int, int | None]:
    """The least and the most tokens that a pattern takes, by its OP; None: any number."""
    operator = str(token.get("OP", "1"))
    if operator[:1] == "{":
        least, comma, most = operator[1:-1].partition(",")
        return int(least or 0), (int(most) if most else None) if comma else int(least)
    return _OPERATORS.get(operator, (1, 1))


def exact_words_of(token: TokenPattern) -> frozenset[str] | None:
    """The words of which a token must be one, case included; None: others may do too."""
    return _one_of(token, "ORTH") or _one_of(token, "TEXT")


def words_of(token: TokenPattern) -> frozenset[str] | None:
    """The words, in lower case, of which a token must be one; None: others may do too."""
    lower = _one_of(token, "LOWER")
    exact = exact_words_of(token)
    return lower if lower is not None or exact is None else frozenset(map(str.lower, exact))


def marks_of(token: TokenPattern) -> frozenset[str] | None:
    """The marks of which a token must have one; None: others may do too."""
    return _one_of(token, "ENT_TYPE")


def _one_of(token: TokenPattern, attribute: str) -> frozenset[str] | None:
    value = None if token.get("OP") == "!" else token.get(attribute)
    if isinstance(value, dict):
        return frozenset(value["IN"]) if set(value) == {"IN"} else None
    return None if value is None else frozenset({value})


def _is_plain(token: TokenPattern) -> bool:
    """Whether a pattern asks for one of some words, one of some marks, or for any token but white space."""
    asked = token.keys() - {"OP"}
    if token.get("OP") == "!" or len(asked) != 1:
        return False
    return token.get("IS_SPACE") is False or words_of(token) is not None or marks_of(token) is not None


def required_words(tokens: Sequence[TokenPattern], common: frozenset[str]) -> tuple[frozenset[str], ...]:
    """The sets of words of which a text must have one each, the rarest first. Empty where the patterns do not tell.

    Those without a common word are rarer than those with one; of two, the one whose shortest word is longer.
    """

    def rarity(words: frozenset[str]) -> tuple[bool, int, int]:
        return common.isdisjoint(words), min(map(len, words)), -len(words)

    found = [words for token in tokens if how_often(token)[0] and (words := words_of(token))]
    return tuple(dict.fromkeys(sorted(found, key=rarity, reverse=True)))


# --------------------------------------------------------------------------- spaCy patterns as they stand

_NEEDS_A_MODEL = ("POS", "TAG", "DEP", "MORPH", "ENT_ID", "ENT_KB_ID")


def compile_pattern(tokens: Any, language: Language, *, name: str) -> Phrase:
    """Take a spaCy token pattern for those who know them. Raises PhraseError.

    LEMMA is answered from the lookup tables: it becomes LOWER with all inflections. Attributes that only
    a trained model sets are refused, since such a pattern would never match.
    """
    import re as regex

    from spacy.schemas import validate_token_pattern

    if not isinstance(tokens, list) or not tokens or not all(isinstance(token, dict) for token in tokens):
        raise PhraseError("a pattern is a list of tables, one for each token", 1)
    for token in tokens:
        for attribute in token:
            if str(attribute).upper() in _NEEDS_A_MODEL:
                raise PhraseError(f"{attribute} needs a trained model, so the pattern would never match", 1)
    problems = validate_token_pattern(tokens)
    if problems:
        raise PhraseError("; ".join(problems), 1)
    try:
        for expression in _regexes(tokens):
            regex.compile(expression)
    except regex.error as error:
        raise PhraseError(f"the REGEX is wrong: {error}", 1) from error
    variant = _variant(tuple(_raw_piece(token, language) for token in tokens), language)
    if not variant.required:
        raise PhraseError(
            "no token of it must be a certain word, so it would have to be tried on every sentence",
            1,
            "Give a token that must be there a LOWER, LEMMA, ORTH or TEXT",
        )
    return Phrase(text=name, lead=None, lead_gap=0, variants=(variant,))


def _regexes(value: Any) -> list[str]:
    if isinstance(value, dict):
        here = [v for k, v in value.items() if k == "REGEX" and isinstance(v, str)]
        return here + [r for v in value.values() for r in _regexes(v)]
    return [r for v in value for r in _regexes(v)] if isinstance(value, list) else []


def _raw_piece(token: dict[str, Any], language: Language) -> _Piece:
    pattern = {str(key).upper(): value for key, value in token.items()}
    if "LEMMA" in pattern:
        lemma = pattern.pop("LEMMA")
        lemmas = [lemma] if isinstance(lemma, str) else lemma.get("IN")
        if not lemmas:
            raise PhraseError('LEMMA may be a word or { IN = ["one", "another"] }', 1)
        pattern["LOWER"] = {"IN": sorted({form for word in lemmas for form in language.inflections(word.lower())})}
    shown = " ".join(f"{key}={val}" for key, val in token.items()) or "any token"
    return _Piece(pattern, None, shown)
