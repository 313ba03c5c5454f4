"""tools/quickstart_table.py on a small inbox and output."""
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

kTool = Path(__file__).resolve().parents[2] / "tools" / "quickstart_table.py"

kArticles = [
    {"id": "a1", "title": "Premier meets president", "language": "en", "body": "one two three",
     "quality": {"words": 3}, "source": {"path": "in/one.html", "part": 0},
     "entities": [{"text": "Xi", "name": "Xi Jinping"}, {"text": "China"}, {"text": "Xi Jinping", "name": "Xi Jinping"}],
     "dedup": {"status": "unique"}},
    {"id": "a2", "title": "總理會見總統 " * 20, "body": "one two", "source": {"path": "in/wire.jsonl", "part": 0},
     "dedup": {"status": "near", "of": "a1", "similarity": 0.914}},
    {"id": "a3", "body": "", "source": {"path": "in/wire.jsonl", "part": 1}, "dedup": {"status": "exact", "of": "gone"}},
]


def show(articles, files=("one.html", "wire.jsonl")):
    with tempfile.TemporaryDirectory() as folder:
        inbox, output = Path(folder) / "in", Path(folder) / "out"
        inbox.mkdir()
        output.mkdir()
        for name in files:
            (inbox / name).write_text("x" * 1024, encoding="utf-8")
        (output / "articles.jsonl").write_text("".join(json.dumps(a) + "\n" for a in articles), encoding="utf-8")
        done = subprocess.run([sys.executable, "-B", kTool, inbox, output], capture_output=True, check=False,
                              env={**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"})
        return done.returncode, (done.stdout + done.stderr).decode()


class QuickstartTable(unittest.TestCase):
    def test_shows_what_went_in_and_what_came_out(self):
        code, said = show(kArticles)
        self.assertEqual(code, 0, said)
        self.assertIn("2 files, 2.0 KiB (1 html, 1 jsonl)", said)
        self.assertIn("3 articles (1 unique, 1 near, 1 exact)", said)
        self.assertIn("2: Xi Jinping, China", said)
        self.assertIn("near 0.91: one.html", said)
        self.assertIn("exact: gone", said)

    def test_tells_articles_of_one_file_apart(self):
        _, said = show(kArticles)
        self.assertIn("wire.jsonl #0", said)
        self.assertIn("wire.jsonl #1", said)
        self.assertNotIn("one.html #0", said)

    def test_keeps_to_the_width_of_the_terminal(self):
        _, said = show(kArticles)
        rows = said[said.index("file "):].splitlines()
        self.assertTrue(all(len(row) <= 100 for row in rows), said)

    def test_names_the_files_nothing_came_out_of(self):
        _, said = show(kArticles[:1], ("one.html", "silent.txt"))
        self.assertIn("nothing came out of: silent.txt", said)

    def test_fails_when_nothing_came_out(self):
        code, _ = show([])
        self.assertEqual(code, 1)


if __name__ == "__main__":
    unittest.main()
