"""The closed word lists of English."""

from __future__ import annotations

import re

from listener.core.lexicon.base import DATES, MONEY, NUMBERS, ROUNDS, Lexicon, phrases, words

_TOP = (
    r"C[EFTOMIRPDSHL]O|CISO|CHRO|CPTO|CCO|CXO|CBO|CSO|CGO|CAIO"
    r"|(?:finance|financial|marketing|technology|security|legal|people|product|policy|operations|medical|design|growth|"
    r"investment|communications|sales|revenue|ad|advertising|ai|science|research|risk|data|digital|hr|news|content)\schief"
    r"|chief\sof\s(?!police|the|a\b)\w+|chief\s(?:[a-z]+(?:\s(?:and|&)\s[a-z]+)?\s){1,3}officer|chief\sexecutive|chief\sof\sstaff|chief\s(?:economist|scientist|architect)"
)
_SENIOR = (
    r"(?:(?:co-|vice\s)?chair(?:man|woman|person)?|(?:exec\.?\s|sr\.?\s)?(?:[ES]|G|A)?VP|(?:executive|senior|group|corporate|associate|assistant)?\s?"
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
_FUNCTION = (
    r"(?:business\sdevelopment|human\sresources|customer\s(?:success|experience|service|support)|corporate\s\w+|"
    r"supply\schain|public\srelations|investor\srelations|information\ssecurity|data\sscience|real\sestate|"
    r"people|hr|it|ai|engineering|product|products|sales|marketing|finance|operations|growth|strategy|technology|design|"
    r"legal|research|data|security|communications|partnerships|revenue|talent|innovation|development|manufacturing|"
    r"procurement|compliance|risk|analytics|commerce|e-commerce|brand|content|policy|sustainability|education|software)"
)
_OF = (
    r"(?:(?:\sof|\sfor|,|\s[-–])\s(?:(?:global|worldwide|north\samerican?|u\.?s\.?|regional)\s)?"
    rf"{_FUNCTION}(?:\s(?:and|&)\s{_FUNCTION})?(?!\s(?:firm|company|startup|platform|giant)))?"
)
ROLES = re.compile(rf"(?<![\w-]){_PREFIX}(?:{_TOP}|{_SENIOR}){_OF}(?![\w])", re.IGNORECASE)

ENGLISH = Lexicon(
    function_words=words(
        "a an the and or but nor so yet if as at by for from in into of off on onto out over per than that then this "
        "these those to up down upon via vs versus with within without while when where who whom whose which why how "
        "what after before amid among against about above across along around behind below between beyond despite "
        "during except following including regarding concerning since through throughout toward towards under until "
        "unless is are was were be been being am do does did has have had having will would shall should can could may "
        "might must not no its it it's he she they them their his her our we us you your i my me him also just now "
        "here there more most some any each every all both such other another only own same too very still again soon "
        "today yesterday tomorrow n't 's ' “ ” because although though whether according due plus"
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
        "saturday sunday on in over more than total nearly almost around about so far up then later quietly proudly "
        "formally fully sharply abruptly each both"
    ),
    adverb_ending="ly",
    adverb_endings=tuple(
        words(
            "cally ionally finally rally ually ially bally mally etly fully ently antly ously ively edly arily ately "
            "ickly icly ingly ibly ably idly"
        )
    ),
    reporting=words(
        "announce announces announced announcing say says said confirm confirms confirmed reveal reveals revealed "
        "report reports reported declare declared that disclosed discloses unveils shared"
    ),
    pronouns=words("it they we he she who which that"),
    generic_subjects=words(
        "company firm startup start-up group business organization organisation bank retailer manufacturer maker "
        "developer provider corporation agency airline chain operator carrier brand giant platform partnership fund "
        "nonprofit university hospital lender insurer automaker drugmaker chipmaker unicorn fintech biotech board"
    ),
    articles=words("the a an its our their this"),
    descriptors=words(
        "startup startups start-up start-ups scaleup scale-up company companies firm firms maker makers giant giants "
        "platform provider developer manufacturer retailer operator chain specialist vendor supplier builder unicorn "
        "fintech biotech insurtech proptech edtech healthtech medtech cleantech agtech rival competitor parent "
        "subsidiary unit brand owner insurer lender automaker carmaker drugmaker chipmaker chipmaker's airline brewer "
        "grocer publisher distributor producer consultancy contractor marketplace app software-maker business "
        "powerhouse leader pioneer newcomer upstart challenger neobank studio broker brokerage marketer titan behemoth "
        "decacorn major outfit venture vc heavyweight darling agency outlet brand's spinoff spin-off spinout peer "
        "partner investor backer firm's giant's conglomerate wholesaler carrier telco"
    ),
    compound_ends=words(
        "based backed owned led headquartered listed funded focused powered controlled founded born enabled driven "
        "native first run centric grown trained held involved related"
    ),
    home_ends=words("based headquartered"),
    leading=words(
        "introducing grand exclusive breaking update updated report reports watch video opinion analysis former ex "
        "meet inside the today's this fast-growing leading u.s. uk's u.k. tech how why when our a an ceo founder chair "
        "chairman president its brief longtime embattled struggling troubled ailing beleaguered bankrupt beloved famed "
        "venerable cash-strapped"
    ),
    opens_names=words(
        "pioneer leader major titan platform studio unit agency peer partner brand builder outlet app darling"
    ),
    counted=words("chapter phase section rule form page part version level tier grade route highway gate figure title"),
    not_companies=words(
        "company startup startups firm firms investors investor government police council city state county court "
        "congress senate parliament president minister judge study report survey research researchers scientists "
        "experts analysts analyst stocks stock shares markets market wall dow nasdaq oil gold bitcoin inflation fed i "
        "we he she they it you this that these those here there who what why how when where which charity students "
        "student teachers workers employees residents voters democrats republicans trump biden university school "
        "hospital people man woman men women family families couple children kids fans players team coach season game "
        "week day year month news update breaking exclusive watch video photos opinion editorial review podcast "
        "interview monday tuesday wednesday thursday friday saturday sunday january february march april may june july "
        "august september october november december ceo cfo cto coo founder founders chairman board director officials "
        "mayor governor profit profits revenue sales growth demand prices price costs debt tax taxes deal deals merger "
        "acquisition funding investment round capital venture fund funds ipo listing layoffs jobs job hiring industry "
        "sector economy business businesses global international national local new americans europe asia africa china "
        "india japan germany france russia ukraine israel canada australia u.s. us uk u.k. eu america britain london "
        "york washington home house office store stores plant factory center centre group inc corp ltd llc the a an "
        "and source sources series best top five ten three two four six seven eight nine one first last next former "
        "customers users developers american british german french chinese japanese canadian australian swiss israeli "
        "dutch swedish danish norwegian finnish spanish italian irish korean brazilian european asian african indian "
        "leading grand official ai b2b b2c saas ev evs crypto esg m&a r&d pe gpu gpus uae it sec fda doj ftc total "
        "both many most several some all more other others another today yesterday tomorrow instead perhaps thus hence "
        "besides additionally however meanwhile furthermore moreover also finally recently currently earlier later "
        "overall since after before temporary immediate extended additional further chapter industrial commercial "
        "residential corporate consumer federal private public coming possible potential planned proposed pending big "
        "major monthly weekly daily annual valuation valuations directors trustees"
    ),
    no_company_phrases=phrases(
        "wall street, main street, white house, supreme court, real estate, big tech, silicon valley, new york, los "
        "angeles, san francisco, san diego, las vegas, hong kong, united states, united kingdom, south korea, north "
        "korea, south africa, saudi arabia, new zealand, new jersey, new mexico, new hampshire, north carolina, south "
        "carolina, north dakota, south dakota, west virginia, puerto rico, middle east, latin america, north america, "
        "south america, black friday, cyber monday, super bowl, world cup, board of directors, fortune 500, inc. 5000, "
        "show hn, ask hn"
    ),
    people_nouns=words(
        "founders engineers employees executives researchers scientists investors veterans students residents "
        "officials workers users customers analysts experts lawmakers alumni volunteers families friends fans brothers "
        "sisters entrepreneurs teachers doctors nurses farmers developers leaders lawyers attorneys startups "
        "organizations organisations unions landlords homeowners shoppers consumers motorists commuters parents "
        "seniors insurers lenders carmakers automakers drugmakers regulators economists shareholders stockholders "
        "companies firms banks retailers stocks shares prices markets police council county mayor ceo cfo woman man "
        "teen couple"
    ),
    trailing=words(
        "platform app recall recalls members stockholders shareholders board team stock users customers subscribers "
        "employees workers passengers shoppers viewers together directors trustees"
    ),
    owned_nouns=words(
        "bagels bakehouse bakery bank bar barbecue barbershop bbq beer bikes bistro boats bookstore boutique bread "
        "brewery brewing burger burgers butcher cafe cakes candies candy carpets catering cellar center cheesecake "
        "chicken chocolate chocolates chophouse church cleaners clinic closet clothing club coffee coffeehouse college "
        "cookies corner cottage crab crate creamery cuisine cupcakes cycles dairy deli den dental depot diner dining "
        "donuts dough drugs eatery eats fabrics farm farms fashions feed fish flooring florist flowers food foods "
        "foundation fruit furniture garage garden gardens gifts goods greenhouse grill grille groceries grocers "
        "grocery gym hair hangar hardware harvest hideaway homestore hospital house hut ice inn jewelers joint juice "
        "junction kitchen landing landscaping law loft lounge lumber manor marina market markets mart meals meat meats "
        "motors museum nails nest nursery nuts orchard outdoors outfitters pantry pasta patio pharmacy pie pies pizza "
        "pizzeria plumbing popcorn pretzels produce provisions pub ranch restaurant restaurants roadhouse roofing "
        "salon saloon school seafood secret shack shed shoes shop shoppe smokehouse spa spices steakhouse steaks store "
        "sub subs supply sushi tacos tap taproom tavern tea theater theatre tire tires toys trading treats university "
        "vault vineyards waffles warehouse wearhouse wholesale wine wines wings workshop world yard yarn yogurt"
    ),
    clause_joints=words(", and & ; — – -"),
    headline_verbs=words(
        "abandons accelerates accuses achieves acquires acquiring adds admits advances affirms agrees aims alleges "
        "allows announces announcing appeals appointing appoints approves argues asks automates avoids backs bans "
        "became becomes becoming begins blames bolsters boosts borrows bounces brings broadens builds buying buys "
        "cancels captures cautions celebrates cements charges chooses cites claims clears closes collaborates "
        "collapses combines commences commits complains completes concedes confirms considers continues creates "
        "crosses crowns cuts debates debuts decides declares deepens delays delivers demands demonstrates denies "
        "departs deploys develops discloses discontinues discovers discusses disrupts distributes divests doles "
        "donates doubles downplays drives drops earmarks earns eases ejects elects eliminates embraces emerges employs "
        "empowers enables encourages ends engages enhances ensures enters envisions equips escapes establishes "
        "evaluates exceeds exhibits exits expanding expands explains explores exposes extends eyes faces fails falls "
        "fears fights files finalizes finds fires fixes focuses follows forecasts forges fuels gains geared gearing "
        "gears gets gives goes graduates grows halts hampers helps highlights hikes hires hiring hits holds honors "
        "hosts identifies ignores implements imposes improves includes incorporates increases initiates inks insists "
        "inspires intends introduces invests invites involves issues joining joins keeps kills lacks lands launches "
        "launching leads leaves lets leverages lifts looks loses lowers maintains makes marks merges misses modernizes "
        "moves names naming navigates nears needs notifies offers offloads onboards opening opens orders organizes "
        "ousts outlines outpaces overhauls overtakes owes partnering pays performs picks pioneers plans pledges "
        "plunges posts praises predicts prepares presents previews prices produces promotes proposes proves provides "
        "publishes pulls pursues pushes puts quits raids raises raising rallies reaches reaffirms rebounds rebrands "
        "recalls receives recognizes recovers recruits redesigns reduces refuses regains reinforces rejects releases "
        "relocates remains removes renews reopens replaces reports requests requires rescues resigns responds restores "
        "restructures resumes rethinks retires returns revamps reveals revises revives revokes rises rolls rushing "
        "says secures seeks seizes selects selling sells sends serves settles shakes shelves shifts showcases shows "
        "shuts signs simplifies skips slams slashes slips slows soars solidifies spends sponsors spurs starts stays "
        "steals stops streamlines strengthens strikes struggles stumbles stuns submits succeeds sues suffers suggests "
        "supports surges suspends swaps tackles takes taps teaming tells tempers terminates tests thinks threatens "
        "tightens topples touts transforms tries tumbles turns unifies unites unleashes unlocks unveils unwinds "
        "updates upgrades urges vows wants warns weathers weighs welcomes wins withdraws withholds wows yields details "
        "pitches shutters inaugurates recommends reiterates ramps retools scraps sheds snags spins splits swings "
        "switches teases trims triggers triples undergoes undercuts unravels upends verifies votes waives wields axes "
        "boasts breaks calls capitalizes clinches comes condemns cracks curbs dips ditches dominates drags elevates "
        "emphasizes endorses erases escalates flips floats furloughs garners grabs grapples hails honours inches "
        "infuses injects invades jumps lays lures manufactures migrates mourns nabs nudges obtains occupies overcomes "
        "owns pares passes pauses penalizes pivots plots pockets poaches preps prompts purchases readies reaps "
        "reassures reclaims recoups refinances reimagines relaunches relies remakes retains retreats reunites reverses "
        "rewards sacks scores shortlists snubs spearheads spotlights swoops toughens tweaks ushers utilizes vacates "
        "validates widens"
    ),
    person_titles=words(
        "executive exec veteran expert strategist attorney lawyer banker leader alum alumnus alumna pioneer "
        "changemaker professional dr. dr mr. ms. mrs. prof. professor sir dame esq. director manager officer dealmaker "
        "engineer scientist"
    ),
    particle_verbs=words("partners teams links works ties pairs"),
    particles=words("with up on"),
    singular_verbs=words("has is was plans seeks wants aims"),
    behind_names=words("to will has is plans"),
    inside_names=words("of on to for the in by at with it your my our all"),
    people_of_firms=words("brothers farmers markets sisters"),
    owned_products=words("app platform recall"),
    own_boards=phrases("its board of directors, the board of directors"),
    org_heads=words(
        "institute institution center centre society association foundation fund council academy alliance agency "
        "authority board bureau campaign coalition college commission committee department federation forum initiative "
        "league ministry museum network office organization organisation partnership project school trust union "
        "university home hospital laboratory"
    ),
    heads_of=words(
        "shares stock maker makers owner owners operator parent founder founders founding board customers users "
        "employees workers staff members fans investors shareholders stockholders buyers sellers unit units part parts "
        "subsidiary subsidiaries division home developer publisher producer creator creators sale purchase acquisition "
        "takeover support behalf honor honour favor favour wake light face celebration recognition response "
        "anticipation"
    ),
    given_names=words(
        "aaron abby abe adam adrian aisha al alan albert alberto alejandra alejandro alex alexander alexandra alexis "
        "alfie ali alice alicia alison allison alyssa amanda amit amy ana anand anders andre andrea andreas andrei "
        "andrew andy angela angelica angelo angie anil anita ankit ann anna anne annie anthony antoine anton antonio "
        "archie ariel arjun arthur arun ashley ashok audrey ayesha barbara barry beatriz ben benjamin benny bernard "
        "bernie bert bertha beth betty bill billy blake bob bobby bonnie boris brad bradley brandon brenda brent "
        "brett brian brianna bruce bruno bryan buddy cameron camille carl carla carlo carlos carmen carol caroline "
        "carolyn casey catherine cathy cecilia chad charles charlie charlotte chelsea cheryl chester chloe chris "
        "christian christina christine christopher cindy claire clara claudia clint clyde cody colin connie connor "
        "corey courtney craig cristina curtis cynthia daisy damian damien dan dana daniel danielle danny darren "
        "daryl dave david dean debbie deborah deepak denise dennis denny derek desmond devin diana diane dick diego "
        "dimitri dmitri dominic dominique don donald donna doris dorothy doug duke dustin dylan earl ed eddie edgar "
        "edith edmund eduardo edward edwin eileen elaine elena eli elizabeth ella ellen elsie emilio emily emma "
        "enrique eric erica erik erika erin ernesto ernie esteban ethan ethel eugene eva evan evelyn fabian faisal "
        "farah fatima felipe felix fernando fiona florence francesca francesco francis francisco frank frankie "
        "franklin fred freddy frederick gabriel gabriela gail garrett gary gavin gene geoff geoffrey george gerald "
        "gerard gerry gilbert gina gino giovanni glenn gloria gordon graham greg gregory guillermo gus gustavo guy "
        "hank hannah hans harish harold harriet harry harvey hazel heather hector heidi helen helena henrik henry "
        "herb hugo hussein ian ibrahim ida ingrid irene iris isaac ivan jack jackie jacob jacqueline jaime jake "
        "jamal james jamie jan jane janet jared jasmine jason javier jay jean jeff jeffrey jennifer jenny jeremy "
        "jerome jerry jesse jessica jill jim jimmy joan joanie joanna joanne joaquin jocelyn joe joel joey johan "
        "johanna john johnny jon jonas jonathan jorge jose joseph josh josie josé joyce juan juanita judith judy "
        "julia julian juliana julie julien julio june justin karen karim karl kate katherine kathleen kathryn kathy "
        "katie katrina kavita keith kelly kelsey ken kendra kenneth kenny kerry kevin kim kirk kristen kristin "
        "kristina kurt kyle larry laura lauren leah leandro leila lenny leo leon leonard leonardo leslie leticia "
        "liam lillian linda lindsay lisa liz lizzie lloyd lola lorenzo lori lorraine lou louie louis louise luca "
        "lucas lucille lucy luigi luis luiz luke lydia lynn mabel mae maggie malcolm mama mamma manuel marc marcel "
        "marcela marcelo marco marcus margaret margarita maria marianne marie marina mario marisa marissa marjorie "
        "mark marlene marsha martha martin marty marvin mary mateo matt matthew matthias maude maureen maurice "
        "mauricio max megan meghan mel melissa meredith mia michael michelle mickey miguel mike mikhail mildred "
        "mindy minnie miranda mitch mohamed mohammad mohammed molly mom monica morris muhammad myrtle nadia nan nana "
        "nancy naomi natalia natalie natasha nate nathan nathaniel ned neha neil nicholas nick nicky nicolas nicole "
        "niels nikhil nina noah noel nora norma norman olga oliver olivia omar oscar otis otto owen pablo pam pamela "
        "papa pat patricia patrick patty paul paula pauline paulo pearl pedro peggy penny perry pete peter phil "
        "philip philippe phyllis pierre pooja prakash priya rachel rafael raj rajesh ralph ramesh ramon randall "
        "randy raul ravi ray raymond rebecca reggie renee rex ricardo richard rick ricky rita rob robbie robert "
        "roberto robin rodney rodrigo roger rohan roland ron ronnie rosa rose rosie ross roxanne roy ruby rudy "
        "rupert russ russell ruth ryan sabrina sadie sal sally sam samantha samir sammy samuel sandra sandy sanjay "
        "sara sarah sasha saul scott sean sebastian sergei sergio seth shane shannon sharon shawn sheila shelby "
        "shelley sherry shirley shreya sid simon simone sofia sonia sophia sophie spencer stacey stacy stan stanley "
        "stefan stella stephanie stephen steve steven stu stuart sue sunil suresh susan susie suzanne suzy sven "
        "svetlana sylvia tamara tanya tara tatiana taylor ted teresa terrence terry thelma theo theresa thiago "
        "thomas tiffany tim timmy timothy tina tobias toby todd tom tomas tommy toni tony tracey tracy travis trevor "
        "trudy tyler uncle ursula val valerie van vanessa vera vernon veronica vic vicky victor vijay vikram vince "
        "vincent viola violet vito vivian vladimir wally walt walter wanda warren wayne wei wendell wendy wesley "
        "whitney wilbur william willie winnie woody xavier yasmin yolanda yuri yusuf yvonne zach zachary zack zain "
        "zoe"
    ),
    owning_people=words("children women men people kids farmers veterans fishermen workers ladies girls boys"),
    relatives=words("which who that"),
    past_perfect="had",
    telling=words("told tells wrote writes warned warns posted tweeted informed notified learned claimed claims"),
    times=words("day moment time year night"),
    pure_prepositions=words(
        "in at under on over by with for from between beyond into across through off inside outside behind"
    ),
    past_clauses=words("where when since before until"),
    told_by=words(
        "statement statements news report reports announcement memo letter email filing post blog release interview "
        "note message documents employees staff workers investors reporters people us shareholders customers analysts "
        "regulators rumors rumours word fact sign proof evidence confirmation meeting court so now such him her them"
    ),
    past_verbs=words(
        "bought sold won took made brought built led drew lost cut shut laid spun sought broke grew went got became "
        "left began ran put set let gave came split held kept met paid sent spent fell rose hit beat caught chose "
        "drove fed found fought hid knew lent meant read said saw shook stood struck swept taught threw told wound "
        "wrote done"
    ),
    news_cues=words(
        "today yesterday tonight monday tuesday wednesday thursday friday saturday sunday just now week announced "
        "announces announcing"
    ),
    credentials=words(
        "phd ph.d. ph.d md m.d. mba cpa cfa esq esq. jd j.d. rn pe p.e. dds dvm do d.o. aia faia pharmd edd ed.d. cpcu "
        "cissp cfp pmp mph mbe obe cbe"
    ),
    places=words(
        "aberdeen adelaide akron alabama alaska albuquerque amsterdam anaheim anchorage antwerp arizona arkansas "
        "arlington asheville atlanta auckland augusta austin bakersfield baltimore bangalore bangkok barcelona basel "
        "beijing belfast bengaluru berlin birmingham boise bologna bordeaux boston bratislava brighton brisbane "
        "bristol brooklyn brussels bucharest budapest buffalo cairo calgary california cambridge canberra cardiff "
        "chattanooga chennai chicago cincinnati cleveland cologne colorado connecticut copenhagen dallas dayton "
        "delaware denver detroit dubai dublin dundee durham dusseldorf düsseldorf edinburgh edmonton eindhoven exeter "
        "florida frankfurt fresno geneva georgia ghent glasgow gothenburg greensboro greenville guadalajara halifax "
        "hamburg hanoi hartford hawaii helsinki honolulu houston huntsville hyderabad idaho illinois indiana "
        "indianapolis iowa istanbul jacksonville jakarta johannesburg kansas karachi kentucky knoxville krakow kyiv "
        "kyoto lagos lahore lausanne leeds leicester lima lisbon liverpool london louisiana louisville lucknow "
        "luxembourg lyon madrid maine malaga malmo malmö manchester manhattan manila maryland massachusetts melbourne "
        "memphis miami michigan milan milwaukee minneapolis minnesota mississippi missouri montana montreal moscow "
        "mumbai munich nairobi naples nashville nebraska nevada newcastle norwich nottingham oakland ohio oklahoma "
        "omaha oregon orlando osaka oslo ottawa oxford paris pennsylvania perth philadelphia pittsburgh plymouth "
        "portland porto portsmouth prague pune quebec queens raleigh reno reykjavik rochester rome rotterdam "
        "sacramento salzburg savannah scottsdale seattle seoul seville shanghai sheffield shenzhen singapore "
        "southampton spokane stockholm strasbourg stuttgart sunderland swansea sydney syracuse taipei tallahassee "
        "tallinn tampa tennessee texas tokyo toronto toulouse tucson tulsa turin utah utrecht valencia vancouver "
        "vermont vienna vilnius virginia warsaw wichita winnipeg wisconsin wyoming york yorkshire zagreb zurich "
        "zürich"
    ),
    states=words(
        "al ak az ar ca co ct de fl ga hi id il ia ks ky la md ma mi mn ms mo mt nv nh nj nm ny nc oh ok pa ri sc sd "
        "tn tx ut vt va wa wv wi wy ala ariz ark calif colo conn fla ill ind kan mass mich minn miss mont neb nev okla "
        "ore tenn tex wash wis wyo ont que alabama alaska arizona arkansas california colorado connecticut delaware "
        "florida georgia hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts "
        "michigan minnesota mississippi missouri montana nebraska nevada ohio oklahoma ontario oregon pennsylvania "
        "tennessee texas utah vermont virginia wisconsin wyoming"
    ),
    locating=words("in near across throughout"),
    sites=words(
        "mill plant factory works foundry smelter refinery quarry mine shipyard yard depot warehouse store shop pub "
        "hotel restaurant brewery hospital school"
    ),
    intentions=words(
        "decision intention intentions intent plan plans proposal agreement deal terms commitment ambition ambitions "
        "strategy goal approval pact contract option"
    ),
    undertaking=words(
        "made makes reached reaches signed signs signing struck strikes unveiled unveils inked inks agreed agrees "
        "outlined outlines entered enters finalized finalizes has have"
    ),
    outlays=words("invest invests investing invested spend spends spending raise raises raised"),
    approximators=words("about almost around nearly over some another"),
    units=words("arm affiliate business division subsidiary unit"),
    roles=ROLES,
    rounds=ROUNDS,
    money=MONEY,
    numbers=NUMBERS,
    dates=DATES,
)
