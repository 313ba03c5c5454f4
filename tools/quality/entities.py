"""Entity tagging: exact spans on the dev files and on the seeds."""

FILES = ["wwm.dev.tsv", "ewt.dev.tsv", "xpol.dev.tsv", "wnut17.dev.tsv", "seeds.jsonl"]


def run(shop):
    scorer = shop.data("entities", "score.py")
    for name in filter(shop.wants, FILES):
        gold = shop.data("entities", name)
        documents = shop.scratch / (name + ".docs.jsonl")
        text = shop.score(scorer, "text", gold)
        documents.write_text("".join(line[4:] + "\n" for line in text.splitlines()), encoding="utf-8")
        out = shop.run_daemon(documents, [{"type": "tag_entities", "when": 'media_type == "text/plain"'}])
        shop.report(f"entities {name}: copydesk", shop.score(scorer, "score", gold, out))
