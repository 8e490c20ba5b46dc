"""What services that write alerts add to the news, taken out again: one function a service.

Each gets an item as written and returns what the item is about: the article's own link and title,
the words without boilerplate, and facts that no text holds. Google's and Bing's link wrappers are
undone for all feeds by `core.text.web_url`; YouTube needs nothing, its text is in media:description.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import islice
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from listener.core.text import html_to_text, normalise, sentences, web_url
from listener.sources.items import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFeed:
    """A service, how its feeds are recognised, and how an item of theirs is cleaned."""

    feed: re.Pattern[str]  # matches the beginning of the feed's URL
    item: re.Pattern[str]  # matches the beginning of the guid or a link of its first item, wherever the feed is
    clean: Callable[[Item, str], Item]  # the second argument is the feed's title


def cleaned(items: Sequence[Item], *, feed_url: str, feed_title: str | None) -> Sequence[Item]:
    """The items of a feed without the additions of the service that wrote it; as they are for all other feeds."""
    service = _service(feed_url, items[0]) if items else None
    return [service.clean(item, feed_title or "") for item in items] if service else items


def _service(feed_url: str, item: Item) -> AlertFeed | None:
    names = [name for name in (item.guid, *item.links) if name]
    for service in _SERVICES:
        if service.feed.match(feed_url) or any(service.item.match(name) for name in names):
            return service
    return None


# --------------------------------------------------------------------------- Google Alerts, Google News, Bing News

_MAX_LINE_CHARS = 1_000  # of a title that is looked at
_MAX_PUBLISHER_CHARS = 40
_NOT_IN_HOSTS = re.compile(r"[\W_]+", re.ASCII)


def _google_alert(item: Item, _: str) -> Item:
    """`Acme opens new office - The Daily`: the tail is the publisher where the article's host agrees.

    Google names the publisher in no other place, leaves it out at will, and many titles have a dash of their own: so
    the title stays whole. The tail agrees with the host when its letters, each of its words or its initials are in
    it: Yahoo Finance at finance.yahoo.com, Wall Street Journal at wsj.com. Known exception: a publisher whose host is
    named otherwise is not seen.
    """
    tail = _plain(item.title).rpartition(" - ")[2]
    link = next(filter(None, map(web_url, item.links)), "")
    known = len(tail) <= _MAX_PUBLISHER_CHARS and _is_at(tail, link)
    return replace(item, publisher=tail) if known else item


def _is_at(publisher: str, link: str) -> bool:
    host = _NOT_IN_HOSTS.sub("", (urlsplit(link).hostname or "").removeprefix("www."))
    words = [word for word in _NOT_IN_HOSTS.split(publisher.lower()) if word and word != "the"]
    letters = "".join(words)
    initials = "".join(word[0] for word in words)
    if len(letters) < 3 or not publisher[0].isupper():
        return False
    return all(word in host for word in words) or (len(initials) > 2 and host.startswith(initials))


_FONT = re.compile(r"<font [^<>]*>[^<]*</font>")  # around each publisher


def _google_news(item: Item, _: str) -> Item:
    """`Title - Publisher`, the publisher again in <source>; the text repeats both. The links lead there by redirect."""
    title = _plain(item.title)
    if item.publisher:
        title = title.removesuffix(f" - {_plain(item.publisher)}")
    texts = (_FONT.sub("", text) for text in item.texts)
    return replace(item, title=escape(title), texts=tuple(text for text in texts if _plain(text) not in title))


def _bing_news(item: Item, _: str) -> Item:
    """The publisher is in News:Source, which the readers know; only the link is wrapped."""
    return item


# --------------------------------------------------------------------------- Reddit, Hacker News, Mastodon

_SUBMITTED_BY = re.compile(r"submitted by(?:&#32;|\s)*<a href=\"[^\"]*/user/([^\"/]*)\".*", re.DOTALL)
_LINKED = re.compile(r"<a href=\"([^\"]+)\">\s*\[link\]\s*</a>")
_NO_ARTICLE = re.compile(  # a post on Reddit, a picture, a film
    r"https?://(?:[\w-]+\.)*(?:reddit\.com|redd\.it|redditmedia\.com|imgur\.com|gfycat\.com|youtube\.com|youtu\.be)/"
    r"|.*\.(?:jpe?g|png|gifv?|webp|mp4)(?:\?.*)?$"
)


def _reddit(item: Item, _: str) -> Item:
    """The link leads to the article that was posted, if any; the comments and who posted it are facts."""
    facts: dict[str, str] = {}
    links = item.links
    texts = []
    for text in item.texts:
        author, linked = _SUBMITTED_BY.search(text), _LINKED.search(text)
        if author:
            facts["author"] = author[1]
        if linked and links and not _NO_ARTICLE.match(linked[1]):
            facts["comments"] = item.links[0]
            links = (unescape(linked[1]), *item.links)
        texts.append(_SUBMITTED_BY.sub("", text, count=1))
    return replace(item, links=links, texts=tuple(texts), facts=facts)


_ARTICLE_URL = re.compile(r"<p>Article URL: <a href=\"([^\"]+)\">[^<]*</a></p>")
_COMMENTS_URL = re.compile(r"<p>Comments URL: <a href=\"([^\"]+)\">[^<]*</a></p>")
_COMMENTS_LINK = re.compile(r"<a href=\"([^\"]+)\">Comments</a>")
_COUNTS = re.compile(r"<p>(?:Points|# Comments): \d+</p>|<hr ?/?>\s*\Z")


def _hacker_news(item: Item, _: str) -> Item:
    """The official feed has a link to the comments for text, hnrss.org a table of links and counts below it."""
    facts: dict[str, str] = {}
    links = item.links
    texts = []
    for text in item.texts:
        article = _ARTICLE_URL.search(text)
        comments = _COMMENTS_URL.search(text) or _COMMENTS_LINK.fullmatch(text.strip())
        if article:
            links = (unescape(article[1]), *item.links)
        if comments:
            facts["comments"] = unescape(comments[1])
        for boilerplate in (_ARTICLE_URL, _COMMENTS_URL, _COUNTS, _COMMENTS_LINK):
            text = boilerplate.sub("", text).rstrip()
        texts.append(text)
    return replace(item, links=links, texts=tuple(texts), facts=facts)


def _mastodon(item: Item, _: str) -> Item:
    """A toot has no title: its first sentence serves."""
    text = _plain_text(item.texts[0]) if item.texts else ""
    if item.title or not text:
        return item
    start, end = sentences(text)[0]
    return replace(item, title=escape(text[start:end]))


# --------------------------------------------------------------------------- SEC EDGAR

_FILING = re.compile(r"(?P<form>\S.*?) +- (?P<name>.*?)(?: \((?P<cik>\d{10})\))?(?: \((?P<role>[A-Z][\w ]*)\))?")
_FILER_IN_FEED_TITLE = re.compile(r"(.+?)\s*\(\d{10}\)\s*(?:Filings)?")
_STATE = re.compile(r"\s*/[A-Za-z]{2,4}/?\s*$")  # told apart from a namesake: "Luminar Technologies, Inc./DE"
_ITEM_LINE = re.compile(r"Item (\d[\w.]{0,5}): (.*)")
_MAX_ITEMS = 40  # both forms together have about as many
_ITEM_NUMBERS = re.compile(r"\bitems? ((?:\d{1,2}\.\d\d(?:, and |, | and )?)+)", re.IGNORECASE)
_EVENTS = {  # the SEC's words for the items of form 8-K
    "1.01": "Entry into a Material Definitive Agreement",
    "1.02": "Termination of a Material Definitive Agreement",
    "1.03": "Bankruptcy or Receivership",
    "1.05": "Material Cybersecurity Incidents",
    "2.01": "Completion of Acquisition or Disposition of Assets",
    "2.02": "Results of Operations and Financial Condition",
    "2.03": "Creation of a Direct Financial Obligation or an Obligation under an Off-Balance Sheet Arrangement",
    "2.05": "Costs Associated with Exit or Disposal Activities",
    "2.06": "Material Impairments",
    "3.01": "Notice of Delisting or Failure to Satisfy a Continued Listing Rule or Standard; Transfer of Listing",
    "3.02": "Unregistered Sales of Equity Securities",
    "4.01": "Changes in Registrant's Certifying Accountant",
    "5.01": "Changes in Control of Registrant",
    "5.02": "Departure of Directors or Certain Officers; Election of Directors; Appointment of Certain Officers",
    "5.03": "Amendments to Articles of Incorporation or Bylaws; Change in Fiscal Year",
    "7.01": "Regulation FD Disclosure",
    "8.01": "Other Events",
    "9.01": "Financial Statements and Exhibits",
}
_FORMS = {"D": "Notice of Exempt Offering of Securities", "8-K": "Current Report"}


def _sec_filing(item: Item, feed_title: str) -> Item:
    """`8-K - ACME CORP (0001234567) (Filer)`, `8-K - Current report` in a feed of one company.

    The text becomes "ACME CORP files Form 8-K" and a line for each item with the SEC's words, without dates and sizes;
    company, form and item numbers are facts. A filing is listed under one id for each of its parties and again for
    each of their roles: link and role are added to the id, or the filer could be lost behind a depositor.
    """
    found = _FILING.fullmatch(_plain(item.title))
    party = (item.guid, *item.links[:1], found["role"] if found else None)
    item = replace(item, guid=" ".join(filter(None, party)) if item.guid else None)
    if found is None:
        return item
    form = found["form"]
    own_feed = None if found["cik"] else _FILER_IN_FEED_TITLE.fullmatch(_plain(feed_title))
    company = _STATE.sub("", own_feed[1] if own_feed else found["name"])
    is_filer = own_feed is not None or found["role"] == "Filer"
    events = _events(_plain_text(max(item.texts, key=len, default="")))
    words = _FORMS.get(form.removesuffix("/A"))
    lines = [f"{company} files Form {form}" + (f": {words}" if words else "")] if is_filer else []
    lines += [f"Item {number}: {event}" for number, event in events.items()]
    facts = {"form": form, "items": ", ".join(events), "company": company if is_filer else ""}
    return replace(
        item,
        texts=(escape("\n\n".join(lines)),),
        facts={key: value for key, value in facts.items() if value},
    )


def _events(text: str) -> dict[str, str]:
    """Item numbers with their words, in the order of the filing."""
    events = {found[1]: found[2] for found in _ITEM_LINE.finditer(text)}
    for numbers in _ITEM_NUMBERS.finditer(text):
        for number in re.findall(r"\d{1,2}\.\d\d", numbers[1]):
            events.setdefault(number, _EVENTS.get(number, "Other"))
    return dict(islice(events.items(), _MAX_ITEMS))


# --------------------------------------------------------------------------- the table


def _plain_text(html: str) -> str:
    return normalise(html_to_text(html))


def _plain(html: str) -> str:
    return _plain_text(html).replace("\n", " ")[:_MAX_LINE_CHARS]


_SERVICES = tuple(
    AlertFeed(feed=re.compile(feed), item=re.compile(item), clean=clean)
    for feed, item, clean in (
        (
            r"https?://(?:www\.)?google\.[a-z.]{2,6}/alerts/feeds/",
            r"tag:google\.com,2013:googlealerts/feed:",
            _google_alert,
        ),
        (r"https?://news\.google\.com/", r"https?://news\.google\.com/(?:rss/)?articles/", _google_news),
        (r"https?://(?:www\.)?bing\.com/news/", r"https?://(?:www\.)?bing\.com/news/apiclick\.aspx", _bing_news),
        (r"https?://(?:[a-z]+\.)?reddit\.com/", r"https?://(?:www\.|old\.)?reddit\.com/r/\w+/comments/", _reddit),
        (
            r"https?://(?:hnrss\.org/|news\.ycombinator\.com/)",
            r"https?://news\.ycombinator\.com/item\?id=",
            _hacker_news,
        ),
        (r"https?://[^/]+/(?:@[\w.-]+|tags/[^/]+)\.rss", r"https?://[^/]+/@[\w.@-]+/\d+$", _mastodon),
        (
            r"https?://(?:www\.)?sec\.gov/cgi-bin/browse-edgar",
            r"urn:tag:sec\.gov,2008:accession-number=",
            _sec_filing,
        ),
    )
)
