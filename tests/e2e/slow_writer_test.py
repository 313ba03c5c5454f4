"""Files that are still being written: never half an article, and of a growing line file every line once."""
import json
import os
import threading
import time

from harness import Case, Corpus, main, wait_for

FAST = {"source": {"settle": "300ms", "rescan": "1s"}, "commit_interval": "5ms", "stages": []}


class SlowWriter(Case):
    def stop(self, daemon):
        daemon.signal(15)
        self.assertEqual(daemon.wait(), 0, daemon.errors()[-3000:])

    def lines_out(self, desk):
        return desk.raw().count(b"\n")

    def half(self, desk, start_in_the_middle):
        """A file in two halves, held open in between for longer than `settle`."""
        corpus = Corpus(desk.inbox, seed=31)
        title, paragraphs = corpus.story(20000)
        text = "\n\n".join([title, *paragraphs, "The very last word."]).encode()
        desk.configure(**FAST)
        daemon = None if start_in_the_middle else self.start(desk)
        if daemon:
            wait_for(desk.is_idle, "the daemon is idle")
        corpus.text("before.txt", corpus.story())
        with open(os.path.join(desk.inbox, "slow.txt"), "wb", buffering=0) as f:
            f.write(text[:len(text) // 2])
            daemon = daemon or self.start(desk)
            wait_for(lambda: self.lines_out(desk) == 1, "the other file is out")
            # The pause of the slow writer is longer than `settle`: that is what is tested.
            until = time.monotonic() + 1.0
            while time.monotonic() < until:
                self.assertEqual(self.lines_out(desk), 1, "half a file was taken")
                time.sleep(0.01)
            f.write(text[len(text) // 2:])
        wait_for(lambda: self.lines_out(desk) == 2, "the slow file is out")
        corpus.text("after.txt", corpus.story())
        wait_for(lambda: self.lines_out(desk) == 3, "a later file is out")
        self.stop(daemon)
        self.finish(desk)
        bodies = {a["source"]["path"]: a["body"] for a in desk.articles()}
        self.assertEqual(set(bodies), {"before.txt", "slow.txt", "after.txt"})
        self.assertEqual(len(desk.articles()), 3)
        self.assertIn("The very last word.", bodies["slow.txt"])
        self.assertIn(paragraphs[0][:80], bodies["slow.txt"])

    def test_a_file_in_two_halves_comes_whole(self):
        self.half(self.desk(), start_in_the_middle=False)

    def test_also_when_the_daemon_starts_in_the_middle(self):
        self.half(self.desk(), start_in_the_middle=True)

    def test_a_once_run_never_takes_half_a_file_either(self):
        desk = self.desk().configure(**FAST)
        corpus = Corpus(desk.inbox, seed=32)
        corpus.text("whole.txt", corpus.story())
        with open(os.path.join(desk.inbox, "slow.txt"), "wb", buffering=0) as f:
            f.write(b"The first half of it, and no more for now")
            self.finish(desk)
            self.assertEqual([a["source"]["path"] for a in desk.articles()], ["whole.txt"])
            f.write(b", and the second half.\n")
        self.finish(desk)
        self.assertEqual([a["source"]["path"] for a in desk.articles()], ["whole.txt", "slow.txt"])
        self.assertIn("second half", desk.articles()[1]["body"])

    def grow(self, desk, count, killing):
        """Lines appended in pieces that end anywhere, for about three seconds; the daemon is killed in between."""
        corpus = Corpus(desk.inbox, seed=33)
        records = [json.dumps({"id": f"g{i}", "title": f"Number {i}", "body": corpus.sentence() + f" This is line {i}."}) + "\n"
                   for i in range(count)]
        text = "".join(records).encode()
        desk.configure(**FAST)
        path = os.path.join(desk.inbox, "growing.jsonl")
        daemon = self.start(desk)

        def write():
            with open(path, "ab", buffering=0) as f:
                at = 0
                while at < len(text):
                    piece = corpus.random.randint(1, 2 * len(text) // count)
                    f.write(text[at:at + piece])
                    at += piece
                    time.sleep(3 / count)

        writer = threading.Thread(target=write)
        writer.start()
        for part in range(1, killing + 1):
            wait_for(lambda p=part: self.lines_out(desk) >= count * p // (killing + 2), "lines are out")
            self.assertTrue(writer.is_alive(), "the writer was done before the daemon was killed")
            daemon.kill()
            daemon = self.start(desk)
        writer.join()
        wait_for(lambda: self.lines_out(desk) == count, "every line is out")
        self.stop(daemon)
        self.finish(desk)
        articles = desk.articles()
        self.assertEqual([a["title"] for a in articles], [f"Number {i}" for i in range(count)])
        self.assertTrue(all(a["body"].endswith(f"line {i}.") for i, a in enumerate(articles)))

    def test_a_growing_line_file_gives_every_line_once(self):
        self.grow(self.desk(), 400, killing=0)

    def test_also_when_the_daemon_is_killed_while_it_grows(self):
        self.grow(self.desk(), 400, killing=3)

    def test_a_file_renamed_in_is_there_soon(self):
        desk = self.desk().configure(**{**FAST, "source": {"settle": "10s"}})
        corpus = Corpus(desk.path("outside"), seed=34)
        daemon = self.start(desk)
        wait_for(desk.is_idle, "the daemon is idle")
        took = []
        for i in range(20):
            made = corpus.text(f"{i}.txt", corpus.story())
            began = time.monotonic()
            os.rename(made, os.path.join(desk.inbox, f"{i}.txt"))
            wait_for(lambda n=i: self.lines_out(desk) == n + 1, "the file is out", 9)
            took.append(time.monotonic() - began)
        self.stop(daemon)
        took.sort()
        print(f"renamed in to record in the file: median {took[10] * 1000:.0f} ms, slowest {took[-1] * 1000:.0f} ms")


if __name__ == "__main__":
    main()
