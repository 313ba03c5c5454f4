#!/usr/bin/env python3
"""Names in labelled documents do not fall below what they were, through the real daemon with the shipped model and lists.
SKIPPED without the data. The floors lie a little below what plugins/tag_entities/models/README.md states.

Usage: quality_entities_test.py BUILD_FOLDER
"""
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tools/quality"))
import entities  # pylint: disable=import-error,wrong-import-position
from common import NoData, Workshop  # pylint: disable=import-error,wrong-import-position

SKIPPED = 77
FLOORS = {"wwm.dev.tsv": 0.785, "ewt.dev.tsv": 0.68, "xpol.dev.tsv": 0.745, "wnut17.dev.tsv": 0.435, "seeds.jsonl": 0.94}


def main():
    os.environ.setdefault("COPYDESK_BIN", str(pathlib.Path(sys.argv[1]) / "bin/copydesk"))
    low = []
    try:
        with Workshop(ROOT, peers=False, only=None) as shop:
            scorer = shop.data("entities", "score.py")
            for name, floor in FLOORS.items():
                gold = shop.data("entities", name)
                out = entities.tag(shop, entities.documents(shop, scorer, gold))
                text = shop.score(scorer, "score", gold, out)
                print(f"{name}\n{text}", flush=True)
                found = re.search(r"^ *all .* F1 ([0-9.]+)", text, re.M)
                if found is None or float(found.group(1)) < floor:
                    low.append(f"{name}: F1 {found and found.group(1)}, at least {floor}")
    except NoData as e:
        print(f"SKIPPED: {e}")
        return SKIPPED
    print("\n".join(low) or "ok")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
