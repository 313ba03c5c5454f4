"""A gazetteer that changes again and again while articles pass: none is lost, none is tagged half with one, half with the other
list, and a broken list changes nothing. `--names 1000000 --changes 100` for the full count."""
import argparse
import json
import os
import random
import sys

from harness import Case, main, wait_for

parser = argparse.ArgumentParser()
parser.add_argument("--names", type=int, default=20_000)
parser.add_argument("--changes", type=int, default=8)
OPTIONS, sys.argv[1:] = parser.parse_known_args()

NAMES_AN_ARTICLE = 20
ARTICLES_A_FILE = 50
FILES_AHEAD = 4  # of those whose articles have come out
BROKEN = "Atlantis\tPLACE\tx:1\n"


def name(number):
    return f"Given{number % 7919} Of Family{number}"


class GazetteerReload(Case):
    def setUp(self):
        super().setUp()
        self.random = random.Random(5)
        self.names = os.path.join(self.folder, "names.tsv")
        rows = (f"{name(i)}\tPER\tmade:GENER:{i}\t~\n" for i in range(OPTIONS.names))
        self.template = "".join(rows).encode()
        self.files = 0
        self.generations, self.ids = [], []  # of the articles that came out, in order
        self.read = 0

    def put_names(self, content):
        with open(self.names + ".new", "wb") as f:
            f.write(content)
        os.rename(self.names + ".new", self.names)

    def change(self, generation):
        self.put_names(self.template.replace(b"GENER", b"%05d" % generation))

    def drop_articles(self, desk):
        with open(desk.path("part"), "w", encoding="utf-8") as f:
            for number in range(ARTICLES_A_FILE):
                some = [name(self.random.randrange(OPTIONS.names)) for _ in range(NAMES_AN_ARTICLE)]
                body = " ".join(f"Then {who} said that the people of the town had asked for it." for who in some)
                f.write(json.dumps({"id": f"{self.files}-{number}", "title": "a meeting", "body": body}) + "\n")
        os.rename(desk.path("part"), os.path.join(desk.inbox, f"{self.files:06}.jsonl"))
        self.files += 1

    def look(self, desk):
        """Checks the articles that came out since the last look."""
        path = os.path.join(desk.out, "articles.jsonl")
        if not os.path.exists(path):
            return
        with open(path, "rb") as f:
            f.seek(self.read)
            lines = f.read()
        lines = lines[:lines.rfind(b"\n") + 1]
        self.read += len(lines)
        for line in lines.splitlines():
            article = json.loads(line)
            entities = article["entities"]
            self.assertEqual(len(entities), NAMES_AN_ARTICLE)
            found = {e["id"].split(":")[1] for e in entities}
            self.assertEqual(len(found), 1, f"half and half: {found}")
            self.generations.append(int(found.pop()))
            self.ids.append(article["id"])

    def keep_busy(self, desk, until):
        """More and more articles until it is so."""
        def step():
            self.look(desk)
            if until():
                return True
            if self.files * ARTICLES_A_FILE - len(self.generations) < FILES_AHEAD * ARTICLES_A_FILE:
                self.drop_articles(desk)
            return False
        wait_for(step, "the changed names are in use")

    def test_changes_under_load(self):
        self.change(0)
        stages = [{"type": "tag_entities", "gazetteers": self.names, "model": "none", "reload": "20ms", "when": 'media_type == "text/plain"'}]
        desk = self.desk().configure(stages=stages, workers=3, batch_articles=16)
        daemon = self.start(desk)
        self.keep_busy(desk, lambda: self.generations)
        for generation in range(1, OPTIONS.changes + 1):
            if generation == OPTIONS.changes // 2:
                self.put_names(BROKEN.encode() + self.template)
                self.keep_busy(desk, lambda: "stay as they were" in daemon.errors())
            self.change(generation)
            self.keep_busy(desk, lambda wanted=generation: max(self.generations) == wanted)
        wait_for(lambda: self.look(desk) or len(self.generations) == self.files * ARTICLES_A_FILE, "all articles are there")
        daemon.signal(15)
        self.assertEqual(daemon.wait(), 0)
        self.look(desk)
        self.assertEqual(sorted(self.ids), sorted(f"{f}-{n}" for f in range(self.files) for n in range(ARTICLES_A_FILE)))
        self.assertEqual(set(self.generations), set(range(OPTIONS.changes + 1)))
        self.assertEqual(daemon.errors().count("stay as they were"), 1)
        self.assertIn(f"{self.names}:1: error: unknown type 'PLACE'", daemon.errors())
        print(f"{len(self.ids)} articles over {OPTIONS.changes} changes of {OPTIONS.names} names")


if __name__ == "__main__":
    main()
