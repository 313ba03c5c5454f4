"""Plugins that break the contract at each of their functions: the daemon names plugin and place, keeps the articles, and stays up or ends as it says."""
import os
import shutil
import signal

from harness import GOOD, Case, main, wait_for

RECORDS = 5
SOURCE = ("create", "open", "poll", "settle", "wake", "close", "destroy", "extension")
STAGE = ("create", "open", "process", "committed", "close", "destroy")
SINK = ("create", "open", "write", "flush", "committed", "close", "destroy", "extension")
ANSWERS_NOTHING = ("settle", "wake", "committed", "close", "destroy", "extension")


class Rogue(Case):
    def prepare(self, kind="", at="", how="", **engine):
        desk = self.desk(f"{kind}-{at}-{how}")
        bad = {"at": at, "how": how}
        desk.configure(source={"type": "rogue_source", **(bad if kind == "source" else {})},
                       stages=[{"type": "rogue_stage", **(bad if kind == "stage" else {})}],
                       sinks={"out": {"type": "rogue_sink", "path": "out/articles.jsonl", **(bad if kind == "sink" else {})}},
                       once_deadline="1s", drain="100ms", **engine)
        return desk

    def check_whole(self, desk):
        """Each record is one article, and JSON; what the source may not set is not there."""
        articles = desk.articles()
        self.assertEqual(len(articles), RECORDS)
        for article in articles:
            self.assertEqual(article["schema"], "copydesk/article/1")
            self.assertEqual(article["x"], {"a": 1})
            self.assertNotIn("extra", article)
            self.assertEqual(article["source"]["path"], "kept")

    def test_what_nobody_asked_for_is_written_as_it_should_be(self):
        desk = self.prepare()
        self.finish(desk)
        self.check_whole(desk)

    def test_an_exception_out_of_a_function_that_answers_nothing_is_named_and_survived(self):
        for kind, places in (("source", SOURCE), ("stage", STAGE), ("sink", SINK)):
            for at in places:
                if at not in ANSWERS_NOTHING:
                    continue
                for how in ("throw", "throw_int"):
                    with self.subTest(kind=kind, at=at, how=how):
                        desk = self.prepare(kind, at, how)
                        done = self.finish(desk)
                        self.assertIn(f'"function":"{at}"', done.err)
                        self.assertIn({"source": '"inbox"', "stage": '"rogue_stage"', "sink": '"out"'}[kind], done.err)
                        self.check_whole(desk)

    def test_a_crash_names_plugin_component_and_function(self):
        for kind, name, places in (("source", "inbox", SOURCE), ("stage", "rogue_stage", STAGE), ("sink", "out", SINK)):
            for at in places:
                with self.subTest(kind=kind, at=at):
                    done = self.prepare(kind, at, "crash").once()
                    self.assertEqual(done.code, -signal.SIGSEGV)
                    self.assertIn(f"copydesk: SIGSEGV in {at} of {kind} '{name}' of plugin org.copydesk.e2e.rogue", done.err)

    def test_a_source_that_hands_over_what_cannot_be_taken_fails_instead_of_losing_it(self):
        for how, why in (("short", "too short"), ("thread", "outside of its poll")):
            with self.subTest(how=how):
                desk = self.prepare("source", "poll", how)
                done = self.finish(desk, code=1)
                self.assertIn(why, done.err)
                self.assertEqual(desk.articles(), [])

    def test_edits_without_their_data_cost_the_articles_that_have_them(self):
        for how, code, detail in (("json", "bad_edit", "no valid JSON"), ("patches", "bad_edit", "without their data"), ("split", "bad_edit", "without its data"),
                                  ("code", "a_b", "why"), ("status", "bad_status", "answered 55")):
            with self.subTest(how=how):
                desk = self.prepare("stage", "process", how)
                self.finish(desk, code=3)
                dead = desk.dead_letters()
                self.assertEqual({d["code"] for d in dead}, {code})
                self.assertEqual(len(dead), RECORDS)
                self.assertIn(detail, dead[0]["detail"])

    def test_results_without_their_data_are_said(self):
        desk = self.prepare("sink", "write", "results")
        self.assertIn("without their data", self.finish(desk).err)
        self.check_whole(desk)

    def test_one_that_hangs_is_named_when_the_daemon_must_end(self):
        for kind, name, at in (("source", "inbox", "poll"), ("stage", "rogue_stage", "process"), ("sink", "out", "flush")):
            with self.subTest(kind=kind, at=at):
                desk = self.prepare(kind, at, "hang")
                daemon = self.start(desk)
                wait_for(lambda: (line := desk.line()) is not None and line["state"] in ("running", "idle"), "it runs")  # pylint: disable=cell-var-from-loop
                daemon.signal(signal.SIGTERM)
                self.assertEqual(daemon.wait(), 1)
                self.assertIn(f"{at} of {kind} '{name}' of plugin org.copydesk.e2e.rogue", daemon.errors())

    def test_status_tells_of_a_call_that_does_not_return(self):
        desk = self.prepare("sink", "write", "hang")
        self.start(desk)
        wait_for(lambda: "write has not returned for" in (desk.line() or {}).get("words", {}).get("out", ""), "status tells of it")


class Files(Case):
    def test_a_plugin_that_everybody_can_replace_is_a_warning(self):
        desk = self.desk().configure(stages=[])
        folder = desk.path("open")
        os.makedirs(folder)
        shutil.copy(os.path.join(GOOD, "e2e_rogue.so"), folder)
        os.chmod(folder, 0o755)
        os.chmod(os.path.join(folder, "e2e_rogue.so"), 0o644)
        self.assertNotIn("everybody", desk.command("plugins", plugins=folder).err)
        os.chmod(folder, 0o777)
        told = desk.command("plugins", plugins=folder).err
        self.assertIn(f"'{folder}' can be written by everybody", told)
        self.assertIn("Everybody can write", self.finish(desk, plugins=folder).err)

    def test_two_files_with_one_component_name_both(self):
        desk = self.desk().configure(stages=[])
        os.makedirs(desk.path("two"))
        for name in ("a.so", "b.so"):
            shutil.copy(os.path.join(GOOD, "e2e_sinks.so"), desk.path("two", name))
        told = desk.command("plugins", plugins=desk.path("two")).err
        self.assertIn("b.so' was not loaded", told)
        self.assertIn("a.so')", told)


if __name__ == "__main__":
    main()
