"""The units of spans: what each sink writes cuts the entity's text out of the field it wrote."""
import json

from harness import Case, main

# Marks that stand alone, a capital that grows when it is made small, signs beyond the first 65,536, text from right to left.
PIECES = ["İstanbul", "I\u0307stanbul", "e\u0301te\u0301", "👩‍👩‍👧", "🇨🇳", "الصين", "中国", "𠀀", "naïve", "\u200fRTL\u200f", "ß", "\u0301"]
NAMES = ["Xi Jinping", "China", "Côte d’Ivoire", "Co\u0302te d'Ivoire", "İstanbul", "中国", "الصين", "Shanghai Cooperation Organisation"]
CUTS = {
    "code_points": lambda text, start, end: text[start:end],
    "bytes": lambda text, start, end: text.encode()[start:end].decode(),
    "utf16": lambda text, start, end: text.encode("utf-16-le")[2 * start:2 * end].decode("utf-16-le"),
}


class Offsets(Case):
    def test_every_unit_cuts_out_the_text(self):
        desk = self.desk()
        sinks = {unit: {"type": "file", "path": f"out/{unit}.jsonl", "offsets": unit} for unit in CUTS}
        desk.configure(stages=[{"type": "tag_entities", "when": 'media_type == "text/plain"'}], sinks=sinks)
        with open(desk.path("inbox", "a.jsonl"), "w", encoding="utf-8") as f:
            for i, name in enumerate(NAMES):
                for j, piece in enumerate(PIECES):
                    body = f"{piece} {name} {piece}. In {name}, {piece}{NAMES[(i + j) % len(NAMES)]} and {piece} {name}"
                    f.write(json.dumps({"id": f"{i}-{j}", "title": f"{piece} in {name}", "body": body}) + "\n")
        self.finish(desk)
        texts = {}
        for unit, cut in CUTS.items():
            found = []
            for article in desk.articles(f"{unit}.jsonl"):
                entities = article.get("entities", [])
                told = article.get("entity_offsets", "code_points" if entities else unit)
                self.assertEqual(told, unit)
                for e in entities:
                    self.assertEqual(cut(article[e["field"]], e["start"], e["end"]), e["text"])
                    found.append((article["id"], e["field"], e["text"], e.get("id")))
            texts[unit] = found
        self.assertGreater(len(texts["bytes"]), len(NAMES) * len(PIECES))
        self.assertEqual(texts["bytes"], texts["code_points"])
        self.assertEqual(texts["utf16"], texts["code_points"])


if __name__ == "__main__":
    main()
