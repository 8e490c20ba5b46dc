"""The company or person that does what a phrase tells, and the one that a text names first.

`find_subject` looks for it in front of the phrase, as a reader would: over auxiliaries, adverbs, appositions, brackets
and "announced that it has".
"""

from __future__ import annotations

from dataclasses import dataclass

from listener.core.background import is_past
from listener.core.declined import described_from, institution, institution_at, last_quoted, preposition_before
from listener.core.lexicon import LEGAL_FORMS, Lexicon
from listener.core.marks import TYPED_MARKS
from listener.core.names import (
    Found,
    NotFound,
    ends_in_one_s,
    is_common_noun,
    is_filler,
    is_sure_adverb,
    name_span,
    person_span,
)
from listener.core.nouns import (
    is_governed,
    is_of_nobility,
    is_plain_word,
    joins_clauses,
    prepositional_phrase,
    run_behind_verb,
    stands_for_entry,
)
from listener.core.parts import is_owned, over_part
from listener.core.sentence import Sentence

_APPOSITION_TOKENS = 30
_LIST_NAMES = 3
_BRACKETS = {")": "(", "]": "[", ">": "<"}


@dataclass(frozen=True, slots=True)
class SameAsEntry:
    """The subject is "it" or "the company": the one that the entry is about."""

    word: str
    start: int = 0  # the token that it is, or begins with


Subject = Found | SameAsEntry | NotFound


def find_subject(sentence: Sentence, before: int, lexicon: Lexicon, *, gap: int = 0, person: bool = False) -> Subject:
    """Look for the name that ends in front of token `before`. A `gap` lets it skip that many words of any kind."""
    result = _subject(sentence, before, lexicon, person)
    # German has more words in between: only when no name is nearer may "Acme wächst und ..." tell the subject.
    for join in (False, True) if lexicon.verb_second else (True,):
        for position in range(before - 1, max(0, before - gap - 1), -1):
            if not isinstance(result, NotFound):
                return result
            earlier = _subject(sentence, position, lexicon, person, join=join)
            result = result if isinstance(earlier, NotFound) else earlier
    return result


def _subject(sentence: Sentence, before: int, lexicon: Lexicon, person: bool, *, join: bool = True) -> Subject:
    i = before
    while i > 0:
        step = _step_left(sentence, i, lexicon)
        if isinstance(step, int):
            employer = None if person else _employer(sentence, i, lexicon)
            if employer is not None:
                return employer
            i = step
            continue
        if isinstance(step, SameAsEntry):
            return NotFound(f"{step.word!r} in front of the phrase is nobody's name") if person else step
        if step is None:
            phrase = _phrase_before(sentence, i, lexicon)
            if phrase is not None:
                i = phrase
                continue
            return _or_behind_verb(_run_before(sentence, i, before, lexicon, person), sentence, before, lexicon, person)
        step = _or_behind_verb(step, sentence, before, lexicon, person)
        joins = join and not person and not (lexicon.locating and sentence.marks[i : i + 1] == ["ROLE"])
        if isinstance(step, NotFound) and joins and joins_clauses(sentence, i - 1, before, lexicon):
            return _opens_with_the_company(sentence, lexicon) or first_name(sentence, lexicon, until=i - 1) or step
        return step
    return _or_behind_verb(NotFound("nothing stands in front of the phrase"), sentence, before, lexicon, person)


def _opens_with_the_company(sentence: Sentence, lexicon: Lexicon) -> SameAsEntry | None:
    """'The company bought 5 Elm Drive and will hire': what opens the sentence does the second thing, too."""
    if not lexicon.locating or sentence.lower[0] != "the" or sentence.marks[1] == "NAME":
        return None
    return SameAsEntry(sentence.words[1], 1) if sentence.lower[1] in lexicon.generic_subjects else None


def _employer(sentence: Sentence, end: int, lexicon: Lexicon) -> Found | None:
    """Acme of 'Jane Doe, CEO of Acme, resigns', where the comma behind it stands in front of token `end`."""
    marks, lower = sentence.marks, sentence.lower
    if not lexicon.locating or end < 5 or sentence.words[end - 1] != "," or marks[end - 2] != "NAME":
        return None
    start = sentence.run_start(end - 1)
    if start < 3 or lower[start - 1] not in ("of", "at", "for") or marks[start - 2] != "ROLE":
        return None
    if lower[start - 2] == "partner":
        return None  # "Beta, a partner of Acme, opens"
    found = name_span(sentence, start, end - 1, lexicon)
    return found if isinstance(found, Found) else None


def _phrase_before(sentence: Sentence, end: int, lexicon: Lexicon) -> int | None:
    """Where the phrase begins that a preposition opens and the name which ends at `end` closes."""
    if lexicon.declined is not None:
        return preposition_before(sentence, end, lexicon, lexicon.declined)
    if lexicon.locating:
        return _where(sentence, sentence.run_start(end), end, lexicon)
    return prepositional_phrase(sentence, sentence.run_start(end), end, lexicon)


def _where(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> int | None:
    """Where "in Berlin" or "backed by Beta" begins, behind a noun or a name: 'Acme in Berlin raises', 'a plant in Tulsa
    will create', 'the mill at Tulsa closes', 'the startup backed by Beta raises'."""
    preposition = start - 1
    participle = sentence.lower[max(0, preposition - 1)]
    if preposition > 1 and sentence.lower[preposition] == "by" and is_past(participle, lexicon) and participle != "led":
        return preposition - 1  # but a group led by Beta stands for Beta
    if preposition < 1 or is_owned(sentence, end + 1):
        return None
    at_site = sentence.lower[preposition] == "at" and sentence.lower[preposition - 1] in lexicon.sites
    if not at_site and sentence.lower[preposition] not in lexicon.locating:
        return None
    if sentence.lower[start] in lexicon.heads_of and sentence.lower[start + 1] == "of":
        return None  # "in support of Acme"
    named = _with_preposition(sentence, start, end, end, lexicon) != start  # "Meals in Minutes opens"
    return None if named or sentence.marks[preposition - 1] not in ("NAME", "MOD") else preposition


def _or_behind_verb(found: Subject, sentence: Sentence, verb: int, lexicon: Lexicon, person: bool) -> Subject:
    """What was found in front of the verb, else the name behind it where the language may put it there."""
    run = run_behind_verb(sentence, verb, lexicon, person=person) if isinstance(found, NotFound) else None
    if run is None:
        return found
    span = (person_span if person else name_span)(sentence, *run, lexicon)
    return span if isinstance(span, Found) else found


def _step_left(sentence: Sentence, i: int, lexicon: Lexicon) -> int | Subject | None:
    """One step over what may stand between a subject and its verb.

    Returns the new position, an end of the search, or None when a name run ends at `i`.
    """
    j = i - 1
    word, lower, mark_ = sentence.words[j], sentence.lower[j], sentence.marks[j]
    if word == ",":
        return j if _is_before_that(sentence, i, lexicon) else _over_apposition(sentence, j, lexicon)
    if word in _BRACKETS:
        return _over_brackets(sentence, j)
    if j > 1 and sentence.words[j - 1] == "$" and word.isupper():
        return j - 1  # "Acme $ACME reports"
    if lower in lexicon.trailing and j > 0 and mark_ != "NAME" and _ends_a_name(sentence, j - 1):
        return j
    if lower in lexicon.reporting and (mark_ != "NAME" or j > 0):
        return j
    part = over_part(sentence, i, lexicon)
    if part is not None:
        return part
    if is_filler(word, lower, mark_, lexicon):
        return j
    if mark_ == "NAME" and lower not in lexicon.pronouns:
        return j if is_sure_adverb(lower, lexicon) and j > 0 and not is_owned(sentence, j) else None
    if lower in lexicon.pronouns:
        announced = _over_reporting(sentence, j, lexicon)
        return SameAsEntry(word, j) if announced is None else announced
    if lower in lexicon.generic_subjects:
        named = institution(sentence, j, lexicon)
        return Found(*named) if named else SameAsEntry(word, j)
    return NotFound(f"{word!r} in front of the phrase is no name")


def _ends_a_name(sentence: Sentence, i: int) -> bool:
    return sentence.marks[i] == "NAME" or sentence.words[i] in ("'s", "’s")


def _is_before_that(sentence: Sentence, i: int, lexicon: Lexicon) -> bool:
    """Whether token `i` is "that" or "which" behind a comma that parts nothing."""
    if lexicon.declined is None or i >= len(sentence.lower):
        return False
    return sentence.lower[i] in lexicon.declined.subordinators


def _over_apposition(sentence: Sentence, comma: int, lexicon: Lexicon) -> int | Subject:
    """'Acme, a maker of robots, raised': from the last comma to in front of the first. That is the one behind the
    name that opens the sentence, for an apposition may hold names and commas of its own; else the nearest."""
    if lexicon.locating and sentence.marks[comma + 1] == "ROLE":
        return NotFound("a person stands in front of the phrase")  # "Jane Doe, CEO of Acme, resigns"
    named = _named_aside(sentence, comma, lexicon)
    if named is not None:
        return named
    opening = sentence.marks.index("NAME") if "NAME" in sentence.marks else comma
    end = sentence.run_end(opening, comma)
    dateline = any(dash in sentence.words[end:comma] for dash in ("--", "–", "—"))
    if opening < 2 and not dateline and sentence.words[end] == "," and end < comma <= end + _APPOSITION_TOKENS:
        return end
    for k in range(comma - 2, max(-1, comma - _APPOSITION_TOKENS), -1):
        if sentence.words[k] != "," or k == 0:
            continue
        if lexicon.declined is not None and sentence.marks[k + 1] == "NAME":
            continue  # a list of names: an insertion begins in lower case
        if sentence.marks[k - 1] == "NAME" or sentence.words[k - 1] == ")" or sentence.lower[k - 1] in lexicon.units:
            return k
        if k == 2 and lexicon.locating and sentence.lower[1] in lexicon.generic_subjects:
            return k  # "The company, a division of Acme, opens"
    return NotFound("only a comma stands in front of the phrase")


def _named_aside(sentence: Sentence, comma: int, lexicon: Lexicon) -> Found | None:
    """Beta of 'Acme's parent company, Beta, raises' and of 'The maker of Dexelo, Beta, raises'."""
    lower, start = sentence.lower, sentence.run_start(comma)
    if not lexicon.locating or start == comma or start < 2 or sentence.words[start - 1] != ",":
        return None
    noun = start - 2
    if sentence.marks[noun] == "NAME":
        noun = sentence.run_start(start - 1) - 2
        described = noun >= 0 and lower[noun] in lexicon.heads_of and lower[noun + 1] == "of"
    else:
        nouns = lexicon.generic_subjects, lexicon.units, lexicon.descriptors
        described = any(lower[noun] in some for some in nouns)
    found = name_span(sentence, start, comma, lexicon) if described else None
    return found if isinstance(found, Found) else None


def _over_brackets(sentence: Sentence, close: int) -> int | Subject:
    for k in range(close - 1, max(-1, close - 12), -1):
        if sentence.words[k] == _BRACKETS[sentence.words[close]]:
            return k
    return NotFound("a bracket stands in front of the phrase")


def _over_reporting(sentence: Sentence, pronoun: int, lexicon: Lexicon) -> int | None:
    """'Acme announced today that it': the position of the verb of reporting, if there is one."""
    k = pronoun - 1
    while k > 0 and (
        sentence.lower[k] == "that" or is_filler(sentence.words[k], sentence.lower[k], sentence.marks[k], lexicon)
    ):
        k -= 1
    return k if k > 0 and sentence.lower[k] in lexicon.reporting else None


def _run_before(sentence: Sentence, end: int, before: int, lexicon: Lexicon, person: bool) -> Subject:
    """The name that ends in front of token `end` and is the subject of the verb at `before`."""
    start = sentence.run_start(end)
    if stands_for_entry(sentence, start, end, lexicon):
        return SameAsEntry(sentence.slice(start, end), start)
    if is_governed(sentence, start, end, lexicon):
        return NotFound(f"{sentence.slice(start, end)!r} is no subject here")
    if person:
        if is_of_nobility(sentence, start - 1, 0, lexicon):
            start = sentence.run_start(start - 1)
        return person_span(sentence, _behind_verb(sentence, start, end, lexicon), end, lexicon)
    if lexicon.declined is not None:
        return _first_of_names(
            sentence, described_from(sentence, last_quoted(sentence, start, end)), end, before, lexicon
        )
    if _is_the_company(sentence, start, end, lexicon):
        return SameAsEntry(sentence.slice(start, end), start)
    if start and " ".join(sentence.lower[start - 1 : end]) in lexicon.own_boards:
        return SameAsEntry(sentence.slice(start, end), start)
    if start > 2 and sentence.lower[start - 2 : start] in (["together", "with"], ["along", "with"]):
        return _subject(sentence, start - 2, lexicon, person)
    owner = _owner_before(sentence, start, end, lexicon)
    if owner is not None:
        return name_span(sentence, *owner, lexicon)
    if _has_singular_verb(sentence, end, before, lexicon):
        start = _with_partner(sentence, start)
    return _first_of_names(sentence, start, end, before, lexicon)


def _behind_verb(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> int:
    """Where the person begins who ends a headline's run: Jane Doe of 'Acme Taps Jane Doe to Lead Beta'."""
    for i in range(end - 2, start, -1):
        if sentence.lower[i] in lexicon.headline_verbs:
            return i + 1
    return start


def _first_of_names(sentence: Sentence, start: int, end: int, before: int, lexicon: Lexicon) -> Subject:
    """The first name of the list whose last is [start, end), with its edges."""
    for _ in range(_LIST_NAMES):
        earlier = _first_of_list(sentence, start, end, one=_has_singular_verb(sentence, end, before, lexicon))
        if earlier is None:
            break
        start, end = earlier
    found = name_span(sentence, start, end, lexicon)
    if isinstance(found, Found):
        return _with_edges(sentence, found, before, lexicon)
    return found


def _is_the_company(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> bool:
    """'... as the Consulting Firm Raises': a headline's capitals on what only stands for a name."""
    article = sentence.lower[start - 1] if start else ""
    run = sentence.lower[start:end]
    return article in ("the", "our", "its") and run[-1] in lexicon.descriptors and "of" not in run


def _owner_before(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """The company that a name in front of the verb belongs to: Acme of 'Acme founder Jane Doe announces' and of 'Acme's
    Dexelo App adds'."""
    words, lower, marks = sentence.words, sentence.lower, sentence.marks
    last = start - 1
    if last > 0 and is_owned(sentence, start) and marks[last - 1] == "NAME":
        behind = lower[end] if end < len(lower) else ""
        part = behind in lexicon.units and (end - start > 1 or is_plain_word(lower[start], lexicon))
        if part or lower[end - 1] in lexicon.trailing or behind in lexicon.owned_products:
            return sentence.run_start(last), last
    while last >= 0 and marks[last] == "ROLE":
        last -= 1
    if last == start - 1 or last < 0 or lower[start - 1] in lexicon.descriptors:
        return None
    last -= words[last] in ("'s", "’s")
    return (sentence.run_start(last + 1), last + 1) if last >= 0 and marks[last] == "NAME" else None


def _has_singular_verb(sentence: Sentence, end: int, before: int, lexicon: Lexicon) -> bool:
    """Whether what stands behind the name, up to the verb, speaks of one: 'opens', 'has opened', not 'open'."""
    verb = sentence.lower[before] if before < len(sentence.lower) else ""
    return ends_in_one_s(verb) or not lexicon.singular_verbs.isdisjoint(sentence.lower[end:before])


def _with_partner(sentence: Sentence, start: int) -> int:
    """'Marsh and Spence opens' is one company; names that a legal form or a comma ends are not joined."""
    if start < 2 or sentence.lower[start - 1] != "and" or sentence.marks[start - 2] != "NAME":
        return start
    if sentence.lower[start - 2] in LEGAL_FORMS:
        return start
    return sentence.run_start(start - 1)


def _with_preposition(sentence: Sentence, start: int, end: int, before: int, lexicon: Lexicon) -> int:
    """Where a name begins that has a preposition, which governs no subject: 'In Motion opens'. So has 'Meals on Wings
    opens', for of several meals one would say 'open'."""
    lower, words = sentence.lower, sentence.words
    if not 0 < start < 3 or lower[start - 1] not in lexicon.pure_prepositions or not words[0][0].isupper():
        return start
    if start == 1:
        return 0
    plural = ends_in_one_s(lower[0]) and sentence.marks[0] == "NAME"
    return 0 if plural and _has_singular_verb(sentence, end, before, lexicon) else start


def _with_edges(sentence: Sentence, found: Found, before: int, lexicon: Lexicon) -> Found:
    """With the number or preposition in front that is part of a name ('Eight Naps raises'), and the 's behind ('Lowry's
    opens')."""
    end = found.end
    start = _with_preposition(sentence, found.start, end, before, lexicon)
    first = sentence.words[0]
    if start == 1 and sentence.marks[0] == "NUMBER" and (first[0].isupper() or first.isdigit()):
        counted = ends_in_one_s(sentence.lower[end - 1]) and not _has_singular_verb(sentence, end, before, lexicon)
        start = 1 if counted else 0
    if end < before and sentence.lower[end] == "'s":
        acts = end + 1 == before and sentence.marks[before] not in TYPED_MARKS
        acts = acts and not sentence.lower[before].endswith("ing")  # "Acme's hiring"
        if acts or sentence.lower[end + 1] in lexicon.behind_names:
            end += 1
    return Found(start, end)


def _first_of_list(sentence: Sentence, start: int, end: int, *, one: bool) -> tuple[int, int] | None:
    """'Acme and Beta partner', 'Acme, Beta to merge': the first of the names is the prospect. Behind a comma only
    where the list opens the sentence, and not a place in capitals: 'LONDON, Acme raised'. 'Harrow, Dale & Pike LLP' is
    one name, and so is 'Harrow, Dale & Pike' where the verb speaks of `one`."""
    if start < 2 or sentence.marks[start - 2] != "NAME" or sentence.words[start - 2].endswith("-"):
        return None  # "Luft- und Raumfahrtkonzern" is one noun
    first, joint = sentence.run_start(start - 1), sentence.lower[start - 1]
    if joint in ("and", "&", "und", "и"):
        return first, start - 1
    if joint != "," or first != 0:
        return None
    if "&" in sentence.words[start:end] and (one or sentence.lower[end - 1] in LEGAL_FORMS):
        return first, end
    if sentence.words[0].isupper() and not sentence.words[end - 1].isupper():
        return None
    return first, start - 1


def first_name(sentence: Sentence, lexicon: Lexicon, until: int | None = None, *, besides: str = "") -> Found | None:
    """The first run of name tokens that is a company: what a headline or a press release is about. Not a name that is
    in `besides`, and not the capital that begins "Big day at Acme", where another follows."""
    i, fallback = 0, None
    until = len(sentence.words) if until is None else until
    while i < until:
        if sentence.marks[i] != "NAME" or _is_imperative(sentence, i, lexicon):
            i += 1
            continue
        if _is_where_it_happens(sentence, i, lexicon):
            i = sentence.run_end(i, until)
            continue
        whole = institution_at(sentence, i, lexicon)
        if whole is not None and not (besides and sentence.slice(*whole) in besides):
            return Found(*whole)
        end = sentence.run_end(i, until)
        span = name_span(sentence, i, end, lexicon)
        if isinstance(span, Found) and not (besides and sentence.slice(span.start, span.end) in besides):
            acts = next((k for k in (end, end + 1) if k < until and sentence.lower[k] in lexicon.headline_verbs), None)
            span = span if acts is None else _with_edges(sentence, span, acts, lexicon)
            if not (i == 0 and end == 1 and is_common_noun(sentence, end, lexicon)):
                return span
            fallback = span
        i = end
    return fallback


def _is_where_it_happens(sentence: Sentence, i: int, lexicon: Lexicon) -> bool:
    """Whether the name at token `i` only tells where: "Firm leases space in Tulsa", "offices at 625 Elm Ave."; not
    "stake in Acme"."""
    if not lexicon.locating or i < 2:
        return False
    before = sentence.lower[i - 1]
    if sentence.marks[i - 1] == "NUMBER":
        return sentence.lower[i - 2] in ("at", "on")
    return before in ("in", "near") and sentence.lower[i - 2] not in lexicon.put_into_firms


def _is_imperative(sentence: Sentence, i: int, lexicon: Lexicon) -> bool:
    """'Pin an app to the bar': what stands at the beginning, in front of a lower-case article, is no name."""
    if i or lexicon.verb_second or lexicon.declined is not None or len(sentence.words) < 2:
        return False
    return sentence.words[1] in lexicon.articles or sentence.words[1] in ("your", "these", "all")
