"""Sentences as the slots find them: cut into tokens and marked."""

from __future__ import annotations

from spacy.language import Language

from listener.core.company import clean_company
from listener.core.lexicon import Lexicon
from listener.core.marks import mark, plain_mark, typed_spans
from listener.core.names import Found, name_text
from listener.core.sentence import Sentence
from listener.core.subjects import SameAsEntry, find_subject


def read_sentence(text: str, pipeline: Language, lexicon: Lexicon) -> Sentence:
    doc = pipeline.make_doc(text)
    words = [token.text for token in doc]
    sentence = Sentence(
        text=text,
        words=words,
        lower=[word.lower() for word in words],
        starts=[token.idx for token in doc],
        marks=[plain_mark(word, lexicon) for word in words],
    )
    return mark(sentence, lexicon, typed_spans(text, lexicon))


def subject_in(
    text: str, verb: str, pipeline: Language, lexicon: Lexicon, *, gap: int = 0, person: bool = False
) -> str:
    """The name in front of the first token `verb`, cleaned; "(entry)" or "(none)" where there is no name."""
    sentence = read_sentence(text, pipeline, lexicon)
    found = find_subject(sentence, sentence.words.index(verb), lexicon, gap=gap, person=person)
    if isinstance(found, Found):
        return clean_company(name_text(sentence, found, lexicon))
    return "(entry)" if isinstance(found, SameAsEntry) else "(none)"
