#!/usr/bin/env python3
"""What does it cost to say whether an article has already run? The stage's own algorithm beside datasketch, rensa and gaoya.

The same made-up articles of 4 KB (bench/dedup/corpus.h) go to each tool one after another: look up, then remember. Figures
are CPU time of one thread, without reading the articles. copydesk's is of fingerprint, verdict, and all that commits do to
its index on disk (bench/dedup/desk.h); the peers keep theirs in memory. Tools take turns; the least of the runs counts.

Usage: bench/dedup.py [--articles 20000] [--runs 3] [--no-peers]    on a built tree; the peers go into build/bench/dedup
Exit 1 when copydesk misses its target, or somebody had other articles.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BENCH = os.path.join(ROOT, "build", "release", "bin", "dedup_bench")
PEERS = os.path.join(ROOT, "bench", "peers", "dedup")
VENV = os.path.join(ROOT, "build", "bench", "dedup")
TARGET_US = 50                             # an article of 4 KB
TARGETS = {"datasketch": 25, "rensa": 5}   # times as many articles a CPU second


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def peer_python():
    """A Python with the pinned peers, made once."""
    python, wanted = os.path.join(VENV, "bin", "python"), os.path.join(PEERS, "requirements.txt")
    stamp = os.path.join(VENV, "requirements.txt")
    with open(wanted, encoding="utf-8") as file:
        pins = file.read()
    if not os.path.exists(stamp) or open(stamp, encoding="utf-8").read() != pins:
        print("installing datasketch, rensa and gaoya into build/bench/dedup", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", wanted], check=True)
        with open(stamp, "w", encoding="utf-8") as file:
            file.write(pins)
    return python


def measured(options, folder):
    """name → its runs."""
    path = os.path.join(folder, "articles.jsonl")
    subprocess.run([BENCH, "write", path, str(options.articles)], check=True)
    commands = {"copydesk": [BENCH, "cost", str(options.articles)]}
    if not options.no_peers:
        python = peer_python()
        for name in ("datasketch", "rensa", "gaoya"):
            commands[name] = [python, os.path.join(PEERS, "peer.py"), name, path]
    runs = {name: [] for name in commands}
    for _ in range(options.runs):
        for name, command in commands.items():
            runs[name].append(run(command))
            print(f"    {name}: {runs[name][-1]['cpu_s'] / options.articles * 1e6:.1f} us", file=sys.stderr, flush=True)
    return runs


def main():
    parser = argparse.ArgumentParser(description="CPU of deduplication, beside peers.")
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()
    if not os.access(BENCH, os.X_OK):
        sys.exit("bin/dedup_bench is not built: tools/dev build")
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", "/var/tmp")) as folder:
        runs = measured(options, folder)

    ours, good = runs["copydesk"], True
    size = ours[0]["bytes"] / options.articles
    us = {name: min(r["cpu_s"] for r in all_runs) / options.articles * 1e6 for name, all_runs in runs.items()}
    print(f"{options.articles} articles of {size:.0f} bytes, {ours[0]['copies']} of them copies; least of {options.runs} runs\n")
    print("| tool | CPU us/article | of 4 KB | copydesk is | copies found | other stories taken for copies |\n|---|---|---|---|---|---|")
    for name, all_runs in runs.items():
        last = all_runs[-1]
        if last["sum"] != ours[0]["sum"]:
            print(f"{name} had other articles")
            good = False
        times, target = us[name] / us["copydesk"], TARGETS.get(name)
        asked = "" if target is None else f" (asked {target}: {'ok' if times >= target else 'MISSED'})"
        good = good and (target is None or times >= target)
        wrong = last["false"] if "false" in last else last["false_originals"] + last["false_forms"]
        print(f"| {name} | {us[name]:.1f} | {us[name] * 4096 / size:.1f} | {times:.1f} times as fast{asked} | "
              f"{last['found']} of {last['found'] + last['missed'] + last.get('elsewhere', 0)} | {wrong} |")
    least = min(ours, key=lambda r: r["cpu_s"])
    print(f"\ncopydesk: fingerprint {least['process_us']:.1f}, verdict {least['resolve_us']:.1f}, commit {least['commit_us']:.1f} us")
    within = us["copydesk"] * 4096 / size <= TARGET_US
    print(f"{us['copydesk'] * 4096 / size:.1f} us per 4 KB (asked {TARGET_US}: {'ok' if within else 'MISSED'})")
    return 0 if good and within else 1


if __name__ == "__main__":
    sys.exit(main())
