"""The feeds of web pages on a real server."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from world import rss

from listener.sources.discover import FoundFeed, NothingFound, discover, feed_of_service, links
from listener.sources.http import Document, FetchLimits

LIMITS = FetchLimits(deadline=timedelta(seconds=20), max_bytes=100_000)
RSS = 'rel="alternate" type="application/rss+xml"'


def found(url: str) -> list[str]:
    feeds = discover(url, LIMITS, allow_private=True)
    assert not isinstance(feeds, NothingFound), feeds.message
    return [feed.url for feed in feeds]


def problem(url: str, *, allow_private: bool = True) -> str:
    nothing = discover(url, LIMITS, allow_private=allow_private)
    assert isinstance(nothing, NothingFound)
    return nothing.message


def page(site: Any, head: str, path: str = "/blog/") -> str:
    return site.answer(path, f"<!doctype html><html><head><title>Acme</title>{head}</head><p>x".encode())


def test_a_feed_is_taken_as_it_is(site):
    url = site.answer("/feed.xml", rss("a", "b"))
    assert discover(url, LIMITS, allow_private=True) == (FoundFeed(url=url, title="News", entries=2),)


def test_a_feed_that_has_moved_for_good_is_taken_where_it_is(site):
    new = site.answer("/new.xml", rss("a"))
    old = site.answer("/old.xml", status="301 Moved Permanently", Location=new)
    assert found(old) == [new]


def test_the_feeds_that_a_page_names_come_in_its_order(site):
    first, second = site.answer("/b.xml", rss("b")), site.answer("/a.xml", rss("a"))
    atom = '<link REL="feed Alternate" type="Application/Atom+xml; charset=utf-8" href=../a.xml>'
    assert found(page(site, f'<link {RSS} href="/b.xml">{atom}')) == [first, second]


def test_links_are_relative_to_the_base_of_the_page(site):
    url = site.answer("/news/feed.xml", rss("a"))
    assert found(page(site, f'<base href="/news/"><link {RSS} href="feed.xml">')) == [url]


def test_a_link_that_leads_to_no_feed_is_left_out(site):
    url = site.answer("/a.xml", rss("a"))
    site.answer("/wp-json", b"{}")
    head = f'<link rel="alternate" type="application/json" href="/wp-json"><link {RSS} href="/a.xml">'
    assert found(page(site, head)) == [url]


@pytest.mark.parametrize("path", ["/feed", "/rss.xml", "/atom.xml", "/index.xml"])
def test_without_links_the_well_known_paths_are_tried(site, path):
    url = site.answer(path, rss("a"))
    assert found(page(site, "")) == [url]


def test_the_first_well_known_path_ends_the_search(site):
    site.answer("/atom.xml", rss("a"))
    assert found(page(site, "")) == [site.url("/atom.xml")]
    assert [request.path for request in site.requests] == ["/blog/", "/feed", "/rss.xml", "/atom.xml"]


def test_a_page_without_a_feed(site):
    assert problem(page(site, "")) == (
        'the server answered with a web page ("Acme"): check the URL or the log-in. '
        "The page names no feed, and there is none at /feed, /rss.xml, /atom.xml, /index.xml"
    )


def test_a_page_whose_feed_cannot_be_read(site):
    assert "The feed that the page names cannot be read (the server answered 404" in problem(
        page(site, f'<link {RSS} href="/gone.xml">')
    )


def test_what_cannot_be_fetched_is_told_with_its_remedy(site):
    assert problem(site.url("/nothing")) == "the server answered 404, there is nothing at this URL: check it"


def test_private_addresses_are_refused_unless_allowed(site):
    assert "is not a public address" in problem(site.answer("/feed.xml", rss("a")), allow_private=False)
    assert site.requests == []


def links_of(html: str) -> list[str]:
    body = html.encode()
    return list(
        links(
            Document(
                body=body,
                content_type=None,
                etag=None,
                last_modified=None,
                url="https://x.example/p",
                moved_to=None,
                cache_control=None,
            )
        )
    )


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "file:///etc/passwd", "https://a:b@x.example/", "https://[x", "http://", "", " "]
)
def test_a_link_that_cannot_be_a_feed_is_not_followed(href: str) -> None:
    assert [url for url in links_of(f'<link {RSS} href="{href}">') if url != "https://x.example/p"] == []


def test_a_page_cannot_send_us_to_any_number_of_places() -> None:
    assert len(links_of("".join(f'<link {RSS} href="/{number}">' for number in range(1000)))) == 20


@pytest.mark.parametrize("html", ["", "\0", "<", "<link", f"<link {RSS}>", "<base href='http://[x'>"])
def test_a_page_that_is_broken_has_no_links(html: str) -> None:
    assert links_of(html) == []


@pytest.mark.parametrize(
    ("page_url", "feed"),
    [
        ("https://www.youtube.com/channel/UC123/videos", "https://www.youtube.com/feeds/videos.xml?channel_id=UC123"),
        ("https://old.reddit.com/r/startups/", "https://www.reddit.com/r/startups/new/.rss"),
        ("https://github.com/acme/tool.js/releases", "https://github.com/acme/tool.js/releases.atom"),
        ("https://github.com/acme/tool.js", None),
        ("https://www.reddit.com/r/startups/comments/1", None),
    ],
)
def test_services_that_derive_the_feed_from_the_page(page_url: str, feed: str | None) -> None:
    assert feed_of_service(page_url) == feed
