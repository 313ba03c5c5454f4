"""Site memory: the output depends on the order of the articles alone, and a kill -9 leaves what was learned with what was
committed. `--kills 40 --files 2000 --seed 3` for more."""
import argparse
import json
import os
import random
import re
import sys
import time

from harness import Case, Corpus, main, segments

parser = argparse.ArgumentParser()
parser.add_argument("--kills", type=int, default=8)
parser.add_argument("--files", type=int, default=400)
parser.add_argument("--seed", type=int, default=1)
OPTIONS, sys.argv[1:] = parser.parse_known_args()

SITES = ["courier.example", "post.example", "ledger.example", "herald.example", "envoy.example"]


class SiteMemory(Case):
    def setUp(self):
        super().setUp()
        self.random = random.Random(OPTIONS.seed)
        self.corpus = Corpus(self.desk("input").inbox, seed=OPTIONS.seed)
        # Each site has sentences that come again in its articles, between their paragraphs; a part of them changes on the way.
        self.furniture = {site: [f"The people of {site} were asked by the government of the island to print number {'x' * i} here."
                                 for i in range(1, 9)] for site in SITES}
        for number in range(OPTIONS.files):
            self.page(number)

    def page(self, number):
        r = self.random
        site = SITES[min(r.randrange(5), r.randrange(5))]
        title, paragraphs = self.corpus.story(1500) if r.random() < 0.8 or not self.corpus.texts else r.choice(self.corpus.texts)
        lines = list(paragraphs)
        some = self.furniture[site][(number * 4 // OPTIONS.files):][:4]
        for sentence in r.sample(some, 3):
            lines.insert(r.randrange(1, len(lines)), sentence)
        url, stem = f"https://www.{site}/{number}", f"d{number % 5}/{number:05}"
        if number % 3 == 0:
            body = "".join(f"<p>{line}</p>" for line in lines)
            self.corpus.write(stem + ".html", f"<html lang=en><head><title>{title}</title><link rel=canonical href='{url}'></head>"
                                              f"<body><article><h1>{title}</h1>{body}</article></body></html>")
        else:
            self.corpus.write(stem + ".json", json.dumps({"title": title, "body": "\n\n".join(lines), "url": url}))

    def configured(self, name, **engine):
        return self.desk(name, self.corpus.folder).configure(stages=[{"type": "clean"}], **engine)

    def learned(self, desk):
        """What `state` tells, without the ages."""
        out = ""
        for site in ["", *SITES]:
            told = desk.command("state", "sites", *([site] if site else []))
            self.assertEqual(told.code, 0, told.err)
            out += re.sub(r"the last \d+ \w+ ago", "", told.out)
        return re.sub(r" +", " ", re.sub(r"\b\d+ (s|min)  ", "", out))

    def whole(self, **engine):
        desk = self.configured("whole", workers=2, **engine)
        began = time.monotonic()
        self.finish(desk)
        self.duration = time.monotonic() - began
        self.assert_each_once(desk, self.corpus)
        return desk.raw(), self.learned(desk)

    def test_workers_and_batches_make_no_difference(self):
        want, learned = self.whole()
        bodies = [json.loads(line)["body"] for line in want.splitlines()]
        with_furniture = sum("were asked by the government of the island" in body for body in bodies)
        self.assertGreater(with_furniture, 0)  # what came first knew nothing
        self.assertLess(with_furniture, len(bodies) / 2)
        for site in SITES:
            self.assertIn(site, learned)
        for name, engine in (("w1", {"workers": 1}), ("w7", {"workers": 7}), ("b1", {"workers": 3, "batch_articles": 1, "commit_interval": "1ms"}),
                             ("b500", {"workers": 7, "batch_articles": 500, "commit_interval": "1s"})):
            desk = self.configured(name, **engine)
            self.finish(desk)
            self.assert_same(desk.raw(), want)
            self.assertEqual(self.learned(desk), learned, name)

    def test_kills_leave_it_with_what_was_committed(self):
        want, learned = self.whole(commit_interval="5ms", batch_articles=16)
        counted = runs = 0
        while counted < OPTIONS.kills:
            self.assertLess(runs, 5 * OPTIONS.kills, f"too few kills find it at work: {counted} in {runs} runs")
            desk = self.configured(f"killed{runs}", workers=[1, 2, 7][runs % 3], commit_interval=self.random.choice(["2ms", "5ms", "50ms"]),
                                   batch_articles=16)
            for _ in range(4):
                counted += self.killed_at_work(desk, len(want))
            self.finish(desk)
            self.assert_same(desk.raw(), want)
            self.assertEqual(self.learned(desk), learned)
            runs += 1
        print(f"{counted} kills counted in {runs} runs over {OPTIONS.files} files; undisturbed {self.duration:.2f} s")

    def killed_at_work(self, desk, whole):
        """One kill; true if it had written since it started and had more to write."""
        size = lambda: sum(os.path.getsize(os.path.join(desk.out, s)) for s in segments(desk.out, "articles.jsonl"))
        before = size()
        daemon = self.start(desk, "--once")
        while daemon.running() and size() == before:
            time.sleep(0.0005)
        until = time.monotonic() + self.random.random() * self.duration / 4
        while daemon.running() and time.monotonic() < until:
            time.sleep(0.0005)
        return daemon.kill() and before != size() < whole


if __name__ == "__main__":
    main()
