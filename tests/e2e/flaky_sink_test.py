"""A sink that fails three times and then works, behind deduplicate, with the files deleted when delivered: nothing is lost."""
import os
from collections import Counter

from harness import Case, Corpus, delivered_paths, main


class FlakySink(Case):
    def run_with(self, at, batch, times=3):
        desk = self.desk(f"{at}-{batch}")
        corpus = Corpus(desk.inbox, seed=5)
        for i in range(5):
            corpus.text(f"{i}.txt", corpus.story())
        corpus.text("5.txt", corpus.texts[0])
        corpus.fill(40)
        desk.configure(
            sinks={"shaky": {"type": "flaky", "path": "out/shaky.jsonl", "memory": desk.path("failed"), "times": times, "at": at,
                             "skip": 1 if at == "flush" else 0,  # the first flush has nothing to flush
                             "on_error": {"backoff": {"initial": "1ms", "max": "20ms"}}}},
            source={"after": {"delivered": "delete"}}, batch_articles=batch)
        done = self.finish(desk)
        with open(desk.path("failed"), encoding="utf-8") as f:
            self.assertEqual(int(f.read()), times, done.err[-2000:])
        articles = desk.articles("shaky.jsonl")
        self.assertEqual(delivered_paths(articles), corpus.expected)
        self.assertEqual(len(articles), corpus.articles)
        self.assertEqual(desk.dead_letters(), [])
        self.assertEqual([f for _, _, files in os.walk(desk.inbox) for f in files], [])
        return articles

    def verdicts(self, articles):
        return Counter(a["dedup"]["status"] for a in articles)

    def test_nothing_is_lost_wherever_it_fails(self):
        want = None
        for at in ("write", "articles", "flush", "open"):
            for batch in (256, 7):
                with self.subTest(at=at, batch=batch):
                    articles = self.run_with(at, batch)
                    if want is None:
                        want = self.verdicts(articles)
                    self.assertEqual(self.verdicts(articles), want)
                    if at != "articles":  # there the failed ones come behind the others of their batch
                        self.assertEqual([a["source"]["path"] for a in articles], sorted(a["source"]["path"] for a in articles))

    def test_a_sink_that_never_works_ends_a_once_run_with_its_reason_and_keeps_the_files(self):
        desk = self.desk()
        corpus = Corpus(desk.inbox, seed=6).fill(10)
        desk.configure(sinks={"shaky": {"type": "flaky", "path": "out/shaky.jsonl", "memory": desk.path("failed"), "times": 100,
                                        "on_error": {"backoff": {"initial": "1ms", "max": "20ms"}}}},
                       source={"after": {"delivered": "delete"}}, once_deadline="300ms")
        done = desk.once()
        self.assertEqual(done.code, 1, done.err[-2000:])
        self.assertIn("busy", done.err)
        self.assertIn("shaky", done.err)
        self.assertEqual(sum(len(files) for _, _, files in os.walk(desk.inbox)), len(corpus.expected))
        with open(desk.path("failed"), "w", encoding="utf-8") as f:
            f.write("100")
        self.finish(desk)
        self.assertEqual(delivered_paths(desk.articles("shaky.jsonl")), corpus.expected)


if __name__ == "__main__":
    main()
