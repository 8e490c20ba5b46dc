"""Inflections: from a word as an editor writes it to all the forms that a text may have.

The forms come from spaCy's lemma lookup tables, read backwards, with a short list of our own for
what the tables lack, and for words that the tables do not know regular English and Russian endings
and the last part of a German compound.
"""

from __future__ import annotations

import re
from collections import Counter
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
    "ru": {
        "быть": "будет будут будем",
        "вести": "вели",
        "выйти": "вышли",
        "год": "году года годов лет",
        "добиться": "добьётся добьются",
        "дойти": "дошли",
        "заем": "заём займа займу займом займе займы займов займам займами займах",
        "заём": "заем займа займу займом займе займы займов займам займами займах",
        "зайти": "зашли",
        "мид": "мида миду мидом миде",
        "найти": "нашли",
        "опровергнуть": "опроверг",
        "отдать": "отдали",
        "партнерский": "партнёрский партнёрского партнёрское партнёрской партнёрскую партнёрские партнёрских",
        "партнерство": "партнёрство партнёрства партнёрству партнёрством партнёрстве",
        "отойти": "отошли",
        "перейти": "перешли",
        "признать": "признают",
        "прийти": "пришли придёт придут",
        "расторгнуть": "расторг",
        "слиться": "слились слилось",
        "сорваться": "сорвались сорвалось",
        "уйти": "ушли",
    },
}
"""Forms that the lookup tables give to another lemma ("laid" to "lie") or do not have."""


INVARIABLE: Mapping[str, frozenset[str]] = {
    "en": frozenset(("can", "could", "may", "might", "must", "shall", "should", "will", "would")),
    "de": frozenset(("ein", "fest", "frei", "los", "nieder", "sich", "still", "weg")),
    "ru": frozenset(),
}
"""Words that find only themselves: the tables make "canning" a form of "could", and "wegen" one of the "weg" in "fallen
weg"."""

STRAYS: Mapping[str, frozenset[str]] = {"en": frozenset(("ai", "as", "goods", "well"))}
"""Words that the tables make a form of one they have nothing to do with, and that are common: "as" of "a", "ai" of
"have" (as in "ain't"), "goods" and "well" of "good". They find only themselves, and nothing else finds them."""


_COMPOUND_PART = 4
"""Letters of the shortest part of a German compound: shorter ones ("ung", "ei") are endings more often."""
_FEMININE = ("ung", "heit", "keit", "schaft", "ion", "tät")
_INSEPARABLE = ("be", "ent", "er", "ge", "miss", "ver", "zer")
_FORMS_OF_A_WORD = 3
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def wanted_forms(table: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """A folded lookup table (form -> lemma) read backwards: lemma -> its forms."""
    forms: dict[str, list[str]] = {}
    for form, lemma in table:
        forms.setdefault(lemma, []).append(form)
    return forms


def common_nouns(table: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The capitalised forms of a lookup table that are hardly a name, folded: those of a noun with three or more
    forms, and inflected ones. Brands that are words ("Metro", "Allianz") and names in the table have fewer.
    """
    forms: Counter[str] = Counter()
    inflected: set[str] = set()
    for form, lemma in table:
        if form != lemma and form[:1].isupper() and lemma[:1].isupper():
            forms[lemma] += 1
            inflected.add(form)
    bases = {lemma for lemma, count in forms.items() if count >= _FORMS_OF_A_WORD}
    return frozenset(
        spelling for form in bases | inflected for spelling in (form.lower(), form.lower().replace("ß", "ss"))
    )


def with_folded_yo(table: Mapping[str, str]) -> dict[str, str]:
    """A lookup table with every form in "ё" also as most Russian texts write it, with "е", unless that is a word."""
    lemmas = {lemma.replace("ё", "е"): lemma for lemma in table.values() if "ё" in lemma}
    forms = {form.replace("ё", "е"): lemma for form, lemma in table.items() if "ё" in form}
    return lemmas | forms | dict(table)


def inflections(word: str, lang: str, forms: Mapping[str, Sequence[str]], lemmas: Mapping[str, str]) -> frozenset[str]:
    """All forms of a lower-case word, itself included.

    A base form finds its inflections ("raise": raises, raised, raising), and so does an inflected one,
    except English words in -ing: "funding" and "opening" are nouns of their own and find only themselves.
    A Russian verb does not find its participles, which turn the roles round ("назначил", "назначен"): a short one
    finds the short forms of all genders.
    """
    extra = EXTRA.get(lang, {})
    strays = STRAYS.get(lang, frozenset())
    if word in INVARIABLE.get(lang, ()) or word in strays:
        return frozenset({word})
    if lang == "en" and word.endswith("ing") and word not in forms:
        return frozenset({word})
    base = word if word in forms or word in extra else lemmas.get(word, word)
    found = {word, base, *forms.get(base, ()), *extra.get(base, "").split()} - strays
    if lang == "en" and found == {word}:
        found |= _regular_english(word)
    if lang == "de":
        if found == {word}:
            found |= _of_compound(word, forms, extra)
        if base.endswith(("en", "ern", "eln")) and not any(form.endswith("t") for form in found):
            found |= _regular_german(base)
        found |= _spellings(found)
    if lang == "ru":
        found = _russian(word, base, found, known=base in forms)
    return frozenset(found)


def _of_compound(word: str, forms: Mapping[str, Sequence[str]], extra: Mapping[str, str]) -> set[str]:
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


_SHORT_PARTICIPLE = re.compile(r"(\w{2,}(?:[аеёия]н|[аеиоуыя]т))[аоы]?")
_INFINITIVE = re.compile(r"\w+(?:т[ьи]|чь)(?:ся)?")
_FULL_ADJECTIVE = re.compile(r"\w+(?:ый|ий|ой)(?:ся)?")


def _russian(word: str, base: str, found: set[str], *, known: bool) -> set[str]:
    """What the tables found for a Russian word, mended: short participles by themselves, each form with "ё" and
    without, and regular endings, since the tables give a form that two words share to one of them only ("доле")."""
    short = _SHORT_PARTICIPLE.fullmatch(word)
    if short and base != word and _FULL_ADJECTIVE.fullmatch(base):
        found = _short_forms(short[1])
    elif not known or not _INFINITIVE.fullmatch(base):
        found |= _regular_russian(base)
    return found | {form.replace("ё", "е") for form in found}


def _short_forms(masculine: str) -> set[str]:
    return {masculine + ending for ending in ("", "а", "о", "ы")} | {re.sub("ен$", "ён", masculine)}


_CASES = {  # the end of a word in the dictionary -> the ends of its other forms; the first end that fits counts
    "ирующий": "ирующего ирующему ирующим ирующем ирующая ирующей ирующую ирующее ирующие ирующих ирующими",
    "оваться": "уюсь уемся ется уется уются овался овалась овалось овались уясь",
    "иться": "ится ятся ился илась илось ились имся ившись",
    "аться": "ается аются ался алась алось ались аемся авшись аясь",
    "ийся": "егося емуся имся емся аяся ейся уюся ееся иеся ихся имися",
    "овать": "ую уем уете уешь ует уют овал овала овало овали уя овав",
    "ить": "ит ят ил ила ило или им ите ишь ив",
    "ать": "ает ают ал ала ало али аем аете аешь ав ая",
    "ый": "ого ому ым ом ая ой ую ое ые ых ыми",
    "ий": "его ему им ем ого ому ом ая ей ую ее ие их ими ой ое",
    "ия": "ии ию ией ий иям иями иях",
    "ие": "ия ию ием ии ий иям иями иях",
    "ка": "ки ке ку кой ок ек кам ками ках",
    "ь": "я ю ем е и ей ям ями ях ью",
    "я": "и е ю ей ям ями ях",
}
_STEM_CASES = {"а": "ы и е у ой ам ами ах", "о": "а у ом е ам ами ах", "ы": "ов ам ами ах"}
_CONSONANT_CASES = ["а", "у", "ом", "ем", "е", "ы", "и", "о", "ов", "ев", "ей", "ам", "ами", "ах"]


def _regular_russian(word: str) -> set[str]:
    """The regular endings, also for words that no table knows ("даркстор", "релоцировать", "назначен"). Generous: what
    is no word does no harm, since no text has it."""
    if len(word) < 3 or not word.isalpha():
        return set()
    short = _SHORT_PARTICIPLE.fullmatch(word)
    if short and short[1].endswith(("ен", "ён", "ан", "ян")):
        return _short_forms(short[1])
    for end, others in _CASES.items():
        if word.endswith(end):
            return {word.removesuffix(end) + other for other in others.split()}
    if word[-1] in _STEM_CASES:
        return {word[:-1], *(word[:-1] + ending for ending in _STEM_CASES[word[-1]].split())}
    return {word + ending for ending in _CONSONANT_CASES} if word[-1] in "бвгджзклмнпрстфхцчшщ" else set()
