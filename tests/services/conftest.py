"""The servers of these tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from service_world import Services, serve


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Issues certificates that nobody trusts but who is told to."""
    return trustme.CA()


@pytest.fixture
def services(authority: trustme.CA) -> Iterator[Services]:
    """A server that can be any service of which the host can be set."""
    with serve(authority) as services:
        yield services


@pytest.fixture
def anywhere(services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """The same server as a proxy: it is every https host, for who honours the variables that name proxies."""
    trusted = tmp_path / "authority.pem"
    services.authority.cert_pem.write_to_path(str(trusted))
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{services.port}")
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{services.port}")
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    return services
