"""Which proxy a URL is fetched through."""

from __future__ import annotations

import pytest

from listener.model import Proxies, Proxy
from listener.sources.proxy import is_local_name, proxy_for

PROXY = Proxy(url="http://proxy.example:3128")


def goes_past(no_proxy: str, host: str, port: int = 80) -> bool:
    proxies = Proxies(http=PROXY, no_proxy=(no_proxy,))
    return proxy_for(proxies, scheme="http", host=host, port=port) is None


def test_each_scheme_has_its_own() -> None:
    proxies = Proxies(https=PROXY)
    assert proxy_for(proxies, scheme="https", host="a.example", port=443) is PROXY
    assert proxy_for(proxies, scheme="http", host="a.example", port=80) is None


@pytest.mark.parametrize(
    ("no_proxy", "host"),
    [
        ("*", "a.example"),
        ("a.example", "a.example"),
        ("A.Example", "a.example."),
        ("a.example", "feeds.a.example"),
        (".a.example", "a.example"),
        (".a.example", "feeds.a.example"),
        ("*.a.example", "feeds.a.example"),
        ("a.example:80", "a.example"),
        ("10.0.0.0/8", "10.1.2.3"),
        ("10.1.2.3", "10.1.2.3"),
        ("10.1.2.3:80", "10.1.2.3"),
        ("::1", "::1"),
        ("[::1]", "::1"),
        ("[::1]:80", "0:0:0:0:0:0:0:1"),
        ("fd00::/8", "fd12::1"),
        ("localhost", "localhost"),
    ],
)
def test_what_no_proxy_means(no_proxy: str, host: str) -> None:
    assert goes_past(no_proxy, host)


@pytest.mark.parametrize(
    ("no_proxy", "host"),
    [
        ("a.example", "not-a.example"),
        ("a.example", "example"),
        ("a.example:8080", "a.example"),
        ("10.0.0.0/8", "11.0.0.1"),
        ("10.0.0.0/8", "10.example"),
        ("10.0.0.0/8", "fd12::1"),
        (".", "a.example"),
        ("*.", "a.example"),
        (":80", "a.example"),
    ],
)
def test_what_it_does_not_mean(no_proxy: str, host: str) -> None:
    assert not goes_past(no_proxy, host)


@pytest.mark.parametrize(
    "name", ["localhost", "db", "a.localhost.", "nas.LOCAL", "x.internal", "nas.home.arpa", "0x7f.1"]
)
def test_local_names(name: str) -> None:
    assert is_local_name(name)


@pytest.mark.parametrize("name", ["news.example", "localhost.example", "3com.example", "local.example."])
def test_other_names(name: str) -> None:
    assert not is_local_name(name)
