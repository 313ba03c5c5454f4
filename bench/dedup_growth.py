#!/usr/bin/env python3
"""What does an article cost when the index of deduplicate holds ten million? Is what it says right, and how soon is it back?

bin/dedup_bench drives the stage's own algorithm and index with their files on disk (bench/dedup/desk.h), one thread, over made-up
articles spread over the window, 5 % of them copies of any earlier one (bench/dedup/corpus.h): so the truth is known. Then it is killed
and opened anew. The whole daemon costs the rest of a line besides, which does not grow: --daemon N takes N of the same articles
through it.

Usage: bench/dedup_growth.py [--articles 10000000] [--bytes 4096] [--max-bytes N] [--daemon N]    on a built tree, 8 GB of disk
Exit 1 when a target is missed.
"""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

# pylint: disable=wrong-import-position
from common import measure, tools

BENCH = os.path.join(tools.ROOT, "build", "release", "bin", "dedup_bench")
FIRST = 100_000
RATIO, HOT, COLD, RESTART_S = 1.5, 200, 400, 5
HEAD = "| articles | CPU us: fingerprint | verdict | commit | index | hot B/story | cold B/story | RSS MiB | copies found | missed | wrong story | " \
       "others taken for copies: articles | forms |\n" + "|---" * 13 + "|"


def index_us(row):
    return row["resolve_us"] + row["commit_us"]


def line(row):
    copies = row["copies"] or 1
    return (f"| {row['articles']:,} | {row['process_us']:.1f} | {row['resolve_us']:.1f} | {row['commit_us']:.1f} | {index_us(row):.1f} | "
            f"{row['hot']:.0f} | {row['cold']:.0f} | {row['rss_mib']:.0f} | {row['found'] / copies:.2%} of {row['copies']} | {row['missed']} | "
            f"{row['elsewhere']} | {row['false_originals']} of {row['originals']} | {row['false_forms']} of {row['forms']} |")


def grow(options, folder):
    rows = []
    command = [BENCH, "grow", folder, str(options.articles), *options.more]
    print(HEAD, flush=True)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for text in process.stdout:
            rows.append(json.loads(text))
            print(line(rows[-1]), flush=True)
    if process.returncode != -signal.SIGKILL:
        sys.exit(f"dedup_bench ended with {process.returncode}")
    return rows


def reopen(options, folder):
    done = subprocess.run([BENCH, "reopen", folder, str(options.articles), *options.more], stdout=subprocess.PIPE, text=True, check=True)
    opened, row = map(json.loads, done.stdout.splitlines())
    print(line(row))
    print(f"\nready {opened['open_wall_s']:.2f} s after the start ({opened['open_cpu_s']:.2f} s CPU), RSS {opened['rss_mib']:.0f} MiB then")
    return opened


def through_the_daemon(options, folder):
    path = os.path.join(folder, "articles.jsonl")
    subprocess.run([BENCH, "write", path, str(options.daemon), *options.more], check=True)
    desk = tools.Copydesk("deduplicate", "[{ type: deduplicate, index: { max_bytes: 4GiB } }]")
    desk.prepare()
    made = type("Made", (), {"path": path})
    cost, output = desk.run(made, folder)
    score = {"found": 0, "missed": 0, "elsewhere": 0, "false": 0, "copies": 0}
    seen = 0
    with open(output, encoding="utf-8") as file:
        for text in file:
            article = json.loads(text)
            seen += 1
            story, of = article["extra"]["story"], article["dedup"].get("of")
            if story == article["id"]:
                score["false"] += of is not None
                continue
            score["copies"] += 1
            score["missed" if of is None else "found" if of == story else "elsewhere"] += 1
    if seen != options.daemon:
        sys.exit(f"{seen} articles came out of {options.daemon}")
    print(f"\nthrough the daemon, {options.daemon:,} articles: {cost.cpu / options.daemon * 1e6:.1f} us CPU each, all threads; "
          f"peak RSS {cost.peak_mib:.0f} MiB; of {score['copies']} copies {score['found']} found, {score['missed']} missed, "
          f"{score['elsewhere']} of another story; {score['false']} others taken for copies")


def main():
    parser = argparse.ArgumentParser(description="The index of deduplicate as it grows.")
    parser.add_argument("--articles", type=int, default=10_000_000)
    parser.add_argument("--bytes", type=int, default=4096, help="of a body, about (default 4096)")
    parser.add_argument("--max-bytes", type=int, help="of memory for the index, as index.max_bytes (default: no bound)")
    parser.add_argument("--daemon", type=int, default=0, metavar="N", help="then N articles through the whole daemon")
    options = parser.parse_args()
    options.more = ["--bytes", str(options.bytes)]
    if options.max_bytes:
        options.more += ["--max-bytes", str(options.max_bytes)]
    if not os.access(BENCH, os.X_OK):
        sys.exit("bin/dedup_bench is not built: tools/dev build")
    folder = tempfile.mkdtemp(prefix="dedup-growth-", dir=os.environ.get("TMPDIR", "/var/tmp"))
    try:
        index = os.path.join(folder, "index")
        rows = grow(options, index)
        opened = reopen(options, index)
        shutil.rmtree(index)
        if options.daemon:
            through_the_daemon(options, folder)
    except measure.Failed as e:
        sys.exit(str(e))
    finally:
        shutil.rmtree(folder)
    first, last = rows[0], rows[-1]
    print(f"\nverdict and commit alone: {index_us(last) / index_us(first):.2f} times what the first {FIRST:,} cost")
    verdicts = [("CPU of an article, of the last to that of the first",
                 (last["process_us"] + index_us(last)) / (first["process_us"] + index_us(first)), RATIO),
                ("hot bytes an article", last["hot"], HOT), ("cold bytes an article", last["cold"], COLD),
                ("seconds to the restart", opened["open_wall_s"], RESTART_S)]
    for name, value, limit in verdicts:
        print(f"{name}: {value:.2f} (asked {limit}: {'ok' if value <= limit else 'MISSED'})")
    return 0 if all(value <= limit for _, value, limit in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
