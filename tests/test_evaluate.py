"""Precision and recall on labelled text."""

from __future__ import annotations

import pytest

from listener.core.match import RuleMatcher
from listener.core.rules import RuleSource
from listener.evaluate import evaluate, prediction
from listener.rulebook import RuleFiles, compile_rulebook

RULE = "trigger = 'funding'\nlang = '{lang}'\n[[rule]]\nid = 'x'\nmatch = ['{phrase}']\n"


@pytest.fixture(scope="module")
def matcher() -> RuleMatcher:
    phrases = {"en": "{company} raise {money}", "de": "{company} erhalten {money}"}
    sources = (
        RuleSource(path=f"{lang}/funding.toml", text=RULE.replace("{lang}", lang).replace("{phrase}", phrase))
        for lang, phrase in phrases.items()
    )
    return compile_rulebook(RuleFiles(sources=tuple(sources))).matcher


@pytest.mark.parametrize(
    "title", ["Acme raises $12M for a second plant in Leeds", "Nordwind erhält 5 Millionen Euro für ein neues Werk"]
)
def test_a_line_without_a_language_is_read_in_that_of_its_words(matcher: RuleMatcher, title: str) -> None:
    result = evaluate([{"id": "1", "title": title, "labels": ["funding"]}], matcher)
    assert result.triggers["funding"].tp == 1


def test_progress_is_told_by_the_batch(matcher: RuleMatcher) -> None:
    told: list[int] = []
    evaluate([{"id": "1", "title": "Nothing"}] * 1200, matcher, progress=told.append)
    assert told == [500, 1000]


@pytest.mark.parametrize("title", ["Nora’s Kiln raises $5M", "Nora's Kiln raises $5M"])
def test_a_prediction_has_the_apostrophe_of_its_line(matcher: RuleMatcher, title: str) -> None:
    row = {"id": "1", "title": title, "summary": None}
    told = prediction(row, matcher.match(title, "", "en"))
    assert told["triggers"][0]["company"] == title.removesuffix(" raises $5M")
