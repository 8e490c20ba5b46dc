"""Names in a language that declines them and puts companies in quotes, as Russian does.

What other languages tell by capitals and the order of words, Russian tells by other means, and hides some of it:

- A company stands in quotes: «Первая грузовая компания». Then its name is all that is in them, and nothing else is.
- A sentence begins with any word, and only names and the first word have capitals: "Покупка «Ромашки»".
- A name in the genitive touches the next one: "глава Сбербанка Иван Петров". A given name
  tells where the person begins.
- The subject may stand anywhere. A name behind a preposition is none: "в компании «Ромашка»".

Spans are pairs of token numbers, [start, end). All of it is heuristic; a name keeps the case that it has in the text,
but for a genitive that is surely one (`nominative`).
"""

from __future__ import annotations

import re

from listener.core.lexicon import LEGAL_FORMS, Declined, Lexicon
from listener.core.sentence import Sentence

_QUOTES = {"«": "»", '"': '"'}
_QUOTED_TOKENS = 8  # in a name; more between quotes is speech
_NEVER_QUOTED = frozenset(",;:?…")
_PREPOSITION_REACH = 3  # words between a preposition and its name: "в российском офисе компании «Ромашка»"
_NAME_REACH = 3  # words between an adjective and its noun: "Уральская горно-металлургическая компания"

Span = tuple[int, int]

# --------------------------------------------------------------------------- marks


def mark_quotes_and_beginning(sentence: Sentence, declined: Declined) -> None:
    """Mark what stands in quotes, and take back the mark of a first word that is no name."""
    _mark_quoted(sentence)
    words, marks = sentence.words, sentence.marks
    first = 1 if words and words[0] in '«"-–—' else 0
    if first < len(words) and marks[first] == "NAME" and not is_in_quotes(sentence, first):
        following = first + 2 if words[first + 1 : first + 2] == ["-"] else first + 1  # "Лидер-Капитал"
        named = following < len(words) and words[following][0].isupper() and not words[following].isascii()
        if named and following > first + 1:
            return
        if _only_opens(words[first], declined, before_name=named):
            marks[first] = "MOD"


def _mark_quoted(sentence: Sentence) -> None:
    """«Первая грузовая компания» is a name with its quotes, whatever stands in it; «дочка» is a word like others."""
    words, opened = sentence.words, -1
    for i, word in enumerate(words):
        if opened >= 0 and word == _QUOTES[words[opened]]:
            kind = _kind_of_quoted(words[opened + 1 : i])
            if kind:
                sentence.marks[opened : i + 1] = [kind] * (i + 1 - opened)
            if kind == "NAME":
                sentence.quoted.append((opened, i))
            opened = -1
        elif word in _QUOTES:
            opened = i


def _kind_of_quoted(words: list[str]) -> str:
    if not words or len(words) > _QUOTED_TOKENS or not _NEVER_QUOTED.isdisjoint(words):
        return ""
    first = words[0]
    if first[0].isupper() or first[0].isdigit() or (first.isascii() and first[0].isalpha()):
        return "NAME"
    return "MOD" if len(words) == 1 and first.isalpha() else ""


def is_in_quotes(sentence: Sentence, i: int) -> bool:
    """Whether token `i` stands between the quotes of a name."""
    return any(opening < i < closing for opening, closing in sentence.quoted)


def _only_opens(word: str, declined: Declined, *, before_name: bool) -> bool:
    """Whether a word has its capital from the beginning of the sentence only: 'Покупка «Ромашки»'. An adjective in
    front of a capital may be part of the name: 'Русский Стандарт'."""
    if declined.adjectives.fullmatch(word):
        return not before_name
    return declined.openers.fullmatch(word) is not None


# --------------------------------------------------------------------------- companies


def quoted_name(sentence: Sentence, start: int, end: int) -> Span | None:
    """What stands between the first quotes that open in tokens [start, end), else between those that these cut."""
    for opening, closing in sentence.quoted:
        if start <= opening < end:
            return opening + 1, closing
    for opening, closing in sentence.quoted:
        if opening < start <= closing:
            return opening + 1, closing
    return None


def last_quoted(sentence: Sentence, start: int, end: int) -> int:
    """Where the last quotes open in a run of names, for the name nearest to what follows; else its start."""
    return max((opening for opening, closing in sentence.quoted if start <= opening and closing < end), default=start)


def described_from(sentence: Sentence, start: int) -> int:
    """Where the words begin that describe the name at `start` in a list: 'Acme и сеть клиник «Ромашка»'."""
    k = start
    while k > max(2, start - _NAME_REACH) and sentence.marks[k - 1] == "MOD":
        k -= 1
    return k if k >= 2 and sentence.lower[k - 1] == "и" and sentence.marks[k - 2] == "NAME" else start


def company_part(sentence: Sentence, start: int, end: int, lexicon: Lexicon, declined: Declined) -> Span:
    """'Сбербанка Иван Петров' is Сбербанка, 'России Acme' is Acme; empty where it is a person or an adjective."""
    for i in range(start + 2 * opens_name(sentence, start, lexicon), end):
        if declined.given_names.fullmatch(sentence.words[i]):
            end = i
            break
    if end - start == 1:
        word = sentence.words[start]
        return (
            (start, start) if declined.surnames.fullmatch(word) or declined.adjectives.fullmatch(word) else (start, end)
        )
    return _without_place(sentence, start, end, lexicon, declined), end


def _without_place(sentence: Sentence, start: int, end: int, lexicon: Lexicon, declined: Declined) -> int:
    words, lower = sentence.words, sentence.lower
    governed = start > 0 and lower[start - 1] in declined.prepositions and words[end - 1].isascii()
    while end - start > 1 and (lower[start] in lexicon.not_companies or (governed and not words[start].isascii())):
        start += 1
    return start


def opens_name(sentence: Sentence, i: int, lexicon: Lexicon) -> bool:
    """'Музея Севера', 'Театр Романа Виктюка': a common noun that has a capital within a sentence begins the name."""
    word = sentence.words[i]
    if (
        lexicon.declined is None
        or not word[0].isupper()
        or word.isupper()
        or sentence.lower[i] not in lexicon.descriptors
    ):
        return False
    return i > 0 and sentence.marks[i - 1] != "NAME" and sentence.words[i - 1] not in ".:-–—"


def institution(sentence: Sentence, noun: int, lexicon: Lexicon) -> Span | None:
    """'Московская биржа', 'Уральская горная компания': an adjective with a capital makes a name of a common noun. What
    opens a sentence has its capital anyway, so there it is taken from an adjective that a place gives only."""
    if lexicon.declined is None:
        return None
    for i in range(noun - 1, max(-1, noun - 1 - _NAME_REACH), -1):
        word = sentence.words[i]
        if not lexicon.declined.adjectives.fullmatch(word):
            return None
        if word[0].isupper() and sentence.lower[i] not in lexicon.leading:
            return (i, noun + 1) if i or "ск" in word[-4:] else None
    return None


def institution_at(sentence: Sentence, adjective: int, lexicon: Lexicon) -> Span | None:
    """The same, found from its adjective on, with the names behind it: 'Технического университета Прикамья'."""
    if lexicon.declined is None:
        return None
    for noun in range(adjective + 1, min(len(sentence.words), adjective + 1 + _NAME_REACH)):
        if sentence.lower[noun] in lexicon.descriptors and sentence.marks[noun] == "MOD":
            span = institution(sentence, noun, lexicon)
            return (
                (adjective, _end_of_names(sentence, noun + 1, lexicon.declined))
                if span == (adjective, noun + 1)
                else None
            )
    return None


def _end_of_names(sentence: Sentence, end: int, declined: Declined) -> int:
    """Where the names end that begin at `end`: in front of quotes and of a person."""
    quotes = {opening for opening, _ in sentence.quoted}
    while end < len(sentence.marks) and sentence.marks[end] == "NAME" and end not in quotes:
        if declined.given_names.fullmatch(sentence.words[end]):
            break
        end += 1
    return end


# --------------------------------------------------------------------------- people


def person_part(sentence: Sentence, start: int, end: int, lexicon: Lexicon, declined: Declined) -> Span | None:
    """The person at the end of a run of names in which a company in the genitive may stand in front: 'Сбербанка Иван
    Петров'. It begins with a given name or initials, or is a surname with at most one other word."""
    start = max([start, *(closing + 1 for _, closing in sentence.quoted if closing < end)])
    given = [i for i in range(start, end) if declined.given_names.fullmatch(sentence.words[i])]
    if given:
        surname_first = given[-1] == end - 1
        return max(start, given[0] - surname_first), end
    if not 1 <= end - start <= 2 or not declined.surnames.fullmatch(sentence.words[end - 1]):
        return None
    plain = any(word in lexicon.descriptors or word in lexicon.not_companies for word in sentence.lower[start:end])
    return None if plain else (start, end)


# --------------------------------------------------------------------------- what is no subject


def preposition_before(sentence: Sentence, end: int, lexicon: Lexicon, declined: Declined) -> int | None:
    """The preposition that governs the name which ends at `end`, if there is one: 'в банке «Восход»' is no subject."""
    start = sentence.run_start(end)
    if _is_behind_a_place(sentence, start, end, lexicon):
        return None
    k = start - 1
    for _ in range(_PREPOSITION_REACH):
        if k < 0 or _is_preposition(sentence, k, declined):
            break
        if sentence.marks[k] not in ("MOD", "ROLE") or sentence.lower[k] in lexicon.adverbs:
            return None
        k -= 1
    return k if k >= 0 and _is_preposition(sentence, k, declined) else None


def _is_preposition(sentence: Sentence, i: int, declined: Declined) -> bool:
    """In capitals it is an abbreviation: 'разработчик ПО'."""
    word = sentence.words[i]
    return sentence.lower[i] in declined.prepositions and (len(word) == 1 or not word.isupper())


def _is_behind_a_place(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether a run of names is a place and a company: 'в России «Ромашка»', 'в Перми Acme'."""
    words, lower = sentence.words, sentence.lower
    if end - start < 2 or lower[start] in lexicon.descriptors or lower[start].rstrip(".") in LEGAL_FORMS:
        return False
    if last_quoted(sentence, start, end) > start or lower[start] in lexicon.not_companies:
        return True
    return not words[start].isascii() and words[end - 1].isascii()


# --------------------------------------------------------------------------- cases


def nominative(sentence: Sentence, start: int, end: int, declined: Declined) -> str:
    """The name in tokens [start, end), in the nominative where it surely stands in the genitive: behind a role
    ("директор «Векторпрома»") or a word that governs one. Else, or where its ending does not tell, as it is written."""
    name = sentence.slice(start, end)
    before = start - 1 - any(opening == start - 1 for opening, _ in sentence.quoted)
    if before < 0 or (sentence.marks[before] != "ROLE" and sentence.lower[before] not in declined.before_genitives):
        return name
    first, _, rest = name.partition(" ")
    second, _, tail = rest.partition(" ")
    for ending, endings in _ADJECTIVE_GENITIVES:
        if second and first.endswith(ending):
            noun = _noun_nominative(second)
            fits = noun is not None and noun.endswith("а") == (ending == "ой")
            return f"{first.removesuffix(ending)}{endings} {noun} {tail}".rstrip() if fits else name
    noun = _noun_nominative(first)
    if noun is None or (rest and not noun.endswith("а") and not noun.endswith("я")):
        return name  # "Вега Моторс" may not be declined at all
    return f"{noun} {rest}".rstrip()


_ADJECTIVE_GENITIVES = (("кого", "кий"), ("ого", "ый"), ("ой", "ая"))
_NOUN_GENITIVES = (
    (re.compile(r"(?<=\w\w)ии$"), "ия"),
    (re.compile(r"(?<=нефт)и$|(?<=стал)и$|(?<=сет)и$|(?<=связ)и$|(?<=ост)и$"), "ь"),
    (re.compile(r"(?<=\w[кгх])и$|(?<=\w\w[бвгдзклмнпрстфх])ы$"), "а"),
    (re.compile(r"(?<=\w[аоу])я$"), "й"),
    (re.compile(r"(?<!ов)(?<!ев)(?<=[аеиоуыэюяё][бвгджзкмнпрстфхш])а$"), ""),
    (re.compile(r"(?<=[еёо]л)а$|(?<=[рснк]т)а$|(?<=банк)а$|(?<=\wрг)а$"), ""),
)
"""Endings of the genitive, and what they become. Of the inanimate nouns of a dictionary they get six in ten right,
leave four as they are, and misread one in two hundred, mostly neuters ("звена")."""


def _noun_nominative(word: str) -> str | None:
    """The nominative of a noun in the genitive; None where its ending leaves a doubt ("Поля" is that of "Поле")."""
    if len(word) < 4 or word.isupper() or word.isascii():
        return None
    for ending, replacement in _NOUN_GENITIVES:
        if ending.search(word):
            return ending.sub(replacement, word)
    return None
