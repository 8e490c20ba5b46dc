"""The phrase language: what each piece of it finds, and what it says when it is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from listener.core.candidates import LanguageMatcher
from listener.core.lexicon import ENGLISH
from listener.core.phrase import Language, Phrase, PhraseError, compile_pattern, compile_phrase
from listener.core.rules import Rule, RuleSet, Trigger
from listener.rulebook import language, load_pipeline

LISTS = {"cities": ("Zürich", "New York", "Berlin"), "empty": ()}


@pytest.fixture(scope="module")
def english() -> Language:
    found = language("en", LISTS)
    assert found is not None
    return found


def finds(phrase: str, text: str, english: Language) -> bool:
    """Whether the pattern of a phrase, without what leads it, is in the text."""
    rules = RuleSet(rules=(rule_of(compile_phrase(phrase, english)),))
    language = LanguageMatcher(rules, "en", load_pipeline("en"), ENGLISH)
    reading = language.read(text)
    return bool(reading.spans(language.near(reading.chunks, "text")))


def rule_of(phrase: Phrase) -> Rule:
    trigger = Trigger(name="x", lang="en", label="X", weight=1, half_life=timedelta(days=1), why="")
    return Rule(id="x/x", trigger=trigger, where="both", phrases=(phrase,), unless=(), hedge=(), path="x", line=1)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("raise money", "They raised money"),
        ("raise money", "RAISING MONEY is hard"),
        ("lay off staff", "Acme laid off staff"),
        ("take over", "Beta was taken over"),
        ("raise|secure|close funds", "It secures funds"),
        ('"Series" B', "a Series B round"),
        ('"new office"', "the new office"),
        ("open [its] [new] office", "opened office"),
        ("open [its] [new] office", "opens its new office"),
        ("open [a brand new] office", "opens a brand new office"),
        ("open ... office", "opens the long awaited, discussed office"),
        ("open ...8 office", "opens a b c d e f g h office"),
        ("raise {money}", "raised $12M today"),
        ("raise {money}", "raised €3.5 million today"),
        ("close {round}", "closed Series A"),
        ("hire {person} as {role}", "hired Jane Doe as Chief Financial Officer"),
        ("office in {place}", "an office in New York"),
        ("office in @cities", "an office in new york"),
        ("office in @cities|{place}", "an office in Oslo"),
        ("start-up", "the start-ups of Berlin"),
        ("rebrand as", "Acme rebranded as Beta"),
        ("doesn't exist", "it doesn't exist"),
        ("funding", "the funding"),
        ("“Series” B", "a Series B round"),
        ("firm’s office", "the firm's office"),
        ("open … office", "opens yet another office"),
    ],
)
def test_finds(phrase: str, text: str, english: Language) -> None:
    assert finds(phrase, text, english)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ('"Series" B', "a series B round"),
        ('"new office"', "the New Office"),
        ("open ... office", "opens a b c d e f office"),
        ("open office", "opens new office"),
        ("raise {money}", "raised awareness"),
        ("raise {money}", "raised 12 eyebrows"),
        ("close {round}", "closed the door"),
        ("office in @cities", "an office in Oslo"),
        ("raise", "praise"),
        ("funding", "they fund it"),
        ("opening", "it opened"),
    ],
)
def test_does_not_find(phrase: str, text: str, english: Language) -> None:
    assert not finds(phrase, text, english)


@pytest.mark.parametrize(
    ("phrase", "problem", "column"),
    [
        ("", "empty", 1),
        ("{company} raise {mony}", "unknown slot {mony}", 17),
        ("raise {money", "'{' is never closed", 7),
        ("raise [its", "'[' is never closed", 7),
        ("raise its]", "']' without '['", 10),
        ("raise []", "'[]' is empty", 7),
        ('raise "money', "a quote is never closed", 7),
        ('raise ""', "nothing between the quotes", 7),
        ("raise | secure", "'|' needs a word on both sides", 7),
        ("raise|", "'|' needs a word on both sides", 6),
        ("raise ...40 money", "a gap of 40 words", 7),
        ("raise @", "'@' needs the name of a list", 7),
        ("raise {company:my name}", "no name for a slot", 7),
        ("buy {company} of {company}", "there are two slots {company}", 18),
        ("{company} buy [{company}]", "there are two slots {company}", 16),
        ("open office in @citys", "there is no list @citys", 16),
        ("open [a] ...|office", "a gap or an optional part cannot be an alternative", 10),
        ("open office|[b]", "a gap or an optional part cannot be an alternative", 13),
    ],
)
def test_a_malformed_phrase_names_the_column(phrase: str, problem: str, column: int, english: Language) -> None:
    with pytest.raises(PhraseError) as caught:
        compile_phrase(phrase, english)
    assert problem in caught.value.problem
    assert caught.value.column == column


def test_a_second_slot_of_one_name_is_told_how_to_be_named(english: Language) -> None:
    with pytest.raises(PhraseError) as caught:
        compile_phrase("buy {company} of {company}", english)
    assert caught.value.remedy == "Give one a name: {company:other_company}"


def test_one_name_may_stand_in_two_alternatives(english: Language) -> None:
    assert finds("office in {place}|{place}", "an office in Oslo", english)


def test_an_unknown_slot_suggests_the_nearest(english: Language) -> None:
    with pytest.raises(PhraseError) as caught:
        compile_phrase("raise {mony}", english)
    assert caught.value.remedy == "Did you mean 'money'?"


def test_an_unknown_list_suggests_the_nearest(english: Language) -> None:
    with pytest.raises(PhraseError) as caught:
        compile_phrase("office in @citys", english)
    assert caught.value.remedy == "Did you mean 'cities'?"


@pytest.mark.parametrize("phrase", ["{company}", "{company} {money}", "[raise] {money}", "...", "{money} ... [x y]"])
def test_a_phrase_without_a_required_word_is_refused(phrase: str, english: Language) -> None:
    with pytest.raises(PhraseError, match="no word that must be there"):
        compile_phrase(phrase, english)


def test_a_phrase_of_too_many_variants_is_refused(english: Language) -> None:
    with pytest.raises(PhraseError, match="variants"):
        compile_phrase("raise " + "[a b] " * 8, english)


def test_an_empty_list_is_refused(english: Language) -> None:
    with pytest.raises(PhraseError, match="is empty"):
        compile_phrase("in @empty", english)


def test_the_rarest_required_word_comes_first_and_common_ones_last(english: Language) -> None:
    phrase = compile_phrase("{company} to acquire [all] firm {company:target}", english)
    acquire, firm, to = phrase.variants[0].required
    assert acquire == {"acquire", "acquires", "acquired", "acquiring"}
    assert "firm" in firm
    assert to == {"to"}


def test_exact_words_are_required_in_any_case_and_alternatives_together(english: Language) -> None:
    phrase = compile_phrase('"Series"|"Round" for|to', english)
    assert [variant.required for variant in phrase.variants] == [
        ({"series"}, {"for", "to"}),
        ({"round"}, {"for", "to"}),
    ]


def test_a_leading_company_is_no_part_of_the_pattern(english: Language) -> None:
    phrase = compile_phrase("{company} ...3 raise {money}", english)
    assert phrase.lead is not None
    assert (phrase.lead.name, phrase.lead_gap) == ("company", 3)
    assert phrase.variants[0].words[0] == "raise"


def test_a_spacy_pattern_is_taken_as_it_stands(english: Language) -> None:
    phrase = compile_pattern([{"LOWER": "raises"}, {"LIKE_NUM": True, "OP": "?"}], english, name="pattern 1")
    assert phrase.variants[0].required == ({"raises"},)


def test_the_keys_of_a_spacy_pattern_may_be_in_lower_case(english: Language) -> None:
    phrase = compile_pattern([{"lower": "raises"}, {"like_num": True, "op": "?"}], english, name="pattern 1")
    assert phrase.variants[0].pattern[1] == {"LIKE_NUM": True, "OP": "?"}


def test_lemma_in_a_spacy_pattern_finds_the_inflections(english: Language) -> None:
    phrase = compile_pattern([{"LEMMA": "raise"}], english, name="pattern 1")
    assert "raised" in phrase.variants[0].pattern[0]["LOWER"]["IN"]


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ([{"POS": "VERB"}], "needs a trained model"),
        ([{"LOWER": {"REGEX": "("}}], "the REGEX is wrong"),
        ([{"LOWR": "raises"}], "LOWR"),
        ([{"LIKE_NUM": True}], "tried on every sentence"),
        ([{"LOWER": {"REGEX": "^rais"}}], "tried on every sentence"),
        ([{"LOWER": "raises", "OP": "?"}, {"LIKE_NUM": True}], "tried on every sentence"),
        ([], "a list of tables"),
        ("raises", "a list of tables"),
    ],
)
def test_a_wrong_spacy_pattern_is_refused(pattern: object, problem: str, english: Language) -> None:
    with pytest.raises(PhraseError) as caught:
        compile_pattern(pattern, english, name="pattern 1")
    assert problem in caught.value.problem


def test_compiled_phrases_are_values(english: Language) -> None:
    phrase = compile_phrase("raise {money}", english)
    assert replace(phrase) == compile_phrase("raise {money}", english)
