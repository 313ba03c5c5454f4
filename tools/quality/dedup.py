"""Deduplication: the verdicts on the dev split, `deduplicate` alone and with `clean` before it."""


def run(shop):
    scorer, gold = shop.data("dedup", "score.py"), shop.data("dedup", "dev.jsonl.zst")
    rows = shop.write_rows("dedup.jsonl", shop.rows(gold))
    for head, stages in (("deduplicate alone", [{"type": "deduplicate"}]), ("clean, then deduplicate", [{"type": "clean"}, {"type": "deduplicate"}])):
        out = shop.run_daemon(rows, stages)
        shop.report(f"dedup: {head}", shop.score(scorer, gold, out))
