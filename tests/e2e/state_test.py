"""`copydesk state` tells what stages remember, beside a running daemon and without one."""
from harness import Case, Corpus, main, wait_for

FURNITURE = "The Courier of Larsmo is printed on paper from our own forest"


class State(Case):
    def site_desk(self, stories=3):
        desk = self.desk().configure()
        corpus = Corpus(desk.inbox, seed=71)
        for number in range(stories):
            title, paragraphs = corpus.story()
            link = f"<link rel=canonical href='https://www.courier.example/{number}'>"
            body = "".join(f"<p>{p}</p>" for p in [*paragraphs, FURNITURE])
            corpus.write(f"{number}.html", f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title>{link}</head>"
                                           f"<body><article><h1>{title}</h1>{body}</article></body></html>")
        return desk

    def check(self, desk):
        listed = desk.command("state", "sites")
        self.assertEqual(listed.code, 0, listed.err)
        self.assertRegex(listed.out, r"(?m)^ +3 +\d+ +1 +\d+ +\d+ (s|min) +courier.example$")
        told = desk.command("state", "sites", "courier.example")
        self.assertEqual(told.code, 0, told.err)
        self.assertIn("courier.example: 3 articles", told.out)
        self.assertRegex(told.out, r"(?m)^ +3 +0 +cut +The Courier of Larsmo is printed on pape")
        return listed.out.splitlines()[1].split()[:4], told.out.splitlines()[1:]

    def test_it_tells_what_was_learned_with_and_without_a_daemon(self):
        desk = self.site_desk()
        daemon = self.start(desk)
        wait_for(lambda: desk.is_idle() and len(desk.articles()) == 3, "three articles are out")
        self.assertEqual([FURNITURE in a["body"] for a in desk.articles()], [True, False, False])
        asked = self.check(desk)
        daemon.signal(15)
        self.assertEqual(daemon.wait(), 0)
        self.assertEqual(self.check(desk), asked)
        elsewhere = desk.command("state", "sites", "--data-dir", desk.data)
        self.assertIn("courier.example", elsewhere.out)

    def test_the_index_of_deduplicate_is_told_forgotten_and_emptied(self):
        desk = self.desk().configure(stages=[{"type": "deduplicate"}])
        corpus = Corpus(desk.inbox, seed=72)
        stories = [corpus.story()[1] for _ in range(2)]

        def run(name):
            for number, paragraphs in enumerate(stories):
                corpus.write(f"{name}{number}.txt", "\n\n".join([*paragraphs, f"Printed in edition {name} of the day."]))
            before = len(desk.articles())
            self.finish(desk)
            return [a["dedup"] for a in desk.articles()[before:]]

        first = run("a")
        self.assertEqual([d["status"] for d in first], ["unique", "unique"])
        self.assertEqual([d["of"] for d in run("b")], [d["group"] for d in first])
        told = desk.command("state", "dedup", "stats")
        self.assertEqual(told.code, 0, told.err)
        self.assertIn("stories: 2, all of them in the state", told.out)
        self.assertIn("behind the log: 2", told.out)
        unknown = desk.command("state", "dedup", "forget", "no-such-story")
        self.assertEqual(unknown.code, 2)
        self.assertIn("no story in the index has the id 'no-such-story'", unknown.err)
        self.assertEqual(desk.command("state", "dedup", "forget", first[0]["group"]).code, 0)
        again = run("c")
        self.assertEqual([d["status"] for d in again], ["unique", "near"])
        self.assertEqual([d["group"] for d in run("d")], [again[0]["group"], first[1]["group"]])
        self.assertEqual(desk.command("state", "dedup", "rebuild").code, 0)
        self.assertEqual([d["status"] for d in run("e")], ["unique", "unique"])
        self.assertEqual(desk.command("state", "dedup", "nothing").code, 2)

    def test_state_that_another_stage_left_is_refused_and_can_be_emptied(self):
        """As with another version of the stage, or other state options: whose it is is part of what is stored."""
        desk = self.site_desk()
        desk.configure(stages=[{"type": "clean", "name": "mine"}])
        self.finish(desk)
        desk.configure(stages=[{"type": "deduplicate", "name": "mine"}])
        refused = desk.once()
        self.assertEqual(refused.code, 2, refused.err)
        self.assertIn("belongs to copydesk.clean/clean/", refused.err)
        self.assertIn("`copydesk state dedup rebuild`", refused.err)
        for words in (["stats"], ["forget", "x"]):
            told = desk.command("state", "dedup", *words)
            self.assertEqual(told.code, 2, told.err)
            self.assertIn("belongs to copydesk.clean/clean/", told.err)
            self.assertIn("`copydesk state dedup rebuild`", told.err)
        emptied = desk.command("state", "dedup", "rebuild")
        self.assertEqual(emptied.code, 0, emptied.err)
        Corpus(desk.inbox, seed=73).text("new.txt", ("A title", ["Nothing like this has been written down before in any of the papers."]))
        self.finish(desk)
        self.assertEqual(desk.articles()[-1]["dedup"]["status"], "unique")

    def test_what_is_not_there_is_told(self):
        desk = self.site_desk()
        done = desk.command("state", "sites")
        self.assertEqual(done.code, 2)
        self.assertIn("nothing has run on it", done.err)
        done = desk.command("state", "sites", "--pipeline", "new")
        self.assertEqual(done.code, 2)
        self.assertIn("there is no pipeline 'new' (did you mean 'news'?)", done.err)
        self.finish(desk)
        done = desk.command("state", "sites", "other.example")
        self.assertEqual(done.code, 2)
        self.assertIn("nothing is known of the site 'other.example'", done.err)
        done = desk.command("state", "stories")
        self.assertEqual(done.code, 2)
        self.assertIn("no stage tells of 'stories'; they tell of: dedup, sites", done.err)
        self.assertIn("'state' wants TOPIC [ARG…], TOPIC one of dedup, sites", desk.command("state").err)


if __name__ == "__main__":
    main()
