"""Results on labelled data, through the real daemon: `tools/dev quality clean|entities|dedup`.

The data is found through COPYDESK_SHARED (default ../shared); the scorers lie beside it. Other tools that do the same work
are scored by the same scorer, from a virtual environment of their own. Dev halves only: these are figures to develop by.
"""
import argparse
import os
import sys

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import clean
import dedup
import entities
from common import NoData, Workshop

SUBJECTS = {"clean": clean, "entities": entities, "dedup": dedup}


def main():
    parser = argparse.ArgumentParser(prog="tools/dev quality", description="Scores on labelled data.")
    parser.add_argument("subject", nargs="*", help=f"{', '.join(SUBJECTS)} (default: all)")
    parser.add_argument("--no-peers", action="store_true", help="copydesk alone")
    parser.add_argument("--set", metavar="NAME,...", help="only these data sets")
    args = parser.parse_args()
    for subject in args.subject:
        if subject not in SUBJECTS:
            parser.error(f"there is no '{subject}'; there are {', '.join(SUBJECTS)}")
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    try:
        with Workshop(root, peers=not args.no_peers, only=args.set.split(",") if args.set else None) as shop:
            for subject in args.subject or SUBJECTS:
                SUBJECTS[subject].run(shop)
    except NoData as e:
        print(f"SKIPPED: {e}")
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
