"""Rule files: what a good one yields, and that every mistake is named with its line."""

from __future__ import annotations

from datetime import timedelta

import pytest

from listener.core.rules import RuleSet, RuleSource, compile_rules
from listener.rulebook import language

GOOD = """\
trigger   = "funding"
label     = "Funding round"
lang      = "en"
weight    = 70
half_life = "45d"
why       = "New money is spent."
hedge     = ["in talks"]

[[rule]]
id     = "raises"
match  = ["{company} raise {money}",
          "{company} close {round}"]
unless = ["raise prices"]

[[rule]]
id       = "raw"
patterns = [[{LOWER = "funded"}]]
where    = "title"

[[example]]
text   = "Acme raises $5M"
expect = { company = "Acme" }

[[example]]
text   = "Acme raises prices"
expect = "nothing"
"""


def read(text: str, path: str = "rules/en/funding.toml") -> RuleSet:
    return compile_rules([RuleSource(path=path, text=text)], lambda lang: language(lang, {}))


def test_a_good_file_yields_its_rules_and_examples() -> None:
    rules = read(GOOD)
    assert rules.errors == ()
    assert [rule.id for rule in rules.rules] == ["funding/raises", "funding/raw"]
    assert [len(rule.phrases) for rule in rules.rules] == [2, 1]
    assert [example.expect for example in rules.examples] == [{"company": "Acme"}, None]


def test_the_trigger_says_what_the_file_says() -> None:
    (trigger,) = read(GOOD).triggers
    assert (trigger.name, trigger.label, trigger.weight, trigger.half_life, trigger.why) == (
        "funding",
        "Funding round",
        70,
        timedelta(days=45),
        "New money is spent.",
    )


def test_a_file_wide_hedge_belongs_to_every_rule() -> None:
    assert all(rule.hedge for rule in read(GOOD).rules)


@pytest.mark.parametrize(
    ("old", "new", "line", "problem", "remedy"),
    [
        ('"{company} close {round}"', '"{company} close {rond}"', 12, "unknown slot {rond}", "Did you mean 'round'?"),
        ('why       = "New', 'whi       = "New', 6, "unknown key 'whi'", "Did you mean 'why'?"),
        ("weight    = 70", 'weight    = "a lot"', 4, "is no number from 0 to 100", "weight = 50"),
        ("weight    = 70", "weight    = 700", 4, "is no number from 0 to 100", "weight = 50"),
        ("weight    = 70", 'prospect  = "persons"', 4, "prospect = 'persons'", "company or person"),
        ("weight    = 70", 'inherit   = ["unles"]', 4, "inherit = ['unles']", '"unless", "unless_title", "hedge"'),
        ('half_life = "45d"', 'half_life = "soon"', 5, "is no time span", "45d"),
        ('trigger   = "funding"', 'trigger   = "Funding!"', 1, "is no name for a trigger", "lower-case"),
        ('where    = "title"', 'where    = "titel"', 18, "where = 'titel'", "title, text, both"),
        ('unless = ["raise prices"]', 'unless = "raise prices"', 13, "must be a list of phrases", "unless = ["),
        ('where    = "title"', 'wher     = "title"', 18, "unknown key 'wher'", "Did you mean 'where'?"),
        ('lang      = "en"', 'lang      = "xx"', 3, "no language 'xx'", 'lang = "en"'),
        ('expect = "nothing"', 'expect = "noting"', 26, "'expect' is missing or wrong", 'expect = "nothing"'),
        ('[[{LOWER = "funded"}]]', '[[{POS = "VERB"}]]', 17, "needs a trained model", "patterns = "),
        ('hedge     = ["in talks"]', 'hedge     = ["[in]"]', 7, "no word that must be there", "Add a word"),
        ('id       = "raw"', 'id       = "raises"', 15, "exists already", "another id"),
    ],
)
def test_a_mistake_names_file_line_and_remedy(old: str, new: str, line: int, problem: str, remedy: str) -> None:
    assert old in GOOD
    errors = read(GOOD.replace(old, new)).errors
    assert [(error.path, error.line) for error in errors] == [("rules/en/funding.toml", line)]
    assert problem in str(errors[0])
    assert remedy in str(errors[0])


def test_a_phrase_with_a_mistake_has_its_column() -> None:
    (error,) = read(GOOD.replace('"{company} close {round}"', '"{company} close {rond}"')).errors
    assert error.column == len('          "{company} close ') + 1


def test_a_file_that_is_no_toml_names_the_line() -> None:
    (error,) = read(GOOD.replace('label     = "Funding round"', "label     = Funding round")).errors
    assert error.line == 2
    assert "not valid TOML" in error.problem


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    broken = GOOD.replace("{money}", "{mony}").replace("weight    = 70", "weight    = -1").replace("45d", "never")
    assert sorted(error.line or 0 for error in read(broken).errors) == [4, 5, 11]


def test_a_file_with_a_mistake_is_refused_whole_and_the_others_are_not() -> None:
    sources = [
        RuleSource(path="bad.toml", text=GOOD.replace("{money}", "{mony}")),
        RuleSource(path="good.toml", text=GOOD.replace('"funding"', '"acquisition"')),
    ]
    rules = compile_rules(sources, lambda lang: language(lang, {}))
    assert {rule.path for rule in rules.rules} == {"good.toml"}
    assert {example.path for example in rules.examples} == {"good.toml"}


def test_the_shared_file_holds_phrases_for_every_rule_of_its_language() -> None:
    rules = read('lang = "en"\nunless = ["raise awareness"]\nhedge = ["in talks"]\n', "rules/en/shared.toml")
    assert rules.errors == ()
    assert [phrase.text for phrase in rules.shared["en"].unless] == ["raise awareness"]


def test_a_wrong_key_in_the_shared_file_is_named() -> None:
    (error,) = read('lang = "en"\nunles = ["raise awareness"]\n', "rules/en/shared.toml").errors
    assert (error.line, error.remedy) == (2, "Did you mean 'unless'?")


def test_a_file_without_rules_is_refused() -> None:
    (error,) = read('trigger = "funding"\nlang = "en"\n').errors
    assert "there is no [[rule]]" in error.problem


def test_a_rule_that_matches_nothing_is_refused() -> None:
    (error,) = read('trigger = "funding"\n[[rule]]\nid = "empty"\n').errors
    assert (error.line, error.problem) == (2, "the rule matches nothing")


# --------------------------------------------------------------------------- phrases that are no use


@pytest.mark.parametrize(
    ("phrase", "problem"),
    [
        ("{company} now", "all that it asks for is now, which stands in every other sentence"),
        ("{company} in {place}", "all that it asks for is in"),
        ("{company} raise {company:target} [in] prices", None),
        ("{company} now in {place}", None),
        ("{company} for {money}", None),
        ("{company} now lets", None),
    ],
)
def test_a_phrase_that_asks_for_one_common_word_is_refused(phrase: str, problem: str | None) -> None:
    errors = read(GOOD.replace('"{company} close {round}"', f'"{phrase}"').replace("raise prices", "charity")).errors
    assert [error.line for error in errors] == ([12] if problem else [])
    assert all(problem in error.problem and error.remedy == "Add a rarer word" for error in errors if problem)


@pytest.mark.parametrize(
    ("phrase", "stop", "refused"),
    [
        ("{company} raise new funds", "raise", True),
        ("{company} raise new funds", "raise new", True),
        ("{company} raise|secure new funds", "raise|secure|fund", True),
        ("{company} raise|secure new funds", "raise", False),
        ("{company} raise [new] funds", "raise new", False),
        ("{company} raise ... funds", "raise funds", False),
        ('{company} "Raise" funds', "raise", True),
        ("{company} raise funds", '"Raise"', False),
        ("{company} raise {money} today", "{money} today", True),
        ("{company} raise funds", "{company} raise", False),
    ],
)
def test_a_phrase_that_its_unless_always_stops_is_refused(phrase: str, stop: str, refused: bool) -> None:
    text = GOOD.replace('"{company} raise {money}"', "'" + phrase + "'").replace('"raise prices"', "'" + stop + "'")
    errors = read(text).errors
    assert [(error.line, error.column) for error in errors] == ([(11, 12)] if refused else [])
    assert all("can never match" in error.problem for error in errors)


def test_a_phrase_that_the_shared_file_always_stops_is_refused() -> None:
    sources = [
        RuleSource(path="rules/en/funding.toml", text=GOOD),
        RuleSource(path="rules/en/shared.toml", text='lang = "en"\nunless = ["fund|funded"]\n'),
    ]
    rules = compile_rules(sources, lambda lang: language(lang, {}))
    (error,) = rules.errors
    assert (error.path, error.line) == ("rules/en/funding.toml", 15)
    assert "the unless 'fund|funded' of shared.toml stops it" in error.problem
    assert rules.rules == ()


def test_a_pattern_without_a_certain_word_is_refused() -> None:
    (error,) = read(GOOD.replace('[[{LOWER = "funded"}]]', "[[{LIKE_NUM = true}, {IS_ALPHA = true}]]")).errors
    assert (error.line, error.remedy) == (17, "Give a token that must be there a LOWER, LEMMA, ORTH or TEXT")
