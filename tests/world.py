"""The world around listener: a site with feeds, a webhook, a mail server, a project folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape

from aiosmtpd.smtp import SMTP, Envelope, Session

from listener import clock

RULES = """\
trigger = "funding"
label   = "Funding round"
lang    = "en"
weight  = 70
why     = "New money is spent within two quarters."
[[rule]]
id    = "raises-money"
match = ["{company} raise {money}"]
[[example]]
text   = "Acme Robotics raises $12M"
expect = { company = "Acme Robotics" }
"""
NO_PROXIES = {"NO_PROXY": "*", "no_proxy": "*"}
"""The world is on loopback, where a developer's proxy cannot reach it."""
PATIENCE_SECONDS = 60
"""How long a test waits for what must happen before it calls that a failure."""


def rss(*titles: str, site: str = "https://news.example", **texts: str) -> bytes:
    """A feed with an entry for each title, published now; `texts` are descriptions by the number of the entry."""
    items = "".join(
        f"<item><title>{escape(title)}</title><link>{site}/{title.replace(' ', '-')}</link>"
        f"<guid>{escape(title)}</guid><pubDate>{format_datetime(clock.now())}</pubDate>"
        f"<description>{escape(texts.get(f'text{number}', ''))}</description></item>"
        for number, title in enumerate(titles)
    )
    return f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()


@dataclass
class Site:
    """Pages by path, served over HTTP, and the POSTs that came in, as the JSON that they carry."""

    pages: dict[str, bytes] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    date: str | None = None  # by this server's clock; None: the right one
    asked: list[str] = field(default_factory=list)  # paths of the GETs that came in
    logins: list[str] = field(default_factory=list)  # the Authorization of the GETs that had one
    posted: list[dict[str, Any]] = field(default_factory=list)
    refuse: bool = False
    refused: int = 0
    arrived: threading.Condition = field(default_factory=threading.Condition)
    port: int = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"

    @property
    def webhook(self) -> str:
        """For Apprise."""
        return f"json://127.0.0.1:{self.port}/hook?rto=60"

    def titles(self) -> list[str]:
        with self.arrived:
            return [post["title"] for post in self.posted]

    def wait_for(self, posts: int) -> list[str]:
        """The titles of the messages, once there are so many."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.posted) >= posts, PATIENCE_SECONDS), self.posted
        return self.titles()


def site_handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.lstrip("/")
            site.asked.append(path)
            site.logins += self.headers.get_all("Authorization", [])
            status = site.statuses.get(path, 200 if path in site.pages else 404)
            self._answer(status, site.pages.get(path, b""), site.headers.get(path, {}))

        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"]))) | {"path": self.path}
            with site.arrived:
                if site.refuse:
                    site.refused += 1
                else:
                    site.posted.append(message)
                site.arrived.notify_all()
            self._answer(503 if site.refuse else 200)

        def _answer(self, status: int, body: bytes = b"", headers: Mapping[str, str] = MappingProxyType({})) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return site.date or super().date_time_string(timestamp)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


class Mailbox:
    """Takes mail as a server does."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        mail = message_from_bytes(envelope.content or b"", policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


@dataclass
class MailServer:
    box: Mailbox
    port: int

    @property
    def url(self) -> str:
        """For Apprise."""
        return f"mailto://127.0.0.1:{self.port}/?from=listener@sales.example&to=anna@sales.example&mode=insecure"


@dataclass
class Project:
    """A folder with a config.toml and rules, as an operator has it."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def rule_file(self) -> Path:
        return self.folder / "rules" / "en" / "funding.toml"

    def configure(
        self,
        feeds: Sequence[str] = (),
        destinations: dict[str, str] | None = None,
        *,
        workers: int = 0,
        interval: str = "1s",
        more: str = "",
        poll: str = "",
    ) -> Path:
        self.rule_file.parent.mkdir(parents=True, exist_ok=True)
        if not self.rule_file.exists():
            self.rule_file.write_text(RULES)
        tables = "".join(f'[[feeds]]\nurl = "{url}"\n' for url in feeds)
        named = "".join(f'{name} = "{url}"\n' for name, url in (destinations or {}).items())
        self.config.write_text(
            f'[listener]\ndatabase = "listener.db"\nworkers = {workers}\n'
            f'[poll]\ninterval = "{interval}"\nallow_private_networks = true\n{poll}\n'
            f'[web]\nlisten = "127.0.0.1:0"\n'
            f"{tables}\n[destinations]\n{named}\n{more}"
        )
        return self.config

    def run(
        self, *arguments: str, check: int | None = 0, environ: Mapping[str, str] = NO_PROXIES
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of listener in the folder; `check`: the exit code that it must have (None: any)."""
        done = subprocess.run(
            command(*arguments),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
            env={**os.environ, **environ},
        )
        assert check is None or done.returncode == check, done.stdout + done.stderr
        return done

    def json(self, *arguments: str, environ: Mapping[str, str] = NO_PROXIES) -> Any:
        return json.loads(self.run(*arguments, "--json", environ=environ).stdout)

    def start(self, *arguments: str, environ: Mapping[str, str] = NO_PROXIES) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command(*arguments),
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environ, "PYTHONUNBUFFERED": "1"},
        )


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from listener.cli import main; main()", *arguments]
