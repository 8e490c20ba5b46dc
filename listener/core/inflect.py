"""Inflections: from a word as an editor writes it to all the forms that a text may have.

The forms come from spaCy's lemma lookup tables, read backwards, with a short list of our own for
what the tables lack, and regular English endings for words that the tables do not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

EXTRA: Mapping[str, Mapping[str, str]] = {
    "en": {
        "lay": "lays laid laying",
        "cut": "cuts cutting",
        "step": "steps stepped stepping",
        "shutter": "shutters shuttered shuttering",
        "onboard": "onboards onboarded onboarding",
        "spin": "spins spun spinning",
        "bid": "bids bidding",
        "axe": "axes axed axing",
        "furlough": "furloughs furloughed furloughing",
        "mothball": "mothballs mothballed mothballing",
        "sunset": "sunsets sunsetted sunsetting",
    },
    "de": {"ernennen": "ernennt ernannte ernannten ernannt", "übernehmen": "übernimmt übernahm übernahmen übernommen"},
    "ru": {},
}
"""Forms that the lookup tables give to another lemma ("laid" to "lie") or do not have."""


INVARIABLE = frozenset(("can", "could", "may", "might", "must", "shall", "should", "will", "would"))
"""English words that find only themselves: the tables make "canning" a form of "could"."""


def wanted_forms(table: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """A folded lookup table (form -> lemma) read backwards: lemma -> its forms."""
    forms: dict[str, list[str]] = {}
    for form, lemma in table:
        forms.setdefault(lemma, []).append(form)
    return forms


def inflections(word: str, lang: str, forms: Mapping[str, Sequence[str]], lemmas: Mapping[str, str]) -> frozenset[str]:
    """All forms of a lower-case word, itself included.

    A base form finds its inflections ("raise": raises, raised, raising), and so does an inflected one,
    except English words in -ing: "funding" and "opening" are nouns of their own and find only themselves.
    """
    extra = EXTRA.get(lang, {})
    if lang == "en" and (word in INVARIABLE or (word.endswith("ing") and word not in forms)):
        return frozenset({word})
    base = word if word in forms or word in extra else lemmas.get(word, word)
    found = {word, base, *forms.get(base, ()), *extra.get(base, "").split()}
    if lang == "en" and found == {word}:
        found |= _regular_english(word)
    return frozenset(found)


def _regular_english(word: str) -> set[str]:
    """-s, -ed, -ing by the spelling rules, for words that no table knows ("rebrand")."""
    if not word.isalpha() or len(word) < 4 or word.endswith(("ed", "ly", "s")):
        return set()
    if word.endswith("e"):
        return {word + "s", word + "d", word[:-1] + "ing"}
    if word.endswith("y") and word[-2] not in "aeiou":
        return {word[:-1] + "ies", word[:-1] + "ied", word + "ing"}
    plural = "es" if word.endswith(("ch", "sh", "x", "z")) else "s"
    return {word + plural, word + "ed", word + "ing"}
