"""Which of some words a text has: keywords of routes and of the profile, interests of a rep. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from listener.core.company import fold


def named_in(terms: Iterable[str], folded: str) -> tuple[str, ...]:
    """The terms that stand in a text, as whole words, whatever their case and accents.

    `folded` is the text as `core.company.fold` writes it. Words are not inflected: "warehouse" is not "warehouses".
    """
    return tuple(term for term in terms if (words := fold(term)).strip() and words in folded)
