"""Plugins that lie, throw, give nonsense or crash: a clear word or a dead letter with the reason, and everything else goes on."""
import os
import shutil
import signal

from harness import BAD, GOOD, Case, Corpus, main

WORD = "Marked-Word"


class BadFiles(Case):
    REASONS = {
        "abi": "version 2 of the plugin boundary",
        "no_symbol": "does not export 'copydesk_plugin'",
        "short": "16 bytes",
        "long": "beyond the plugin",
        "short_component": "24 bytes",
        "long_component": "beyond the plugin",
        "newer": "newer copydesk",
        "wild_components": "outside the plugin",
    }

    def test_each_is_refused_with_its_reason_and_its_file(self):
        desk = self.desk().configure(stages=[])
        done = desk.command("plugins", plugins=BAD)
        for what, reason in self.REASONS.items():
            with self.subTest(what=what):
                told = [line for line in done.err.splitlines() if f"e2e_bad_{what}.so" in line]
                self.assertEqual(len(told), 1, done.err)
                self.assertIn(reason, told[0])
        self.assertNotIn("bad_idle", done.out)

    def test_what_is_no_shared_object_is_refused_too(self):
        desk = self.desk().configure(stages=[])
        os.makedirs(desk.path("odd"))
        with open(desk.path("odd", "text.so"), "w", encoding="utf-8") as f:
            f.write("no ELF")
        with open(desk.path("odd", "empty.so"), "w", encoding="utf-8"):
            pass
        with open(os.path.join(GOOD, "e2e_sinks.so"), "rb") as f:
            whole = f.read()
        with open(desk.path("odd", "cut.so"), "wb") as f:
            f.write(whole[:20000])
        done = desk.command("plugins", plugins=desk.path("odd"))
        for name in ("text.so", "empty.so", "cut.so"):
            self.assertIn(name, done.err)

    def test_the_run_goes_on_without_them(self):
        desk = self.desk()
        corpus = Corpus(desk.inbox, seed=41).fill(5)
        desk.configure()
        done = desk.once(plugins=BAD)
        self.assertEqual(done.code, 0, done.err)
        self.assertIn("e2e_bad_abi.so", done.err)
        self.assert_each_once(desk, corpus)

    def test_a_configuration_that_needs_one_says_what_is_missing(self):
        desk = self.desk().configure(stages=[{"type": "bad_idle"}])
        done = desk.command("check", plugins=BAD)
        self.assertEqual(done.code, 2)
        self.assertIn("bad_idle", done.err)
        self.assertIn("copydesk.yaml:", done.err)


class BadSteps(Case):
    def prepare(self, stage, how="throw", **engine):
        desk = self.desk(f"{stage}-{how}")
        corpus = Corpus(desk.inbox, seed=42)
        for i in range(30):
            title, paragraphs = corpus.story(1500)
            if i == 13:
                paragraphs.insert(1, f"Zürich says {WORD} and means it.")
            corpus.text(f"{i:02}.txt", (title, paragraphs))
        corpus.text("31-copy.txt", corpus.texts[3])
        desk.configure(stages=[{"type": "clean"}, {"type": stage, "how": how, "word": WORD, "cure": desk.path("cured")},
                               {"type": "deduplicate"}],
                       source={"after": {"delivered": "delete", "dead_letter": "keep"}}, **engine)
        return desk, corpus

    def dead_and_cured(self, desk, corpus, code, detail):
        """One dead letter with the reason, all else delivered; replay does nothing before the cure and all after it."""
        paths = [a["source"]["path"] for a in desk.articles()]
        self.assertEqual(sorted(paths), sorted(set(corpus.expected) - {"13.txt"}))
        self.assertEqual(os.listdir(desk.inbox), ["13.txt"])
        dead = desk.dead_letters()
        self.assertEqual([d["code"] for d in dead], [code], dead)
        self.assertIn(detail, dead[0]["detail"])
        before = desk.raw()
        shutil.copy(desk.config, desk.config + ".old")
        with open(desk.path("cured"), "w", encoding="utf-8"):
            pass
        done = desk.command("dead", "replay", "--all")
        self.assertEqual(done.code, 0, done.err[-3000:])
        after = desk.raw()
        self.assertTrue(after.startswith(before))
        articles = desk.articles()
        self.assertEqual(articles[-1]["source"]["path"], "13.txt")
        self.assertEqual(len(articles), len(paths) + 1)
        self.assertEqual(articles[-1]["labels"]["seen"], "yes")
        self.assertEqual(articles[-1]["dedup"]["status"], "unique")
        self.assertEqual(desk.dead_letters(), [])
        desk.command("dead", "replay", "--all")
        self.finish(desk)
        self.assertEqual(desk.raw(), after)

    def test_wrong_steps_cost_the_one_article(self):
        for how, code, detail in (("throw", "failed", "I cannot read"), ("reject", "no_good", "not today"),
                                  ("outside", "bad_edit", ""), ("inside", "bad_edit", "")):
            for batch in (256, 4):
                with self.subTest(how=how, batch=batch):
                    desk, corpus = self.prepare("misbehave", how, batch_articles=batch)
                    self.finish(desk, code=3)
                    self.dead_and_cured(desk, corpus, code, detail)
                    shutil.rmtree(desk.root)

    def test_an_edit_of_an_article_that_is_not_there_costs_the_one_that_did_it(self):
        desk, corpus = self.prepare("misbehave", "index")
        self.finish(desk, code=3)
        dead = desk.dead_letters()
        self.assertEqual(len(dead), 1, dead)
        self.dead_and_cured(desk, corpus, dead[0]["code"], "1000000")

    def crashes(self, stage, how, number, **engine):
        desk, corpus = self.prepare(stage, how, **engine)
        for attempt in range(2):
            done = desk.once()
            self.assertEqual(done.code, -number, f"start {attempt}: {done.err[-3000:]}")
        done = self.finish(desk, code=3)
        self.assertIn("crashed", done.err)
        self.dead_and_cured(desk, corpus, "crashed", "")

    def test_an_article_that_crashes_the_daemon_twice_is_a_dead_letter(self):
        self.crashes("misbehave", "crash", signal.SIGSEGV, workers=1)

    def test_also_with_many_workers_and_small_batches(self):
        self.crashes("misbehave", "crash", signal.SIGSEGV, workers=7, batch_articles=3)

    def test_an_exception_across_the_boundary_counts_as_a_crash_or_a_refusal(self):
        desk, corpus = self.prepare("throw_through")
        codes = []
        while len(codes) < 5 and (not codes or codes[-1] == -signal.SIGABRT):
            codes.append(desk.once().code)
        self.assertEqual(codes[-1], 3, codes)
        dead = desk.dead_letters()
        self.assertEqual(len(dead), 1)
        self.assertIn(dead[0]["code"], ("crashed", "threw"))
        self.dead_and_cured(desk, corpus, dead[0]["code"], "")

    def test_kill_9_in_a_plugin_is_no_crash_of_it(self):
        desk, corpus = self.prepare("misbehave", "reject", batch_articles=4)
        for _ in range(4):
            self.assertEqual(desk.once(env={"COPYDESK_FAULT": "after_resolve"}).code, -signal.SIGKILL)
        self.finish(desk, code=3)
        self.dead_and_cured(desk, corpus, "no_good", "")


if __name__ == "__main__":
    main()
