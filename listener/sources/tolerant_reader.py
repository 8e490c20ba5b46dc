"""Any RSS, Atom or RDF document as its items, however damaged, through feedparser.

Before feedparser sees it, what XML forbids is taken out, bare ampersands and HTML entities are
repaired and a partial last item is cut off; a repaired document mostly goes through feedparser's
strict reader.
"""

from __future__ import annotations

import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from html import unescape
from html.entities import html5
from io import BytesIO
from typing import Any
from urllib.parse import urljoin
from xml.sax.saxutils import escape

from listener.core.text import html_to_text, normalise
from listener.model import FailureKind
from listener.sources.dates import FIRST_YEAR, read_date, zone_of
from listener.sources.encoding import NOT_XML, without_controls
from listener.sources.items import Channel, Item, ParseProblem, no_feed

FEED_START = re.compile(r"<(?:\w{1,20}:)?(?:rss|feed|rdf)(?=[\s>/])", re.IGNORECASE)
JUNK_CHARS = 5_000  # how far into a document its feed may begin, behind warnings of a broken server
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)[^>]*(>?)")
_ITEM_END = re.compile(r"</(?:\w{1,20}:)?(?:item|entry)\s*>")
_HTML_ROOTS = frozenset(("html", "head", "body", "meta", "title", "script", "div", "p", "br", "b", "h1", "center"))
_HTML_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#(\d{1,7});|#[xX]([0-9a-fA-F]{1,6});|([A-Za-z][A-Za-z0-9]{0,31};))?")
_MANY_ATTRIBUTES = re.compile(  # feedparser's work grows with their square
    r"""<[^\s<>!?/]++(?:\s++[^\s=<>]++\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+')){200}"""
)
_TAG = re.compile(r"<\w[^<>]*+>")
_BASE = re.compile(r"""\s(?:xml:)?base\s*=\s*("[^"<]*"|'[^'<]*')""")
_XML_ENTITIES = frozenset(("amp;", "lt;", "gt;", "quot;", "apos;"))


def read_tolerantly(document: str) -> Channel | ParseProblem:
    """Read a document that begins with its root element, or with the junk of a broken server in front of it.

    Its DTD must be gone. One that breaks off gives its complete items.
    """
    content = without_controls(document)
    if not content:
        return ParseProblem(kind=FailureKind.EMPTY, message="the server answered with an empty document: check the URL")
    start = FEED_START.search(content, 0, JUNK_CHARS)
    xml = content[start.start() :] if start else content
    root = _ROOT.match(xml)
    if root is None or (start is None and root[1].lower() in _HTML_ROOTS) or _MANY_ATTRIBUTES.search(xml):
        return _no_feed(content)
    complete = root[0].endswith("/>") or f"</{root[1]}" in xml
    xml = _up_to_end(xml, root[1]) if complete else _complete_items(xml, root[1])
    if not xml:
        return no_feed("the document breaks off before its first complete entry: it is asked again")
    try:
        return _read_with_feedparser(_repaired(xml), complete=complete) or _no_feed(content)
    except Exception as error:  # feedparser stumbles over elements in impossible places: KeyError and others
        return no_feed(f"the feed is too damaged to be read ({type(error).__name__}): tell its publisher")


def _up_to_end(xml: str, root: str) -> str:
    """Without what follows the end of the root element: scripts and comments of the server."""
    end = xml.rfind(f"</{root}")
    return xml if end < 0 else f"{xml[:end]}</{root}>"


def _complete_items(xml: str, root: str) -> str:
    """A document that breaks off, up to its last complete item and closed again; "" without any."""
    ends = [end.end() for end in _ITEM_END.finditer(xml)]
    if not ends:
        return ""
    return xml[: ends[-1]] + ("</channel></rss>" if root == "rss" else f"</{root}>")


def _repaired(xml: str) -> str:
    """With every bare "&" escaped and every HTML entity replaced, outside CDATA: "AT&T" is well-formed then."""
    pieces: list[str] = []
    position = 0
    while (start := xml.find("<![CDATA[", position)) >= 0:
        end = xml.find("]]>", start)
        if end < 0:
            break
        pieces += _REFERENCE.sub(_reference, xml[position:start]), xml[start : end + 3]
        position = end + 3
    pieces.append(_REFERENCE.sub(_reference, xml[position:]))
    return "".join(pieces)


def _reference(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if decimal or hexadecimal:
        code = int(decimal) if decimal else int(hexadecimal, 16)
        return found[0] if code < 0x110000 and not NOT_XML.match(chr(code)) else ""
    if name in _XML_ENTITIES:
        return found[0]
    if name in html5:
        return escape(html5[name])
    return "&amp;" + found[0][1:]


def _no_feed(content: str) -> ParseProblem:
    root = _ROOT.match(content)
    title = _HTML_TITLE.search(content, 0, 100_000)
    if root is None:
        what = f'something that is no feed ("{_words(content[:200])[:60]}")'
    elif root[1].lower() in _HTML_ROOTS:
        what = f'a web page ("{_words(title[1])[:80]}")' if title else "a web page"
    else:
        what = f"XML (<{root[1][:40]}>) that is no feed"
    return no_feed(f"the server answered with {what}: check the URL or the log-in")


def _words(html: str) -> str:
    return normalise(html_to_text(html)).replace("\n", " ")


# --------------------------------------------------------------------------- feedparser


def _read_with_feedparser(xml: str, *, complete: bool) -> Channel | None:
    """None: feedparser sees no feed in it. No base URL is given to it: it would resolve guids as well."""
    import feedparser  # type: ignore[import-untyped]

    found = feedparser.parse(
        BytesIO(_TAG.sub(_with_usable_base, xml).encode()),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not found["version"] and not found["entries"]:
        return None
    feed = found["feed"]
    lang, zone = _string(feed, "language"), zone_of(_string(feed, "published"), _string(feed, "updated"))
    return Channel(
        title=_string(feed, "title"),
        items=tuple(_item(entry, lang, zone) for entry in found["entries"]),
        complete=complete,
    )


def _with_usable_base(tag: re.Match[str]) -> str:
    return _BASE.sub(_usable_base, tag[0])


def _usable_base(found: re.Match[str]) -> str:
    """Without a base that is no address, for which feedparser would give up every address under it."""
    try:
        urljoin(unescape(found[1][1:-1]), "page")
    except ValueError:
        return ""
    return found[0]


def _item(entry: dict[str, Any], feed_lang: str | None, zone: tzinfo) -> Item:
    # dict.get: FeedParserDict.get invents values (updated from published, link from guid).
    contents: list[dict[str, str]] = dict.get(entry, "content") or []
    texts = [_string(content, "value") for content in contents if _is_text(content)]
    details = [*contents, dict.get(entry, "title_detail") or {}]
    moments = (_moment(entry, name, zone) for name in ("published", "updated", "created"))
    return Item(
        guid=normalise(_string(entry, "id") or "") or None,
        links=tuple(_links(dict.get(entry, "links") or [])),
        title=_string(entry, "title") or "",
        texts=tuple(text for text in (*texts, _string(entry, "summary")) if text),
        publisher=_publisher(entry),
        author=_author(entry),
        lang=next((lang for detail in details if (lang := _string(detail, "language"))), feed_lang),
        published_at=next((moment for moment in moments if moment), None),
    )


def _publisher(entry: dict[str, Any]) -> str | None:
    names = (_string(entry, "publisher"), _string(entry, "news_source"))  # News:Source, by Bing
    return _string(dict.get(entry, "source") or {}, "title") or next((name for name in names if name), None)


def _author(entry: dict[str, Any]) -> str | None:
    """The first author; feedparser has taken a mail address apart from the name."""
    authors = dict.get(entry, "authors") or []
    return next((name for author in authors for key in ("name", "email") if (name := _string(author, key))), None)


def _is_text(content: Mapping[str, str]) -> bool:
    kind = content.get("type", "")
    return kind.startswith("text/") or kind.endswith(("xml", "html"))


def _links(links: list[dict[str, str]]) -> Iterator[str]:
    """The page of an item: alternate links, HTML before others; then related ones."""
    for wanted in ("alternate", "related"):
        found = [link for link in links if link.get("rel") == wanted and link.get("href")]
        yield from (link["href"] for link in sorted(found, key=lambda link: "html" not in link.get("type", "html")))


def _moment(entry: dict[str, Any], name: str, zone: tzinfo) -> datetime | None:
    moment = read_date(_string(entry, name), zone)
    parsed = dict.get(entry, f"{name}_parsed")  # by feedparser, which knows Korean and Hungarian ones too
    if moment or not parsed:
        return moment
    try:
        moment = datetime.fromtimestamp(timegm(parsed), UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year >= FIRST_YEAR else None


def _string(values: dict[str, Any], key: str) -> str | None:
    value = dict.get(values, key)
    return value if isinstance(value, str) and value else None
