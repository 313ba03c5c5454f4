"""The process is killed at each named point of the line; the next start ends with the output of an undisturbed run."""
import os
import shutil
import signal

from harness import Case, Corpus, main

POINTS = ["after_poll", "after_resolve", "after_write", "after_flush", "before_commit", "after_commit", "before_settle", "after_settle"]
ENDINGS = ["", ".gz", ".zst"]


class KillPoints(Case):
    @classmethod
    def setUpClass(cls):
        cls.number = 0

    def prepare(self):
        self.corpus = Corpus(os.path.join(self.folder, "inbox"), seed=11).fill(70)
        self.corpus.lines("d0/all.jsonl", 60)
        whole = self.desk("whole", self.corpus.folder).configure(**self.settings("articles.jsonl"))
        self.finish(whole)
        self.assert_each_once(whole, self.corpus)
        self.whole = whole.raw()

    @staticmethod
    def settings(name, delete=False):
        return {"sinks": {"archive": {"type": "file", "path": f"out/{name}", "rotate": {"size": "100KiB"}}},
                "source": {"after": {"delivered": "delete"}} if delete else {},
                # Little memory makes many polls and many commits, so that each point is reached some times.
                "batch_articles": 8, "commit_interval": "1ms", "memory": "1MiB", "workers": 2}

    def killed_twice(self, point, count, ending, delete):
        name = "articles.jsonl" + ending
        desk = self.desk(f"{point}-{count}-{ending[1:]}-{delete}")
        shutil.rmtree(desk.inbox)
        shutil.copytree(self.corpus.folder, desk.inbox)
        desk.configure(**self.settings(name, delete))
        fault = {"COPYDESK_FAULT": f"{point}:{count}"}
        first = desk.once(env=fault)
        self.assertEqual(first.code, -signal.SIGKILL, f"{point}:{count} was not reached\n{first.err[-2000:]}")
        again = desk.once(env=fault)  # when less is left than before, the point may not be reached
        self.assertIn(again.code, (0, -signal.SIGKILL), again.err[-2000:])
        self.finish(desk)
        self.assert_each_once(desk, self.corpus, name)
        self.assert_same(desk.raw(name), self.whole)
        left = [f for _, _, files in os.walk(desk.inbox) for f in files]
        self.assertEqual(len(left), 0 if delete else len(self.corpus.expected), f"files left: {left[:5]}")
        again = self.finish(desk)  # and nothing comes a second time
        self.assert_same(desk.raw(name), self.whole)
        shutil.rmtree(desk.root)

    def test_a_kill_at_any_point_loses_and_doubles_nothing(self):
        self.prepare()
        for i, point in enumerate(POINTS):
            for j, count in enumerate((1, 3)):
                # Without an action there is nothing to settle.
                delete = "settle" in point or (i + j) % 2 == 0
                with self.subTest(point=point, count=count, delete=delete):
                    self.killed_twice(point, count, ENDINGS[(i + j) % 3], delete)

    def test_an_unknown_point_is_refused(self):
        desk = self.desk().configure()
        done = desk.once(env={"COPYDESK_FAULT": "nowhere"})
        self.assertEqual(done.code, 2)
        self.assertIn("nowhere", done.err)


if __name__ == "__main__":
    main()
