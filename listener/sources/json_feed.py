"""JSON Feed 1.0 and 1.1."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from listener.core.text import normalise
from listener.sources.dates import read_date
from listener.sources.encoding import without_controls
from listener.sources.items import Channel, Item, ParseProblem, no_feed

_ITEMS = re.compile(r'"items"\s*:\s*\[')
_BETWEEN_ITEMS = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder(strict=False)


def read_json_feed(document: str) -> Channel | ParseProblem:
    """Read a document that begins with "{". What has the wrong type in it is passed over.

    One that breaks off gives its complete items.
    """
    document = without_controls(document)
    feed = _decoded(document)
    complete = feed is not None
    if feed is None:
        feed = _complete_part(document)
    if not isinstance(feed, dict) or "jsonfeed.org/version/" not in str(feed.get("version")):
        return no_feed("the server answered with JSON that is no JSON Feed: check the URL")
    items = feed["items"] if isinstance(feed.get("items"), list) else []
    if not (complete or items):
        return no_feed("the document breaks off before its first complete entry: it is asked again")
    lang = _string(feed, "language")
    return Channel(
        title=_string(feed, "title"),
        items=tuple(_item(item, lang) for item in items if isinstance(item, dict)),
        complete=complete,
    )


def _decoded(document: str) -> Any:
    """None: it is no JSON."""
    try:
        return _DECODER.decode(document)
    except (ValueError, RecursionError):
        return None


def _complete_part(document: str) -> Any:
    """A document that breaks off, up to its last complete item; None: it is none, or breaks off before the first."""
    items = _ITEMS.search(document)
    feed = _decoded(f'{document[: items.start()]}"items": []}}') if items else None
    return {**feed, "items": list(_items_from(document, items.end()))} if items and isinstance(feed, dict) else None


def _items_from(document: str, position: int) -> Iterator[Any]:
    while found := _BETWEEN_ITEMS.match(document, position):
        try:
            item, position = _DECODER.raw_decode(document, found.end())
        except (ValueError, RecursionError):
            return
        yield item


def _item(item: dict[str, Any], feed_lang: str | None) -> Item:
    guid = item.get("id")
    texts = (_string(item, name) for name in ("content_html", "content_text", "summary"))
    links = (_string(item, name) for name in ("url", "external_url"))
    return Item(
        guid=normalise(str(guid)) if isinstance(guid, str | int | float) else None,  # the standard: coerce numbers
        links=tuple(link for link in links if link),
        title=_string(item, "title") or "",
        texts=tuple(text for text in texts if text),
        publisher=None,
        author=_author(item),
        lang=_string(item, "language") or feed_lang,
        published_at=read_date(_string(item, "date_published")) or read_date(_string(item, "date_modified")),
    )


def _author(item: dict[str, Any]) -> str | None:
    """The first of `authors`, the `author` of version 1.0."""
    authors = item.get("authors")
    authors = authors if isinstance(authors, list) else [item.get("author")]
    return next((name for author in authors if isinstance(author, dict) and (name := _string(author, "name"))), None)


def _string(values: dict[str, Any], key: str) -> str | None:
    value = values.get(key)
    return value if isinstance(value, str) and value else None
