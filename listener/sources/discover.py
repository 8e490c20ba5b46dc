"""Finding the feeds of a web page.

In this order: the URL itself; the feed's address where a service derives it from that of the page; the links in
the page's head that say that they are feeds; the paths where feeds are by custom. Whatever is found was fetched
and read as a feed.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from listener.model import FeedRequest, FetchFailed, NotModified, Unfinished
from listener.sources.http import Document, Fetcher, FetchLimits
from listener.sources.parse import ParsedFeed, parse

WELL_KNOWN_PATHS = ("/feed", "/rss.xml", "/atom.xml", "/index.xml")
"""WordPress, then what most site generators write."""
_MAX_LINKS = 20  # of one page; a page with more is a directory, or means ill
_FEED_TYPES = frozenset(
    (
        *("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"),
        *("application/xml", "text/xml", "application/json"),
    )
)
_SERVICES = (  # page -> feed, for pages that do not name their feed, or not the useful one
    (
        r"https?://(?:www\.|m\.)?youtube\.com/channel/([\w-]+)/?.*",
        r"https://www.youtube.com/feeds/videos.xml?channel_id=\1",
    ),
    (r"https?://(?:www\.|old\.|new\.)?reddit\.com/r/(\w+)/?", r"https://www.reddit.com/r/\1/new/.rss"),
    (r"https?://(?:www\.)?github\.com/([\w.-]+/[\w.-]+)/releases/?", r"https://github.com/\1/releases.atom"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed that was fetched and read."""

    url: str  # where it is to be polled
    title: str | None  # of the feed, from outside; None: it has none
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingFound:
    """There is no feed, and why, in words an operator can act on."""

    message: str


def discover(url: str, limits: FetchLimits, *, allow_private: bool) -> tuple[FoundFeed, ...] | NothingFound:
    """The feeds at `url` or of the page at `url`, best first.

    Never raises. Must not be called from a running event loop.
    """
    return asyncio.run(_discover(url, limits, allow_private=allow_private))


async def _discover(url: str, limits: FetchLimits, *, allow_private: bool) -> tuple[FoundFeed, ...] | NothingFound:
    async with Fetcher(limits) as fetcher:
        look = _Look(fetcher, allow_private=allow_private)
        if (known := feed_of_service(url)) and isinstance(found := await look.at(known), FoundFeed):
            return (found,)
        answer = await look.fetch(url)
        if not isinstance(answer, Document):
            return answer
        read = _read(url, answer)
        if isinstance(read, FoundFeed):
            return (read,)
        return await look.beneath(answer, read)


class _Look:
    """Fetches candidates and reads them."""

    def __init__(self, fetcher: Fetcher, *, allow_private: bool) -> None:
        self._fetcher, self._allow_private = fetcher, allow_private

    async def fetch(self, url: str) -> Document | NothingFound:
        answer = await self._fetcher.fetch(FeedRequest(feed_id=0, url=url, allow_private=self._allow_private))
        match answer:
            case Document():
                return answer
            case FetchFailed(message=message):
                return NothingFound(message=message)
            case NotModified() | Unfinished():  # never: nothing was asked conditionally, and all the time is given
                return NothingFound(message="the server answered 304 to a plain request: tell its operator")

    async def at(self, url: str) -> FoundFeed | NothingFound:
        answer = await self.fetch(url)
        return _read(url, answer) if isinstance(answer, Document) else answer

    async def beneath(self, page: Document, read: NothingFound) -> tuple[FoundFeed, ...] | NothingFound:
        """The feeds that a page names, else the first one at a well-known path; `read` is why it is none itself."""
        named = await asyncio.gather(*map(self.at, links(page)))
        if feeds := _unique(found for found in named if isinstance(found, FoundFeed)):
            return feeds
        for path in WELL_KNOWN_PATHS:
            found = await self.at(urljoin(page.url, path))
            if isinstance(found, FoundFeed):
                return (found,)
        broken = next((found.message for found in named if isinstance(found, NothingFound)), None)
        names = f"The feed that the page names cannot be read ({broken})" if broken else "The page names no feed"
        return NothingFound(message=f"{read.message}. {names}, and there is none at {', '.join(WELL_KNOWN_PATHS)}")


def feed_of_service(url: str) -> str | None:
    """The feed of a page of YouTube, Reddit or GitHub, by its address alone; None: it is no such page."""
    for page, feed in _SERVICES:
        if found := re.fullmatch(page, url):
            return found.expand(feed)
    return None


def _read(url: str, document: Document) -> FoundFeed | NothingFound:
    parsed = parse(document.body, content_type=document.content_type, url=document.url, feed_lang=None)
    if not isinstance(parsed, ParsedFeed):
        return NothingFound(message=parsed.message)
    return FoundFeed(url=document.moved_to or url, title=parsed.title, entries=len(parsed.entries))


def _unique(feeds: Iterable[FoundFeed]) -> tuple[FoundFeed, ...]:
    """Each URL once: two links may lead to the same feed."""
    return tuple({feed.url: feed for feed in feeds}.values())


# --------------------------------------------------------------------------- links of a page


def links(page: Document) -> Sequence[str]:
    """The http(s) URLs that a page calls its feeds, in its order, each once and absolute. Never raises."""
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(page.body, parser)
    except (etree.LxmlError, ValueError):
        return ()
    if root is None:
        return ()
    base = next((_join(page.url, found.get("href")) for found in root.iter("base") if found.get("href")), None)
    hrefs = (link.get("href") for link in root.iter("link") if _is_feed_link(link.get("rel"), link.get("type")))
    found = (_join(base or page.url, href) for href in hrefs if href)
    return tuple(dict.fromkeys(url for url in found if url))[:_MAX_LINKS]


def _is_feed_link(rel: str | None, kind: str | None) -> bool:
    """A type with parameters is still that type; `rel` holds several words."""
    return "alternate" in (rel or "").lower().split() and (kind or "").partition(";")[0].strip().lower() in _FEED_TYPES


def _join(base: str, href: str) -> str | None:
    """An absolute http(s) URL without fragment; None where there is none, or where it has a login in it."""
    try:
        parts = urlsplit(urljoin(base, href.strip()))
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.username is None
        parts.port  # noqa: B018 - raises when it is none
    except ValueError:
        return None
    return parts._replace(fragment="").geturl() if usable and not re.search(r"\s", parts.geturl()) else None
