"""spaCy's small CNN for names, trained on the files it is given, and what it finds.

Usage: ner_spacy.py train SCORER MODEL STEPS FILE.tsv...     the last twentieth of the documents decides which step is kept
       ner_spacy.py tag MODEL DOCS.jsonl OUT.jsonl           prints {"tokens", "cpu_seconds"}, one thread
"""
import json
import os
import pathlib
import runpy
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS"):
    os.environ[name] = "1"

# pylint: disable=wrong-import-position,import-error
import spacy
from spacy.cli.init_config import init_config
from spacy.cli.train import train as spacy_train
from spacy.tokens import DocBin


def gold(scorer, path):
    """The documents as the scorer writes them: (id, text, spans). The scorer is a program, so it is given no arguments."""
    kept, sys.argv = sys.argv, [str(scorer)]
    try:
        return list(scope(scorer)["documents"](path))
    finally:
        sys.argv = kept


def scope(scorer):
    try:
        return runpy.run_path(str(scorer))
    except SystemExit:
        text = pathlib.Path(scorer).read_text(encoding="utf-8")
        names = {}
        exec(compile(text[: text.index("\nif len(sys.argv)")], str(scorer), "exec"), names)  # pylint: disable=exec-used
        return names


def train(scorer, model, steps, *files):
    nlp = spacy.blank("en")
    halves = {"train": DocBin(), "dev": DocBin()}
    for path in files:
        documents = gold(scorer, path)
        for number, (_, text, spans) in enumerate(documents):
            last = number >= len(documents) - max(1, len(documents) // 20)
            # A line is a sentence or a paragraph; whole articles would make very large batches.
            at = 0
            for line in text.split("\n"):
                doc = nlp.make_doc(line)
                names = [doc.char_span(b - at, e - at, label=t, alignment_mode="expand")
                         for b, e, t in spans if at <= b and e <= at + len(line)]
                doc.ents = spacy.util.filter_spans([n for n in names if n is not None])
                halves["dev" if last else "train"].add(doc)
                at += len(line) + 1
    folder = pathlib.Path(model)
    folder.mkdir(parents=True, exist_ok=True)
    for half, docs in halves.items():
        docs.to_disk(folder / f"{half}.spacy")
    config = init_config(lang="en", pipeline=["ner"], optimize="efficiency", gpu=False)
    config.to_disk(folder / "config.cfg")
    spacy_train(folder / "config.cfg", folder / "out", overrides={
        "paths.train": str(folder / "train.spacy"), "paths.dev": str(folder / "dev.spacy"),
        "training.max_steps": int(steps), "training.eval_frequency": 400})


def tag(model, documents, out):
    nlp = spacy.load(pathlib.Path(model) / "out/model-best")
    rows = [json.loads(line) for line in open(documents, encoding="utf-8")]
    nlp(rows[0]["body"])
    begun, tokens = time.process_time(), 0
    found = []
    for doc in nlp.pipe((row["body"] for row in rows), batch_size=64):
        tokens += len(doc)
        found.append([{"type": e.label_, "start": e.start_char, "end": e.end_char, "field": "body"} for e in doc.ents])
    seconds = time.process_time() - begun
    with open(out, "w", encoding="utf-8") as file:
        for row, entities in zip(rows, found):
            file.write(json.dumps({"id": row["id"], "body": row["body"], "entities": entities}, ensure_ascii=False) + "\n")
    print(json.dumps({"tokens": tokens, "cpu_seconds": seconds}))


{"train": train, "tag": tag}[sys.argv[1]](*sys.argv[2:])
