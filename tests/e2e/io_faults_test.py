"""A call of the system fails, or the process dies in its place: each call of a run that writes, and each that reads an input.

`--every 1` goes through all of them; the suite takes some of each kind.
"""
import argparse
import errno
import json
import os
import shutil
import sys
import time

from harness import PLUGINS, Case, main

parser = argparse.ArgumentParser()
parser.add_argument("--every", type=int, default=7)
OPTIONS, sys.argv[1:] = parser.parse_known_args()
FAULTS = os.path.join(PLUGINS, "io_fault.so")


def text(tag, i, words):
    return " ".join(f"{tag}{i}x{j}" for j in range(words))


class IoFaults(Case):
    def fill(self, desk, tag, documents=6, lines=20):
        os.makedirs(os.path.join(desk.inbox, "sub"), exist_ok=True)
        for i in range(documents):
            with open(os.path.join(desk.inbox, "sub" if i % 3 == 0 else "", f"{tag}{i}.txt"), "w", encoding="utf-8") as f:
                f.write(f"Title {tag} {i}\n\n{text(f'{tag}doc', i, 150)}\n")
        with open(os.path.join(desk.inbox, f"{tag}.jsonl"), "w", encoding="utf-8") as f:
            for i in range(lines):
                f.write(json.dumps({"id": f"{tag}{i}", "title": f"line {i}", "body": text(tag, i, 80)}) + "\n")

    def prepare(self, name, after):
        """A desk with a past, and new files in its inbox. Files of the past are touched, so that they are looked at again."""
        desk = self.desk(name)
        desk.configure(stages=[{"type": "deduplicate"}], workers=1, batch_articles=4, memory="1MiB", commit_interval="1ms",
                       sinks={"archive": {"type": "file", "path": "out/articles.jsonl", "rotate": {"size": "4KiB"}}},
                       source={"after": {"delivered": after}} if after != "keep" else {})
        self.fill(desk, "p")
        self.finish(desk)
        self.fill(desk, "d")
        soon = time.time() - 60
        for folder, _, names in os.walk(desk.inbox):
            for n in names:
                os.utime(os.path.join(folder, n), (soon, soon))
        return desk

    @staticmethod
    def lines(desk):
        return sorted((a["source"]["path"], a["source"].get("offset", 0), a["dedup"]["status"]) for a in desk.articles())

    @staticmethod
    def calls(log):
        if not os.path.exists(log):
            return []
        with open(log, encoding="utf-8") as f:
            lines = f.read().splitlines()
        os.remove(log)
        return lines

    def disturbed(self, below, after, how, reads=False, span=1):
        """Runs to the end for each n, with the n-th call at fault, and once more without a fault."""
        log = os.path.join(self.folder, "calls")

        def env(desk, n):
            more = {"LD_PRELOAD": FAULTS, "IO_FAULT_BELOW": os.path.join(desk.root, below), "IO_FAULT_LOG": log,
                    "IO_FAULT_AT": str(n), "IO_FAULT_FOR": str(span), "IO_FAULT_ERRNO": str(how)}
            return {**more, "IO_FAULT_READS": "1"} if reads else more

        whole = self.prepare("whole", after)
        self.finish(whole, env=env(whole, 0))
        want, left = self.lines(whole), sorted(f for _, _, files in os.walk(whole.inbox) for f in files)
        count = len(self.calls(log))
        self.assertGreater(count, 10)
        for n in range(1 + count % OPTIONS.every, count + 1, OPTIONS.every):
            desk = self.prepare("desk", after)
            first = desk.once(env=env(desk, n))
            call = (self.calls(log) or ["none"])[0]  # how many there are depends a little on when threads run
            with self.subTest(call=call, how=how):
                if how != "kill":
                    self.assertIn(first.code, (0, 1, 2, 4), first.err[-2000:])
                if first.code == 0 and reads:  # what cannot be read is not passed over in silence
                    self.assertEqual(self.lines(desk), want, first.err[-2000:])
                again = desk.once()
                told = f"{first.err[-1500:]}\n---\n{again.err[-1500:]}"
                self.assertEqual(again.code, 0, told)
                self.assertEqual(self.lines(desk), want, told)
                self.assertEqual(sorted(f for _, _, files in os.walk(desk.inbox) for f in files), left, told)
            shutil.rmtree(desk.root)
        shutil.rmtree(whole.root)

    def test_a_call_that_fails_loses_and_doubles_nothing_and_leaves_no_file_behind(self):
        self.disturbed("", "delete", errno.EIO)
        self.disturbed("", "move:done", errno.ENOSPC, span=5)

    def test_a_kill_in_place_of_any_call_loses_and_doubles_nothing(self):
        self.disturbed("", "move:done", "kill")

    def test_an_input_that_cannot_be_read_for_a_moment_comes_once(self):
        self.disturbed("inbox", "keep", errno.EIO, reads=True)


if __name__ == "__main__":
    main()
