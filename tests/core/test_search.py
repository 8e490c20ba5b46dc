"""Saved searches -> feed URLs."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.search import PLACES, SavedSearch, feeds_of, hash_tag, is_place
from listener.model import FeedSpec


def url(place: str, query: str = "x", **fields: str) -> str:
    (feed,) = feeds_of(SavedSearch(query=query, on=(place,), **fields))
    return feed.url


def test_each_place_becomes_one_feed_of_the_search() -> None:
    search = SavedSearch(
        query='"opens new office" Zürich',
        on=("google-news", "bing-news", "reddit", "hackernews"),
        lang="de",
        region="CH",
        tags=("dach",),
        interval=timedelta(hours=1),
    )
    query = "%22opens%20new%20office%22%20Z%C3%BCrich"
    feeds = feeds_of(search)
    assert [feed.url for feed in feeds] == [
        f"https://news.google.com/rss/search?q={query}&hl=de&gl=CH&ceid=CH:de",
        f"https://www.bing.com/news/search?q={query}&qft=sortbydate%3D%221%22&format=rss&mkt=de-CH&setlang=de",
        f"https://www.reddit.com/search.rss?q={query}&sort=new",
        f"https://hnrss.org/newest?q={query}",
    ]
    assert feeds[0] == FeedSpec(
        url=feeds[0].url,
        name='"opens new office" Zürich (Google News)',
        tags=("dach",),
        interval=timedelta(hours=1),
        lang="de",
        search='"opens new office" Zürich',
    )


def test_a_name_stands_for_the_query() -> None:
    (feed,) = feeds_of(SavedSearch(query="a OR b", name="both", on=("reddit",)))
    assert (feed.name, feed.search) == ("both (Reddit)", "both")


def test_hacker_news_is_in_english_whatever_was_looked_for() -> None:
    feeds = feeds_of(SavedSearch(query="x", on=("reddit", "hackernews"), lang="de"))
    assert [feed.lang for feed in feeds] == ["de", None]


@pytest.mark.parametrize(
    ("lang", "region", "edition"),
    [
        (None, None, "hl=en-US&gl=US&ceid=US:en"),
        ("en", "GB", "hl=en-GB&gl=GB&ceid=GB:en"),
        ("de", None, "hl=de&gl=DE&ceid=DE:de"),
        ("fr", "CH", "hl=fr&gl=CH&ceid=CH:fr"),
        (None, "AT", "hl=de&gl=AT&ceid=AT:de"),
        (None, "SG", "hl=en-SG&gl=SG&ceid=SG:en"),
        (None, "IN", "hl=en-IN&gl=IN&ceid=IN:en"),
        ("ja", None, "hl=ja&gl=JP&ceid=JP:ja"),
        ("pt", None, "hl=pt-BR&gl=BR&ceid=BR:pt-419"),
        (None, "PT", "hl=pt-PT&gl=PT&ceid=PT:pt-150"),
        ("es", None, "hl=es&gl=ES&ceid=ES:es"),
        (None, "MX", "hl=es-419&gl=MX&ceid=MX:es-419"),
        ("zh", None, "hl=zh-CN&gl=CN&ceid=CN:zh-Hans"),
        ("zh", "TW", "hl=zh-TW&gl=TW&ceid=TW:zh-Hant"),
    ],
)
def test_the_edition_of_google_news(lang: str | None, region: str | None, edition: str) -> None:
    (feed,) = feeds_of(SavedSearch(query="x", on=("google-news",), lang=lang, region=region))
    assert feed.url == f"https://news.google.com/rss/search?q=x&{edition}"


@pytest.mark.parametrize(
    ("place", "query", "expected"),
    [
        ("mastodon", "hiring", "https://mastodon.social/tags/hiring.rss"),
        ("mastodon", "#Grün_Energie", "https://mastodon.social/tags/Gr%C3%BCn_Energie.rss"),
        ("mastodon:chaos.social", " funding ", "https://chaos.social/tags/funding.rss"),
    ],
)
def test_a_tag_on_mastodon(place: str, query: str, expected: str) -> None:
    assert url(place, query) == expected


def test_instances_of_mastodon_are_told_apart_by_their_host() -> None:
    feeds = feeds_of(SavedSearch(query="x", on=("mastodon", "mastodon:chaos.social")))
    assert [feed.name for feed in feeds] == ["x (Mastodon)", "x (chaos.social)"]


@pytest.mark.parametrize("query", ["two words", '"quoted"', "a-b", "#", "", "2024", "a/../b", "#a#b"])
def test_what_is_not_one_hash_tag(query: str) -> None:
    assert hash_tag(query) is None
    with pytest.raises(ValueError, match="not one hash tag"):
        url("mastodon", query)


@pytest.mark.parametrize("place", ["google", "mastodon:", "mastodon:localhost", "mastodon:x.y/z", "mastodon:a@b.c"])
def test_what_is_no_place(place: str) -> None:
    assert not is_place(place)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_every_query_arrives_as_it_was_written(query: str) -> None:
    for place in set(PLACES) - {"mastodon"}:
        found = url(place, query)
        assert found.isascii()
        assert parse_qs(urlsplit(found).query, strict_parsing=True, keep_blank_values=True)["q"] == [query]
