"""`listener ready`: is the daemon at work?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer

from listener.cli.common import DEFAULT_CONFIG, ConfigOption, printable, read_config

if TYPE_CHECKING:
    from listener.config import Config

_PATIENCE_SECONDS = 5
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # listening there, it answers here


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ready")(ready)


def ready(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Ask the running daemon whether every stage does its work. Exit code 1 with the reasons when not. For probes."""
    from listener.errors import ConfigError

    settings = read_config(config)
    if settings.web is None:
        remedy = 'Set listen = "127.0.0.1:8722"'
        raise ConfigError("is off, so nobody can ask the daemon", path=config, key="web.listen", remedy=remedy)
    answer = ask_daemon(settings)
    for line in (*answer["problems"], *answer["notes"]):
        typer.echo(printable(line))
    raise typer.Exit(0 if answer["ready"] else 1)


def ask_daemon(settings: Config) -> dict[str, Any]:
    """What /readyz says; without an answer from a daemon, that it is not ready. `settings.web` is needed."""
    import urllib.error
    import urllib.request

    assert settings.web is not None
    host = _EVERYWHERE.get(settings.web.host, settings.web.host)
    url = f"http://{f'[{host}]' if ':' in host else host}:{settings.web.port}/readyz"
    token = settings.web_token.get_secret_value() if settings.web_token else None
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_PATIENCE_SECONDS) as answer:
            found: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            found = json.load(error) if error.code == 503 else _not_ready(f"{url} answers {error.code}")
    except (OSError, ValueError) as error:
        found = _not_ready(f"no daemon answers at {url} ({error})")
    return found


def _not_ready(why: str) -> dict[str, Any]:
    return {"ready": False, "problems": [why], "notes": []}
