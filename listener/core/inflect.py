"""Inflections: from a word as an editor writes it to all the forms that a text may have.

The forms come from spaCy's lemma lookup tables, read backwards, with a short list of our own for
what the tables lack, and for words that the tables do not know regular English endings and the
last part of a German compound.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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
    "de": {
        "abbau": "abbaus",
        "arbeitsplatz": "arbeitsplatzes arbeitsplätze arbeitsplätzen",
        "bauen": "baute bauten gebaut",
        "bekanntgeben": "bekanntgibt bekanntgab bekanntgegeben bekanntzugeben",
        "berufen": "beruft berief beriefen",
        "bieten": "bietet bot boten geboten",
        "ernennen": "ernennt ernannte ernannten ernannt",
        "erste": "ersten erstes erster erstem",
        "gehören": "gehört gehörte gehörten",
        "gewähren": "gewährt gewährte gewährten",
        "gehen": "geht ging gingen gegangen",
        "kaufen": "kaufe kauft kaufte kauften gekauft",
        "launchen": "launcht launchte launchten gelauncht",
        "nehmen": "nimmt nahm nahmen genommen",
        "scheiden": "scheidet schied schieden geschieden",
        "schließen": "schließt schloss schlossen geschlossen",
        "sollen": "soll sollte sollten",
        "streichen": "streicht strich strichen gestrichen",
        "treten": "tritt trat traten getreten",
        "übernehmen": "übernimmt übernahm übernahmen übernommen",
        "verlassen": "verlässt verließ verließen",
        "werden": "wird wurde wurden worden geworden werde würde",
    },
    "ru": {},
}
"""Forms that the lookup tables give to another lemma ("laid" to "lie") or do not have."""


INVARIABLE: Mapping[str, frozenset[str]] = {
    "en": frozenset(("can", "could", "may", "might", "must", "shall", "should", "will", "would")),
    "de": frozenset(("ein", "fest", "frei", "los", "nieder", "sich", "still", "weg")),
    "ru": frozenset(),
}
"""Words that find only themselves: the tables make "canning" a form of "could", and "wegen" one of the "weg" in "fallen
weg"."""


_COMPOUND_PART = 4
"""Letters of the shortest part of a German compound: shorter ones ("ung", "ei") are endings more often."""
_FEMININE = ("ung", "heit", "keit", "schaft", "ion", "tät")
_INSEPARABLE = ("be", "ent", "er", "ge", "miss", "ver", "zer")
_FORMS_OF_A_WORD = 3
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def wanted_forms(table: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """A lookup table (form -> lemma) read backwards, folded: lemma -> its forms."""
    forms: dict[str, set[str]] = {}
    for form, lemma in table:
        forms.setdefault(lemma.lower(), set()).add(form.lower())
    return forms


def common_nouns(table: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The capitalised forms of a lookup table that are hardly a name, folded: those of a noun with three or more
    forms, and inflected ones. Brands that are words ("Metro", "Allianz") and names in the table have fewer.
    """
    forms: dict[str, set[str]] = {}
    for form, lemma in table:
        if form[:1].isupper() and lemma[:1].isupper():
            forms.setdefault(lemma, set()).add(form)
    bases = {lemma for lemma, found in forms.items() if len(found - {lemma}) >= _FORMS_OF_A_WORD}
    inflected = {form for lemma, found in forms.items() for form in found if form != lemma}
    return frozenset(
        spelling for form in bases | inflected for spelling in (form.lower(), form.lower().replace("ß", "ss"))
    )


def inflections(word: str, lang: str, forms: Mapping[str, set[str]], lemmas: Mapping[str, str]) -> frozenset[str]:
    """All forms of a lower-case word, itself included.

    A base form finds its inflections ("raise": raises, raised, raising), and so does an inflected one,
    except English words in -ing: "funding" and "opening" are nouns of their own and find only themselves.
    """
    extra = EXTRA.get(lang, {})
    if word in INVARIABLE.get(lang, ()) or (lang == "en" and word.endswith("ing") and word not in forms):
        return frozenset({word})
    base = word if word in forms or word in extra else lemmas.get(word, word)
    found = {word, base, *forms.get(base, ()), *extra.get(base, "").split()}
    if lang == "en" and found == {word}:
        found |= _regular_english(word)
    if lang == "de":
        if found == {word}:
            found |= _of_compound(word, forms, extra)
        if base.endswith(("en", "ern", "eln")) and not any(form.endswith("t") for form in found):
            found |= _regular_german(base)
        found |= _spellings(found)
    return frozenset(found)


def _of_compound(word: str, forms: Mapping[str, set[str]], extra: Mapping[str, str]) -> set[str]:
    """The forms of a noun that no table knows: of a compound by its longest known last part ("stellenabbau" as
    "abbau"), else by its ending."""
    for cut in range(_COMPOUND_PART, len(word) - _COMPOUND_PART + 1):
        first, last = word[:cut], word[cut:]
        if last in forms or last in extra:
            return {first + form for form in (*forms.get(last, ()), *extra.get(last, "").split())}
    return {word + "n"} if word.endswith("e") else {word + "en"} if word.endswith(_FEMININE) else set()


def _regular_german(verb: str) -> set[str]:
    """Present, past and participle of a verb that the table lacks or knows by half ("vereinbaren")."""
    stem = verb.removesuffix("en") if verb.endswith("en") else verb.removesuffix("n")
    link = "e" if stem.endswith(("t", "d")) else ""
    participle = (
        stem + link + "t" if verb.endswith("ieren") or stem.startswith(_INSEPARABLE) else "ge" + stem + link + "t"
    )
    return {stem + link + ending for ending in ("t", "te", "ten")} | {participle}


def _spellings(forms: set[str]) -> set[str]:
    """Other spellings: "ss" for "ß" as the new rules and the Swiss have it, "ae" for "ä" as wires and addresses do."""
    plain = {form.replace("ß", "ss") for form in forms}
    return plain | {form.translate(_UMLAUTS) for form in plain}


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
