"""What a probe, a monitor and an operator ask: /healthz, /readyz and /metrics."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from listener.core.readiness import stuck
from listener.pulse import Pulse
from listener.store import Store
from listener.web.metrics import Machine, exposition

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

STARTING = "rules: none are in use yet, they are being compiled; feeds are polled meanwhile"
"""What is in the way during the first seconds of a daemon."""
_LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is looked at."""

    store: Store
    pulse: Pulse
    rules_in_use: Callable[[], bool]  # not while they are compiled at a start
    rule_errors: Callable[[], tuple[str, ...]]  # of the rule files as they are on disk now
    free_bytes: Callable[[], int]  # beside the database
    clock: Callable[[], datetime]


def watch_app(watched: Watched, *, token: str | None) -> Starlette:
    """The pages. With a `token` they are for those who bring it as a bearer, /healthz aside, which tells nothing.

    Without one they are for this machine: a page in somebody's browser that calls it by another name is refused.
    """
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware
    from starlette.responses import JSONResponse, PlainTextResponse, Response
    from starlette.routing import Route

    def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    def readyz(_: Request) -> Response:
        problems = problems_of(watched)
        notes = [f"rules: {error}" for error in watched.rule_errors()]
        body = {"ready": not problems, "problems": problems, "notes": notes}
        return JSONResponse(body, 503 if problems else 200)

    def metrics(_: Request) -> Response:
        now, store = watched.clock(), watched.store
        status, feeds = store.status.read(now), store.feeds.all()
        machine = Machine(rule_errors=len(watched.rule_errors()), free_bytes=watched.free_bytes())
        text = exposition(status, feeds, watched.pulse.stages(), machine, now)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    def unreadable(_: Request, error: Exception) -> Response:
        return PlainTextResponse(f"the database cannot be read: {error}\n", 503)

    guard = Middleware(_Bearer, token=token) if token else Middleware(TrustedHostMiddleware, _LOOPBACK_NAMES)
    return Starlette(
        routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)],
        middleware=[guard],
        exception_handlers={sqlite3.Error: unreadable},
    )


def problems_of(watched: Watched) -> list[str]:
    """Why the daemon is not at work, a line for each stage in trouble; none: it is."""
    now = watched.clock()
    starting = [] if watched.rules_in_use() else [STARTING]
    failed = [f"{stage.name}: {stage.trouble}" for stage in watched.pulse.stages() if stage.trouble]
    return starting + failed + _stuck(watched.store, now)


def _stuck(store: Store, now: datetime) -> list[str]:
    try:
        backlogs = store.status.backlogs(now)
    except sqlite3.Error as error:
        return [f"database: it cannot be read ({error}). See `listener doctor`"]
    return [f"{backlog.stage}: {why}" for backlog in backlogs if (why := stuck(backlog, now))]


class _Bearer:
    """Asks who is there."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app, self._expected = app, f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.responses import PlainTextResponse

        given = dict(scope["headers"]).get(b"authorization", b"")
        if scope["path"] == "/healthz" or secrets.compare_digest(given, self._expected):
            await self._app(scope, receive, send)
            return
        refusal = PlainTextResponse("a bearer token is needed\n", 401, {"WWW-Authenticate": "Bearer"})
        await refusal(scope, receive, send)
