"""A well-formed RSS, Atom or RDF document as its items, fifty times faster than feedparser and to the same result.

feedparser decides what a feed means; this is its reading of what nearly all feeds are made of. An
element counts at any depth inside its item, the shallowest wins, of equals the last (the first for
titles), a second description is taken for the content, and so on. Whatever the two might treat
differently makes this reader give up: the tolerant one takes the document then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from listener.core.text import normalise
from listener.sources.dates import read_date, zone_of
from listener.sources.items import Channel, Item

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # type: ignore[import-untyped]

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML = "http://www.w3.org/XML/1998/namespace"
_XHTML = "http://www.w3.org/1999/xhtml"
_PREFIXES = {  # of the namespaces that matter, in lower case; "": the feed's own
    "": "",
    "http://backend.userland.com/rss": "",
    "http://backend.userland.com/rss2": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://purl.org/rss/1.0/modules/rss091#": "",
    "http://purl.org/atom/ns#": "",
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://search.yahoo.com/mrss": "media:",
    "http://search.yahoo.com/mrss/": "media:",
    _RDF: "rdf:",
}
_IGNORED, _REFUSED, _OPAQUE = "ignored", "refused", "opaque"
_KINDS = {
    **dict.fromkeys(("item", "entry"), "item"),
    **dict.fromkeys(("title", "dc:title", "media:title"), "title"),
    **dict.fromkeys(("guid", "id"), "id"),
    "link": "link",
    **dict.fromkeys(("description", "dc:description", "media:description", "abstract"), "description"),
    **dict.fromkeys(("summary", "itunes:summary"), "description"),
    **dict.fromkeys(("content", "content:encoded"), "content"),
    **dict.fromkeys(("pubdate", "published", "issued", "dcterms:issued"), "published"),
    **dict.fromkeys(("updated", "modified", "lastbuilddate", "dc:date", "dcterms:modified"), "updated"),
    **dict.fromkeys(("created", "dcterms:created"), "created"),
    **dict.fromkeys(("webmaster", "dc:publisher"), "publisher"),
    **dict.fromkeys(("author", "dc:creator", "itunes:author"), "author"),
    **dict.fromkeys(("language", "dc:language"), "language"),
    "source": "source",
    "news:source": "news_source",
    **dict.fromkeys(("image", "textinput"), "image"),
    **dict.fromkeys(
        ("subtitle", "tagline", "rights", "copyright", "info", "dc:rights", "itunes:subtitle"), _OPAQUE
    ),  # they hold markup
    **dict.fromkeys(
        (
            *("rss", "feed", "channel", "fullitem", "body", "publisher", "date", "links", "svg", "math"),
            *("date_parsed", "published_parsed", "updated_parsed", "created_parsed", "modified_parsed"),
            *("issued_parsed", "title_detail", "news_source"),
        ),
        _REFUSED,
    ),  # feedparser's own names, or with side effects in it
}
_COMMON = {  # of these tags, spelt as most spell them
    f"{{{namespace}}}{name}" if namespace else name: _KINDS.get(name.lower(), _IGNORED)
    for namespace in ("", "http://www.w3.org/2005/Atom", "http://purl.org/rss/1.0/")
    for name in (
        *("title", "link", "guid", "id", "description", "summary", "content", "pubDate", "published", "updated"),
        *("item", "entry", "category", "author", "comments", "enclosure"),
    )
}
_OF_TITLES = (
    "title",
    "id",
    "link",
    "updated",
    "published",
    "author",
    _OPAQUE,
    _IGNORED,
)  # in the source of an Atom entry
_MAX_TAG_CHARS = 300  # with its namespace; longer ones would fill the cache
_PLAIN_TYPES = frozenset((None, "text", "html", "plain", "text/html", "text/plain"))
_XHTML_TYPES = frozenset(("xhtml", "application/xhtml+xml"))
_UNASSIGNED = (0x81, 0x8D, 0x8F, 0x90, 0x9D)  # in Windows-1252
_ABSOLUTE = re.compile(r"https?://[^\s?#;]+(?:\?[^\s?#;]+)?(?:#[^\s#]+)?|(?:tag|urn):\S+")
_MAIL = re.compile(r"[\w.%+-]+@[\w.-]+\w(?: \([^()@<>]+\))?")  # "jane@acme.test (Jane Doe)"
_C1 = {code: bytes((code,)).decode("cp1252") for code in range(0x80, 0xA0) if code not in _UNASSIGNED}


class _Unlike(Exception):
    """The document holds what the two readers might treat differently."""


def read_fast(xml: str) -> Channel | None:
    """Read a document from its root element on; None: it is for the tolerant reader.

    Knows no entities but XML's own five, reads nothing from elsewhere, and refuses what is nested
    more than 256 deep or holds more than 10 MB in one text.
    """
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return _channel(etree.fromstring(xml.encode(), parser), xml)
    except (etree.XMLSyntaxError, UnicodeEncodeError, _Unlike):
        return None


# --------------------------------------------------------------------------- the document


def _channel(root: Element, xml: str) -> Channel:
    kind, parts = _parts(root)
    elements: list[Element] = []
    about: dict[str, str] = {}
    for element in parts:
        name = _kind(element)
        if name == "item":
            elements.append(element)
        else:
            _read_about(element, name, about)
    if kind == "rdf" and not elements:
        raise _Unlike
    with_langs, with_bases = "lang=" in xml, "base=" in xml
    root_lang = _lang(root) if with_langs and kind != "rdf" else None
    lang = about.get("language") or root_lang
    zone = zone_of(about.get("published"), about.get("updated"))
    return Channel(
        title=about.get("title") or None,
        items=tuple(_Reading(with_langs, with_bases).item(element, lang, zone) for element in elements),
    )


def _parts(root: Element) -> tuple[str, Iterator[Element]]:
    """What kind of feed it is, and its elements together with those of the channel."""
    namespace, _, kind = root.tag.lower().removeprefix("{").rpartition("}")
    if kind not in ("rss", "feed", "rdf") or (namespace != _RDF if kind == "rdf" else namespace not in _PREFIXES):
        raise _Unlike
    if kind == "feed":
        return kind, iter(root)
    channels = [child for child in root if child.tag.rpartition("}")[2].lower() == "channel"]
    others = {_kind(child) for child in root if child not in channels}
    if len(channels) != 1 or not others.issubset(("item", "image", _IGNORED)):
        raise _Unlike
    return kind, (part for child in root for part in (child if child is channels[0] else (child,)))


def _read_about(element: Element, name: str, about: dict[str, str]) -> None:
    """Note what an element says of the feed."""
    if name == "title":
        if "title" in about:
            raise _Unlike
        about["title"] = _text(element)
    elif name == "content" or (name == "description" and "summary" in about):
        raise _Unlike  # feedparser still remembers it when it reads the first item
    elif len(element):
        _refuse_hidden(element, name)
    elif element.tag.endswith("summary"):
        about["summary"] = ""
    elif name in ("published", "updated", "language"):
        about[name] = _plain(element)


def _refuse_hidden(element: Element, kind: str) -> None:
    """Nothing that counts may hide in an element of the channel, but a title in its image."""
    if kind not in (_IGNORED, "image", "author"):
        raise _Unlike
    allowed = ("link", "id", "author", _IGNORED, *(("title", "description") if kind == "image" else ()))
    for inner in element.iterdescendants():
        if _kind(inner) not in allowed:
            raise _Unlike


# --------------------------------------------------------------------------- an item


class _Reading:
    """An item while it is read: what is known so far, and how deep in the item it was said."""

    __slots__ = (
        *("contents", "depths", "langs", "links", "sources", "title_depth", "title_lang", "values"),
        *("with_bases", "with_langs"),
    )

    def __init__(self, with_langs: bool, with_bases: bool) -> None:
        self.with_langs = with_langs
        self.with_bases = with_bases
        self.values: dict[str, str] = {}
        self.depths: dict[str, int] = {}
        self.contents: list[str] = []
        self.langs: list[str | None] = []  # of the contents
        self.title_lang: str | None = None
        self.title_depth = -1  # of the title that later ones as deep give way to; -1: none
        self.links: list[tuple[str, str, str]] = []  # rel, type, address
        self.sources: list[str] = []

    def item(self, element: Element, feed_lang: str | None, zone: tzinfo) -> Item:
        for name, value in element.attrib.items():
            if name == f"{{{_RDF}}}about" and value:
                self.values["id"] = value
            elif name.lower() in ("href", "lastmod"):
                raise _Unlike
        self.read(element, 1)
        values = self.values
        texts = (*self.contents, values.get("description", ""))
        publishers = (*self.sources[-1:], values.get("publisher"), values.get("news_source"))
        return Item(
            guid=normalise(values.get("id", "")) or None,
            links=tuple(self.pages()),
            title=values.get("title", ""),
            texts=tuple(text for text in texts if text),
            publisher=next(filter(None, publishers), None),
            author=values.get("author") or None,
            lang=next(filter(None, (*self.langs, self.title_lang)), feed_lang),
            published_at=self.date(zone),
        )

    def read(self, parent: Element, depth: int) -> None:
        for element in parent:
            kind = _COMMON.get(element.tag) or _kind(element)
            if kind == _IGNORED:
                if len(element):
                    self.read(element, depth + 1)
            elif kind == "title":
                self.title(element, depth)
            elif kind == "link":
                self.link(element)
            elif kind == "description":
                self.description(element, depth)
            elif kind == "content":
                self.content(element)
            elif kind == "id":
                self.keep("id", self.absolute(_plain(element)), depth)
            elif kind == "source":
                self.source(element, depth)
            elif kind == "author":
                self.author(element, depth)
            elif kind == "image":
                self.title_depth = -1
                _refuse_children(element)
            elif kind in (_REFUSED, "item"):
                raise _Unlike
            elif kind == _OPAQUE:
                _refuse_children(element)
            else:
                self.keep(kind, _plain(element), depth)

    def keep(self, name: str, value: str, depth: int) -> None:
        if depth <= self.depths.get(name, depth):
            self.depths[name] = depth
            self.values[name] = value

    def title(self, element: Element, depth: int) -> None:
        value = _text(element)
        if not -1 < self.title_depth <= depth:
            self.keep("title", value, depth)
            if self.with_langs:
                self.title_lang = _lang(element)
            if value and not element.tag.startswith("{http://search.yahoo.com/mrss"):
                self.title_depth = depth

    def description(self, element: Element, depth: int) -> None:
        if "description" in self.values and not self.contents:
            self.content(element)
        else:
            self.keep("description", _text(element), depth)

    def content(self, element: Element) -> None:
        value = _text(element)
        self.contents.append(value)
        self.values.setdefault("description", value)
        if self.with_langs:
            self.langs.append(_lang(element))

    def link(self, element: Element) -> None:
        attributes = {name.lower(): value for name, value in element.attrib.items()} if element.attrib else {}
        rel = attributes.get("rel", "alternate").lower()
        kind = attributes.get("type", "html").lower()
        address = attributes.get("url") or attributes.get("uri") or attributes.get("href") or ""
        if not address and {"url", "uri", "href"}.isdisjoint(attributes):
            address = _plain(element).replace("&amp;", "&")
            if "&" in address and ";" in address:
                raise _Unlike
        elif len(element):
            raise _Unlike
        self.links.append((rel, kind, self.absolute(address)))

    def absolute(self, address: str) -> str:
        """`address`, which no base changes."""
        if ":///" in address or (self.with_bases and not _ABSOLUTE.fullmatch(address)):
            raise _Unlike
        return address

    def source(self, element: Element, depth: int) -> None:
        self.title_depth = -1
        if not len(element):
            if value := _plain(element):
                self.sources.append(value)
            return
        titles = [child for child in element if _kind(child) == "title"]
        inner = {_kind(child) for child in element.iterdescendants()}
        if len(titles) != 1 or not inner.issubset(_OF_TITLES):
            raise _Unlike
        if value := _text(titles[0]):
            self.title_depth = depth + 1
            self.sources.append(value)

    def author(self, element: Element, depth: int) -> None:
        names = [child for child in element if child.tag.rpartition("}")[2] == "name"]
        if len(element):
            self.read(element, depth + 1)
        value = _plain(names[0]) if names else "" if len(element) else _plain(element)
        if len(names) > 1 or ("@" in value and not _MAIL.fullmatch(value)):
            raise _Unlike
        if self.values.setdefault("first author", "in parts" if names else "plain") == "plain" and names:
            raise _Unlike  # feedparser puts the parts of the second into the first
        if value:
            self.values.setdefault("author", value)

    def pages(self) -> Iterator[str]:
        """Alternate links, HTML before others; then related ones."""
        if len(self.links) == 1 and self.links[0][0] == "alternate":
            yield from filter(None, self.links[0][2:])
            return
        for wanted in ("alternate", "related"):
            found = [(kind, address) for rel, kind, address in self.links if rel == wanted and address]
            yield from (address for kind, address in sorted(found, key=lambda link: "html" not in link[0]))

    def date(self, zone: tzinfo) -> datetime | None:
        for name in ("published", "updated", "created"):
            written = self.values.get(name)
            if written:
                moment = read_date(written, zone)
                if moment is None:
                    raise _Unlike  # feedparser knows a few more languages
                return moment
        return None


# --------------------------------------------------------------------------- elements


def _kind(element: Element) -> str:
    """What an element means in a feed."""
    tag = element.tag
    if len(tag) > _MAX_TAG_CHARS:
        raise _Unlike
    return _COMMON.get(tag) or _kind_by_name(tag, element.prefix)


@lru_cache(maxsize=4096)
def _kind_by_name(tag: str, prefix: str | None) -> str:
    namespace, _, name = tag.lower().removeprefix("{").rpartition("}")
    if namespace in (_XHTML, "http://www.w3.org/2000/svg"):
        return _REFUSED
    known = _PREFIXES.get(namespace)
    if known is not None:
        return _KINDS.get(known + name, _IGNORED)
    if prefix is None:
        return _IGNORED if name not in _KINDS else _REFUSED
    if f"{prefix.lower()}:" in _PREFIXES.values() or namespace.startswith("http://backend.userland"):
        return _REFUSED
    return _KINDS.get("news:source", _IGNORED) if (prefix.lower(), name) == ("news", "source") else _IGNORED


def _refuse_children(element: Element) -> None:
    if len(element):
        raise _Unlike


def _plain(element: Element) -> str:
    """The text of an element that holds nothing else."""
    if len(element):
        raise _Unlike
    text: str = (element.text or "").strip()
    return text if text.isascii() else _mended(text)


def _text(element: Element) -> str:
    """The markup that an element holds, escaped or as XHTML."""
    attributes = element.attrib
    if attributes:
        kind = attributes.get("type")
        kind = kind.lower() if kind else None
        if kind in _XHTML_TYPES:
            return _mended(_markup(element).strip())
        if kind not in _PLAIN_TYPES or attributes.get("mode", "escaped") != "escaped":
            raise _Unlike
    return _plain(element)


def _markup(element: Element) -> str:
    """The XHTML in an element, without attributes but the addresses of links."""
    pieces = [escape(element.text or "")]
    for child in element:
        name = child.tag.rpartition("}")[2]
        if child.tag != f"{{{_XHTML}}}{name}" or name == "body":
            raise _Unlike
        link = child.get("href") if name == "a" else None
        opened = f"a href={quoteattr(link)}" if link else name
        pieces += f"<{opened}>", _markup(child), f"</{name}>", escape(child.tail or "")
    return "".join(pieces)


def _mended(text: str) -> str:
    """Without the damage of a wrong encoding: UTF-8 that was taken for Latin-1, Windows-1252 that was."""
    with suppress(UnicodeError):
        text = text.encode("latin-1").decode()
    return text.translate(_C1) if any("\x80" <= character < "\xa0" for character in set(text)) else text


def _lang(element: Element | None) -> str | None:
    """The language that applies to an element; None: none, or it is said to be none."""
    while element is not None:
        lang = element.get(f"{{{_XML}}}lang", element.get("lang"))
        if lang is not None:
            return lang.replace("_", "-") or None
        element = element.getparent()
    return None
