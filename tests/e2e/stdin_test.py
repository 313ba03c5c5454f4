"""The source stdin in the daemon: a pipe that ends, one that is cut by a kill, one that nobody writes to."""
import json
import subprocess

from harness import BIN, GOOD, STAGES, Case, main, wait_for


def article(number, words="and nobody had expected it at all"):
    return json.dumps({"id": f"a-{number}", "title": f"News {number}", "body": f"It happened in town number {number}, {words}."}) + "\n"


class Pipe(Case):
    def prepare(self, time="0ms", **engine):
        self.desk_ = self.desk().configure(stages=[*STAGES, {"type": "dawdle", "time": time}], source={"type": "stdin"}, **engine)
        return self.desk_

    def start_pipe(self, *arguments):
        """The daemon, with a pipe into it. Its log goes to a file."""
        with open(self.desk_.path("log"), "wb") as log:
            process = subprocess.Popen([BIN, "run", *arguments, "-c", self.desk_.config, "--plugins", GOOD], cwd=self.desk_.root,
                                       stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=log)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(process.stdin.close)
        return process

    def log(self):
        with open(self.desk_.path("log"), encoding="utf-8", errors="replace") as f:
            return f.read()[-3000:]

    def give(self, process, text):
        process.stdin.write(text.encode())
        process.stdin.flush()

    def ids(self):
        return [a["id"] for a in self.desk_.articles()]

    def test_the_end_of_the_input_ends_the_daemon_with_and_without_once(self):
        desk = self.prepare()
        for number, arguments in enumerate(([], ["--once"])):
            process = self.start_pipe(*arguments)
            self.give(process, article(2 * number) + "\n" + article(2 * number + 1).rstrip("\n"))  # the last without newline
            process.stdin.close()
            self.assertEqual(process.wait(60), 0, self.log())
        self.assertEqual(self.ids(), ["a-0", "a-1", "a-2", "a-3"])
        self.assertEqual(desk.dead_letters(), [])
        positions = [a["source"]["offset"] for a in desk.articles()]
        self.assertEqual(positions, sorted(set(positions)), "offsets go on from run to run")

    def test_articles_come_out_while_the_pipe_is_open_and_a_signal_ends_it(self):
        self.prepare()
        process = self.start_pipe()
        for number in range(3):
            self.give(process, article(number))
            wait_for(lambda n=number: len(self.ids()) == n + 1, "it is out")
        process.terminate()
        self.assertEqual(process.wait(60), 0, self.log())
        self.assertEqual(self.ids(), ["a-0", "a-1", "a-2"])

    def test_what_a_kill_takes_was_not_committed_and_nothing_comes_twice(self):
        desk = self.prepare("50ms", batch_articles=4, workers=1, memory="1MiB")
        process = self.start_pipe()
        total = 400
        self.give(process, "".join(article(n) for n in range(total)))
        wait_for(lambda: (desk.line() or {}).get("commit", 0) > 3, "some are committed")
        process.kill()
        process.wait(60)
        self.prepare()
        committed = self.once_with("")  # a start cuts what was not committed
        self.assertEqual(committed, [f"a-{n}" for n in range(len(committed))])
        self.assertLess(len(committed), total, "work was pending")
        rest = "".join(article(n) for n in range(len(committed), total))  # who writes the pipe knows what is out, and gives the rest
        self.assertEqual(self.once_with(rest), [f"a-{n}" for n in range(total)])

    def once_with(self, text):
        """The ids that are out when a run with this input has ended."""
        process = self.start_pipe("--once")
        process.stdin.write(text.encode())
        process.stdin.close()
        self.assertEqual(process.wait(60), 0, self.log())
        return self.ids()

    def test_lines_that_are_no_articles_are_dead_letters_and_the_exit_code_says_so(self):
        desk = self.prepare()
        process = self.start_pipe("--once")
        self.give(process, article(0) + "{\"title\": \"cut\n" + article(1))
        process.stdin.close()
        self.assertEqual(process.wait(60), 3, self.log())
        self.assertEqual(self.ids(), ["a-0", "a-1"])
        self.assertEqual([(d["component"], d["code"]) for d in desk.dead_letters()], [("decode", "bad_json")])


if __name__ == "__main__":
    main()
