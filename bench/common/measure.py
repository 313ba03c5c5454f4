"""Runs one command and says what it cost: CPU of the process and all it waited for, wall time, peak memory.

The command is started from a small process of its own (this file as a script): Linux counts the memory of the process
that calls exec into the peak of what it starts, and the one that checked outputs has grown large.
"""
import ctypes
import json
import os
import signal
import subprocess
import sys
import time

POLL_S = 0.005      # between looks at an output that is waited for
STOP_LIMIT_S = 20   # for a tool to end after SIGTERM
PR_SET_PDEATHSIG = 1


class Failed(Exception):
    """The command did not do its work; the text says how."""


class Cost:
    """user, system, wall in seconds; peak_mib: the largest resident size of the process."""

    def __init__(self, user, system, wall, peak_mib):
        self.user, self.system, self.wall, self.peak_mib = user, system, wall, peak_mib

    @property
    def cpu(self):
        return self.user + self.system


def run(command, log, limit_s, until=None):
    """Runs `command` to its end, or, for one that does not end, until the file until[0] has until[1] bytes: then SIGTERM."""
    order = {"command": command, "log": log, "limit_s": limit_s, "until": until}
    done = subprocess.run([sys.executable, "-I", "-S", __file__, json.dumps(order)], stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise Failed(f"measuring failed with {done.returncode}")
    told = json.loads(done.stdout)
    if told["failure"]:
        raise Failed(f"{told['failure']}{tail(log)}")
    return Cost(told["user"], told["system"], told["wall"], told["peak_mib"])


def tail(log, size=600):
    with open(log, "rb") as file:
        file.seek(max(0, os.path.getsize(log) - size))
        text = file.read().decode(errors="replace").strip()
    return f": {text}" if text else ""


def _size(path):
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0


def _end_with_parent():
    """In the child: a benchmark that is interrupted leaves no daemon behind."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _wait(pid, deadline, stopped_ok):
    """(status, usage) of the process, which is killed when the deadline passes."""
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            return status, usage, ""
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            _, status, usage = os.wait4(pid, 0)
            return status, usage, "did not end after SIGTERM" if stopped_ok else "took too long"
        time.sleep(POLL_S)


def _measure(order):
    with open(order["log"], "wb") as log:
        started = time.monotonic()
        # Kept until the end: a Popen that is dropped reaps its child, and the usage is gone.
        child = subprocess.Popen(order["command"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                 preexec_fn=_end_with_parent)  # pylint: disable=subprocess-popen-preexec-fn
    pid = child.pid
    deadline = started + order["limit_s"]
    failure, wall = "", None
    if order["until"]:
        path, wanted = order["until"]
        while _size(path) < wanted and time.monotonic() < deadline and os.path.exists(f"/proc/{pid}/exe"):
            time.sleep(POLL_S)
        wall = time.monotonic() - started
        if _size(path) < wanted:
            failure = f"wrote {_size(path)} of {wanted} bytes"
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        deadline = time.monotonic() + STOP_LIMIT_S
    status, usage, late = _wait(pid, deadline, bool(order["until"]))
    wall = wall or time.monotonic() - started
    code = os.waitstatus_to_exitcode(status)
    if not failure:
        failure = late or (f"ended with {code}" if code not in (0, -signal.SIGTERM if order["until"] else 0) else "")
    return {"user": usage.ru_utime, "system": usage.ru_stime, "wall": wall, "peak_mib": usage.ru_maxrss / 1024, "failure": failure}


if __name__ == "__main__":
    print(json.dumps(_measure(json.loads(sys.argv[1]))))
