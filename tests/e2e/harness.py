"""What the end-to-end tests share: a folder with a configuration, the daemon in it, and a look at what it left."""
import collections
import gzip
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from articles import Corpus  # noqa: F401  (for the tests)

BIN = os.environ.get("COPYDESK_BIN") or sys.exit("COPYDESK_BIN names no daemon")
PLUGINS = os.environ.get("COPYDESK_E2E_PLUGINS") or sys.exit("COPYDESK_E2E_PLUGINS names no folder")
GOOD, BAD = os.path.join(PLUGINS, "good"), os.path.join(PLUGINS, "bad")
PATIENCE = 60  # seconds that anything may take
STAGES = [{"type": "clean"}, {"type": "tag_entities"}, {"type": "deduplicate"}]

Finished = collections.namedtuple("Finished", "code out err")


def wait_for(condition, what, seconds=PATIENCE):
    """The first true answer of `condition`. A test never waits for time to pass, only for something to be so."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain until {what}")
        time.sleep(0.002)


class Daemon:
    """A started `copydesk run`. Its stderr goes to a file, so that it never waits for us."""

    def __init__(self, arguments, env, cwd, log):
        self.log = log
        with open(log, "wb") as err:
            self.process = subprocess.Popen([BIN, *arguments], env=env, cwd=cwd, stdin=subprocess.DEVNULL,
                                            stdout=subprocess.DEVNULL, stderr=err)

    def running(self):
        return self.process.poll() is None

    def errors(self):
        with open(self.log, encoding="utf-8", errors="replace") as f:
            return f.read()

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """kill -9; true if it was still running."""
        was = self.running()
        self.process.kill()
        return self.process.wait(PATIENCE) == -signal.SIGKILL and was

    def wait(self, seconds=PATIENCE):
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            raise AssertionError(f"it did not end in {seconds} s:\n{self.errors()[-3000:]}") from None


class Desk:
    """A folder with inbox/, data/, out/ and copydesk.yaml."""

    def __init__(self, root, inbox=None):
        self.root = root
        self.inbox = inbox or os.path.join(root, "inbox")
        self.data, self.out = os.path.join(root, "data"), os.path.join(root, "out")
        self.config = os.path.join(root, "copydesk.yaml")
        self.started = 0
        for folder in (self.inbox, self.out):
            os.makedirs(folder, exist_ok=True)

    def path(self, *names):
        return os.path.join(self.root, *names)

    def configure(self, stages=STAGES, sinks=None, to=None, source=None, **engine):
        """JSON is YAML. Without `sinks` there is one file, out/articles.jsonl. Files are taken however young they are.
        A `source` with a type stands alone; without one it is more about the inbox."""
        sinks = sinks or {"archive": {"type": "file", "path": "out/articles.jsonl"}}
        if "type" not in (source or {}):
            source = {"type": "directory", "path": self.inbox, "settle": "0s", **(source or {})}
        config = {
            "version": 1,
            "data_dir": self.data,
            "engine": {"min_free": "0B", "commit_interval": "20ms", **engine},
            "sources": {"inbox": source},
            "pipelines": {"news": {"from": ["inbox"], "stages": stages, "to": to or list(sinks)}},
            "sinks": sinks,
        }
        with open(self.config, "w", encoding="utf-8") as f:
            json.dump(config, f, indent=1, ensure_ascii=False)
        return self

    def _env(self, env):
        clean = {k: v for k, v in os.environ.items() if not k.startswith("COPYDESK_")}
        return {**clean, **(env or {})}

    def command(self, *arguments, env=None, seconds=PATIENCE, text=True, plugins=GOOD, **more):
        """Any command, to its end."""
        tail = ["-c", self.config, "--plugins", plugins]
        done = subprocess.run([BIN, *arguments, *tail], env=self._env(env), cwd=self.root, timeout=seconds,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, **more)
        decode = (lambda b: b.decode("utf-8", "replace")) if text else (lambda b: b)
        return Finished(done.returncode, decode(done.stdout), done.stderr.decode("utf-8", "replace"))

    def once(self, *arguments, **more):
        return self.command("run", "--once", *arguments, **more)

    def start(self, *arguments, env=None):
        """`run` in the background; give "--once" for a run that ends by itself."""
        self.started += 1
        return Daemon(["run", *arguments, "-c", self.config, "--plugins", GOOD], self._env(env), self.root,
                      self.path(f"log.{self.started}"))

    def ask(self, command, **more):
        """One request over the control socket; none while nobody listens."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
                s.settimeout(PATIENCE)
                s.connect(os.path.join(self.data, "control.sock"))
                s.sendall(json.dumps({"command": command, **more}).encode() + b"\n")
                answer = b""
                while not answer.endswith(b"\n"):
                    part = s.recv(65536)
                    if not part:
                        break
                    answer += part
                return json.loads(answer)
        except (FileNotFoundError, ConnectionRefusedError, ConnectionResetError, BrokenPipeError):
            return None

    def line(self):
        """The one line's status, or none."""
        answer = self.ask("status")
        return answer["status"]["lines"][0] if answer and answer.get("ok") else None

    def is_idle(self):
        line = self.line()
        return line is not None and line["state"] == "idle"

    def dead_letters(self):
        listed = self.command("dead", "list", "--json")
        if listed.code != 0:
            raise AssertionError(f"dead list: {listed}")
        return [json.loads(line) for line in listed.out.splitlines()]

    def raw(self, name="articles.jsonl"):
        """The whole output, segments in order, decompressed. Paths are as below the inbox, wherever that is."""
        return read_output(self.out, name).replace(b'"path":"' + self.inbox.encode() + b"/", b'"path":"')

    def articles(self, name="articles.jsonl"):
        return [json.loads(line) for line in self.raw(name).splitlines()]


def segments(folder, name):
    """Finished segments in order, then the running one."""
    stem, _, ending = name.partition(".")
    numbered = re.compile(re.escape(stem) + r"\.(\d+)\." + re.escape(ending) + "$")
    found = sorted((int(m.group(1)), n) for n in os.listdir(folder) if (m := numbered.match(n)))
    names = [n for _, n in found]
    return names + ([name] if os.path.exists(os.path.join(folder, name)) else [])


def read_output(folder, name):
    whole = b""
    for segment in segments(folder, name):
        path = os.path.join(folder, segment)
        if name.endswith(".zst"):
            if os.path.getsize(path):
                whole += subprocess.run(["zstd", "-dc", path], stdout=subprocess.PIPE, check=True).stdout
        elif name.endswith(".gz"):
            with open(path, "rb") as f:
                whole += gzip.decompress(f.read())
        else:
            with open(path, "rb") as f:
                whole += f.read()
    return whole


TIMES = re.compile(rb'"(ingested_at|received_at)":"[^"]*"')


def without_times(raw):
    return TIMES.sub(rb'"\1":""', raw)


def delivered_paths(articles):
    return dict(collections.Counter(a["source"]["path"] for a in articles))


class Case(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="copydesk-e2e-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.daemons = []
        self.addCleanup(self._end_daemons)

    def _end_daemons(self):
        for daemon in self.daemons:
            if daemon.running():
                daemon.process.kill()
                daemon.process.wait()

    def desk(self, name="desk", inbox=None):
        return Desk(os.path.join(self.folder, name), inbox)

    def start(self, desk, *arguments, env=None):
        daemon = desk.start(*arguments, env=env)
        self.daemons.append(daemon)
        return daemon

    def finish(self, desk, code=0, **more):
        """A `run --once` that must end with `code`."""
        done = desk.once(**more)
        self.assertEqual(done.code, code, f"\nstdout: {done.out[-2000:]}\nstderr: {done.err[-4000:]}")
        return done

    def assert_same(self, got, want):
        """Equal bytes apart from the two times; tells the first line that differs."""
        got, want = without_times(got), without_times(want)
        if got == want:
            return
        ours, theirs = got.splitlines(), want.splitlines()
        for number, (a, b) in enumerate(zip(ours, theirs), 1):
            if a != b:
                at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
                self.fail(f"line {number} differs at byte {at}:\n  {a[max(0, at - 80):at + 80]}\n  {b[max(0, at - 80):at + 80]}")
        self.fail(f"{len(ours)} lines instead of {len(theirs)}")

    def assert_each_once(self, desk, corpus, name="articles.jsonl"):
        articles = desk.articles(name)
        self.assertEqual(delivered_paths(articles), corpus.expected)
        ids = [a["source"].get("id") or a["id"] for a in articles if a["source"]["path"].split(".")[1] in ("jsonl", "ndjson")]
        self.assertEqual(sorted(ids), sorted(corpus.ids))
        self.assertEqual(desk.dead_letters(), [])


def main():
    """Runs the tests of the file, or those named as Class or Class.test, and says `N passed, N failed`."""
    file, loader = sys.modules["__main__"], unittest.defaultTestLoader
    suite = loader.loadTestsFromNames(sys.argv[1:], file) if sys.argv[1:] else loader.loadTestsFromModule(file)
    result = unittest.TextTestRunner(verbosity=2, stream=sys.stdout).run(suite)
    failed = len({getattr(test, "test_case", test).id() for test, _ in result.failures + result.errors})
    print(f"{result.testsRun - failed - len(result.skipped)} passed, {failed} failed", flush=True)
    sys.exit(0 if failed == 0 else 1)
