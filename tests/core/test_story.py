"""Which matches of one entry are events of their own, and which events are news."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from listener.core.agreement import Told
from listener.core.company import company_key
from listener.core.story import DEVELOPMENT, WINDOW, Known, belongs_to, events, merged_slots, opened_since
from listener.core.telling import telling
from listener.model import Match

NOW = datetime(2030, 5, 6, tzinfo=UTC)


def match(trigger: str, company: str | None, confidence: float = 0.9, *, where: str = "title", **slots: str) -> Match:
    return Match(
        trigger=trigger,
        rule=f"{trigger}/x",
        lang="en",
        where=where,
        quote="q",
        start=0,
        end=1,
        slots=slots,
        company=company,
        confidence=confidence,
        hedged=None,
    )


# --------------------------------------------------------------------------- the events of an entry


def told(*matches: Match, tellers: tuple[str, ...] = ()) -> list[tuple[str, str, bool]]:
    return [(event.names[0], event.key, event.first) for event in events(matches, tellers)]


def test_forms_of_a_name_are_one_event_under_the_fullest() -> None:
    assert told(match("funding", "Acme"), match("funding", "Acme Robotics", 0.8)) == [
        ("Acme Robotics", "acme robotics", True)
    ]


def test_two_companies_with_one_trigger_are_two_events() -> None:
    assert told(match("funding", "Acme"), match("funding", "Beta", 0.8)) == [
        ("Acme", "acme", True),
        ("Beta", "beta", False),
    ]


def test_two_triggers_are_two_events() -> None:
    assert [first for _, _, first in told(match("funding", "Acme"), match("expansion", "Acme"))] == [True, True]


def test_the_surest_match_tells_the_event() -> None:
    (event,) = events([match("funding", "Acme Robotics", 0.5), match("funding", "Acme", 0.9)])
    assert event.match.confidence == 0.9


def test_a_match_without_a_company_is_no_event() -> None:
    assert told(match("funding", None)) == []


def test_who_tells_the_news_is_not_the_prospect_beside_another_company() -> None:
    assert told(match("funding", "The Daily"), match("funding", "Acme", 0.5), tellers=("daily",)) == [
        ("Acme", "acme", True)
    ]


def test_who_tells_the_news_of_nobody_else_is_marked() -> None:
    (event,) = events([match("funding", "The Daily")], ("daily",))
    assert event.by_teller


def test_what_the_text_says_of_another_name_and_the_headline_of_its_own_is_one_event() -> None:
    headline = match("funding", "Acme", round="Series B")
    assert told(headline, match("funding", "Hamburg", 0.8, where="text", round="Series B.")) == [("Acme", "acme", True)]
    assert len(told(headline, match("funding", "Beta", 0.8, where="text", round="Series A"))) == 2
    assert len(told(headline, match("funding", "Beta", 0.8, where="text"))) == 2
    assert len(told(headline, match("funding", "Beta", round="Series B"))) == 2


def test_the_other_side_of_a_purchase_is_an_event_of_its_own() -> None:
    headline = match("acquisition", "Acme", target="Beta")
    assert len(told(headline, match("acquisition", "Beta", 0.8, where="text", acquirer="Acme"))) == 2


# --------------------------------------------------------------------------- the story that an event belongs to


def news(title: str, company: str, text: str = "", **slots: str) -> Told:
    return Told(key=company_key(company), slots={"company": company, **slots}, title=title, text=text)


def lead(
    title: str, company: str, text: str = "", *, age: timedelta = timedelta(1), same_article: bool = False, **slots: str
) -> Known:
    return Known(
        key=company_key(company),
        slots={"company": company, **slots},
        title=title,
        text=text,
        lead_id=1,
        opened_at=NOW - age,
        same_article=same_article,
    )


def is_same(event: Told, *known: Known, first: bool = True) -> bool:
    words = telling(event.title, event.text)
    return belongs_to(event, words, known, first=first, now=NOW) is not None


ROUND = lead("Cobalt Freight raises $12M", "Cobalt Freight", money="$12M")


@pytest.mark.parametrize(
    "event",
    [
        news("Cobalt Freight Inc. closes $12 million round", "Cobalt Freight Inc.", money="$12 million"),
        news("Fresh money for cobalt freight", "cobalt freight"),
        news("Cobalt Freight sammelt 12 Mio. Dollar ein", "Cobalt Freight", money="12 Mio. Dollar"),
        news("Cobalt Freight привлекла 12 млн долларов", "Cobalt Freight", money="12 млн долларов"),
        news("Cobalt Freight bags $12.4M", "Cobalt Freight", money="$12.4M"),
        news("Cobalt Freight raises €11M", "Cobalt Freight", money="€11M"),
    ],
    ids=lambda event: event.title,
)
def test_the_same_prospect_and_agreeing_slots_are_one_story(event: Told) -> None:
    assert is_same(event, ROUND)


@pytest.mark.parametrize(
    "event",
    [
        news("Cobalt Freight raises $30M", "Cobalt Freight", money="$30M"),
        news("Cobalt Paints raises $12M", "Cobalt Paints", money="$12M"),
        news("Beta raises $12M", "Beta", money="$12M"),
    ],
    ids=lambda event: event.title,
)
def test_another_amount_or_company_is_another_story(event: Told) -> None:
    assert not is_same(event, ROUND)


def test_another_round_is_another_story() -> None:
    known = lead("Cobalt raises Series A", "Cobalt", round="Series A")
    assert not is_same(news("Cobalt closes Series B", "Cobalt", round="Series B round"), known)
    assert is_same(news("Cobalt schließt Serie-A-Runde", "Cobalt", round="Serie-A-Runde"), known)


def test_another_person_is_another_story() -> None:
    known = lead("Cobalt names Anna Meyer CEO", "Cobalt", person="Anna Meyer")
    assert not is_same(news("Cobalt names Ben Ode CFO", "Cobalt", person="Ben Ode"), known)
    assert is_same(news("Meyer to lead Cobalt", "Cobalt", person="Meyer"), known)
    assert is_same(news("Cobalt назначила Анну Мейер", "Cobalt", person="Анна Мейер"), known) is False
    assert is_same(news("Cobalt hires Ode, Meyer", "Cobalt", "Anna Meyer and Ben Ode", person="Ben Ode"), known)


def test_another_place_is_another_story_unless_it_is_named_too() -> None:
    known = lead("Cobalt opens a depot in Graz", "Cobalt", "The depot in Graz, Austria", place="Graz")
    assert not is_same(news("Cobalt opens a depot in Linz", "Cobalt", place="Linz"), known)
    assert is_same(news("Cobalt comes to Austria", "Cobalt", place="Austria"), known)


def test_the_same_again_after_the_window_is_news() -> None:
    known = lead("Cobalt raises $12M", "Cobalt", age=WINDOW + timedelta(seconds=1), money="$12M")
    assert not is_same(news("Cobalt raises $12M", "Cobalt", money="$12M"), known)


@pytest.mark.parametrize(
    ("age", "same"), [(WINDOW, True), (WINDOW + timedelta(seconds=1), False), (timedelta(90), False)]
)
def test_two_rounds_told_without_any_detail_are_one_within_the_window_only(age: timedelta, same: bool) -> None:
    known = lead("Cobalt raises fresh money", "Cobalt", age=age)
    assert is_same(news("Cobalt raises fresh money", "Cobalt"), known) is same


def test_a_later_development_joins_its_story() -> None:
    known = lead("Cobalt to buy Beta", "Cobalt", age=timedelta(120), target="Beta Labs")
    assert is_same(news("Cobalt completes acquisition of Beta", "Cobalt", target="Beta"), known)
    assert is_same(news("Cobalt completes acquisition of Beta Labs", "Cobalt"), known)
    assert not is_same(news("Cobalt completes acquisition of Gamma", "Cobalt", target="Gamma"), known)
    assert not is_same(news("Cobalt completes acquisition", "Cobalt", "It bought Beta Labs before"), known)


def test_a_story_is_open_for_developments_for_months() -> None:
    assert NOW - opened_since(NOW) == DEVELOPMENT > WINDOW


def test_a_short_name_meets_the_long_one_where_slots_or_words_say_so() -> None:
    known = lead("Veltrane Aerospace raises $12M from Oak", "Veltrane Aerospace", money="$12M")
    assert is_same(news("Veltrane gets fresh money", "Veltrane", money="$12M"), known)
    assert is_same(news("Veltrane raises money from Oak", "Veltrane"), known)
    assert not is_same(news("Drugmaker Veltrane on the road to an IPO", "Veltrane"), known)
    assert not is_same(news("Veltrane raises $40M", "Veltrane", money="$40M"), known)


def test_the_event_told_from_the_other_side_is_the_same() -> None:
    known = lead("Acme buys Beta Labs", "Acme", target="Beta Labs")
    assert is_same(news("Beta Labs is sold", "Beta Labs", acquirer="Acme"), known)
    assert is_same(news("Founders cash in", "Beta Labs"), known)
    assert not is_same(news("Gamma is sold", "Gamma"), known)


def test_another_name_needs_the_same_words_and_the_same_other_side() -> None:
    known = lead("IBM to buy streaming firm Confluence for $11B", "IBM", target="Confluence")
    event = news(
        "International Business Machines to buy Confluence for $11B",
        "International Business Machines",
        target="Confluence",
    )
    assert is_same(event, known)
    assert not is_same(
        news("Gamma raises $12M in Series B", "Gamma", money="$12M"),
        lead("Beta raises $12M in Series B", "Beta", money="$12M"),
    )


def test_the_same_article_is_the_same_story_whatever_it_says() -> None:
    known = lead("Cobalt raises $12M", "Cobalt", age=timedelta(300), same_article=True, money="$12M")
    assert is_same(news("Cobbalt raises $13M", "Cobbalt", money="$13M"), known)


def test_a_second_event_of_the_same_article_is_not_that_of_another_company() -> None:
    known = lead("Acme and Beta raise money", "Acme", same_article=True)
    assert not is_same(news("Acme and Beta raise money", "Beta"), known, first=False)
    assert is_same(news("Acme and Beta raise money", "Acme"), known, first=False)


def test_the_newest_of_several_stories_is_taken() -> None:
    older, newer = ROUND, Known(**{**{name: getattr(ROUND, name) for name in ROUND.__dataclass_fields__}, "lead_id": 2})
    event = news("Cobalt Freight gets money", "Cobalt Freight")
    found = belongs_to(event, telling(event.title, ""), [older, newer], first=True, now=NOW)
    assert found is not None
    assert found.known is newer


def test_slots_that_were_not_known_are_added() -> None:
    known: dict[str, Any] = {"money": "$12M"}
    assert merged_slots(known, {"money": "$12 million", "round": "Series B"}) == {"money": "$12M", "round": "Series B"}
