"""Lists of feeds as other feed readers write and read them: OPML 2.0."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from listener.model import FeedSpec

_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,100}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']""")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_A_FEED = {
    "opportunities": "names a web page and no feed; `listener feeds add` may find one there",
    "lists": "names another list; save that one and import it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of a list."""

    feed: FeedSpec  # url as written, not checked; folders and categories are its tags
    line: int | None  # where its URL first stands, counted from 1; None: it is spelled in a way that is not found
    problem: str | None  # why it is no feed; None: it is one


def read_opml(document: bytes) -> tuple[Listed, ...] | None:
    """What an OPML document lists, feeds first; each URL once, with the tags of all its folders. None: it is no OPML.

    Reads what is not well-formed as far as possible, and fetches nothing.
    """
    import listparser

    text = _decode(document)
    # As bytes: a str that begins with http:// would be fetched. As ASCII: UTF-8 is sometimes read as Latin-1.
    found = listparser.parse(text.encode("ascii", "xmlcharrefreplace"))
    if not found["version"].startswith("opml"):
        return None
    kinds = (("feeds", None), *_NOT_A_FEED.items())
    return tuple(
        Listed(feed=_spec(outline), line=_line_of(outline["url"], text), problem=problem)
        for kind, problem in kinds
        for outline in found[kind]
    )


def _decode(document: bytes) -> str:
    """The document as text; listparser would guess its encoding, whatever the declaration says."""
    declared = _DECLARED.match(document)
    encoding = declared[1].decode() if declared else "utf-8-sig"
    if document.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    try:
        return document.decode(encoding)
    except (LookupError, ValueError):
        return document.decode("utf-8-sig", "replace")


def _spec(outline: dict[str, object]) -> FeedSpec:
    paths = outline["categories"]
    folders = [folder for path in paths for folder in path] if isinstance(paths, list) else []
    tags = dict.fromkeys(filter(None, (" ".join(folder.split()) for folder in folders)))
    return FeedSpec(url=str(outline["url"]), name=" ".join(str(outline["title"]).split()) or None, tags=tuple(tags))


def _line_of(url: str, text: str) -> int | None:
    """listparser does not tell the line, so the URL is looked for as an attribute."""
    attributes = (f"{quote}{spelling}{quote}" for spelling in {url, escape(url)} for quote in "\"'")
    found = [position for attribute in attributes if (position := text.find(attribute)) >= 0]
    return text.count("\n", 0, min(found)) + 1 if found else None


def write_opml(feeds: Sequence[FeedSpec]) -> str:
    """An OPML 2.0 document: a folder for each tag, a feed in each of its folders, those without tags behind them."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = "Feeds of listener"
    body = ET.SubElement(root, "body")
    for tag in sorted({tag for feed in feeds for tag in feed.tags}):
        folder = ET.SubElement(body, "outline", text=_clean(tag))
        folder.extend(_outlines(feed for feed in feeds if tag in feed.tags))
    body.extend(_outlines(feed for feed in feeds if not feed.tags))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _outlines(feeds: Iterable[FeedSpec]) -> list[ET.Element]:
    names = ((feed, _clean(feed.name or feed.url)) for feed in feeds)
    return [ET.Element("outline", type="rss", text=name, title=name, xmlUrl=_clean(feed.url)) for feed, name in names]


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)
