"""The output depends on the input alone: not on workers, batches, commits, or how often the daemon was started."""
import shutil

from harness import Case, Corpus, main, wait_for


class Determinism(Case):
    def setUp(self):
        super().setUp()
        self.corpus = Corpus(self.desk("input").inbox, seed=51).fill(150)

    def output(self, name, **engine):
        desk = self.desk(name, self.corpus.folder).configure(**engine)
        self.finish(desk)
        self.assert_each_once(desk, self.corpus)
        return desk.raw()

    def test_workers_batches_and_commits_make_no_difference(self):
        want = self.output("w1", workers=1)
        self.assert_same(self.output("w2", workers=2), want)
        self.assert_same(self.output("w8", workers=8), want)
        self.assert_same(self.output("b1", workers=2, batch_articles=1, commit_interval="1ms"), want)
        self.assert_same(self.output("b5", workers=3, batch_articles=5, commit_interval="1h", memory="1MiB"), want)
        statuses = [line.split(b'"status":"')[1].split(b'"')[0] for line in want.splitlines()]
        self.assertGreater(statuses.count(b"exact") + statuses.count(b"near"), 20)
        self.assertGreater(statuses.count(b"unique"), 20)

    def test_two_starts_make_no_difference(self):
        """The second half of the files arrives behind the first in path order."""
        want = self.output("whole")
        desk = self.desk("halves").configure()
        for folder in range(7):
            if folder == 4:
                self.finish(desk)
            shutil.copytree(f"{self.corpus.folder}/d{folder}", f"{desk.inbox}/d{folder}")
        self.finish(desk)
        self.assert_same(desk.raw(), want)

    def test_dropped_copies_are_the_ones_that_tag_marks(self):
        tagged = self.desk("tag", self.corpus.folder).configure()
        self.finish(tagged)
        unique = [(a["source"]["path"], a["id"]) for a in tagged.articles() if a["dedup"]["status"] == "unique"]
        dropped = self.desk("drop", self.corpus.folder).configure(stages=[{"type": "clean"}, {"type": "tag_entities"},
                                                                          {"type": "deduplicate", "action": "drop", "keep": "first"}])
        self.finish(dropped)
        self.assertEqual([(a["source"]["path"], a["id"]) for a in dropped.articles()], unique)
        daemon = self.start(dropped)  # a later start brings none of them back
        wait_for(dropped.is_idle, "the daemon is idle")
        daemon.signal(15)
        self.assertEqual(daemon.wait(), 0)
        self.assertEqual(len(dropped.articles()), len(unique))


if __name__ == "__main__":
    main()
