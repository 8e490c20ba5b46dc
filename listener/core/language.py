"""The language of an entry, told from its words.

Counted are small words (articles, prepositions, pronouns, auxiliaries), which a sentence seldom does without and
languages seldom share, the words of business news that the lexicons have, endings, and letters that few languages
use. A headline may have none of them, or a foreign one in a name ("La Quinta", "Die Zeit"): so the language that is
usual for the feed is believed until others clearly have more.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Mapping

from listener.core.lexicon import LEXICONS, Lexicon

DEFAULT_LANGUAGE = "en"
UNKNOWN_LANGUAGE = "und"
"""What ISO 639 calls undetermined: a text in a script that no language here is written in."""

_SAMPLE_CHARS = 400
"""A headline and two or three sentences: more text changes the answer for fewer than one entry in a thousand."""
_BELIEVED, _GUESSED = 1.0, 0.3
"""What a usual language is worth, in small words: where the feed has shown or said it, and where nothing is known.

A foreign name in a headline brings one small word, seldom two.
"""
_CAPITALISED = 0.6
"""The weight of a capitalised small word: headlines capitalise them, and so do names."""
_KNOWN_WORD, _ENDING, _LETTER = 0.5, 0.3, 0.5
"""The weights of a word of business news, of an ending, and of a letter, where a small word has 1."""

# From common knowledge of their grammar. Those without rules are here so that their entries are not taken for English.
_SMALL_WORDS = {
    "en": """
        the of and to in for on with at from by as is are was were be been being has have had its it this that these
        those will would not an he she his her they their we our you your i my me him us who what how why when where
        which whose after before over into about than more most up down out off says said could can may might must
        should if but or nor so all one two first last new per amid via vs no just now there here some any each every
        both only own other also do does did get gets go goes make makes against between during under while since
        until through within without
    """,
    "de": """
        der die das den dem des ein eine einen einem einer eines und oder ist sind war waren wird werden wurde wurden
        hat haben hatte nicht auch auf aus bei bis für gegen im in ins mit nach ohne seit um unter vom von vor zu zum
        zur über als am an ab durch sich sie er es wir ihr ihre ihren sein seine seinen seiner dass daß wie wenn aber
        noch nur mehr kein keine kann können muss müssen soll will nun jetzt neue neuer neuen neues viele alle diese
        dieser dieses dort hier immer wegen während zwischen ihm ihn uns was wer wo so schon sehr beim bereits sowie
        damit dabei etwa heute
    """,
    "fr": """
        le la les des du un une et est sont dans pour avec sur par au aux ce cette ces qui que ne pas plus se son sa
        ses leur leurs nous vous il elle ils été être fait mais ou où chez dont
    """,
    "es": """
        el la los las de del un una y es son en para con por su sus al lo se que más como pero no está ha han fue ser
        este esta entre sobre hasta desde también
    """,
    "it": """
        il lo la gli le di del della dei delle dello degli un una e è sono in per con su da dal dalla al alla che non
        più si nel nella anche ha hanno come questo questa tra
    """,
    "pt": """
        o a os as de do da dos das um uma e é são em no na nos nas para com por pelo pela ao à que não mais se sua seu
        como mas foi ser também entre
    """,
    "nl": """
        de het een en van voor met op in is zijn was werd wordt worden niet ook aan bij naar uit over door om te dat
        die deze dit als maar nog meer wel heeft hebben kan zal hij zij ze wij we hun er tot tegen
    """,
    "sv": "och att det som en ett på är av för med den till inte har de om sig från var kan men så efter vid nya ska",
    "da": "og at det som en et på er af for med den til ikke har de om sig fra var kan men så efter ved nye skal blev",
    "no": "og at det som en et på er av for med den til ikke har de om seg fra var kan men så etter ved nye skal ble",
    "pl": "i w z na do się jest nie że to o jak po dla od za przez są ale oraz który która które już będzie był była",
    "cs": "a v z na do se je že to o jak po pro od za jsou ale který která které už bude byl byla si i ve ke při",
    "tr": "ve bir bu için ile da de olarak olan daha çok en ya ki ne gibi kadar sonra yeni oldu var",
    "ro": "și în de la cu pe un o din pentru care nu este sunt mai a fost prin ce au al ale să",
    "hu": "a az és hogy nem egy is van volt meg már csak ez még el ki be fel lesz mint vagy",
    "fi": "ja on ei se että oli hän joka myös mutta kun niin ovat jo sekä sen tai kuin uusi",
    "id": "yang dan di dari untuk dengan pada ini itu ke tidak akan dalam oleh adalah juga telah lebih",
    "ru": """
        и в во не на я быть с со а по к ко у о об из за от до для как что это он она они мы вы его её их был была было
        были но или же бы при под над без также уже если все еще ещё так только который которая которые которых
    """,
    "uk": "і в у не на що з до та як за від це про є для його їх але або він вона був була були також який яка які",
    "bg": "и в не на се с за да от е са по че до при като това ще има най който която които със във беше",
}
_ENDINGS = {
    "en": "ing ted red ned sed ded led ced ved ies ers ess ght ly ow",
    "de": "ung eit ich sch aft ert che gen ten ßen tzt rn",
}
_LETTERS = {
    **{"de": "ßäöü", "fr": "éèêçœ", "es": "ñ¿¡áíóú", "pt": "ãõç", "sv": "åäö", "da": "øæå", "no": "øæå", "fi": "äö"},
    **{"pl": "łżśćęą", "cs": "ěšřžůčý", "tr": "ğşıç", "ro": "țșăşţ", "hu": "őű", "ru": "ыэё", "uk": "іїєґ", "bg": "ъ"},
}
_CYRILLIC = ("ru", "uk", "bg")
_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"https?://\S+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]+")  # with all its accents
_CYRILLIC_LETTERS = re.compile("[\u0400-\u052f]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_MIN_INFLECTED = 5  # letters: "king" is no participle
_WORDS_REMEMBERED = 4096  # half a megabyte; nine in ten words of news

Cues = Mapping[str, tuple[tuple[str, float], ...]]
"""What a word, an ending or a letter says: languages with their weights."""


def detect_language(title: str, text: str = "", *, usual: str | None = None) -> str:
    """The language (ISO 639-1) of an entry, or "und". `usual`: that of its feed; None: nobody knows, so English.

    Never fails; with nothing to go by it is the usual language. Knows some twenty European languages and Indonesian;
    a text in another one may be taken for the usual one.
    """
    sample = f"{title}\n{text}"[:_SAMPLE_CHARS]
    scores, believed = _scores(sample), usual or DEFAULT_LANGUAGE
    if not sample.isascii():
        script = _script(sample)
        if script == "other":
            return UNKNOWN_LANGUAGE
        _count_letters(sample, scores)
        if script == "cyrillic":
            scores = {lang: score for lang, score in scores.items() if lang in _CYRILLIC}
            believed = believed if believed in _CYRILLIC else _CYRILLIC[0]
    best = max(scores, key=lambda lang: scores[lang], default=believed)
    lead = scores.get(best, 0.0) - scores.get(believed, 0.0)
    return best if lead > (_BELIEVED if usual else _GUESSED) else believed


def _scores(sample: str) -> dict[str, float]:
    scores: defaultdict[str, float] = defaultdict(float)
    words = _WORD.findall(_ADDRESS.sub(" ", sample) if "://" in sample else sample)
    for cues in filter(None, map(_cues_of, words)):
        for lang, weight in cues:
            scores[lang] += weight
    return scores


@functools.lru_cache(maxsize=_WORDS_REMEMBERED)
def _cues_of(word: str) -> tuple[tuple[str, float], ...]:
    cues = _word_cues().get(word)
    if cues is None and len(word) >= _MIN_INFLECTED:
        cues = _ending_cues().get(word[-3:]) or _ending_cues().get(word[-2:])
    return cues or ()


def _count_letters(sample: str, scores: dict[str, float]) -> None:
    letters = _letter_cues().get
    for char in "".join(_NOT_ASCII.findall(sample)).lower():
        for lang, weight in letters(char, ()):
            scores[lang] = scores.get(lang, 0.0) + weight


def _script(sample: str) -> str:
    """ "latin", "cyrillic" or "other": what most letters of the sample are."""
    special = sum(map(str.isalpha, "".join(_NOT_ASCII.findall(sample))))
    if not special:
        return "latin"
    latin, cyrillic = (sum(map(len, each.findall(sample))) for each in (_LATIN, _CYRILLIC_LETTERS))
    if special - cyrillic > latin + cyrillic:
        return "other"
    return "cyrillic" if cyrillic > latin else "latin"


@functools.cache
def _word_cues() -> Cues:
    """Of small words and words of business news, as they are written in a text and in a headline."""
    small = _shared({lang: words.split() for lang, words in _SMALL_WORDS.items()})
    known = _shared({lang: _words_of(lexicon) for lang, lexicon in LEXICONS.items()}, _KNOWN_WORD)
    cues = {**{word: cues for word, cues in known.items() if len(cues) == 1}, **small}
    lighter = {word: tuple((lang, weight * _CAPITALISED) for lang, weight in cues[word]) for word in cues}
    capitalised = {form: lighter[word] for word in cues for form in (word.upper(), word.capitalize())}
    return {**capitalised, **cues}


@functools.cache
def _ending_cues() -> Cues:
    cues = _shared({lang: endings.split() for lang, endings in _ENDINGS.items()}, _ENDING)
    return {**cues, **{ending.upper(): cue for ending, cue in cues.items()}}


@functools.cache
def _letter_cues() -> Cues:
    return {
        letter: tuple((lang, _LETTER) for lang in _LETTERS if letter in _LETTERS[lang])
        for letter in set("".join(_LETTERS.values()))
    }


def _shared(words: Mapping[str, list[str]], weight: float = 1.0) -> dict[str, tuple[tuple[str, float], ...]]:
    """The cues of words: one that several languages have says less of each."""
    languages: defaultdict[str, list[str]] = defaultdict(list)
    for lang, own in words.items():
        for word in own:
            languages[word].append(lang)
    return {word: tuple((lang, weight / len(langs)) for lang in langs) for word, langs in languages.items()}


def _words_of(lexicon: Lexicon) -> list[str]:
    """The single words of a language's lists of vocabulary, each once. The other lists know names and places."""
    lists = (
        *(lexicon.function_words, lexicon.auxiliaries, lexicon.adverbs, lexicon.reporting, lexicon.pronouns),
        *(lexicon.generic_subjects, lexicon.articles, lexicon.people_nouns, lexicon.trailing, lexicon.headline_verbs),
    )
    return sorted({word for words in lists for word in words if word.isalpha()})
