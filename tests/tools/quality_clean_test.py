#!/usr/bin/env python3
"""Bodies and metadata of labelled pages do not fall below what they were, through the real daemon. SKIPPED without the data.

The page model has learned from two of the sets, so these floors guard against breaking something; how good the cleaner is,
is the cross-validation in plugins/clean/models. Usage: quality_clean_test.py BUILD_FOLDER
"""
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tools/quality"))
from common import NoData, Workshop  # pylint: disable=import-error,wrong-import-position

SKIPPED = 77
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


def main():
    os.environ.setdefault("COPYDESK_BIN", str(pathlib.Path(sys.argv[1]) / "bin/copydesk"))
    low = []
    try:
        with Workshop(ROOT, peers=False, only=None) as shop:
            scorer = shop.data("cleaning", "score.py")
            for name, floors in FLOORS.items():
                folder = shop.unpack(shop.data("cleaning", name + ".tar.zst"))
                out = shop.run_daemon(folder / "html", [{"type": "clean", "site_memory": False}])
                text = shop.score(scorer, folder / "gold.json", out)
                print(f"{name}\n{text}", flush=True)
                got = figures(text)
                low += [f"{name} {kind}: {got.get(kind)}, at least {floor}" for kind, floor in floors.items()
                        if got.get(kind, 0) < floor]
    except NoData as e:
        print(f"SKIPPED: {e}")
        return SKIPPED
    print("\n".join(low) or "ok")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
