"""A company that the headline names in short has the full name that the text gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.full_name import full_name

VERBS = frozenset(("opens", "raises"))


@pytest.mark.parametrize(
    ("name", "text", "full"),
    [
        ("Veltrane", "AUSTIN -- Veltrane Aerospace, Inc. today announced a round.", "Veltrane Aerospace, Inc."),
        ("VELTRANE", "Veltrane Aerospace Corp said so.", "Veltrane Aerospace Corp"),
        ("Veltrane", "Veltrane Gold Mines (TSXV: VLT) has news.", "Veltrane Gold Mines"),
        ("Veltrane", 'Veltrane Gold Mines ("Veltrane") has news.', "Veltrane Gold Mines"),
        ("Veltrane", "Money for Veltrane Ltd. of Leeds.", "Veltrane Ltd."),
        ("SHKM", "The Society for Human Kiln Management (SHKM) has a home.", "Society for Human Kiln Management"),
    ],
)
def test_the_full_name_is_taken_from_the_text(name: str, text: str, full: str) -> None:
    assert full_name(name, f"{name} raises $5M", text, VERBS) == full


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Veltrane", "Veltrane Drone Pro costs $400."),
        ("Veltrane", "Veltrane CEO Dana Whitfield Inc. said so."),
        ("Dexelo", "Veltrane Dexelo Holdings Inc. is its parent."),
        ("Kiln", "Kilnworks Ltd. is a rival."),
        ("Veltrane Inc", "Veltrane Inc Aerospace Ltd. is another."),
        ("SHKM", "The Big Kiln Makers (SHKM) have a home."),
        ("Veltrane", ""),
    ],
)
def test_what_may_be_another_company_is_left(name: str, text: str) -> None:
    assert full_name(name, f"{name} raises $5M", text, VERBS) == name


def test_the_text_shows_where_a_name_in_title_case_begins_and_ends() -> None:
    title = "Play It Slow Sports and Games Opens in Dover"
    text = "The owners of Play It Slow Sports and Games hope for a good start."
    assert full_name("Slow Sports", title, text, VERBS) == "Play It Slow Sports and Games"


def test_a_headline_in_the_text_shows_nothing() -> None:
    title = "Play It Slow Sports Opens Store in Dover"
    assert full_name("Slow Sports", title, f"{title}\n{title}", VERBS) == "Slow Sports"


@pytest.mark.parametrize(
    ("name", "text", "who"),
    [
        ("Veltrane Cobalt Cloud", "Veltrane, the maker of drones, launched it.", "Veltrane"),
        ("Kiln-Bar Hybrid Oak Social", "LEEDS -- Oak Social, a kiln and a bar, is back.", "Oak Social"),
        ("Veltrane Cobalt Cloud", "Veltrane (NASDAQ: VLT) today announced Veltrane Cobalt Cloud.", "Veltrane"),
        ("Veltrane Cobalt Cloud", "Oakmoor, the maker of drones, praised it.", "Veltrane Cobalt Cloud"),
    ],
)
def test_a_release_says_first_whom_it_is_by(name: str, text: str, who: str) -> None:
    assert full_name(name, f"{name} goes live", text, VERBS) == who


@given(st.text(max_size=12), st.text(), st.text())
def test_any_text_is_read(name: str, title: str, text: str) -> None:
    assert full_name(name, title, text, VERBS) or not name
