"""Start, end and what lies in between: signals, a second daemon, exit codes, odd files, the control socket."""
import contextlib
import gzip
import json
import os
import pty
import random
import re
import resource
import shutil
import signal
import socket
import subprocess
import time

from harness import BIN, GOOD, STAGES, Case, Corpus, main, wait_for, without_times

SLOW = [*STAGES, {"type": "dawdle", "time": "20ms"}]


class Signals(Case):
    def whole(self, corpus):
        whole = self.desk("whole", corpus.folder).configure()
        self.finish(whole)
        return whole.raw()

    def interrupted(self, number, *arguments):
        desk = self.desk().configure(stages=SLOW, workers=1, batch_articles=4, memory="1MiB")  # little is in hand at once
        corpus = Corpus(desk.inbox, seed=71).fill(120)
        whole = self.whole(corpus)
        daemon = self.start(desk, *arguments)
        wait_for(desk.raw, "something is out")
        daemon.signal(number)
        self.assertEqual(daemon.wait(), 0, daemon.errors()[-3000:])
        self.assertEqual("stopped in " in daemon.errors(), "--once" in arguments)
        part = without_times(desk.raw())
        self.assertTrue(without_times(whole).startswith(part))
        self.assertLess(len(part), len(without_times(whole)), "it was done before the signal came")
        self.assertFalse(os.path.exists(os.path.join(desk.data, "control.sock")))
        self.finish(desk)
        self.assert_same(desk.raw(), whole)
        self.assert_each_once(desk, corpus)

    def test_sigint_in_the_middle_finishes_what_is_in_hand_and_the_next_start_goes_on(self):
        self.interrupted(signal.SIGINT)

    def test_sigterm_of_a_once_run_too(self):
        self.interrupted(signal.SIGTERM, "--once")

    def test_a_second_signal_ends_at_once_and_harms_nothing(self):
        desk = self.desk()
        corpus = Corpus(desk.inbox, seed=72).fill(60)
        whole = self.whole(corpus)
        desk.configure(stages=[*STAGES, {"type": "dawdle", "time": "3s"}], workers=1, batch_articles=4)
        daemon = self.start(desk)
        wait_for(lambda: (desk.line() or {}).get("batches"), "a batch is in hand")
        daemon.signal(signal.SIGINT)
        wait_for(lambda: (desk.line() or {}).get("state") == "draining", "it drains")
        began = time.monotonic()
        daemon.signal(signal.SIGINT)
        self.assertEqual(daemon.wait(), 130, daemon.errors()[-3000:])
        self.assertLess(time.monotonic() - began, 2)
        desk.configure()
        self.finish(desk)
        self.assert_same(desk.raw(), whole)
        self.assert_each_once(desk, corpus)

    def test_a_drain_that_takes_too_long_is_cut_short_and_harms_nothing(self):
        desk = self.desk()
        corpus = Corpus(desk.inbox, seed=73).fill(20)
        whole = self.whole(corpus)
        desk.configure(stages=[*STAGES, {"type": "dawdle", "time": "2s"}], workers=1, batch_articles=1, drain="100ms")
        daemon = self.start(desk)
        wait_for(lambda: (desk.line() or {}).get("batches"), "a batch is in hand")
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 1, daemon.errors()[-3000:])
        desk.configure()
        self.finish(desk)
        self.assert_same(desk.raw(), whole)

    def test_an_idle_daemon_ends_soon(self):
        desk = self.desk().configure()
        daemon = self.start(desk)
        wait_for(desk.is_idle, "the daemon is idle")
        began = time.monotonic()
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)
        self.assertLess(time.monotonic() - began, 2)


class SecondDaemon(Case):
    def test_it_is_refused_and_told_who_holds_the_folder(self):
        desk = self.desk().configure()
        daemon = self.start(desk)
        wait_for(desk.is_idle, "the daemon is idle")
        for arguments in (["run", "--once"], ["run"]):
            done = desk.command(*arguments)
            self.assertIn(done.code, (1, 2), done.err)
            self.assertIn(str(daemon.process.pid), done.err)
        self.assertTrue(daemon.running())
        corpus = Corpus(desk.inbox, seed=74)
        os.rename(Corpus(desk.path("outside"), seed=74).text("a.txt", corpus.story()), os.path.join(desk.inbox, "a.txt"))
        wait_for(desk.raw, "the first daemon still works")
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)

    def test_two_daemons_never_write_the_same_file(self):
        one = self.desk("one").configure()
        two = self.desk("two").configure(sinks={"archive": {"type": "file", "path": os.path.join(one.out, "articles.jsonl")}}, once_deadline="200ms")
        Corpus(two.inbox, seed=75).fill(3)
        daemon = self.start(one)
        wait_for(one.is_idle, "the daemon is idle")
        done = two.once()
        self.assertNotEqual(done.code, 0)
        self.assertIn("articles.jsonl", done.err)
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)
        self.assertEqual(one.raw(), b"")


class ExitCodes(Case):
    def test_nothing_to_do_is_0(self):
        self.finish(self.desk().configure())

    def test_dead_letters_are_3_once(self):
        desk = self.desk()
        corpus = Corpus(desk.inbox, seed=76).fill(10)
        corpus.text("bad.txt", ("Bad", ["This one is Rotten, and longer than a word or two."]))
        desk.configure(stages=[{"type": "misbehave", "how": "reject", "word": "Rotten", "cure": desk.path("cured")}])
        done = self.finish(desk, code=3)
        self.assertIn("dead", done.err)
        self.assertEqual(done.out, "")
        self.finish(desk, code=0)  # nothing new was refused
        self.assertEqual(len(desk.dead_letters()), 1)


class Stdout(Case):
    def test_it_carries_nothing_but_articles(self):
        desk = self.desk()
        corpus = Corpus(desk.inbox, seed=77).fill(30)
        desk.configure(sinks={"console": {"type": "stdout"}})
        done = self.finish(desk)
        articles = [json.loads(line) for line in done.out.splitlines()]
        self.assertEqual(len(articles), corpus.articles)
        self.assertTrue(all(a["schema"] == "copydesk/article/1" for a in articles))

    def test_a_reader_that_goes_away_ends_the_run(self):
        desk = self.desk()
        Corpus(desk.inbox, seed=78).fill(200)
        desk.configure(sinks={"console": {"type": "stdout"}}, once_deadline="500ms")
        with subprocess.Popen([BIN, "run", "--once", "-c", desk.config, "--plugins", GOOD], cwd=desk.root, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as p:
            p.stdout.readline()
            p.stdout.close()
            errors = p.stderr.read().decode()
            self.assertEqual(p.wait(60), 1, errors)
        self.assertIn("console", errors)

    def test_on_a_terminal_the_log_does_not_write_into_the_progress(self):
        desk = self.desk().configure(source={"settle": "600ms"})
        os.symlink("/proc/self/mem", os.path.join(desk.inbox, "a.txt"))  # looked at after 600 ms, and then reading it is an error
        ours, its = pty.openpty()
        with subprocess.Popen([BIN, "run", "--once", "-c", desk.config, "--plugins", GOOD], cwd=desk.root, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=its) as p:
            os.close(its)
            shown = b""
            with contextlib.suppress(OSError):  # what a terminal without a writer gives
                while part := os.read(ours, 65536):
                    shown += part
            self.assertEqual(p.wait(60), 4)
        os.close(ours)
        self.assertIn(b"0 received", shown)
        self.assertIn(b"cannot be read", shown)
        self.assertEqual(re.findall(rb"[^\nK]\d{4}-\d\d-\d\dT", shown), [])


class Refusals(Case):
    def test_an_output_that_was_tampered_with_is_refused_and_left_alone(self):
        desk = self.desk().configure()
        corpus = Corpus(desk.inbox, seed=82).fill(10)
        self.finish(desk)
        whole, path = desk.raw(), os.path.join(desk.out, "articles.jsonl")
        with open(path, "rb") as f:
            kept = f.read()
        for what, data in (("shorter", kept[:-100]), ("gone", None), ("another", b"x" * len(kept))):
            with self.subTest(what=what):
                os.remove(path)
                if data is not None:
                    with open(path, "wb") as f:
                        f.write(data)
                done = desk.once()
                self.assertIn(done.code, (1, 2), done.err)
                self.assertIn("articles.jsonl", done.err)
                self.assertIn('"component":"archive"', done.err)
                if data is not None:
                    with open(path, "rb") as f:
                        self.assertEqual(f.read(), data)
                with open(path, "wb") as f:
                    f.write(kept)
        corpus.text("zz.txt", corpus.story())
        self.finish(desk)
        self.assertTrue(desk.raw().startswith(whole))
        self.assert_each_once(desk, corpus)

    def test_an_output_with_a_tail_that_is_not_committed_is_cut(self):
        desk = self.desk().configure()
        corpus = Corpus(desk.inbox, seed=83).fill(10)
        self.finish(desk)
        whole = desk.raw()
        with open(os.path.join(desk.out, "articles.jsonl"), "ab") as f:
            f.write(b'{"half":"a rec')
        self.finish(desk)
        self.assertEqual(desk.raw(), whole)
        self.assert_each_once(desk, corpus)

    def test_an_output_that_is_taken_away_or_cut_at_run_time_gets_no_more_articles(self):
        for what, disturb in (("removed", os.remove), ("cut", lambda path: os.truncate(path, 0)), ("renamed", lambda path: os.rename(path, path + ".1"))):
            with self.subTest(what=what):
                desk = self.desk(what).configure(stages=[], source={"after": {"delivered": "delete"}})
                daemon = self.start(desk)
                corpus = Corpus(desk.inbox, seed=85)
                corpus.text("old.txt", corpus.story())
                wait_for(lambda d=desk: d.is_idle() and d.line()["delivered"] == 1 and not os.listdir(d.inbox), "it is done")
                disturb(os.path.join(desk.out, "articles.jsonl"))
                corpus.text("new.txt", corpus.story())
                self.assertEqual(daemon.wait(), 1)
                self.assertRegex(daemon.errors(), "are committed|by another program. Put it back")
                self.assertEqual(os.listdir(desk.inbox), ["new.txt"])

    def test_a_state_that_is_older_than_the_output_does_not_cut_it(self):
        desk = self.desk().configure(source={"after": {"delivered": "delete"}})
        corpus = Corpus(desk.inbox, seed=86).fill(5)
        self.finish(desk)
        shutil.copytree(desk.data, desk.path("backup"))
        corpus.text("new.txt", corpus.story())
        self.finish(desk)
        whole = desk.raw()
        shutil.move(desk.data, desk.path("newer"))
        shutil.copytree(desk.path("backup"), desk.data)
        refused = desk.once()
        self.assertEqual(refused.code, 1, refused.err)
        self.assertIn("the state is older than the output", refused.err)
        self.assertEqual(desk.raw(), whole)
        shutil.rmtree(desk.data)
        shutil.move(desk.path("newer"), desk.data)
        self.finish(desk)
        self.assert_each_once(desk, corpus)

    def test_what_could_not_be_put_away_is_put_away_by_a_later_run(self):
        desk = self.desk().configure(stages=[], source={"after": {"delivered": f"move:{self.folder}/done"}})
        corpus = Corpus(desk.inbox, seed=90).fill(3)
        done = os.path.join(self.folder, "done")
        with open(done, "w", encoding="utf-8") as f:
            f.write("a file where the folder should be")
        for _ in range(2):
            first = self.finish(desk)
            self.assertIn("could not be put away", first.err)
            self.assertNotEqual([f for _, _, files in os.walk(desk.inbox) for f in files], [])
        os.remove(done)
        last = self.finish(desk)
        self.assertNotIn("could not", last.err)
        self.assertEqual([f for _, _, files in os.walk(desk.inbox) for f in files], [])
        self.assert_each_once(desk, corpus)

    def test_a_limit_on_the_size_of_files_is_waited_for(self):
        desk = self.desk().configure(stages=[], source={"after": {"delivered": "delete"}})
        daemon = self.start(desk)
        wait_for(desk.is_idle, "it has begun")
        _, hard = resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (30000, hard))
        corpus = Corpus(desk.inbox, seed=89).fill(40)
        wait_for(lambda: not daemon.running() or desk.line()["state"] == "waiting", "it waits")
        self.assertTrue(daemon.running(), daemon.errors())
        self.assertIn("File too large", desk.line()["why"])
        resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        wait_for(lambda: desk.is_idle() and desk.line()["delivered"] == corpus.articles, "it went on")
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)
        self.assert_each_once(desk, corpus)

    def test_a_damaged_store_is_refused(self):
        desk = self.desk().configure(commit_interval="1ms", batch_articles=2)
        Corpus(desk.inbox, seed=84).fill(30)
        daemon = self.start(desk)
        wait_for(lambda: desk.is_idle() and desk.raw(), "it is done")
        daemon.kill()
        logs = [os.path.join(folder, f) for folder, _, files in os.walk(desk.data) for f in files if f.endswith(".log")]
        log = max(logs, key=os.path.getsize)
        with open(log, "r+b") as f:
            f.seek(os.path.getsize(log) // 3)
            f.write(b"\xa5" * 64)
        before = desk.raw()
        done = desk.once()
        self.assertIn(done.code, (1, 2), done.err)
        self.assertEqual(desk.raw(), before)


class FullDisk(Case):
    def setUp(self):
        super().setUp()
        self.disk = os.path.join(self.folder, "disk")
        os.mkdir(self.disk)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", self.disk], stderr=subprocess.PIPE, check=False)
        if mounted.returncode != 0:
            self.skipTest("a small disk cannot be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", self.disk], check=True)

    def test_a_full_temporary_folder_is_named(self):
        with open(os.path.join(self.disk, "ballast"), "wb") as f:
            f.write(b"x" * (6 << 20))
        failed = self.desk().configure().command("check", env={"TMPDIR": self.disk})
        self.assertEqual(failed.code, 2, failed.err)
        self.assertIn(f"'{self.disk}/copydesk-plugins-", failed.err)
        self.assertIn("write: No space left on device: the disk of the temporary folder is full", failed.err)
        self.assertNotIn("Input/output error", failed.err)

    def test_the_line_waits_and_goes_on_by_itself(self):
        desk = self.desk()
        corpus = Corpus(desk.inbox, seed=87).fill(300)
        desk.out = self.disk
        desk.configure(sinks={"archive": {"type": "file", "path": f"{self.disk}/articles.jsonl", "rotate": {"size": "1MiB"},
                                          "on_error": {"backoff": {"max": "200ms"}}}},
                       source={"after": {"delivered": "delete"}}, memory="2MiB")
        with open(os.path.join(self.disk, "ballast"), "wb") as f:
            f.write(b"x" * (4 << 20))
        daemon = self.start(desk)
        wait_for(lambda: (desk.line() or {}).get("state") == "waiting", "it waits")
        self.assertIn("No space left", desk.line()["why"])
        delivered = desk.line()["delivered"]
        left = sum(len(files) for _, _, files in os.walk(desk.inbox))
        self.assertGreater(left, 0)
        self.assertLess(delivered, corpus.articles)
        os.remove(os.path.join(self.disk, "ballast"))
        wait_for(lambda: desk.is_idle() and desk.line()["delivered"] == corpus.articles, "it went on")
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)
        self.assert_each_once(desk, corpus)
        self.assertEqual([f for _, _, files in os.walk(desk.inbox) for f in files], [])


class Files(Case):
    """What a folder's user does between two runs."""

    def paths(self, desk):
        return [a["source"]["path"] for a in desk.articles()]

    def test_a_file_that_is_renamed_or_touched_is_the_same_and_another_content_is_another(self):
        desk = self.desk().configure()
        corpus = Corpus(desk.inbox, seed=85)
        for name in ("a", "b", "c", "d"):
            corpus.text(f"{name}.txt", corpus.story())
        self.finish(desk)
        before = self.paths(desk)
        os.rename(os.path.join(desk.inbox, "a.txt"), os.path.join(desk.inbox, "renamed.txt"))
        os.utime(os.path.join(desk.inbox, "b.txt"))
        self.finish(desk)
        self.assertEqual(self.paths(desk), before)
        corpus.text("c.txt", corpus.story())
        self.finish(desk)
        self.assertEqual(self.paths(desk), [*before, "c.txt"])

    def test_delivered_files_are_moved_and_refused_ones_elsewhere(self):
        desk = self.desk()
        corpus = Corpus(desk.inbox, seed=86).fill(30)
        corpus.text("d1/bad.txt", ("Bad", ["This one is Rotten, and longer than a word or two."]))
        desk.configure(stages=[{"type": "misbehave", "how": "reject", "word": "Rotten", "cure": desk.path("cured")}],
                       source={"after": {"delivered": f"move:{desk.path('done')}", "dead_letter": f"move:{desk.path('failed')}"}})
        self.finish(desk, code=3)

        def names(folder):
            return sorted(os.path.relpath(os.path.join(f, n), folder) for f, _, files in os.walk(folder) for n in files)

        self.assertEqual(names(desk.inbox), [])
        self.assertEqual(names(desk.path("failed")), ["d1/bad.txt"])
        self.assertEqual(names(desk.path("done")), sorted(set(corpus.expected) - {"d1/bad.txt"}))
        self.assertEqual(len(desk.articles()), corpus.articles - 1)


class MissingFolder(Case):
    def test_status_says_so_until_it_is_back(self):
        desk = self.desk().configure()
        corpus = Corpus(desk.inbox, seed=88).fill(5)
        self.start(desk)
        wait_for(lambda: desk.is_idle() and desk.line()["delivered"] == corpus.articles, "all are delivered")
        self.assertNotIn("words", desk.line())
        shutil.rmtree(desk.inbox)
        wait_for(lambda: (desk.line() or {}).get("words") == {"inbox": "the folder is missing"}, "it is noticed")
        self.assertIn("inbox says: the folder is missing", desk.command("status").out)
        os.mkdir(desk.inbox)
        wait_for(lambda: "words" not in (desk.line() or {"words": 1}), "it is back")
        more = Corpus(desk.inbox, seed=89).fill(5)
        wait_for(lambda: desk.line()["delivered"] == corpus.articles + more.articles, "all are delivered again")


class OddFiles(Case):
    def test_none_of_them_stops_the_run(self):
        desk = self.desk().configure()
        corpus = Corpus(desk.inbox, seed=79).fill(20)
        good = dict(corpus.expected)
        at = lambda *names: os.path.join(desk.inbox, *names)
        noise = random.Random(1).randbytes(5000)

        def put(name, data):
            with open(at(name), "wb") as f:
                f.write(data)

        put("empty.txt", b"")
        put("empty.jsonl", b"")
        put("empty.json.gz", b"")
        put("noise.txt", noise)
        put("noise.html", noise)
        put("noise.json", noise)
        put("noise.jsonl", noise)
        put("noise.txt.gz", noise)
        put("noise.jsonl.zst", noise)
        put("cut.txt.gz", gzip.compress(b"a text " * 1000)[:60])
        put("nul.txt", b"before\0after and some more words\n")
        put("deep.json", b"[" * 100000)
        put("broken.jsonl", b'{"title":"a","body":"b c d"}\n{"title":\n\n[1,2]\nnull\n"text"\n{"title":"z","body":"the last line has no end"}')
        put("bom.txt", b"\xef\xbb\xbfA title\n\nAnd a body of some words.\n")
        put("new\nline.txt", b"A name with a line end.\n\nAnd a body of some words.\n")
        put("n" * 245 + ".txt", b"A long name.\n\nAnd a body of some words.\n")
        put("quote\"back\\slash\t.txt", b"A name with a quote.\n\nAnd a body of some words.\n")
        with open(os.fsencode(desk.inbox) + b"/bad\xff\xfebytes.txt", "wb") as f:
            f.write(b"A name that is no UTF-8.\n\nAnd a body of some words.\n")
        put("secret.txt", b"Nobody may read me.\n")
        os.chmod(at("secret.txt"), 0)
        os.mkfifo(at("pipe.txt"))
        os.mkdir(at("folder.txt"))
        os.symlink("loop-b.txt", at("loop-a.txt"))
        os.symlink("loop-a.txt", at("loop-b.txt"))
        os.symlink("nowhere.txt", at("dangling.txt"))
        os.symlink("..", at("folder.txt", "up"))
        os.symlink("/dev/zero", at("zero.txt"))
        with socket.socket(socket.AF_UNIX) as s:
            s.bind(at("socket.txt"))
            done = desk.once(seconds=60)
        self.assertIn(done.code, (0, 3), done.err[-3000:])
        raw = desk.raw()
        raw.decode("utf-8")  # whatever came in, what goes out is UTF-8
        paths = [a["source"]["path"] for a in desk.articles()]
        for path, count in good.items():
            self.assertEqual(paths.count(path), count, path)
        for path in ("new\nline.txt", "n" * 245 + ".txt", "quote\"back\\slash\t.txt", "bom.txt", "nul.txt"):
            self.assertEqual(paths.count(path), 1, path)
        self.assertTrue(any("bytes.txt" in p for p in paths))
        self.assertGreaterEqual(paths.count("broken.jsonl"), 2)
        dead = desk.dead_letters()
        self.assertTrue(any("corrupt" in d["code"] for d in dead), dead)
        again = self.finish(desk)
        self.assertEqual(desk.raw(), raw, again.err[-2000:])
        self.assertEqual(len(desk.dead_letters()), len(dead))


class Asking(Case):
    def test_status_and_health_of_a_daemon_at_work(self):
        desk = self.desk().configure()
        corpus = Corpus(desk.inbox, seed=80).fill(20)
        for command in ("status", "health"):
            self.assertEqual(desk.command(command).code, 1)
        daemon = self.start(desk)
        wait_for(lambda: desk.is_idle() and desk.raw().count(b"\n") == corpus.articles, "it is done and idle")
        wait_for(lambda: desk.line()["delivered"] == corpus.articles, "all is committed")
        self.assertEqual(desk.command("health").code, 0)
        shown = desk.command("status")
        self.assertEqual(shown.code, 0)
        self.assertIn("news", shown.out)
        self.assertIn("idle", shown.out)
        told = json.loads(desk.command("status", "--json").out)
        self.assertIn(str(daemon.process.pid), json.dumps(told))
        self.assertEqual(desk.ask("nonsense")["ok"], False)
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)
        self.assertEqual(desk.command("health").code, 1)

    def test_a_line_that_waits_says_for_whom_and_why(self):
        desk = self.desk()
        Corpus(desk.inbox, seed=81).fill(3)
        desk.configure(sinks={"shaky": {"type": "flaky", "path": "out/shaky.jsonl", "memory": desk.path("failed"), "times": 100,
                                        "on_error": {"backoff": {"initial": "20ms", "max": "50ms"}}}})
        daemon = self.start(desk)
        wait_for(lambda: (desk.line() or {}).get("state") == "waiting", "it waits")
        line = desk.line()
        self.assertEqual((line["component"], "busy" in line["why"]), ("shaky", True))
        done = wait_for(lambda: (d := desk.command("health")).code == 1 and d, "it is not well")
        self.assertIn("busy", done.out + done.err)
        with open(desk.path("failed"), "w", encoding="utf-8") as f:
            f.write("100")
        wait_for(lambda: desk.command("health").code == 0, "it is well again")
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)

    def test_odd_requests_do_no_harm(self):
        desk = self.desk().configure()
        daemon = self.start(desk)
        wait_for(desk.is_idle, "the daemon is idle")
        for request in (b"\n", b"no json\n", b"{}\n", b'{"command":7}\n', b"[" * 10000 + b"\n", b"x" * 3_000_000, b"\xff\xfe\n", b""):
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
                s.settimeout(5)
                s.connect(os.path.join(desk.data, "control.sock"))
                try:
                    s.sendall(request)
                    s.shutdown(socket.SHUT_WR)
                    s.recv(1000)
                except (BrokenPipeError, ConnectionResetError):
                    pass
        self.assertTrue(desk.is_idle())
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)


if __name__ == "__main__":
    main()
