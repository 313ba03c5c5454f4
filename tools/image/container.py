"""A program in an image's root file system, as a container engine would run it, by unshare, mount and setpriv. Root only.

It is process 1 of a process namespace, in mounts of its own, which the kernel takes away with its last process. It has the
user, the environment, the working folder and the entry point that the image names, no capabilities, and no new privileges.
The network is the machine's.
"""
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "kafka"))
from broker import start_attached  # noqa: E402

kDevices = ("null", "zero", "full", "random", "urandom")
# $1 the root, $2 ro or rw, $3 how many mounts follow as SOURCE TARGET MODE, then the program.
kSetUp = """
set -e
root=$1 mode=$2 mounts=$3
shift 3
mount --bind "$root" "$root"
while [ "$mounts" -gt 0 ]; do
  mount --bind "$1" "$root$2"
  mount -o "remount,bind,$3" "$root$2"
  mounts=$((mounts - 1))
  shift 3
done
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=1777,size=64m,exec,nosuid,nodev tmpfs "$root/tmp"
mount -t tmpfs -o mode=755,size=1m tmpfs "$root/dev"
for name in DEVICES; do
  : > "$root/dev/$name"
  mount --bind "/dev/$name" "$root/dev/$name"
done
[ "$mode" = rw ] || mount -o remount,bind,ro "$root"
cd /
exec chroot "$root" "$@"
""".replace("DEVICES", " ".join(kDevices))


class Image:
    """A root folder and what `buildah inspect` says of the image."""

    def __init__(self, root, config_file):
        self.root = Path(root)
        self.inspected = json.loads(Path(config_file).read_text(encoding="utf-8"))

    @property
    def config(self):
        return self.inspected["Docker"]["config"]

    def command(self, arguments=None):
        return [*(self.config.get("Entrypoint") or []), *(self.config.get("Cmd") or [] if arguments is None else arguments)]

    def inside(self, environment, command):
        """The words that turn root, already in the image's root, into the user that runs the command."""
        user, group = (self.config["User"].split(":") + ["0"])[:2]
        variables = [*(self.config.get("Env") or []), *(f"{name}={value}" for name, value in environment.items())]
        return ["/usr/bin/setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", "--bounding-set=-all",
                "--inh-caps=-all", "--no-new-privs", "/usr/bin/env", "-i", "-C", self.config.get("WorkingDir") or "/",
                *variables, *command]


class Container:
    """`mounts` are (source, target, "ro" or "rw"); the log goes to a file."""

    def __init__(self, image, log, environment=None, mounts=(), read_only=True, arguments=None):
        self.image, self.log, self._environment = image, Path(log), environment or {}
        for source, target, _ in mounts:
            self._make_target(Path(source), image.root / target.lstrip("/"))
        flat = [str(word) for mount in mounts for word in mount]
        program = image.inside(self._environment, image.command(arguments))
        # The outer namespace only sees to it that nothing outlives us: the kernel ends it with its first process.
        command = ["unshare", "--pid", "--fork", "--kill-child", "unshare", "--mount", "--pid", "--fork", "sh", "-c", kSetUp,
                   "container", str(image.root), "ro" if read_only else "rw", str(len(mounts)), *flat, *program]
        with open(self.log, "ab") as output:
            self._process = start_attached(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    @staticmethod
    def _make_target(source, target):
        """Engines make what is mounted upon when the image has it not."""
        if source.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()

    def pid(self):
        """The program's number outside; None until it is there, and when it has ended."""
        pid = self._process.pid
        for _ in range(2):  # unshare, unshare, the program; between them no other children
            children = self._children(pid)
            if not children:
                return None
            pid = children[0]
        return pid

    @staticmethod
    def _children(pid):
        try:
            return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
        except OSError:
            return []

    def status(self):
        """/proc/PID/status as a dict."""
        lines = Path(f"/proc/{self.pid()}/status").read_text(encoding="utf-8").splitlines()
        return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}

    def exec(self, command, seconds=30):
        """What `docker exec` does."""
        pid = self.pid()
        if pid is None:
            raise RuntimeError(f"the container has ended: {self.tail()}")
        return subprocess.run(["nsenter", f"--target={pid}", "--mount", "--pid", "--root", "--wd=/",
                               *self.image.inside(self._environment, command)],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds, check=False)

    def wait(self, seconds=60):
        """The program's exit code."""
        return self._process.wait(seconds)

    def terminate(self):
        os.kill(self.pid(), signal.SIGTERM)

    def tail(self, count=3000):
        return self.log.read_text(encoding="utf-8", errors="replace")[-count:]
