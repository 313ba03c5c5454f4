"""Mistakes in seven places: all are shown at once with line, column, caret and suggestion, and nothing starts."""
import os

from harness import Case, main

SEVEN = """\
version: 1
data_dir: ./data
engine: { workers: many, memory: 512MiB }
sources:
  scraped:
    type: directory
    path: ./inbox
    settle: soon
  wire:
    type: directry
    path: ./wire
pipelines:
  news:
    from: [scraped]
    stages:
      - type: clean
      - { type: tag_entities, when: language = "en" }
      - type: deduplicate
        thresold: 0.8
        action: tga
    to:
      - archve
sinks:
  archive: { type: file, path: out/articles.jsonl }
"""

# Line, column, what the message has in it, the word under the caret.
EXPECTED = [
    (3, 20, "'many' is not a whole number", "many"),
    (8, 13, "'soon' is not a duration", "soon"),
    (10, 11, "did you mean 'directory'?", "directry"),
    (17, 46, "write '=='", "="),
    (19, 9, "did you mean 'threshold'?", "thresold"),
    (20, 17, "did you mean 'tag'?", "tga"),
    (22, 9, "did you mean 'archive'?", "archve"),
]


class ConfigMistakes(Case):
    def desk_with(self, text):
        desk = self.desk()
        with open(desk.config, "w", encoding="utf-8") as f:
            f.write(text)
        return desk

    def assert_seven(self, done):
        self.assertEqual(done.code, 2, done.err)
        self.assertEqual(done.out, "")
        lines = done.err.splitlines()
        for line, column, words, word in EXPECTED:
            with self.subTest(line=line):
                at = [i for i, text in enumerate(lines) if f"copydesk.yaml:{line}:{column}: error: " in text]
                self.assertEqual(len(at), 1, done.err)
                self.assertIn(words, lines[at[0]])
                source = SEVEN.splitlines()[line - 1]
                shown, caret = lines[at[0] + 1], lines[at[0] + 2]
                self.assertTrue(shown.endswith(source), shown)
                self.assertEqual(shown[caret.index("^"):][:len(word)], word)
        self.assertIn("7 errors", done.err)

    def test_check_shows_all_of_them(self):
        self.assert_seven(self.desk_with(SEVEN).command("check"))

    def test_run_shows_them_too_and_starts_nothing(self):
        desk = self.desk_with(SEVEN)
        self.assert_seven(desk.once())
        self.assertFalse(os.path.exists(desk.data))
        self.assertEqual(os.listdir(desk.out), [])

    def test_mended_it_is_accepted(self):
        text = SEVEN
        for wrong, right in (("many", "2"), ("soon", "1s"), ("directry", "directory"), ('language = "en"', 'language == "en"'),
                             ("thresold", "threshold"), ("tga", "tag"), ("- archve", "- archive"), ("[scraped]", "[scraped, wire]")):
            text = text.replace(wrong, right)
        desk = self.desk_with(text)
        os.makedirs(desk.path("wire"))
        done = desk.command("check")
        self.assertEqual(done.code, 0, done.err)

    def test_a_file_that_is_not_there_and_one_that_is_no_yaml(self):
        desk = self.desk()
        done = desk.command("check")
        self.assertEqual(done.code, 2)
        self.assertIn("copydesk.yaml", done.err)
        done = self.desk_with("version: 1\nsources: {\n").command("check")
        self.assertEqual(done.code, 2)
        self.assertIn("copydesk.yaml:", done.err)

    def test_what_only_a_component_can_tell_is_shown_at_its_place(self):
        desk = self.desk_with(SEVEN.replace("many", "2").replace("soon", "1s").replace("directry", "directory")
                              .replace('language = "en"', 'language == "en"').replace("thresold", "threshold").replace("tga", "tag")
                              .replace("- archve", "- archive").replace("[scraped]", "[scraped, wire]")
                              .replace("settle: 1s", "settle: 1s\n    after: { delivered: burn }"))
        done = desk.command("check")
        self.assertEqual(done.code, 2, done.err)
        self.assertIn("copydesk.yaml:", done.err)
        self.assertIn("burn", done.err)

    def test_wrong_use_is_told_with_a_suggestion(self):
        desk = self.desk_with(SEVEN)
        for words, hint in ((["chekc"], "check"), (["dead", "lst"], "list"), (["run", "--onec"], "--once")):
            with self.subTest(words=words):
                done = desk.command(*words)
                self.assertEqual(done.code, 2)
                self.assertIn(f"did you mean '{hint}'", done.err)


if __name__ == "__main__":
    main()
