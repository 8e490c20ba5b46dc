"""One click for the rep: a page for one lead, opened by a signed link, with a button for each verdict.

Looking changes nothing, because mail scanners follow links; a button posts. The link is all that is asked for, so the
page tells its address to nobody: no referrer, nothing loaded from elsewhere, kept by no cache.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from listener.briefing import briefing
from listener.core.links import PATH, Link, Refused, verify
from listener.errors import LeadError
from listener.followup import verdict
from listener.message import page_styles, render_page, render_page_note
from listener.model import VERDICTS, LeadStatus, Routing
from listener.store import Store

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

_MOST_BYTES = 4096
"""Of a form: a verdict, a number and no more."""
_SNOOZES = {"7": timedelta(days=7), "30": timedelta(days=30), "90": timedelta(days=90)}
_EXPIRED = "This link has expired. Newer alerts have newer links; listener leads show has everything."
_FORGED = "This link is not complete. Open it from the alert once more; some programs cut long links."
_GONE = "This lead is not there any more."


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadPages:
    """What the pages need."""

    store: Store
    key: bytes  # that links are signed with
    routing: Routing
    zone: tzinfo  # for dates
    currency: str | None = None  # of what was won; None: not said
    clock: Callable[[], datetime]

    def look(self, token: str, *, problem: str | None = None) -> tuple[int, str]:
        """Status and page for whoever opens the link; `problem`: why what was posted could not be done."""
        link = verify(self.key, token, self.clock())
        if isinstance(link, Refused):
            return _refusal(link)
        lead = self.store.leads.get(link.lead_id)
        if lead is None:
            return 410, render_page_note(_GONE)
        page = render_page(
            lead,
            history=self.store.followup.history(lead.id),
            earlier=(context := briefing(self.store, lead, self.routing)).earlier,
            ground=context.ground.get(link.reader, ()),
            problem=problem,
            zone=self.zone,
            currency=self.currency,
        )
        return 400 if problem else 200, page

    def say(self, token: str, form: dict[str, list[str]]) -> tuple[int, str]:
        """Record a verdict; 303 when it is done, else status and page."""
        link = verify(self.key, token, self.clock())
        if isinstance(link, Refused):
            return _refusal(link)
        try:
            self._record(link, {name: values[0] for name, values in form.items()})
        except (LeadError, ValueError) as error:
            return self.look(token, problem=str(error))
        return 303, ""

    def _record(self, link: Link, form: dict[str, str]) -> None:
        status, now = form.get("verdict", ""), self.clock()
        if status == LeadStatus.SNOOZED and form.get("days") in _SNOOZES:
            until = now + _SNOOZES[form["days"]]
            verdict(self.store, link.lead_id, LeadStatus.SNOOZED, who=link.reader, now=now, until=until)
        elif status in VERDICTS:
            value = _number(form.get("value", "")) if status == LeadStatus.WON else None
            verdict(self.store, link.lead_id, LeadStatus(status), who=link.reader, now=now, value=value)
        else:
            raise LeadError("Nothing was saved: choose one of the buttons")


def _number(text: str) -> float | None:
    """A value as people write it: "12500", "12'500". None: they did not. Raises ValueError in words."""
    digits = text.strip().replace("'", "").replace("’", "").replace(" ", "")
    if not digits:
        return None
    try:
        return float(digits)
    except ValueError:
        raise ValueError("Nothing was saved: write the value as a number, such as 12500") from None


def _refusal(refused: Refused) -> tuple[int, str]:
    return (410, render_page_note(_EXPIRED)) if refused is Refused.EXPIRED else (404, render_page_note(_FORGED))


def lead_routes(pages: LeadPages) -> list[Route]:
    """The page of a lead, for Starlette."""
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import HTMLResponse, Response
    from starlette.routing import Route

    async def look(request: Request) -> Response:
        status, page = await run_in_threadpool(pages.look, request.path_params["token"])
        return HTMLResponse(page, status, headers=headers)

    async def say(request: Request) -> Response:
        token, body = request.path_params["token"], b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_BYTES:
                return HTMLResponse(render_page_note("That is too much."), 413, headers=headers)
        form = parse_qs(body.decode(errors="replace"), keep_blank_values=True)
        status, page = await run_in_threadpool(pages.say, token, form)
        if status == 303:
            return Response(status_code=303, headers=headers | {"Location": token})
        return HTMLResponse(page, status, headers=headers)

    headers = _headers()
    path = PATH + "{token}"
    return [Route(path, look, methods=["GET"]), Route(path, say, methods=["POST"])]


def with_lead_pages(watched: Starlette, pages: LeadPages) -> Starlette:
    """The pages for reps beside those for who watches: reps bring a link, no token."""
    from starlette.applications import Starlette
    from starlette.routing import Mount

    return Starlette(routes=[*lead_routes(pages), Mount("/", app=watched)])


def _headers() -> dict[str, str]:
    styles = base64.b64encode(hashlib.sha256(page_styles().encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{styles}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
    }
