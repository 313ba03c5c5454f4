"""Cleaning: bodies and metadata of pages, bodies of flattened texts, the five seeds; without site memory and with it."""
import json
import random
import subprocess

PAGES = ["scrapinghub", "aeds", "wcxb", "trafeval"]
TEXTS = ["text_full", "text_container"]
PEERS = ["trafilatura==2.3.1", "resiliparse==2.0.1", "lxml_html_clean==0.4.3"]
STREAM_SEED = 7  # the order in which pages meet the site memory


def run(shop):
    scorer = shop.data("cleaning", "score.py")
    for name in filter(shop.wants, PAGES):
        pages(shop, scorer, name)
    for name in filter(shop.wants, TEXTS):
        texts(shop, scorer, name)
    if shop.wants("seeds"):
        seeds(shop, scorer)


def stage(**options):
    return [{"type": "clean", **options}]


def pages(shop, scorer, name):
    folder = shop.unpack(shop.data("cleaning", name + ".tar.zst"))
    gold = folder / "gold.json"
    out = shop.run_daemon(folder / "html", stage(site_memory=False))
    shop.report(f"clean {name}: copydesk, without site memory", shop.score(scorer, gold, out))
    out = shop.run_daemon(shop.write_rows(name + ".jsonl", stream(page_rows(folder, gold))), stage(site_memory=True))
    shop.report(f"clean {name}: copydesk, with site memory", shop.score(scorer, gold, out))
    own_cost(shop, name, folder / "html")
    python = shop.peer_python(PEERS)
    for peer in ("trafilatura", "resiliparse") if python else ():
        rows = shop.scratch / f"{name}-{peer}.jsonl"
        cost = shop.run_peer(python, "clean_page.py", peer, folder / "html", rows)
        if cost is not None:
            shop.report(f"clean {name}: {peer}, {cost}", shop.score(scorer, gold, rows))


def own_cost(shop, name, folder):
    """CPU of the stage's own code in process, as the peers' below: the same pages, start-up excluded, the best of five rounds."""
    build = shop.root / "build/release"
    made = subprocess.run(["ninja", "-C", build, "clean_features"], stdout=subprocess.DEVNULL, check=False)
    if made.returncode != 0:
        print("SKIPPED: clean_features cannot be built, so there is no cost", flush=True)
        return
    pages_listed = shop.scratch / f"{name}.list"
    pages_listed.write_text("".join(f"{page}\n" for page in sorted(folder.glob("*.html"))), encoding="utf-8")
    done = subprocess.run([build / "bin/clean_features", "page", "time", pages_listed, "built-in"], stdout=subprocess.PIPE, check=True)
    shop.report(f"clean {name}: copydesk, in process", "    " + done.stdout.decode("utf-8"))


def texts(shop, scorer, name):
    path = shop.data("cleaning", name + ".jsonl.zst")
    rows = [{"id": r["id"], "url": r["url"], "text": "\n".join(r["lines"])} for r in shop.rows(path)]
    inbox = shop.write_rows(name + ".jsonl", stream(rows))
    for memory in (False, True):
        out = shop.run_daemon(inbox, stage(site_memory=memory))
        word = "with" if memory else "without"
        shop.report(f"clean {name}: copydesk, {word} site memory", shop.score(scorer, path, out))
        with_sets(shop, scorer, f"{name}, {word}", shop.rows(path), out)


def page_rows(folder, gold):
    """The pages with their addresses, as a crawler writes them; bytes that are no UTF-8 do not survive that."""
    urls = json.loads(gold.read_text(encoding="utf-8"))
    for page in sorted((folder / "html").iterdir()):
        yield {"id": page.stem, "url": urls[page.stem]["url"], "html": page.read_bytes().decode("utf-8", "replace")}


def stream(rows):
    rows = list(rows)
    random.Random(STREAM_SEED).shuffle(rows)
    return rows


def with_sets(shop, scorer, name, gold, out):
    """The figure of each set that the texts were made of."""
    for part in ("scrapinghub", "aeds", "wcxb"):
        rows = [r for r in gold if r["id"].startswith(part)]
        if rows:
            shop.report(f"clean {name} {part}", shop.score(scorer, shop.write_rows(f"{part}-gold.jsonl", rows), out))


def seeds(shop, scorer):
    out = shop.run_daemon(shop.data("seeds"), stage())
    shop.report("clean seeds: copydesk, title and body", shop.score(scorer, shop.data("seeds_gold"), out))
