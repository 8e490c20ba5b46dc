"""Messages handed to real services on loopback: webhooks and a mail server."""

from __future__ import annotations

import email
import io
import json
import logging
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import Message as Mail
from email.policy import default as modern
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from listener.errors import DestinationError
from listener.model import Message, SendFailed, Sent
from listener.notify import Notifier
from listener.services.server import Server

SECRET = "hunter2S3CRET"
MESSAGE = Message(
    title="Cobalt Freight: funding round ($12M)",
    text="“Cobalt Freight *raises $12M*”\n\nWhy now: money.",
    markdown="> Cobalt Freight **raises $12M**\n\n**Why now:** money.",
    html="<html><body><h1>Cobalt Freight</h1><p>raises &#36;12M</p></body></html>",
)


class Webhook:
    """Answers /STATUS/... with that status and keeps what it was sent; /hang/... answers when it is let."""

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        self.arrived = threading.Semaphore(0)
        self.let_go = threading.Event()
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                webhook.received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                webhook.arrived.release()
                kind = self.path.split("/")[1]
                if kind == "hang":
                    webhook.let_go.wait()
                self.send_response(int(kind) if kind.isdigit() else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def url(self, path: str, scheme: str = "json") -> str:
        return f"{scheme}://127.0.0.1:{self._server.server_port}/{path}"

    def close(self) -> None:
        self.let_go.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    server = Webhook()
    yield server
    server.close()


class MailServer:
    """Keeps every mail; refuses recipients at refused.example; has one login."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, authenticator=self._login, auth_require_tls=False
        )
        self._controller.start()

    def _login(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == SECRET.encode(), handled=False)

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.endswith("@refused.example"):
            return f"550 no mailbox for {SECRET}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.mails.append(email.message_from_bytes(envelope.content, policy=modern))
        return "250 OK"

    def url(self, to: str = "anna@sales.example", login: str = "") -> str:
        return f"mailto://{login}127.0.0.1:{self.port}?from=listener@acme.example&to={to}&mode=insecure"

    def close(self) -> None:
        self._controller.stop()


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.close()


def send(url: str, message: Message = MESSAGE) -> Sent | SendFailed:
    return Notifier({"there": url}).send("there", message)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


# --------------------------------------------------------------------------- what arrives


def test_a_webhook_gets_title_and_text(webhook: Webhook) -> None:
    assert send(webhook.url("200/hook")) == Sent()
    (payload,) = webhook.received
    assert (payload["title"], payload["message"]) == (MESSAGE.title, MESSAGE.text)


@pytest.mark.parametrize(("form", "body"), [("markdown", MESSAGE.markdown), ("html", MESSAGE.html)])
def test_the_format_that_the_url_asks_for_is_sent(webhook: Webhook, form: str, body: str) -> None:
    assert send(webhook.url(f"200/hook?format={form}")) == Sent()
    assert webhook.received[0]["message"] == body


def test_a_service_of_markdown_without_titles_gets_the_title_as_first_line(webhook: Webhook) -> None:
    assert send(webhook.url("room", "rocket").replace("//", "//token%2Fx@") + "?mode=webhook") == Sent()
    assert webhook.received[0]["text"] == f"**{MESSAGE.title}**\n\n{MESSAGE.markdown}"


def test_a_service_that_renders_the_markdown_in_texts_gets_markdown(webhook: Webhook) -> None:
    assert send(webhook.url("a" * 24, "mmost")) == Sent()
    assert webhook.received[0]["text"] == f"**{MESSAGE.title}**\n\n{MESSAGE.markdown}"


def test_a_service_of_text_without_titles_gets_the_title_as_first_line(webhook: Webhook) -> None:
    assert send(webhook.url("+41791234567/+41797654321", "signal")) == Sent()
    assert webhook.received[0]["message"] == f"{MESSAGE.title}\n\n{MESSAGE.text}"


def test_a_long_text_is_cut_between_words_to_what_the_service_takes(webhook: Webhook) -> None:
    long = Message(title="t", text="word " * 2000, markdown="", html="")
    send(webhook.url("", "misskey").replace("//", "//token@"), long)
    text = webhook.received[0]["text"]
    assert 490 < len(text) <= 512
    assert text.endswith(" word…")


LINE = "- [outlet](https://outlet.example/some/long/path): **what it says**"


def to_rocket_chat(webhook: Webhook, message: Message) -> str:
    """What arrives there, where a message has 1000 characters."""
    assert send(webhook.url("room", "rocket").replace("//", "//token%2Fx@") + "?mode=webhook", message) == Sent()
    text = webhook.received[0]["text"]
    assert len(text) <= 1000
    return str(text)


def test_a_long_list_is_cut_between_lines_and_says_how_many_are_missing(webhook: Webhook) -> None:
    long = Message(title="t", text="", markdown="\n".join([LINE] * 100), html="")
    heading, _, *lines, end = to_rocket_chat(webhook, long).splitlines()
    assert (heading, end) == ("**t**", f"- and {100 - len(lines)} more")
    assert set(lines) == {LINE}


def test_other_markdown_is_cut_between_lines(webhook: Webhook) -> None:
    long = Message(title="t", text="", markdown="\n".join([LINE] * 20) + "\n\nThe end.", html="")
    assert to_rocket_chat(webhook, long).splitlines()[-2:] == [LINE, "…"]


def test_what_is_too_long_is_sent_in_brief(webhook: Webhook) -> None:
    brief = Message(title="t", text="", markdown="the brief form", html="")
    long = Message(title="t", text="", markdown="\n".join([LINE] * 100), html="", brief=brief)
    assert to_rocket_chat(webhook, long) == "**t**\n\nthe brief form"


def test_what_is_short_enough_is_not_sent_in_brief(webhook: Webhook) -> None:
    assert MESSAGE.markdown in to_rocket_chat(webhook, replace(MESSAGE, brief=replace(MESSAGE, markdown="brief")))


def test_a_title_counts_where_the_service_counts_it_in(webhook: Webhook) -> None:
    long = Message(title="t" * 100, text="x" * 7750, markdown="", html="")
    send(webhook.url("topic", "ntfy"), long)
    assert len(webhook.received[0]["message"]) <= 4096


@pytest.mark.parametrize("word", ["слово ", "Wörter ", "👩‍🚀 "])
def test_letters_that_take_more_room_than_others_are_counted_so(webhook: Webhook, word: str) -> None:
    assert send(webhook.url("topic", "ntfy"), Message(title="t", text=word * 1000, markdown="", html="")) == Sent()
    (sent,) = webhook.received
    assert len(sent["message"].encode()) <= 4096
    assert 6000 < len(json.dumps(sent)) < 8000 or len(sent["message"].encode()) > 3900


def test_a_mail_has_subject_html_and_text(mail_server: MailServer) -> None:
    assert send(mail_server.url()) == Sent()
    (mail,) = mail_server.mails
    assert mail["Subject"] == MESSAGE.title
    assert mail["To"] == "anna@sales.example"
    parts = {part.get_content_type(): part for part in mail.walk()}
    assert "<h1>Cobalt Freight</h1>" in parts["text/html"].get_payload(decode=True).decode()
    assert "raises $12M" in parts["text/plain"].get_payload(decode=True).decode()


def test_a_mail_too_long_for_html_is_sent_as_text(mail_server: MailServer) -> None:
    long = Message(title="t", text="the text", markdown="", html="<p>" + "x" * 100_000)
    assert send(mail_server.url(), long) == Sent()
    assert "the text" in mail_server.mails[0].as_string()
    assert "xxxxx" not in mail_server.mails[0].as_string()


def test_a_mail_too_long_is_sent_in_brief(mail_server: MailServer) -> None:
    brief = replace(MESSAGE, html="<p>in brief</p>")
    assert send(mail_server.url(), replace(MESSAGE, html="<p>" + "x" * 100_000, brief=brief)) == Sent()
    assert "in brief" in mail_server.mails[0].as_string()


def test_a_mail_server_with_a_login(mail_server: MailServer) -> None:
    assert send(mail_server.url(login=f"anna:{SECRET}@")) == Sent()


# --------------------------------------------------------------------------- what does not


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("500/hook", "HTTP 500 Internal Server Error"),
        ("404/hook", "HTTP 404 Not Found"),
        ("599/hook", "HTTP 599"),
        ("302/hook", "HTTP 302: it moved. Use the URL that it redirects to"),
    ],
)
def test_a_service_that_refuses(webhook: Webhook, path: str, error: str) -> None:
    assert send(webhook.url(path)) == SendFailed(error=error)


@pytest.mark.parametrize("scheme", ["json", "mailto"])
def test_a_service_that_is_down(scheme: str) -> None:
    url = f"{scheme}://127.0.0.1:{closed_port()}/?from=a@acme.example&to=b@sales.example"
    assert send(url) == SendFailed(error="connection refused")


def test_a_host_that_is_not_known() -> None:
    assert send("json://nowhere.invalid/") == SendFailed(error="the host name is not known")


def test_a_recipient_that_is_refused_is_told_without_the_secret(mail_server: MailServer) -> None:
    outcome = send(mail_server.url(to="x@refused.example", login=f"anna:{SECRET}@"))
    assert isinstance(outcome, SendFailed)
    assert "no mailbox for ***" in outcome.error


def test_a_login_that_is_refused(mail_server: MailServer) -> None:
    outcome = send(mail_server.url(login="anna:wrong-password@"))
    assert isinstance(outcome, SendFailed)
    assert "535" in outcome.error
    assert "wrong-password" not in outcome.error


@pytest.mark.parametrize("query", ["optional=yes", "retry=5", "optional=yes&retry=2"])
def test_a_url_cannot_hide_or_repeat_a_failure(webhook: Webhook, query: str) -> None:
    assert isinstance(send(webhook.url(f"500/hook?{query}")), SendFailed)
    assert len(webhook.received) == 1


# --------------------------------------------------------------------------- when nobody knows


def test_no_answer_in_time_may_have_arrived(webhook: Webhook) -> None:
    notifier = Notifier({"slow": webhook.url("hang/hook")}, deadline=timedelta(milliseconds=20))
    outcome = notifier.send("slow", MESSAGE)
    assert outcome == SendFailed(error="no answer in 0.02 s; the message may have arrived", may_have_arrived=True)


def test_a_read_time_out_of_the_service_may_have_arrived(webhook: Webhook) -> None:
    outcome = send(webhook.url("hang/hook?rto=0.01"))
    assert outcome == SendFailed(error="no answer in time; the message may have arrived", may_have_arrived=True)


def test_while_a_service_has_not_answered_it_gets_no_other_message(webhook: Webhook) -> None:
    notifier = Notifier({"slow": webhook.url("hang/hook?rto=30")}, deadline=timedelta(milliseconds=20))
    notifier.send("slow", MESSAGE)
    assert notifier.send("slow", MESSAGE) == SendFailed(error="the service has not answered to an earlier message yet")


def test_abandoned_sends_return_at_once_and_no_other_begins(webhook: Webhook) -> None:
    notifier = Notifier({"slow": webhook.url("hang/hook?rto=30"), "fast": webhook.url("200/hook")})
    outcomes: list[object] = []
    sender = threading.Thread(target=lambda: outcomes.append(notifier.send("slow", MESSAGE)))
    sender.start()
    webhook.arrived.acquire()
    notifier.abandon()
    sender.join()
    assert outcomes == [
        SendFailed(error="listener was stopped while sending; the message may have arrived", may_have_arrived=True)
    ]
    assert notifier.send("fast", MESSAGE) == SendFailed(error="listener is stopping")
    assert len(webhook.received) == 1


def test_a_destination_is_used_again_after_each_answer(webhook: Webhook) -> None:
    notifier = Notifier({"there": webhook.url("200/hook")})
    assert [notifier.send("there", MESSAGE) for _ in range(50)] == [Sent()] * 50


# --------------------------------------------------------------------------- URLs


def test_a_usable_url_has_no_problem_and_nothing_is_sent(webhook: Webhook) -> None:
    notifier = Notifier({"hook": webhook.url("200/hook"), "chat": "https://hooks.slack.com/services/T1JJ/A1BR/TIia"})
    assert notifier.validate()["hook"] is None
    assert webhook.received == []


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        (f"nothing://{SECRET}", "Apprise cannot use its URL"),
        (f"slack://{SECRET}", "Apprise cannot use its URL"),
        (f"file:///etc/{SECRET}", "Apprise cannot use its URL"),
        (SECRET, "Apprise cannot use its URL"),
        (f"json://a/{SECRET}, json://b/{SECRET}", "holds several URLs"),
        (f"mailto://anna:{SECRET}@mail.example?to=a@sales.example,b@sales.example", "reaches 2 targets"),
    ],
)
def test_a_url_that_cannot_be_used_is_named_and_not_shown(url: str, problem: str) -> None:
    shown = Notifier({"chat": url}).validate()["chat"]
    assert shown is not None
    assert shown.startswith(f"destination chat: {problem}")
    assert SECRET not in shown


def test_a_service_that_needs_a_package_names_it() -> None:
    from apprise.apprise import N_MGR

    disabled = [scheme for scheme in N_MGR.schemas() if not N_MGR[scheme].enabled]
    if not disabled:
        pytest.skip("every service of Apprise can be used here")
    shown = Notifier({"it": f"{disabled[0]}://example/"}).validate()["it"]
    assert shown is not None
    assert re.search(rf"Apprise needs .* for {disabled[0]}://", shown)


def test_sending_through_an_unusable_url_raises() -> None:
    with pytest.raises(DestinationError, match="destination chat: Apprise cannot use its URL") as caught:
        Notifier({"chat": f"nothing://{SECRET}"}).send("chat", MESSAGE)
    assert SECRET not in f"{caught.value!r} {caught.value.__cause__} {caught.value.__context__}"


def test_sending_to_an_unknown_destination_raises() -> None:
    with pytest.raises(DestinationError, match="destination nowhere"):
        Notifier({}).send("nowhere", MESSAGE)


# --------------------------------------------------------------------------- secrets


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that a program's own handler sees. (pytest's also hooks into loggers that keep to themselves.)"""
    text = io.StringIO()
    root, handler = logging.getLogger(), logging.StreamHandler(text)
    handler.addFilter(lambda record: not record.name.startswith("mail.log"))  # of the mail server here
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.NOTSET)
    yield text
    root.removeHandler(handler)
    root.setLevel(level)


def test_no_secret_is_logged_or_printed(
    webhook: Webhook, mail_server: MailServer, logged: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    notifier = Notifier(
        {
            "ok": webhook.url(f"200/{SECRET}"),
            "failing": webhook.url(f"500/{SECRET}?X-Key={SECRET}"),
            "down": f"json://anna:{SECRET}@127.0.0.1:{closed_port()}/{SECRET}",
            "mail": mail_server.url(login=f"anna:{SECRET}@"),
            "refused": mail_server.url(to="x@refused.example", login=f"anna:{SECRET}@"),
            "bad": f"slack://{SECRET}",
        }
    )
    shown = [repr(notifier), repr(notifier.__dict__), repr(notifier.validate())]
    shown += [repr(notifier.send(name, MESSAGE)) for name in notifier.names - {"bad"}]
    out, err = capfd.readouterr()
    assert SECRET not in "\n".join([*shown, logged.getvalue(), out, err])


def test_importing_the_module_does_not_import_apprise() -> None:
    import subprocess
    import sys

    code = "import sys, listener.notify; sys.exit('apprise' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("json://hooks.example:8080/x", Server(scheme="http", host="hooks.example", port=8080)),
        ("jsons://hooks.example/x", Server(scheme="https", host="hooks.example", port=443)),
        ("mailto://user:pass@gmail.com", Server(scheme="smtp", host="smtp.gmail.com", port=587)),
        (
            "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general",
            Server(scheme="https", host="hooks.slack.com", port=443),
        ),
        ("ntfy://my.topic", Server(scheme="https", host="ntfy.sh", port=443)),
    ],
)
def test_it_knows_where_a_message_is_handed_over(url, server):
    assert Notifier({"x": url}).server("x") == server
