"""Sentences as the slots find them: cut into tokens and marked."""

from __future__ import annotations

from spacy.language import Language

from listener.core.lexicon import Lexicon
from listener.core.marks import mark, plain_mark, typed_spans
from listener.core.sentence import Sentence


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
