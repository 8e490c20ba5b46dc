"""How alike tellings are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from listener.core.telling import GIST_CHARS, SAME, index_words, likeness, telling

TEXTS = st.text(st.characters(codec="utf-8"), max_size=300)


def alike(first: str, second: str, first_text: str = "", second_text: str = "") -> float:
    return likeness(telling(first, first_text), telling(second, second_text))


def test_the_same_words_are_wholly_alike_and_other_words_not_at_all() -> None:
    assert alike("Depot in Graz opens", "Depot in Graz opens") > 0.99
    assert alike("Depot in Graz opens", "Rates fall again") == 0


def test_inflections_are_the_same_word() -> None:
    assert alike("Company opens depots", "Company opening depot") > SAME
    assert alike("Компания открыла склады", "Компании открывают склад") > SAME


def test_function_words_do_not_count() -> None:
    assert alike("The depot of the city", "The rates of the day") == 0


def test_another_name_in_the_headline_counts_against() -> None:
    same = alike("Minister praises Smith for the harvest", "Minister praises Smith for the harvest today")
    other = alike("Minister praises Smith for the harvest", "Minister praises Jones for the harvest")
    assert other < SAME < same


def test_another_name_in_quotes_keeps_what_is_told_in_the_same_words_apart() -> None:
    text = "Voting has begun in our contest. We will tell the results on 22 November"
    assert alike("Vote in the contest «Coffee mania»", "Vote in the contest «On ice»", text, text) < SAME
    assert alike("Vote in the contest «Coffee mania»", "Vote for «Coffee mania» now", text, text) > SAME


def test_a_quotation_of_what_somebody_said_is_no_name() -> None:
    said = "The trainer: “We can send probes to Mars and nobody can play”"
    assert not telling(said, "").quoted
    assert telling("Cobalt’s ‘Airport Maps’ helps 'lost' people", "").quoted == {frozenset({"airpo", "maps"})}


def test_another_amount_of_the_same_counts_against() -> None:
    assert alike("Plant cuts 120 jobs in spring", "Plant cuts 120 jobs this spring") > SAME
    assert alike("Weather for 8 November in town", "Weather for 16 November in town") < 0.6
    assert alike("Startup gets $12M for robots", "Startup gets $30M for robots") < SAME


def test_money_that_was_rounded_is_the_same() -> None:
    assert alike("Startup gets $12M for robots", "Startup gets $12.4M for robots") > SAME


def test_a_headline_in_capitals_tells_no_names() -> None:
    assert not telling("Minister Praises Smith For The Harvest", "").names
    assert telling("Minister Praises Smith For The Harvest", "The minister met Smith today.").names == {"smith"}


def test_only_the_beginning_of_a_text_counts() -> None:
    assert telling("Depot opens", "x" * GIST_CHARS + " Graz") == telling("Depot opens", "x" * GIST_CHARS)


def test_words_to_find_it_by_differ_by_trigger() -> None:
    told = telling("Depot in Graz opens", "")
    assert set(index_words(told, "expansion")).isdisjoint(index_words(told, "funding"))
    assert len(index_words(told, "expansion")) == 3


@given(TEXTS, TEXTS, TEXTS)
def test_likeness_is_the_same_both_ways_and_bounded(title: str, other: str, text: str) -> None:
    assert alike(title, other, text) == alike(other, title, "", text) <= 1.0001


@given(TEXTS)
def test_index_words_fit_into_the_database(title: str) -> None:
    assert all(-(2**63) <= word < 2**63 for word in index_words(telling(title, ""), "funding"))
