"""What two sets of rules find: kept, added, lost, renamed; counted by story, with a bounded memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.comparison import Comparison, FoundLead, Samples, Story
from listener.model import Entry

NOW = datetime(2030, 5, 6, tzinfo=UTC)


def entry(number: int = 1, *, days: float = 0) -> Entry:
    return Entry(
        id=number, feed_id=1, feed_name="News", feed_tags=(), uid=str(number), url=None, canonical_url=None,
        title=f"Headline {number}", text="", publisher=None, lang="en", published_at=None,
        first_seen_at=NOW + timedelta(days=days), first_sight=False,
    )  # fmt: skip


def found(company: str, trigger: str = "funding", *told: str) -> FoundLead:
    return FoundLead(
        trigger=trigger, company=company, company_key=company.lower(), rule=f"{trigger}/x", quote="", score=50,
        told=frozenset(told),
    )  # fmt: skip


def compared(*entries: tuple[Entry, list[FoundLead], list[FoundLead]], **verdicts: str) -> Comparison:
    result = Comparison()
    for one, before, after in entries:
        result.add(one, before, after, {("funding", name): verdict for name, verdict in verdicts.items()})
    result.finish()
    return result


def kinds(comparison: Comparison) -> dict[str, int]:
    return dict(comparison.all.kinds)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ([found("Acme")], [found("Acme")], {"kept": 1}),
        ([], [found("Acme")], {"added": 1}),
        ([found("Acme")], [], {"lost": 1}),
        ([found("Acme")], [found("Beta")], {"renamed": 1}),
        ([found("Acme")], [found("Acme Robotics")], {"kept": 1}),
        ([found("Acme")], [found("Acme", "ipo")], {"lost": 1, "added": 1}),
        ([found("Acme"), found("Beta")], [found("Beta"), found("Gamma")], {"kept": 1, "renamed": 1}),
        ([], [], {}),
    ],
)
def test_one_entry(before: list[FoundLead], after: list[FoundLead], kind: dict[str, int]) -> None:
    assert kinds(compared((entry(), before, after))) == kind


def test_tellings_within_two_weeks_are_one_lead() -> None:
    both = [found("Acme")]
    result = compared((entry(1), both, both), (entry(2, days=13), both, both))
    assert (result.entries, kinds(result)) == (2, {"kept": 1})


def test_the_same_news_two_weeks_later_is_another_lead() -> None:
    both = [found("Acme")]
    assert kinds(compared((entry(1), both, both), (entry(2, days=15), both, both))) == {"kept": 2}


def test_a_lead_that_both_find_in_different_tellings_is_kept() -> None:
    acme = [found("Acme")]
    assert kinds(compared((entry(1), acme, []), (entry(2, days=1), [], acme))) == {"kept": 1}


def test_a_renamed_lead_is_one_however_it_is_told_later() -> None:
    acme, beta = [found("Acme")], [found("Beta")]
    assert kinds(compared((entry(1), acme, beta), (entry(2), [], beta), (entry(3), acme, []))) == {"renamed": 1}


def test_counts_are_kept_for_each_trigger() -> None:
    result = compared((entry(), [found("Acme")], [found("Acme"), found("Acme", "ipo")]))
    assert (result.triggers["funding"].before, result.triggers["funding"].after) == (1, 1)
    assert (result.triggers["ipo"].before, result.triggers["ipo"].after) == (0, 1)


def test_alerts_are_counted_once_a_lead_and_person() -> None:
    one = found("Acme", "funding", "anna", "chat")
    result = compared((entry(1), [], [one]), (entry(2), [], [one]))
    assert (dict(result.alerts_before), dict(result.alerts_after)) == ({}, {"anna": 1, "chat": 1})


@pytest.mark.parametrize(
    ("verdict", "right", "wrong"),
    [("useful", 1, 0), ("won", 1, 0), ("not_relevant", 0, 1), ("wrong_company", 0, 1), ("alerted", 0, 0)],
)
def test_a_verdict_counts_for_who_finds_the_lead(verdict: str, right: int, wrong: int) -> None:
    counts = compared((entry(), [found("Acme")], []), acme=verdict).all
    assert (counts.verdicts_before.right, counts.verdicts_before.wrong) == (right, wrong)
    assert (counts.verdicts_lost.right, counts.verdicts_lost.wrong) == (right, wrong)
    assert (counts.verdicts_after.right, counts.verdicts_after.wrong) == (0, 0)


def test_a_wrong_company_says_nothing_of_the_set_that_names_another() -> None:
    counts = compared((entry(), [found("Acme")], [found("Beta")]), acme="wrong_company").all
    assert (counts.verdicts_before.wrong, counts.verdicts_after.wrong) == (1, 0)


def test_precision_is_unknown_without_verdicts() -> None:
    assert compared((entry(), [found("Acme")], [found("Acme")])).all.verdicts_after.precision is None


def test_precision_is_that_of_leads_with_a_verdict() -> None:
    leads = [found("Acme"), found("Beta"), found("Gamma"), found("Delta")]
    result = compared((entry(), leads, leads), acme="won", beta="useful", gamma="not_relevant")
    assert result.all.verdicts_after.precision == pytest.approx(2 / 3)


def test_samples_have_the_entry_that_a_person_would_read() -> None:
    (story,) = compared((entry(7), [], [found("Acme")])).samples["added"].stories
    assert story.entry is not None
    assert story.entry.id == 7


@given(st.integers(0, 2000), st.integers(10, 50))
def test_samples_are_few_and_from_everywhere(stories: int, most: int) -> None:
    samples = Samples(most)
    for number in range(stories):
        samples.add(Story(trigger="x", opened_at=NOW + timedelta(minutes=number), entry=None))
    assert min(stories, (most + 1) // 2) <= len(samples.stories) <= most
    if stories > most:
        assert samples.stories[-1].opened_at >= NOW + timedelta(minutes=stories // 3)


NAMES = st.sampled_from(["Acme", "Beta", "Gamma"])
FOUND = st.lists(st.builds(found, NAMES, st.sampled_from(["funding", "ipo"])), max_size=3)


@given(st.lists(st.tuples(FOUND, FOUND, st.floats(0, 9)), max_size=30))
def test_every_lead_is_counted_once_and_a_set_compared_with_itself_differs_nowhere(
    tellings: list[tuple[list[FoundLead], list[FoundLead], float]],
) -> None:
    day, mixed, same = 0.0, Comparison(), Comparison()
    for number, (before, after, pause) in enumerate(tellings):
        day += pause
        mixed.add(entry(number, days=day), before, after, {})
        same.add(entry(number, days=day), before, before, {})
    mixed.finish()
    same.finish()
    assert set(same.all.kinds) <= {"kept"}
    assert mixed.all.kinds.total() == sum(counts.kinds.total() for counts in mixed.triggers.values())
    found_at_all = {(lead.trigger, lead.company_key) for _, after, _ in tellings for lead in after}
    assert bool(mixed.all.after) == bool(found_at_all)


def test_stories_that_are_over_are_forgotten() -> None:
    result = Comparison()
    for number in range(20_000):
        result.add(entry(number, days=number / 100), [], [found(f"Company {number}")], {})
    assert len(result._open) < 7_000
    result.finish()
    assert kinds(result) == {"added": 20_000}
