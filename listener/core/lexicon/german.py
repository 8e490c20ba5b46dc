"""The closed word lists of German.

German writes every noun with a capital, so a capital proves no name. What tells them apart here: endings of compounds
that describe ("Autozulieferer", "Zahlungsdienstleister") or that are abstract ("Finanzierung"), the article and its
case, and the verb, which takes the second place of a sentence.
"""

from __future__ import annotations

import re

from listener.core.lexicon.base import Lexicon, words

_PREPOSITIONS = (
    "ab am an angesichts ans auf aufgrund aus außer bei beim bis dank durch entgegen für gegen gegenüber hinter im in "
    "infolge innerhalb ins inmitten laut mangels mit mithilfe mittels nach neben ohne per samt seit statt trotz über "
    "um unter vom von vor während wegen zu zufolge zum zur zusammen zwischen"
)

_TITLES = (
    r"(?:Co-)?CEOs?|CFO|CTO|COO|CMO|CIO|CSO|CPO|CRO|CDO|CHRO|CISO|Chief\s(?:[A-Z][a-z]+\s){1,3}Officer|"
    r"(?:Managing|Senior|Executive|Regional|Sales|Marketing|Medical|Finance)\sDirector|Managing\sPartner|"
    r"Country\sManager(?:in)?|General\sManager|Head\sof\s[A-Z]\w+|Vice\sPresident|VP|"
    r"(?:Senior\s)?Partner(?:in)?(?=\s(?:bei|der|in|und|ernannt))"
)
_HEADS = (
    r"chef(?:in)?s?|leiter(?:in)?s?|vorstand(?:s|es)?|vorständin|direktor(?:in|s)?|geschäftsführer(?:in|s)?|"
    r"vorsitz(?:ende[rnm]?|es)?|präsident(?:in|en)?|sprecher(?:in)?(?=\s(?:der\sGeschäfts|des\sVorstand))|"
    r"vorständ(?:e|in)|manager(?:in|s)?|verantwortliche[rnm]?|prokurist(?:in|en)?|gesellschafter(?:in|s)?"
)
_BODIES = (
    r"Geschäftsführung|Geschäftsleitung|Konzernleitung|Unternehmensleitung|Gruppenleitung|Führungsspitze|Konzernspitze|"
    r"Unternehmensspitze|Chefposten|Chefsessel|Vorstandsvorsitz|Aufsichtsratsvorsitz|Verwaltungsratspräsidium|"
    r"Verwaltungsrat(?:s|es)?|Aufsichtsrat(?:s|es)?|Beirat(?:s|es)?|Vorstand(?:s|es)?"
)
_NO_BUSINESS = (
    r"(?:Partei|Regierungs|Polizei|Fraktions|Landes|Bundes|Staats|Vize(?:kanzler|bürger)|Minister|Sport|Vereins|Klub|"
    r"Club)"
)
ROLES = re.compile(
    rf"(?<![\w])(?!{_NO_BUSINESS})(?:"
    rf"{_TITLES}"
    rf"|Mitglied(?:s|er)?\s(?:der|des|im)\s(?:erweiterten\s)?(?:{_BODIES})"
    r"|(?:Vorsitzende[rnm]?|Sprecher(?:in)?)\s(?:der|des)\s(?:Geschäftsführung|Geschäftsleitung|Vorstand(?:s|es)?|"
    r"Aufsichtsrat(?:s|es)?|Verwaltungsrat(?:s|es)?|Konzernleitung)"
    rf"|(?:[Gg]eschäftsführende[rnms]?\s)(?:Gesellschafter(?:in)?|Direktor(?:in)?|Partner(?:in)?)"
    rf"|(?:Vize|Co|Interims|Ko)?-?[A-ZÄÖÜ][a-zäöüß]*?(?<=[a-zäöüß])"
    rf"(?:{_HEADS}|(?:vorstands|aufsichtsrats|verwaltungsrats)(?:{_HEADS}|mitglied(?:s|er)?))(?::in|/in)?"
    r"|(?:Chef(?:in)?s?|Leiter(?:in)?|Direktor(?:in|s)?|Präsident(?:in|en)?|Vorsitzende[rnm]?|Prokurist(?:in)?|"
    r"Gesellschafter(?:in)?|Geschäftsführer(?:in|s)?|Geschäftsführerinnen)(?::in|/in)?"
    r"|(?:Vorstands|Aufsichtsrats|Verwaltungsrats|Beirats|Geschäftsleitungs)mitglied(?:s|er)?"
    rf"|{_BODIES}"
    r"|(?:Mitg|G)ründer(?:in)?"
    r")(?!\w)"
)
"""Titles of people who lead a company, also the bodies that one is called into ("in den Vorstand")."""

_SCALE = r"(?:Mio|Mrd|Mill|Tsd|Millionen|Million|Milliarden|Milliarde|Tausend|[Mm]illion|bn|[KMB])\b\.?"
_SIGN = r"(?:US\$|USD|EUR|CHF|GBP|SFr\.?|Fr\.|[$€£])"
_UNIT = r"(?:(?:US-|US\s|kanadische\s)?Dollars?|Euro|(?:Schweizer\s)?Franken|Pfund|Yen|Yuan|Rubel|Kronen|DM|Mark)"
_AMOUNT = r"\d[\d.,'’]*(?:\s?(?:-|–|bis)\s?\d[\d.,]*)?(?<=\d)"
_FIGURE = (
    r"(?i:zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|fünfzehn|zwanzig|fünfzig|(?:ein)?hundert|einer?)"
)
MONEY = re.compile(
    rf"(?<![\w.])(?:{_SIGN}\s?{_AMOUNT}(?:[\s-]?{_SCALE})?"
    rf"|{_AMOUNT}(?:[\s-]?{_SCALE})?[\s-]?(?:{_SIGN}(?!\w)|{_UNIT}\b)"
    rf"|{_FIGURE}[\s-](?:Million(?:en)?|Milliarden?)[\s-]{_UNIT}\b"
    rf"|{_AMOUNT}[\s-]?(?:Mio\.?|Mrd\.?|Millionen|Milliarden?)"
    r"(?=\s*(?:$|[.,;:)]|(?:ein|für|von|an|in|auf|bei|zu|Kapital|Finanzierung)\b))"
    r"|(?:(?:ein|zwei|drei)stellige[rnms]?\s)(?:Millionen|Milliarden)(?:betrag|summe|höhe|bereich|beträge)(?:e?s)?"
    r"|(?:fünf|sechs|sieben|acht|neun|zehn)stellige[rnms]?\s(?:Betrag(?:e?s)?|Summe|Höhe|Euro-Betrag(?:e?s)?)"
    r"|Millionen(?:betrag|summe|höhe)|Milliarden(?:betrag|summe|höhe)"
    r")"
)
"""An amount with a currency, "drei Millionen Euro", "zweistelliger Millionenbetrag", or a bare "12 Mio." that counts
nothing ("12 Mio. Nutzer")."""

NUMBERS = re.compile(
    r"(?<![\w.$€£])(?:\d{1,3}(?:[.'’ ]\d{3})+|\d[\d,]*(?!\.\w))\b%?|"
    r"\b(?:Hunderte|Tausende|Dutzende|(?:mehrere|einige)\s(?:[Hh]undert|[Tt]ausend|Dutzend)|"
    r"(?:hundert|tausend|[Zz]ehntausend)e?|ein\s(?:Dutzend|Viertel|Drittel)|"
    r"(?i:zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|"
    r"fünfzehn|zwanzig|dreißig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig))\b"
)

_MONTHS = (
    r"(?:Jan(?:uar|\.)|Jänner|Feb(?:ruar|\.)|Feber|März|Apr(?:il|\.)|Mai|Juni|Juli|Aug(?:ust|\.)|Sept?(?:ember|\.)|"
    r"Okt(?:ober|\.)|Nov(?:ember|\.)|Dez(?:ember|\.))"
)
DATES = re.compile(
    rf"(?:\b\d{{1,2}}\.\s?{_MONTHS}(?:\s\d{{4}})?|\b{_MONTHS}(?:\s\d{{4}})?(?!\w)|\b\d{{1,2}}\.\d{{1,2}}\.(?:\d{{4}}|\d\d)?|"
    r"\b(?:Q[1-4]|H[12])(?:\s\d{4})?|\b\d{4}-\d{2}-\d{2}|\b(?:19|20)\d{2}\b"
    r"(?!\s(?:Stellen|Mitarbeite|Arbeits|Jobs|Beschäftigte|Menschen))|"
    r"\b(?:Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonnabend|Sonntag)(?:morgen|vormittag|mittag|nachmittag|abend|s)?\b|"
    r"\b(?:Jahreswechsel|Jahresende|Jahresbeginn|Jahresanfang|Quartalsende|Monatsende|(?:Jahres)?mitte|Sommer|Herbst|Frühjahr|"
    r"Frühling|Winter)(?:\s\d{4})?\b)"
)

ROUNDS = re.compile(
    r"(?<!\w)(?:(?:Pre-?)?Seed(?=[\s-](?:\w+-)?(?:Runde|Finanzierung|Investment|Kapital|Phase|Funding)|runde|finanzierung|[\s,.;:]|$)|"
    r"(?:Pre-?)?Seri(?:es|e)[\s-](?:[A-K]\d?)(?:[+12])?(?!\w)|"
    r"(?:Angel|Bridge|Growth|Venture)(?=[\s-](?:Runde|Finanzierung|Funding)))",
    re.IGNORECASE,
)

_TOWNS = (
    "berliner münchner münchener hamburger kölner frankfurter stuttgarter düsseldorfer leipziger dortmunder essener "
    "bremer dresdner dresdener hannoveraner nürnberger duisburger bochumer wuppertaler bielefelder bonner münsteraner "
    "mannheimer karlsruher augsburger wiesbadener mainzer gelsenkirchener aachener braunschweiger kieler chemnitzer "
    "magdeburger freiburger krefelder lübecker erfurter rostocker kasseler hagener potsdamer saarbrücker hamelner "
    "ludwigshafener oldenburger osnabrücker leverkusener heidelberger darmstädter regensburger paderborner würzburger "
    "ingolstädter ulmer heilbronner pforzheimer wolfsburger göttinger reutlinger koblenzer jenaer trierer erlanger "
    "siegener hildesheimer cottbuser gießener marburger konstanzer passauer bamberger bayreuther landshuter kemptener "
    "walldorfer ratinger gütersloher zwickauer schweriner flensburger wiener grazer linzer salzburger innsbrucker "
    "klagenfurter villacher welser dornbirner vorarlberger tiroler steirische zürcher genfer basler berner lausanner "
    "luzerner winterthurer zuger aargauer londoner pariser amsterdamer brüsseler mailänder new yorker madrider "
    "stockholmer kopenhagener warschauer prager budapester tokioter schweizer"
)

_DESCRIBERS = (
    "unternehmen firma konzern betrieb hersteller anbieter spezialist experte händler versicherer zulieferer "
    "dienstleister betreiber entwickler produzent lieferant ausrüster verarbeiter verleger vermieter vermittler "
    "vermarkter verwerter entsorger logistiker discounter filialist brauer makler reeder bauer züchter schmiede kette "
    "gigant riese primus marktführer weltmarktführer konkurrent konkurrentin wettbewerber rivale tochter mutter "
    "schwester enkelin töchter tochterfirma tochtergesellschaft tochterunternehmen muttergesellschaft mutterkonzern "
    "gesellschaft plattform portal marktplatz start-up startup scale-up scaleup fintech insurtech proptech healthtech "
    "edtech biotech medtech legaltech cleantech climatetech agrartech deeptech neobank neobroker einhorn "
    "jungunternehmen traditionsunternehmen mittelständler familienunternehmen traditionsbetrieb traditionsfirma "
    "investor finanzinvestor beteiligungsgesellschaft holding beratung fluggesellschaft airline mode-label label "
    "marke softwarehaus systemhaus modehaus möbelhaus bauträger energieversorger versorger netzbetreiber "
    "pharmakonzern autobauer maschinenbauer carrier broker hotelier caterer integrator distributor importeur "
    "großhändler sender lieferdienst kurierdienst fahrdienst streamingdienst bezahldienst chiphersteller vorreiter "
    "pionier newcomer champion partner kunde kunden gründer eigentümer eigner mehrheitseigner mehrheitsaktionär "
    "großaktionär gesellschafter bieter käufer verkäufer fabrikant advisor dachfirma bank-app app onlineshop webshop "
    "onlinehändler versandhändler publisher versender"
)


def _cases(nouns: str) -> frozenset[str]:
    """The nouns with the endings that they take in other cases and numbers: "Anbieters", "Spezialisten"."""
    return frozenset(noun + ending for noun in nouns.split() for ending in ("", "s", "es", "n", "en", "in", "e"))


_COMPOUND_HEADS = (
    "unternehmen firma konzern hersteller anbieter spezialist händler versicherer zulieferer dienstleister betreiber "
    "entwickler produzent lieferant ausrüster verarbeiter vermieter vermittler vermarkter verwerter entsorger "
    "logistiker discounter filialist brauer makler reeder autobauer flugzeugbauer hausbauer schiffbauer fahrzeugbauer "
    "bootsbauer möbelbauer zugbauer apparatebauer werkzeugbauer orgelbauer softwareschmiede riese gigant konkurrent "
    "wettbewerber rivale tochter tochterfirma gesellschaft plattform marktplatz portal startup start-up fintech "
    "investor airline dienst label marke versorger träger bieter importeur großhandel softwarehaus systemhaus "
    "modehaus möbelhaus pionier marktführer branchenprimus schmiede kette fabrikant enbauer ungsbauer bahnbauer "
    "zeugbauer kesselbauer tunnelbauer gerätebauer onlineshop shop app publisher versender"
)

_TRADES = (
    "bäckerei bäcker metzger fleischer winzer gießerei weberei spinnerei gärtnerei spedition druckerei brauerei "
    "reederei molkerei kanzlei verlag agentur autohaus bankhaus handelshaus auktionshaus"
)
"""They describe as the end of a compound ("Traditionsbrauerei Acme"), but alone belong to a name ("Brauerei Acme")."""

_PLAIN = (
    "unternehmen firma konzern betrieb gesellschaft gruppe verein verband behörde behörden amt staat bund land länder "
    "stadt gemeinde kreis kommune regierung polizei gericht amtsgericht landgericht bundestag bundesrat "
    "bundesregierung landesregierung parlament partei fraktion gewerkschaft betriebsrat eu deutschland österreich "
    "schweiz europa usa amerika asien china japan frankreich italien spanien russland ukraine polen indien türkei "
    "großbritannien england niederlande belgien bayern sachsen hessen thüringen brandenburg niedersachsen "
    "nordrhein-westfalen nrw baden-württemberg rheinland-pfalz saarland mecklenburg-vorpommern sachsen-anhalt "
    "schleswig-holstein tirol kärnten steiermark vorarlberg burgenland ostdeutschland westdeutschland nordamerika "
    "südamerika osteuropa afrika berlin münchen hamburg köln frankfurt stuttgart düsseldorf leipzig dortmund essen "
    "bremen dresden hannover nürnberg duisburg bochum wuppertal bielefeld bonn münster mannheim karlsruhe augsburg "
    "wiesbaden mainz kiel rostock potsdam erfurt kassel wien graz linz salzburg innsbruck zürich genf basel bern "
    "luzern winterthur zug london paris brüssel amsterdam new york tokio moskau peking shanghai singapur dubai madrid "
    "mailand rom warschau prag luxemburg mitarbeiter mitarbeiterin mitarbeiterinnen mitarbeitende mitarbeitenden "
    "beschäftigte beschäftigten angestellte belegschaft kunden kundinnen nutzer verbraucher anleger investoren "
    "aktionäre gläubiger gründer gründerin manager managerin chef chefin vorstand aufsichtsrat management "
    "insolvenzverwalter sachwalter sanierer insider experten analysten beobachter forscher eigentümer inhaber "
    "inhaberin betreiber besitzer bewohner bürger anwohner kinder eltern schüler studenten studierende lehrer "
    "politiker minister kanzler präsident bürgermeister oberbürgermeister landrat mann frau männer frauen familie "
    "familien leute menschen team teams spieler trainer fans aktie aktien anleihe kurs börse markt märkte dax mdax "
    "sdax atx smi wirtschaft industrie handel branche umsatz gewinn verlust preise kosten zinsen inflation nachfrage "
    "absatz produktion angebot bank banken versicherung sparkasse hotel restaurant gasthof gaststätte café klinik "
    "kliniken krankenhaus schule kita hochschule universität werk werke fabrik fabriken standort standorte filiale "
    "filialen niederlassung büro büros laden geschäft geschäfte zentrale hauptsitz sitz zentrum lager logistikzentrum "
    "halle neubau gebäude grundstück anlage anlagen linie abteilung bereich sparte geschäftsbereich stelle stellen "
    "arbeitsplätze arbeitsplatz jobs job personal kündigungen entlassungen kurzarbeit abbau stellenabbau kahlschlag "
    "insolvenz insolvenzantrag pleite konkurs zahlungsunfähigkeit antrag verfahren übernahme fusion zusammenschluss "
    "kauf verkauf zukauf deal transaktion mehrheit anteil anteile beteiligung kapital geld finanzspritze runde euro "
    "dollar franken prozent millionen milliarden million milliarde mio mrd jahr jahre jahren monat monate woche tag "
    "tage ende anfang mitte start beginn zeit heute vertrag verträge auftrag aufträge großauftrag kooperation "
    "partnerschaft zusammenarbeit partner projekt projekte produkt produkte dienst service app software technologie "
    "plattform neuheit version modell update lösung lösungen ki it hr eilmeldung exklusiv video kommentar interview "
    "der die das es sie er wir ich ihr ein eine einer eines einem einen dies diese dieser dieses damit dadurch dabei "
    "dafür daher darum dort hier nun jetzt zuvor danach dann bisher seither zudem außerdem auch aber doch denn "
    "insgesamt betroffen grund gründe ziel plan pläne kritik krise folge folgen problem neue neuer neues weitere "
    "weiterer alle viele beide beiden mehrere einige hunderte tausende dutzende zwei drei vier fünf sechs sieben acht "
    "neun zehn rund mehr weniger künftig ab bekannter bekannte bekanntes früher ehemaliger ex nachfolger nachfolgerin "
    "vorgänger aus ag gmbh se kg co. co inc ltd & rede sprecher sprecherin mehrheitseigner hauptaktionär erben sohn "
    "bruder vater herr dr prof kapitalerhöhung investition ausbau umbau erweiterung sommer winter herbst frühjahr "
    "weihnachten ostern corona pandemie angaben medienbericht medienberichten bericht insidern kreise kreisen zeitung "
    "handelsblatt spiegel reuters dpa pressemitteilung mitteilung ad-hoc hintergrund anmeldung folgende hinweis teil "
    "teile rest rahmen zuge zweck zusage platz plätze gäste gast besucher wohnungen wohnung haus häuser autos auto "
    "fahrzeuge verkehr bahnhof antworten fragen frage thema themen ergebnis ergebnisse zahl zahlen daten studie "
    "umfrage vorgesehen geplant jeder jede angesichts stammsitz basis geburtshilfe zentrallager jubiläum "
    "verbraucherschützer getränkeindustrie autoindustrie paukenschlag personalie personalien rücktritt abgang beben "
    "überraschung rt via wende regel vermögen fachkräfte basiswissen grundzüge amtszeit weg sache chance chancen "
    "preisspanne allein riese interesse intern rekordwert lichtblick position nachricht fünftel drittel viertel "
    "hälfte überall oft meist manche manchmal häufig zuerst schließlich zumindest immerhin bitter cloud bafin "
    "wertpapierprospekt geldhahn auftragswert licht we investorengruppe zulieferbetrieb zulieferbetrieben jahrelang "
    "monatelang wochenlang zehntausende bundesweit weltweit europaweit landesweit österreichweit deutschlandweit "
    "konzernweit anleiheinhaber reihe vielzahl aktienpaket aktienpaketes zahlungsschwierigkeiten "
    "stillschweigen carsharing chemie mega mobilfunk pharma"
)

_PLAIN_ENDINGS = (
    "ung ungen heit keit schaft schaften ismus chef chefin chefs leiter leiterin sprecher sprecherin gericht "
    "ministerium minister ministerin verwalter verwalterin verband mitarbeiter beschäftigte jährige jähriger pleite "
    "insolvenz insolvenzen abbau übernahme fusion antrag verfahren aktie aktien aktionäre kreise kreisen vorstand "
    "auftrag vertrag standort filiale filialen branche krise stellen plätze entlassungen gläubiger eigentümer inhaber "
    "betrag betrieb produktion zentrale mitteilung amt zahlen jahr monat quartal sparte baustelle industrie preise "
    "kosten pläne gespräche geschäft spanne parkett pflicht pflichten maßnahme maßnahmen programm programme gerät "
    "geräte summe steuer steuern gesetz kampf krieg frist fristen quote quoten phase phasen reform zölle vorwürfe "
    "verdacht bilanz bericht berichte debatte streit streik streiks proteste probleme projekt projekte konzept "
    "konzepte schäden hilfe hilfen ausbau umbau neubau fabrik fabriken hallen anlage anlagen kapazität kapazitäten "
    "behörde arbeiter rentner nutzer callcenter"
)

GERMAN = Lexicon(
    function_words=words(
        "der die das den dem des ein eine einen einem einer eines und oder aber als ist sind war waren wird werden "
        "wurde wurden worden hat haben hatte hatten kann können konnte soll sollen sollte will wollen wollte muss "
        "müssen musste darf dürfen dürfte möchte möchten nicht kein keine keinen auch nur noch schon bereits so dass "
        "daß wenn weil wie was wer wo wann warum er sie es wir ihr ihre ihren ihrem ihrer sein seine seinen seinem "
        "seiner sich dieser diese dieses diesem diesen mehr rund etwa gut knapp fast über heute gestern morgen nun "
        "jetzt dort hier damit dabei sowie man ob bevor nachdem obwohl während sondern doch denn zudem außerdem dafür "
        "danach dann da zurzeit derzeit künftig weiter wieder erneut offenbar erstmals wohl zwar demnach zufolge "
        "bislang zuletzt zunächst inzwischen mittlerweile dennoch trotzdem deshalb daher hierfür hierzu dadurch "
        "anschließend schließlich ferner dagegen hingegen kürzlich jüngst bald ebenso ebenfalls sofort derweil "
        "unterdessen überdies sogar kurz zugleich gleichzeitig später früher einst jedoch "
        "allerdings insgesamt unter anderem " + _PREPOSITIONS
    ),
    name_joiners=words("& von van de der und für of the la le du di del"),
    auxiliaries=words(
        "hat haben hatte hatten habe wird werden wurde wurden werde ist sind war waren sei will wollen wolle wollte "
        "soll sollen solle kann können könne konnte muss müssen müsse musste darf dürfte möchte plant plane planen"
    ),
    adverbs=words(
        "heute gestern morgen jetzt nun auch bereits gerade erneut künftig weiter weitere offenbar rund sich zudem "
        "außerdem nur noch etwa knapp fast mehr als gut über insgesamt mindestens bis zu schon wieder erstmals "
        "offiziell deshalb daher dafür dabei damit dort hier so ebenfalls gleich endlich vorerst zunächst zuletzt zum "
        "nach eigenen angaben derzeit aktuell jährlich weltweit bundesweit europaweit deutschlandweit sofort aber "
        "jedoch allerdings überraschend erfolgreich vollständig komplett mehrheitlich voraussichtlich gemeinsam "
        "demnächst bald kräftig massiv deutlich wohl zwar laut nicht mal eben parallel zeitgleich planmäßig vorzeitig "
        "freiwillig"
    )
    - words("zum nach laut angaben eigenen nicht"),
    adverb_ending="",
    reporting=words(
        "teilte mitteilte mit meldet meldete gab gibt bekannt bekanntgegeben bekanntgab kündigt kündigte angekündigt "
        "an dass daß bestätigt bestätigte erklärte erklärt sagte berichtet mitgeteilt"
    )
    - words("mit an"),
    pronouns=words("es sie er man wir"),
    generic_subjects=words(
        "vorstand aufsichtsrat geschäftsführung geschäftsleitung management verwaltungsrat mutterkonzern unternehmen "
        "firma konzern gesellschaft startup start-up up gruppe bank hersteller anbieter betrieb traditionsunternehmen "
        "familienunternehmen jungunternehmen fintech mittelständler händler zulieferer dienstleister versicherer "
        "kette tochter mutter holding verlag brauerei airline fluggesellschaft reederei klinik warenhauskette "
        "modekette autobauer maschinenbauer konzernmutter plattform betreiber spezialist agentur"
    ),
    articles=words(
        "der die das den dem des ein eine einen einem einer eines seine seinen seiner ihre ihren ihrer ihrem seinem"
    ),
    descriptors=_cases(f"{_DESCRIBERS} {_COMPOUND_HEADS}"),
    compound_ends=words("basierte basierten basiert ansässige ansässigen up ups"),
    home_ends=words("basierte basierten ansässige ansässigen"),
    leading=words(_TOWNS)
    | words(
        "weniger mehr berühmter bekannter bekannte traditionsreicher traditionsreiche überraschender überraschende "
        "überraschendes einige viele mehrere jeder jede jedes alle beide weitere andere erste erster erstes große "
        "großer großes kleine zahlreiche sämtliche führende führender ex neuer neue neues insolventer insolvente "
        "exklusiv eilmeldung update medienbericht ehemalige ehemaliger deutscher deutsches österreichischer "
        "österreichisches ag firma fa. familie herr frau auch der die das dem den ceo cfo chef bayerische bayerischer "
        "fränkischer schwäbischer sächsischer hessischer westfälischer"
    ),
    not_companies=words(_PLAIN),
    people_nouns=words(
        "gründer mitarbeiter anleger kunden forscher bürger beschäftigte beschäftigten aktionäre investoren experten "
        "analysten manager anwohner politiker chef chefin startups ups firmen unternehmer banken händler konzerne"
    ),
    trailing=words("konzern konzerns aktie aktien mitarbeiter kunden aktionäre beschäftigte beschäftigten"),
    owned_nouns=words(
        "sparkasse volksbank raiffeisenbank bank landesbank privatbank kantonalbank börse zeitung rundschau "
        "morgenpost flughafen messe stadtwerke stadtreinigung verkehrsbetriebe wasserbetriebe hochbahn hafen klinikum "
        "charité universität rück versicherung städtische lebensversicherung kammerspiele philharmoniker philharmonie "
        "zoo brauerei brauhaus tageblatt merkur anzeiger allgemeine kickers wohnbaugesellschaft wohnen"
    ),
    clause_joints=words(", und sowie"),
    headline_verbs=frozenset(),
    person_titles=words(
        "hauptaktionär großaktionär unternehmensberater unternehmensberaterin aufsichtsrat chefarzt rechtsanwalt dr. "
        "dr prof. prof professor dipl.-ing. mag. herr herrn frau manager managerin unternehmer unternehmerin gründer "
        "gründerin ökonom ökonomin jurist juristin ingenieur ingenieurin informatiker betriebswirt betriebswirtin "
        "experte expertin chef chefin ex-chef nachfolger nachfolgerin investor unternehmensgründer mitgründer "
        "mitgründerin veteran urgestein branchenkenner branchenexperte vertriebsexperte finanzexperte finanzexpertin "
        "topmanager topmanagerin berater beraterin jährige jährigen jähriger"
    ),
    roles=ROLES,
    rounds=ROUNDS,
    money=MONEY,
    numbers=NUMBERS,
    dates=DATES,
    descriptor_endings=tuple(sorted(_cases(f"{_COMPOUND_HEADS} {_TRADES}"))),
    plain_endings=tuple(ending + case for ending in _PLAIN_ENDINGS.split() for case in ("", "s", "es", "n")),
    verb_second=True,
    prepositions=words(_PREPOSITIONS),
    object_articles=words("den dem einen einem seinen seinem ihren ihrem keinen diesem"),
)
