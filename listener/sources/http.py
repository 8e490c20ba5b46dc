"""Fetching one document over HTTP from a server that nobody trusts.

httpx, over aiohttp's transport, stays behind this module: its transport interface is used
directly, because the client above it keeps cookies, logs URLs with their credentials at INFO, and
decodes a gzip bomb whole. Redirects, limits and credentials are therefore ours, here.
"""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import math
import os
import socket
import zlib
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from listener import clock
from listener.core.timing import http_date, pause_asked_for
from listener.model import FailureKind, FeedRequest, FetchFailed, NotModified, Proxies, Proxy, Unfinished
from listener.sources.hints import max_age
from listener.sources.proxy import is_local_name, proxy_for

if TYPE_CHECKING:
    import ssl

    import httpx

_MAX_REDIRECTS = 5  # browsers allow 20; a feed that needs more than five is a loop
_MAX_HEADER_BYTES = 65_536  # aiohttp's 8 kB refuses servers with long security policies
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_PERMANENT = frozenset((301, 308))
_DEFAULT_PORTS = {"http": 80, "https": 443}
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.5"
)
_RESOLVE_SECONDS = 2.0  # many networks behind a proxy resolve no outside names, and some by being silent
_UNICAST = ipaddress.IPv6Network("2000::/3")  # all that was ever given out on the internet (RFC 4291)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """What a fetch may cost us and the server."""

    deadline: timedelta = timedelta(seconds=30)  # for one feed in all: redirects, waiting for bytes, reading
    patience: timedelta | None = None  # for a first try: longer is Unfinished, and no request begins later; None: none
    max_bytes: int = 10_000_000  # of a document, before and after decompression
    per_host: int = 4  # requests to one host at a time
    host_pause: timedelta = timedelta()  # each of these rests so long before the next; not on loopback
    total: int = 32  # requests at a time
    user_agent: str = "listener"
    proxies: Proxies = field(default_factory=Proxies)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A 2xx answer, decompressed."""

    body: bytes
    content_type: str | None  # as the server sent it; None: it sent none
    etag: str | None
    last_modified: str | None
    cache_control: str | None  # as the server sent it; None: it sent none
    url: str  # where it was found after redirects, without credentials
    moved_to: str | None  # `url` after permanent redirects only; None: not moved, or asked with credentials
    served_at: datetime | None = None  # by the server's clock; None: it did not say


Answer = Document | NotModified | FetchFailed | Unfinished


class _Failure(Exception):
    """Ends a fetch; becomes a FetchFailed."""

    def __init__(self, kind: FailureKind, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.kind, self.message, self.retry_after = kind, message, retry_after


class _NotPublic(OSError):
    """The address that was to be connected to is not public. An OSError, so that the next address is tried.

    The text is the same for all, because the library keeps the type of several errors only then.
    """

    def __init__(self, ip: str) -> None:
        super().__init__("not a public address")
        self.ip = ip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """One URL to ask, with its credentials taken out of it."""

    url: str
    host: str
    origin: tuple[str, str, int]
    auth: str | None

    def redirected(self, location: str) -> _Target:
        """Where `location` leads; the credentials go along only to the same origin, or from http to https on it."""
        try:
            target = _target(urljoin(self.url, location), None)
        except ValueError:
            raise _Failure(FailureKind.REDIRECT, "redirected to something that is no URL: check the URL") from None
        upgrade = ("https", self.host, 443) if self.origin == ("http", self.host, 80) else None
        return replace(target, auth=self.auth if target.origin in (self.origin, upgrade) else None)


class Fetcher:
    """Fetches documents within `limits`; an async context manager that holds the connections.

    One TLS context serves the process. No cookie is kept.

    What `limits.proxies` names a proxy for is fetched through it, each redirect decided anew. The proxy is the
    operator's and may have any address; its login goes to it alone. The target is connected to by the proxy, so its
    address cannot be checked on the socket: before each request all addresses that its name has here must be public.
    A name that cannot be resolved here is left to the proxy, unless it is private as it stands (a literal address,
    localhost and its like). Where the proxy connects to is in the end its decision.
    """

    def __init__(self, limits: FetchLimits) -> None:
        self._limits = limits
        self._slots = asyncio.Semaphore(limits.total)
        self._host_slots: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(limits.per_host))
        self._public = _transport(limits, allow_private=False)
        self._any = _transport(limits, allow_private=True)
        proxies = {limits.proxies.http, limits.proxies.https} - {None}
        self._proxied = {proxy: _transport(limits, allow_private=True, proxy=proxy) for proxy in proxies}
        self._last_begin = math.inf

    async def __aenter__(self) -> Fetcher:
        # A name server that is silent holds a thread for seconds: there must be one for each request.
        threads = ThreadPoolExecutor(self._limits.total, thread_name_prefix="resolve")
        loop = asyncio.get_running_loop()
        loop.set_default_executor(threads)
        if self._limits.patience is not None:
            self._last_begin = loop.time() + self._limits.patience.total_seconds()
        return self

    async def __aexit__(self, *_: object) -> None:
        for transport in (self._public, self._any, *self._proxied.values()):
            await transport.aclose()

    async def fetch(self, request: FeedRequest) -> Answer:
        """The document at `request.url`. Never raises; every trouble is a FetchFailed in plain words.

        The deadline begins when the request's turn has come, not while it waits for its host.
        """
        try:
            target = _target(request.url, request.auth)
            async with self._turn(target.host) as began:
                if not began:
                    return Unfinished(feed_id=request.feed_id, slow=False)
                return await self._within_deadline(request, target)
        except _Failure as failure:
            return FetchFailed(
                feed_id=request.feed_id, kind=failure.kind, message=failure.message, retry_after=failure.retry_after
            )

    @asynccontextmanager
    async def _turn(self, host: str) -> AsyncIterator[bool]:
        """A place at the host, which rests before it is given to the next one; False: it came too late to begin."""
        loop, places = asyncio.get_running_loop(), self._host_slots[host]
        await places.acquire()
        began = False
        try:
            async with self._slots:
                began = loop.time() <= self._last_begin
                yield began
        finally:
            rests = began and not is_loopback(host)
            loop.call_later(self._limits.host_pause.total_seconds() if rests else 0, places.release)

    async def _within_deadline(self, request: FeedRequest, target: _Target) -> Document | NotModified | Unfinished:
        deadline = self._limits.deadline
        patience = min(self._limits.patience or deadline, deadline)
        seconds = patience.total_seconds()
        try:
            async with asyncio.timeout(seconds):
                return await self._follow(request, target)
        except TimeoutError:
            if patience < deadline:
                return Unfinished(feed_id=request.feed_id, slow=True)
            message = f"no complete answer within {seconds:g} s: the server is slow, it is asked again"
            raise _Failure(FailureKind.TIMEOUT, message) from None

    async def _follow(self, request: FeedRequest, first: _Target) -> Document | NotModified:
        target = first
        permanent = True
        for _ in range(_MAX_REDIRECTS + 1):
            way = self._way(request, target)
            async with _answer(way, target, self._headers(request, target)) as response:
                location = response.headers.get("location")
                if response.status_code not in _REDIRECTS or not location:
                    return await self._final(request, first, target, response, permanent=permanent)
                permanent = permanent and response.status_code in _PERMANENT
                target = target.redirected(location)
        raise _Failure(FailureKind.REDIRECT, f"redirected more than {_MAX_REDIRECTS} times: check the URL")

    def _way(self, request: FeedRequest, target: _Target) -> _Way:
        scheme, host, port = target.origin
        proxy = None if request.direct else proxy_for(self._limits.proxies, scheme=scheme, host=host, port=port)
        if proxy:
            return _Way(
                transport=self._proxied[proxy],
                proxy=proxy,
                headers=_proxy_login(proxy) if scheme == "http" else {},  # inside a tunnel the target would read it
                check_name=not request.allow_private,
            )
        return _Way(transport=self._any if request.allow_private else self._public)

    def _headers(self, request: FeedRequest, target: _Target) -> dict[str, str]:
        headers = {"User-Agent": self._limits.user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"}
        if request.etag:
            headers["If-None-Match"] = request.etag
        if request.last_modified:
            headers["If-Modified-Since"] = request.last_modified
        return headers | _auth_header(target.auth)

    async def _final(
        self, request: FeedRequest, first: _Target, last: _Target, response: httpx.Response, *, permanent: bool
    ) -> Document | NotModified:
        """The answer behind the redirects, of which all were `permanent` or not."""
        # A feed with credentials is never moved: they belong to the host that it is configured with.
        moved_to = last.url if permanent and last.url != first.url and not first.auth else None
        if response.status_code == 304 and (request.etag or request.last_modified):
            return NotModified(
                feed_id=request.feed_id,
                max_age=max_age(response.headers.get("cache-control")),
                moved_to=moved_to,
                **_validators(response.headers),
            )
        if not 200 <= response.status_code < 300:
            raise _status_failure(response.status_code, response.headers, permanent=permanent)
        return Document(
            body=await _read(response, self._limits.max_bytes),
            content_type=response.headers.get("content-type"),
            **_validators(response.headers),
            cache_control=response.headers.get("cache-control"),
            served_at=_served_at(response.headers),
            url=last.url,
            moved_to=moved_to,
        )


# --------------------------------------------------------------------------- connections


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How a target is reached."""

    transport: httpx.AsyncBaseTransport
    proxy: Proxy | None = None  # None: directly
    headers: Mapping[str, str] = field(default_factory=dict)  # for the proxy, which takes them out
    check_name: bool = False  # the transport does not see the target's address: its name must be checked


def _transport(limits: FetchLimits, *, allow_private: bool, proxy: Proxy | None = None) -> httpx.AsyncBaseTransport:
    import aiohttp

    from listener.lean.httpx import AiohttpTransport, httpx

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=limits.total,
            limit_per_host=limits.per_host,
            ssl=_tls_context(),
            socket_factory=_any_socket if allow_private else _public_socket,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            max_line_size=_MAX_HEADER_BYTES,
            max_field_size=_MAX_HEADER_BYTES,
        )

    hop = httpx.Proxy(proxy.url, headers=_proxy_login(proxy)) if proxy else None  # the headers of a CONNECT
    return AiohttpTransport(verify=_tls_context(), client=session, proxy=hop)


def _proxy_login(proxy: Proxy) -> dict[str, str]:
    return {"Proxy-Authorization": _basic(*proxy.login)} if proxy.login else {}


@cache
def _tls_context() -> ssl.SSLContext:
    """Built once a process: it costs 20 ms, as much as fetching fifty feeds."""
    from listener.lean.httpx import httpx

    return httpx.create_ssl_context()


def _any_socket(address: tuple[Any, ...]) -> socket.socket:
    family, kind, protocol, *_ = address
    return socket.socket(family, kind, protocol)


def _public_socket(address: tuple[Any, ...]) -> socket.socket:
    """A socket for `address`, which is the one really connected to: after DNS, after a redirect, literal or not."""
    ip = address[-1][0]
    if not is_public(ip):
        raise _NotPublic(ip)
    return _any_socket(address)


def is_loopback(host: str) -> bool:
    """Whether a host of a URL is this machine, by its name: nobody else is spared by pauses and few requests then."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_public(ip: str) -> bool:
    """Whether an IP address is one of the public internet, also where IPv6 wraps an IPv4 address."""
    address = ipaddress.ip_address(ip)
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
        return address in _UNICAST and address.is_global
    return address.is_global and not address.is_multicast


async def _check_name(host: str) -> None:
    """Raises _Failure if a name has an address here that is not public, or none but looks private."""
    try:
        async with asyncio.timeout(_RESOLVE_SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        if is_local_name(host):
            raise _Failure(*_forbidden(host)) from None
        return
    for ip in (str(address[0]) for *_, address in found):
        if not is_public(ip):
            raise _Failure(*_forbidden(f"{host} ({ip})"))


@asynccontextmanager
async def _answer(way: _Way, target: _Target, headers: Mapping[str, str]) -> AsyncIterator[httpx.Response]:
    """The answer to a GET, its body not yet read; every error until it is closed is a _Failure that names the host."""
    from listener.lean.httpx import httpx

    try:
        request = httpx.Request("GET", target.url, headers={**headers, **way.headers})
        if way.check_name:
            await _check_name(request.url.raw_host.decode("ascii"))  # as it is sent, not as it was written
        response = await way.transport.handle_async_request(request)
        try:
            yield response
        finally:
            await response.aclose()
    except _Failure:
        raise
    except Exception as error:
        raise _Failure(*_explain(error, target.host, way.proxy)) from None


# --------------------------------------------------------------------------- URLs and credentials


def _target(url: str, auth: str | None) -> _Target:
    """Takes `url` apart; its user:password is used where `auth` is None. Raises _Failure where it cannot be asked."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError:
        raise _Failure(FailureKind.NETWORK, "not a valid URL: check its spelling") from None
    if parts.scheme not in _DEFAULT_PORTS:
        raise _Failure(FailureKind.REDIRECT, f"'{parts.scheme}:' is not http or https: only these are fetched")
    if not parts.hostname:
        raise _Failure(FailureKind.NETWORK, "the URL names no host: check its spelling")
    if auth is None and parts.username is not None:
        auth = _basic(unquote(parts.username), unquote(parts.password or ""))
    netloc = parts.netloc.rpartition("@")[2]
    return _Target(
        url=urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, "")),
        host=parts.hostname,
        origin=(parts.scheme, parts.hostname, port),
        auth=auth,
    )


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")


def _auth_header(auth: str | None) -> dict[str, str]:
    """ "Basic ..." and "Bearer ..." are an Authorization; "X-Api-Key: ..." is a header of its own."""
    if not auth:
        return {}
    name, colon, value = auth.partition(":")
    if colon and " " not in name:
        return {name: value.strip()}
    return {"Authorization": auth}


# --------------------------------------------------------------------------- answers


def _validators(headers: Mapping[str, str]) -> dict[str, str | None]:
    return {"etag": _sendable(headers.get("etag")), "last_modified": _sendable(headers.get("last-modified"))}


def _sendable(validator: str | None) -> str | None:
    """A validator that a request header can carry back; None: there is none."""
    return validator if validator and validator.isascii() else None


def _status_failure(status: int, headers: Mapping[str, str], *, permanent: bool) -> _Failure:
    if status == 410 and permanent:
        return _Failure(FailureKind.GONE, "410, the feed is gone for good: take it out of the configuration")
    remedy = {
        401: 'log-in needed: give the feed auth = "env:NAME"',
        403: "the server refuses us: check the URL and whether it needs auth",
        404: "there is nothing at this URL: check it",
        407: "the proxy wants a login: write it into the proxy's URL in the environment",
        429: "too many requests: it is asked less often",
        503: "the server is overloaded or being mended: it is asked later",
    }.get(status, "the server is in trouble" if status >= 500 else "check the URL")
    message = f"the server answered {status}, {remedy}"
    if status not in (429, 503):
        return _Failure(FailureKind.HTTP_STATUS, message)
    return _Failure(FailureKind.BUSY, message, pause_asked_for(headers.get("retry-after"), clock.now()))


def _served_at(headers: Mapping[str, str]) -> datetime | None:
    """Now by the server's clock; what a cache kept is as much older as it says."""
    age = headers.get("age", "0").strip()
    try:
        date = http_date(headers["date"])
        return date + timedelta(seconds=int(age[:9]) if age.isascii() and age.isdigit() else 0)
    except (KeyError, ValueError, OverflowError):
        return None


async def _read(response: httpx.Response, max_bytes: int) -> bytes:
    """The decompressed body. Never holds more than `max_bytes` and one chunk, however compressed."""
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:18]) > max_bytes:
        raise _too_large(max_bytes)
    decoder = _decoder(response.headers.get("content-encoding", ""))
    body = bytearray()
    raw_bytes = 0
    async for chunk in response.aiter_raw():
        raw_bytes += len(chunk)
        body += decoder.decode(chunk, max_bytes + 1 - len(body))
        if raw_bytes > max_bytes or len(body) > max_bytes:
            raise _too_large(max_bytes)
    return bytes(body)


def _too_large(max_bytes: int) -> _Failure:
    limit = f"{max_bytes / 1_000_000:g} MB"
    return _Failure(FailureKind.TOO_LARGE, f"more than {limit}: too large for a feed, check the URL")


class _Identity:
    """No compression."""

    def decode(self, chunk: bytes, room: int) -> bytes:
        return chunk[:room]


class _Inflate:
    """gzip (also of several members) and deflate (with or without its zlib header), never beyond the room."""

    def __init__(self, *, gzip: bool) -> None:
        self._bits = zlib.MAX_WBITS | 16 if gzip else zlib.MAX_WBITS
        self._inflater = zlib.decompressobj(self._bits)
        self._started = False

    def decode(self, chunk: bytes, room: int) -> bytes:
        out = bytearray()
        while chunk and len(out) < room:
            out += self._inflate(chunk, room - len(out))
            if not self._inflater.eof:
                break
            chunk = self._inflater.unused_data.lstrip(b"\0")
            self._inflater = zlib.decompressobj(self._bits)
        return bytes(out)

    def _inflate(self, chunk: bytes, room: int) -> bytes:
        first, self._started = not self._started, True
        try:
            return self._inflater.decompress(chunk, room)
        except zlib.error:
            if not first or self._bits != zlib.MAX_WBITS:
                raise
            self._bits = -zlib.MAX_WBITS  # many servers send deflate raw
            self._inflater = zlib.decompressobj(self._bits)
            return self._inflater.decompress(chunk, room)


def _decoder(encoding: str) -> _Identity | _Inflate:
    match encoding.strip().lower():
        case "" | "identity":
            return _Identity()
        case "gzip" | "x-gzip":
            return _Inflate(gzip=True)
        case "deflate":
            return _Inflate(gzip=False)
        case other:
            problem = f"the server compressed with '{other[:20]}' though only gzip and deflate were offered"
            raise _Failure(FailureKind.NOT_A_FEED, f"{problem}: tell its operator")


# --------------------------------------------------------------------------- what went wrong


def _forbidden(what: str) -> tuple[FailureKind, str]:
    remedy = "set [poll] allow_private_networks = true if you mean it"
    return FailureKind.FORBIDDEN_ADDRESS, f"{what} is not a public address: {remedy}"


def _explain(error: Exception, host: str, proxy: Proxy | None) -> tuple[FailureKind, str]:
    """The trouble in our words: the libraries' own may hold a URL with its credentials."""
    cause = error.__cause__ or error
    if isinstance(os_error := getattr(cause, "os_error", None), _NotPublic):
        return _forbidden(f"{host} ({os_error.ip})")
    if proxy is None:
        return FailureKind.NETWORK, _in_words(cause, host)
    message = _trouble_with(proxy, cause, host)
    return FailureKind.NETWORK, message or _in_words(cause, f"{host} (through the proxy {proxy.url})")


def _trouble_with(proxy: Proxy, cause: BaseException, host: str) -> str | None:
    """What is wrong with the proxy itself; None: it is not to blame."""
    import aiohttp

    remedy = "check the proxy variables of the environment"
    match cause:
        case aiohttp.ClientConnectorDNSError():
            return f"the name of the proxy {proxy.url} is not known: {remedy}"
        case aiohttp.ClientProxyConnectionError(os_error=os_error):
            return f"no connection to the proxy {proxy.url} ({_reason(os_error)}): {remedy}, and whether it is up"
        case aiohttp.ClientHttpProxyError(status=407):
            return f"the proxy {proxy.url} wants a login: write it into the proxy's URL in the environment"
        case aiohttp.ClientHttpProxyError(status=status):
            return f"the proxy {proxy.url} does not connect to {host} ({status}): check the URL, and ask its operator"
        case aiohttp.ClientSSLError(host=at) if at == urlsplit(proxy.url).hostname:
            return f"the proxy {proxy.url} does not speak TLS as it should: {remedy}, and its certificate"
    return None


def _reason(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else "refused"


def _in_words(cause: BaseException, host: str) -> str:
    import aiohttp

    from listener.lean.httpx import httpx

    match cause:
        case aiohttp.ClientConnectorDNSError():
            return f"the name {host} is not known: check the URL and the name server"
        case aiohttp.ClientConnectorCertificateError():
            return f"the certificate of {host} is not valid: ask its operator, and check the date here"
        case aiohttp.ClientSSLError():
            return f"{host} does not speak TLS as it should: check whether the URL begins with http or https"
        case aiohttp.ClientConnectorError(os_error=os_error):
            return f"no connection to {host} ({_reason(os_error)}): check the URL, and whether the server is up"
        case httpx.InvalidURL() | aiohttp.InvalidURL():
            return "not a valid URL: check its spelling"
        case UnicodeEncodeError():
            return "a header would hold letters beyond ASCII: check the feed's auth and the contact"
        case zlib.error():
            return "the compressed answer is damaged: it is asked again"
        case _:
            return f"the connection to {host} broke off ({type(cause).__name__}): it is asked again"
