#!/usr/bin/env python3
"""Measures copydesk, and peers beside it, and prints one table: `tools/dev bench`, or bench/run.py on a built tree.

Exit 1 when copydesk misses a target or an output is wrong. bench/README.md tells how to read the figures.
"""
import argparse
import json
import os
import shutil
import signal
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

# pylint: disable=wrong-import-position
import documents
import kafka
import memory
import memory_kafka
import pass_through
import stages
from common import check, measure, report, tools

JOBS = [job for file in (pass_through, documents, stages, memory, kafka, memory_kafka) for job in file.JOBS]


def say(text):
    print(text, file=sys.stderr, flush=True)


def chosen(job, wanted):
    return any(job == name or job.startswith(name + "_") for name in wanted)


def arguments():
    names = ", ".join(job.name for job in JOBS)
    parser = argparse.ArgumentParser(description="CPU, speed and memory of copydesk, beside peers.")
    parser.add_argument("--only", metavar="JOB,...", help=f"only these of: {names}; or how names begin: kafka")
    parser.add_argument("--quick", action="store_true", help="a tenth of the input and one run: a look, not a figure")
    parser.add_argument("--runs", type=int, metavar="N", help="runs of each tool, in turn (default 5; memory: 1)")
    parser.add_argument("--no-peers", action="store_true", help="copydesk alone")
    parser.add_argument("--json", action="store_true", help="JSON to standard output in place of the table")
    parser.add_argument("--temp", metavar="FOLDER", default=os.environ.get("TMPDIR", "/var/tmp"),
                        help="on a disk, with 4 GB free (default $TMPDIR, /var/tmp)")
    args = parser.parse_args()
    wanted = args.only.split(",") if args.only else [job.name for job in JOBS]
    for name in wanted:
        if not any(chosen(job.name, [name]) for job in JOBS):
            parser.error(f"there is no job '{name}'; there are {names}")
    if args.runs is not None and args.runs < 1:
        parser.error("--runs wants a number from 1")
    return args, [job for job in JOBS if chosen(job.name, wanted)]


def once(row, scratch):
    """One run in a new folder; its cost counts only when the output holds every article once."""
    folder = tempfile.mkdtemp(prefix="run-", dir=scratch)
    os.sync()  # what an earlier run wrote must not be written back during this one
    try:
        cost, output = row.tool.run(row.corpus, folder)
        row.job.check(output, row.corpus)
        row.costs.append(cost)
        say(f"    {row.tool.name} ({row.tool.does}): {cost.cpu / row.corpus.articles * 1e6:.1f} us, {cost.wall:.2f} s")
    except (measure.Failed, check.Wrong, FileNotFoundError) as e:
        row.problem = f"no figure: {e}"
        say(f"    {row.tool.name} ({row.tool.does}): {row.problem}")
    finally:
        shutil.rmtree(folder)


def prepared(job, args):
    """The rows of a job, those without a program with their reason."""
    rows = []
    needed = 1 if job.share is None else 2  # the second tool is the target of the first
    for tool in job.tools[:needed] if args.no_peers else job.tools:
        row = report.Row(job, tool, "", None)
        try:
            row.version = tool.prepare()
        except tools.Missing as e:
            row.problem = f"skipped: {e}"
        rows.append(row)
    if job.share is not None:
        rows[0].rival = rows[1]
    return rows


def measure_job(job, args, scratch):
    say(f"{job.name}: {job.question}")
    rows = prepared(job, args)
    if all(row.problem for row in rows):
        return rows
    made = job.corpus(scratch, args.quick)
    say(f"    {made.articles} articles, {made.bytes / 1e6:.0f} MB, {made.bytes / made.articles:.0f} bytes each")
    ready = [row for row in rows if not row.problem]
    for row in ready:
        row.corpus = made
    for _ in range(args.runs or (1 if args.quick else job.runs or 5)):
        for row in ready:  # in turn, so that a busy minute of the machine hits all of them
            if not row.problem:
                once(row, scratch)
    for row in ready:
        if row.problem:
            row.costs = []
    return rows


def show(rows, about, args):
    if args.json:
        print(json.dumps({"machine": about, "quick": args.quick, "rows": [row.as_json() for row in rows]}, indent=1))
        return
    print(f"{about['cpu']}, {about['cores']} cores, Linux {about['kernel']}, {about['date']} UTC, "
          f"load {about['load']} before and {about['load_after']} after\n")
    print(report.table(rows))
    runs = sorted({row.figures()["runs"] for row in rows if row.costs})
    if runs:
        print(f"\nCPU: user + system of the process, min and median of {' or '.join(map(str, runs))} runs; articles/s of the fastest.")
    for version in sorted({f"{row.tool.name}: {row.version}" for row in rows if row.version}):
        print(version)
    for job in {id(row.job): row.job for row in rows}.values():
        for note in job.notes:
            print(f"{job.name}: {note}")
    if args.quick:
        print("--quick: too small for figures.")


def main():
    args, jobs = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the folder is removed
    scratch = tempfile.mkdtemp(prefix="copydesk-bench-", dir=args.temp)
    about, rows = report.machine(), []
    try:
        for job in jobs:
            rows += measure_job(job, args, scratch)
    finally:
        for job in jobs:
            job.close()
        shutil.rmtree(scratch)
    about["load_after"] = report.load()
    show(rows, about, args)
    bad = [row for row in rows if row.tool is row.job.tools[0] and (row.problem or (row.verdict()[1] is False and not args.quick))]
    return 1 if bad or any(row.problem.startswith("no figure") for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
