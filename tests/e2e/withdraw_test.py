"""The first of a story is refused by a sink after its copy was judged by it: the story is delivered all the same."""
import shutil
import signal

from harness import Case, Corpus, main, wait_for, without_times

WORD = "Forbidden-Word"


class Withdraw(Case):
    def prepare(self, batch_articles, commit_interval="10s"):
        desk = self.desk()
        corpus = Corpus(desk.inbox, seed=21)
        title, paragraphs = corpus.story()
        corpus.text("b-leader.txt", (title, paragraphs + [f"Our desk adds that this is a {WORD} in the paper of today, and so it is."]))
        corpus.text("c-copy.txt", (title, paragraphs))
        for i in range(20):
            corpus.text(f"a{i:02}.txt", corpus.story())
            corpus.text(f"d{i:02}.txt", corpus.some_story())
        corpus.text("e-copy.txt", (title, paragraphs))
        desk.configure(
            sinks={"archive": {"type": "file", "path": "out/articles.jsonl"},
                   "picky": {"type": "picky", "path": "out/picky.jsonl", "cure": desk.path("cured"), "word": WORD}},
            batch_articles=batch_articles, commit_interval=commit_interval, workers=2)
        return desk, corpus

    def by_path(self, desk, name):
        articles = desk.articles(name)
        found = {a["source"]["path"]: a for a in articles}
        self.assertEqual(len(found), len(articles), "an article came twice")
        return found

    def check(self, batch_articles):
        desk, corpus = self.prepare(batch_articles)
        self.finish(desk, code=3)
        picky, archive = self.by_path(desk, "picky.jsonl"), self.by_path(desk, "articles.jsonl")
        everything = set(corpus.expected)
        self.assertEqual(set(picky), everything - {"b-leader.txt"})
        self.assertEqual(set(archive), everything)
        for there in (picky, archive):
            self.assertEqual(there["c-copy.txt"]["dedup"]["status"], "unique")
            self.assertIn(there["e-copy.txt"]["dedup"]["status"], ("exact", "near"))
            self.assertEqual(there["e-copy.txt"]["dedup"]["of"], there["c-copy.txt"]["id"])
        dead = desk.dead_letters()
        self.assertEqual([(d["component"], d["code"]) for d in dead], [("picky", "unwanted")])
        shown = desk.command("dead", "show", str(dead[0]["number"]))
        self.assertEqual(shown.code, 0, shown.err)
        self.assertIn(WORD, shown.out)
        self.assertIn('"failed"', shown.out)

        # Not cured: it is refused again, and nothing else moves.
        before = desk.raw("picky.jsonl"), desk.raw()
        again = desk.command("dead", "replay", "--all")
        self.assertEqual(again.code, 3, again.err[-2000:])
        self.assertEqual((desk.raw("picky.jsonl"), desk.raw()), before)
        self.assertEqual(len(desk.dead_letters()), 1)

        # Cured: once, and only to the sink that owed it.
        with open(desk.path("cured"), "w", encoding="utf-8"):
            pass
        done = desk.command("dead", "replay", "--all")
        self.assertEqual(done.code, 0, done.err[-2000:])
        self.assertEqual(desk.raw(), before[1])
        after = desk.raw("picky.jsonl")
        self.assertTrue(after.startswith(before[0]))
        added = self.by_path(desk, "picky.jsonl")
        self.assertEqual(set(added), everything)
        self.assertEqual(len(after.splitlines()), len(before[0].splitlines()) + 1)
        self.assertEqual(desk.dead_letters(), [])

        # And neither the next replay nor the next run brings anything.
        desk.command("dead", "replay", "--all")
        self.finish(desk)
        self.assertEqual((desk.raw("picky.jsonl"), desk.raw()), (after, before[1]))

    def test_in_one_batch(self):
        self.check(256)

    def test_across_batches(self):
        self.check(4)

    def test_each_in_a_batch_of_its_own(self):
        self.check(1)

    def test_kills_change_neither_the_verdicts_nor_the_replay(self):
        """A kill forgets which fates were fixed; the next start must find the same ones."""
        want = None
        for point in ("", "after_resolve:9", "after_write:2", "after_flush:2", "before_commit:2", "before_commit:3", "after_commit:3"):
            with self.subTest(point=point):
                desk, _ = self.prepare(4, "2ms")
                if point:
                    killed = desk.once(env={"COPYDESK_FAULT": point})
                    self.assertEqual(killed.code, -signal.SIGKILL, killed.err)
                self.assertIn(desk.once().code, (0, 3))  # 0: the refusal was committed before the kill
                self.assertEqual(len(desk.dead_letters()), 1)
                with open(desk.path("cured"), "w", encoding="utf-8"):
                    pass
                if point:
                    killed = desk.command("dead", "replay", "--all", env={"COPYDESK_FAULT": point.split(":")[0]})
                    self.assertIn(killed.code, (0, -signal.SIGKILL), killed.err)
                desk.command("dead", "replay", "--all")
                self.assertEqual(desk.dead_letters(), [])
                got = without_times(desk.raw()), without_times(desk.raw("picky.jsonl"))
                want = want or got
                self.assertEqual([len(x.splitlines()) for x in got], [43, 43])
                self.assertTrue(got == want, "the output differs")
                shutil.rmtree(desk.root)

    def test_a_running_daemon_replays_too(self):
        desk, corpus = self.prepare(8, "500ms")
        self.finish(desk, code=3)
        with open(desk.path("cured"), "w", encoding="utf-8"):
            pass
        archive = desk.raw()
        daemon = self.start(desk)
        wait_for(desk.is_idle, "the daemon is idle")
        self.assertEqual(len(desk.dead_letters()), 1)
        done = desk.command("dead", "replay", "--all")
        self.assertEqual(done.code, 0, done.err[-2000:])
        wait_for(lambda: not desk.dead_letters(), "the dead letter is delivered")
        daemon.signal(15)
        self.assertEqual(daemon.wait(), 0, daemon.errors()[-2000:])
        self.assertEqual(set(self.by_path(desk, "picky.jsonl")), set(corpus.expected))
        self.assertEqual(desk.raw(), archive)


if __name__ == "__main__":
    main()
