"""Entity tagging: exact spans on the dev files and on the seeds, with the shipped model and lists, with the model alone, and
spaCy's small CNN trained on the files that the shipped model was trained on; and what each costs in processor time."""
import hashlib
import json
import subprocess

FILES = ["wwm.dev.tsv", "ewt.dev.tsv", "xpol.dev.tsv", "wnut17.dev.tsv", "seeds.jsonl"]
TRAINED_ON = ["wwm.train.tsv", "xpol.train.tsv", "wnut17.train.tsv"]
PEERS = ["spacy==3.8.7", "click"]
CUTS = {
    "code_points": lambda text, start, end: text[start:end],
    "bytes": lambda text, start, end: text.encode()[start:end].decode(),
    "utf16": lambda text, start, end: text.encode("utf-16-le")[2 * start:2 * end].decode("utf-16-le"),
}
PEER_STEPS = 5000  # of training; the step that is best on held-out documents of the training files is kept


def documents(shop, scorer, gold):
    """The labelled documents as articles, without their labels."""
    path = shop.scratch / (gold.name + ".docs.jsonl")
    text = shop.score(scorer, "text", gold)
    path.write_text("".join(line[4:] + "\n" for line in text.splitlines()), encoding="utf-8")
    return path


def tag(shop, articles, **options):
    """What the daemon makes of them."""
    return shop.run_daemon(articles, [{"type": "tag_entities", "when": 'media_type == "text/plain"', **options}])


def run(shop):
    scorer = shop.data("entities", "score.py")
    names = list(filter(shop.wants, FILES))
    peer = trained_peer(shop, scorer)
    peer_cost = {"tokens": 0, "cpu_seconds": 0}
    for name in names:
        gold = shop.data("entities", name)
        articles = documents(shop, scorer, gold)
        for head, options in (("copydesk", {}), ("copydesk, the model alone", {"shipped": False})):
            shop.report(f"entities {name}: {head}", shop.score(scorer, "score", gold, tag(shop, articles, **options)))
        shop.report(f"entities {name}: offsets", cut_out(shop, articles))
        if peer is None:
            continue
        python, model, head = peer
        out = shop.scratch / (name + ".peer.jsonl")
        cost = shop.run_peer(python, "ner_spacy.py", "tag", model, articles, out)
        if cost is not None:
            cost = json.loads(cost.splitlines()[-1])
            peer_cost = {key: peer_cost[key] + cost[key] for key in peer_cost}
            shop.report(f"entities {name}: {head}, {cost['tokens'] / cost['cpu_seconds']:.0f} tokens a second of CPU",
                        shop.score(scorer, "score", gold, out))
    compare_cost(shop, names, peer_cost)


def cut_out(shop, articles):
    """Whether the span of each entity cuts its text out of the field, in all units."""
    lines = ""
    for unit, cut in CUTS.items():
        out = shop.run_daemon(articles, [{"type": "tag_entities", "when": 'media_type == "text/plain"'}], offsets=unit)
        right = wrong = 0
        for article in shop.rows(out):
            for e in article.get("entities", []):
                same = cut(article[e["field"]], e["start"], e["end"]) == e["text"]
                right, wrong = right + same, wrong + (not same)
        lines += f"    {unit}: {right} of {right + wrong} entities are the slice of their field\n"
    return lines


def compare_cost(shop, names, peer):
    """Processor time for the same documents, from text to names, start-up excluded: both in process, one thread, one pass."""
    files = [shop.data("entities", name) for name in names]
    done = subprocess.run([shop.root / "tools/train_entities", "--measure", shop.root / "plugins/tag_entities/models/names.model",
                           "--dev", *files], stdout=subprocess.PIPE, check=False)
    rows = [line for line in done.stdout.decode("utf-8").splitlines() if line.startswith("{")]
    if not rows:
        shop.report("entities: cost", "    FAILED: tools/train_entities --measure gave no figures\n")
        return
    own = json.loads(rows[-1])
    # Both cut off marks; the peer's count is used for both, so that the ratio is one of time alone.
    tokens = peer["tokens"] or own["words"]
    text = (f"    model and lists: {own['load_ms']:.0f} ms to load, {own['loaded_mb']:.1f} MB resident\n"
            f"    the whole stage, with lists: {own['stage_us_per_article']:.0f} us of CPU a 4.6 KiB article\n")
    for what, seconds in (("the model", own["model_seconds"]), ("the whole stage", own["stage_seconds"])):
        text += f"    {what}: {tokens / seconds:.0f} tokens a second of CPU"
        if peer["cpu_seconds"]:
            text += f", {peer['cpu_seconds'] / seconds:.1f} times spaCy ({tokens / peer['cpu_seconds']:.0f})"
        text += "\n"
    shop.report("entities: cost, all documents above in one pass", text)


def trained_peer(shop, scorer):
    """spaCy trained by the script as it is now; kept in build/quality until script, steps or files change."""
    python = shop.peer_python(PEERS)
    if python is None:
        return None
    script = shop.root / "tools/quality/peers/ner_spacy.py"
    files = [shop.data("entities", name) for name in TRAINED_ON]
    digest = hashlib.sha256(script.read_bytes() + " ".join(PEERS + [str(PEER_STEPS)]).encode())
    for file in files:
        digest.update(file.read_bytes())
    model = shop.root / "build/quality" / f"spacy-{digest.hexdigest()[:16]}"
    if not (model / "done").exists():
        print(f"training spaCy for {PEER_STEPS} steps in {model}: an hour or more", flush=True)
        if shop.run_peer(python, "ner_spacy.py", "train", scorer, model, PEER_STEPS, *files) is None:
            return None
        (model / "done").touch()
    return python, model, f"spaCy's small CNN, {PEER_STEPS} steps"
