"""Entity tagging: exact spans on the dev files and on the seeds, with the shipped model and lists, with the model alone, and
spaCy's small CNN trained on the files that the shipped model was trained on; and what each costs in processor time."""
import hashlib
import json
import subprocess

FILES = ["wwm.dev.tsv", "ewt.dev.tsv", "xpol.dev.tsv", "wnut17.dev.tsv", "seeds.jsonl"]
TRAINED_ON = ["wwm.train.tsv", "xpol.train.tsv", "wnut17.train.tsv"]
PEERS = ["spacy==3.8.7", "click"]
PEER_STEPS = 5000  # of training; the step that is best on held-out documents of the training files is kept


def run(shop):
    scorer = shop.data("entities", "score.py")
    names = list(filter(shop.wants, FILES))
    peer = trained_peer(shop, scorer)
    for name in names:
        gold = shop.data("entities", name)
        documents = shop.scratch / (name + ".docs.jsonl")
        text = shop.score(scorer, "text", gold)
        documents.write_text("".join(line[4:] + "\n" for line in text.splitlines()), encoding="utf-8")
        for head, options in (("copydesk", {}), ("copydesk, the model alone", {"shipped": False})):
            out = shop.run_daemon(documents, [{"type": "tag_entities", "when": 'media_type == "text/plain"', **options}])
            shop.report(f"entities {name}: {head}", shop.score(scorer, "score", gold, out))
        if peer is None:
            continue
        python, model, head = peer
        out = shop.scratch / (name + ".peer.jsonl")
        cost = shop.run_peer(python, "ner_spacy.py", "tag", model, documents, out)
        if cost is not None:
            cost = json.loads(cost.splitlines()[-1])
            shop.report(f"entities {name}: {head}, {cost['tokens'] / cost['cpu_seconds']:.0f} tokens a second of CPU",
                        shop.score(scorer, "score", gold, out))
    own_cost(shop, names)


def own_cost(shop, names):
    """The model in process, as the peer above: words a second of CPU, start-up excluded."""
    files = [shop.data("entities", name) for name in names]
    done = subprocess.run([shop.root / "tools/train_entities", "--measure", shop.root / "plugins/tag_entities/models/names.model",
                           "--dev", *files], stdout=subprocess.PIPE, check=False)
    lines = [line for line in done.stdout.decode("utf-8").splitlines() if "words a second" in line]
    shop.report("entities: copydesk's model in process", "".join(f"    {line}\n" for line in lines))


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
