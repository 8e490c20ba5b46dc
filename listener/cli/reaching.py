"""What `listener doctor` looks at beyond this machine: are feeds and destinations in reach? Sends no message."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from listener.cli.examining import CLOCK_TOLERANCE, Finding, fine, look, wrong
from listener.core.text import display_url
from listener.errors import ListenerError
from listener.model import FailureKind, FeedRequest, FetchFailed, Proxies
from listener.sources.http import Answer, Document
from listener.sources.proxy import proxy_for

if TYPE_CHECKING:
    from listener.config import Config
    from listener.services.server import Server

_FEEDS = 3  # of different hosts: one server that is down says nothing about the network
_UNREACHED = (FailureKind.NETWORK, FailureKind.TIMEOUT)
_AT_ONCE = 16  # destinations
_PATIENCE = timedelta(seconds=10)


def reach(config: Config, now: datetime) -> Iterator[Finding]:
    """Whether a few feeds and every destination answer, and what the feeds' servers say of the clock."""
    yield from _feeds(config, now)
    yield from _destinations(config)


# --------------------------------------------------------------------------- feeds


def _feeds(config: Config, now: datetime) -> Iterator[Finding]:
    hosts = {urlsplit(feed.url).hostname: feed.url for feed in config.feeds if not feed.url.startswith("demo:")}
    urls = list(hosts.values())[:_FEEDS]
    if not urls:
        return
    answers = asyncio.run(_ask(config, urls))
    for url, answer in zip(urls, answers, strict=True):
        if isinstance(answer, FetchFailed):
            yield look("network", f"{display_url(url)}: {answer.message}", "`listener feeds health` knows its history")
    reached = sum(not isinstance(answer, FetchFailed) or answer.kind not in _UNREACHED for answer in answers)
    if reached:
        yield fine("network", f"{reached} of {len(urls)} feeds' servers that were asked answered")
    else:
        what = f"none of {len(urls)} feeds' servers that were asked answered"
        yield wrong("network", what, "Check the network, the name server and the proxy variables")
    yield from _clock([answer for answer in answers if isinstance(answer, Document)], now)


async def _ask(config: Config, urls: Sequence[str]) -> list[Answer]:
    from listener.app import fetch_limits
    from listener.sources.http import Fetcher

    async with Fetcher(replace(fetch_limits(config), deadline=_PATIENCE)) as fetcher:
        return await asyncio.gather(*(fetcher.fetch(_request(config, url)) for url in urls))


def _request(config: Config, url: str) -> FeedRequest:
    auth = config.feed_auth.get(url)
    return FeedRequest(
        feed_id=0,
        url=url,
        auth=auth.get_secret_value() if auth else None,
        allow_private=config.poll.allow_private_networks,
    )


def _clock(documents: Sequence[Document], now: datetime) -> Iterator[Finding]:
    """Right when one server agrees: theirs may be wrong, too."""
    told = [document.served_at for document in documents if document.served_at is not None]
    if not told:
        return
    off = min(abs(now - moment) for moment in told)
    if off > CLOCK_TOLERANCE:
        what = f"it is off by {off.total_seconds() / 60:.0f} minutes from those of {len(told)} servers"
        yield wrong("clock", what, "Set it (NTP)")
    else:
        yield fine("clock", "it agrees with those of other servers")


# --------------------------------------------------------------------------- destinations


def _destinations(config: Config) -> Iterator[Finding]:
    from listener.notify import Notifier

    notifier = Notifier({name: url.get_secret_value() for name, url in config.destinations.items()})
    servers: dict[str, Server] = {}
    for name in config.destinations:
        try:
            server = notifier.server(name)
        except ListenerError:
            continue  # a mistake in the configuration, which is told as such
        if server is None:
            what = f"{name}: only sending a message shows whether its service is in reach"
            yield look("destinations", what, f"`listener alerts test {name}`")
        else:
            servers[name] = server
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        problems = pool.map(lambda server: _connect(config.proxies, server), servers.values())
        yield from map(_of_destination, servers, problems)


def _of_destination(name: str, problem: str | None) -> Finding:
    if problem is None:
        return fine("destinations", f"{name}: its server is in reach")
    return wrong("destinations", f"{name}: {problem}", "Check its URL, the network and the proxy variables")


def _connect(proxies: Proxies, server: Server) -> str | None:
    """What is in the way of a connection, without the host, which is part of a secret; None: nothing."""
    web = server.scheme in ("http", "https")
    proxy = proxy_for(proxies, scheme=server.scheme, host=server.host, port=server.port) if web else None
    whose, host, port = "its server", server.host, server.port
    if proxy is not None:
        parts = urlsplit(proxy.url)
        whose, host, port = "the proxy", str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((host, port), _PATIENCE.total_seconds()).close()
    except socket.gaierror:
        return f"the name of {whose} is not known"
    except TimeoutError:
        return f"no connection to {whose} within {_PATIENCE.seconds} s"
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "its name is none"
        return f"no connection to {whose} ({reason})"
    return None
