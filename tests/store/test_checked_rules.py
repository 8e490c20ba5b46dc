"""Rule files that were found good, kept over restarts."""

from __future__ import annotations

from datetime import timedelta

from listener.core.rules import CheckedRules, Trigger

FUNDING = CheckedRules(
    triggers=(
        Trigger(
            name="funding",
            lang="de",
            label="Finanzierungsrunde",
            weight=70,
            half_life=timedelta(days=1, hours=12),
            why="Frisches Geld.",
            prospect="person",
            inherit=("unless",),
        ),
    ),
    rules=3,
)


def test_unknown_files_are_not_known(store):
    assert store.checked_rules.get("a") is None


def test_what_is_kept_comes_back_as_it_was(store):
    store.checked_rules.keep({"a": FUNDING})
    assert store.checked_rules.get("a") == FUNDING


def test_what_is_not_in_use_any_more_is_forgotten(store):
    store.checked_rules.keep({"a": FUNDING})
    store.checked_rules.keep({"b": FUNDING})
    assert (store.checked_rules.get("a"), store.checked_rules.get("b")) == (None, FUNDING)
