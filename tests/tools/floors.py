"""What the tests share that compare the daemon's quality on labelled data with floors."""
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tools/quality"))
from common import NoData, Workshop  # pylint: disable=import-error,wrong-import-position

SKIPPED = 77


def main(check):
    """check(shop) gives a sentence for each figure below its floor. Ends the program; SKIPPED without the data."""
    os.environ.setdefault("COPYDESK_BIN", str(pathlib.Path(sys.argv[1]) / "bin/copydesk"))
    try:
        with Workshop(ROOT, peers=False, only=None) as shop:
            low = list(check(shop))
    except NoData as e:
        print(f"SKIPPED: {e}")
        sys.exit(SKIPPED)
    print("\n".join(low) or "ok")
    sys.exit(1 if low else 0)
