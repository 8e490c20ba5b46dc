"""A feed's document as entries: RSS, Atom and RDF through feedparser, JSON Feed by ourselves.

The document is hostile and often damaged. Before feedparser sees it, it is decoded, its DTD is
dropped (no entity can explode or reach a file), bare ampersands and HTML entities are repaired and
a partial last item is cut off; a repaired document mostly goes through feedparser's strict reader.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from calendar import timegm
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from html.entities import html5
from io import BytesIO
from typing import Any
from urllib.parse import urljoin
from xml.sax.saxutils import escape

from listener.core.text import canonical_url, html_to_text, language_code, normalise, web_url
from listener.model import FailureKind, ParsedEntry

_MAX_TEXT_CHARS = 20_000  # an article; what is longer is a list or a whole site
_MAX_LINE_CHARS = 1_000  # of a title or a name
_MAX_URL_CHARS = 4_000  # browsers and servers stop earlier
_MAX_UID_CHARS = 500  # longer guids are hashed
_SHARED_GUID = "urn:tag:sec.gov,2008:accession-number="
_MAX_TEXTS = 4  # content and summary elements that are looked at in one entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a document says."""

    title: str | None  # None: it has none
    entries: tuple[ParsedEntry, ...]  # in the document's order, each uid once
    complete: bool  # False: the document breaks off; its last, partial item is not among the entries


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseProblem:
    """Why a document is no feed, in words an operator can act on."""

    kind: FailureKind
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """One item as a reader found it: strings as written, still HTML."""

    guid: str | None
    links: tuple[str, ...]  # best first, may be relative
    title: str
    texts: tuple[str, ...]  # of content and summary
    publisher: str | None
    lang: str | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Channel:
    """A document as a reader found it."""

    title: str | None
    items: tuple[_Item, ...]
    complete: bool = True


def parse(body: bytes, *, content_type: str | None, url: str, feed_lang: str | None) -> ParsedFeed | ParseProblem:
    """Read a feed. Deterministic; never raises.

    `url` is where the document was found, for relative links. `feed_lang` is the language by
    configuration and wins over what the document says; None: as the document says. The content
    type decides nothing but the encoding of a document that does not name it.
    """
    try:
        found = _read(_decode(body, content_type))
        if isinstance(found, ParseProblem):
            return found
        return _parsed(found, url=url, feed_lang=feed_lang)
    except Exception as error:
        message = f"our reader failed on it ({type(error).__name__}): please report the feed's URL"
        return ParseProblem(kind=FailureKind.CRASHED, message=message)


_EMPTY = ParseProblem(kind=FailureKind.EMPTY, message="the server answered with an empty document: check the URL")


def _read(document: str) -> _Channel | ParseProblem:
    if not document:
        return _EMPTY
    if document.startswith("{"):
        return _read_json(document)
    return _read_xml(document)


# --------------------------------------------------------------------------- encoding

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
)
_XML_ENCODING = re.compile(r"""<\?xml[^>]{0,100}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}
_NO_CHARSETS = frozenset(("idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7"))  # slow, or no charsets
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _decode(body: bytes, content_type: str | None) -> str:
    """The document as text that XML allows, without blanks around it.

    Bytes that are valid UTF-8 are UTF-8, whatever is declared: no other encoding yields that by
    chance. Else the XML declaration counts, then the HTTP header, then Windows-1252.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _clean(body.decode(encoding, "replace"))
    declared = _XML_ENCODING.match(body[:200].decode("latin-1").lstrip())
    header = _CHARSET.search(content_type or "")
    names = [match[1] for match in (declared, header) if match]
    first = [name for name in names if name.lower().startswith("iso-2022")]  # seven bits: valid UTF-8 too
    for name in (*first, "utf-8", *names):
        text = _decoded(body, name)
        if text is not None:
            return _clean(text)
    return _clean(_mostly_utf8(body))


def _decoded(body: bytes, name: str) -> str | None:
    name = name.lower().replace("_", "-")
    if name in _NO_CHARSETS:
        return None
    try:
        return body.decode(_WIDER.get(name, name))
    except (LookupError, ValueError):
        return None


def _mostly_utf8(body: bytes) -> str:
    """UTF-8 with a few broken bytes (a truncated character, a pasted quote) unless more is broken than sound."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = sum(not character.isascii() for character in text) - broken
    return text if sound >= broken else body.decode("cp1252", "replace")


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text).strip()


# --------------------------------------------------------------------------- XML

_PROLOG = re.compile(  # XML declaration, DTD, comments
    r"\A(?:\s++|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*+(?:\[(?:[^\]\"']++|\"[^\"]*+\"|'[^']*+')*+\][^>]*+)?>)*+",
    re.DOTALL | re.IGNORECASE,
)
_FEED_START = re.compile(r"<(?:\w{1,20}:)?(?:rss|feed|rdf)(?=[\s>/])", re.IGNORECASE)
_JUNK_CHARS = 5_000  # how far into a document its feed may begin, behind warnings of a broken server
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)[^>]*(>?)")
_ITEM_END = re.compile(r"</(?:\w{1,20}:)?(?:item|entry)\s*>")
_HTML_ROOTS = frozenset(("html", "head", "body", "meta", "title", "script", "div", "p", "br", "b", "h1", "center"))
_HTML_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#(\d{1,7});|#[xX]([0-9a-fA-F]{1,6});|([A-Za-z][A-Za-z0-9]{0,31};))?")
_MANY_ATTRIBUTES = re.compile(  # feedparser's work grows with their square
    r"""<[^\s<>!?/]++(?:\s++[^\s=<>]++\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+')){200}"""
)
_XML_ENTITIES = frozenset(("amp;", "lt;", "gt;", "quot;", "apos;"))


def _read_xml(document: str) -> _Channel | ParseProblem:
    content = _PROLOG.sub("", document, count=1)
    if not content:
        return _EMPTY
    start = _FEED_START.search(content, 0, _JUNK_CHARS)
    xml = content[start.start() :] if start else content
    root = _ROOT.match(xml)
    if root is None or (start is None and root[1].lower() in _HTML_ROOTS) or _MANY_ATTRIBUTES.search(xml):
        return _no_feed(content)
    complete = root[0].endswith("/>") or f"</{root[1]}" in xml
    xml = _up_to_end(xml, root[1]) if complete else _complete_items(xml, root[1])
    if not xml:
        message = "the document breaks off before its first complete entry: it is asked again"
        return ParseProblem(kind=FailureKind.NOT_A_FEED, message=message)
    return _read_with_feedparser(_repaired(xml), complete=complete) or _no_feed(content)


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
        return found[0] if code < 0x110000 and not _NOT_XML.match(chr(code)) else ""
    if name in _XML_ENTITIES:
        return found[0]
    if name in html5:
        return escape(html5[name])
    return "&amp;" + found[0][1:]


def _no_feed(content: str) -> ParseProblem:
    root = _ROOT.match(content)
    title = _HTML_TITLE.search(content, 0, 100_000)
    if root is None:
        what = f'something that is no feed ("{_line(content[:200])[:60]}")'
    elif root[1].lower() in _HTML_ROOTS:
        what = f'a web page ("{_line(title[1])[:80]}")' if title else "a web page"
    else:
        what = f"XML (<{root[1][:40]}>) that is no feed"
    return ParseProblem(
        kind=FailureKind.NOT_A_FEED, message=f"the server answered with {what}: check the URL or the log-in"
    )


# --------------------------------------------------------------------------- feedparser


def _read_with_feedparser(xml: str, *, complete: bool) -> _Channel | None:
    """None: feedparser sees no feed in it. No base URL is given to it: it would resolve guids as well."""
    import feedparser  # type: ignore[import-untyped]

    found = feedparser.parse(
        BytesIO(xml.encode()),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not found["version"] and not found["entries"]:
        return None
    lang = _string(found["feed"], "language")
    return _Channel(
        title=_string(found["feed"], "title"),
        items=tuple(_feedparser_item(entry, lang) for entry in found["entries"]),
        complete=complete,
    )


def _feedparser_item(entry: dict[str, Any], feed_lang: str | None) -> _Item:
    # dict.get: FeedParserDict.get invents values (updated from published, link from guid).
    contents: list[dict[str, str]] = dict.get(entry, "content") or []
    texts = [_string(content, "value") for content in contents if _is_text(content)]
    details = [*contents, dict.get(entry, "title_detail") or {}]
    moments = (_moment(entry, name) for name in ("published", "updated", "created"))
    return _Item(
        guid=normalise(_string(entry, "id") or "") or None,
        links=tuple(_links(dict.get(entry, "links") or [])),
        title=_string(entry, "title") or "",
        texts=tuple(text for text in (*texts, _string(entry, "summary")) if text),
        publisher=_string(dict.get(entry, "source") or {}, "title") or _string(entry, "publisher"),
        lang=next((lang for detail in details if (lang := _string(detail, "language"))), feed_lang),
        published_at=next((moment for moment in moments if moment), None),
    )


def _is_text(content: Mapping[str, str]) -> bool:
    kind = content.get("type", "")
    return kind.startswith("text/") or kind.endswith(("xml", "html"))


def _links(links: list[dict[str, str]]) -> Iterator[str]:
    """The page of an item: alternate links, HTML before others; then related ones."""
    for wanted in ("alternate", "related"):
        found = [link for link in links if link.get("rel") == wanted and link.get("href")]
        yield from (link["href"] for link in sorted(found, key=lambda link: "html" not in link.get("type", "html")))


def _moment(entry: dict[str, Any], name: str) -> datetime | None:
    moment = _date(_string(entry, name))
    parsed = dict.get(entry, f"{name}_parsed")  # by feedparser, which knows Korean and Hungarian ones too
    if moment or not parsed:
        return moment
    try:
        return _usable(datetime.fromtimestamp(timegm(parsed), UTC))
    except (ValueError, OverflowError):
        return None


def _string(values: dict[str, Any], key: str) -> str | None:
    value = dict.get(values, key)
    return value if isinstance(value, str) and value else None


# --------------------------------------------------------------------------- JSON Feed


def _read_json(document: str) -> _Channel | ParseProblem:
    try:
        feed = json.loads(document, strict=False)
    except (ValueError, RecursionError):
        feed = None
    if not isinstance(feed, dict) or "jsonfeed.org/version/" not in str(feed.get("version")):
        message = "the server answered with JSON that is no JSON Feed: check the URL"
        return ParseProblem(kind=FailureKind.NOT_A_FEED, message=message)
    items = feed["items"] if isinstance(feed.get("items"), list) else []
    lang = _string(feed, "language")
    return _Channel(
        title=_string(feed, "title"),
        items=tuple(_json_item(item, lang) for item in items if isinstance(item, dict)),
    )


def _json_item(item: dict[str, Any], feed_lang: str | None) -> _Item:
    guid = item.get("id")
    texts = (_string(item, name) for name in ("content_html", "content_text", "summary"))
    links = (_string(item, name) for name in ("url", "external_url"))
    return _Item(
        guid=normalise(str(guid)) if isinstance(guid, str | int | float) else None,  # the standard: coerce numbers
        links=tuple(link for link in links if link),
        title=_string(item, "title") or "",
        texts=tuple(text for text in texts if text),
        publisher=None,
        lang=_string(item, "language") or feed_lang,
        published_at=_date(_string(item, "date_published")) or _date(_string(item, "date_modified")),
    )


# --------------------------------------------------------------------------- dates

_ZONES = {  # names that the e-mail standard does not know, in hours east of UTC; IST is India's, as on most wires
    "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "WET": 0, "WEST": 1, "BST": 1, "EET": 2, "EEST": 3, "MSK": 3,
    "IST": 5.5, "SGT": 8, "HKT": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
_FIRST_YEAR = 1971  # feeds with a broken clock say 1970 or 1


def _date(text: str | None) -> datetime | None:
    """An ISO 8601 or e-mail date in UTC; without a zone it is UTC. None: neither, or not usable."""
    if not text:
        return None
    text = text.strip()[:100]
    try:
        if text[:4].isdigit():
            return _usable(datetime.fromisoformat(re.sub(r"\s+(?=[+-])", "", text)))
        fields = parsedate_tz(text)
        if fields is None:
            return None
        named = _ZONES.get(text.rpartition(" ")[2].upper())
        offset = timedelta(seconds=fields[9] or 0) if named is None else timedelta(hours=named)
        return _usable(datetime(*fields[:6], tzinfo=timezone(offset)))
    except (ValueError, OverflowError):
        return None


def _usable(moment: datetime) -> datetime | None:
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    return moment if moment.year >= _FIRST_YEAR else None


# --------------------------------------------------------------------------- entries


def _parsed(channel: _Channel, *, url: str, feed_lang: str | None) -> ParsedFeed:
    read = [(item.guid, entry) for item in channel.items if (entry := _entry(item, url, feed_lang))]
    vague = _vague_identities(read)
    entries: dict[str, ParsedEntry] = {}
    for guid, entry in read:
        uid = _uid(guid, entry, vague)
        entries.setdefault(uid, replace(entry, uid=uid))
    return ParsedFeed(
        title=_line(channel.title or "") or None, entries=tuple(entries.values()), complete=channel.complete
    )


def _entry(item: _Item, feed_url: str, feed_lang: str | None) -> ParsedEntry | None:
    """The item normalised, its uid still open; None: there is nothing in it."""
    publisher = _line(item.publisher or "") or None
    title = _line(item.title)
    if publisher:
        title = title.removesuffix(f" - {publisher}")  # as Google News writes its titles
    texts = (normalise(html_to_text(text)) for text in dict.fromkeys(item.texts[:_MAX_TEXTS]))
    text = max(texts, key=len, default="")[:_MAX_TEXT_CHARS].rstrip()
    link = _link(item, feed_url)
    if not (item.guid or title or text or link):
        return None
    return ParsedEntry(
        uid="",
        url=link,
        canonical_url=canonical_url(link) if link else None,
        title=title,
        text=text,
        publisher=publisher,
        lang=feed_lang or language_code(item.lang),
        published_at=item.published_at,
    )


def _vague_identities(read: list[tuple[str | None, ParsedEntry]]) -> set[str]:
    """Guids that stand for several links in this document, and links that guidless items with several titles share."""
    meanings: defaultdict[str, set[str | None]] = defaultdict(set)
    for guid, entry in read:
        if guid:
            meanings[guid].add(entry.url)
        elif entry.url:
            meanings[entry.url].add(entry.title)
    return {identity for identity, meant in meanings.items() if len(meant) > 1}


def _uid(guid: str | None, entry: ParsedEntry, vague: set[str]) -> str:
    """guid, else link, else a hash of what it says; never a date, which changes with every edit.

    A guid that several pages share is taken together with the link: SEC EDGAR lists a filing once
    for each party under one id. A link that several items share, such as a site's one news page,
    is no identity.
    """
    uid = guid or entry.url
    if uid and (uid in vague or uid.startswith(_SHARED_GUID)):
        uid = f"{guid} {entry.url}" if guid else None
    if uid and len(uid) <= _MAX_UID_CHARS:
        return uid
    return "sha256:" + hashlib.sha256((uid or f"{entry.title}\n{entry.text}").encode()).hexdigest()


def _link(item: _Item, feed_url: str) -> str | None:
    """The first link to a page; a guid only where it is a web address itself."""
    guids = (item.guid,) if item.guid and item.guid.lower().startswith(("http://", "https://")) else ()
    for candidate in (*item.links, *guids):
        try:
            link = web_url(urljoin(feed_url, candidate.strip()))
        except ValueError:
            continue
        if link and len(link) <= _MAX_URL_CHARS:
            return link
    return None


def _line(html: str) -> str:
    """Markup as one plain line."""
    return normalise(html_to_text(html)).replace("\n", " ")[:_MAX_LINE_CHARS].rstrip()
