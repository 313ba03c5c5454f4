"""The programs that are measured: how each is found, configured for a job, and run."""
import os
import re
import shutil
import subprocess
import sys

from common import measure

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CACHE = os.path.join(ROOT, "build", "bench")
PEERS = os.path.join(ROOT, "bench", "peers")  # go.mod and go.sum: the versions and hashes of what is built
BENTHOS = "github.com/redpanda-data/benthos/v4"
GO_BUILD_LIMIT_S = 1800
RUN_LIMIT_S = 900


class Missing(Exception):
    """The tool cannot be had here; the text says why."""


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def first_line(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.stdout.strip().splitlines()[0] if done.stdout.strip() else "?"


def pinned(module, folder="."):
    """The version of a Go module in peers/."""
    with open(os.path.join(PEERS, folder, "go.mod"), encoding="utf-8") as file:
        return re.search(re.escape(module) + r" (v\S+)", file.read())[1]


def go_build(program, folder, package):
    """A program of the module in a folder of peers/."""
    go = shutil.which("go", path=os.environ.get("PATH", "") + ":/usr/local/go/bin")
    if not go:
        raise Missing("there is no go here to build it with")
    print(f"    building {os.path.basename(program)} in build/bench (once, some minutes)", flush=True, file=sys.stderr)
    shutil.copytree(PEERS, os.path.join(CACHE, "peers"), dirs_exist_ok=True)  # go writes beside its go.mod
    command = [go, "build", "-mod=mod", "-p", "2", "-o", program, package]
    log = os.path.join(CACHE, "go_build.log")
    try:
        with open(log, "wb") as out:
            done = subprocess.run(command, env=dict(os.environ, CGO_ENABLED="0"), cwd=os.path.join(CACHE, "peers", folder),
                                  stdout=out, stderr=out, timeout=GO_BUILD_LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        raise Missing(f"go build took longer than {GO_BUILD_LIMIT_S} s") from None
    if done.returncode != 0:
        raise Missing(f"go build failed{measure.tail(log, 300)}")


class Tool:
    """One program doing one job. `does` is what it makes of an article, for the table: tools that do less are named so."""

    name, does = "?", "?"
    raw = False  # copies bytes: the output is the input

    def prepare(self):
        """Finds or builds the program; raises Missing. Returns its version."""
        raise NotImplementedError

    def run(self, corpus, folder):
        """Does the job once in an empty folder. Returns (cost, output file); raises measure.Failed."""
        raise NotImplementedError


class Copydesk(Tool):
    """`include` are the files it reads of the corpus; stages as in the configuration."""

    name = "copydesk"

    def __init__(self, does, stages="[]", memory="512MiB"):
        self.does, self.stages, self.memory = does, stages, memory

    def prepare(self):
        self.program = os.environ.get("COPYDESK_BIN", os.path.join(ROOT, "build", "release", "bin", "copydesk"))
        if not os.access(self.program, os.X_OK):
            raise Missing(f"{os.path.relpath(self.program, ROOT)} is not built: tools/dev build")
        return first_line([self.program, "--version"])

    def run(self, corpus, folder):
        is_file = os.path.isfile(corpus.path)
        config = write(os.path.join(folder, "copydesk.yaml"), f"""
version: 1
data_dir: ./data
engine: {{ memory: {self.memory} }}
sources:
  corpus:
    type: directory
    path: {os.path.dirname(corpus.path) if is_file else corpus.path}
    include: ["{os.path.basename(corpus.path) if is_file else "*.txt"}"]
    settle: 1s
pipelines:
  bench: {{ from: [corpus], stages: {self.stages}, to: [out] }}
sinks:
  out: {{ type: file, path: out.jsonl }}
""")
        cost = measure.run([self.program, "run", "--once", "-c", config], os.path.join(folder, "log"), RUN_LIMIT_S)
        return cost, os.path.join(folder, "out.jsonl")


def copydesk_at_hand():
    """(program, version), for a file that measures copydesk alone; ends the process where it is not built."""
    tool = Copydesk("")
    try:
        version = tool.prepare()
    except Missing as e:
        sys.exit(str(e))
    return tool.program, version


class SyslogNg(Tool):
    """file → file, no parsing. It follows its file for ever, so it is ended when the output is as long as the input."""

    name, does, raw = "syslog-ng", "copies lines", True

    def prepare(self):
        self.program = shutil.which("syslog-ng", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if not self.program:
            raise Missing("not installed: apt-get install syslog-ng-core")
        version = first_line([self.program, "--version"])
        self.version = (re.search(r"(\d+\.\d+)", version) or ["3.38"])[0]
        return version

    def run(self, corpus, folder):
        output = os.path.join(folder, "out.jsonl")
        config = write(os.path.join(folder, "syslog-ng.conf"), f"""@version: {self.version}
options {{ stats-freq(0); log-msg-size(65536); }};
source s {{ file("{corpus.path}" flags(no-parse) read-old-records(yes) log-fetch-limit(1000) log-iw-size(10000)); }};
destination d {{ file("{output}" template("$MSG\\n") log-fifo-size(20000)); }};
log {{ source(s); destination(d); flags(flow-control); }};
""")
        inside = [os.path.join(folder, name) for name in ("persist", "control", "pid")]
        command = [self.program, "--foreground", "--no-caps", "-f", config, "-R", inside[0], "-c", inside[1], "-p", inside[2]]
        return measure.run(command, os.path.join(folder, "log"), RUN_LIMIT_S, until=(output, corpus.bytes)), output


class Benthos(Tool):
    """Lines or whole files in, lines out. Without a mapping it passes bytes on."""

    name = "benthos"

    def __init__(self, does, scanner, mapping=None):
        self.does, self.scanner, self.mapping, self.raw = does, scanner, mapping, mapping is None

    def prepare(self):
        version = pinned(BENTHOS)
        self.program = os.path.join(CACHE, "bin", f"benthos-{version}")
        if not os.path.exists(self.program):
            go_build(self.program, ".", BENTHOS + "/cmd/benthos")
        return version

    def run(self, corpus, folder):
        output = os.path.join(folder, "out.jsonl")
        paths = corpus.path if os.path.isfile(corpus.path) else os.path.join(corpus.path, "*.txt")
        processors = "[]" if self.raw else f"[ {{ mapping: '{self.mapping}' }} ]"
        config = write(os.path.join(folder, "benthos.yaml"), f"""
http: {{ enabled: false }}
logger: {{ level: WARN }}
input:
  file: {{ paths: ["{paths}"], scanner: {{ {self.scanner} }} }}
pipeline:
  processors: {processors}
output:
  file: {{ path: "{output}", codec: lines }}
""")
        cost = measure.run([self.program, "run", config], os.path.join(folder, "log"), RUN_LIMIT_S)
        return cost, output
