#!/usr/bin/env python3
"""Shows what a run made of a folder of articles: `quickstart_table.py INBOX OUTPUT`, a row an article.

INBOX is the folder the articles lay in, OUTPUT a folder with JSON-lines files (.jsonl, .jsonl.gz) as the file sink
writes them. Exit 1 when nothing came out.
"""
import argparse
import collections
import gzip
import json
import shutil
import sys
import unicodedata
from pathlib import Path

kTopNames = 3
kNarrowest = 90  # columns
kWidest = 140
kUnknown = 120  # when the output is no terminal
kHeadings = ("file", "title", "lang", "words", "entities", "copy of")


def read_articles(output):
    for path in sorted([*output.rglob("*.jsonl"), *output.rglob("*.jsonl.gz")]):
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())


def file_of(article):
    return Path(article.get("source", {}).get("path", "?")).name


def label_of(article, shared):
    """The file an article came from, and its place in it where the file held several."""
    name, part = file_of(article), article.get("source", {}).get("part")
    return f"{name} #{part}" if part is not None and name in shared else name


def entities_of(article):
    names = collections.Counter(e.get("name") or e.get("text", "") for e in article.get("entities", []))
    if not names:
        return "-"
    return f"{len(names)}: " + ", ".join(name for name, _ in names.most_common(kTopNames))


def copy_of(article, labels):
    dedup = article.get("dedup", {})
    if dedup.get("status", "unique") == "unique":
        return "-"
    similarity = f" {dedup['similarity']:.2f}" if "similarity" in dedup else ""
    return f"{dedup['status']}{similarity}: {labels.get(dedup.get('of'), dedup.get('of', '?'))}"


def row_of(article, shared, labels):
    words = article.get("quality", {}).get("words", len(article.get("body", "").split()))
    return (label_of(article, shared), article.get("title", "-"), article.get("language", "-"), str(words),
            entities_of(article), copy_of(article, labels))


def width_of(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def fit(text, width):
    """Cuts or pads to a width in columns; control characters would break the table."""
    text = "".join(c if c.isprintable() else " " for c in text)
    if width_of(text) > width:
        while width_of(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - width_of(text))


def widths_for(rows, columns):
    """Every column as wide as it needs; the three of free text give way in turn until the table fits."""
    widths = [max(width_of(row[i]) for row in rows) for i in range(len(kHeadings))]
    columns -= 2 * (len(widths) - 1)
    while sum(widths) > columns:
        widest = max((1, 4, 5, 0), key=lambda i: widths[i])
        if widths[widest] <= 8:
            break
        widths[widest] -= 1
    return widths


def print_table(rows, columns):
    rows = [kHeadings, *rows]
    widths = widths_for(rows, columns)
    for number, row in enumerate(rows):
        print("  ".join(fit(text, width) for text, width in zip(row, widths)).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inbox", type=Path)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    sys.stdout.reconfigure(errors="replace")  # a terminal that cannot show a letter gets a question mark
    files = sorted(p for p in arguments.inbox.rglob("*") if p.is_file() and not p.name.startswith("."))
    kinds = collections.Counter(p.suffix.lstrip(".") or "no suffix" for p in files)
    size = sum(p.stat().st_size for p in files)
    print(f"in:  {arguments.inbox}: {len(files)} files, {size / 1024:.1f} KiB "
          f"({', '.join(f'{count} {kind}' for kind, count in sorted(kinds.items()))})")

    articles = list(read_articles(arguments.output))
    statuses = collections.Counter(a.get("dedup", {}).get("status", "unique") for a in articles)
    print(f"out: {arguments.output}: {len(articles)} articles "
          f"({', '.join(f'{count} {status}' for status, count in sorted(statuses.items(), reverse=True))})\n")
    per_file = collections.Counter(map(file_of, articles))
    shared = {name for name, count in per_file.items() if count > 1}
    labels = {a.get("id"): label_of(a, shared) for a in articles}
    if articles:
        terminal = shutil.get_terminal_size((kUnknown, 24)).columns
        print_table([row_of(a, shared, labels) for a in articles], min(max(terminal, kNarrowest), kWidest))
    silent = [p.name for p in files if p.name not in per_file]
    if silent:
        print(f"\nnothing came out of: {', '.join(silent)}")
    return 0 if articles else 1


if __name__ == "__main__":
    sys.exit(main())
