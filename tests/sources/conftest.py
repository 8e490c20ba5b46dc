"""Real servers on loopback: one for HTTP that answers byte by byte as a test says, and an HTTP proxy."""

from __future__ import annotations

import contextlib
import http.client
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest


@dataclass
class Request:
    """One request as it arrived, and the connection to answer on."""

    path: str
    headers: dict[str, str]
    send: Callable[[bytes], Any]
    released: threading.Event  # set when the test is over: nobody waits for a hanging answer


@dataclass
class Site:
    """What the server answers, by path, and what it was asked."""

    port: int = 0
    answers: dict[str, bytes | Callable[[Request], None]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/feed", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def answer(self, path: str = "/feed", body: bytes = b"", status: str = "200 OK", **headers: str) -> str:
        """Answer `path` with a complete response; returns its URL."""
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.answers[path] = "\r\n".join([*lines, "", ""]).encode() + body
        return self.url(path)

    def handle(self, path: str, handler: Callable[[Request], None]) -> str:
        self.answers[path] = handler
        return self.url(path)


class _Handler(socketserver.StreamRequestHandler):
    site: Site

    def handle(self) -> None:
        while line := self.rfile.readline().decode("latin-1").split():
            headers = {}
            while header := self.rfile.readline().decode("latin-1").strip():
                name, _, value = header.partition(":")
                headers[name.lower()] = value.strip()
            request = Request(line[1], headers, self.wfile.write, self.site.released)
            self.site.requests.append(request)
            answer = self.site.answers.get(line[1], b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            if callable(answer):
                answer(request)
                return
            self.wfile.write(answer)


class _ProxyHandler(_Handler):
    """Passes on what is asked with a whole URL, as if every name meant this machine; refuses tunnels."""

    def handle(self) -> None:
        while line := self.rfile.readline().decode("latin-1").split():
            headers = http.client.parse_headers(self.rfile)
            lowered = {name.lower(): value for name, value in headers.items()}
            self.site.requests.append(Request(line[1], lowered, self.wfile.write, self.site.released))
            url = urlsplit(line[1])
            if line[0] == "CONNECT" or not url.hostname:
                self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                return
            del headers["proxy-authorization"]
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", url.port)) as onward:
                onward.request("GET", url.path, headers=dict(headers))
                answer = onward.getresponse()
                named = "".join(f"{name}: {value}\r\n" for name, value in answer.getheaders())
                head = f"HTTP/1.1 {answer.status} {answer.reason}\r\n{named}\r\n"
                self.wfile.write(head.encode() + answer.read())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what many tests are about."""


def _serve(handler: type[_Handler] = _Handler) -> Iterator[Site]:
    site = Site()
    with _Server(("127.0.0.1", 0), type("Handler", (handler,), {"site": site})) as server:
        site.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield site
        site.released.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    yield from _serve()


@pytest.fixture
def other_site() -> Iterator[Site]:
    yield from _serve()


@pytest.fixture
def proxy() -> Iterator[Site]:
    yield from _serve(_ProxyHandler)
