"""kill -9 at random moments while work is pending. `--kills 100 --files 5000 --seed 1` for the whole count.

A kill counts when the process was still at work: it had written output since it started, and some was still to come. Kills
during the start and before the first output are done too, and not counted.
"""
import argparse
import os
import random
import shutil
import sys
import time

from harness import Case, Corpus, main, segments, without_times

parser = argparse.ArgumentParser()
parser.add_argument("--kills", type=int, default=12)
parser.add_argument("--files", type=int, default=300)
parser.add_argument("--seed", type=int, default=1)
OPTIONS, sys.argv[1:] = parser.parse_known_args()

ENDINGS = ["", ".gz", ".zst"]
WORKERS = [1, 2, 7]
KILLS_A_RUN = 6  # at most; then the run may end


def output_state(desk, name):
    return [(s, os.path.getsize(os.path.join(desk.out, s))) for s in segments(desk.out, name)]


class KillRandom(Case):
    def settings(self, name, workers, interval, delete=False):
        return {"sinks": {"archive": {"type": "file", "path": f"out/{name}", "rotate": {"size": "1MiB"}}},
                "source": {"after": {"delivered": "delete"}} if delete else {},
                "workers": workers, "commit_interval": interval, "batch_articles": 32,
                "memory": self.random.choice(["1MiB", "4MiB", "512MiB"])}

    def disturbed_run(self, number):
        """One fresh run, killed some times and then left alone. The number of kills that count."""
        r = self.random
        name = "articles.jsonl" + ENDINGS[number % 3]
        delete = number % 4 == 3
        desk = self.desk(f"run{number}", None if delete else self.corpus.folder)
        if delete:
            shutil.rmtree(desk.inbox)
            shutil.copytree(self.corpus.folder, desk.inbox)
        desk.configure(**self.settings(name, WORKERS[number % 3 if number % 2 else (number // 2) % 3],
                                       r.choice(["2ms", "20ms", "200ms", "1s"]), delete))
        counted = 0
        for attempt in range(3 * KILLS_A_RUN):
            if counted == KILLS_A_RUN:
                break
            before = output_state(desk, name)
            daemon = self.start(desk, "--once")
            began = time.monotonic()
            early = attempt % 5 == 4
            while daemon.running() and not early and output_state(desk, name) == before:
                time.sleep(0.0005)
            pause = time.monotonic() + r.random() * (0.1 if early else self.duration / 3)
            while daemon.running() and time.monotonic() < pause:
                time.sleep(0.0005)
            at_kill = output_state(desk, name)
            killed = daemon.kill()
            if not killed:
                self.assertEqual(daemon.process.returncode, 0, daemon.errors()[-3000:])
                break
            counts = at_kill != before and not self.is_all_out(desk, name)
            counted += counts
            self.moments.append(f"{time.monotonic() - began:.2f}{'' if counts else '-'}")
        self.finish(desk)
        got = desk.raw(name)
        self.assert_same(got, self.whole)
        self.assert_each_once(desk, self.corpus, name)
        if delete:
            self.assertEqual([f for _, _, files in os.walk(desk.inbox) for f in files], [])
        shutil.rmtree(desk.root)
        return counted

    def is_all_out(self, desk, name):
        """Whether every byte was written when the process died. A last frame may be cut: then not."""
        try:
            return len(without_times(desk.raw(name))) >= len(without_times(self.whole))
        except Exception:  # pylint: disable=broad-except
            return False

    def test_kills_at_random_lose_and_double_nothing(self):
        self.random = random.Random(OPTIONS.seed)
        self.moments = []
        self.corpus = Corpus(os.path.join(self.folder, "inbox"), seed=OPTIONS.seed).fill(OPTIONS.files)
        whole = self.desk("whole", self.corpus.folder).configure(**self.settings("articles.jsonl", 2, "200ms"))
        began = time.monotonic()
        self.finish(whole)
        self.duration = time.monotonic() - began
        self.whole = whole.raw()
        self.assert_each_once(whole, self.corpus)
        counted = runs = 0
        while counted < OPTIONS.kills:
            self.assertLess(runs, 5 * OPTIONS.kills, f"too few kills find it at work: {counted} in {runs} runs")
            counted += self.disturbed_run(runs)
            runs += 1
        print(f"{counted} kills counted of {len(self.moments)} in {runs} runs over {OPTIONS.files} files with {self.corpus.articles} "
              f"articles; undisturbed {self.duration:.2f} s; killed after [s] (- not counted): {' '.join(self.moments)}")


if __name__ == "__main__":
    main()
