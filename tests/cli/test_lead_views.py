"""Leads as the terminal shows them."""

from __future__ import annotations

import io
from datetime import UTC

from rich.console import Console
from test_message import lead, source

from listener.briefing import Briefing
from listener.cli.lead_views import whole_card
from listener.model import Lead

NOTHING_KNOWN = Briefing(earlier=(), mentions=(), ground={})


def shown(lead: Lead) -> str:
    console = Console(file=io.StringIO(), width=120)
    console.print(whole_card(lead, NOTHING_KNOWN, (), (), UTC))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_what_tells_an_event_once_more_is_called_a_duplicate() -> None:
    assert shown(lead(sources=(source(), source(entry_id=2, publisher="Rail Wire")))).count("Duplicate: ") == 1


def test_the_first_to_tell_an_event_is_none() -> None:
    assert "Duplicate" not in shown(lead())
