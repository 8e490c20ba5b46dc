"""What finding slots needs to know of a language: small closed lists of words, lower case.

The lists hold grammar and the vocabulary of business news, not names: no company or person is listed anywhere, only
countries, large cities, and given names, which tell people from companies and begin the names of shops. A word that an
editor may want to change belongs into `rules/`, not here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """What tells names apart in a language that declines them and puts companies in quotes."""

    prepositions: frozenset[str]  # a name behind one is no subject
    before_genitives: frozenset[str]  # words in front of a name in the genitive, besides roles: "акций Сбербанка"
    subordinators: frozenset[str]  # a comma in front of one does not part a verb from its subject
    openers: re.Pattern[str]  # a word that opens a sentence and is no name
    adjectives: re.Pattern[str]  # of those words, the ones that a name may begin with
    given_names: re.Pattern[str]  # given names, patronymics, initials: where a person's name begins
    surnames: re.Pattern[str]  # what a surname looks like that stands without them


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The closed word lists of one language."""

    function_words: frozenset[str]  # never part of a name, also where a headline capitalises them
    name_joiners: frozenset[str]  # lower-case words that may stand inside a name, between two capitals
    auxiliaries: frozenset[str]  # may stand between a subject and its verb
    adverbs: frozenset[str]  # may stand there too, besides those with the ending below
    adverb_ending: str  # of those in lower case; "" where the language has none
    adverb_endings: tuple[str, ...] = ()  # surer ones, of adverbs with a capital: "Officially", but not "Supply"
    reporting: frozenset[str]  # "announced" in "Acme announced it has raised"
    pronouns: frozenset[str]  # stand for the company of the entry
    generic_subjects: frozenset[str]  # "the company": stand for it with an article
    articles: frozenset[str]
    descriptors: frozenset[str]  # nouns in front of a name: "robotics startup Acme"
    compound_ends: frozenset[str]  # second halves of modifiers: "Berlin-based", "Sequoia-backed"
    home_ends: frozenset[str] = frozenset()  # of those, the ones behind a place
    leading: frozenset[str]  # capitalised words in front of a name that are not part of it: "Exclusive", "New"
    opens_names: frozenset[str] = frozenset()  # descriptors that rather begin a name than describe it: "Pioneer Foods"
    not_companies: frozenset[str]  # capitalised words that are never a company by themselves
    people_nouns: frozenset[str]  # "founders", "engineers": a run that starts or ends so is no company
    trailing: frozenset[str]  # behind a name, no part of it: "Acme Stockholders Approve"
    owned_nouns: frozenset[str]  # make one name with a possessive: "Plato's Closet", not "Alphabet's Waymo"
    given_names: frozenset[str] = frozenset()  # of people; a possessive one begins a shop's: "Freddy's Fabrics"
    no_company_phrases: frozenset[str] = frozenset()  # the same of more than one word: "wall street"
    counted: frozenset[str] = frozenset()  # with a number behind them they are no name: "Chapter 11"
    clause_joints: frozenset[str]  # behind them a clause has the subject of the one before: "Acme grows, raises $5M"
    headline_verbs: frozenset[str]  # end a name where a headline capitalises every word: "Acme Enhances Offering"
    person_titles: frozenset[str]  # stand in front of a person's name: "veteran Jane Doe", "Dr. Doe"
    particle_verbs: frozenset[str] = frozenset()  # verbs in front of one of the next, else nouns: "Partners"
    particles: frozenset[str] = frozenset()  # "Partners with"
    singular_verbs: frozenset[str] = frozenset()  # tell one from several, besides the ending: "has", not "have"
    behind_names: frozenset[str] = frozenset()  # follow a name that ends in 's: "Lowry's to open"
    inside_names: frozenset[str] = frozenset()  # function words in the midst of a name: "Doctors On Wheels"
    org_heads: frozenset[str] = frozenset()  # a "for" joins them to what follows: "Institute for Glass"
    owned_products: frozenset[str] = frozenset()  # behind an owned name, the owner's: "Acme's Dexelo app adds"
    own_boards: frozenset[str] = frozenset()  # stand for the company of the entry: "its board of directors"
    heads_of: frozenset[str] = frozenset()  # in front of "of", no part of the name: "Shares of Acme"
    people_of_firms: frozenset[str] = frozenset()  # people nouns that firms are named with, too: "Harrow Brothers"
    owning_people: frozenset[str] = frozenset()  # plurals that names are made of: "Children's Place", "Women in Glass"
    relatives: frozenset[str] = frozenset()  # pronouns that open a clause about what stands in front: "which"
    past_clauses: frozenset[str] = frozenset()  # in the past these clauses are history: "where Acme opened a store"
    past_perfect: str = ""  # in front of a verb that nobody reports: history, "Acme had opened a store"
    telling: frozenset[str] = frozenset()  # verbs of reporting that have a hearer: "told reporters it had raised"
    times: frozenset[str] = frozenset()  # behind an article they open such a clause: "the day Acme went public"
    pure_prepositions: frozenset[str] = frozenset()  # open no clause: in front of a subject part of it, "In Motion"
    told_by: frozenset[str] = frozenset()  # "a statement that Acme bought": behind these "that" opens no such clause
    past_verbs: frozenset[str] = frozenset()  # in the past, without the ending: "bought"
    news_cues: frozenset[str] = frozenset()  # say that it happened now: "today"
    credentials: frozenset[str] = frozenset()  # behind a person's name: "PhD"
    places: frozenset[str] = frozenset()  # alone no company, and their possessive only says where: "Asheville's Acme"
    states: frozenset[str] = frozenset()  # behind a comma they make a place of the name in front: "Mesa, AZ"
    locating: frozenset[str] = frozenset()  # prepositions that only say where: "Acme in Berlin", "a plant in Tulsa"
    sites: frozenset[str] = frozenset()  # nouns behind which "at" does so, too: "the mill at Tulsa"
    intentions: frozenset[str] = frozenset()  # nouns in front of "to": "Acme announced its decision to enter"
    undertaking: frozenset[str] = frozenset()  # verbs in front of them, besides those of reporting: "reached"
    outlays: frozenset[str] = frozenset()  # verbs in front of a sum: "Acme will invest $8 million to open"
    approximators: frozenset[str] = frozenset()  # in front of the sum: "about $8 million"
    units: frozenset[str] = frozenset()  # parts of a company: "Acme's UK arm", "said its unit had won"
    descriptor_endings: tuple[str, ...] = ()  # of compounds that are descriptors: "Autozulieferer"; () where none join
    plain_endings: tuple[str, ...] = ()  # a single capitalised word that ends so is no name: "Regierung"
    common_nouns: frozenset[str] = frozenset()  # from tables, where every noun has a capital: alone they are no name
    verb_second: bool = False  # the subject may follow its verb: "Nun übernimmt Acme"; nouns have a case
    prepositions: frozenset[str] = frozenset()  # what they govern is no subject; only used with `verb_second`
    object_articles: frozenset[str] = frozenset()  # articles that no subject has: "den", "dem"; likewise
    roles: re.Pattern[str]
    rounds: re.Pattern[str]
    money: re.Pattern[str]
    numbers: re.Pattern[str]
    dates: re.Pattern[str]
    declined: Declined | None = None  # where names have cases and quotes; None: they have not


def words(text: str) -> frozenset[str]:
    """A set of the words in a string."""
    return frozenset(text.split())


def phrases(text: str) -> frozenset[str]:
    """A set of what stands between the commas of a string."""
    return frozenset(text.split(", "))


LEGAL_FORMS = words(
    "inc inc. incorporated corp corp. corporation co co. ltd ltd. limited llc llc. l.l.c. llp lp l.p. plc ag gmbh "
    "se s.e. sa s.a. nv n.v. bv b.v. ab oy oyj asa aps spa s.p.a. sarl sas s.a.s. kg kgaa ug pty pte pvt pvt. sdn bhd "
    "pllc p.c. ltda k.k. s.r.l. srl ооо пао ао зао"
)

LOWER_CASE_FORMS = words("plc llp llc ltd ltd. inc inc.")
"""Those that are part of a name also where they stand in lower case, and are no words."""

CALENDAR = words(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday spring summer autumn fall winter "
    "januar jänner februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag "
    "sonnabend sonntag frühjahr frühling sommer herbst "
    "январь января январе февраль февраля феврале март марта марте апрель апреля апреле май мая мае июнь июня июне "
    "июль июля июле август августа августе сентябрь сентября сентябре октябрь октября октябре ноябрь ноября ноябре "
    "декабрь декабря декабре понедельник вторник среда среду четверг пятница пятницу суббота субботу воскресенье "
    "q1 q2 q3 q4 h1 h2"
)
"""Months, days and seasons of all languages: written as names are, and never a place."""

_CURRENCY = (
    r"(?<![A-Za-z])(?:(?:US|CA|C|AU|A|NZ|HK|NT|MX|S|R)\$|Rs\.?|KSh|Rp\.?|NIS|RMB|TL|zł|[$€£¥₹₽₩₺₪₦₱₫₴₸]|"
    r"USD|CAD|AUD|NZD|SGD|HKD|TWD|MXN|BRL|CLP|EUR|GBP|CHF|SEK|NOK|DKK|PLN|CZK|HUF|UAH|RUB|KZT|JPY|CNY|INR|PKR|BDT|KRW|"
    r"IDR|MYR|THB|VND|ILS|AED|SAR|QAR|KWD|EGP|NGN|KES|ZAR)"
)
_SCALE = (
    r"(?:[kKmMbB][nN]?|[mM]io\.?|[mM]rd\.?|Cr\.?|(?i:mln|bln|thousand|million|billion|trillion|crore|lakh)s?|"
    r"Tausend|Million(?:en)?|Milliarden?|тыс\.?|млн\.?|млрд\.?|миллион\w*|миллиард\w*)\b\.?"
)
_AMOUNT = r"\d[\d.,'’]*\+?(?:\s?(?:-|–|to)\s?\d[\d.,]*)?"
_CURRENCY_WORD = (
    r"(?:(?:US|U\.S\.|Canadian|Australian|Singapore|Hong Kong|Swiss|Swedish|Norwegian|Danish|Indian|Japanese)\s)?"
    r"(?:(?i:dollars?|dlrs|euros?|pounds?(?:\ssterling)?|francs?|yen|yuan|rupees?|kron(?:or|er|e)|rou?bles?|reais|shekels|"
    r"dirhams?|rand|naira)|(?<=n\s)won|Franken|Pfund|рубл\w+|руб|доллар\w*(?:\sСША)?|евро|долл\.?)"
)
_AFTER_MONEY = r"(?:in|from|to|for|at|led|with|by|seed|series|round|raise|funding|financing|investment|loan|grant|deal)"
_COUNTED = r"(?:half\s(?:a\s)?|a\s|one\s|two\s|three\s|four\s|five\s|six\s|seven\s|eight\s|nine\s|ten\s|several\s)"
MONEY = re.compile(
    rf"(?:{_CURRENCY}\s?{_AMOUNT}(?:[\s-]?{_SCALE})?"
    rf"|{_AMOUNT}(?:[\s-]?{_SCALE})?[\s-]?(?:{_CURRENCY_WORD}\b|{_CURRENCY}(?!\w))"
    rf"|\b(?i:{_COUNTED}(?:million|billion)\s){_CURRENCY_WORD}\b"
    rf"|\b(?:RM|R|(?:TRY|RON|COP|ARS|PHP)\s)\d[\d.,]*\s?{_SCALE}"
    rf"|(?<![\w.])\d[\d.,]*\s?(?i:million|billion|mln|crore)\b(?=\s*(?:$|[.,;:)]|{_AFTER_MONEY}\b))"
    rf"|(?<![\w.])\d[\d.]*(?:[mM]|[bB]n)\b"
    rf"|(?:six|seven|eight|nine)[\s-]figures?\b)"
)
"""An amount with a currency before or behind it, or a bare "12 million" that counts nothing ("12 million users")."""

NUMBERS = re.compile(
    r"(?<![\w.$€£])(?:\d[\d.,]*[+%]?(?!\w)|(?:(?:hundreds|thousands|dozens|scores)(?:\sof(?:\s(?:thousands|hundreds))?)?|"
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|"
    r"seventy|eighty|ninety)(?:[-\s](?:hundred|thousand|one|two|three|four|five|six|seven|eight|nine))?)\b)",
    re.IGNORECASE,
)

_MONTHS = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)\.?"
)
DATES = re.compile(
    rf"\b(?:{_MONTHS}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?|\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTHS}(?:\s\d{{4}})?"
    rf"|{_MONTHS}\s\d{{4}}|(?:Q[1-4]|H[12])(?:\s\d{{4}})?|\d{{4}}-\d{{2}}-\d{{2}}|(?:19|20)\d{{2}}"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
)

ROUNDS = re.compile(
    r"\b(?:(?:pre-?)?seed(?:\sextension)?(?=\s(?:round|funding|financing|investment|capital|extension|stage)|[\s,.;:]|$)|"
    r"(?:pre-)?series\s(?:[A-K]\d?|[a-k])(?:-\d|\s?[12+])?(?:\sextension)?(?![\w])|"
    r"(?:angel|bridge|growth|venture|mezzanine)(?=\s(?:round|funding|financing))|IPO)\b",
    re.IGNORECASE,
)
