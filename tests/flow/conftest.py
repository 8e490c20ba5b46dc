"""Fixtures: each test has a world of its own."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from world import Mailbox, MailServer, Project


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield MailServer(box, port)
    controller.stop()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)
