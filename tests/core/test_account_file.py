"""CSV files of accounts, as people and systems write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.account_file import read_accounts
from listener.model import Account, Segment


def accounts(text: str) -> list[Account]:
    found, wrong = read_accounts(text)
    assert wrong == []
    return found


def problems(text: str) -> list[tuple[int, str]]:
    return [(row.line, row.problem) for row in read_accounts(text)[1]]


def test_our_own_columns() -> None:
    text = (
        "name,domain,aliases,owner,segment,territory,industry,size\n"
        'Cobalt Freight,cobalt.example,"CF; Cobalt Cargo, Inc.",anna,target,DACH,Logistics,120\n'
    )
    assert accounts(text) == [
        Account(
            name="Cobalt Freight",
            domain="cobalt.example",
            aliases=("CF", "Cobalt Cargo, Inc."),
            owner="anna",
            segment=Segment.TARGET,
            territory="DACH",
            industry="Logistics",
            size=120,
        )
    ]


def test_a_name_is_enough() -> None:
    assert accounts("name\nCobalt Freight\n\nBeta\n") == [Account(name="Cobalt Freight"), Account(name="Beta")]


def test_a_report_of_salesforce() -> None:
    text = (
        '"Account Owner","Account Name","Type","Billing State/Province","Billing Country","Website","Employees",'
        '"Industry"\n"Anna Meyer","Cobalt Freight","Customer - Direct","Ohio","United States",'
        '"http://www.cobalt.example/","1,200","Logistics"\n'
    )
    (account,) = accounts(text)
    assert (account.name, account.owner, account.domain) == ("Cobalt Freight", "Anna Meyer", "cobalt.example")
    assert (account.segment, account.territory) == (Segment.CUSTOMER, "United States")
    assert (account.industry, account.size) == ("Logistics", 1200)


def test_an_export_of_salesforce_data_loader() -> None:
    text = (
        '"NAME","TYPE","BILLINGCOUNTRY","WEBSITE","INDUSTRY","NUMBEROFEMPLOYEES","OWNER.NAME"\n'
        '"Beta","Prospect","","beta.example","","","Anna Meyer"\n'
    )
    (account,) = accounts(text)
    assert (account.name, account.segment, account.domain) == ("Beta", Segment.TARGET, "beta.example")
    assert account.owner == "Anna Meyer"


def test_an_export_of_hubspot() -> None:
    text = (
        "Record ID,Company name,Company Domain Name,Company owner,Type,Lifecycle Stage,Country/Region,Industry,"
        "Number of Employees\n"
        "9001,Cobalt Freight,cobalt.example,Anna Meyer,,Customer,Kenya,TRANSPORTATION_TRUCKING,501-1000\n"
    )
    (account,) = accounts(text)
    assert (account.name, account.domain) == ("Cobalt Freight", "cobalt.example")
    assert (account.segment, account.territory, account.size) == (Segment.CUSTOMER, "Kenya", 501)


@pytest.mark.parametrize(
    ("picked", "segment"),
    [
        ("Channel Partner / Reseller", Segment.PARTNER),
        ("Competitor", Segment.COMPETITOR),
        ("Prospect", Segment.TARGET),
        ("Sales Qualified Lead", Segment.TARGET),
        ("Other", None),
        ("Press", None),
        ("", None),
    ],
)
def test_types_of_other_systems_become_segments(picked: str, segment: Segment | None) -> None:
    assert accounts(f"Account Name,Type\nCobalt,{picked}\n")[0].segment is segment


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_cells_are_separated_as_the_first_line_says(separator: str) -> None:
    text = "name,owner\nCobalt,anna\n".replace(",", separator)
    assert accounts(text) == [Account(name="Cobalt", owner="anna")]


def test_the_line_that_excel_wants_in_front_is_passed_over() -> None:
    assert accounts("sep=;\r\nname;owner\r\nCobalt;anna\r\n") == [Account(name="Cobalt", owner="anna")]
    assert problems("sep=;\nname;domain\nCobalt;???\n")[0][0] == 3


def test_wrong_rows_are_told_by_line_and_skipped() -> None:
    rows = (",a.example,,", '"Two\nlines",nonsense,,', "Beta,,tarjet,", "Gamma,,,many", "Delta,,,", "Delta,,,")
    text = "\n".join(("name,domain,segment,size", *rows))
    found, wrong = read_accounts(text)
    assert [account.name for account in found] == ["Delta"]
    assert [(row.line, row.problem) for row in wrong] == [
        (2, "it has no name. Fill in the name of the company"),
        (3, "'nonsense' is no domain. Write it like cobalt.example, or leave it empty"),
        (5, "'tarjet' is no segment. Write one of target, customer, competitor, partner, exclude, or leave it empty"),
        (6, "'many' is no number of employees. Write a number, or leave it empty"),
        (8, "Delta is in line 7 already. Remove one"),
    ]


def test_a_file_without_a_column_of_names_says_which_it_wants() -> None:
    assert problems("Firma,Ort\nCobalt,Graz\n") == [
        (1, 'no column is called "name", "Account Name" or "Company name". Add a first line with the names')
    ]


def test_a_quote_that_is_not_closed_does_not_swallow_the_file_unseen() -> None:
    text = 'name,owner\n"Cobalt,anna\n' + "Beta,ben\n" * 2000
    assert problems(text) == [(2, "a quotation mark is opened and not closed. Close it")]
    assert "it is no CSV file" in problems('name,owner\n"' + "x" * 200_000)[0][1]


def test_what_systems_write_for_nothing_is_nothing() -> None:
    assert accounts("name,domain,owner,size\nCobalt,N/A,-,unknown\n") == [Account(name="Cobalt")]


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    read_accounts(text)
    read_accounts(f"name,domain,size\n{text}")
