"""`copydesk try` shows what each stage changed, and leaves nothing behind."""
import json
import os
import subprocess

from harness import BIN, Case, Corpus, main

PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>Leaders meet in Tianjin</title></head><body>
<nav><a href="/">Home</a> <a href="/world">World</a></nav>
<article><h1>Leaders meet in Tianjin</h1>
<p>The presidents of China and Russia met on Monday in Tianjin, and talked for two hours about trade, about roads, and about
the price of gas, as their offices said in the evening.</p>
<p>A second meeting was announced for the autumn; it will take place in Moscow, if the weather and the calendars permit it.</p>
</article><footer>All rights reserved. Follow us on Twitter</footer></body></html>
"""
FURNITURE = "The people of the Courier were asked by the government of the island to print this every day."


class Try(Case):
    def test_it_shows_what_changed_and_keeps_nothing(self):
        desk = self.desk().configure()
        article = desk.path("page.html")
        with open(article, "w", encoding="utf-8") as f:
            f.write(PAGE)
        done = desk.command("try", article)
        self.assertEqual(done.code, 0, done.err)
        for word in ("clean", "tag_entities", "deduplicate", "Leaders meet in Tianjin", "China", "unique"):
            self.assertIn(word, done.out)
        self.assertFalse(os.path.exists(os.path.join(desk.data, "FORMAT")))
        self.assertEqual(os.listdir(desk.out), [])
        self.assertTrue(os.path.exists(article))

    def test_without_a_configuration_it_tries_clean_and_says_so(self):
        article = os.path.join(self.folder, "page.html")
        with open(article, "w", encoding="utf-8") as f:
            f.write(PAGE)
        done = subprocess.run([BIN, "try", "--json", article], cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        body = json.loads(done.stdout)["body"]
        self.assertIn("Moscow", body)
        self.assertNotIn("All rights reserved", body)
        self.assertIn("no configuration", done.stderr)
        self.assertIn("'clean' alone", done.stderr)
        self.assertEqual(os.listdir(self.folder), ["page.html"])
        named = subprocess.run([BIN, "try", "-c", "absent.yaml", article], cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        self.assertEqual(named.returncode, 2)

    def test_it_tells_why(self):
        desk = self.desk().configure()
        corpus = Corpus(desk.inbox, seed=62)
        lines = []
        for number in range(2):
            title, paragraphs = corpus.story()
            body = "\n\n".join([*paragraphs[:4], FURNITURE, *paragraphs[4:], "Also read: Ferry late again"])
            lines.append(json.dumps({"title": title, "body": body, "url": f"https://www.courier.example/{number}"}))
        file = corpus.write("pages.jsonl", "\n".join(lines) + "\n", 2)
        shown = desk.command("try", file)
        self.assertEqual(shown.code, 0, shown.err)
        self.assertRegex(shown.out, r"(?m)^      cut   related_link\b.*  Also read: Ferry late again$")
        self.assertRegex(shown.out, r"(?m)^      cut   site_memory \(2 titles\) +" + FURNITURE + "$")
        self.assertRegex(shown.out, r"(?m)^      keep  ")
        self.assertNotIn("why", json.loads(desk.command("try", "--json", file).out.splitlines()[0]))
        told = [json.loads(line) for line in desk.command("try", "--json", "--why", file).out.splitlines()]
        rules = [{r["text"]: (r["verdict"], r["rule"]) for r in article["why"] if r["stage"] == "clean"} for article in told]
        self.assertEqual(rules[0]["Also read: Ferry late again"], ("cut", "related_link"))
        self.assertEqual(rules[0][FURNITURE][0], "kept")
        self.assertEqual(rules[1][FURNITURE], ("cut", "site_memory"))
        for article in told:
            kept = [r["text"] for r in article["why"] if r["verdict"] == "kept"]
            self.assertEqual([p[:400] for p in article["body"].split("\n\n")], kept)
        self.assertEqual(desk.command("try", "--why", file).code, 2)

    def test_as_json_it_prints_the_article_a_run_would_write(self):
        desk = self.desk().configure()
        corpus = Corpus(desk.inbox, seed=61)
        inside = corpus.html("a.html", corpus.story())
        tried = desk.command("try", "--json", inside)
        self.assertEqual(tried.code, 0, tried.err)
        article = json.loads(tried.out)
        self.finish(desk)
        written = desk.articles()[0]
        for name in ("title", "body", "entities", "dedup", "id", "language"):
            self.assertEqual(article.get(name), written.get(name), name)

    def test_what_cannot_be_read_is_told(self):
        desk = self.desk().configure()
        done = desk.command("try", desk.path("nothing.txt"))
        self.assertNotEqual(done.code, 0)
        self.assertIn("nothing.txt", done.err)


if __name__ == "__main__":
    main()
