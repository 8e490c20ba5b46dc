"""The bundled demo: four small news feeds and an inbox for alerts, over real HTTP on loopback.

All of it is made up, and needs no internet: `DemoSite` serves the feeds as any outlet would, entry by entry,
and takes the alerts as any webhook would, so that everything between them is the real thing.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import tomllib
import xml.etree.ElementTree as ET
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from math import ceil
from socketserver import TCPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from listener.errors import ListenerError

log = logging.getLogger("listener.demo")

SCHEME = "demo:"
MAX_MESSAGE_BYTES = 1_000_000
MAX_MESSAGES = 1_000  # kept, the newest ones; the demo has some thirty leads

_HOST = "127.0.0.1"
_INBOX = "/inbox"
_SILENT_SECONDS = 5  # after which a client that says nothing is dropped
_DATA_FILE = "demo_feeds.toml"
_GOLDEN_RATIO = (5**0.5 - 1) / 2

# --------------------------------------------------------------------------- what is in it


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFeed:
    """A made-up outlet."""

    name: str  # its URL is "demo:" and this
    title: str
    about: str
    site: str  # where its articles would be
    format: str  # "rss" or "atom"
    lang: str  # ISO 639-1


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoEntry:
    """A made-up article, with what a reader would say of it."""

    feed: str
    slug: str  # unique within its feed
    age: timedelta  # when the demo starts
    title: str
    summary: str  # HTML
    link: str | None = None  # None: the slug, on the feed's own site
    expect: str | None = None  # the trigger that it reports; None: it is noise
    company: str | None = None  # the prospect as written there; None: it is noise
    hedged: bool = False  # it reports talks or hearsay, not a fact
    story: str | None = None  # the same for all that tell the same event; None: nobody else does


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoData:
    """Everything that the demo serves."""

    feeds: tuple[DemoFeed, ...]
    entries: tuple[DemoEntry, ...]  # in the order in which they appear


def load_demo() -> DemoData:
    """Read the bundled articles, mixed: in an order that looks random and is always the same.

    Steps of the golden ratio spread any stretch of the order evenly over the file, so over feeds and topics.
    """
    text = resources.files(__package__).joinpath(_DATA_FILE).read_text(encoding="utf-8")
    data = tomllib.loads(text)
    entries = [DemoEntry(age=timedelta(hours=table.pop("hours_ago")), **table) for table in data["entry"]]
    return DemoData(
        feeds=tuple(DemoFeed(**table) for table in data["feed"]),
        entries=tuple(entries[number] for number in sorted(range(len(entries)), key=lambda n: n * _GOLDEN_RATIO % 1)),
    )


def check_demo_feed(url: str) -> None:
    """Raises ListenerError for a demo feed that there is not, with those that there are."""
    if not url.startswith(SCHEME):
        return
    known = [f"{SCHEME}{feed.name}" for feed in load_demo().feeds]
    if url not in known:
        raise ListenerError(f"{url}: there is no such demo feed. Choose from {', '.join(known)}")


# --------------------------------------------------------------------------- as XML


def _document(feed: DemoFeed, entries: Sequence[DemoEntry], start: datetime) -> bytes:
    """The feed as its server sends it, the newest entry first."""
    newest_first = sorted(entries, key=lambda entry: entry.age)
    root = (_atom if feed.format == "atom" else _rss)(feed, newest_first, start)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _rss(feed: DemoFeed, entries: Sequence[DemoEntry], start: datetime) -> ET.Element:
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    _add(channel, title=feed.title, link=feed.site, description=feed.about, language=feed.lang)
    for entry in entries:
        item = ET.SubElement(channel, "item")
        _add(item, title=entry.title, link=_link(feed, entry), description=entry.summary)
        _add(item, pubDate=format_datetime(start - entry.age, usegmt=True))
        ET.SubElement(item, "guid", isPermaLink="false").text = _id(feed, entry)
    return root


def _atom(feed: DemoFeed, entries: Sequence[DemoEntry], start: datetime) -> ET.Element:
    root = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": feed.lang})
    newest = start - min((entry.age for entry in entries), default=timedelta())
    _add(root, id=feed.site, title=feed.title, subtitle=feed.about, updated=newest.isoformat())
    ET.SubElement(root, "link", href=feed.site)
    for entry in entries:
        element = ET.SubElement(root, "entry")
        _add(element, id=_id(feed, entry), title=entry.title, updated=(start - entry.age).isoformat())
        ET.SubElement(element, "link", href=_link(feed, entry))
        ET.SubElement(element, "summary", type="html").text = entry.summary
    return root


def _add(parent: ET.Element, **children: str) -> None:
    for tag, text in children.items():
        ET.SubElement(parent, tag).text = text


def _id(feed: DemoFeed, entry: DemoEntry) -> str:
    return f"{feed.site}/{entry.slug}"


def _link(feed: DemoFeed, entry: DemoEntry) -> str:
    return entry.link or _id(feed, entry)


def _feed_path(feed: DemoFeed) -> str:
    return f"/{feed.name}.xml"


# --------------------------------------------------------------------------- the site


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMessage:
    """An alert as it arrived in the inbox."""

    title: str
    message: str
    received_at: datetime


class DemoSite:
    """A context manager: within it the feeds can be polled and alerts be sent to the inbox.

    A third of the entries is there at once, the others come in evenly over `reveal`. Dates count from the moment
    of construction and do not change. The port is a free one of 127.0.0.1, so no other machine reaches it.
    """

    def __init__(self, clock: Callable[[], datetime], reveal: timedelta = timedelta()) -> None:
        self._clock, self._reveal, self._start = clock, reveal, clock()
        self._data = load_demo()
        self._feeds = {SCHEME + feed.name: feed for feed in self._data.feeds}
        self._paths = {_feed_path(feed): feed for feed in self._data.feeds}
        self._inbox: deque[DemoMessage] = deque(maxlen=MAX_MESSAGES)
        self._inbox_lock = threading.Lock()
        self._server: _Server | None = None

    def __enter__(self) -> Self:
        self._server = _Server(self)
        threading.Thread(target=self._server.serve_forever, args=(0.1,), name="demo site", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()

    def names(self) -> tuple[str, ...]:
        """The demo feeds, such as "press", whose URL in a configuration is "demo:press"."""
        return tuple(feed.name for feed in self._data.feeds)

    def url(self, feed_url: str) -> str:
        """Where a feed such as "demo:press" can be fetched. Raises ListenerError for one that there is not."""
        check_demo_feed(feed_url)
        return f"http://{self._address()}{_feed_path(self._feeds[feed_url])}"

    @property
    def inbox_url(self) -> str:
        """The inbox as an Apprise URL. Apprise makes no pause between messages to json://, as it does to services."""
        return f"json://{self._address()}{_INBOX}?format=text"

    @property
    def inbox(self) -> list[DemoMessage]:
        """What has arrived so far, in that order."""
        with self._inbox_lock:
            return list(self._inbox)

    def _address(self) -> str:
        if self._server is None:
            raise RuntimeError("the demo site has an address only within its `with` block")
        return f"{_HOST}:{self._server.server_address[1]}"

    # ----------------------------------------------------------------- for its server

    def document(self, path: str) -> tuple[str, bytes] | None:
        """Media type and body of the feed at a path, as it is now; None: there is none."""
        feed = self._paths.get(path)
        if feed is None:
            return None
        entries = [entry for entry in self._data.entries[: self._revealed()] if entry.feed == feed.name]
        return f"application/{feed.format}+xml; charset=utf-8", _document(feed, entries, self._start)

    def _revealed(self) -> int:
        total = len(self._data.entries)
        at_once, elapsed = ceil(total / 3), max(self._clock() - self._start, timedelta())
        if elapsed >= self._reveal:
            return total
        return at_once + (total - at_once) * elapsed // self._reveal

    def receive(self, title: str, message: str) -> None:
        """Put an alert into the inbox; the oldest leaves when it is full."""
        with self._inbox_lock:
            self._inbox.append(DemoMessage(title=title, message=message, received_at=self._clock()))


# --------------------------------------------------------------------------- its server


class _Server(ThreadingHTTPServer):
    def __init__(self, site: DemoSite) -> None:
        self.site = site
        super().__init__((_HOST, 0), _Handler)

    def server_bind(self) -> None:
        """Binds as HTTPServer does, but asks no name server what 127.0.0.1 is called: without internet, that waits."""
        TCPServer.server_bind(self)

    def handle_error(self, *_: object) -> None:
        """A client that broke off is no news."""
        log.debug("request_failed", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _SILENT_SECONDS
    server_version, sys_version = "listener-demo", ""

    def do_GET(self) -> None:
        if self._path() == _INBOX:
            return self._answer(HTTPStatus.METHOD_NOT_ALLOWED, Allow="POST")
        found = self.server.site.document(self._path())
        if found is None:
            return self._answer(HTTPStatus.NOT_FOUND)
        media_type, body = found
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        asked = self.headers.get("If-None-Match", "")
        if etag in (tag.strip().removeprefix("W/") for tag in asked.split(",")):
            return self._answer(HTTPStatus.NOT_MODIFIED, ETag=etag)
        return self._answer(HTTPStatus.OK, body, ETag=etag, **{"Content-Type": media_type})

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            return self._answer(HTTPStatus.LENGTH_REQUIRED)
        refusal = self._refusal(int(length))
        if refusal is not None:
            self._discard(int(length))
            return self._answer(refusal)
        message = _message(self.rfile.read(int(length)))
        if message is None:
            return self._answer(HTTPStatus.BAD_REQUEST)
        self.server.site.receive(*message)
        return self._answer(HTTPStatus.NO_CONTENT)

    def _refusal(self, length: int) -> HTTPStatus | None:
        """Why a body is refused before it is looked at; None: it is not.

        Only JSON is taken, because any web page in the operator's browser may post the other types to loopback.
        """
        if self._path() != _INBOX:
            return HTTPStatus.NOT_FOUND
        if self.headers.get_content_type() != "application/json":
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE if length > MAX_MESSAGE_BYTES else None

    def _discard(self, length: int) -> None:
        """Drop a refused body, or its beginning: a client whose bytes are left unread may never see the answer."""
        left = min(length, 16 * MAX_MESSAGE_BYTES)
        while left and (chunk := self.rfile.read(min(left, 65_536))):
            left -= len(chunk)

    def _answer(self, status: HTTPStatus, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _path(self) -> str:
        return urlsplit(self.path).path

    def log_message(self, *_: object) -> None:
        """Quiet: the demo shows what listener does, not what this server does."""


def _message(body: bytes) -> tuple[str, str] | None:
    """Title and text of what Apprise's json:// sends; None: something else."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(payload, dict):
        return None
    title, message = payload.get("title"), payload.get("message")
    return (title, message) if isinstance(title, str) and isinstance(message, str) else None
