"""Destinations in Apprise's own configuration files."""

from __future__ import annotations

from pathlib import Path

import pytest
from service_world import Answer, Services

from listener.model import Message, SendFailed, Sent
from listener.notify import Notifier

SECRET = "hunter2S3CRET"
MESSAGE = Message(title="t", text="text", markdown="text", html="text")


def write(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text)
    return f"apprise:{folder / name}"


def problem(url: str) -> str:
    shown = Notifier({"sales": url}).validate()["sales"]
    assert shown is not None
    assert SECRET not in shown
    return shown.removeprefix("destination sales: ")


def test_a_tag_of_a_yaml_file_is_a_destination(services: Services, tmp_path: Path) -> None:
    text = (
        f"urls:\n  - {services.url('json', 'a')}:\n    - tag: sales\n  - {services.url('json', 'b')}:\n    - tag: ops\n"
    )
    url = write(tmp_path, "apprise.yml", text)
    assert Notifier({"sales": f"{url}#sales"}).send("sales", MESSAGE) == Sent()
    assert [request.path for request in services.requests] == ["/a"]


def test_a_tag_of_a_text_file_is_a_destination(services: Services, tmp_path: Path) -> None:
    text = f"# ours\nsales,dach={services.url('json', 'a')}\nops={services.url('json', 'b')}\n"
    url = write(tmp_path, "apprise.conf", text)
    notifier = Notifier({tag: f"{url}#{tag}" for tag in ("sales", "dach", "ops")})
    for tag in ("sales", "dach", "ops"):
        assert notifier.send(tag, MESSAGE) == Sent()
    assert [request.path for request in services.requests] == ["/a", "/a", "/b"]


def test_without_a_tag_the_one_service_of_the_file_is_meant(services: Services, tmp_path: Path) -> None:
    url = write(tmp_path, "apprise.conf", services.url("json", "a"))
    assert Notifier({"sales": url}).send("sales", MESSAGE) == Sent()


def test_login_headers_and_options_of_the_file_are_kept(services: Services, tmp_path: Path) -> None:
    hook = services.url("json", "a?+X-Key=abc&method=PUT", login=f"anna:{SECRET}@")
    assert Notifier({"x": write(tmp_path, "apprise.conf", hook)}).send("x", MESSAGE) == Sent()
    assert services.last.method == "PUT"
    assert services.last.headers["X-Key"] == "abc"
    assert services.last.headers["Authorization"].startswith("Basic ")


def test_a_file_cannot_ask_for_redirects_or_repeats(services: Services, tmp_path: Path) -> None:
    services.answer = lambda _: Answer(302, headers={"Location": "/elsewhere"})
    text = f"asset:\n  http_redirects: true\nurls:\n  - {services.url('json', 'a?redirect=yes&retry=3')}\n"
    outcome = Notifier({"x": write(tmp_path, "apprise.yml", text)}).send("x", MESSAGE)
    assert outcome == SendFailed(error="HTTP 302: it moved. Use the URL that it redirects to")
    assert len(services.requests) == 1


def test_a_file_cannot_load_code(tmp_path: Path) -> None:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    paths = "".join(f"  {key}: {tmp_path}/plugins\n" for key in ("plugin_paths", "_plugin_paths"))
    text = f"asset:\n{paths}urls:\n  - json://a:\n    - tag: a\n"
    assert Notifier({"x": write(tmp_path, "apprise.yml", text) + "#a"}).validate() == {"x": None}
    assert not (tmp_path / "ran").exists()


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    assert (
        problem(f"apprise:{tmp_path}/no.yml#sales") == f"{tmp_path}/no.yml cannot be read (No such file or directory)"
    )


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "apprise.yml").write_bytes(b"\xff")
    assert problem(f"apprise:{tmp_path}/apprise.yml#sales") == f"{tmp_path}/apprise.yml is not UTF-8 text"


def test_a_tag_that_the_file_has_not(tmp_path: Path) -> None:
    url = write(tmp_path, "apprise.conf", f"sales,dach=json://a/{SECRET}\nops=json://b/{SECRET}")
    told = problem(f"{url}#sale")
    assert told.startswith(f"{tmp_path}/apprise.conf has no service with the tag sale that Apprise can use.")
    assert told.endswith("The tags there: dach, ops, sales")


@pytest.mark.parametrize("text", ["", "urls: [", f"sales=nothing://{SECRET}", "include other.yml"])
def test_a_file_without_any_service_that_can_be_used(tmp_path: Path, text: str) -> None:
    assert "has no service with the tag sales that Apprise can use" in problem(
        f"{write(tmp_path, 'a.conf', text)}#sales"
    )


def test_a_tag_of_several_services_is_no_destination(tmp_path: Path) -> None:
    url = write(tmp_path, "apprise.conf", f"sales=json://a/{SECRET}\nsales=json://b/{SECRET}")
    assert "has 2 services with the tag sales, and a destination is one of them" in problem(f"{url}#sales")


def test_a_secret_of_the_file_is_in_no_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    url = write(tmp_path, "apprise.conf", f"sales=json://anna:{SECRET}@127.0.0.1:1/{SECRET}\nbad={SECRET}")
    outcome = Notifier({"x": f"{url}#sales"}).send("x", MESSAGE)
    assert outcome == SendFailed(error="connection refused")
    assert SECRET not in "".join(capfd.readouterr())
