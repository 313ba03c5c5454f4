"""Words for made-up news: enough of them that runs of four words rarely meet again in another article."""

NOUNS = """government minister parliament court report economy market company bank budget bridge railway harbour airport
factory school hospital university laboratory museum theatre stadium village city region border river forest mountain
coast island harvest drought flood storm earthquake wildfire volcano glacier reservoir pipeline refinery reactor
satellite rocket telescope vaccine virus patient doctor nurse surgeon pharmacist engineer architect teacher student
pupil lawyer judge prosecutor witness detective officer soldier general admiral diplomat envoy ambassador delegate
senator mayor governor councillor candidate voter campaign election ballot coalition opposition party union strike
worker farmer fisherman miner builder driver pilot passenger tourist visitor resident neighbour family child parent
pensioner volunteer charity donor refugee migrant shelter camp convoy ceasefire treaty agreement summit conference
meeting session committee commission council agency ministry department office bureau authority regulator watchdog
auditor inspector inquiry investigation trial verdict appeal sentence prison reform law bill amendment clause policy
strategy plan proposal project programme scheme grant loan debt bond share dividend profit revenue loss
price inflation wage salary tax tariff subsidy export import shipment cargo container vessel ferry tanker submarine
aircraft helicopter drone missile tank artillery weapon ammunition shell checkpoint patrol base garrison fleet
exercise manoeuvre sanction embargo boycott protest rally march petition survey poll study paper experiment outcome
sample measurement forecast estimate figure statistic census population household apartment tower district suburb
street square park garden playground library archive gallery painting sculpture novel poem film series concert
orchestra choir festival exhibition premiere audience critic actor director singer composer author publisher newspaper
broadcaster channel podcast website platform network server database algorithm chip processor battery turbine panel
generator grid cable antenna sensor camera robot vehicle tram bus bicycle motorway junction tunnel crossing kerb
coach team squad captain striker goalkeeper midfielder defender referee league season match tournament medal record
champion sprint marathon regatta helmet jersey fixture transfer contract sponsor supporter""".split()

ADJECTIVES = """national regional local federal municipal provincial coastal rural urban northern southern eastern
western central distant nearby ancient medieval modern recent early late annual monthly weekly daily temporary permanent
provisional partial complete broad narrow deep shallow steep gradual sudden sharp slight modest large small huge tiny
heavy light strong weak fragile stable volatile cautious bold ambitious careful reckless quiet loud public private
secret open closed joint separate mutual bilateral multilateral domestic foreign overseas global rival allied neutral
independent dependent wealthy poor cheap costly profitable bankrupt efficient wasteful clean dirty toxic harmless
dangerous safe secure vulnerable exposed hidden obvious unclear likely unlikely certain doubtful rare common frequent
unusual typical formal informal legal illegal lawful disputed contested unanimous divided united loyal rebellious young
elderly experienced inexperienced skilled retired former current future outgoing incoming acting veteran prominent
obscure famous controversial popular unpopular critical supportive hostile friendly patient impatient angry calm
optimistic pessimistic hopeful sceptical reluctant eager willing unable ready unprepared damaged intact restored
abandoned crowded empty remote fertile barren frozen flooded dry humid windy""".split()

VERBS = """approved rejected delayed postponed cancelled announced confirmed denied described explained defended
criticised praised condemned welcomed opposed supported backed questioned challenged ignored accepted refused offered
promised threatened warned advised urged asked ordered demanded requested received delivered shipped bought sold leased
rented built rebuilt repaired replaced removed closed reopened opened extended shortened widened narrowed raised lowered
doubled halved trimmed expanded reduced increased measured counted surveyed inspected examined tested compared analysed
published released withheld leaked disclosed revealed concealed discovered found lost recovered rescued evacuated
sheltered moved transferred promoted dismissed appointed elected nominated hired trained taught
coached led followed joined left abandoned occupied attacked struck missed crossed blocked cleared searched
seized returned restored protected insured financed funded taxed subsidised regulated licensed banned permitted
monitored tracked filmed recorded broadcast translated reviewed redesigned modernised connected disconnected
""".split()

ADVERBS = """quietly openly reluctantly eagerly formally informally briefly repeatedly gradually suddenly finally
initially eventually narrowly unanimously jointly separately carefully hastily publicly privately largely partly
wholly barely nearly virtually officially allegedly apparently reportedly consistently occasionally rarely""".split()

PREPOSITIONS = "after before during despite without within across near beyond against behind beside among under over".split()
ARTICLES = ["the", "a", "its", "their", "another", "every", "this", "one", "the", "the"]
LINKS = ["while", "because", "although", "and", "but", "as", "so", "since", "until", "whereas"]
SAID = "said added insisted argued noted wrote recalled replied suggested".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
UNITS = ["people", "households", "kilometres", "tonnes", "hectares", "euros", "dollars", "vehicles", "jobs", "hours", "per cent"]

PLACES = """China Russia Belarus India Brazil France Germany Poland Ukraine Turkey Egypt Kenya Nigeria Japan Vietnam
Indonesia Australia Canada Mexico Argentina Chile Peru Spain Portugal Italy Greece Norway Sweden Finland Denmark Iceland
Ireland Kazakhstan Mongolia Pakistan Iran Iraq Israel Jordan Beijing Moscow Minsk Paris Berlin Warsaw Kyiv Ankara Cairo
Nairobi Tokyo Hanoi Jakarta Canberra Ottawa Lima Madrid Lisbon Rome Athens Oslo Stockholm Helsinki Copenhagen
Marseille Hamburg Rotterdam Gdansk Osaka Guangzhou Mumbai Toronto Antwerp Valencia Bologna Lagos""".split()

PEOPLE = ["Xi Jinping", "Vladimir Putin", "Emmanuel Macron", "Narendra Modi", "Li Qiang", "Alexander Lukashenko",
          "Recep Tayyip Erdogan", "Volodymyr Zelensky"]
FIRST_NAMES = """Anna Boris Clara Dmitri Elena Farid Greta Hassan Ingrid Jonas Katya Leila Marco Nadia Oskar Paula Quentin
Rosa Stefan Tariq Ursula Viktor Wendy Xenia Yusuf Zofia Amara Bogdan Chiara Dalia""".split()
LAST_NAMES = """Abramov Bergstrom Castellano Dubois Eriksen Fontaine Gustafson Haddad Ivanova Janssen Kowalczyk Lindqvist
Moreau Novak Okafor Petrenko Quiroga Rossi Sokolov Tanaka Ueda Vasquez Weber Yilmaz Zielinski Marchetti Oduya Halvorsen
Brandt Kaminski""".split()
ORGANISATIONS = ["the United Nations", "the European Union", "NATO", "the World Bank", "the Shanghai Cooperation Organisation",
                 "the World Health Organization", "the International Monetary Fund", "the African Union"]

CHROME = ["Follow us on Telegram and WhatsApp", "Also Read: {}", "Read Entire Article", "Share this article",
          "Subscribe to our newsletter", "Click here to read more: {}"]
