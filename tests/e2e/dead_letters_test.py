"""Dead letters that a sink was told of are read from there and replayed: each once, whoever has them."""
import json
import os
import shutil

from harness import Case, main, wait_for

CLEAN = [{"type": "clean"}]
BODY = "It happened in town number {0}, and everybody who was there spoke about it for days afterwards, in {1} words."


class FromASink(Case):
    """The folder has two sinks, of which one refuses what is Rotten, and a file that is told of dead letters."""

    def prepare(self, source_format="json"):
        desk = self.desk()
        picky = {"type": "picky", "path": "out/picky.jsonl", "word": "Rotten", "cure": desk.path("cured")}
        self.sinks = {"archive": {"type": "file", "path": "out/articles.jsonl"}, "picky": picky,
                      "graves": {"type": "file", "path": "graves/all.jsonl"}}
        self.desk_ = desk
        self.configure(source_format)
        lines = [json.dumps({"id": f"a-{n}", "title": f"News {n}", "body": BODY.format(n, "Rotten" if n == 2 else "fresh")}) for n in range(4)]
        lines[3] = "{\"title\": \"cut"
        with open(os.path.join(desk.inbox, "all.jsonl"), "w", encoding="utf-8") as f:
            f.write("\n".join(lines) + "\n")
        return desk

    def configure(self, source_format, **engine):
        source = {"format": source_format}
        self.desk_.configure(stages=CLEAN, sinks=self.sinks, to=["archive", "picky"], source=source, **engine)
        with open(self.desk_.config, encoding="utf-8") as f:
            config = json.load(f)
        config["pipelines"]["news"]["dead_letters"] = "graves"
        config["sources"]["graves"] = {"type": "directory", "path": "graves", "settle": "0s"}
        with open(self.desk_.config, "w", encoding="utf-8") as f:
            json.dump(config, f)

    def cure(self):
        """Now the sink takes what it refused, and broken JSON is a text."""
        with open(self.desk_.path("cured"), "wb"):
            pass
        self.configure("text")

    def ids(self, name):
        return sorted(a["id"] if a["id"].startswith("a-") else "text" for a in self.desk_.articles(name))

    def replay(self, *arguments, code=0):
        done = self.desk_.command("dead", "replay", "--from", "graves", *arguments)
        self.assertEqual(done.code, code, done.err)
        return done.out

    def assert_replayed(self):
        self.assertEqual(self.ids("articles.jsonl"), ["a-0", "a-1", "a-2", "text"])
        self.assertEqual(self.ids("picky.jsonl"), ["a-0", "a-1", "a-2", "text"])
        self.assertEqual(self.desk_.dead_letters(), [])

    def test_what_the_store_has_is_replayed_and_what_has_ended_is_not(self):
        desk = self.prepare()
        self.finish(desk, code=3)
        self.assertIn("2 replayed, 0 ended already", self.replay(code=3))  # nothing was mended: they are refused again
        self.assertEqual([d["attempts"] for d in desk.dead_letters()], [2, 2])
        self.assertIn("0 replayed, 2 ended already or not asked for", self.replay("--attempts", "1"))
        self.cure()
        self.assertIn("1 replayed, 1 ended already or not asked for", self.replay("--code", "unwanted"))
        self.assertIn("1 replayed, 1 ended already", self.replay())
        self.assert_replayed()
        self.assertIn("0 replayed, 2 ended already", self.replay())
        self.assert_replayed()

    def test_a_running_daemon_does_it(self):
        desk = self.prepare()
        self.finish(desk, code=3)
        self.cure()
        daemon = self.start(desk)
        wait_for(desk.is_idle, "it runs")
        self.assertIn("2 replayed, 0 ended already", self.replay())
        wait_for(lambda: desk.dead_letters() == [], "they are delivered")
        self.assertIn("0 replayed, 2 ended already", self.replay())
        daemon.signal(15)
        self.assertEqual(daemon.wait(), 0, daemon.errors()[-3000:])
        self.assert_replayed()

    def lose_the_store(self):
        """The memory is gone; what was written lies elsewhere, and what was read is not read again."""
        os.rename(os.path.join(self.desk_.inbox, "all.jsonl"), self.desk_.path("read.jsonl"))
        for name in ("articles.jsonl", "picky.jsonl"):
            os.rename(os.path.join(self.desk_.out, name), self.desk_.path(f"old.{name}"))
        os.rename(self.desk_.path("graves", "all.jsonl"), self.desk_.path("graves", "before.jsonl"))
        shutil.rmtree(self.desk_.data)

    def assert_taken_over(self):
        """`archive` took a-2 long ago, and gets it no second time; nobody had the broken one."""
        self.assertEqual(self.ids("articles.jsonl"), ["text"])
        self.assertEqual(self.ids("picky.jsonl"), ["a-2", "text"])
        self.assertEqual(self.desk_.dead_letters(), [])

    def test_those_of_a_store_that_is_gone_are_taken_over_once(self):
        desk = self.prepare()
        self.finish(desk, code=3)
        self.lose_the_store()
        self.assertIn("left out: 2 dead letters of other daemons", self.replay())
        # They die again: then they are our own, and refused by a second try.
        self.assertIn("2 taken and replayed, 0 taken before", self.replay("--adopt", code=3))
        self.assertEqual([d["attempts"] for d in desk.dead_letters()], [2, 2])
        self.cure()
        self.assertIn("2 replayed, 0 ended already\nthose of other daemons: 0 taken and replayed, 2 taken before", self.replay("--adopt"))
        self.assert_taken_over()
        delivered = desk.articles("picky.jsonl")[0]
        self.assertEqual((delivered["id"], delivered["title"], delivered["source"]["component"]), ("a-2", "News 2", "inbox"))
        self.assertIn("0 replayed, 2 ended already\nthose of other daemons: 0 taken and replayed, 2 taken before", self.replay("--adopt"))
        self.assert_taken_over()

    def test_a_running_daemon_takes_them_over(self):
        desk = self.prepare()
        self.finish(desk, code=3)
        self.lose_the_store()
        self.cure()
        daemon = self.start(desk)
        wait_for(desk.is_idle, "it runs")
        self.assertIn("2 taken and replayed, 0 taken before", self.replay("--adopt"))
        wait_for(lambda: len(desk.articles("picky.jsonl")) == 2, "they are out")
        wait_for(desk.is_idle, "they are committed")
        self.assertTrue(daemon.kill())
        self.assertIn("0 taken and replayed, 2 taken before", self.replay("--adopt"))
        self.assert_taken_over()

    def test_what_cannot_be_read_from_is_said(self):
        desk = self.prepare()
        self.finish(desk, code=3)
        for arguments, code, words in ((["--from", "inbox"], 2, "a source of their own"), (["--from", "grave"], 2, "did you mean"),
                                       (["1", "--from", "graves"], 2, "numbers, or"), (["--all", "--adopt"], 2, "--adopt is for --from")):
            done = desk.command("dead", "replay", *arguments)
            self.assertEqual((done.code, words in done.err), (code, True), done.err)
        with open(desk.path("graves", "more.jsonl"), "w", encoding="utf-8") as f:
            f.write("{\"title\": \"no dead letter\"}\nnor this\n")
        self.cure()
        self.assertIn("left out: 2 records that are no dead letters", self.replay())
        self.assert_replayed()


if __name__ == "__main__":
    main()
