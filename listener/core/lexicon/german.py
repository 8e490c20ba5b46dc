"""The closed word lists of German."""

from __future__ import annotations

import re

from listener.core.lexicon.base import DATES, MONEY, NUMBERS, ROUNDS, Lexicon, words

GERMAN = Lexicon(
    function_words=words(
        "der die das den dem des ein eine einen einem einer eines und oder aber als am an auf aus bei bis durch für "
        "gegen im in ins mit nach ohne seit sich über um unter vom von vor während wegen zu zum zur zwischen ist sind "
        "war waren wird werden wurde wurden hat haben hatte hatten kann können soll sollen will wollen muss müssen "
        "nicht kein keine auch nur noch schon so dass wenn weil wie was wer wo er sie es wir ihr ihre ihren sein "
        "seine seinen dieser diese dieses mehr rund etwa heute gestern morgen nun jetzt dort hier damit dabei sowie "
        "man"
    ),
    name_joiners=words("& von van de der und für"),
    auxiliaries=words("hat haben hatte wird werden wurde wurden ist sind war will soll nun"),
    adverbs=words("heute gestern jetzt nun auch bereits gerade erneut künftig weiter offenbar rund sich"),
    adverb_ending="",
    reporting=words("teilte mitteilte meldet meldete gab bekannt kündigt kündigte an dass"),
    pronouns=words("es sie er"),
    generic_subjects=words("unternehmen firma konzern gesellschaft startup start-up gruppe bank hersteller anbieter"),
    articles=words("der die das den dem des ein eine einen seine ihre"),
    descriptors=words(
        "startup start-up unternehmen firma konzern hersteller anbieter spezialist händler bank versicherer autobauer "
        "zulieferer maschinenbauer riese gründer tochter mutter rivale konkurrent entwickler betreiber kette"
    ),
    compound_ends=words("basierte ansässige"),
    leading=words(
        "neue neuer neues deutsche deutscher schweizer österreichische berliner münchner hamburger zürcher der die das"
    ),
    not_companies=words(
        "unternehmen firma konzern regierung polizei gericht bundestag eu deutschland europa usa berlin mitarbeiter "
        "kunden anleger aktien börse umsatz gewinn preise der die das es sie er wir ich euro prozent millionen "
        "milliarden"
    ),
    people_nouns=words("gründer mitarbeiter anleger kunden forscher bürger"),
    trailing=frozenset(),
    owned_nouns=frozenset(),
    clause_joints=words(", und и"),
    headline_verbs=frozenset(),
    person_titles=frozenset(),
    roles=re.compile(
        r"\b(?:CEO|CFO|CTO|COO|CMO|Geschäftsführer(?:in)?|Vorstands(?:vorsitzende[rn]?|chef(?:in)?|mitglied|sprecher(?:in)?)|"
        r"Vorstand|Aufsichtsrats(?:vorsitzende[rn]?|chef(?:in)?|mitglied)|Aufsichtsrat|Finanz(?:chef(?:in)?|vorstand)|"
        r"Technikchef(?:in)?|Vertriebs(?:chef(?:in)?|leiter(?:in)?)|Präsident(?:in)?|Direktor(?:in)?|Leiter(?:in)?|Chef(?:in)?)\b"
    ),
    rounds=ROUNDS,
    money=MONEY,
    numbers=NUMBERS,
    dates=DATES,
)
