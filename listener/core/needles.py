"""What every match of a regular expression must hold, and begin with: cheap tests before a dear search.

`(?:interim\\s)?(?:C[EF]O|head\\sof\\s\\w+)` matches nothing in a text without "CEO", "CFO" and "head". The *needles* of
an expression are such a set of strings without blanks (or "a digit"). They are read off its syntax tree, so they stay
true whatever the expression is changed to. Its *heads* are those that a match can begin with.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from re import _constants as syntax  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

Needles = frozenset[str]  # pieces of expressions, of which one must be found
_MOST = 64  # in one set: with more of them the test is no cheaper than the search
_LARGEST_CLASS = 16  # characters of a class such as [A-K] that is spelled out
_UNIT = re.compile(r"\\?.", re.DOTALL)  # of an expression: a character, perhaps escaped
_NOT_IN_WORD = r"(?<!\w)"
_BEGINS_WORD = re.compile(r"\w|\\d")  # an expression: a letter, or "a digit"
_WORD = (syntax.CATEGORY, syntax.CATEGORY_WORD)
_END = ""  # where a piece ends in a tree of units
_SAME_LETTER = str.maketrans("ıſᲀᲁᲂᲃᲄᲅᲆ", "isвдосттъ")
"""Letters that an expression takes for others where case does not count, besides those that lower() makes the same."""


Search = Callable[[str], object]
"""True of a folded word (`fold`) where something is found."""


def needle_test(*expressions: re.Pattern[str]) -> Search:
    """A test that is true of at least one of the words of any match of one of the expressions, and of few other words.

    A word is what stands between two blanks. Where a syntax tree tells nothing, every word passes.
    """
    return re.compile(_one_of(_all_of([_needles(_tree(expression)) for expression in expressions]))).search


def heads_in(expression: re.Pattern[str]) -> Callable[[str], Sequence[int]]:
    """Tells where in a word, as it is written, a match of `expression` may begin: there and at few other places."""
    heads, may_be_empty = _heads(_tree(expression))
    search = re.compile(f"(?={_one_of(None if may_be_empty else heads)})(?!\\Z)").finditer

    def find(word: str) -> Sequence[int]:
        folded = fold(word)
        if len(folded) != len(word):
            return range(len(word))
        return [found.start() for found in search(folded)]

    return find


def fold(word: str) -> str:
    """A word as the tests want it: in lower case, as far as expressions that ignore case do."""
    return word.lower() if word.isascii() else word.lower().translate(_SAME_LETTER)


def _tree(expression: re.Pattern[str]) -> Iterable[Any]:
    tree: Iterable[Any] = parser.parse(expression.pattern, expression.flags)
    return tree


def _all_of(sets: Sequence[Needles | None]) -> Needles | None:
    return None if None in sets else frozenset().union(*filter(None, sets))


def _one_of(pieces: Needles | None) -> str:
    """An expression that finds what begins with one of the pieces, which begin alike as branches of one tree: much
    faster than one after the other."""
    branches: dict[str, Any] = {}
    for piece in sorted({piece.lower() for piece in pieces or ("",)}):
        branch = branches
        for unit in _UNIT.findall(piece):
            branch = branch.setdefault(unit, {})
            if _END in branch:
                break  # a shorter piece finds it
        branch[_END] = {}
    return _expression_of(branches)


def _expression_of(branches: Mapping[str, Any]) -> str:
    if _END in branches:
        return ""
    options = [unit + _expression_of(further) for unit, further in branches.items()]
    return options[0] if len(options) == 1 else f"(?:{'|'.join(options)})"


def _needles(tree: Iterable[Any]) -> Needles | None:
    """The best of the sets of needles that the parts of a sequence offer."""
    offers: list[Needles] = []
    spelled: Needles = frozenset({""})  # all that the parts since the last unspelled one can say
    for part in tree:
        texts = _spelled_out(part)
        if texts is not None and len(texts) * len(spelled) <= _MOST:
            spelled = frozenset(map("".join, itertools.product(spelled, texts)))
            continue
        offers.append(spelled)
        spelled = texts or frozenset({""})
        offered = None if texts is not None else _offered(part)
        if offered is not None:
            offers.append(offered)
    return max(filter(_is_useful, [*offers, spelled]), key=_worth, default=None)


def _is_useful(needles: Needles) -> bool:
    return bool(needles) and "" not in needles and len(needles) <= 4 * _MOST


def _worth(needles: Needles) -> tuple[int, int]:
    """Long needles are rare, and few of them are rarer."""
    return min(map(len, needles)), -len(needles)


def _spelled_out(part: Any) -> Needles | None:
    """All texts without blanks that a part of the tree matches, as expressions; None: too many, or they have blanks."""
    kind, value = part
    if kind is syntax.LITERAL:
        return None if chr(value).isspace() else frozenset({re.escape(chr(value))})
    if kind is syntax.IN:
        return _characters(value)
    if kind is syntax.SUBPATTERN:
        return _sequence_spelled_out(value[-1])
    if kind is syntax.BRANCH:
        options = [_sequence_spelled_out(option) for option in value[1]]
        return _all_of(options)
    return frozenset({""}) if kind is syntax.AT else None


def _sequence_spelled_out(tree: Iterable[Any]) -> Needles | None:
    spelled: Needles = frozenset({""})
    for part in tree:
        texts = _spelled_out(part)
        if texts is None or len(texts) * len(spelled) > _MOST:
            return None
        spelled = frozenset(map("".join, itertools.product(spelled, texts)))
    return spelled


def _characters(members: Sequence[Any]) -> Needles | None:
    """The characters of a class: all of them, or "a digit"."""
    if list(members) == [(syntax.CATEGORY, syntax.CATEGORY_DIGIT)]:
        return frozenset({r"\d"})
    codes: list[int] = []
    for kind, value in members:
        if kind is syntax.LITERAL:
            codes.append(value)
        elif kind is syntax.RANGE and value[1] - value[0] < _LARGEST_CLASS:
            codes += range(value[0], value[1] + 1)
        else:
            return None
    characters = frozenset(map(chr, codes))
    if len(characters) > _LARGEST_CLASS or any(map(str.isspace, characters)):
        return None
    return frozenset(map(re.escape, characters))


def _offered(part: Any) -> Needles | None:
    """The needles of a part that cannot be spelled out."""
    kind, value = part
    if kind is syntax.SUBPATTERN:
        return _needles(value[-1])
    if kind is syntax.ATOMIC_GROUP:
        return _needles(value)
    if kind is syntax.BRANCH:
        options = [_needles(option) for option in value[1]]
        return _all_of(options)
    if kind in (syntax.MAX_REPEAT, syntax.MIN_REPEAT, syntax.POSSESSIVE_REPEAT) and value[0] > 0:
        return _needles(value[2])
    return None


def _heads(tree: Iterable[Any]) -> tuple[Needles | None, bool]:
    """What a match of a sequence can begin with (None: with anything), and whether it may be empty."""
    parts = list(tree)
    heads, may_be_empty = _heads_of_sequence(parts)
    if parts and _forbids_letters_before(parts[0]):
        return frozenset(_NOT_IN_WORD + head for head in ({""} if heads is None or may_be_empty else heads)), False
    if parts and parts[0] == (syntax.AT, syntax.AT_BOUNDARY) and heads:
        return frozenset(_NOT_IN_WORD + head if _BEGINS_WORD.match(head) else head for head in heads), may_be_empty
    return heads, may_be_empty


def _forbids_letters_before(part: Any) -> bool:
    """Whether a part is (?<!\\w) or forbids more: (?<![\\w-])."""
    kind, value = part
    return kind is syntax.ASSERT_NOT and value[0] == -1 and value[1][0][0] is syntax.IN and _WORD in value[1][0][1]


def _heads_of_sequence(tree: Sequence[Any]) -> tuple[Needles | None, bool]:
    heads: Needles = frozenset()
    spelled: Needles = frozenset({""})
    for part in tree:
        texts = _spelled_out(part)
        if texts is not None and len(texts) * len(spelled) <= _MOST:
            spelled = frozenset(map("".join, itertools.product(spelled, texts)))
            continue
        if "" not in spelled:
            break
        offered, may_be_empty = _heads_of_part(part)
        if offered is None:
            return None, may_be_empty
        heads |= offered | (spelled - {""})
        spelled = frozenset({""})
        if not may_be_empty:
            return heads, False
    return heads | (spelled - {""}), "" in spelled


def _heads_of_part(part: Any) -> tuple[Needles | None, bool]:
    kind, value = part
    if kind in (syntax.ASSERT, syntax.ASSERT_NOT, syntax.AT):
        return frozenset(), True
    if kind is syntax.SUBPATTERN:
        return _heads(value[-1])
    if kind is syntax.BRANCH:
        options = [_heads(option) for option in value[1]]
        offered = [heads for heads, _ in options]
        may_be_empty = any(empty for _, empty in options)
        return (None if None in offered else frozenset().union(*filter(None, offered))), may_be_empty
    if kind in (syntax.MAX_REPEAT, syntax.MIN_REPEAT, syntax.POSSESSIVE_REPEAT):
        heads, may_be_empty = _heads(value[2])
        return heads, may_be_empty or value[0] == 0
    return _spelled_out(part), False
