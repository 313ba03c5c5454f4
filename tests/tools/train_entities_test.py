#!/usr/bin/env python3
"""tools/train_entities trains a small model from two columns and from JSON Lines, and the daemon finds names with it.

The names and the language are made up, so nothing but the training can know them; nothing is fetched.
Usage: train_entities_test.py BUILD_FOLDER
"""
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BIN = pathlib.Path(sys.argv.pop(1)).resolve() / "bin"

# What stands before and after a name says what it is.
PATTERNS = [("minister", "spoke at length", "PER"), ("they flew to", "before the rains", "LOC"),
            ("shares of", "fell again", "ORG"), ("the festival of", "was cancelled", "MISC")]


def made_up(rng):
    return "".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(3)).capitalize()


def documents(count, seed, kinds=4):
    """Lists of sentences, each (before, name, after, type)."""
    rng = random.Random(seed)
    for _ in range(count):
        yield [(before, made_up(rng), after, kind) for before, after, kind in rng.sample(PATTERNS[:kinds], 3)]


def two_columns(docs):
    lines = []
    for doc in docs:
        lines.append("-DOCSTART-\tO\n")
        for before, name, after, kind in doc:
            lines += [f"{word}\tO" for word in before.split()] + [f"{name}\tB-{kind}"]
            lines += [f"{word}\tO" for word in after.split()] + [".\tO", ""]
    return "\n".join(lines) + "\n"


def json_lines(docs):
    rows = []
    for doc in docs:
        body, entities = "", []
        for before, name, after, kind in doc:
            start = len(body) + len(before) + 1
            entities.append({"start": start, "end": start + len(name), "type": kind})
            body += f"{before} {name} {after}. \n"
        rows.append(json.dumps({"body": body, "entities": entities}) + "\n")
    return "".join(rows)


class TrainEntities(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def train(self, *args):
        return subprocess.run([sys.executable, "-B", ROOT / "tools/train_entities", "--bin", BIN, "--no-lists", *args],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)

    def trained(self, *args):
        model = self.folder / "own.model"
        done = self.train(*args, "--out", model)
        self.assertEqual(done.returncode, 0, done.stdout)
        return model, done.stdout

    def tag(self, model, body):
        """{text: type} of the names that the daemon finds with this model alone."""
        (self.folder / "inbox").mkdir()
        self.write("inbox/one.jsonl", json.dumps({"id": "1", "body": body}) + "\n")
        config = {"version": 1, "data_dir": str(self.folder / "data"),
                  "sources": {"in": {"type": "directory", "path": str(self.folder / "inbox"), "settle": "1s"}},
                  "pipelines": {"one": {"from": ["in"], "to": ["out"], "stages": [
                      {"type": "tag_entities", "shipped": False, "model": str(model),
                       "when": 'media_type == "text/plain"'}]}},
                  "sinks": {"out": {"type": "file", "path": str(self.folder / "out.jsonl")}}}
        done = subprocess.run([BIN / "copydesk", "run", "--once", "-c", self.write("copydesk.yaml", json.dumps(config))],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        article = json.loads((self.folder / "out.jsonl").read_text(encoding="utf-8"))
        return {e["text"]: e["type"] for e in article.get("entities", [])}

    def f1(self, output, file):
        found = re.findall(rf"^{re.escape(file)}:.* all ([0-9.]+) ", output, re.M)
        self.assertTrue(found, output)
        return float(found[-1])

    def test_a_model_from_two_columns_is_measured_on_held_out_documents_and_serves_the_daemon(self):
        data = self.write("own.tsv", two_columns(documents(120, 1)))
        model, output = self.trained(data)
        self.assertIn("every tenth document is held out", output)
        self.assertGreater(self.f1(output, "held_out.own.tsv"), 90)
        card = json.loads(model.with_suffix(".card.json").read_text(encoding="utf-8"))
        self.assertEqual(card["data"], {"own.tsv": "yours"})
        self.assertEqual(self.tag(model, "minister Vatoze spoke at length. \nthey flew to Kirune before the rains. \n"
                                         "shares of Dolifa fell again. \nthe festival of Rumeki was cancelled."),
                         {"Vatoze": "PER", "Kirune": "LOC", "Dolifa": "ORG", "Rumeki": "MISC"})

    def test_a_model_from_json_lines_is_measured_on_the_file_given(self):
        data = self.write("own.jsonl", json_lines(documents(120, 1)))
        dev = self.write("other.jsonl", json_lines(documents(20, 2)))
        _, output = self.trained(data, "--dev", dev)
        self.assertGreater(self.f1(output, "dev.other.jsonl"), 90)
        self.assertNotIn("held out", output)

    def test_open_only_leaves_out_what_has_no_open_licence(self):
        closed = self.write("wwm.train.tsv", two_columns(documents(3, 1)))
        done = self.train(closed, "--open-only", "--out", self.folder / "no.model")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("nothing to train on is left", done.stdout)
        own = self.write("own.tsv", two_columns(documents(40, 1)))
        model, _ = self.trained(own, closed, "--open-only")
        card = json.loads(model.with_suffix(".card.json").read_text(encoding="utf-8"))
        self.assertEqual(card["data"], {"own.tsv": "yours"})

    def test_mistakes_are_named_with_file_and_line(self):
        for name, text, message in [
                ("a.tsv", "He\tO\nKofi\tB-XXX\n", "a.tsv:2: expected TOKEN"),
                ("b.jsonl", '{"body": "Kofi", "entities": [{"start": 0, "end": 9, "type": "PER"}]}\n', "b.jsonl:1: entity 0 to 9"),
                ("c.jsonl", '{"title": "Kofi"}\n', "c.jsonl:1: it has neither"),
                ("d.jsonl", "{\n", "d.jsonl:1: JSONDecodeError")]:
            done = self.train(self.write(name, text), "--out", self.folder / "no.model")
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(message, done.stdout)
            self.assertNotIn("Traceback", done.stdout)
        self.assertFalse((self.folder / "no.model").exists())


if __name__ == "__main__":
    unittest.main()
