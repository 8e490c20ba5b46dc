"""`listener ready`, as a container's health check runs it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from world import Project, Site, rss


@pytest.fixture
def project(tmp_path: Path, site: Site) -> Project:
    site.pages["feed"] = rss("Acme raises $12M")
    return Project(tmp_path)


def listen(project: Project, site: Site, listen: str, token: str = "") -> None:
    project.configure([site.url("feed")])
    text = project.config.read_text().replace('listen = "127.0.0.1:0"', f'listen = "{listen}"\n{token}')
    project.config.write_text(text)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def daemon(project: Project) -> Iterator[None]:
    process = project.start("run")
    try:
        assert process.stderr is not None
        next(line for line in process.stderr if "rules.in_use" in line)
        yield
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(("host", "token"), [("127.0.0.1", ""), ("0.0.0.0", 'token = "s3cret"')])
def test_a_daemon_at_work_is_ready(project: Project, site: Site, host: str, token: str) -> None:
    listen(project, site, f"{host}:{free_port()}", token)
    with daemon(project):
        assert project.run("ready").stdout == ""


def test_without_a_daemon_nothing_is_ready(project: Project, site: Site) -> None:
    listen(project, site, f"127.0.0.1:{free_port()}")
    assert "no daemon answers at http://127.0.0.1:" in project.run("ready", check=1).stdout


def test_another_program_that_answers_there_is_not_taken_for_it(project: Project, site: Site) -> None:
    listen(project, site, f"127.0.0.1:{site.port}")
    assert "answers 404" in project.run("ready", check=1).stdout


def test_a_daemon_that_nobody_may_ask_is_said(project: Project, site: Site) -> None:
    listen(project, site, "off")
    assert "web.listen: is off" in project.run("ready", check=1).stderr
