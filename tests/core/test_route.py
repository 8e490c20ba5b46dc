"""Who is told, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.company import fold
from listener.core.policy import quiet_until
from listener.core.route import Facts, NobodyTold, Planned, exclusion, plan, plan_for, plan_rescue
from listener.model import Account, QuietHours, Rep, Route, Routing, Segment, Takes

NOW = datetime(2030, 5, 6, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
COBALT = Account(name="Cobalt Freight", owner="Anna Meier", segment=Segment.TARGET, territory="DACH")
LEAD = Facts(
    trigger="funding",
    score=70,
    lang="en",
    tags=("logistics",),
    account=COBALT,
    folded=fold("Cobalt Freight raises $12M for a warehouse in Zürich"),
)
STRANGER = replace(LEAD, account=None)
NIGHT = QuietHours(start=time(20, 0), end=time(7, 30))

ANNA = Rep(name="anna", destinations=("anna-mail", "anna-chat"), zone=BERLIN, known_as=("Anna Meier",))


def planned(routing: Routing, lead: Facts = LEAD, now: datetime = NOW) -> list[tuple[str, datetime]]:
    found = plan(lead, routing, now)
    assert not isinstance(found, NobodyTold)
    return [(one.destination, one.due_at) for one in found]


def reason(routing: Routing, lead: Facts = LEAD) -> str:
    found = plan(lead, routing, NOW)
    assert isinstance(found, NobodyTold)
    return found.reason


def to_chat(**conditions: object) -> Routing:
    return Routing(destinations=("chat",), routes=(Route(to="chat", **conditions),))  # type: ignore[arg-type]


# --------------------------------------------------------------------------- who


def test_without_routes_everyone_is_told_everything() -> None:
    assert planned(Routing(destinations=("chat", "mail"))) == [("chat", NOW), ("mail", NOW)]


def test_without_destinations_nobody_is_told() -> None:
    assert reason(Routing()) == "no destination is configured"


def test_a_route_to_a_rep_goes_to_all_destinations_of_the_rep() -> None:
    routing = Routing(destinations=("anna-mail", "anna-chat", "other"), reps=(ANNA,), routes=(Route(to="anna"),))
    assert planned(routing) == [("anna-mail", NOW), ("anna-chat", NOW)]


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ({}, "to chat: every lead"),
        ({"triggers": ("expansion", "funding")}, "to chat: expansion or funding"),
        ({"min_score": 70}, "to chat: score 70 or more"),
        ({"lang": ("de", "en")}, "to chat: in de or en"),
        ({"tags": ("x", "logistics")}, "to chat: tagged x or logistics"),
        ({"triggers": ("funding",), "min_score": 1}, "to chat: funding, score 1 or more"),
        ({"accounts": Takes.ONLY}, "to chat: accounts only"),
        ({"hedged": Takes.EXCLUDE}, "to chat: no rumours"),
        ({"owner": ("anna  meier",)}, "to chat: owner anna  meier"),
        ({"segment": (Segment.CUSTOMER, Segment.TARGET)}, "to chat: segment customer or target"),
        ({"territory": ("dach", "Nordics")}, "to chat: territory dach or Nordics"),
        ({"keywords": ("rail", "Warehouse")}, "to chat: naming rail or Warehouse"),
    ],
)
def test_a_route_takes_what_meets_its_conditions_and_says_so(conditions: dict[str, object], words: str) -> None:
    assert plan(LEAD, to_chat(**conditions), NOW) == (Planned(destination="chat", route=words, due_at=NOW),)


@pytest.mark.parametrize(
    ("conditions", "why"),
    [
        ({"triggers": ("expansion", "hire")}, "chat takes expansion or hire, not funding"),
        ({"min_score": 71}, "chat takes a score of 71 or more, not 70"),
        ({"lang": ("de",)}, "chat takes entries in de, not en"),
        ({"tags": ("x",)}, "chat takes feeds tagged x"),
        ({"accounts": Takes.EXCLUDE}, "chat takes no accounts, and Cobalt Freight is one"),
        ({"hedged": Takes.ONLY}, "chat takes rumours only"),
        ({"owner": ("bert",)}, "chat takes the owner bert, not Anna Meier"),
        ({"segment": (Segment.CUSTOMER,)}, "chat takes the segment customer, not target"),
        ({"territory": ("Nordics",)}, "chat takes the territory Nordics, not DACH"),
        ({"keywords": ("rail", "ware")}, "chat takes entries that name rail or ware"),
    ],
)
def test_a_route_that_does_not_take_it_says_why(conditions: dict[str, object], why: str) -> None:
    assert reason(to_chat(**conditions)) == f"no route takes it: {why}"


@pytest.mark.parametrize(
    ("conditions", "lead", "why"),
    [
        ({"accounts": Takes.ONLY}, STRANGER, "chat takes accounts only, and the prospect is none"),
        ({"territory": ("DACH",)}, STRANGER, "chat takes the territory DACH, and the prospect is no account"),
        (
            {"territory": ("DACH",)},
            replace(LEAD, account=Account(name="Cobalt")),
            "chat takes the territory DACH, not an account without territory",
        ),
        ({"hedged": Takes.EXCLUDE}, replace(LEAD, hedged="in talks"), 'chat takes what is certain, not "in talks"'),
    ],
)
def test_a_lead_that_lacks_what_a_route_asks_for_is_refused(
    conditions: dict[str, object], lead: Facts, why: str
) -> None:
    assert reason(to_chat(**conditions), lead) == f"no route takes it: {why}"


OWNED = Routing(
    destinations=("anna-mail", "anna-chat", "chat"),
    reps=(ANNA,),
    routes=(Route(to="chat"), Route(to="owner", stop=True)),
)


def test_the_owner_of_the_account_is_asked_first_and_may_be_the_only_one() -> None:
    found = plan(LEAD, OWNED, NOW)
    assert not isinstance(found, NobodyTold)
    assert [each.destination for each in found] == ["anna-mail", "anna-chat"]
    assert found[0].route == "to anna, who owns the account: every lead"


@pytest.mark.parametrize("account", [None, replace(COBALT, owner=None), replace(COBALT, owner="bert")])
def test_without_an_owner_among_the_reps_the_other_routes_decide(account: Account | None) -> None:
    assert planned(OWNED, replace(LEAD, account=account)) == [("chat", NOW)]


@pytest.mark.parametrize(
    ("account", "why"),
    [
        (None, "the prospect is no account"),
        (replace(COBALT, owner=None), "the account Cobalt Freight has no owner"),
        (replace(COBALT, owner="bert"), "no rep is called bert"),
    ],
)
def test_why_the_owner_is_not_told(account: Account | None, why: str) -> None:
    to_owner = Routing(destinations=("chat",), routes=(Route(to="owner"),))
    assert reason(to_owner, replace(LEAD, account=account)) == f"no route takes it: the owner is not known: {why}"


def test_behind_a_route_that_stops_no_other_is_asked() -> None:
    routes = (Route(to="chat", min_score=90, stop=True), Route(to="mail", stop=True), Route(to="chat"))
    assert planned(Routing(destinations=("chat", "mail"), routes=routes)) == [("mail", NOW)]


def test_an_excluded_account_says_so() -> None:
    excluded = replace(COBALT, segment=Segment.EXCLUDE)
    assert exclusion(excluded) == "the account Cobalt Freight is excluded (segment exclude)"
    assert exclusion(COBALT) is None
    assert exclusion(None) is None


def rescued(*routes: Route, lead: Facts = LEAD) -> list[str] | str:
    found = plan_rescue(lead, Routing(destinations=("chat", "mail"), routes=routes), NOW)
    return found.reason if isinstance(found, NobodyTold) else [each.destination for each in found]


def test_a_rescued_lead_goes_where_only_its_score_or_its_rumour_kept_it_from() -> None:
    rumour = replace(LEAD, hedged="in talks")
    routes = (Route(to="chat", min_score=90, hedged=Takes.EXCLUDE), Route(to="mail", territory=("Nordics",)))
    assert rescued(*routes, lead=rumour) == ["chat"]


def test_a_rescued_lead_goes_beyond_its_territory_where_nobody_else_wants_it() -> None:
    assert rescued(Route(to="mail", territory=("Nordics",), min_score=90)) == ["mail"]


def test_a_rescued_lead_still_needs_a_route_for_its_trigger() -> None:
    assert rescued(Route(to="chat", triggers=("hire",))) == "no route takes it: chat takes hire, not funding"


def test_a_plan_for_somebody_by_name() -> None:
    anna = plan_for("anna", OWNED, NOW, words="x", score=50)
    assert [each.destination for each in anna] == ["anna-mail", "anna-chat"]
    assert [each.destination for each in plan_for("chat", OWNED, NOW, words="x", score=50)] == ["chat"]
    assert plan_for("nobody", OWNED, NOW, words="x", score=50) == ()


def test_every_route_that_refuses_is_told() -> None:
    routes = (Route(to="chat", min_score=80), Route(to="chat", lang=("de",)))
    assert reason(Routing(destinations=("chat",), routes=routes)).count("chat takes") == 2


def test_a_destination_is_told_once_by_the_route_that_allows_it_earliest() -> None:
    sleeping = Rep(name="anna", destinations=("chat",), zone=UTC, quiet_hours=QuietHours(start=time(11), end=time(13)))
    routes = (Route(to="anna"), Route(to="chat", min_score=60), Route(to="chat"))
    found = plan(LEAD, Routing(destinations=("chat",), reps=(sleeping,), routes=routes), NOW)
    assert found == (Planned(destination="chat", route="to chat: score 60 or more", due_at=NOW),)


# --------------------------------------------------------------------------- when


def test_quiet_hours_put_a_delivery_off() -> None:
    rep = Rep(name="anna", destinations=("mail",), zone=BERLIN, quiet_hours=NIGHT)
    routing = Routing(destinations=("mail",), reps=(rep,), routes=(Route(to="anna"),))
    late = datetime(2030, 5, 6, 23, 0, tzinfo=BERLIN).astimezone(UTC)
    assert planned(routing, now=late) == [("mail", datetime(2030, 5, 7, 7, 30, tzinfo=BERLIN))]


@pytest.mark.parametrize(
    ("local", "end"),
    [
        ("2030-05-06T19:59", None),
        ("2030-05-06T20:00", "2030-05-07T07:30"),
        ("2030-05-07T00:00", "2030-05-07T07:30"),
        ("2030-05-07T07:29", "2030-05-07T07:30"),
        ("2030-05-07T07:30", None),
        ("2030-12-31T23:00", "2031-01-01T07:30"),
        ("2030-03-30T21:00", "2030-03-31T07:30"),  # the night that loses an hour
        ("2030-10-26T21:00", "2030-10-27T07:30"),  # the night that has one more
    ],
)
def test_quiet_hours_over_midnight(local: str, end: str | None) -> None:
    now = datetime.fromisoformat(local).replace(tzinfo=BERLIN).astimezone(UTC)
    expected = datetime.fromisoformat(end).replace(tzinfo=BERLIN) if end else None
    assert quiet_until(now, NIGHT, BERLIN) == expected


def test_quiet_hours_within_a_day() -> None:
    lunch = QuietHours(start=time(12, 0), end=time(13, 0))
    assert quiet_until(datetime(2030, 5, 6, 10, 15, tzinfo=UTC), lunch, BERLIN) == NOW - timedelta(hours=1)
    assert quiet_until(datetime(2030, 5, 6, 11, 0, tzinfo=UTC), lunch, BERLIN) is None


def test_an_end_that_the_clock_shows_twice_is_the_one_still_ahead() -> None:
    quiet = QuietHours(start=time(20), end=time(2, 30))
    first, second = datetime(2030, 10, 27, 0, 30, tzinfo=UTC), datetime(2030, 10, 27, 1, 30, tzinfo=UTC)
    assert quiet_until(first - timedelta(minutes=20), quiet, BERLIN) == first
    assert quiet_until(second - timedelta(minutes=20), quiet, BERLIN) == second


def test_an_end_that_the_clock_skips_is_as_long_after_the_change() -> None:
    quiet = QuietHours(start=time(20), end=time(2, 30))
    end = quiet_until(datetime(2030, 3, 31, 0, 0, tzinfo=UTC), quiet, BERLIN)
    assert end == datetime(2030, 3, 31, 3, 30, tzinfo=BERLIN)


@given(
    now=st.integers(0, 20 * 365 * 24 * 3600).map(
        lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(0, seconds)
    ),
    start=st.times(),
    asleep=st.timedeltas(timedelta(minutes=1), timedelta(hours=21)),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia"]),
)
def test_quiet_hours_only_ever_defer_to_a_moment_that_is_not_quiet(
    now: datetime, start: time, asleep: timedelta, zone: str
) -> None:
    end = (datetime.combine(now.date(), start) + asleep).time()
    quiet = QuietHours(start=start, end=end)
    due = quiet_until(now, quiet, ZoneInfo(zone))
    if due is not None:
        assert now < due <= now + asleep + timedelta(hours=2)
        assert quiet_until(due, quiet, ZoneInfo(zone)) is None
