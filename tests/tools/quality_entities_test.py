#!/usr/bin/env python3
"""Names in labelled documents do not fall below what they were, through the real daemon with the shipped model and lists.
SKIPPED without the data. The floors lie a little below what plugins/tag_entities/models/README.md states.

Usage: quality_entities_test.py BUILD_FOLDER
"""
import re

import floors
import entities  # pylint: disable=import-error,wrong-import-order

FLOORS = {"wwm.dev.tsv": 0.80, "ewt.dev.tsv": 0.71, "xpol.dev.tsv": 0.75, "wnut17.dev.tsv": 0.46, "seeds.jsonl": 0.94}


def check(shop):
    scorer = shop.data("entities", "score.py")
    for name, floor in FLOORS.items():
        gold = shop.data("entities", name)
        out = entities.tag(shop, entities.documents(shop, scorer, gold))
        text = shop.score(scorer, "score", gold, out)
        print(f"{name}\n{text}", flush=True)
        found = re.search(r"^ *all .* F1 ([0-9.]+)", text, re.M)
        if found is None or float(found.group(1)) < floor:
            yield f"{name}: F1 {found and found.group(1)}, at least {floor}"


if __name__ == "__main__":
    floors.main(check)
