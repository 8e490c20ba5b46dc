"""Which account a company, a link or a text is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.accounts import ALMOST_SURE, LIKELY, MAX_MENTIONS, SHARED, SURE, AccountBook, words_of
from listener.core.company import company_key, fold
from listener.core.page import Page, page_of
from listener.model import Account

FREIGHT = Account(name="Cobalt Freight, Inc.", domain="cobalt.example", aliases=("CF Cargo",), industry="Logistics")
TARGET = Account(name="Target", domain="target.example", industry="Retail", territory="Ohio", aliases=("Bullseye Ltd",))
LEISURE = Account(name="Apple Leisure", domain="leisure.example")
VELTRANE = Account(name="Veltrane")
BOOK = AccountBook([FREIGHT, TARGET, LEISURE, VELTRANE], ordinary={"target", "apple", "leisure", "freight"})


def page(text: str = "", title: str = "", url: str | None = None) -> Page:
    return page_of(title, text, url)


def found(name: str, text: str = "", url: str | None = None) -> tuple[str, float, str] | None:
    hit = BOOK.find([name], page(text or f"{name} raises money", url=url))
    return (hit.account.name, hit.certainty, hit.how) if hit else None


# --------------------------------------------------------------------------- a company


@pytest.mark.parametrize("name", ["Cobalt Freight", "cobalt freight", "The Cobalt Freight Ltd", "COBALT FREIGHT INC."])
def test_an_account_is_found_by_its_name_however_written(name: str) -> None:
    hit = BOOK.find([name], page("Nothing else."))
    assert hit is not None
    assert (hit.account, hit.certainty, hit.how) == (FREIGHT, SURE, "the name")


def test_an_account_is_found_by_an_alias() -> None:
    assert found("CF Cargo") == ("Cobalt Freight, Inc.", ALMOST_SURE, "the alias 'CF Cargo'")


@pytest.mark.parametrize("name", ["Cobalt Paints", "Cobalt", "Freight", "Cobalt Freight Systems", ""])
def test_another_name_is_another_company(name: str) -> None:
    assert found(name) is None


def test_a_name_of_one_word_is_less_sure() -> None:
    assert found("Veltrane") == ("Veltrane", ALMOST_SURE, "the name")


@pytest.mark.parametrize("name", ["Target", "Apple Leisure"])
def test_ordinary_words_alone_are_no_account(name: str) -> None:
    assert found(name) is None


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Target Corp. raises money", "a legal form"),
        ("Target (NYSE: TGT) raises money", "a ticker"),
        ("Target, once Bullseye, raises money", "the name 'bullseye'"),
        ("Target raises money for retail", "the industry word 'retail'"),
        ("Target raises money in Ohio", "the territory Ohio"),
        ("Target raises money. See www.target.example.", "the domain target.example in a link"),
    ],
)
def test_a_second_hint_makes_ordinary_words_an_account(text: str, hint: str) -> None:
    certainty = SURE if "domain" in hint else LIKELY
    how = hint if "domain" in hint else f"the name and {hint}"
    assert found("Target", text) == ("Target", certainty, how)


@pytest.mark.parametrize("url", ["https://www.cobalt.example/news", "https://news.cobalt.example/1"])
def test_a_short_name_with_the_domain_in_the_link_is_the_account(url: str) -> None:
    assert found("Cobalt", url=url) == (FREIGHT.name, SURE, "the domain cobalt.example in a link")
    assert found("Beta", url=url) is None


def test_a_link_in_the_text_tells_the_account_and_is_a_hint() -> None:
    told = page_of(
        "Target opens a store", "It opens in May.", "https://news.example/1", ["www.target.example", "x.example"]
    )
    hit = BOOK.find(["Target"], told)
    assert hit is not None
    assert (hit.account.name, hit.how) == ("Target", "the domain target.example in a link")
    assert [mention.hit.account.name for mention in BOOK.mentions(told)] == ["Target"]


def test_a_domain_of_several_accounts_tells_none() -> None:
    book = AccountBook([Account(name="Acme", domain="net.example"), Account(name="Beta", domain="net.example")])
    assert book.find(["Acm"], page("x", url="https://net.example/acm")) is None
    assert book.mentions(page("x", url="https://net.example/acm")) == ()


def test_of_several_accounts_of_a_name_the_one_with_a_hint_is_taken() -> None:
    book = AccountBook([Account(name="Acme Labs", territory="Ohio"), Account(name="Acme Labs", territory="Kenya")])
    sure, unsure = book.find(["Acme Labs"], page("in Kenya")), book.find(["Acme Labs"], page("in Peru"))
    assert sure is not None
    assert unsure is not None
    assert (sure.account.territory, sure.certainty) == ("Kenya", SURE)
    assert unsure.certainty == SURE * SHARED


def test_the_surest_of_several_names_counts() -> None:
    hit = BOOK.find(["CF Cargo", "Cobalt Freight"], page("x"))
    assert hit is not None
    assert hit.how == "the name"


def test_without_accounts_nothing_is_found() -> None:
    assert AccountBook().find(["Acme"], page("Acme")) is None
    assert AccountBook().mentions(page("Acme")) == ()


# --------------------------------------------------------------------------- a text


def named(text: str, title: str = "", **arguments: str) -> list[str]:
    return [mention.hit.account.name for mention in BOOK.mentions(page(text, title, **arguments))]


def test_accounts_are_mentioned_in_the_order_of_the_text_each_once() -> None:
    text = "Veltrane met Cobalt Freight, and Cobalt Freight met Veltrane."
    assert named(text) == ["Veltrane", "Cobalt Freight, Inc."]


def test_a_mention_quotes_what_stands_about_it() -> None:
    (mention,) = BOOK.mentions(page("First line.\nThen Veltrane said no.\nLast line."))
    assert mention.quote == "Then Veltrane said no."


@pytest.mark.parametrize(
    "text",
    [
        "the target is missed",
        "Sales Target missed",
        "a veltrane of sorts",
        "We saw Veltrane Paints there",
        "We saw Royal Veltrane there",
        "Veltranes are many",
    ],
)
def test_other_words_are_no_mention(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    "text", ["We saw Veltrane Inc. there", "We saw VELTRANE there", "At Veltrane, all is well", "Veltrane's new depot"]
)
def test_a_name_is_found_where_it_ends(text: str) -> None:
    assert named(text) == ["Veltrane"]


def test_a_headline_in_capitals_hides_where_a_name_of_one_word_ends() -> None:
    assert named("", title="Veltrane Paints Opens New Plant") == []
    assert named("The plant of Veltrane is new.", title="Veltrane Opens New Plant") == ["Veltrane"]
    assert named("", title="Cobalt Freight Opens New Plant") == ["Cobalt Freight, Inc."]


def test_the_longest_name_counts() -> None:
    book = AccountBook([Account(name="Cobalt"), Account(name="Cobalt Freight")])
    assert [m.hit.account.name for m in book.mentions(page("then Cobalt Freight said"))] == ["Cobalt Freight"]


def test_a_link_mentions_its_account() -> None:
    assert named("News.", url="https://cobalt.example/1") == ["Cobalt Freight, Inc."]
    assert named("Write to info@cobalt.example.") == ["Cobalt Freight, Inc."]


def test_accounts_can_be_left_out() -> None:
    mentions = BOOK.mentions(page("Veltrane met Cobalt Freight."), besides={"Veltrane"})
    assert [mention.hit.account.name for mention in mentions] == ["Cobalt Freight, Inc."]


def test_a_list_of_companies_is_noted_up_to_a_limit() -> None:
    names = [f"Acme{number} Labs" for number in range(50)]
    book = AccountBook([Account(name=name) for name in names])
    mentions = book.mentions(page("With " + ", ".join(reversed(names))))
    assert [mention.hit.account.name for mention in mentions] == names[::-1][:MAX_MENTIONS]


def test_names_are_found_beside_letters_of_every_kind() -> None:
    book = AccountBook([Account(name="Überland"), Account(name="Ромашка"), Account(name="AT&T")])
    text = "½ \N{LATIN CAPITAL LETTER I WITH DOT ABOVE} ﬁ: Uberland, ООО «Ромашка» and AT&T."
    assert [mention.hit.account.name for mention in book.mentions(page(text))] == ["Überland", "Ромашка", "AT&T"]


def test_the_words_of_names_are_given_for_a_dictionary() -> None:
    assert words_of([FREIGHT, LEISURE]) == {"cobalt", "freight", "cf", "cargo", "apple", "leisure"}


@given(st.text(st.characters(codec="utf-8"), max_size=200), st.text(st.characters(codec="utf-8"), max_size=50))
def test_a_name_is_found_in_any_text(text: str, url: str) -> None:
    mentions = BOOK.mentions(page_of(text, f"{text} . CF Cargo said. {text}", url))
    assert "Cobalt Freight, Inc." in [mention.hit.account.name for mention in mentions]


@given(st.text())
def test_a_folded_text_has_its_names_as_keys(text: str) -> None:
    assert f" {company_key('Cobalt Freight')} " in fold(f"{text} Cobalt Freight, {text}")
