from __future__ import annotations

from datetime import timedelta

import pytest

from listener.model import Account, AccountHit, Mention

DAY = timedelta(days=1)


@pytest.fixture
def mentions(store):
    return store.mentions


def mention(name="Cobalt Freight", quote="said Cobalt Freight"):
    return Mention(hit=AccountHit(account=Account(name=name), certainty=0.85, how="the name"), quote=quote)


def test_a_mention_comes_back_with_its_entry(mentions, given, now):
    entry = given.entry(title="Freight rates rise", published_at=now - DAY)
    assert mentions.add(entry.id, [mention()], now) == 1
    (found,) = mentions.of_account("cobalt freight", limit=5)
    assert (found.entry_id, found.account, found.certainty, found.how) == (entry.id, "Cobalt Freight", 0.85, "the name")
    assert (found.quote, found.title, found.url) == ("said Cobalt Freight", "Freight rates rise", entry.url)
    assert (found.published_at, found.created_at) == (now - DAY, now)


def test_an_account_is_known_by_the_key_of_its_name(mentions, given, now):
    mentions.add(given.entry().id, [mention("Cobalt Freight, Inc."), mention("Beta")], now)
    assert [found.account for found in mentions.of_account("cobalt freight", limit=5)] == ["Cobalt Freight, Inc."]


def test_an_entry_mentions_an_account_once(mentions, given, now):
    entry = given.entry()
    mentions.add(entry.id, [mention()], now)
    assert mentions.add(entry.id, [mention(quote="again")], now) == 0


def test_the_newest_mentions_come_first_up_to_the_limit(mentions, given, now):
    entries = [given.entry(str(number)) for number in range(3)]
    for entry in entries:
        mentions.add(entry.id, [mention()], now)
    found = mentions.of_account("cobalt freight", limit=2)
    assert [each.entry_id for each in found] == [entries[2].id, entries[1].id]
