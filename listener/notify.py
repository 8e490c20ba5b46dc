"""Apprise behind one small interface.

One destination is one Apprise plugin instance, made once and reused, because it keeps the service's throttle.
Apprise's own retries are off: the deliver stage retries, and remembers across restarts. Its log is kept to
ourselves, because it shows keys; what it says of a failure is told in our words or with the secrets struck out.

What Apprise would load as code (custom plugins, decorated functions) is never loaded, and its configuration
files are not read: a destination is a URL of one of Apprise's own services.
"""

from __future__ import annotations

import json
import logging
import queue
import re
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from listener.errors import DestinationError
from listener.message import shorten
from listener.model import Message, SendFailed, SendOutcome, Sent
from listener.templating import in_markdown

if TYPE_CHECKING:
    from apprise import Apprise
    from apprise.plugins.base import NotifyBase
    from apprise.result import AppriseResult

# A service gets its throttle (5.5 s at most by default) and a few round trips of 4 s each.
SEND_DEADLINE = timedelta(seconds=30)


class Notifier:
    """Sends messages to the destinations, by our names of them. Thread-safe.

    `destinations` maps names to Apprise URLs. Nothing is loaded before the first `send` or `validate`.
    """

    def __init__(self, destinations: Mapping[str, str], *, deadline: timedelta = SEND_DEADLINE) -> None:
        loading = threading.Lock()
        self._destinations = {name: _Destination(name, url, loading) for name, url in destinations.items()}
        self._deadline_seconds = deadline.total_seconds()
        self._under_way: set[_Answer] = set()
        self._lock = threading.Lock()  # of the two around it
        self._abandoned = False

    @property
    def names(self) -> frozenset[str]:
        """The destinations there are."""
        return frozenset(self._destinations)

    def validate(self) -> dict[str, str | None]:
        """For each destination what is wrong with its URL; None: Apprise can use it. Sends nothing."""
        return {name: destination.problem() for name, destination in self._destinations.items()}

    def send(self, destination: str, message: Message) -> SendOutcome:
        """Hand the message to the service and wait for its answer, at most for the deadline.

        After the deadline nobody knows: the outcome is a failure that may have arrived. The sending thread is
        left to end by itself; until it does, the destination is refused as busy. Raises DestinationError when
        the destination is unknown or its URL is not usable.
        """
        if destination not in self._destinations:
            raise DestinationError(f"destination {destination}: config.toml has none of that name. Add it there")
        target = self._destinations[destination]
        target.load()
        answer: _Answer = queue.SimpleQueue()
        with self._lock:
            if self._abandoned:
                return SendFailed(error="listener is stopping")
            if not target.begin():
                return SendFailed(error="the service has not answered to an earlier message yet")
            self._under_way.add(answer)
        try:
            _start_sending(target, message, answer)
            return answer.get(timeout=self._deadline_seconds)
        except queue.Empty:
            return _unknown(f"no answer in {self._deadline_seconds:g} s")
        finally:
            with self._lock:
                self._under_way.discard(answer)

    def abandon(self) -> None:
        """Wait no more: every `send` under way returns at once, and no other begins. For a stop that is due."""
        with self._lock:
            self._abandoned = True
            for answer in self._under_way:
                answer.put(_unknown("listener was stopped while sending"))


_Answer = queue.SimpleQueue[SendOutcome]


def _start_sending(target: _Destination, message: Message, answer: _Answer) -> None:
    # A daemon thread: one that hangs in a socket must not keep the process from ending.
    thread = threading.Thread(target=_send, args=(target, message, answer), name="send", daemon=True)
    try:
        thread.start()
    except RuntimeError:  # the system has no thread left
        target.end()
        raise


def _send(target: _Destination, message: Message, answer: _Answer) -> None:
    try:
        outcome = target.deliver(message)
    except Exception as error:  # a plugin's mistake; its text may hold the URL
        outcome = _unknown(f"Apprise failed with {type(error).__name__}")
    finally:
        target.end()
    answer.put(outcome)


def _unknown(what: str) -> SendFailed:
    return SendFailed(error=f"{what}; the message may have arrived", may_have_arrived=True)


class _Destination:
    """One service."""

    def __init__(self, name: str, url: str, loading: threading.Lock) -> None:
        self._name, self._url = name, url
        self._loading = loading  # one for all: Apprise's imports are not made for several threads
        self._apprise: Apprise | None = None
        self._busy = threading.Lock()  # held while a message is under way

    def __repr__(self) -> str:
        return f"_Destination({self._name!r})"

    def begin(self) -> bool:
        """Reserve it for one message; False: another is under way."""
        return self._busy.acquire(blocking=False)

    def end(self) -> None:
        self._busy.release()

    def problem(self) -> str | None:
        try:
            self.load()
        except DestinationError as error:
            return str(error)
        return None

    def load(self) -> Apprise:
        """The plugin, made at the first call. Raises DestinationError, which never shows the URL."""
        with self._loading:
            if self._apprise is None:
                try:
                    self._apprise = _load(self._url)
                except _Unusable as error:
                    raise DestinationError(f"destination {self._name}: {error}") from None
                except Exception as error:  # a plugin's mistake; its text may hold the URL
                    what = f"Apprise failed with {type(error).__name__} on its URL. Write the URL another way"
                    raise DestinationError(f"destination {self._name}: {what}") from None
            return self._apprise

    def deliver(self, message: Message) -> SendOutcome:
        apprise = self.load()
        title, body, form = _fit(apprise[0], message)
        result = apprise.notify(body=body, title=title, body_format=form, log_level=logging.DEBUG)
        return Sent() if result else _failure(result, self._url)


# --------------------------------------------------------------------------- loading


class _Unusable(Exception):
    """Why a URL cannot be used, with the remedy, without the URL."""


def _load(url: str) -> Apprise:
    _keep_logs_private()
    with _apprise_module() as apprise:
        if len(apprise.utils.parse.parse_urls(url)) > 1:
            raise _Unusable("holds several URLs. Give each a name of its own and list the names where they are used")
        # A redirect would turn the POST into a GET: "200 OK" from a login page, and the alert is lost.
        asset = apprise.AppriseAsset(
            app_id="listener", image_url_mask="", service_timeout=0, http_redirects=False, storage_mode="memory"
        )
        plugin = apprise.Apprise.instantiate(url, asset=asset)
        if plugin is None:
            raise _Unusable(_why_refused(url))
    plugin.retry = 0  # ?retry= is ours to do
    plugin.optional = False  # ?optional=yes calls a failure a success
    if len(plugin) > 1:
        raise _Unusable(
            f"reaches {len(plugin)} targets, and a retry for one would repeat the message to the others. "
            "Make one destination of each and list them together (mail: put the others in cc=)"
        )
    loaded: Apprise = apprise.Apprise(plugin, asset=asset)
    return loaded


def _why_refused(url: str) -> str:
    from apprise.apprise import N_MGR as services

    scheme = url.partition("://")[0].lower()
    if scheme in services and not services[scheme].enabled:
        packages = services[scheme].requirements.get("packages_required") or ["something that this system has not"]
        needed = packages if isinstance(packages, str) else ", ".join(packages)
        return f"Apprise needs {needed} for {scheme}:// URLs. Install it beside listener"
    return "Apprise cannot use its URL. Compare it with https://appriseit.com/services/"


def _keep_logs_private() -> None:
    """Apprise's log and that of its HTTP library reach no handler: they show keys.

    Each result of Apprise still carries its own part, for `_failure`, which is why the level is DEBUG.
    """
    for name in ("apprise", "urllib3"):
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
    logging.getLogger("apprise").setLevel(logging.DEBUG)


@contextmanager
def _apprise_module() -> Iterator[Any]:
    """Apprise, imported when it is first needed; while it loads, nobody hears what its plugins use of old Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise
        import apprise.utils.parse

        yield apprise


# --------------------------------------------------------------------------- the form that the service takes


# What a service renders as Markdown though Apprise hands it text as it is.
_MARKDOWN_AS_TEXT = frozenset({"mattermost", "zulip"})
_MAIL_CHARACTERS = 95_000  # Gmail hides what is behind the first 102 kB; Apprise's own limit is none of mail
# What is longer arrives as a file to download: beyond its server's message-size-limit, or where Apprise's JSON (in
# which a letter that is not ASCII is six characters) has more than 8000 with all that stands around the message.
_NTFY_BYTES = 4096
_NTFY_JSON = 7000


def _fit(plugin: NotifyBase, message: Message) -> tuple[str, str, str]:
    """Title, body and format, within what the service takes: whole, else in brief, else cut."""
    form = _form(plugin)
    versions = [each for each in (message, message.brief) if each is not None]
    for version in versions:
        title, body = _laid_out(plugin, version, form)
        if _excess(plugin, title, body) <= 0:
            return title, body, _as_told(plugin, form)
    form = "text" if form == "html" else form
    title, body = _laid_out(plugin, versions[-1], form)
    while (excess := _excess(plugin, title, body)) > 0 and len(body) > 1:
        limit = max(1, len(body) - excess)
        cut = _cut(body, limit, whole_lines=form == "markdown")
        body = cut if len(cut) < len(body) else body[:limit]
    return title, body, _as_told(plugin, form)


def _form(plugin: NotifyBase) -> str:
    """ "html", "markdown" or "text".

    The URL's own `format=` wins. Services that take all three are webhooks and relays: their receivers
    expect text. Others get Markdown where they take it, else what they take first (mail: HTML).
    """
    from apprise.common import NotifyFormat

    taken = {plugin.resolve_format(form) for form in NotifyFormat}
    if len(taken) == len(NotifyFormat):
        chosen = NotifyFormat.TEXT
    elif NotifyFormat.MARKDOWN in taken or _kind(plugin) in _MARKDOWN_AS_TEXT:
        chosen = NotifyFormat.MARKDOWN
    else:
        chosen = plugin.resolve_format()
    return str(chosen.value)


def _kind(plugin: NotifyBase) -> str:
    """The name of the service: that of Apprise's module, or of its package."""
    return type(plugin).__module__.removeprefix("apprise.plugins.").partition(".")[0]


def _as_told(plugin: NotifyBase, form: str) -> str:
    """What Apprise is told that the body is; for a service that it knows as one of text it would undo Markdown."""
    return "text" if _kind(plugin) in _MARKDOWN_AS_TEXT else form


def _laid_out(plugin: NotifyBase, message: Message, form: str) -> tuple[str, str]:
    """Title and body; a service without titles gets it as the first line."""
    body = {"html": message.html, "markdown": message.markdown, "text": message.text}[form]
    if plugin.title_maxlen > 0 or form == "html":
        return shorten(message.title, plugin.title_maxlen) if plugin.title_maxlen > 0 else "", body
    heading = f"**{in_markdown(message.title)}**" if form == "markdown" else message.title
    return "", f"{heading}\n\n{body}"


def _excess(plugin: NotifyBase, title: str, body: str) -> int:
    """By how many characters they are too long; 0 or less: they are not."""
    if _kind(plugin) == "email":
        return len(body) - _MAIL_CHARACTERS
    if _kind(plugin) == "ntfy":
        return len(body) - _ntfy_takes(body)
    beside = len(title) + len("\r\n") if title and plugin.overflow_amalgamate_title else 0
    return len(body) + beside - plugin.body_maxlen


def _ntfy_takes(text: str) -> int:
    """How many of the characters ntfy takes as a message."""
    room, json_room = _NTFY_BYTES, _NTFY_JSON
    for number, char in enumerate(text):
        room -= len(char.encode())
        json_room -= len(json.dumps(char)) - 2
        if min(room, json_room) < 0:
            return number
    return len(text)


def _cut(text: str, limit: int, *, whole_lines: bool) -> str:
    """The beginning of `text`, shorter than it is; Markdown by lines, so that no link is cut in the middle.

    Where only items of a list are lost, it says how many.
    """
    if not whole_lines:
        return shorten(text, limit)
    room = max(0, limit - len("\n- and 100 more"))
    kept = text[:room].rpartition("\n")[0].rstrip()
    lost = [line for line in text[len(kept) :].splitlines() if line.strip()]
    return f"{kept}\n" + (f"- and {len(lost)} more" if all(line.startswith("- ") for line in lost) else "…")


# --------------------------------------------------------------------------- what went wrong

_KNOWN_FAILURES = (
    (r"connect timeout", "no connection in time", False),
    (r"timed out", "no answer in time", True),
    (r"connection refused", "connection refused", False),
    (r"getaddrinfo|name resolution|not known", "the host name is not known", False),
    (r"certificate", "its TLS certificate is not trusted", False),
    (r"aborted|reset by peer|disconnected|unexpectedly closed", "the connection broke off", True),
)  # what the exceptions of requests, urllib3 and smtplib say; ours; whether the message may have arrived


def _failure(result: AppriseResult, url: str) -> SendFailed:
    """Why the service did not take it.

    The debug log also holds the message and what the server answered: of it only lines on exceptions count.
    """
    entries = [(entry.level, entry.message) for entry in result.logs()]
    exceptions = [text for _, text in entries if re.match(r"[\w /]{0,20}Exception\b", text)]
    complaints = [text for level, text in entries if level in ("WARNING", "ERROR", "CRITICAL")]
    for pattern, words, may_have_arrived in _KNOWN_FAILURES:
        if any(re.search(pattern, text, re.IGNORECASE) for text in exceptions):
            return _unknown(words) if may_have_arrived else SendFailed(error=words)
    for text in complaints:
        if status := re.search(r"\berror=(\d{3})\b", text):
            return SendFailed(error=_http_words(int(status[1])))
    said = (exceptions or complaints or ["Apprise gave no reason"])[-1]
    return SendFailed(error=shorten(_strike_out(" ".join(said.split()), url), 200))


def _http_words(status: int) -> str:
    if 300 <= status < 400:
        return f"HTTP {status}: it moved. Use the URL that it redirects to"
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"


def _strike_out(text: str, url: str) -> str:
    """`text` without anything that stands in the URL: any part of it may be the key."""
    parts = {part for form in (url, unquote(url)) for part in re.split(r"[^\w.~-]+", form) if len(part) > 3}
    for part in sorted(parts, key=len, reverse=True):
        text = text.replace(part, "***")
    return text
