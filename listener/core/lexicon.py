"""What finding slots needs to know of a language: small closed lists of words, lower case.

The lists hold grammar and the vocabulary of business news, not names: no company, person or place
is listed anywhere. A word that an editor may want to change belongs into `rules/`, not here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The closed word lists of one language."""

    function_words: frozenset[str]  # never part of a name, also where a headline capitalises them
    name_joiners: frozenset[str]  # lower-case words that may stand inside a name, between two capitals
    auxiliaries: frozenset[str]  # may stand between a subject and its verb
    adverbs: frozenset[str]  # may stand there too, besides those with the ending below
    adverb_ending: str  # "" where the language has none
    reporting: frozenset[str]  # "announced" in "Acme announced it has raised"
    pronouns: frozenset[str]  # stand for the company of the entry
    generic_subjects: frozenset[str]  # "the company": stand for it with an article
    articles: frozenset[str]
    descriptors: frozenset[str]  # nouns in front of a name: "robotics startup Acme"
    compound_ends: frozenset[str]  # second halves of modifiers: "Berlin-based", "Sequoia-backed"
    leading: frozenset[str]  # capitalised words in front of a name that are not part of it: "Exclusive", "New"
    not_companies: frozenset[str]  # capitalised words that are never a company by themselves
    people_nouns: frozenset[str]  # "founders", "engineers": a run that starts or ends so is no company
    trailing: frozenset[str]  # behind a name, no part of it: "Acme Stockholders Approve"
    owned_nouns: frozenset[str]  # make one name with a possessive: "Plato's Closet", not "Alphabet's Waymo"
    clause_joints: frozenset[str]  # behind them a clause has the subject of the one before: "Acme grows, raises $5M"
    headline_verbs: frozenset[str]  # end a name where a headline capitalises every word: "Acme Enhances Offering"
    person_titles: frozenset[str]  # stand in front of a person's name: "veteran Jane Doe", "Dr. Doe"
    roles: re.Pattern[str]
    rounds: re.Pattern[str]
    money: re.Pattern[str]
    numbers: re.Pattern[str]
    dates: re.Pattern[str]


def words(text: str) -> frozenset[str]:
    """A set of the words in a string."""
    return frozenset(text.split())


LEGAL_FORMS = words(
    "inc inc. incorporated corp corp. corporation co co. ltd ltd. limited llc llc. l.l.c. llp lp l.p. plc ag gmbh "
    "se s.e. sa s.a. nv n.v. bv b.v. ab oy asa spa s.p.a. sarl kg kgaa pty pte s.r.l. srl ооо пао ао зао"
)

_CURRENCY = (
    r"(?:US\$|USD|C\$|CA\$|CAD|A\$|AU\$|AUD|NZ\$|S\$|SGD|HK\$|HKD|R\$|BRL|EUR|GBP|CHF|SEK|NOK|DKK|PLN|JPY|CNY|RMB|INR|"
    r"Rs\.?|RUB|AED|SAR|ZAR|KRW|[$€£¥₹₽₩₺₪₦])"
)
_SCALE = (
    r"(?:[kKmMbB]{1}[nN]?|[mM]ln|[mM]io\.?|[mM]rd\.?|[bB]ln|(?:thousand|million|billion|trillion|crore|lakh|"
    r"Tausend|Million(?:en)?|Milliarden?|тыс\.?|млн\.?|млрд\.?|миллион\w*|миллиард\w*))\b\.?"
)
_AMOUNT = r"\d[\d.,'’]*(?:\s?(?:-|–|to)\s?\d[\d.,]*)?"
_CURRENCY_WORD = (
    r"(?:(?:US|U\.S\.|Canadian|Australian|Singapore|Hong Kong)\s)?(?:dollars?|euros?|pounds?(?:\ssterling)?|francs?|"
    r"yen|yuan|rupees?|kron(?:or|er|e)|rubles?|roubles?|reais|won|Euro|Franken|Dollar|Pfund|рубл\w+|доллар\w*|евро|долл\.?)"
)
_AFTER_MONEY = r"(?:in|from|to|for|at|led|with|by|seed|series|round|raise|funding|financing|investment|loan|grant|deal)"
MONEY = re.compile(
    rf"(?:{_CURRENCY}\s?{_AMOUNT}(?:[\s-]?{_SCALE})?"
    rf"|{_AMOUNT}(?:[\s-]?{_SCALE})?[\s-]?(?:{_CURRENCY_WORD}\b|{_CURRENCY}(?!\w))"
    rf"|(?<![\w.])\d[\d.,]*\s?(?:million|billion|mln|crore)\b(?=\s*(?:$|[.,;:)]|{_AFTER_MONEY}\b))"
    rf"|(?<![\w.])\d[\d.]*(?:[mM]|[bB]n)\b"
    rf"|(?:six|seven|eight|nine)[\s-]figures?\b)"
)
"""An amount with a currency before or behind it, or a bare "12 million" that counts nothing ("12 million users")."""

NUMBERS = re.compile(
    r"(?<![\w.$€£])(?:\d[\d.,]*\+?%?|(?:hundreds|thousands|dozens|scores)(?:\sof(?:\s(?:thousands|hundreds))?)?|"
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|"
    r"seventy|eighty|ninety)(?:[-\s](?:hundred|thousand|one|two|three|four|five|six|seven|eight|nine))?)\b",
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

_TOP = (
    r"C[EFTOMIRPDSHL]O|CISO|CHRO|CPTO|CCO|CXO|CBO|CSO|CGO|CAIO"
    r"|(?:finance|financial|marketing|technology|security|legal|people|product|policy|operations|medical|design|growth|"
    r"investment|communications|sales|revenue|ad|advertising|ai|science|research|risk|data|digital|hr|news|content)\schief"
    r"|chief\sof\s(?!police|the|a\b)\w+|chief\s(?:[a-z]+(?:\s(?:and|&)\s[a-z]+)?\s){1,3}officer|chief\sexecutive|chief\sof\sstaff|chief\s(?:economist|scientist|architect)"
)
_SENIOR = (
    r"(?:(?:co-|vice\s)?chair(?:man|woman|person)?|(?:[ES]|G|A)?VP|(?:executive|senior|group|corporate|associate|assistant)?\s?"
    r"vice[\s-]president|president|managing\s(?:director|partner|member)|(?:executive|non-executive|finance|medical|creative|"
    r"commercial|technical|sales|regional|country|independent|senior|program|board)?\s?director|general\s(?:counsel|manager)|"
    r"(?:global\s)?head|(?:senior|equity|general|operating|venture|founding)?\s?partner|principal(?!\s(?-i:[A-Z]))|treasurer|controller|comptroller|"
    r"(?:board|advisory\sboard)\smember|member\sof\s(?:the|its)\s(?:advisory\s)?board|trustee|dean|provost|chancellor|rector|"
    r"(?:co-?)?founder|secretary|superintendent|managing\seditor|editor[\s-]in[\s-]chief|governor|commissioner|country\smanager)"
)
_PREFIX = (
    r"(?:(?:interim|acting|deputy|global|regional|new|next|first|co-|joint|founding|permanent|incoming|outgoing|former|"
    r"group|field|worldwide|international|national|north\samerica[n]?|emea|apac|u\.?s\.?)[\s-]?)*"
)
ROLES = re.compile(rf"(?<![\w-]){_PREFIX}(?:{_TOP}|{_SENIOR})(?![\w])", re.IGNORECASE)

ENGLISH = Lexicon(
    function_words=words(
        "a an the and or but nor so yet if as at by for from in into of off on onto out over per than that then this "
        "these those to up down upon via vs versus with within without while when where who whom whose which why how "
        "what after before amid among against about above across along around behind below between beyond despite "
        "during except following including since through throughout toward towards under until unless is are was were "
        "be been being am do does did has have had having will would shall should can could may might must not no its "
        "it it's he she they them their his her our we us you your i my me him also just now here there more most "
        "some any each every all both such other another only own same too very still again soon today yesterday "
        "tomorrow n't 's ' “ ” because although though whether according due plus"
    ),
    name_joiners=words("of the and de la le du des der den van von di da do dos del für y e &"),
    auxiliaries=words(
        "has have had is are was were be been being will would to is's 's do does did set about ready expected proud "
        "pleased excited delighted thrilled talks plans planning plan agrees agreed seeks seeking looking aims wants "
        "intends mulls mulling eyes poised considers considering weighs weighing nears close prepares preparing"
    ),
    adverbs=words(
        "today yesterday since now also just recently soon finally already again still previously currently early late "
        "newly once jointly earlier first this week month year morning monday tuesday wednesday thursday friday "
        "saturday sunday on in over more than total nearly almost around about so far"
    ),
    adverb_ending="ly",
    reporting=words(
        "announce announces announced announcing say says said confirm confirms confirmed reveal reveals revealed "
        "report reports reported declare declared that disclosed discloses unveils shared"
    ),
    pronouns=words("it they we he she who which that"),
    generic_subjects=words(
        "company firm startup start-up group business organization organisation bank retailer manufacturer maker "
        "developer provider corporation agency airline chain operator carrier brand giant platform partnership fund "
        "nonprofit university hospital lender insurer automaker drugmaker chipmaker unicorn fintech biotech"
    ),
    articles=words("the a an its our their this"),
    descriptors=words(
        "startup startups start-up start-ups scaleup scale-up company companies firm firms maker makers giant "
        "platform provider developer manufacturer retailer operator chain specialist vendor supplier builder unicorn "
        "fintech biotech insurtech proptech edtech healthtech medtech cleantech agtech rival competitor parent "
        "subsidiary unit brand owner insurer lender automaker carmaker drugmaker chipmaker chipmaker's airline brewer "
        "grocer publisher distributor producer consultancy contractor marketplace app software-maker business "
        "powerhouse leader pioneer newcomer upstart challenger neobank studio broker brokerage marketer titan "
        "behemoth decacorn major outfit venture vc heavyweight darling agency outlet brand's spinoff spin-off spinout "
        "peer partner investor backer firm's giant's conglomerate wholesaler carrier telco"
    ),
    compound_ends=words(
        "based backed owned led headquartered listed funded focused powered controlled founded born enabled driven "
        "native first run centric grown trained"
    ),
    leading=words(
        "introducing grand exclusive breaking update updated report reports watch video opinion analysis former ex "
        "meet inside the today's this fast-growing leading u.s. uk's u.k. tech how why when our a an ceo founder "
        "chair chairman president its"
    ),
    not_companies=words(
        "company startup startups firm firms investors investor government police council city state county court "
        "congress senate parliament president minister judge study report survey research researchers scientists "
        "experts analysts analyst stocks stock shares markets market wall dow nasdaq oil gold bitcoin inflation fed i "
        "we he she they it you this that these those here there who what why how when where which charity students "
        "student teachers workers employees residents voters democrats republicans trump biden university school "
        "hospital people man woman men women family families couple children kids fans players team coach season game "
        "week day year month news update breaking exclusive watch video photos opinion editorial review podcast "
        "interview monday tuesday wednesday thursday friday saturday sunday january february march april may june "
        "july august september october november december ceo cfo cto coo founder founders chairman board director "
        "officials mayor governor profit profits revenue sales growth demand prices price costs debt tax taxes deal "
        "deals merger acquisition funding investment round capital venture fund funds ipo listing layoffs jobs job "
        "hiring industry sector economy business businesses global international national local new americans europe "
        "asia africa china india japan germany france russia ukraine israel canada australia u.s. us uk u.k. eu "
        "america britain london york washington home house office store stores plant factory center centre group inc "
        "corp ltd llc the a an and source sources series best top five ten three two four six seven eight nine one "
        "first last next former customers users developers american british german french chinese japanese canadian "
        "australian swiss israeli dutch swedish danish norwegian finnish spanish italian irish korean brazilian "
        "european asian african indian leading grand official ai b2b b2c saas ev evs crypto esg m&a r&d pe gpu gpus "
        "uae sec fda doj ftc total both many most several some all more other others another today yesterday tomorrow "
        "additionally however meanwhile furthermore moreover also finally recently currently earlier later overall "
        "since after before"
    ),
    people_nouns=words(
        "founders engineers employees executives researchers scientists investors veterans students residents "
        "officials workers users customers analysts experts lawmakers alumni volunteers families friends fans "
        "brothers sisters entrepreneurs teachers doctors nurses farmers developers leaders lawyers attorneys startups "
        "companies firms banks retailers stocks shares prices markets police council county mayor ceo cfo woman man "
        "teen couple"
    ),
    trailing=words("platform app members stockholders shareholders board team stock users customers"),
    owned_nouns=words(
        "bank bakery bar bistro brewing burgers cafe center chicken church clinic closet club coffee college diner "
        "donuts farm farms food foods foundation goods grill grille hospital house ice inn jewelers kitchen law "
        "market museum pies pizza pub restaurant salon school secret shop shoppe store supply tavern university "
        "wearhouse wholesale world"
    ),
    clause_joints=words(", and & ; — – -"),
    headline_verbs=words(
        "accelerates acquires adds advances affirms agrees announces appoints approves backs becomes begins bolsters "
        "boosts brings buys celebrates chooses closes completes confirms continues cuts debuts declares delivers "
        "departs divests doubles drives elects enhances enters expands extends eyes faces falls files fires gains "
        "gets grows hires hits honors hosts increases inks introduces invests joins keeps lands launches leads leaves "
        "lifts looks loses makes marks moves names navigates nears offers opens ousts picks plans posts prepares "
        "presents prices promotes proposes provides quits raises reaches receives recognizes releases reopens reports "
        "resigns retires returns reveals rises rolls says secures seeks selects sells sends serves shows shuts signs "
        "slashes soars starts strengthens strikes sues supports surges takes taps terminates tests transforms turns "
        "unleashes unveils updates urges warns welcomes wins announcing acquiring becoming expanding hiring joining "
        "launching raising rushing"
    ),
    person_titles=words(
        "executive exec veteran expert strategist attorney lawyer banker leader alum alumnus alumna pioneer "
        "changemaker professional dr. dr mr. ms. mrs. prof. professor sir dame esq. director manager officer "
        "dealmaker engineer scientist"
    ),
    roles=ROLES,
    rounds=ROUNDS,
    money=MONEY,
    numbers=NUMBERS,
    dates=DATES,
)

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

RUSSIAN = Lexicon(
    function_words=words(
        "и в во на с со к ко по из за о об от для до при под над без через между не но а или что как это его ее её их "
        "он она они мы вы я был была было были будет будут также уже ещё еще более около после перед свой своего свою"
    ),
    name_joiners=words("и &"),
    auxiliaries=words("был была было были будет будут"),
    adverbs=words("сегодня вчера уже также недавно официально ранее"),
    adverb_ending="",
    reporting=words("сообщила сообщил сообщили объявила объявил что заявила заявил"),
    pronouns=words("он она они"),
    generic_subjects=words("компания фирма группа холдинг банк стартап корпорация"),
    articles=frozenset(),
    descriptors=words(
        "компания компании компанию компанией стартап стартапа холдинг холдинга банк банка банку группа группы "
        "корпорация корпорации производитель разработчик оператор ритейлер сеть фирма концерн"
    ),
    compound_ends=frozenset(),
    leading=words("новый российская российский американская"),
    not_companies=words("компания правительство полиция суд россия москва сша европа мы они он она"),
    people_nouns=words("сотрудники инвесторы жители"),
    trailing=frozenset(),
    owned_nouns=frozenset(),
    clause_joints=words(", und и"),
    headline_verbs=frozenset(),
    person_titles=frozenset(),
    roles=re.compile(
        r"\b(?:(?:генеральн|исполнительн|финансов|техническ|коммерческ|управляющ)\w+\s(?:директор\w*|партн[её]р\w*)|"
        r"(?:вице-)?президент\w*|директор\w*|председател\w+(?:\s(?:совета\sдиректоров|правления))?|глав(?:а|ой|у|е)|"
        r"руководител\w+|CEO|CFO|CTO)\b",
        re.IGNORECASE,
    ),
    rounds=ROUNDS,
    money=MONEY,
    numbers=NUMBERS,
    dates=DATES,
)

LEXICONS = {"en": ENGLISH, "de": GERMAN, "ru": RUSSIAN}
