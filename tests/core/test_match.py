"""Matching: slots, unless, hedges, explanations, and that the candidate pass loses nothing."""

from __future__ import annotations

import gc
import json
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from spacy.language import Language

from listener.core import candidates
from listener.core.candidates import TYPED_BITS, Index, LanguageMatcher, Reading, Trial, in_order
from listener.core.lexicon import Lexicon
from listener.core.marks import TypedSpan, plain_mark, typed_spans
from listener.core.match import RuleMatcher
from listener.core.phrase import Variant
from listener.core.rules import Rule, RuleSet, RuleSource
from listener.core.steps import Span, Step
from listener.core.tokens import Chunk, Chunks
from listener.model import Match
from listener.rulebook import RuleFiles, compile_rulebook, read_rule_files, shipped_rules

GOLD = Path(__file__).resolve().parents[3] / "shared" / "eval" / "gold_en.jsonl"

FUNDING = """\
trigger = "funding"
lang    = "en"
unless  = ["for charity"]
[[rule]]
id    = "raises"
match = ["{company} raise|secure|close {money}", "{company} raise ...3 {round}"]
unless = ["raise awareness"]
hedge = ["in talks"]
[[rule]]
id    = "investment-in"
match = ["{money} investment in {company}"]
where = "title"
"""
ACQUISITION = """\
trigger = "acquisition"
lang    = "en"
[[rule]]
id    = "acquires"
match = ["{company} acquire {company:target}", "acquisition of {company}"]
"""
HIRE = """\
trigger = "executive_hire"
lang    = "en"
[[rule]]
id    = "appoints"
match = ["{company} appoint|name {person} [as] [its] {role}", "{person} join {company} as {role}"]
patterns = [[{LEMMA = "join"}, {IS_TITLE = true, OP = "+"}, {LOWER = "as", OP = "?"}, {ENT_TYPE = "ROLE", OP = "*"}]]
[[rule]]
id    = "appointed"
match = ["{person} [be] appointed {role}"]
"""
SHARED = """\
lang = "en"
unless = ["can't"]
unless_title = ["how to"]
hedge = ["reportedly"]
"""


def rulebook(*files: tuple[str, str]) -> RuleMatcher:
    book = compile_rulebook(RuleFiles(sources=tuple(RuleSource(path=path, text=text) for path, text in files)))
    assert book.errors == ()
    return book.matcher


@pytest.fixture(scope="module")
def matcher() -> RuleMatcher:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidates, "TEXTS_TO_LEARN_FROM", 100)  # so that most texts come before or after it
        patch.setattr(candidates, "SET_BITS", 5)  # so that sets of words share them
        return rulebook(("f.toml", FUNDING), ("a.toml", ACQUISITION), ("h.toml", HIRE), ("shared.toml", SHARED))


def only(matches: Sequence[Match]) -> Match:
    (match,) = matches
    return match


def test_a_match_says_rule_slots_and_place(matcher: RuleMatcher) -> None:
    match = only(matcher.match("Acme Robotics raises $12M Series B led by Sequoia", "", "en"))
    assert (match.trigger, match.rule, match.where) == ("funding", "funding/raises", "title")
    assert match.slots == {"company": "Acme Robotics", "money": "$12M", "round": "Series B"}
    assert match.company == "Acme Robotics"
    assert match.quote[match.start : match.end] == "Acme Robotics raises $12M"


def test_the_text_is_searched_sentence_by_sentence(matcher: RuleMatcher) -> None:
    match = only(matcher.match("Robots at work", "They are loud. Acme secured €3 million on Monday. More soon.", "en"))
    assert (match.where, match.quote) == ("text", "Acme secured €3 million on Monday.")


def test_a_phrase_does_not_reach_over_a_sentence(matcher: RuleMatcher) -> None:
    assert matcher.match("", "Acme will close. $5M was lost.", "en") == ()


def test_where_title_keeps_a_rule_out_of_the_text(matcher: RuleMatcher) -> None:
    assert only(matcher.match("A $5M investment in Acme", "", "en")).company == "Acme"
    assert matcher.match("News", "It was a $5M investment in Acme.", "en") == ()


def test_an_acquisition_has_both_sides(matcher: RuleMatcher) -> None:
    match = only(matcher.match("Acme acquires analytics startup Beta Labs for $5M", "", "en"))
    assert match.slots == {"company": "Acme", "target": "Beta Labs"}


def test_a_person_in_front_and_a_company_behind(matcher: RuleMatcher) -> None:
    match = only(matcher.match("Jane Doe joins Acme as Chief Financial Officer", "", "en"))
    assert match.slots == {"person": "Jane Doe", "company": "Acme", "role": "Chief Financial Officer"}


@pytest.mark.parametrize("month", ["March", "Monday", "March 2026", "Q3"])
def test_a_time_is_no_place(month: str, move: RuleMatcher) -> None:
    assert move.match(f"Acme enters {month} with hope", "", "en") == ()
    assert only(move.match("Acme enters Spring Valley with hope", "", "en")).slots["place"] == "Spring Valley"


def test_a_slot_in_brackets_that_is_no_name_is_left_empty(move: RuleMatcher) -> None:
    assert only(move.match("Acme moves with Beta to town", "", "en")).slots == {"company": "Acme", "helper": "Beta"}
    assert only(move.match("Acme moves with Investment to town", "", "en")).slots == {"company": "Acme"}


def test_a_slot_that_the_phrase_needs_must_be_a_name(move: RuleMatcher) -> None:
    assert only(move.match("Acme sells to Beta", "", "en")).slots["buyer"] == "Beta"
    assert move.match("Acme sells to Investment", "", "en") == ()


@pytest.fixture(scope="module")
def move() -> RuleMatcher:
    phrases = [
        "{company} enter {place}",
        "{company} move [with {company:helper}] to town",
        "{company} sell to {company:buyer}",
    ]
    return rulebook(
        ("m.toml", f'trigger = "move"\nlang = "en"\n[[rule]]\nid = "moves"\nmatch = {json.dumps(phrases)}\n')
    )


def test_a_title_with_a_line_break_is_one_line(matcher: RuleMatcher) -> None:
    assert only(matcher.match("Acme raises\n$5M", "", "en")).quote == "Acme raises $5M"


def test_of_a_long_sentence_whole_words_are_read(matcher: RuleMatcher) -> None:
    words = "word " * 198
    assert only(matcher.match("", f"Acme raises $5M {words}", "en")).quote.endswith("word")
    assert matcher.match("", f"{words} Acme raises $5M", "en") == ()


def test_a_raw_pattern_is_matched_by_spacy() -> None:
    text = 'trigger = "x"\nlang = "en"\n[[rule]]\nid = "raw"\npatterns = [[{LEMMA = "raise"}, {SHAPE = "dd"}]]\n'
    raw = rulebook(("x.toml", text))
    assert only(raw.match("Acme raised 25 today", "", "en")).company == "Acme"
    assert raw.match("Acme raised 250 today", "", "en") == ()


def test_it_stands_for_the_company_of_the_entry(matcher: RuleMatcher) -> None:
    match = only(matcher.match("Acme has news", "The company raised $5M.", "en"))
    assert match.company == "Acme"
    assert match.confidence < 0.8


def test_a_rule_without_a_company_takes_that_of_the_entry(matcher: RuleMatcher) -> None:
    match = only(matcher.match("Acme news", "Jane Doe was appointed CFO yesterday.", "en"))
    assert (match.company, match.slots) == ("Acme", {"person": "Jane Doe", "role": "CFO"})


def test_a_trigger_counts_once_a_company_and_the_headline_wins(matcher: RuleMatcher) -> None:
    match = only(matcher.match("Acme raises $5M", "Acme raised $5M on Monday.", "en"))
    assert match.where == "title"


def test_two_companies_in_one_text_are_two_matches(matcher: RuleMatcher) -> None:
    found = matcher.match("Funding news", "Acme raised $5M. Beta Labs raised $7M.", "en")
    assert [match.company for match in found] == ["Acme", "Beta Labs"]


@pytest.mark.parametrize(
    "text",
    [
        "Acme raises awareness and $5M",
        "Acme raises $5M for charity",
        "Acme can't close $5M",
        "How to Raise $5M: Acme Raises $5M",
    ],
)
def test_unless_drops_a_match(text: str, matcher: RuleMatcher) -> None:
    assert matcher.match(text, "", "en") == ()


def test_an_unless_within_an_insertion_drops_nothing(matcher: RuleMatcher) -> None:
    [match] = matcher.match("Acme, which raised awareness of kilns in 2012, has raised $5M", "", "en")
    assert match.company == "Acme"


def test_a_stop_in_the_title_counts_for_the_text_too(matcher: RuleMatcher) -> None:
    assert matcher.match("How to find money", "Acme raised $5M.", "en") == ()


@pytest.mark.parametrize(
    ("text", "words"), [("Acme in talks to raise $5M", "in talks"), ("Acme reportedly raises $5M", "reportedly")]
)
def test_a_hedge_marks_a_match_and_halves_its_confidence(text: str, words: str, matcher: RuleMatcher) -> None:
    match = only(matcher.match(text, "", "en"))
    assert match.hedged == words
    assert match.confidence == 0.45


def test_an_unless_of_another_rule_does_not_count(matcher: RuleMatcher) -> None:
    assert only(matcher.match("Acme acquires Beta for charity", "", "en")).trigger == "acquisition"


def test_rules_do_not_run_on_another_language(matcher: RuleMatcher) -> None:
    assert matcher.match("Acme raises $5M", "", "de") == ()


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "\u200b", "🚀", "a" * 50_000, "raise " * 9_000, "(" * 5_000, "\x00\ud800"]
)
def test_hostile_text_is_survived(text: str, matcher: RuleMatcher) -> None:
    matcher.match(text, text, "en")


# --------------------------------------------------------------------------- explaining


def test_a_near_miss_says_which_slot_is_not_there(matcher: RuleMatcher) -> None:
    misses = matcher.explain("Charity run raises $12,000 for hospital", "", "en").misses
    assert "'run' in front of the phrase is no name" in misses[0].why


def test_a_near_miss_says_which_word_is_missing(matcher: RuleMatcher) -> None:
    assert "missing: {money}" in [miss.why for miss in matcher.explain("Acme raises prices", "", "en").misses]


def test_a_stopped_match_says_what_stopped_it(matcher: RuleMatcher) -> None:
    (miss,) = matcher.explain("Acme secures $5M for charity", "", "en").misses
    assert miss.why == "stopped by unless 'for charity'"


def test_a_stop_in_the_title_is_said_too(matcher: RuleMatcher) -> None:
    misses = matcher.explain("How to raise money", "Acme secured $5M.", "en").misses
    assert "the title says 'How to'" in [miss.why for miss in misses]


def test_words_in_the_wrong_order_are_said_to_be(matcher: RuleMatcher) -> None:
    whys = [miss.why for miss in matcher.explain("$5M is what Acme secured", "", "en").misses]
    assert "its words are there, but not in this order or too far apart" in whys


# --------------------------------------------------------------------------- the candidate pass

VOCABULARY = (
    "Acme Beta Labs raises raised raise secures secured closes $5M €3 million Series B A acquires acquisition of "
    "names appoints Jane Doe John as its CEO joins in talks to reportedly awareness for charity how can't cannot "
    "isn't don't Berlin-based startup , . ! ( ) - the The company it has was appointed investment U.S. re-raises "
    "10closes raise,close gonna RAISES Raise\u00a0 ſecures İt market two hundred Plato's closet monday.com quietly "
    "don’t raise\u00add “Acme” «Beta» — … Chief Financial Officer co-founder dırector 5% 3,500 Q&A AT&T Inc., "
    "million-dollar on May 3 \n 日本 👍🏽 ½ closes. U.S.-based announced that Acme, a maker of robots, ,raises "
    "acquires:"
)
WORDS = st.sampled_from(VOCABULARY.split(" ")) | st.text("abAB'’-–.,&$€ \u00ad\u200b\u0301ıſ", max_size=4)
TEXTS = st.lists(WORDS, max_size=30).map(" ".join)
GERMAN = """\
trigger = "funding"
lang    = "de"
[[rule]]
id    = "raises"
match = ["{company} sammelt|erhält ...4 {money}", "{person} wird {role}"]
unless = ["nicht"]
"""
RUSSIAN = """\
trigger = "funding"
lang    = "ru"
[[rule]]
id    = "raises"
match = ["{company} привлечь|привлекла ...4 {money}", "{person} назначен ...2 {role}"]
unless = ["не"]
"""
OTHER_VOCABULARY = (
    "Muster GmbH & Co. KG sammelt erhält Geld 5 Mio. Euro 3,5 Millionen nicht Anna Müller-Lüdenscheid wird neue "
    "Geschäftsführerin Finanzchef heute, am 3. Mai 2026 z.B. „Muster“ die STRASSE Straße "
    "Ромашка привлекла привлекли 3 млн руб. рублей €5 не Иван Иванов назначен генеральным директором компания , и т.д. "
    "в январе «Ромашка» — ЁЛКА и др. см. также"
)


class ChunksBySpacy(Chunks):
    """Chunks that ask spaCy for every one."""

    def _words_of(self, text: str) -> tuple[str, ...]:
        return tuple(self._split(text))


class ReadingBySpacy(Reading):
    """A sentence that nothing is known of in advance, and that spaCy's Matcher reads."""

    def may_hold(self, trial: Trial, *, led: bool = True) -> bool:  # noqa: ARG002
        return True

    def has_typed(self, trial: Trial) -> bool:  # noqa: ARG002
        return True

    def _typed(self, mark_: str) -> list[TypedSpan]:
        return typed_spans(self.text, self._language.lexicon, (mark_,))

    def _spans_of(self, variant: Variant, steps: Sequence[Step]) -> list[Span]:  # noqa: ARG002
        return self._spans_by_spacy(variant)


def trials_in(index: Index) -> list[Trial]:
    return [trial for _, _, trial in index.entries]


class LanguageBySpacy(LanguageMatcher):
    """A language with every phrase run on every sentence, as spaCy runs it."""

    def __init__(self, rules: RuleSet, lang: str, pipeline: Language, lexicon: Lexicon) -> None:
        super().__init__(rules, lang, pipeline, lexicon)
        self.chunks = ChunksBySpacy(
            split=lambda text: [token.text for token in pipeline.make_doc(text)],
            exceptions=(),
            plain_mark=lambda word: plain_mark(word, lexicon),
            heads_in={},
            evidence_of=lambda *_: sum(TYPED_BITS.values()),
            entries_of=lambda _: (),
            is_common_noun=lambda _: False,
        )

    def candidates(self, chunks: Sequence[Chunk], place: str) -> list[Trial]:  # noqa: ARG002
        return [trial for trial in trials_in(self.index) if trial.runner.place in (place, "both")]

    def stopping(self, reading: Reading, use: str, rule: Rule | None) -> list[list[Trial]]:  # noqa: ARG002
        phrases = in_order(trial for trial in trials_in(self.stops) if trial.runner.use == use)
        return [trials for runner, trials in phrases.items() if not runner.rules or rule in runner.rules]

    def read(self, text: str, chunks: Sequence[Chunk] | None = None) -> Reading:  # noqa: ARG002
        return ReadingBySpacy(text, self.chunks.of(text), self)


def without_candidate_pass(matcher: RuleMatcher) -> RuleMatcher:
    """The same rules with every phrase run on every sentence, as spaCy runs it."""
    full = RuleMatcher(matcher.rules, {})
    full._languages = {
        lang: LanguageBySpacy(matcher.rules, lang, language.pipeline, language.lexicon)
        for lang, language in matcher._languages.items()
    }
    return full


@pytest.fixture(scope="module")
def full(matcher: RuleMatcher) -> RuleMatcher:
    return without_candidate_pass(matcher)


@settings(max_examples=300, deadline=None)
@given(title=TEXTS, text=TEXTS)
@example(title="", text="Acme acquires Acme")
def test_the_candidate_pass_loses_nothing(title: str, text: str, matcher: RuleMatcher, full: RuleMatcher) -> None:
    assert matcher.match(title, text, "en") == full.match(title, text, "en")


@settings(max_examples=200, deadline=None)
@given(
    text=st.lists(st.sampled_from(OTHER_VOCABULARY.split(" ")), max_size=16).map(" ".join),
    lang=st.sampled_from(["de", "ru"]),
)
def test_it_loses_nothing_in_other_languages(
    text: str, lang: str, others: RuleMatcher, full_others: RuleMatcher
) -> None:
    assert others.match(text, text, lang) == full_others.match(text, text, lang)


@pytest.fixture(scope="module")
def others() -> RuleMatcher:
    return rulebook(("de.toml", GERMAN), ("ru.toml", RUSSIAN))


@pytest.fixture(scope="module")
def full_others(others: RuleMatcher) -> RuleMatcher:
    return without_candidate_pass(others)


@pytest.mark.skipif(not GOLD.exists(), reason="the shared texts are not there")
def test_the_shipped_rules_find_the_same_in_real_texts() -> None:
    book = compile_rulebook(read_rule_files([shipped_rules()]))
    full = without_candidate_pass(book.matcher)
    for line in GOLD.read_text(encoding="utf-8").splitlines()[:80]:
        item = json.loads(line)
        found = book.matcher.match(item["title"], item["summary"], "en")
        assert found == full.match(item["title"], item["summary"], "en")


def test_matching_is_the_same_in_a_memory_zone(matcher: RuleMatcher) -> None:
    plain = matcher.match("Acme Robotics raises $12M", "", "en")
    with matcher.memory_zone():
        zoned = matcher.match("Acme Robotics raises $12M", "", "en")
    assert zoned == plain


# --------------------------------------------------------------------------- what a file says for all its rules


SHY = """\
trigger = "shy"
lang    = "en"
inherit = ["hedge"]
[[rule]]
id    = "sells"
match = ["{company} sell pots"]
"""
PERSON = """\
trigger  = "move"
lang     = "en"
prospect = "person"
[[rule]]
id    = "moves"
match = ["{person} move to {place}", "i move to {place}"]
"""


@pytest.mark.parametrize("title", ["How to see that Acme sells pots", "Acme sells pots that can't break"])
def test_a_file_inherits_only_the_shared_lists_that_it_names(title: str) -> None:
    assert rulebook(("s.toml", SHY), ("shared.toml", SHARED)).match(title, "", "en")
    inheriting = SHY.replace('inherit = ["hedge"]', "")
    assert not rulebook(("s.toml", inheriting), ("shared.toml", SHARED)).match(title, "", "en")


def test_a_list_that_a_file_names_is_inherited() -> None:
    match = only(rulebook(("s.toml", SHY), ("shared.toml", SHARED)).match("Acme reportedly sells pots", "", "en"))
    assert match.hedged == "reportedly"


def test_a_lead_about_a_person_never_takes_the_company_of_the_entry() -> None:
    people = rulebook(("p.toml", PERSON))
    assert only(people.match("Acme news", "Jane Doe moves to Leeds.", "en")).company == "Jane Doe"
    assert only(people.match("Acme news", "I move to Leeds.", "en")).company is None


# --------------------------------------------------------------------------- names and amounts


def test_a_short_name_becomes_the_full_one_that_the_text_gives(matcher: RuleMatcher) -> None:
    match = only(matcher.match("Acme raises $5M", "LEEDS -- Acme Robotics, Inc. has news.", "en"))
    assert match.company == match.slots["company"] == "Acme Robotics, Inc."


def test_of_two_amounts_behind_a_verb_the_first_is_meant() -> None:
    deals = rulebook(
        ("d.toml", FUNDING.replace("{company} raise|secure|close {money}", "{company} raise ...4 {money}"))
    )
    assert only(deals.match("Acme raises $5M at a $50M valuation", "", "en")).slots["money"] == "$5M"


def test_two_deals_in_a_sentence_are_two_matches(matcher: RuleMatcher) -> None:
    found = matcher.match("Harrow Foods acquires Ostler after the acquisition of Brickly", "", "en")
    assert [match.company for match in found] == ["Harrow Foods", "Brickly"]


@pytest.mark.parametrize(
    "dateline",
    [
        "HAMILTON, Bermuda - November 8, 2024 - ",
        "Salt Lake City, Utah – June 12, 2025 – ",
        "CHICAGO, IL (June 3, 2025) – ",
        "Potomac, MD (Newsfeed) Tuesday Oct 15, 2024 @ 11:00 AM Eastern — ",
        "DALLAS, TX -- July 29th, 2026 -- ",
        "April 29, 2025 - DALLAS — ",
        "May 3: ",
    ],
)
def test_where_and_when_a_text_was_sent_is_no_part_of_it(dateline: str, matcher: RuleMatcher) -> None:
    match = only(matcher.match("Funding news", f"{dateline}Acme Robotics has raised $5M.", "en"))
    assert (match.company, match.quote) == ("Acme Robotics", "Acme Robotics has raised $5M.")


def test_a_date_within_a_sentence_begins_none(matcher: RuleMatcher) -> None:
    text = "Acme has raised $5M by May 3, 2025 - the day of its fair."
    assert only(matcher.match("Funding news", text, "en")).quote == text


@pytest.mark.parametrize(
    ("text", "company", "person"),
    [
        ("Jane Harrow named Ostler Foods CEO", "Ostler Foods", "Jane Harrow"),
        ("Ostler Foods, the maker of rusks, today named Jane Harrow CEO", "Ostler Foods", "Jane Harrow"),
        (
            "Ostler Foods today named Ingvild Harrow CEO",
            "Ostler Foods",
            "Ingvild Harrow",
        ),  # nothing tells: the first rule
    ],
)
def test_a_sentence_that_reads_both_ways_has_one_company_and_one_person(text: str, company: str, person: str) -> None:
    appoints = 'id = "appoints"\nmatch = ["{company} name {person} {role}"]'
    becomes = 'id = "becomes"\nmatch = ["{person} named {company} {role}"]'
    hire = f'trigger = "hire"\nlang = "en"\n[[rule]]\n{appoints}\n[[rule]]\n{becomes}\n'
    match = only(rulebook(("h.toml", hire)).match(text, "", "en"))
    assert (match.company, match.slots["person"]) == (company, person)


def test_where_a_company_is_at_home_is_not_the_company(matcher: RuleMatcher) -> None:
    body = "Port Ellery-based Larkspur Robotics makes robots."
    assert only(matcher.match("Port Ellery robot maker raises $42 million", body, "en")).company == "Larkspur Robotics"


def test_an_entry_is_not_about_the_person_that_the_match_names(matcher: RuleMatcher) -> None:
    match = only(matcher.match("Jane Doe, friend of Acme, is appointed CEO", "", "en"))
    assert (match.slots["person"], match.company) == ("Jane Doe", "Acme")


# --------------------------------------------------------------------------- Russian


RUSSIAN = """\
trigger = "executive_departure"
lang    = "ru"
[[rule]]
id    = "leaves"
match = ["{person} покинуть компания"]
"""


@pytest.mark.parametrize(
    "wire",
    [
        "МОСКВА, 12 мар — РИА Новости. ",
        "МОСКВА, 12 марта. /ТАСС/. ",
        "Москва. 12 марта. INTERFAX.RU - ",
        "МОСКВА, 12 янв (Рейтер) - ",
        "",
    ],
)
def test_who_sent_a_russian_text_is_not_whom_it_is_about(wire: str) -> None:
    matcher = rulebook(("ru/executive_departure.toml", RUSSIAN))
    (match,) = matcher.match("Новости дня", f"{wire}Директор «Ромашки» Иван Крас покинул компанию.", "ru")
    assert match.company == "Ромашка"
    assert match.slots["person"] == "Иван Крас"


def test_a_matcher_goes_with_its_last_reference(garbage_stays: None) -> None:  # noqa: ARG001
    matcher = rulebook(("de.toml", GERMAN))
    matcher.match("Muster GmbH erhält 5 Mio. Euro", "Geld", "de")
    gone = weakref.ref(matcher)
    del matcher
    assert gone() is None


@pytest.fixture
def garbage_stays() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


def test_what_was_learnt_of_the_words_changes_no_match(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "TEXTS_TO_LEARN_FROM", 3)
    texts = [
        "Acme Robotics raises $12M",
        "Beta Labs raises raises raises €3 million",
        "Acme Robotics acquires Beta Labs",
    ]
    matcher = rulebook(("en.toml", FUNDING))
    before = [matcher.match(text, "", "en") for text in texts]
    assert any(before)
    assert [matcher.match(text, "", "en") for text in texts] == before
