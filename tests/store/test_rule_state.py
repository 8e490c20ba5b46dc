"""What the daemon said of its rules."""

from __future__ import annotations


def test_before_any_daemon_there_is_none(store):
    assert store.rule_state.get() is None


def test_a_set_is_in_use_since_it_was_taken(store, now):
    store.rule_state.taken(rules=34, triggers=8, refused=[], now=now)
    state = store.rule_state.get()
    assert (state.in_use_at, state.rules, state.triggers, state.refused, state.refused_at) == (now, 34, 8, (), None)


def test_a_refused_edit_changes_nothing_of_the_set_and_is_told_with_its_time(store, given, now):
    store.rule_state.taken(rules=34, triggers=8, refused=[], now=now)
    store.rule_state.refused(["funding.toml:8: wrong"], given.after(hours=1))
    store.rule_state.refused(["funding.toml:9: wrong"], given.after(hours=2))
    state = store.rule_state.get()
    assert (state.in_use_at, state.rules) == (now, 34)
    assert (state.refused, state.refused_at) == (("funding.toml:9: wrong",), given.after(hours=1))


def test_a_set_that_is_taken_ends_the_trouble(store, given, now):
    store.rule_state.taken(rules=34, triggers=8, refused=["other.toml:1: wrong"], now=now)
    assert store.rule_state.get().refused_at == now
    store.rule_state.taken(rules=35, triggers=8, refused=[], now=given.after(hours=1))
    state = store.rule_state.get()
    assert (state.rules, state.refused, state.refused_at) == (35, (), None)
