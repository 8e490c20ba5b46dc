"""What messages are sent to in tests: an HTTP server that can be every service, also those with a fixed address."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import trustme

SLACK = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
DISCORD = "https://discord.com/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"
TELEGRAM = "tgram://123456789:ABCdefghijklmnopqrstuvwxyzABCDEFGHI/12315544/"
TEAMS = "https://prod-12.westeurope.logic.azure.com:443/workflows/abc123/triggers/manual/paths/invoke?sig=sigsigsig"


@dataclass(frozen=True)
class Request:
    """What a service was sent."""

    method: str
    host: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: Any = "ok"  # text as it is, else JSON
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Services:
    """A server on loopback. It is also a proxy behind which every https host answers."""

    authority: trustme.CA
    answer: Callable[[Request], Answer] = lambda _: Answer()
    requests: list[Request] = field(default_factory=list)
    port: int = 0

    def url(self, scheme: str, path: str, login: str = "") -> str:
        return f"{scheme}://{login}127.0.0.1:{self.port}/{path}"

    @property
    def last(self) -> Request:
        return self.requests[-1]

    def tls(self, host: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(host).configure_cert(context)
        return context


@contextmanager
def serve(authority: trustme.CA) -> Iterator[Services]:
    services = Services(authority)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(services))
    services.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield services
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(services: Services) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_CONNECT(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.close_connection = False  # whatever version of HTTP the client asked in
            tls = services.tls(self.path.partition(":")[0])
            self.connection = self.request = tls.wrap_socket(self.connection, server_side=True)
            self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)

        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.title(): value for name, value in self.headers.items()}
            request = Request(self.command, self.headers.get("Host", ""), self.path, headers, body)
            services.requests.append(request)
            answer = services.answer(request)
            said = (answer.body if isinstance(answer.body, str) else json.dumps(answer.body)).encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(0 if answer.status == 204 else len(said)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(b"" if answer.status == 204 else said)
            self.close_connection = True

        do_GET = do_POST = do_PUT = _take

        def finish(self) -> None:
            super().finish()
            self.connection.close()

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def shown_by_telegram(text: str) -> str:
    """What its "Markdown" shows, as https://core.telegram.org/bots/api#markdown-style has it; it refuses open marks."""
    shown, place = "", 0
    while place < len(text):
        char, following = text[place], text[place + 1 : place + 2]
        if char == "\\" and following in tuple("_*`["):
            shown, place = shown + following, place + 2
        elif char in "_*`[":
            end = text.find("]" if char == "[" else char, place + 1)
            assert end > 0, f"Can't find end of the entity starting at {text[place : place + 40]!r}"
            shown, place = shown + text[place + 1 : end], end + 1
            if char == "[":
                assert text[place] == "("
                place = text.index(")", place) + 1
        else:
            shown, place = shown + char, place + 1
    return shown
