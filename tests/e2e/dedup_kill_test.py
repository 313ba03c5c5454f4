"""kill -9 at random moments while deduplicate has copies in hand: every verdict is that of an undisturbed run.

`--kills 20 --articles 1000000` for the whole count. A kill counts when output had been written since the start and some was
still to come. One run is killed again and again; when it ends too soon another one begins, with other workers.
"""
import argparse
import hashlib
import json
import os
import random
import shutil
import sys
import time

from harness import Case, main, without_times

parser = argparse.ArgumentParser()
parser.add_argument("--kills", type=int, default=6)
parser.add_argument("--articles", type=int, default=6000)
parser.add_argument("--seed", type=int, default=1)
OPTIONS, sys.argv[1:] = parser.parse_known_args()

FILES = 8
REMEMBERED = 20_000  # stories that a copy may be of
RUN_S = 3600         # for one run to its end
STAGES = [{"type": "deduplicate"}]


class Writer:
    """Made-up news as JSON lines: a fifth are copies, cut, extended or as they were; half of those of the last hundred stories, so
    that leader and copy are often in one commit."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        letters = "bcdfghklmnprstvw", "aeiou"
        self.words = ["".join(self.random.choice(letters[i % 2]) for i in range(self.random.randint(3, 9))) for _ in range(20_000)]
        self.stories = []

    def sentences(self, count):
        return [" ".join(self.random.choices(self.words, k=14)).capitalize() + "." for _ in range(count)]

    def article(self):
        r = self.random
        if self.stories and r.random() < 0.2:
            lines = list(r.choice(self.stories[-100:] if r.random() < 0.5 else self.stories))
            kind = r.randrange(4)
            if kind == 1:
                del lines[2 * len(lines) // 3:]
            elif kind == 2:
                lines[r.randrange(len(lines)):0] = self.sentences(2)
            elif kind == 3:  # longer than what is known: indexed as a version of its story
                lines += self.sentences(len(lines) // 3)
            return lines
        lines = self.sentences(r.randint(6, 12))
        if len(self.stories) < REMEMBERED:
            self.stories.append(lines)
        else:
            self.stories[r.randrange(REMEMBERED)] = lines
        return lines

    def write(self, folder, count):
        os.makedirs(folder)
        for number in range(FILES):
            with open(os.path.join(folder, f"part{number}.jsonl"), "w", encoding="utf-8") as file:
                for i in range(number * count // FILES, (number + 1) * count // FILES):
                    file.write(json.dumps({"id": f"a{i}", "title": f"Number {i}", "body": " ".join(self.article())}) + "\n")


class DedupKill(Case):
    def configured(self, name, workers):
        return self.desk(name, self.inbox).configure(STAGES, workers=workers, commit_interval=self.random.choice(["5ms", "50ms", "200ms"]))

    def verdicts(self, desk):
        """A digest of each line of the output, which is looked through on the way."""
        digests, copies, ids = [], 0, set()
        with open(os.path.join(desk.out, "articles.jsonl"), "rb") as file:
            for line in file:
                article = json.loads(line)
                dedup = article["dedup"]
                self.assertNotEqual(dedup.get("of"), article["id"])
                self.assertEqual(dedup["status"] == "unique", dedup["group"] == article["id"], article["id"])
                copies += dedup["status"] != "unique"
                ids.add(article["id"])
                digests.append(hashlib.sha1(without_times(line)).digest())
        self.assertEqual(len(digests), OPTIONS.articles)
        self.assertEqual(len(ids), OPTIONS.articles)
        self.assertGreater(copies, OPTIONS.articles / 8)
        return digests

    def size(self, desk):
        path = os.path.join(desk.out, "articles.jsonl")
        return os.path.getsize(path) if os.path.exists(path) else 0

    def disturbed_run(self, number):
        desk = self.configured(f"run{number}", [1, 2, 8][number % 3])
        counted = 0
        while counted < self.wanted:
            before = self.size(desk)
            daemon = self.start(desk, "--once")
            while daemon.running() and self.size(desk) <= before:
                time.sleep(0.001)
            pause = time.monotonic() + self.random.random() * 1.6 * self.duration / OPTIONS.kills
            while daemon.running() and time.monotonic() < pause:
                time.sleep(0.001)
            at_kill = self.size(desk)
            if not daemon.kill():
                self.assertEqual(daemon.process.returncode, 0, daemon.errors()[-3000:])
                break
            counted += before < at_kill < self.whole_size
        self.finish(desk, seconds=RUN_S)
        got = self.verdicts(desk)
        wrong = next((i for i, (a, b) in enumerate(zip(got, self.whole)) if a != b), None)
        self.assertIsNone(wrong, f"line {wrong} of run {number} differs from the undisturbed run's")
        shutil.rmtree(desk.root)
        self.wanted -= counted
        return counted

    def test_verdicts_after_kills_are_those_of_an_undisturbed_run(self):
        self.random = random.Random(OPTIONS.seed)
        self.inbox = os.path.join(self.folder, "inbox")
        Writer(OPTIONS.seed).write(self.inbox, OPTIONS.articles)
        whole = self.configured("whole", 2)
        began = time.monotonic()
        self.finish(whole, seconds=RUN_S)
        self.duration = time.monotonic() - began
        self.whole, self.whole_size = self.verdicts(whole), self.size(whole)
        shutil.rmtree(whole.root)
        self.wanted, runs = OPTIONS.kills, 0
        while self.wanted > 0:
            self.assertLess(runs, 5 * OPTIONS.kills, "too few kills find it at work")
            self.disturbed_run(runs)
            runs += 1
        print(f"{OPTIONS.kills} kills counted in {runs} runs over {OPTIONS.articles} articles; undisturbed {self.duration:.1f} s")


if __name__ == "__main__":
    main()
