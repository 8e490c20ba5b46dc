from __future__ import annotations

import asyncio
import gzip
import logging
import socket
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from listener import clock
from listener.model import FailureKind, FeedRequest, FetchFailed, NotModified, Proxies, Proxy, Unfinished
from listener.sources.http import Document, Fetcher, FetchLimits, is_public

LIMITS = FetchLimits(deadline=timedelta(seconds=20), max_bytes=100_000, user_agent="listener/1 (ops@example.com)")


def fetch(url: str, limits: FetchLimits = LIMITS, **fields: Any) -> Document | NotModified | FetchFailed:
    async def once() -> Document | NotModified | FetchFailed:
        async with Fetcher(limits) as fetcher:
            return await fetcher.fetch(FeedRequest(**{"feed_id": 7, "url": url, "allow_private": True, **fields}))

    return asyncio.run(once())


def document(url: str, **fields: Any) -> Document:
    answer = fetch(url, **fields)
    assert isinstance(answer, Document), answer
    return answer


def failure(url: str, limits: FetchLimits = LIMITS, **fields: Any) -> FetchFailed:
    answer = fetch(url, limits, **fields)
    assert isinstance(answer, FetchFailed), answer
    assert answer.feed_id == 7
    return answer


class TestRequest:
    def test_a_document_comes_with_what_the_next_request_needs(self, site):
        url = site.answer(body=b"<rss/>", ETag='"1"', Last_Modified="yesterday", Content_Type="text/xml")
        assert document(url) == Document(
            body=b"<rss/>",
            content_type="text/xml",
            etag='"1"',
            last_modified="yesterday",
            cache_control=None,
            url=url,
            moved_to=None,
        )

    def test_it_says_who_asks_and_what_it_can_read(self, site):
        document(site.answer(body=b"x"))
        headers = site.requests[0].headers
        assert headers["user-agent"] == "listener/1 (ops@example.com)"
        assert headers["accept-encoding"] == "gzip, deflate"
        assert "cookie" not in headers

    def test_it_asks_conditionally(self, site):
        url = site.answer(status="304 Not Modified")
        assert fetch(url, etag='"1"', last_modified="yesterday") == NotModified(feed_id=7)
        assert site.requests[0].headers["if-none-match"] == '"1"'
        assert site.requests[0].headers["if-modified-since"] == "yesterday"

    def test_a_304_that_was_not_asked_for_is_a_failure(self, site):
        assert failure(site.answer(status="304 Not Modified")).kind is FailureKind.HTTP_STATUS

    def test_cookies_are_not_kept(self, site):
        url = site.answer(body=b"x", Set_Cookie="session=1; Path=/")

        async def twice() -> None:
            async with Fetcher(LIMITS) as fetcher:
                for _ in range(2):
                    await fetcher.fetch(FeedRequest(feed_id=1, url=url, allow_private=True))

        asyncio.run(twice())
        assert len(site.requests) == 2
        assert all("cookie" not in request.headers for request in site.requests)

    def test_a_validator_that_cannot_be_sent_back_is_forgotten(self, site):
        assert document(site.answer(body=b"x", ETag='"é"')).etag is None

    def test_the_fragment_stays_here(self, site):
        site.answer(body=b"x")
        assert document(site.url("/feed#top")).moved_to is None

    @pytest.mark.parametrize("path", ["/ü?q=é", "/a%2Fb?x=%20y", "/a b"])
    def test_unusual_paths_are_asked_for(self, site, path):
        failure(site.url(path))
        assert len(site.requests) == 1


class TestAuth:
    @pytest.mark.parametrize("auth", ["Basic dTpw", "Bearer a:b"])
    def test_a_scheme_goes_into_authorization(self, site, auth):
        document(site.answer(body=b"x"), auth=auth)
        assert site.requests[0].headers["authorization"] == auth

    def test_a_header_of_its_own(self, site):
        document(site.answer(body=b"x"), auth="X-Api-Key: s3cret")
        assert site.requests[0].headers["x-api-key"] == "s3cret"
        assert "authorization" not in site.requests[0].headers

    def test_one_that_no_header_can_carry_is_explained(self, site):
        assert "check the feed's auth" in failure(site.answer(body=b"x"), auth="Bearer schlüssel").message

    def test_user_and_password_in_the_url_become_basic(self, site):
        site.answer(body=b"x")
        answer = document(site.url().replace("http://", "http://us%40er:p%3Aw@"))
        assert site.requests[0].headers["authorization"] == "Basic dXNAZXI6cDp3"
        assert "p%3Aw" not in answer.url

    @pytest.mark.parametrize("auth", ["Bearer t0ken", "X-Api-Key: t0ken"])
    def test_no_credential_goes_to_another_host(self, site, other_site, auth):
        other_site.answer(body=b"x")
        answer = document(site.answer(status="301 Moved", Location=other_site.url()), auth=auth)
        assert "t0ken" in str(site.requests[0].headers)
        assert "t0ken" not in str(other_site.requests[0].headers)
        assert answer.moved_to is None

    def test_a_credential_does_not_come_back_after_a_detour(self, site, other_site):
        site.answer("/end", body=b"x")
        other_site.answer(status="302 Found", Location=site.url("/end"))
        document(site.answer(status="302 Found", Location=other_site.url()), auth="Bearer t0ken")
        assert "authorization" not in site.requests[1].headers

    def test_it_goes_along_on_the_same_host(self, site):
        site.answer("/end", body=b"x")
        document(site.answer(status="302 Found", Location="/end"), auth="Bearer t0ken")
        assert site.requests[1].headers["authorization"] == "Bearer t0ken"

    def test_nothing_secret_is_in_a_message_or_a_log(self, site, caplog):
        caplog.set_level(logging.DEBUG)
        urls = [site.url("/404"), site.answer("/loop", status="302 Found", Location="/loop"), "http://127.0.0.1:1/"]
        for url in urls:
            message = failure(url.replace("http://", "http://user:s3cret@"), auth=None).message
            assert "s3cret" not in message
        assert "s3cret" not in caplog.text


class TestRedirects:
    def test_permanent_ones_are_reported(self, site):
        site.answer("/b", status="308 Permanent Redirect", Location="/c")
        site.answer("/c", body=b"x")
        answer = document(site.answer("/a", status="301 Moved", Location="/b"))
        assert answer.moved_to == answer.url == site.url("/c")

    @pytest.mark.parametrize("status", ["302 Found", "303 See Other", "307 Temporary Redirect"])
    def test_a_temporary_one_among_them_is_not(self, site, status):
        site.answer("/b", status=status, Location="/c")
        site.answer("/c", body=b"x")
        answer = document(site.answer("/a", status="301 Moved", Location="/b"))
        assert (answer.url, answer.moved_to) == (site.url("/c"), None)

    def test_a_loop_ends_after_five(self, site):
        failed = failure(site.answer(status="302 Found", Location="/feed"))
        assert failed.kind is FailureKind.REDIRECT
        assert len(site.requests) == 6

    @pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://x/", "javascript:alert(1)", "gopher://x"])
    def test_only_http_is_followed(self, site, location):
        assert failure(site.answer(status="302 Found", Location=location)).kind is FailureKind.REDIRECT

    @pytest.mark.parametrize("location", ["http://[::1", "http://", "http://x:99999/", "http://a b/"])
    def test_a_broken_location_is_a_failure(self, site, location):
        assert failure(site.answer(status="302 Found", Location=location)).message

    def test_conditions_go_along(self, site):
        site.answer("/b", status="304 Not Modified")
        assert isinstance(fetch(site.answer("/a", status="301 Moved", Location="/b"), etag="1"), NotModified)


class TestStatus:
    def test_410_is_gone(self, site):
        assert failure(site.answer(status="410 Gone")).kind is FailureKind.GONE

    def test_410_behind_a_temporary_redirect_is_not_the_feeds_end(self, site):
        site.answer("/b", status="410 Gone")
        assert failure(site.answer("/a", status="302 Found", Location="/b")).kind is FailureKind.HTTP_STATUS

    @pytest.mark.parametrize(
        ("status", "remedy"),
        [("404 Not Found", "check"), ("401 Unauthorized", 'auth = "env:'), ("500 Oops", "trouble")],
    )
    def test_others_name_the_number_and_a_remedy(self, site, status, remedy):
        failed = failure(site.answer(status=status))
        assert failed.kind is FailureKind.HTTP_STATUS
        assert status[:3] in failed.message
        assert remedy in failed.message
        assert failed.retry_after is None

    @pytest.mark.parametrize(
        ("value", "pause"),
        [("120", timedelta(minutes=2)), ("-5", None), ("99999999999", timedelta(hours=24)), ("soon", None), ("", None)],
    )
    @pytest.mark.parametrize("status", ["429 Too Many", "503 Unavailable"])
    def test_retry_after_in_seconds(self, site, value, pause, status):
        assert failure(site.answer(status=status, Retry_After=value)).retry_after == pause

    def test_retry_after_as_a_date(self, site):
        until = clock.now() + timedelta(hours=1)
        pause = failure(site.answer(status="429 Too Many", Retry_After=format_datetime(until, usegmt=True))).retry_after
        assert pause is not None
        assert timedelta(minutes=59) < pause <= timedelta(hours=1)

    def test_retry_after_in_the_past_is_no_pause(self, site):
        answer = site.answer(status="503 Unavailable", Retry_After="Wed, 21 Oct 2015 07:28:00 GMT")
        assert failure(answer).retry_after == timedelta()

    def test_retry_after_means_nothing_elsewhere(self, site):
        assert failure(site.answer(status="404 Not Found", Retry_After="60")).retry_after is None


class TestBody:
    @pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
    def test_gzip(self, site, encoding):
        assert document(site.answer(body=gzip.compress(b"feed" * 9), Content_Encoding=encoding)).body == b"feed" * 9

    def test_gzip_of_several_members(self, site):
        body = gzip.compress(b"one ") + gzip.compress(b"two")
        assert document(site.answer(body=body, Content_Encoding="gzip")).body == b"one two"

    def test_deflate_with_and_without_header(self, site):
        raw = zlib.compressobj(wbits=-15)
        for body in (zlib.compress(b"feed"), raw.compress(b"feed") + raw.flush()):
            assert document(site.answer(body=body, Content_Encoding="deflate")).body == b"feed"

    def test_gzip_byte_by_byte(self, site):
        body = gzip.compress(b"feed" * 20)

        def chunks(request):
            request.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n")
            for byte in body:
                request.send(b"1\r\n" + bytes([byte]) + b"\r\n")
            request.send(b"0\r\n\r\n")

        assert document(site.handle("/feed", chunks)).body == b"feed" * 20

    def test_an_encoding_that_was_not_offered(self, site):
        assert "'br'" in failure(site.answer(body=b"x", Content_Encoding="br")).message

    @pytest.mark.parametrize("body", [b"no gzip at all", gzip.compress(b"x", mtime=0)[:10] + b"\xff" * 20])
    def test_damaged_compression(self, site, body):
        failed = failure(site.answer(body=body, Content_Encoding="gzip"))
        assert failed.kind is FailureKind.NETWORK
        assert "damaged" in failed.message

    def test_a_body_at_the_limit_is_taken(self, site):
        assert len(document(site.answer(body=b"x" * 100_000)).body) == 100_000
        assert len(document(site.answer(body=gzip.compress(b"x" * 100_000), Content_Encoding="gzip")).body) == 100_000

    def test_an_announced_size_over_the_limit_is_not_read(self, site):
        def huge(request):
            request.send(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n")
            request.released.wait()

        assert failure(site.handle("/feed", huge)).kind is FailureKind.TOO_LARGE

    def test_an_endless_body_is_cut_off(self, site):
        def endless(request):
            request.send(b"HTTP/1.1 200 OK\r\n\r\n")
            while not request.released.is_set():
                request.send(b"x" * 65536)

        failed = failure(site.handle("/feed", endless))
        assert failed.kind is FailureKind.TOO_LARGE
        assert "0.1 MB" in failed.message

    @pytest.mark.parametrize("encoding", ["gzip", "deflate"])
    def test_a_bomb_is_never_unpacked(self, site, encoding):
        packed = zlib.compressobj(9, wbits=31 if encoding == "gzip" else 15)
        bomb = b"".join(packed.compress(bytes(1_000_000)) for _ in range(200)) + packed.flush()
        assert len(bomb) < 250_000
        url = site.answer(body=bomb, Content_Encoding=encoding)
        tracemalloc.start()
        try:
            failed = failure(url, FetchLimits(max_bytes=1_000_000))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert failed.kind is FailureKind.TOO_LARGE
        assert peak < 20_000_000


class TestTrouble:
    def test_a_drip_feed_meets_the_total_deadline(self, site):
        def drip(request):
            request.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not request.released.wait(0.02):
                request.send(b"x")

        failed = failure(site.handle("/feed", drip), FetchLimits(deadline=timedelta(seconds=0.3)))
        assert failed.kind is FailureKind.TIMEOUT
        assert "0.3 s" in failed.message

    def test_a_server_that_never_answers_meets_it_too(self, site):
        url = site.handle("/feed", lambda request: request.released.wait() and None)
        assert failure(url, FetchLimits(deadline=timedelta(seconds=0.2))).kind is FailureKind.TIMEOUT

    def test_one_that_hangs_does_not_hold_up_the_others(self, site):
        hanging = site.handle("/hang", lambda request: request.released.wait() and None)
        good = site.answer("/good", body=b"x")
        limits = FetchLimits(deadline=timedelta(seconds=0.5), per_host=2)

        async def both() -> list[Document | NotModified | FetchFailed]:
            requests = [FeedRequest(feed_id=n, url=u, allow_private=True) for n, u in enumerate([hanging, *[good] * 9])]
            async with Fetcher(limits) as fetcher:
                return await asyncio.gather(*map(fetcher.fetch, requests))

        first, *others = asyncio.run(both())
        assert isinstance(first, FetchFailed)
        assert all(isinstance(other, Document) for other in others)

    def test_waiting_for_the_host_is_not_counted(self, site):
        def slow(request):
            request.released.wait(0.1)
            request.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")

        url = site.handle("/feed", slow)

        async def many() -> list[Document | NotModified | FetchFailed]:
            async with Fetcher(FetchLimits(deadline=timedelta(seconds=0.5), per_host=1)) as fetcher:
                requests = [FeedRequest(feed_id=n, url=url, allow_private=True) for n in range(8)]
                return await asyncio.gather(*map(fetcher.fetch, requests))

        assert all(isinstance(answer, Document) for answer in asyncio.run(many()))

    def test_a_refused_connection(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            failed = failure(f"http://127.0.0.1:{unused.getsockname()[1]}/")
        assert failed.kind is FailureKind.NETWORK
        assert "refused" in failed.message

    def test_an_unknown_name(self):
        failed = failure("http://no-such-host.invalid/feed")
        assert failed.kind is FailureKind.NETWORK
        assert "no-such-host.invalid" in failed.message

    def test_no_tls_where_https_is_asked_for(self):
        with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:

            def refuse() -> None:
                connection, _ = server.accept()
                with connection:
                    connection.recv(1)
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

            refused = pool.submit(refuse)
            failed = failure(f"https://127.0.0.1:{server.getsockname()[1]}/")
            refused.result()
        assert failed.kind is FailureKind.NETWORK
        assert "TLS" in failed.message

    @pytest.mark.parametrize("answer", [b"", b"\0\0\0\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"])
    def test_an_answer_that_breaks_off(self, site, answer):
        failed = failure(site.handle("/feed", lambda request: request.send(answer) and None))
        assert failed.kind is FailureKind.NETWORK
        assert "broke off" in failed.message

    @pytest.mark.parametrize(
        "url", ["", "feed.xml", "ftp://x/f", "http://", "http://[::1", "http://x:99999/", "http://\0/"]
    )
    def test_an_impossible_url(self, url):
        assert failure(url).message


class TestAddresses:
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433"])
    def test_loopback_is_refused_however_it_is_written(self, site, host):
        site.answer(body=b"secret")
        failed = failure(site.url(host=host), allow_private=False)
        assert failed.kind in (FailureKind.FORBIDDEN_ADDRESS, FailureKind.NETWORK)
        assert not site.requests

    def test_the_message_says_what_to_do(self, site):
        failed = failure(site.url(), allow_private=False)
        assert failed.kind is FailureKind.FORBIDDEN_ADDRESS
        assert "127.0.0.1" in failed.message
        remedy = "not a public address: set [poll] allow_private_networks = true if you mean it"
        assert failed.message.endswith(remedy)

    def test_a_name_with_several_private_addresses_is_refused_by_name(self, site):
        failed = failure(site.url(host="localhost"), allow_private=False)
        assert failed.kind is FailureKind.FORBIDDEN_ADDRESS
        assert "localhost" in failed.message

    def test_leave_for_one_feed_is_none_for_another(self, site):
        url = site.answer(body=b"x")

        async def both() -> list[Document | NotModified | FetchFailed]:
            async with Fetcher(LIMITS) as fetcher:
                return [
                    await fetcher.fetch(FeedRequest(feed_id=1, url=url, allow_private=allowed))
                    for allowed in (True, False)
                ]

        allowed, refused = asyncio.run(both())
        assert isinstance(allowed, Document)
        assert isinstance(refused, FetchFailed)

    @pytest.mark.parametrize(
        "ip",
        [
            "10.0.0.1", "172.16.5.4", "192.168.1.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
            "224.0.0.1", "255.255.255.255", "192.0.2.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
            "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "2002:0a00:0001::1",
        ],
    )  # fmt: skip
    def test_not_public(self, ip):
        assert not is_public(ip)

    @pytest.mark.parametrize(
        "ip", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1"]
    )
    def test_public(self, ip):
        assert is_public(ip)


def through(proxy: Any, *no_proxy: str, login: tuple[str, str] | None = None) -> FetchLimits:
    hop = Proxy(url=proxy.url(""), login=login)
    return replace(LIMITS, proxies=Proxies(http=hop, https=hop, no_proxy=no_proxy))


class TestProxy:
    PUBLIC = "93.184.216.34"
    LOGIN = ("ann", "s3crét")

    def test_a_document_is_fetched_through_it(self, site, proxy):
        site.answer(body=b"x")
        url = site.url(host=self.PUBLIC)
        answer = fetch(url, through(proxy), allow_private=False)
        assert isinstance(answer, Document)
        assert answer.body == b"x"
        assert [request.path for request in proxy.requests] == [url]
        assert [request.headers["host"] for request in site.requests] == [f"{self.PUBLIC}:{site.port}"]

    def test_a_name_that_is_not_known_here_is_left_to_it(self, site, proxy):
        site.answer(body=b"x")
        assert isinstance(fetch(site.url(host="feeds.invalid"), through(proxy), allow_private=False), Document)

    def test_no_proxy_goes_past_it(self, site, proxy):
        assert isinstance(fetch(site.answer(body=b"x"), through(proxy, "127.0.0.0/8")), Document)
        assert (len(site.requests), len(proxy.requests)) == (1, 0)

    def test_loopback_goes_through_it_like_everything_unless_a_request_is_direct(self, site, proxy):
        url = site.answer(body=b"x")
        fetch(url, through(proxy))
        assert len(proxy.requests) == 1
        fetch(url, through(proxy), direct=True)
        assert len(proxy.requests) == 1

    def test_its_login_arrives_at_it_alone(self, site, proxy):
        fetch(site.answer(body=b"x"), through(proxy, login=self.LOGIN), auth="Bearer t0ken")
        assert proxy.requests[0].headers["proxy-authorization"] == "Basic YW5uOnMzY3LDqXQ="
        assert "proxy-authorization" not in site.requests[0].headers
        assert site.requests[0].headers["authorization"] == "Bearer t0ken"

    def test_each_redirect_decides_anew(self, site, other_site, proxy):
        other_site.answer(body=b"x")
        site.answer(status="302 Found", Location=other_site.url())
        limits = through(proxy, "127.0.0.1", login=self.LOGIN)
        assert isinstance(fetch(site.url(host=self.PUBLIC), limits), Document)
        assert len(proxy.requests) == 1
        assert "proxy-authorization" not in other_site.requests[0].headers

    def test_a_redirect_to_a_private_address_is_refused(self, site, other_site, proxy):
        site.answer(status="302 Found", Location=other_site.url())
        failed = failure(site.url(host=self.PUBLIC), through(proxy), allow_private=False)
        assert failed.kind is FailureKind.FORBIDDEN_ADDRESS
        assert not other_site.requests

    @pytest.mark.parametrize(
        "host",
        [
            "127.0.0.1", "[::1]", "[::ffff:10.0.0.1]", "localhost", "LOCALHOST.", "2130706433", "127.1", "0x7f.0.0.1",
            "db", "metadata.google.internal", "printer.local", "a.localhost",
        ],
    )  # fmt: skip
    def test_private_targets_are_never_asked_of_it(self, site, proxy, host):
        site.answer(body=b"secret")
        failed = failure(site.url(host=host), through(proxy), allow_private=False)
        assert failed.kind is FailureKind.FORBIDDEN_ADDRESS
        assert failed.message.endswith("set [poll] allow_private_networks = true if you mean it")
        assert not proxy.requests

    def test_https_asks_it_for_a_tunnel(self, proxy):
        failed = failure(f"https://{self.PUBLIC}/feed", through(proxy, login=self.LOGIN), allow_private=False)
        assert proxy.requests[0].path == f"{self.PUBLIC}:443"
        assert proxy.requests[0].headers["proxy-authorization"] == "Basic YW5uOnMzY3LDqXQ="
        url = proxy.url("")
        assert failed.message.startswith(f"the proxy {url} does not connect to {self.PUBLIC} (403): ")

    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_a_dead_one_is_named_without_its_login(self, caplog, scheme):
        caplog.set_level(logging.DEBUG)
        dead = Proxy(url="http://127.0.0.1:1", login=("ann", "s3cret"))
        limits = replace(LIMITS, proxies=Proxies(http=dead, https=dead))
        failed = failure(f"{scheme}://{self.PUBLIC}/feed", limits)
        assert failed.kind is FailureKind.NETWORK
        assert failed.message.startswith("no connection to the proxy http://127.0.0.1:1 (Connection refused): ")
        assert "s3cret" not in f"{failed} {limits} {caplog.text}"

    def test_one_whose_name_is_not_known(self):
        limits = replace(LIMITS, proxies=Proxies(http=Proxy(url="http://proxy.invalid:3128")))
        failed = failure(f"http://{self.PUBLIC}/feed", limits)
        assert failed.message.startswith("the name of the proxy http://proxy.invalid:3128 is not known: ")

    @pytest.mark.parametrize("url", ["http://x..y/", "http://xn--/", "http://[::1%25lo]/", "http://a_b.invalid/"])
    def test_unusual_hosts_end_in_words(self, proxy, url):
        assert fetch(url, through(proxy), allow_private=False)


class TestTurns:
    """Two requests to one host that gives one place."""

    @staticmethod
    def both(url: str, **limits: float) -> list[Any]:
        durations = {name: timedelta(seconds=seconds) for name, seconds in limits.items()}

        async def ask() -> list[Any]:
            async with Fetcher(FetchLimits(per_host=1, **durations)) as fetcher:
                requests = [FeedRequest(feed_id=n, url=url, allow_private=True) for n in range(2)]
                return await asyncio.gather(*map(fetcher.fetch, requests))

        return asyncio.run(ask())

    def test_a_place_rests_before_the_next_request(self, site, monkeypatch):
        monkeypatch.setattr("listener.sources.http.is_loopback", lambda _: False)
        first, second = self.both(site.answer(body=b"x"), host_pause=0.6, patience=0.5)
        assert isinstance(first, Document)
        assert second == Unfinished(feed_id=1, slow=False)
        assert len(site.requests) == 1

    def test_not_on_loopback(self, site):
        assert all(isinstance(each, Document) for each in self.both(site.answer(body=b"x"), host_pause=60))

    def test_who_needs_longer_than_the_patience_is_slow(self, site):
        url = site.handle("/feed", lambda request: request.released.wait(20))
        first, second = self.both(url, patience=0.2)
        assert first == Unfinished(feed_id=0, slow=True)
        assert second == Unfinished(feed_id=1, slow=False)
