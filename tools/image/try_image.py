#!/usr/bin/env python3
"""try_image.py ROOT CONFIG FOLDER: runs the image unpacked in ROOT, which CONFIG (from `buildah inspect`) describes, beside
a broker of its own; FOLDER holds what the broker and the daemons leave until the end. Root only. Exit code 0 when all holds.
"""
import contextlib
import json
import os
import re
import shutil
import sys
import time
from pathlib import Path

kRoot = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(kRoot / "tools/kafka"), str(Path(__file__).resolve().parent)]
import client  # noqa: E402
from broker import Broker, kPrefix, kUsers  # noqa: E402
from container import Container, Image  # noqa: E402
from image_config import config_faults, kConfig, root_faults, size_of  # noqa: E402

kSample = kRoot / "config/quickstart/inbox/0612-coast-courier.jsonl"  # what docker-compose.yml sends
kData = "/var/lib/copydesk"
kHealthySeconds = 30  # the HEALTHCHECK's own start period
kEndSeconds = 45      # stop_grace_period in docker-compose.yml
kMoveSeconds = 30     # until another daemon has the partitions of one that ended: session_timeout, since both have an instance
kArticles = 600
kSecure = """
version: 1
data_dir: /var/lib/copydesk
sources:
  raw:
    type: kafka
    brokers: "${KAFKA_BROKERS}"
    tls: { ca: /run/secrets/ca }
    sasl: { mechanism: MECHANISM, username: desk, password: "${file:/run/secrets/password}" }
    topics: [desk.raw]
    group: desk
pipelines:
  news: { from: [raw], stages: [clean], to: [clean] }
sinks:
  clean:
    type: kafka
    brokers: "${KAFKA_BROKERS}"
    tls: { ca: /run/secrets/ca }
    sasl: { mechanism: MECHANISM, username: desk, password: "${file:/run/secrets/password}" }
    topic: desk.clean
    exactly_once: true
"""


class Wrong(Exception):
    pass


def say(text):
    print(f"== {text}", flush=True)


def expect(condition, *what):
    if not condition:
        raise Wrong(" ".join(map(str, what)))


def wait_until(condition, seconds, what):
    began = time.monotonic()
    while not condition():
        expect(time.monotonic() - began < seconds, f"waited {seconds} s in vain until", what() if callable(what) else what)
        time.sleep(0.1)
    return time.monotonic() - began


class Trial:
    def __init__(self, image, folder):
        self.image, self.folder = image, Path(folder)

    def path(self, name):
        return self.folder / name

    # The pieces.

    def look(self):
        version = re.search(r"project\(copydesk VERSION ([\d.]+)", (kRoot / "CMakeLists.txt").read_text(encoding="utf-8"))[1]
        faults = [*config_faults(self.image.config, version), *root_faults(self.image.root)]
        expect(not faults, "the image is not as it should be:\n  " + "\n  ".join(faults))
        ours = sum(size_of(self.image.root / place) for place in ("usr/local/bin", "usr/local/lib", "usr/local/share"))
        user = self.image.config["User"]
        say(f"image: {size_of(self.image.root) / 1e6:.0f} MB unpacked, {ours / 1e6:.0f} MB of it ours; user {user}, "
            "health check, labels, no compiler, stripped")

    def volume(self, name):
        """A folder with the owner that a new Docker volume takes from the image."""
        path = self.path(name)
        if not path.exists():
            path.mkdir()
            owner = (self.image.root / kData[1:]).stat()
            os.chown(path, owner.st_uid, owner.st_gid)
        return path

    def daemon(self, name, kafka, config=kRoot / "config/kafka/copydesk.yaml", mounts=(), **more):
        environment = {"KAFKA_BROKERS": kafka.bootstrap, "COPYDESK_INSTANCE": f"copydesk-{name}"}
        mounts = [(self.volume(f"data-{name}"), kData, "rw"), (config, kConfig, "ro"), *mounts]
        return Container(self.image, self.path(f"{name}.log"), environment, mounts, **more)

    def health(self, daemon):
        return daemon.exec(self.image.config["Healthcheck"]["Test"][1:]).returncode == 0

    def wait_for_health(self, daemon):
        return wait_until(lambda: daemon.pid() and self.health(daemon), kHealthySeconds,
                          lambda: f"the health check passes\n{daemon.tail()}")

    @staticmethod
    def end(daemon):
        began = time.monotonic()
        daemon.terminate()
        code = daemon.wait(kEndSeconds)
        expect(code == 0, f"SIGTERM ended it with {code}\n{daemon.tail()}")
        return time.monotonic() - began

    def check_process(self, daemon, read_only):
        status = daemon.status()
        user = self.image.config["User"].split(":")[0]
        expect(status["Name"] == "copydesk" and status["NSpid"].split()[-1] == "1", "copydesk is not process 1:", status)
        expect(set(status["Uid"].split()) == {user}, "its user is", status["Uid"])
        expect(int(status["CapEff"], 16) == 0 and int(status["CapBnd"], 16) == 0, "it has capabilities")
        wrote = daemon.exec(["sh", "-c", f"echo > {kData}/x && rm {kData}/x && echo > /tmp/x && rm /tmp/x"])
        expect(wrote.returncode == 0, wrote.stderr)
        for place in ("/etc/x", "/usr/local/lib/copydesk/plugins/x", "/x"):
            expect(daemon.exec(["touch", place]).returncode != 0, place, "can be written")
        root = daemon.exec(["sh", "-c", "grep ' / / ' /proc/self/mountinfo || cat /proc/self/mountinfo"]).stdout
        expect(not read_only or " ro," in root.splitlines()[0], "the root is not read-only:", root)

    # What is tried.

    def alone(self, kafka):
        """The sample through config/kafka, ended, begun again on a root that may be written."""
        lines = kSample.read_text(encoding="utf-8").splitlines()
        wanted = [json.loads(line)["id"] for line in lines]
        with client.Reader(kafka.admin_settings, "articles.clean") as reader:
            with self.daemon("one", kafka) as daemon:
                healthy = self.wait_for_health(daemon)
                self.check_process(daemon, read_only=True)
                client.produce(kafka.admin_settings, "articles.raw", lines)
                articles = [json.loads(m.value) for m in reader.until(len(lines))]
                ended = self.end(daemon)
            expect(sorted(a["id"] for a in articles) == sorted(wanted), "other articles came out:", articles)
            expect(any(a.get("entities") for a in articles), "nothing is tagged")
            say(f"read-only root, process 1: healthy after {healthy:.1f} s, {len(lines)} articles came out; "
                f"SIGTERM: exit code 0 in {ended:.1f} s")

            began = time.time()
            with self.daemon("one", kafka, read_only=False) as daemon:
                self.wait_for_health(daemon)
                again = [json.dumps({**json.loads(line), "id": f"again-{n}"}) for n, line in enumerate(lines)]
                client.produce(kafka.admin_settings, "articles.raw", again)
                articles = [json.loads(m.value) for m in reader.until(2 * len(lines))]
                self.end(daemon)
            messages = reader.to_end()
        expect(len(messages) == 2 * len(lines), f"{len(messages)} messages came out, not {2 * len(lines)}")
        copies = {a["id"]: a["dedup"]["status"] for a in articles if a["id"].startswith("again-")}
        expect(set(copies.values()) == {"exact"}, "the volume forgot the earlier articles:", copies)
        written = self.written_since(began)
        expect(not written, "written outside of volume and /tmp:", written)
        say("begun again on the same volume: nothing twice, copies of earlier articles found, no other file written")

    def written_since(self, began):
        """Files and folders of the root that changed; the mount points of the container are not seen from here."""
        found = []
        for folder, _, names in os.walk(self.image.root):
            found += [p for p in (folder, *(os.path.join(folder, n) for n in names)) if os.lstat(p).st_ctime > began]
        return found

    def check_dead(self, kafka):
        """The health check is not always content."""
        with self.daemon("none", kafka, arguments=self.image.config["Healthcheck"]["Test"][2:]) as nobody:
            expect(nobody.wait() == 1, "the health check passes where no daemon runs")

    def two(self, kafka):
        """Two of one group, as the profile `two` of docker-compose.yml; one ends, the other goes on with all."""
        articles = [json.dumps({"id": f"a-{n}", "title": f"Story {n}", "body": f"Story {n} of many, told once. " * 9})
                    for n in range(2 * kArticles)]
        before = len(client.read_all(kafka.admin_settings, "articles.clean"))

        def holders():
            group = kafka.admin.group("copydesk")
            return {m.instance: len(m.partitions) for m in group.members} if group.state == "Stable" else {}
        with client.Reader(kafka.admin_settings, "articles.clean") as reader, \
                self.daemon("one", kafka) as one, self.daemon("two", kafka) as two:
            for daemon in (one, two):
                self.wait_for_health(daemon)
            wait_until(lambda: sorted(holders().values()) == [3, 3], kHealthySeconds, lambda: f"each has 3: {holders()}")
            client.produce(kafka.admin_settings, "articles.raw", articles[:kArticles])
            reader.until(before + kArticles)
            self.end(two)
            moved = wait_until(lambda: list(holders().values()) == [6], kMoveSeconds, lambda: f"one has 6: {kafka.admin.group('copydesk')}\n{one.tail()}")
            client.produce(kafka.admin_settings, "articles.raw", articles[kArticles:])
            reader.until(before + len(articles))
            self.end(one)
            ids = [json.loads(m.value)["id"] for m in reader.to_end()][before:]
        expect(sorted(ids) == sorted(f"a-{n}" for n in range(2 * kArticles)), f"{len(ids)} articles, {len(set(ids))} of them different")
        say(f"two daemons of one group, 3 partitions each; one ended, the other had all {moved:.1f} s later; "
            f"{len(ids)} articles, each once")

    def secure(self):
        """TLS, and a password from a file that only the user of the image may read."""
        password = self.path("password")
        password.write_text(kUsers["desk"] + "\n", encoding="ascii")
        password.chmod(0o400)
        os.chown(password, int(self.image.config["User"].split(":")[0]), 0)
        kafka = Broker(self.path("secure"), secure=True)
        with running(kafka):
            for topic in ("raw", "clean"):
                kafka.admin.create_topic(kPrefix + topic, 2)
            mounts = [(kafka.ca, "/run/secrets/ca", "ro"), (password, "/run/secrets/password", "ro")]
            mechanisms = ["plain", "scram-sha-512"] if self.knows_scram() else ["plain"]
            with client.Reader(kafka.admin_settings, kPrefix + "clean") as reader:
                for number, mechanism in enumerate(mechanisms):
                    self.sign_in(kafka, mechanism, mounts, reader, 3 * (number + 1))
        say(f"TLS, SASL {' and '.join(mechanisms)}, password from a mounted file: 3 articles came out of each")

    def sign_in(self, kafka, mechanism, mounts, reader, expected):
        config = self.path(f"{mechanism}.yaml")
        config.write_text(kSecure.replace("MECHANISM", mechanism), encoding="utf-8")
        with self.daemon("secure", kafka, config, mounts) as daemon:
            self.wait_for_health(daemon)
            client.produce(kafka.admin_settings, kPrefix + "raw", kSample.read_text(encoding="utf-8").splitlines())
            reader.until(expected)
            self.end(daemon)

    def knows_scram(self):
        """With Kafka 4: librdkafka 2.6.1 or newer."""
        status = (self.image.root / "var/lib/dpkg/status").read_text(encoding="utf-8")
        version = re.search(r"^Package: librdkafka1\n(?:.+\n)*?Version: (\d+)\.(\d+)\.(\d+)", status, re.M)
        return tuple(map(int, version.groups())) >= (2, 6, 1)


@contextlib.contextmanager
def running(kafka):
    kafka.start()
    try:
        yield kafka
    except BaseException:
        print(kafka.log_tail())
        raise
    finally:
        kafka.stop()


def main():
    root, config, folder = sys.argv[1:]
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    os.chmod(folder, 0o755)
    trial = Trial(Image(root, config), folder)
    try:
        trial.look()
        kafka = Broker(trial.path("kafka"))
        with running(kafka):
            for topic in ("articles.raw", "articles.clean"):
                kafka.admin.create_topic(topic, 6)
            trial.check_dead(kafka)
            trial.alone(kafka)
            trial.two(kafka)
        trial.secure()
    except Wrong as wrong:
        print(f"try_image: {wrong}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
