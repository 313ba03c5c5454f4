#!/usr/bin/env python3
"""What does a gazetteer of a million names cost: to load, in memory, and an article?

Made-up names of people, organisations and places, two to four words each, an alias for every third; some begin with the first names and
end with the family names that the articles have, so that looking for them does not always end at the first word. The daemon is
started with the shipped lists alone and with the names besides, both without the model, and looked at when it is idle: CPU so
far, resident size, peak. Then both work through the same articles with `run --once`, in turn; the least CPU of the runs counts.
Exit 1 when loading takes 2 s of CPU or more, the resident size grows by 120 MB or more, or an article costs 20 us more.
"""
import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

# pylint: disable=wrong-import-position
from common import corpus, measure, report, tools, vocabulary

SYLLABLES = [a + b for a in "b br d f g h j k kr l m n p r s st t v w z".split() for b in "a e i o u ai an el in on ur".split()]
KINDS = ["Bank", "Institute", "Union", "Party", "Group", "Agency", "Council", "Foundation"]
PLACES = ["Falls", "Heights", "Harbour", "Bay", "Province", "Island"]
LOAD_S, RESIDENT_MB, ARTICLE_US = 2.0, 120, 20
START_LIMIT_S, RUN_LIMIT_S = 60, 900


def write_names(path, count):
    chance = random.Random(corpus.SEED)
    made = [s.capitalize() for s in ("".join(chance.choices(SYLLABLES, k=chance.choice((2, 3)))) for _ in range(200_000))]
    first, last = made[:5000] + vocabulary.FIRST_NAMES, made + vocabulary.LAST_NAMES
    taken = set()
    with open(path, "w", encoding="utf-8") as file:
        while len(taken) < count:
            number = len(taken)
            draw, word = chance.random(), chance.choice(last)
            if draw < 0.6:
                name, type_, alias = f"{chance.choice(first)} {word}", "PER", f"{word[0]}. {chance.choice(first)} {word}"
            elif draw < 0.85:
                kind = chance.choice(KINDS)
                name, type_, alias = f"{word} {chance.choice(last)} {kind}", "ORG", f"{kind} of {word} {number}"
            else:
                name, type_, alias = f"{word} {chance.choice(PLACES)}", "LOC", f"{word} {number}"
            if name in taken:
                continue
            taken.add(name)
            file.write(f"{name}\t{type_}\tmade:{number}\t{alias if number % 3 == 0 else ''}\n")


def configure(folder, names, source):
    gazetteers = f'gazetteers: ["{names}"], shipped: true, ' if names else ""
    return tools.write(os.path.join(folder, "copydesk.yaml"), f"""
version: 1
data_dir: ./data
sources:
  corpus: {{ type: directory, path: {source}, include: ["*.jsonl"], settle: 1s }}
pipelines:
  bench: {{ from: [corpus], stages: [{{ type: tag_entities, when: media_type == "text/plain", {gazetteers}model: none }}], to: [out] }}
sinks:
  out: {{ type: file, path: out.jsonl }}
""")


def started(program, names, scratch):
    """(CPU seconds, resident MB, peak MB) of an idle daemon."""
    folder = tempfile.mkdtemp(dir=scratch)
    os.mkdir(os.path.join(folder, "inbox"))
    config = configure(folder, names, "./inbox")
    with open(os.path.join(folder, "log"), "wb") as log:
        daemon = subprocess.Popen([program, "run", "-c", config], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + START_LIMIT_S
        while not idle(program, config):
            if time.monotonic() > deadline or daemon.poll() is not None:
                sys.exit(f"copydesk did not start{measure.tail(log.name)}")
            time.sleep(0.05)
        with open(f"/proc/{daemon.pid}/stat", encoding="ascii") as file:
            user, system = file.read().rsplit(")", 1)[1].split()[11:13]
        with open(f"/proc/{daemon.pid}/status", encoding="ascii") as file:
            sizes = {line.split(":")[0]: int(line.split()[1]) / 1000 for line in file if line.startswith(("VmRSS", "VmHWM"))}
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK"), sizes["VmRSS"], sizes["VmHWM"]
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait()


def idle(program, config):
    done = subprocess.run([program, "status", "--json", "-c", config], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return done.returncode == 0 and json.loads(done.stdout)["lines"][0]["state"] == "idle"


def worked(program, names, articles, scratch):
    """CPU seconds of a whole run, and how many names it found."""
    folder = tempfile.mkdtemp(dir=scratch)
    config = configure(folder, names, os.path.dirname(articles.path))
    cost = measure.run([program, "run", "--once", "-c", config], os.path.join(folder, "log"), RUN_LIMIT_S)
    with open(os.path.join(folder, "out.jsonl"), encoding="utf-8") as file:
        found = [len(json.loads(line).get("entities", [])) for line in file]
    if len(found) != articles.articles:
        sys.exit(f"{len(found)} of {articles.articles} articles came out")
    return cost.cpu, sum(found)


def main():
    parser = argparse.ArgumentParser(description="A gazetteer of many names.")
    parser.add_argument("--names", type=int, default=1_000_000)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--temp", metavar="FOLDER", default=os.environ.get("TMPDIR", "/var/tmp"), help="on a disk, 1 GB")
    args = parser.parse_args()
    program, version = tools.copydesk_at_hand()
    scratch = tempfile.mkdtemp(prefix="copydesk-gazetteer-", dir=args.temp)
    load = report.load()
    try:
        names = os.path.join(scratch, "names.tsv")
        write_names(names, args.names)
        os.mkdir(os.path.join(scratch, "articles"))
        articles = corpus.write_lines(os.path.join(scratch, "articles", "a.jsonl"), args.articles)
        starts = {which: [started(program, which, scratch) for _ in range(args.runs)] for which in (None, names)}
        runs = {None: [], names: []}
        for _ in range(args.runs):
            for which, done in runs.items():
                done.append(worked(program, which, articles, scratch))
        size = os.path.getsize(names) / 1e6
    finally:
        shutil.rmtree(scratch)
    least = {which: [min(values) for values in zip(*done)] for which, done in starts.items()}
    cpu, resident, peak = (mine - bare for mine, bare in zip(least[names], least[None]))
    work = {which: min(done)[0] - least[which][0] for which, done in runs.items()}
    article = (work[names] - work[None]) / args.articles * 1e6
    about = report.machine()
    print(f"{version}; {about['cpu']}, {about['cores']} cores, load {load} before and {about['load']} after")
    print(f"{args.names:,} names, {size:.0f} MB: {cpu:.2f} s of CPU to load, {resident:.0f} MB resident, {peak:.0f} MB more at the peak")
    print(f"{args.articles} articles: {work[None] / args.articles * 1e6:.1f} us each with the shipped lists, {article:.1f} us more with the names "
          f"(found {runs[None][0][1]} and {runs[names][0][1]})")
    missed = [text for text, value, limit in (("loading", cpu, LOAD_S), ("memory", resident, RESIDENT_MB), ("an article", article, ARTICLE_US))
              if value >= limit]
    print("missed: " + ", ".join(missed) if missed else f"within {LOAD_S} s, {RESIDENT_MB} MB, {ARTICLE_US} us")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
