"""Who does what a phrase tells."""

from __future__ import annotations

import pytest
from sentences import read_sentence, subject_in
from spacy.language import Language

from listener.core.lexicon import ENGLISH
from listener.core.subjects import first_name


def subject_of(text: str, verb: str, english: Language, *, gap: int = 0, person: bool = False) -> str:
    return subject_in(text, verb, english, ENGLISH, gap=gap, person=person)


@pytest.mark.parametrize(
    ("text", "verb", "name"),
    [
        ("Brightloom Robotics raises $12M Series B", "raises", "Brightloom Robotics"),
        ("Brightloom Robotics Raises $12M Series B", "Raises", "Brightloom Robotics"),
        ("BRIGHTLOOM ROBOTICS RAISES 12 MILLION DOLLARS", "RAISES", "BRIGHTLOOM ROBOTICS"),
        ("Brightloom Robotics Successfully Raises $12M", "Raises", "Brightloom Robotics"),
        ("Brightloom has now reportedly raised $12M", "raised", "Brightloom"),
        ("Brightloom is set to acquire Tallybird", "acquire", "Brightloom"),
    ],
)
def test_name_stands_in_front_of_the_verb_in_any_case(text: str, verb: str, name: str, english: Language) -> None:
    assert subject_of(text, verb, english) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("quillfish Raises $5M", "quillfish"),
        ("iPadly raises $5M", "iPadly"),
        ("sunny.io raises $5M", "sunny.io"),
        ("3Dmold raises $5M", "3Dmold"),
        ("Studio 54 Raises $5M", "Studio 54"),
        ("R&B Freight raises $5M", "R&B Freight"),
        ("Bank of Oakmoor raises $5M", "Bank of Oakmoor"),
        ("Harrow-Dale raises $5M", "Harrow-Dale"),
        ("American Kilns raises $5M", "American Kilns"),
    ],
)
def test_names_may_be_written_as_brands_are(text: str, name: str, english: Language) -> None:
    assert subject_of(text, "Raises" if "Raises" in text else "raises", english) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Berlin-based Quillfish raises $5M", "Quillfish"),
        ("New York-based Quillfish raises $5M", "Quillfish"),
        ("Harbor Peak-backed Quillfish raises $5M", "Quillfish"),
        ("Fintech startup Quillfish raises $5M", "Quillfish"),
        ("Insurtech Quillfish raises $5M", "Quillfish"),
        ("German robotics maker Quillfish raises $5M", "Quillfish"),
        ("Exclusive: Quillfish raises $5M", "Quillfish"),
        ("The Quillfish Group raises $5M", "Quillfish Group"),
    ],
)
def test_descriptions_in_front_are_no_part_of_the_name(text: str, name: str, english: Language) -> None:
    assert subject_of(text, "raises", english) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Quillfish, Inc. raises $5M", "Quillfish, Inc."),
        ("Quillfish Inc. raises $5M", "Quillfish Inc."),
        ("Quillfish GmbH raises $5M", "Quillfish GmbH"),
        ("Quillfish Ltd raises $5M", "Quillfish Ltd"),
        ("Quillfish (NASDAQ: QFSH) raises $5M", "Quillfish"),
        ("$QFSH: Quillfish raises $5M", "Quillfish"),
    ],
)
def test_legal_forms_stay_and_tickers_go(text: str, name: str, english: Language) -> None:
    assert subject_of(text, "raises", english) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Quillfish, a maker of tax software, raised $5M", "Quillfish"),
        ("Quillfish, the firm behind Dexelo, an app for Vocala users, raised $5M", "Quillfish"),
        ("Quillfish (formerly Dexelo) raised $5M", "Quillfish"),
        ("Quillfish announced today that it has raised $5M", "Quillfish"),
        ("Quillfish, a maker of tax software, today announced it raised $5M", "Quillfish"),
        ("Quillfish said on Monday that it raised $5M", "Quillfish"),
    ],
)
def test_appositions_and_reporting_are_stepped_over(text: str, name: str, english: Language) -> None:
    assert subject_of(text, "raised", english) == name


@pytest.mark.parametrize(
    ("text", "verb", "name"),
    [
        ("Quillfish grows in Leeds, raises $5M", "raises", "Quillfish"),
        ("Quillfish opens an office and hires a CTO", "hires", "Quillfish"),
        ("Quillfish and Dexelo merge", "merge", "Quillfish"),
        ("Quillfish, Dexelo to merge", "merge", "Quillfish"),
        ("LONDON, Dexelo raised $5M", "raised", "Dexelo"),
    ],
)
def test_lists_and_second_clauses_belong_to_the_first_name(text: str, verb: str, name: str, english: Language) -> None:
    assert subject_of(text, verb, english) == name


@pytest.mark.parametrize(
    ("text", "verb", "name"),
    [
        ("Plato's Closet opens in Leeds", "opens", "Plato's Closet"),
        ("Oakmoor's Dexelo raises $5M", "raises", "Dexelo"),
        ("Oakmoor's board to close a store", "close", "Oakmoor"),
        ("Oakmoor Stockholders Approve a merger", "Approve", "Oakmoor"),
        ("Dexelo app arrives in Brazil", "arrives", "Dexelo"),
    ],
)
def test_possessives_and_what_hangs_on_a_name(text: str, verb: str, name: str, english: Language) -> None:
    assert subject_of(text, verb, english) == name


@pytest.mark.parametrize(
    ("text", "verb", "name"),
    [
        ("Brightloom announced its decision to enter Canada", "enter", "Brightloom"),
        ("Brightloom has reached a definitive agreement to acquire Oakmoor", "acquire", "Brightloom"),
        ("Brightloom agreed terms to buy Oakmoor", "buy", "Brightloom"),
        ("Brightloom's decision to open a plant", "open", "Brightloom"),
        ("A judge blocked Brightloom's proposal to buy Oakmoor", "buy", "(none)"),
        ("The decision to enter Canada", "enter", "(none)"),
        ("Brightloom will invest about $8 million to open a plant", "open", "Brightloom"),
        ("Brightloom was paid $8 million to leave", "leave", "(none)"),
        ("Brightloom subsidiary wins contract", "wins", "Brightloom"),
        ("Brightloom's UK arm wins contract", "wins", "Brightloom"),
        ("Brightloom's US arm wins contract", "wins", "Brightloom"),
        ("Brightloom's Federal Services unit wins contract", "wins", "Brightloom"),
        ("Brightloom's Oakmoor unit wins contract", "wins", "Oakmoor"),
        ("Brightloom said its US-based unit had won a contract", "won", "Brightloom"),
        ("Brightloom's board of directors has named Jane Doe", "named", "Brightloom"),
        ("Oakmoor's Dexelo platform launches", "launches", "Oakmoor"),
        ("Brightloom in May announced a round", "announced", "Brightloom"),
        ("Brightloom plc (BRL.L) said", "said", "Brightloom plc"),
        ("Oakmoor's parent company, Brightloom, raises $5M", "raises", "Brightloom"),
        ("The maker of Dexelo, Brightloom, raises $5M", "raises", "Brightloom"),
        ("Jane Doe, CEO of Brightloom, resigns", "resigns", "Brightloom"),
        ("The startup backed by Oakmoor raises $5M", "raises", "(entry)"),
    ],
)
def test_what_a_subject_has_or_does_is_stepped_over(text: str, verb: str, name: str, english: Language) -> None:
    assert subject_of(text, verb, english) == name


@pytest.mark.parametrize(
    ("text", "verb", "name"),
    [
        ("Asheville's Morrow Brewing opens", "opens", "Morrow Brewing"),
        ("Falcon's Nest Brewing opens", "opens", "Falcon's Nest Brewing"),
        ("Copenhagen's Brickly raises $5M", "raises", "Brickly"),
        ("Edinburgh launches a festival", "launches", "(none)"),
        ("Mesa, AZ, launches a festival", "launches", "(none)"),
        ("Brightloom in Tulsa opens a store", "opens", "Brightloom"),
        ("A plant in Tulsa will create 300 jobs", "create", "(none)"),
        ("Paper mill at Stour End to cut 95 jobs", "cut", "(none)"),
        ("Workers at Brightloom cut costs", "cut", "Brightloom"),
        ("Meals in Minutes opens", "opens", "Meals in Minutes"),
    ],
)
def test_a_place_is_no_company(text: str, verb: str, name: str, english: Language) -> None:
    assert subject_of(text, verb, english) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Rowan Markets opens a store", "Rowan Markets"),
        ("Rowan Brothers opens a store", "Rowan Brothers"),
        ("Stock Markets opens higher", "(none)"),
        ("Pet Loft Plus opens a store", "Pet Loft Plus"),
        ("Pet Loft & Beyond opens a store", "Pet Loft & Beyond"),
    ],
)
def test_plurals_may_be_part_of_a_name(text: str, name: str, english: Language) -> None:
    assert subject_of(text, "opens", english) == name


def test_a_headline_verb_ends_the_name(english: Language) -> None:
    text = "Oakmoor Infrastructure Enhances Drilling Offering With Dexelo Deal"
    assert subject_of(text, "With", english, gap=3) == "Oakmoor Infrastructure"


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("It has raised $5M", "raised"),
        ("The company raised $5M", "raised"),
        ("The startup has since raised $5M", "raised"),
    ],
)
def test_the_company_stands_for_that_of_the_entry(text: str, verb: str, english: Language) -> None:
    assert subject_of(text, verb, english) == "(entry)"


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("Investors raise questions", "raise"),
        ("Why raise prices", "raise"),
        ("Police raised the alarm", "raised"),
        ("Google engineers raised concerns", "raised"),
        ("There is no way to raise wages", "raise"),
    ],
)
def test_words_that_are_no_company(text: str, verb: str, english: Language) -> None:
    assert subject_of(text, verb, english) == "(none)"


def test_a_gap_lets_words_stand_between(english: Language) -> None:
    text = "Zephora doubles its valuation in funding"
    assert subject_of(text, "in", english) == "(none)"
    assert subject_of(text, "in", english, gap=4) == "Zephora"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Dana Whitfield joins Quillfish", "Dana Whitfield"),
        ("Dr. Dana Whitfield joins Quillfish", "Dana Whitfield"),
        ("Industry veteran Dana Whitfield joins Quillfish", "Dana Whitfield"),
        ("Robotics Strategist Dana Whitfield joins Quillfish", "Dana Whitfield"),
        ("CEO Dana Whitfield-Ruiz joins Quillfish", "Dana Whitfield-Ruiz"),
        ("They joins Quillfish", "(none)"),
    ],
)
def test_person_in_front_of_the_verb(text: str, name: str, english: Language) -> None:
    assert subject_of(text, "joins", english, person=True) == name


def test_the_person_of_a_headline_is_who_stands_behind_its_verb(english: Language) -> None:
    assert subject_of("Acme Taps Jane Doe to lead Quillfish", "lead", english, person=True) == "Jane Doe"


@pytest.mark.parametrize(
    ("text", "verb", "name"),
    [
        ("Tractor Supply Opens Store", "Opens", "Tractor Supply"),
        ("Gains Fitness files for IPO", "files", "Gains Fitness"),
        ("Pioneer Square Labs opens office", "opens", "Pioneer Square Labs"),
        ("Freddy's Cloth opens store", "opens", "Freddy's Cloth"),
        ("Nature's Crate opens store", "opens", "Nature's Crate"),
        ("Doctors On Wheels opens clinic", "opens", "Doctors On Wheels"),
        ("In Motion Therapy opens clinic", "opens", "In Motion Therapy"),
        ("Meals on Wings opens kitchen", "opens", "Meals on Wings"),
        ("Terra One opens plant", "opens", "Terra One"),
        ("Women's Business Bank opens branch", "opens", "Women's Business Bank"),
        ("Harrow, Dale & Pike opens office", "opens", "Harrow, Dale & Pike"),
        ("Acme $ACME opens store", "opens", "Acme"),
        ("Acme Subscribers wants", "wants", "Acme"),
        ("Acme Board of Directors appoints Jane Doe", "appoints", "Acme"),
        ("Acme, A Unit Of Oakmoor, Officially Opens Store", "Opens", "Acme"),
        ("Acme together with Oakmoor opens store", "opens", "Acme"),
        ("Longtime Acme opens store", "opens", "Acme"),
        ("pellbox.health opens store", "opens", "pellbox.health"),
        ("Mircom Launches Cloud-Based Kiln, opens store", "opens", "Mircom"),
        ("10 retailers file for Chapter 11 closed", "closed", "(none)"),
        ("Healthcare Organizations opens store", "opens", "(none)"),
        ("Wall Street opens higher", "opens", "(none)"),
    ],
)
def test_a_name_has_all_its_words_and_no_others(text: str, verb: str, name: str, english: Language) -> None:
    assert subject_of(text, verb, english) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Oakmoor Announces Closing of Financing", "Oakmoor"),
        ("Aviation-focused Dexelo closes on funding", "Dexelo"),
        ("$EA - Oakmoor Arts names new CTO", "Oakmoor Arts"),
        ("How AI works", None),
    ],
)
def test_first_name_is_what_the_entry_is_about(text: str, name: str | None, english: Language) -> None:
    sentence = read_sentence(text, english, ENGLISH)
    found = first_name(sentence, ENGLISH)
    assert (sentence.slice(found.start, found.end) if found else None) == name


def test_a_role_ends_a_name(english: Language) -> None:
    assert subject_of("Oakmoor CEO resigns", "CEO", english) == "Oakmoor"
