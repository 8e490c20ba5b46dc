"""How names, people, roles and amounts are found in German, which writes every noun with a capital."""

from __future__ import annotations

import pytest
from sentences import read_sentence, subject_in

from listener.core.lexicon import GERMAN
from listener.core.marks import typed_spans
from listener.core.names import Found, trailing_name
from listener.core.sentence import Sentence
from listener.core.subjects import first_name
from listener.rulebook import load_lexicon, load_pipeline


def read(text: str) -> Sentence:
    return read_sentence(text, load_pipeline("de"), load_lexicon("de"))


def subject_of(text: str, verb: str, *, gap: int = 0, person: bool = False) -> str:
    return subject_in(text, verb, load_pipeline("de"), load_lexicon("de"), gap=gap, person=person)


@pytest.mark.parametrize(
    ("text", "verb", "name"),
    [
        ("Autozulieferer Musterwerk streicht Stellen", "streicht", "Musterwerk"),
        ("Die Kurio GmbH streicht Stellen", "streicht", "Kurio GmbH"),
        ("Der Berliner Zahlungsdienstleister Kuriopay wächst", "wächst", "Kuriopay"),
        ("Berliner Start-up Kurio Labs sammelt Geld ein", "sammelt", "Kurio Labs"),
        ("VW-Tochter Kurio streicht Stellen", "streicht", "Kurio"),
        ("Der Kurio-Konzern streicht Stellen", "streicht", "Kurio"),
        ("Die Kurio-Gruppe streicht Stellen", "streicht", "Kurio-Gruppe"),
        ("Der Luft- und Raumfahrtkonzern Kurio wächst", "wächst", "Kurio"),
        ("Müller & Söhne Maschinenbau GmbH & Co. KG wächst", "wächst", "Müller & Söhne Maschinenbau GmbH & Co. KG"),
        ("Deutsche Bank schließt Filialen", "schließt", "Deutsche Bank"),
        ("Berliner Sparkasse schließt Filialen", "schließt", "Berliner Sparkasse"),
        ("trivelo eröffnet Büro", "eröffnet", "trivelo"),
    ],
)
def test_descriptors_and_adjectives_of_towns_are_no_part_of_a_name(text: str, verb: str, name: str) -> None:
    assert subject_of(text, verb) == name


@pytest.mark.parametrize(
    ("text", "verb", "name"),
    [
        ("Nun übernimmt Kurio den Konkurrenten Bolero", "übernimmt", "Kurio"),
        ("In Leipzig eröffnet Kurio ein Werk", "eröffnet", "Kurio"),
        ("Am 3. März 2025 eröffnet die Kurio AG ein Werk", "eröffnet", "Kurio AG"),
        ("Wie die Zeitung berichtet, übernimmt die Kurio AG den Rivalen", "übernimmt", "Kurio AG"),
        ("Mit der Übernahme von Bolero baut Kurio das Geschäft aus", "baut", "Kurio"),
        ("Den Konkurrenten Bolero übernimmt Kurio", "übernimmt", "Kurio"),
        ("Kurio wächst und kauft Bolero", "kauft", "Kurio"),
    ],
)
def test_subject_behind_its_verb_is_found_where_something_else_opens_the_sentence(
    text: str, verb: str, name: str
) -> None:
    assert subject_of(text, verb) == name


@pytest.mark.parametrize(
    ("text", "verb", "name"),
    [
        ("Der Werkzeugbauer Kurio aus Ulm streicht Stellen", "streicht", "Kurio"),
        ("Kurio will in Ulm bis Ende 2026 rund 200 Stellen abbauen", "Stellen", "Kurio"),
        ("Tarvo hat still und heimlich 700 Stellen abgebaut", "Stellen", "Tarvo"),
        ("Die Kurio AG, ein Zulieferer aus Ulm mit 200 Mitarbeitern, wächst", "wächst", "Kurio AG"),
    ],
)
def test_places_and_times_between_subject_and_verb_are_read_over(text: str, verb: str, name: str) -> None:
    assert subject_of(text, verb, gap=8) == name


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("Das Unternehmen streicht Stellen", "streicht"),
        ("Das Start-up hat 5 Mio. Euro eingesammelt", "hat"),
        ("Autozulieferer streicht Stellen", "streicht"),
        ("Kurio-Tochter streicht Stellen", "streicht"),
        ("Der Vorstand streicht Stellen", "streicht"),
    ],
)
def test_what_only_says_what_a_company_is_stands_for_that_of_the_entry(text: str, verb: str) -> None:
    assert subject_of(text, verb) == "(entry)"


@pytest.mark.parametrize("noun", ["Regierung", "Gespräche", "Umsatz", "Übernahme", "Verhandlungen", "Polizei"])
def test_a_noun_with_a_capital_is_no_company(noun: str) -> None:
    assert subject_of(f"{noun} streicht Stellen", "streicht") == "(none)"


@pytest.mark.parametrize(
    ("text", "verb", "name"),
    [
        ("Nach zehn Jahren verlässt Anna Berger Kurio", "verlässt", "Anna Berger"),
        ("Kurio-Chef Hans Meier verlässt Kurio", "verlässt", "Hans Meier"),
        ("Hans Meier, Finanzchef von Kurio, verlässt Kurio", "verlässt", "Hans Meier"),
        ("Topmanagerin Petra von Stein verlässt Kurio", "verlässt", "Petra von Stein"),
        ("Die Kurio AG verlässt Österreich", "verlässt", "(none)"),
    ],
)
def test_people_are_found_without_their_titles(text: str, verb: str, name: str) -> None:
    assert subject_of(text, verb, person=True) == name


def test_the_first_name_is_no_common_noun() -> None:
    sentence = read("Personalabbau beim Turbinenbauer Kurio")
    found = first_name(sentence, load_lexicon("de"))
    assert found is not None
    assert sentence.slice(found.start, found.end) == "Kurio"


def test_a_slot_takes_the_name_behind_its_descriptor() -> None:
    sentence = read("den kleineren Rivalen Bolero Systems")
    found = trailing_name(sentence, 0, len(sentence.words), load_lexicon("de"))
    assert isinstance(found, Found)
    assert sentence.slice(found.start, found.end) == "Bolero Systems"


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("erhält 12,5 Mio. Euro", "MONEY", "12,5 Mio. Euro"),
        ("sammelt 200 Millionen ein", "MONEY", "200 Millionen"),
        ("über CHF 3 Mio. ab", "MONEY", "CHF 3 Mio."),
        ("20 Millionen US-Dollar", "MONEY", "20 Millionen US-Dollar"),
        ("Vier Milliarden Euro", "MONEY", "Vier Milliarden Euro"),
        ("einen zweistelligen Millionenbetrag", "MONEY", "zweistelligen Millionenbetrag"),
        ("in der Series-A-Runde", "ROUND", "Series-A"),
        ("eine Seed-Finanzierung", "ROUND", "Seed"),
        ("wird Finanzvorständin", "ROLE", "Finanzvorständin"),
        ("zum Vorsitzenden der Geschäftsführung", "ROLE", "Vorsitzenden der Geschäftsführung"),
        ("als Mitglied des Vorstands", "ROLE", "Mitglied des Vorstands"),
        ("ist Geschäftsführer/in", "ROLE", "Geschäftsführer/in"),
        ("rund 2.000 Stellen", "NUMBER", "2.000"),
        ("mehrere Hundert Stellen", "NUMBER", "mehrere Hundert"),
        ("am 3. März 2025", "DATE", "3. März 2025"),
        ("im Frühjahr 2026", "DATE", "Frühjahr 2026"),
    ],
)
def test_amounts_roles_and_dates_are_found_as_they_are_written(text: str, kind: str, found: str) -> None:
    assert found in [text[span.start : span.end] for span in typed_spans(text, GERMAN) if span.mark == kind]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("12 Millionen Nutzer", "MONEY"),
        ("der Parteichef", "ROLE"),
        ("der Sportdirektor", "ROLE"),
        ("die Saatrunde", "ROUND"),
    ],
)
def test_what_only_looks_like_one_is_not_found(text: str, kind: str) -> None:
    assert kind not in [span.mark for span in typed_spans(text, GERMAN)]
