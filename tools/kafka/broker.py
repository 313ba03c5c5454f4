#!/usr/bin/env python3
"""A real Apache Kafka broker on loopback, for the tests and for `tools/dev kafka`: one node, KRaft, a small heap.

As a library: Broker(folder).start(); what goes wrong is a BrokerError that says why, with the end of the broker's log.
It needs Java 17 or newer, Maven for the jars (kept in build/kafka), openssl for the secure kind, and nothing of Python
beyond its standard library. The secure kind has TLS, SCRAM-SHA-512 and PLAIN, and an authorizer; kUsers are its users.
"""
import argparse
import concurrent.futures
import contextlib
import fcntl
import hashlib
import json
import os
import random
import select
import shutil
import signal
import socket
import string
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from admin import Admin, AdminError  # noqa: E402
from certificates import make_certificates  # noqa: E402

kHere = Path(__file__).resolve().parent
kCache = kHere.parents[1] / "build" / "kafka"
kUsers = {  # of a secure broker, with their passwords
    "admin": "admin-secret",  # may do everything
    "desk": "desk-secret",  # everything with topics that begin with kPrefix, with every group and transactional id
    "stranger": "stranger-secret",  # has no ACL
}
kPrefix = "desk."

kFetchSeconds = 600
kFormatSeconds = 120
kStartSeconds = 120
kStopSeconds = 30  # after SIGTERM, before SIGKILL
kTailLines = 60
kLongestLog = 10 << 20  # bytes; a longer one is begun anew by the next start
kPortAttempts = 100
kJava = ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xshare:auto"]

# The kernel ends a child with --pdeathsig when the thread that started it ends, so one thread starts them all; it lives
# as long as this process.
_starter = concurrent.futures.ThreadPoolExecutor(max_workers=1)


class BrokerError(Exception):
    pass


def need(*programs):
    missing = [program for program in programs if not shutil.which(program)]
    if missing:
        raise BrokerError(f"not installed: {', '.join(missing)}. Run tools/dev setup")


def digest(*parts):
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


@contextlib.contextmanager
def made_once(target):
    """Yields a folder to fill, which becomes `target`; or None when it is there, perhaps by another process' hand. Who
    waits for another process waits no longer than the steps of that one may take."""
    if target.is_dir():
        yield None
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{target}.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if target.is_dir():
            yield None
            return
        work = Path(tempfile.mkdtemp(prefix="new.", dir=target.parent))
        try:
            yield work
            work.rename(target)
        finally:
            shutil.rmtree(work, ignore_errors=True)


def run(command, what, seconds):
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        raise BrokerError(f"{what} did not end in {seconds} s") from None
    if done.returncode != 0:
        raise BrokerError(f"{what} failed:\n" + "\n".join(done.stdout.splitlines()[-kTailLines:]))


def jars_folder():
    return kCache / f"libs-{digest((kHere / 'pom.xml').read_text(encoding='utf-8'))}"


def fetch():
    """Kafka's jars, from Maven Central or whatever Maven is configured to ask; once for each pom.xml."""
    with made_once(jars_folder()) as work:
        if work:
            need("mvn", "java")
            run(["mvn", "-B", "-q", "-f", kHere / "pom.xml", f"-Dlibs={work}", "package"],
                "fetching Kafka's jars with Maven", kFetchSeconds)
    return jars_folder()


def java(heap, *arguments):
    return [*kJava, f"-Xmx{heap}", f"-Dlog4j2.configurationFile={kHere / 'log4j2.yaml'}", "-cp", f"{fetch()}/*",
            *map(str, arguments)]


def is_free(port):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections of an earlier broker may linger
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count):
    """Below those the kernel gives to outgoing connections, so that none takes the port while a broker is restarted."""
    chosen = []
    for port in random.sample(range(15000, 32000), kPortAttempts):
        if is_free(port):
            chosen.append(port)
        if len(chosen) == count:
            return chosen
    raise BrokerError("no free ports")


def start_attached(command, **more):
    """A child that the kernel kills when this process ends, however it ends; also in the moment before it knew."""
    guarded = ["setpriv", "--pdeathsig", "KILL", "sh", "-c", '[ "$PPID" = "$0" ] && exec "$@"', str(os.getpid())]
    return _starter.submit(subprocess.Popen, [*guarded, *command], **more).result()


class Broker:
    """What is in a folder: ports.json, data/, broker.log, and pid while it runs. It keeps its ports, so that clients
    find it again after a restart; another Broker of the same folder is the same broker."""

    def __init__(self, folder, secure=False, port=None, heap="256m", first=None):
        """`port` is the one wished for; a free one is chosen without it, or when it is taken at the first start.
        `first`, a broker that is not secure, makes this the second of its cluster: it leads what it is given, and the
        first stays the controller."""
        self.folder = Path(folder).resolve()
        self.secure = secure
        self._first = first
        self._wish, self._heap = port, heap
        self._process = None

    # Where it is.

    def _path(self, name):
        return self.folder / name

    def _ports(self):
        return json.loads(self._path("ports.json").read_text(encoding="ascii"))

    @property
    def bootstrap(self):
        return f"127.0.0.1:{self._ports()['port']}"

    @property
    def mutual(self):
        """Where a secure broker knows its clients by certificate."""
        return f"127.0.0.1:{self._ports()['mutual_port']}"

    def certificate(self, name):
        """A file of those that certificates.py makes."""
        return str(self._path("certificates") / name)

    @property
    def ca(self):
        """The file with the certificate that clients of a secure broker trust."""
        return self.certificate("ca.pem")

    @property
    def admin(self):
        return Admin(self._ports()["admin_port"])

    def client_settings(self, user="desk", mechanism="PLAIN"):
        """librdkafka's properties for a client. "SCRAM-SHA-512" needs librdkafka 2.6.1, see secure.properties."""
        if not self.secure:
            return {"bootstrap.servers": self.bootstrap}
        return {"bootstrap.servers": self.bootstrap, "security.protocol": "SASL_SSL", "ssl.ca.location": self.ca,
                "sasl.mechanisms": mechanism, "sasl.username": user, "sasl.password": kUsers[user]}

    @property
    def admin_settings(self):
        """The same for a client that may do everything, without a password."""
        return {"bootstrap.servers": f"127.0.0.1:{self._ports()['admin_port']}"}

    def make_certificates(self):
        """Done by the first start; by hand, for a ca.pem that belongs to no broker."""
        make_certificates(self._path("certificates"))

    # Its life.

    def pid(self):
        """None when it does not run. The command line is looked at because a number may be another process' by now."""
        if self._process and self._process.poll() is not None:
            self._process = None
        try:
            pid = int(self._path("pid").read_text(encoding="ascii"))
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return None
        return pid if str(self._path("server.properties")).encode() in command else None

    def running(self):
        return self.pid() is not None

    def start(self, detached=False):
        """Returns when it can be used. It ends with this process unless `detached`."""
        if self.running():
            raise BrokerError(f"the broker in {self.folder} runs already")
        need("java", "setpriv", *(["openssl"] if self.secure else []))
        first = not self._path("ports.json").exists()
        self.folder.mkdir(parents=True, exist_ok=True)
        if first:
            self._prepare()
        ours = {name: port for name, port in self._ports().items() if name != "controller_port" or self._first is None}
        taken = [port for port in set(ours.values()) if not is_free(port)]
        if taken:
            raise BrokerError(f"port {taken[0]} of the broker in {self.folder} is in use by another program")
        self._spawn(detached)
        self._wait_until_ready()
        if first and self.secure:
            self.admin.allow("desk", "topic", kPrefix, prefixed=True)
            self.admin.allow("desk", "group", "*")
            self.admin.allow("desk", "transaction", "*")

    def stop(self):
        """SIGTERM, and SIGKILL if that is not enough."""
        if not self._end(signal.SIGTERM, kStopSeconds):
            self.kill()

    def kill(self):
        """kill -9."""
        if not self._end(signal.SIGKILL, kStopSeconds):
            raise BrokerError(f"process {self.pid()} did not end in {kStopSeconds} s after SIGKILL")

    def restart(self):
        self.stop()
        self.start()

    def signal(self, number):
        """SIGSTOP makes a broker that accepts connections and never answers; SIGCONT ends that."""
        self._end(number, 0)

    def log_tail(self, lines=kTailLines):
        try:
            text = self._path("broker.log").read_text(encoding="utf-8", errors="replace")
            return "\n".join(text.splitlines()[-lines:])
        except OSError as error:
            return f"(no log: {error})"

    # How.

    def _template(self):
        kind = "secure.properties" if self.secure else "plain.properties"
        names = ("server.properties", kind, *(["second.properties"] if self._first else []))
        return "".join((kHere / name).read_text(encoding="utf-8") for name in names)

    def _write_properties(self, path, **values):
        users = " ".join(f'user_{name}="{password}"' for name, password in kUsers.items())
        path.write_text(string.Template(self._template()).substitute(values, users=users), encoding="utf-8")

    def _prepare(self):
        """Everything that is made once. ports.json comes last: without it all of this begins again."""
        port, controller_port, admin_port, mutual_port = free_ports(4)
        if self._wish is not None:
            port = next(filter(is_free, range(self._wish, self._wish + kPortAttempts)), port)
        if self._first is not None:
            controller_port = self._first._ports()["controller_port"]
        ports = {"port": port, "controller_port": controller_port, "admin_port": admin_port if self.secure else port}
        if self.secure:
            ports["mutual_port"] = mutual_port
            self.make_certificates()
        self._write_properties(self._path("server.properties"), **ports, data=self._path("data"),
                               certificates=self._path("certificates"))
        shutil.rmtree(self._path("data"), ignore_errors=True)
        shutil.copytree(self._formatted(), self._path("data"))
        self._path("ports.json").write_text(json.dumps(ports), encoding="ascii")

    def _formatted(self):
        """Formatted storage, users included. It names neither ports nor folders, so all brokers of a kind begin with
        copies of one, and only the first waits for another Java machine."""
        target = kCache / f"formatted-{digest(str(jars_folder()), self._template(), str(kUsers))}"
        with made_once(target) as work:
            if work:
                self._format(work)
        return target

    def _format(self, folder):
        with tempfile.TemporaryDirectory() as temporary:
            properties = Path(temporary) / "server.properties"
            self._write_properties(properties, port=1, controller_port=2, admin_port=3, mutual_port=4, data=folder,
                                   certificates=temporary)
            users = [f"SCRAM-SHA-512=[name={name},password={password}]" for name, password in kUsers.items()]
            run(java("128m", "kafka.tools.StorageTool", "format", "-t", "copydeskTestCluster000", "-c", properties,
                     *(word for user in users if self.secure for word in ("--add-scram", user))),
                "formatting the broker's storage", kFormatSeconds)

    def _spawn(self, detached):
        command = java(self._heap, "kafka.Kafka", self._path("server.properties"))
        log = self._path("broker.log")
        mode = "wb" if log.exists() and log.stat().st_size > kLongestLog else "ab"
        with open(log, mode) as output:
            more = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output, "start_new_session": True}
            self._process = (subprocess.Popen if detached else start_attached)(command, cwd=self.folder, **more)
        self._path("pid").write_text(str(self._process.pid), encoding="ascii")

    def _wait_until_ready(self):
        deadline = time.monotonic() + kStartSeconds
        admin = self.admin
        while not admin.ready():
            if self._process.poll() is not None:
                raise BrokerError(f"the broker ended with {self._process.returncode}:\n{self.log_tail()}")
            if time.monotonic() > deadline:
                self.kill()
                raise BrokerError(f"the broker was not ready in {kStartSeconds} s:\n{self.log_tail()}")
            time.sleep(0.05)

    def _end(self, number, seconds):
        """Sends a signal; true when the broker is gone within the time. Its ports are free then, and only then: a
        process that was killed loses its command line before its sockets."""
        pid = self.pid()
        try:
            process = os.pidfd_open(pid) if pid else None
        except ProcessLookupError:
            process = None
        if process is None:
            return True
        try:
            signal.pidfd_send_signal(process, number)
            gone = bool(select.select([process], [], [], seconds)[0])
        except ProcessLookupError:
            gone = True
        finally:
            os.close(process)
        if gone and self._process:
            self._process.wait(seconds)
        return gone


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", default=kCache / "dev", help="where the broker lives (%(default)s)")
    parser.add_argument("--secure", action="store_true", help="with TLS, SCRAM and ACLs")
    parser.add_argument("--port", type=int, default=9092, help="or the next free one (%(default)s)")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("fetched", "fetch", "start", "stop", "kill", "status", "bootstrap"):
        commands.add_parser(name)
    topic = commands.add_parser("topic")
    topic.add_argument("name")
    topic.add_argument("partitions", type=int, nargs="?", default=3)
    arguments = parser.parse_args()
    broker = Broker(arguments.folder, arguments.secure, arguments.port)
    try:
        return act(arguments, broker)
    except (BrokerError, AdminError, OSError) as error:
        print(f"kafka: {error}", file=sys.stderr)
        return 1


def act(arguments, broker):
    command = arguments.command
    if command == "fetched":
        return 0 if jars_folder().is_dir() else 1
    if command == "fetch":
        print(fetch())
    elif command == "start":
        if not broker.running():
            broker.start(detached=True)
        print(broker.bootstrap)
    elif command in ("stop", "kill"):
        was = broker.running()
        broker.stop() if command == "stop" else broker.kill()
        print("stopped" if was else "did not run")
    elif not broker.running():
        print("kafka: no broker runs; begin with: start", file=sys.stderr)
        return 1
    elif command == "topic":
        broker.admin.create_topic(arguments.name, arguments.partitions)
        print(f"{arguments.name}: {arguments.partitions} partitions")
    else:
        print(broker.bootstrap)
        if command == "status":
            print(f"pid {broker.pid()}, log {broker.folder / 'broker.log'}")
            for name, partitions in sorted(broker.admin.topics().items()):
                print(f"  {name}: {partitions} partitions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
