"""What the subjects share: where data lies, one run of the daemon, one call of a scorer, the environment of the peers."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


class NoData(Exception):
    """The labelled data is not here."""


class Workshop:
    """A scratch folder, and what is done in it. Ends with everything removed."""

    def __init__(self, root, peers, only):
        self.root, self.peers, self.only = pathlib.Path(root), peers, only
        self.shared = pathlib.Path(os.environ.get("COPYDESK_SHARED", self.root.parent / "shared")).resolve()
        self.binary = pathlib.Path(os.environ.get("COPYDESK_BIN", self.root / "build/release/bin/copydesk"))
        self._venv = self.root / "build/quality/venv"

    def __enter__(self):
        if not (self.shared / "data").is_dir():
            raise NoData(f"no labelled data in {self.shared}; set COPYDESK_SHARED")
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="copydesk-quality-", dir=os.environ.get("TMPDIR", "/var/tmp")))
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.scratch, ignore_errors=True)

    def wants(self, name):
        return self.only is None or name in self.only

    def data(self, *parts):
        path = self.shared.joinpath("data", *parts)
        if not path.exists():
            raise NoData(f"{path} is not there")
        return path

    def unpack(self, archive):
        """A .tar.zst, unpacked once."""
        folder = self.scratch / archive.name.split(".")[0]
        if not folder.is_dir():
            folder.mkdir()
            with subprocess.Popen(["zstd", "-dcq", "--long=27", archive], stdout=subprocess.PIPE) as packed:
                subprocess.run(["tar", "x", "-C", folder], stdin=packed.stdout, check=True)
        inside = list(folder.glob("**/gold.json"))
        return inside[0].parent if inside else folder

    def rows(self, path):
        """The rows of a .jsonl or .jsonl.zst."""
        if path.suffix != ".zst":
            return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
        text = subprocess.run(["zstd", "-dcq", path], stdout=subprocess.PIPE, check=True).stdout.decode("utf-8")
        return [json.loads(line) for line in text.split("\n") if line]

    def write_rows(self, name, rows):
        path = self.scratch / name
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        return path

    def run_daemon(self, inbox, stages, workers=1, **sink):
        """All articles of a folder or a .jsonl file through these stages. Returns the path of what came out. `sink`: more options."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="run-", dir=self.scratch))
        if inbox.is_file():
            (folder / "inbox").mkdir()
            os.link(inbox, folder / "inbox" / inbox.name)
            inbox = folder / "inbox"
        config = {
            "version": 1, "data_dir": str(folder / "data"), "engine": {"workers": workers},
            "sources": {"inbox": {"type": "directory", "path": str(inbox), "settle": "1s"}},
            "pipelines": {"quality": {"from": ["inbox"], "stages": stages, "to": ["out"]}},
            "sinks": {"out": {"type": "file", "path": str(folder / "out.jsonl"), **sink}},
        }
        path = folder / "copydesk.yaml"
        path.write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
        done = subprocess.run([self.binary, "run", "--once", "-c", path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0:
            sys.exit(done.stdout.decode("utf-8", "replace") + f"copydesk ended with {done.returncode}")
        return folder / "out.jsonl"

    def score(self, scorer, *args):
        """The scorer's lines, indented."""
        done = subprocess.run([sys.executable, scorer, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        text = done.stdout.decode("utf-8")
        return "".join(f"    {line}\n" for line in text.splitlines())

    def report(self, head, text):
        print(f"{head}\n{text}", flush=True)

    def peer_python(self, requirements):
        """A Python that has these packages (name==version), or None with the reason printed."""
        if not self.peers:
            return None
        python = self._venv / "bin/python"
        stamp = self._venv / (" ".join(requirements).replace("/", "_") + ".ok")
        if stamp.exists():
            return python
        print(f"installing {', '.join(requirements)} into build/quality/venv", file=sys.stderr, flush=True)
        self._venv.parent.mkdir(parents=True, exist_ok=True)
        try:
            if not python.exists():
                subprocess.run([sys.executable, "-m", "venv", self._venv], check=True, stdout=subprocess.DEVNULL)
            subprocess.run([python, "-m", "pip", "install", "-q", *requirements], check=True)
        except (OSError, subprocess.CalledProcessError) as e:
            print(f"SKIPPED: peers cannot be installed: {e}", flush=True)
            return None
        stamp.touch()
        return python

    def run_peer(self, python, script, *args):
        """A script of this folder under that Python; its last line of output, or None when it failed."""
        path = self.root / "tools/quality/peers" / script
        done = subprocess.run([python, path, *map(str, args)], stdout=subprocess.PIPE, check=False)
        if done.returncode != 0:
            print(f"SKIPPED: {script} ended with {done.returncode}", flush=True)
            return None
        return done.stdout.decode("utf-8").strip()
