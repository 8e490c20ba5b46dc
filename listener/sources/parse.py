"""A feed's document as entries: the entry point to the readers of all formats.

A document whose DTD would read files or explode is refused; every other loses its DTD. A well-formed one
of a known kind is read by `fast_reader`, JSON Feed by `json_feed`, everything else by
`tolerant_reader`; the readers agree on what a feed says. `alert_feeds` takes out what the services
that write feeds add to the news, and what is left is normalised here.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from listener.core.text import canonical_url, html_to_text, language_code, linked_hosts, normalise, web_url
from listener.model import FailureKind, ParsedEntry
from listener.sources.alert_feeds import cleaned
from listener.sources.encoding import decode
from listener.sources.fast_reader import read_fast
from listener.sources.items import Channel, Item, ParseProblem
from listener.sources.json_feed import read_json_feed
from listener.sources.tolerant_reader import FEED_START, JUNK_CHARS, read_tolerantly

__all__ = ["ParseProblem", "ParsedFeed", "entries_of", "parse", "without_prolog"]

_MAX_TEXT_CHARS = 20_000  # an article; what is longer is a list or a whole site
_MAX_LINE_CHARS = 1_000  # of a title or a name
_MAX_URL_CHARS = 4_000  # browsers and servers stop earlier
_MAX_UID_CHARS = 500  # longer guids are hashed
_MAX_ITEMS = 5_000  # of one document; the largest of 670 collected feeds has 1,000
_MAX_TEXTS = 4  # content and summary elements that are looked at in one entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a document says."""

    title: str | None  # None: it has none
    entries: tuple[ParsedEntry, ...]  # in the document's order, each uid once
    complete: bool  # False: the document breaks off; its last, partial item is not among the entries
    left_out: int = 0  # items of a document that has too many


def parse(body: bytes, *, content_type: str | None, url: str, feed_lang: str | None) -> ParsedFeed | ParseProblem:
    """Read a feed. Deterministic; never raises.

    `url` is where the document was found, for relative links. `feed_lang` is the language by
    configuration and wins over what the document says; None: as the document says. The content
    type decides nothing but the encoding of a document that does not name it.
    """
    try:
        found = _read(decode(body, content_type))
        if isinstance(found, ParseProblem):
            return found
        return entries_of(found, url=url, feed_lang=feed_lang)
    except Exception as error:
        message = f"our reader failed on it ({type(error).__name__}): please report the feed's URL"
        return ParseProblem(kind=FailureKind.CRASHED, message=message)


_PROLOG = re.compile(  # XML declaration, DTD, comments
    r"\A(?:\s++|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*+(?:\[(?:[^\]\"']++|\"[^\"]*+\"|'[^']*+')*+\][^>]*+)?>)*+",
    re.DOTALL | re.IGNORECASE,
)


_ENTITY = re.compile(
    r"<!ENTITY\s+(?P<parameter>%\s+)?(?P<name>[^\s\"'>]+)\s+"
    r"(?:(?P<outside>SYSTEM|PUBLIC)\b|\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)')",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"[&%]([^\s;&#%]+);")


def without_prolog(document: str) -> str:
    """An XML document without its declaration and DTD: it defines no entities any more."""
    return _PROLOG.sub("", document, count=1)


def _attack_in(document: str) -> str | None:
    """What a DTD would do that no feed needs, in words; None: nothing.

    Entities of entities multiply, and those from outside read files and other servers. The character entities of
    XHTML, which old feeds load by their PUBLIC name, are left alone: nothing is loaded here.
    """
    prolog = _PROLOG.match(document)
    entities = list(_ENTITY.finditer(prolog[0])) if prolog else []
    declared = {entity["name"] for entity in entities}
    for entity in entities:
        if (outside := entity["outside"]) and not (entity["parameter"] and outside.upper() == "PUBLIC"):
            return "reads from a file or another server"
        if declared.intersection(_REFERENCE.findall(entity["double"] or entity["single"] or "")):
            return "is made of other entities, which explodes"
    return None


def _read(document: str) -> Channel | ParseProblem:
    if document.startswith("{"):
        return read_json_feed(document)
    if attack := _attack_in(document):
        message = f"its DTD declares an entity that {attack}: nothing of it is read, tell its operator"
        return ParseProblem(kind=FailureKind.HOSTILE, message=message)
    content = without_prolog(document)
    start = FEED_START.search(content, 0, JUNK_CHARS)
    return (read_fast(content[start.start() :]) if start else None) or read_tolerantly(content)


# --------------------------------------------------------------------------- entries


def entries_of(channel: Channel, *, url: str, feed_lang: str | None) -> ParsedFeed:
    """What a reader found as entries: cleaned, normalised, identified. For `url` and `feed_lang` see `parse`."""
    langs = {lang: feed_lang or language_code(lang) for lang in {item.lang for item in channel.items}}
    kept = _newest(channel.items)
    items = cleaned(kept, feed_url=url, feed_title=channel.title)
    read = [(item.guid, fields) for item in items if (fields := _fields(item, url, langs[item.lang]))]
    vague = _vague_identities(read)
    entries: dict[str, ParsedEntry] = {}
    for guid, fields in read:
        uid = _uid(guid, fields, vague)
        if uid not in entries:
            entries[uid] = ParsedEntry(uid=uid, **fields)
    return ParsedFeed(
        title=_line(channel.title or "") or None,
        entries=tuple(entries.values()),
        complete=channel.complete,
        left_out=len(channel.items) - len(kept),
    )


def _newest(items: Sequence[Item]) -> Sequence[Item]:
    """As many as are taken of one document: the newest, and of those without a date the first."""
    if len(items) <= _MAX_ITEMS:
        return items
    oldest = datetime.min.replace(tzinfo=UTC)
    by_age = sorted(range(len(items)), key=lambda place: items[place].published_at or oldest, reverse=True)
    return [items[place] for place in sorted(by_age[:_MAX_ITEMS])]


def _fields(item: Item, feed_url: str, lang: str | None) -> dict[str, Any] | None:
    """All fields of the entry but its uid; None: there is nothing in the item."""
    title = _line(item.title)
    written = tuple(dict.fromkeys(item.texts[:_MAX_TEXTS]))
    texts = [normalise(html_to_text(text)) for text in written]
    text = max(texts, key=len, default="")[:_MAX_TEXT_CHARS].rstrip()
    link = _link(item, feed_url)
    if not (item.guid or title or text or link):
        return None
    return {
        "url": link,
        "canonical_url": canonical_url(link) if link else None,
        "title": title,
        "text": text,
        "publisher": (_line(item.publisher) if item.publisher else None) or None,
        "lang": lang,
        "published_at": item.published_at,
        "facts": {name: normalise(fact).replace("\n", " ")[:_MAX_LINE_CHARS] for name, fact in _facts(item).items()},
        "hosts": linked_hosts(" ".join(written)),
    }


_MAIL_AND_NAME = re.compile(r"\S+@\S+ \((?P<name>[^()]+)\)")  # as RSS asks for


def _facts(item: Item) -> dict[str, str]:
    """The item's facts, and its author: without mail address, and without Reddit's /u/."""
    author = _line(item.author) if item.author else ""
    named = _MAIL_AND_NAME.fullmatch(author)
    author = (named["name"] if named else author).removeprefix("/u/")
    return {**({"author": author} if author else {}), **item.facts}


def _vague_identities(read: Sequence[tuple[str | None, dict[str, Any]]]) -> set[str]:
    """Guids that stand for several links in this document, and links that guidless items with several titles share."""
    meanings: defaultdict[str, set[str | None]] = defaultdict(set)
    for guid, fields in read:
        if guid:
            meanings[guid].add(fields["url"])
        elif fields["url"]:
            meanings[fields["url"]].add(fields["title"])
    return {identity for identity, meant in meanings.items() if len(meant) > 1}


def _uid(guid: str | None, fields: dict[str, Any], vague: set[str]) -> str:
    """guid, else link, else a hash of what it says; never a date, which changes with every edit.

    A guid that several pages share is taken together with the link. A link that several items share,
    such as a site's one news page, is no identity.
    """
    uid = guid or fields["url"]
    if uid and uid in vague:
        uid = f"{guid} {fields['url']}" if guid else None
    if uid and len(uid) <= _MAX_UID_CHARS:
        return uid
    return "sha256:" + hashlib.sha256((uid or f"{fields['title']}\n{fields['text']}").encode()).hexdigest()


def _link(item: Item, feed_url: str) -> str | None:
    """The first link to a page; a guid only where it is a web address itself."""
    guids = (item.guid,) if item.guid and item.guid.lower().startswith(("http://", "https://")) else ()
    for candidate in (*item.links, *guids):
        candidate = candidate.strip()
        try:
            absolute = candidate.startswith(("https://", "http://"))
            link = web_url(candidate if absolute else urljoin(feed_url, candidate))
        except ValueError:
            continue
        if link and len(link) <= _MAX_URL_CHARS:
            return link
    return None


def _line(html: str) -> str:
    """Markup as one plain line."""
    return normalise(html_to_text(html)).replace("\n", " ")[:_MAX_LINE_CHARS].rstrip()
