"""An HTTP server in a thread of the daemon."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from listener.logs import Event

if TYPE_CHECKING:
    from starlette.types import ASGIApp

log = logging.getLogger("listener.web")

_STOP_SECONDS = 2  # for answers under way


@contextlib.contextmanager
def serving(app: ASGIApp, *, host: str, port: int) -> Iterator[str | None]:
    """Serve until the context ends; gives the address. None: it cannot listen there, which is logged.

    Those who watch must not stop the work: the daemon goes on without them.
    """
    try:
        listening = _listen(host, port)
    except OSError as error:
        remedy = "choose another address with [web] listen"
        log.error(Event("web.failed", remedy, listen=f"{host}:{port}", error=error.strerror or error))
        yield None
        return
    import uvicorn

    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="web", daemon=True)
    thread.start()
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{listening.getsockname()[1]}"
    log.info(Event("web.started", url=url))
    try:
        yield url
    finally:
        server.should_exit = True
        thread.join(2 * _STOP_SECONDS)
        listening.close()


def _listen(host: str, port: int) -> socket.socket:
    family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    return socket.create_server(address[:2], family=family)
