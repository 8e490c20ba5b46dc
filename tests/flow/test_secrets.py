"""Secrets are planted wherever one can be, used with success and with trouble, and then looked for everywhere."""

from __future__ import annotations

import base64
import re
import signal
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner
from world import PATIENCE_SECONDS, Project, Site, rss

import listener.cli

DESTINATION, MAIL, FEED, REFUSED_FEED, PROXY, TOKEN, TYPO = PLANTED = (
    "plantHook7f3a",
    "plantMail81bc",
    "plantFeed92de",
    "plantLost04ab",
    "plantProxy5c6d",
    "plantToken6e7f",
    "plantTypo35aa",
)
FORMS = [*PLANTED, *(base64.b64encode(f"listener:{secret}".encode()).decode() for secret in PLANTED)]


class Everything:
    """All that the daemon and the commands ever said, by where they said it."""

    def __init__(self) -> None:
        self.said: dict[str, str] = {}

    def leaks(self) -> list[str]:
        return [f"{form} in {where}" for where, text in self.said.items() for form in FORMS if form in text]


@pytest.fixture
def environ(site: Site) -> dict[str, str]:
    return {
        "HOOK_URL": f"json://listener:{DESTINATION}@127.0.0.1:{site.port}/{DESTINATION}?rto=60",
        "DOWN_URL": f"json://listener:{DESTINATION}@127.0.0.1:1/{DESTINATION}",
        "FEED_LOGIN": f"listener:{FEED}",
        "REFUSED_LOGIN": f"X-Api-Key: {REFUSED_FEED}",
        "LISTENER_TOKEN": TOKEN,
        "HTTP_PROXY": f"http://listener:{PROXY}@127.0.0.1:1",
        "http_proxy": f"http://listener:{PROXY}@127.0.0.1:1",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }


@pytest.fixture
def planted(project: Project, site: Site) -> Project:
    """Feeds with logins that work and that do not, destinations that take messages and that do not."""
    site.pages["feed"] = rss("Acme raises $12M")
    site.statuses["refused"] = 401
    (project.folder / "mail").write_text(f"mailto://listener:{MAIL}@127.0.0.1:1/?from=a@b.example&to=c@d.example")
    destinations = {"hook": "env:HOOK_URL", "down": "env:DOWN_URL", "mail": "file:mail"}
    project.configure([site.url("feed"), site.url("refused"), "http://news.invalid/behind-the-proxy"], destinations)
    text = project.config.read_text()
    text = text.replace(site.url("feed") + '"', site.url("feed") + '"\nauth = "env:FEED_LOGIN"')
    text = text.replace(site.url("refused") + '"', site.url("refused") + '"\nauth = "env:REFUSED_LOGIN"')
    text = text.replace("[web]\n", '[web]\ntoken = "env:LISTENER_TOKEN"\npublic_url = "https://leads.example"\n')
    text = text.replace("[listener]\n", '[listener]\noperator = "down"\n')
    project.config.write_text(text)
    return project


@pytest.mark.parametrize("log", ["text", "json"])
def test_no_secret_is_in_what_the_daemon_says_and_keeps(
    planted: Project, site: Site, environ: dict[str, str], log: str
) -> None:
    planted.config.write_text(planted.config.read_text().replace("[listener]\n", f'[listener]\nlog = "{log}"\n'))
    everything = Everything()
    process = planted.start("run", environ=environ)
    lines: list[str] = []
    reading = threading.Thread(target=_read, args=(process, lines, failed := threading.Event()))
    reading.start()
    try:
        site.wait_for(1)
        assert failed.wait(PATIENCE_SECONDS), lines
        link = re.search(r"https://leads\.example(/l/\S+)", site.posted[0]["message"])
        assert link
        everything.said |= dict(_pages(lines, link[1]))
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_SECONDS)
    finally:
        process.kill()
        reading.join()
    assert process.stdout is not None
    everything.said["stdout"] = process.stdout.read()
    process.stdout.close()
    everything.said["log"] = "\n".join(lines)
    everything.said |= {path.name: path.read_bytes().decode("latin-1") for path in planted.folder.glob("listener.db*")}

    assert process.returncode == 0
    assert (site.posted[0]["path"], base64.b64encode(f"listener:{FEED}".encode()).decode() in site.logins[0]) == (
        f"/{DESTINATION}",
        True,
    )
    assert everything.leaks() == []
    assert link[1] not in everything.said["log"]


LOOKS = [
    ["check"],
    ["doctor"],
    ["doctor", "--json"],
    ["feeds", "list", "--json"],
    ["feeds", "health"],
    ["feeds", "export"],
    ["alerts", "list", "--json"],
    *(["alerts", "test", name] for name in ("hook", "down", "mail")),
    ["leads", "--json"],
    ["leads", "show", "1"],
    ["ready"],
]


def test_no_secret_is_in_what_the_commands_say(planted: Project, environ: dict[str, str]) -> None:
    everything = Everything()
    cycle = planted.run("once", environ=environ)
    everything.said["once"] = cycle.stdout + cycle.stderr
    for command in LOOKS:
        everything.said[" ".join(command)] = look(planted, environ, *command)
    assert everything.leaks() == []


def test_no_secret_is_in_what_is_said_of_a_mistake(planted: Project, environ: dict[str, str]) -> None:
    text = planted.config.read_text()
    everything = Everything()
    for name, mistake in {
        "unknown service": f'[destinations]\nx = "nosuch://{TYPO}"\n',
        "a URL for a name": f'[destinations]\n"slack://{TYPO}" = "x"\n',
        "a login in a URL": f'[[feeds]]\nurl = "https://listener:{TYPO}@news.example/"\n',
        "no login": f'[[feeds]]\nurl = "https://news.example/"\nauth = "{TYPO}"\n',
    }.items():
        planted.config.write_text(text.replace("[destinations]\n", mistake) if "[dest" in mistake else text + mistake)
        for command in ("check", "doctor"):
            everything.said[f"{command}: {name}"] = look(planted, environ, command)
    assert everything.leaks() == []


def look(project: Project, environ: dict[str, str], *command: str) -> str:
    """What a command says, and what it fails of; in this process, which has spaCy at hand."""
    done = CliRunner().invoke(listener.cli.app, [*command, "--config", str(project.config)], env=environ)
    assert done.output or done.exception
    return f"{done.output}\n{done.exception}"


def _read(process: subprocess.Popen[str], lines: list[str], failed: threading.Event) -> None:
    """Collect the log; `failed` is set once the two destinations and the two feeds that must fail have failed."""
    assert process.stderr is not None
    for line in process.stderr:
        lines.append(line)
        if sum("deliver.failed" in each for each in lines) >= 2 and sum("poll.failed" in each for each in lines) >= 2:
            failed.set()
    process.stderr.close()


def _pages(lines: list[str], link: str) -> Iterator[tuple[str, str]]:
    url = next(
        word for line in lines if "web.started" in line for word in line.replace('"', " ").split() if ":/" in word
    )
    url = url[url.index("http") :]
    for page in ("healthz", "readyz", "metrics", link[1:], "l/no-such-link"):
        for bearer in (TOKEN, "wrong"):
            request = urllib.request.Request(f"{url}/{page}", headers={"Authorization": f"Bearer {bearer}"})
            try:
                with urllib.request.urlopen(request) as answer:
                    yield f"{page} {bearer}", answer.read().decode()
            except urllib.error.HTTPError as error:
                with error:
                    yield f"{page} {bearer}", error.read().decode()
