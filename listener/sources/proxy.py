"""Through which proxy a URL is fetched, and which names are never asked of one. Pure."""

from __future__ import annotations

import ipaddress
import re

from listener.model import Proxies, Proxy

_LOCAL_ENDINGS = frozenset(("localhost", "localdomain", "local", "internal", "arpa"))
"""Top-level domains that are no one's on the internet: RFC 6761, RFC 6762, ICANN's reservation of .internal, RFC 8375;
and localdomain, which many hosts files know."""


def proxy_for(proxies: Proxies, *, scheme: str, host: str, port: int) -> Proxy | None:
    """The proxy for an http or https URL; None: it is fetched directly."""
    proxy = proxies.https if scheme == "https" else proxies.http
    if proxy is None or any(_matches(exception, host, port) for exception in proxies.no_proxy):
        return None
    return proxy


def _matches(exception: str, host: str, port: int) -> bool:
    """Whether one word of NO_PROXY means a host: `*`, a domain with all beneath it, an address or a network.

    A domain or address may name a port. Names are not resolved: a network means addresses that are written as such.
    """
    name, for_port = _apart(exception.lower())
    asked = host.lower().rstrip(".")
    if for_port not in (None, port):
        return False
    if (network := _network(name)) is not None:
        return _within(asked, network)
    domain = name.removeprefix("*").strip(".")
    return name == "*" or (bool(domain) and (asked == domain or asked.endswith(f".{domain}")))


def _apart(exception: str) -> tuple[str, int | None]:
    """Name or address, without the brackets of IPv6, and the port; None: any."""
    found = re.fullmatch(r"(\[.*\]|[^:]*):(\d{1,5})", exception)
    name, port = (found[1], int(found[2])) if found else (exception, None)
    return name.strip("[]"), port


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _within(host: str, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    try:
        return ipaddress.ip_address(host) in network
    except ValueError:
        return False


def is_local_name(host: str) -> bool:
    """Whether a name that cannot be resolved here would mean, if anything, a place in somebody's own network.

    These are names of one word, names under a top-level domain that is not on the internet, and numbers that a
    proxy might read as an address.
    """
    *rest, last = host.lower().rstrip(".").split(".")
    return not rest or last in _LOCAL_ENDINGS or last[:1].isdigit()
