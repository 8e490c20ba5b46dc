"""Words that a text has."""

from __future__ import annotations

import pytest

from listener.core.company import fold
from listener.core.ground import named_in


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("ETH Zürich", "She studied at eth zurich.", True),
        ("rowing", "The growing market", False),
        ("rowing", "Rowing, his passion", True),
        ("ETH Zürich", "ETH in Zürich", False),
        ("  ", "anything", False),
        ("!", "anything!", False),
    ],
)
def test_whole_words_whatever_case_and_accents(term: str, text: str, found: bool) -> None:
    assert named_in([term], fold(text)) == ((term,) if found else ())
