"""Alerts and digests arrive at each service as its documentation asks for, and nothing of a feed is more than text.

Services with a host of one's own are a server on loopback; those with a fixed address (Slack, Discord, Telegram,
Teams) are the same server behind a proxy, with certificates of a test authority. Mail, MQTT and IRC go to real servers.
"""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import IO, Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from service_world import DISCORD, SLACK, TEAMS, TELEGRAM, Answer, Services, shown_by_telegram
from test_message import PERSONAL, lead, source
from test_notify import closed_port

from listener.message import render, render_digest
from listener.model import Message, SendFailed, Sent
from listener.notify import Notifier

HOSTILE = "@channel <!here> <@U123> *bold* _it_ ~s~ `c` [win](http://evil.example) www.evil.example R_and_D & \\ ||x||"
ALERT = render(
    lead(
        title=HOSTILE,
        quote=f"{HOSTILE} Cobalt_Freight raises $12M *Series B {HOSTILE}",
        quote_start=len(HOSTILE) + 16,
        quote_end=len(HOSTILE) + 37,
        hedged="in * talks",
        slots={"money": "$12M *", "round": "_Series B"},
        sources=(source(title=HOSTILE, publisher="Logistics * Daily [x]"), source(url=None, title=HOSTILE)),
    ),
    personal=PERSONAL,
)
DIGEST = render_digest(
    [lead(id=number, company=f"Company {number} *", score=number) for number in range(80)],
    reason="there were more than 10 in 10 minutes",
)
MESSAGES = pytest.mark.parametrize("message", [ALERT, DIGEST], ids=["alert", "digest"])


def send(url: str, message: Message = ALERT) -> Sent | SendFailed:
    return Notifier({"there": url}).send("there", message)


def assert_harmless(text: str) -> None:
    """Nobody is called, nothing of a feed is a link."""
    assert not re.search(r"(?<![\w\u200b])@\w|<[!@]", text)
    assert not re.search(r"evil\.\w|://evil", text)


# --------------------------------------------------------------------------- services with a fixed address


@MESSAGES
def test_slack(anywhere: Services, message: Message) -> None:
    assert send(SLACK, message) == Sent()
    assert (anywhere.last.host, anywhere.last.path) == ("hooks.slack.com", SLACK.partition(".com")[2])
    (attachment,) = anywhere.last.json["attachments"]
    assert attachment["title"] == message.title
    text = attachment["text"]
    assert_harmless(text)
    assert "\\" not in text  # Slack would show it
    for link in re.findall(r"<([^>]*)>", text):
        assert re.fullmatch(r"https://[^|>]+\|[^<>|]+", link)
    assert not re.search(r"&(?!amp;|lt;|gt;)", text)


def test_what_slack_answers_to_a_message_that_it_does_not_take(anywhere: Services) -> None:
    anywhere.answer = lambda _: Answer(body="no_service")
    outcome = send(SLACK)
    assert isinstance(outcome, SendFailed)
    assert "it answered with HTTP 200, but not as it does when it takes a message" in outcome.error


@MESSAGES
def test_discord(anywhere: Services, message: Message) -> None:
    anywhere.answer = lambda _: Answer(204)
    assert send(DISCORD, message) == Sent()
    assert (anywhere.last.host, anywhere.last.path) == ("discord.com", DISCORD.partition(".com")[2])
    content = anywhere.last.json["content"]
    assert 0 < len(content) <= 2000
    assert content.startswith(message.title)
    assert_harmless(content)
    assert "\\" not in content


@MESSAGES
def test_telegram(anywhere: Services, message: Message) -> None:
    anywhere.answer = lambda _: Answer(body={"ok": True, "result": {"message_id": 1}})
    assert send(TELEGRAM, message) == Sent()
    assert anywhere.last.host == "api.telegram.org"
    assert anywhere.last.path.endswith("/sendMessage")
    sent = anywhere.last.json
    assert (sent["chat_id"], sent["parse_mode"]) == (12315544, "MARKDOWN")
    assert 0 < len(sent["text"]) <= 4096
    shown = shown_by_telegram(sent["text"])
    assert message.title in shown
    assert_harmless(shown)
    assert "\\" not in shown


@MESSAGES
def test_teams(anywhere: Services, message: Message) -> None:
    anywhere.answer = lambda _: Answer(202, "")
    assert send(TEAMS, message) == Sent()
    assert anywhere.last.host == "prod-12.westeurope.logic.azure.com"
    assert anywhere.last.path.startswith("/workflows/abc123/triggers/manual/paths/invoke?")
    assert anywhere.last.query["sig"] == "sigsigsig"
    assert len(anywhere.last.body) < 28_000  # what a card may have
    sent = anywhere.last.json
    assert sent["type"] == "message"
    (attachment,) = sent["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert card["type"] == "AdaptiveCard"
    title, body = card["body"]
    assert (title["type"], body["type"], body["wrap"]) == ("TextBlock", "TextBlock", True)
    assert title["text"] == message.title
    assert len(body["text"]) <= 1000
    assert_harmless(body["text"])


# --------------------------------------------------------------------------- services with a host of one's own


@MESSAGES
def test_mattermost(services: Services, message: Message) -> None:
    assert send(services.url("mmost", "a" * 24), message) == Sent()
    assert services.last.path == "/hooks/" + "a" * 24
    text = services.last.json["text"]
    assert text.startswith(f"**{message.title}**")
    assert len(text) <= 4000
    assert_harmless(text)
    assert not re.search(r"(?<!\w)~\w", text)  # a channel


@MESSAGES
def test_rocket_chat(services: Services, message: Message) -> None:
    services.answer = lambda _: Answer(body={"success": True})
    assert send(services.url("rocket", "?mode=webhook", login="web%2Fhook@"), message) == Sent()
    assert services.last.path == "/hooks/web/hook"
    text = services.last.json["text"]
    assert text.startswith(f"**{message.title}**")
    assert len(text) <= 1000
    assert_harmless(text)


@MESSAGES
def test_gotify(services: Services, message: Message) -> None:
    services.answer = lambda _: Answer(body={"id": 1})
    assert send(services.url("gotify", "A.token"), message) == Sent()
    assert services.last.path == "/message"
    assert services.last.headers["X-Gotify-Key"] == "A.token"
    sent = services.last.json
    assert (sent["title"], sent["message"]) == (message.title, message.text)
    assert isinstance(sent["priority"], int)


@MESSAGES
def test_ntfy(services: Services, message: Message) -> None:
    services.answer = lambda _: Answer(body={"id": "x", "event": "message"})
    assert send(services.url("ntfy", "sales"), message) == Sent()
    assert services.last.path == "/"
    sent = services.last.json
    assert (sent["topic"], sent["title"]) == ("sales", message.title)
    assert 0 < len(sent["message"].encode()) <= 4096  # else it is a file to download


@MESSAGES
def test_matrix(services: Services, message: Message) -> None:
    known = {"user_id": "@u:x", "access_token": "t", "home_server": "x", "device_id": "D"}
    services.answer = lambda _: Answer(body=known | {"room_id": "!sales:x", "event_id": "$1"})
    assert send(services.url("matrix", "!sales:x", login="u:pass@"), message) == Sent()
    (event,) = [each for each in services.requests if "/send/m.room.message/" in each.path]
    assert event.method == "PUT"
    assert event.headers["Authorization"] == "Bearer t"
    assert event.json["msgtype"] == "m.text"
    assert message.title in event.json["body"]
    assert len(event.body) < 65_536
    assert_harmless(event.json["body"])


@MESSAGES
def test_json(services: Services, message: Message) -> None:
    assert send(services.url("json", "hook?+X-Key=abc"), message) == Sent()
    assert services.last.headers["Content-Type"].startswith("application/json")
    assert services.last.headers["X-Key"] == "abc"
    sent = services.last.json
    assert (sent["title"], sent["message"]) == (message.title, message.text)


@MESSAGES
def test_a_form(services: Services, message: Message) -> None:
    assert send(services.url("form", "hook"), message) == Sent()
    assert services.last.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert services.last.form["title"] == message.title
    assert services.last.form["message"] == message.text


# --------------------------------------------------------------------------- mail

LOGIN = "anna"
PASSWORD = "hunter2S3CRET"


class SecureMailServer:
    """Takes mail after STARTTLS and a login only."""

    def __init__(self, authority: trustme.CA) -> None:
        self.mails: list[EmailMessage] = []
        self.port = closed_port()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            tls_context=context,
            require_starttls=True,
            auth_required=True,
            authenticator=self._login,
        )
        self._controller.start()

    def _login(self, _server: SMTP, session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        assert session.ssl is not None
        return AuthResult(success=(data.login, data.password) == (LOGIN.encode(), PASSWORD.encode()), handled=False)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        mail = message_from_bytes(envelope.content or b"", policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"

    def url(self, login: str = f"{LOGIN}:{PASSWORD}") -> str:
        return f"mailtos://{login}@localhost:{self.port}?from=listener@acme.example&to=anna@sales.example&mode=starttls"

    def close(self) -> None:
        self._controller.stop()


@pytest.fixture
def mail_server(authority: trustme.CA) -> Iterator[SecureMailServer]:
    server = SecureMailServer(authority)
    yield server
    server.close()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


@pytest.mark.usefixtures("trusted")
@MESSAGES
def test_mail_over_starttls_with_a_login(mail_server: SecureMailServer, message: Message) -> None:
    assert send(mail_server.url(), message) == Sent()
    (mail,) = mail_server.mails
    assert mail["Subject"] == message.title
    assert [mail["From"].addresses[0].addr_spec, mail["To"]] == ["listener@acme.example", "anna@sales.example"]
    parts = {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}
    assert parts["text/html"].split() == message.html.split()
    assert "Cobalt" in parts["text/plain"] or "Company 1" in parts["text/plain"]


@pytest.mark.usefixtures("trusted")
def test_a_mail_has_no_header_that_a_feed_wrote(mail_server: SecureMailServer) -> None:
    assert send(mail_server.url(), render(lead(company="Acme\r\nBcc: spy@evil.example\nX-Evil: 1"))) == Sent()
    (mail,) = mail_server.mails
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None


@pytest.mark.usefixtures("trusted")
def test_a_wrong_password_is_told_without_it(mail_server: SecureMailServer) -> None:
    outcome = send(mail_server.url("anna:another-password"))
    assert isinstance(outcome, SendFailed)
    assert "another-password" not in outcome.error
    assert mail_server.mails == []


def test_a_mail_server_whose_certificate_nobody_trusts_gets_no_password(mail_server: SecureMailServer) -> None:
    assert send(mail_server.url()) == SendFailed(error="its TLS certificate is not trusted")
    assert mail_server.mails == []


# --------------------------------------------------------------------------- real brokers and servers, where there are


def program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip(f"there is no {name} on this machine")
    return found


def wait_for_line(lines: IO[str] | None, words: str) -> None:
    for line in lines or ():
        if words in line:
            return
    pytest.fail(f"it ended before it said {words!r}")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[int]:
    """The port of a Mosquitto."""
    port = closed_port()
    (tmp_path / "mosquitto.conf").write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nlog_dest stderr\n")
    command = [program("mosquitto"), "-c", str(tmp_path / "mosquitto.conf")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            wait_for_line(process.stderr, "running")
            yield port
        finally:
            process.terminate()


def test_mqtt_with_a_real_mosquitto(broker: int) -> None:
    mqtt = pytest.importorskip("paho.mqtt.client")
    received: list[bytes] = []
    subscribed, arrived = threading.Event(), threading.Event()
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    client.on_connect = lambda client, *_: client.subscribe("leads/new", qos=1)
    client.on_subscribe = lambda *_: subscribed.set()
    client.on_message = lambda _client, _data, message: (received.append(message.payload), arrived.set())
    client.connect("127.0.0.1", broker)
    client.loop_start()
    assert subscribed.wait(30)
    assert send(f"mqtt://127.0.0.1:{broker}/leads/new?qos=1") == Sent()
    assert arrived.wait(30)
    client.disconnect()
    client.loop_stop()
    assert received == [f"{ALERT.title}\n\n{ALERT.text}".encode()]


@pytest.fixture
def irc_server(tmp_path: Path) -> Iterator[int]:
    """The port of an ngIRCd."""
    port = closed_port()
    settings = (
        f"[Global]\nName = irc.example.net\nInfo = x\nListen = 127.0.0.1\nPorts = {port}\n"
        "MotdPhrase = hello\n[Options]\nIdent = no\nDNS = no\nPAM = no\n[Limits]\nMaxConnectionsIP = 0\n"
    )
    (tmp_path / "ngircd.conf").write_text(settings)
    command = [program("ngircd"), "-n", "-f", str(tmp_path / "ngircd.conf")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            wait_for_line(process.stdout, f"Now listening on [127.0.0.1]:{port}")
            yield port
        finally:
            process.terminate()


def test_irc_with_a_real_ngircd(irc_server: int) -> None:
    with socket.create_connection(("127.0.0.1", irc_server), timeout=30) as connection:
        lines = connection.makefile("r", encoding="utf-8", newline="\r\n")
        connection.sendall(b"NICK reader\r\nUSER reader 0 * :reader\r\nJOIN #leads\r\n")
        assert any(" 366 " in line for line in lines)  # the end of the list of names: it is in
        assert send(f"irc://listener@127.0.0.1:{irc_server}/%23leads") == Sent()
        said = ""
        while "raises" not in said:
            said += lines.readline()
        lines.close()
    assert f"PRIVMSG #leads :{ALERT.title}" in said
