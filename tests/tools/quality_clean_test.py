#!/usr/bin/env python3
"""Bodies and metadata of labelled pages do not fall below what they were, through the real daemon. SKIPPED without the data.

The page model has learned from two of the sets, so these floors guard against breaking something; how good the cleaner is,
is the cross-validation in plugins/clean/models. Usage: quality_clean_test.py BUILD_FOLDER
"""
import re

import floors

FLOORS = {
    "scrapinghub": {"body": 0.96},
    "aeds": {"body": 0.94, "title": 0.89, "date": 0.89, "author": 0.90},
    "trafeval": {"parts": 0.89, "title": 0.84, "date": 0.90, "author": 0.725},
}


def figures(text):
    """The figure that counts of each line of the scorer: F1, the balance, or the share."""
    found = {}
    for line in text.splitlines():
        name, *rest = line.split()
        numbers = re.findall(r"(?:F1 |balance |^)(0?\.\d+|1\.0+|0\.\d+)", " ".join(rest))
        if numbers:
            found[name] = float(numbers[-1])
    return found


def check(shop):
    scorer = shop.data("cleaning", "score.py")
    for name, wanted in FLOORS.items():
        folder = shop.unpack(shop.data("cleaning", name + ".tar.zst"))
        out = shop.run_daemon(folder / "html", [{"type": "clean", "site_memory": False}])
        text = shop.score(scorer, folder / "gold.json", out)
        print(f"{name}\n{text}", flush=True)
        got = figures(text)
        yield from (f"{name} {kind}: {got.get(kind)}, at least {floor}" for kind, floor in wanted.items()
                    if got.get(kind, 0) < floor)


if __name__ == "__main__":
    floors.main(check)
