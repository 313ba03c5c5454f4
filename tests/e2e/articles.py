"""Made-up articles: seeded, so that two runs see the same, and unlike each other unless they are meant to be copies."""
import gzip
import json
import os
import random
import subprocess

COMMON = ("the of and to in a that for on with as was said by at from has his it an were which after their "
          "its be have been this who not will would but new more about two when one government people year").split()


class Corpus:
    """Writes files into `folder` and remembers how many articles each must give."""

    def __init__(self, folder, seed=1):
        self.folder = folder
        self.random = random.Random(seed)
        self.expected = {}  # path below the folder → number of articles
        self.ids = []       # of the articles in line files
        self.texts = []     # (title, paragraphs) of earlier articles, to copy from
        syllables = [c + v for c in "bdfgklmnprstvz" for v in ("a", "e", "i", "o", "u", "ar", "en", "os")]
        self.words = ["".join(self.random.choices(syllables, k=self.random.randint(2, 4))) for _ in range(4000)]

    # ---- texts

    def sentence(self):
        r = self.random
        words = [r.choice(COMMON) if r.random() < 0.4 else r.choice(self.words) for _ in range(r.randint(9, 22))]
        if r.random() < 0.15:
            words[r.randrange(len(words))] = r.choice(["China", "Vladimir Putin", "Brazil", "São Paulo", "Zürich", "Kraków"])
        return " ".join(words)[:1].upper() + " ".join(words)[1:] + "."

    def story(self, size=None):
        size = size or self.random.randint(4000, 5000)
        title = " ".join(self.random.choices(self.words, k=7)).capitalize()
        paragraphs, length = [], 0
        while length < size:
            paragraphs.append(" ".join(self.sentence() for _ in range(self.random.randint(2, 4))))
            length += len(paragraphs[-1]) + 2
        self.texts.append((title, paragraphs))
        return title, paragraphs

    def some_story(self, copies=0.3):
        """A new story, or an exact or a near copy of an earlier one."""
        draw = self.random.random()
        if not self.texts or draw > copies:
            return self.story()
        title, paragraphs = self.random.choice(self.texts)
        if draw > copies / 2:
            return title, paragraphs
        paragraphs = list(paragraphs)
        paragraphs[self.random.randrange(len(paragraphs))] = self.sentence()
        return title + " update", paragraphs

    # ---- files

    def write(self, path, data, articles=1):
        if isinstance(data, str):
            data = data.encode()
        full = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as f:
            f.write(data)
        self.expected[path] = articles
        return full

    def text(self, path, story):
        return self.write(path, story[0] + "\n\n" + "\n\n".join(story[1]) + "\n")

    def scraped(self, path, story):
        chrome = ["Also Read", "Follow us on Twitter", "Share this article", "Read Entire Article"]
        parts = [story[0], self.random.choice(chrome), *story[1], self.random.choice(chrome)]
        return self.write(path, "\n".join(parts) + "\n")

    def html(self, path, story):
        body = "\n".join(f"<p>{p}</p>" for p in story[1])
        return self.write(path, f"<!doctype html><html><head><meta charset='utf-8'><title>{story[0]}</title></head><body>"
                                f"<nav><a href='/'>Home</a><a href='/w'>World</a></nav><article><h1>{story[0]}</h1>{body}"
                                f"</article><footer>All rights reserved</footer></body></html>")

    def record(self, story, number):
        self.ids.append(f"line-{number}")
        return json.dumps({"id": f"line-{number}", "title": story[0], "body": "\n\n".join(story[1])}, ensure_ascii=False)

    def lines(self, path, count, copies=0.3):
        first = len(self.ids)
        text = "".join(self.record(self.some_story(copies), first + i) + "\n" for i in range(count))
        return self.write(path, packed(path, text.encode()), count)

    def fill(self, files):
        """That many files of all kinds, below a few folders."""
        for i in range(files):
            draw, stem = self.random.random(), f"d{i % 7}/{i:05}"
            if draw < 0.05:
                self.lines(stem + self.random.choice([".jsonl", ".jsonl.gz", ".jsonl.zst", ".ndjson"]), self.random.randint(5, 40))
            elif draw < 0.15:
                self.html(stem + ".html", self.some_story())
            elif draw < 0.25:
                self.scraped(stem + ".txt", self.some_story())
            elif draw < 0.30:
                story = self.some_story()
                self.write(stem + ".json", json.dumps({"title": story[0], "body": "\n\n".join(story[1]), "section": "news"}))
            elif draw < 0.34:
                story = self.some_story()
                self.write(stem + ".txt.gz", gzip.compress("\n\n".join([story[0], *story[1]]).encode(), mtime=0))
            else:
                self.text(stem + ".txt", self.some_story())
        return self

    @property
    def articles(self):
        return sum(self.expected.values())


def packed(path, data):
    if path.endswith(".gz"):
        return gzip.compress(data, mtime=0)
    if path.endswith(".zst"):
        return subprocess.run(["zstd", "-qc"], input=data, stdout=subprocess.PIPE, check=True).stdout
    return data
