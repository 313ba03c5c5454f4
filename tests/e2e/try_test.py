"""`copydesk try` shows what each stage changed, and leaves nothing behind."""
import json
import os

from harness import Case, Corpus, main

PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>Leaders meet in Tianjin</title></head><body>
<nav><a href="/">Home</a> <a href="/world">World</a></nav>
<article><h1>Leaders meet in Tianjin</h1>
<p>The presidents of China and Russia met on Monday in Tianjin, and talked for two hours about trade, about roads, and about
the price of gas, as their offices said in the evening.</p>
<p>A second meeting was announced for the autumn; it will take place in Moscow, if the weather and the calendars permit it.</p>
</article><footer>All rights reserved. Follow us on Twitter</footer></body></html>
"""


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
