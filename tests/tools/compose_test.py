"""docker-compose.yml, by Docker Compose's own `config`, which needs no engine: a misspelt key or service is an error.
Compose is the program in COPYDESK_COMPOSE, or else `docker compose`, or what `tools/dev test` has fetched. Without it there
is nothing to ask, and the test is skipped."""
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

kRoot = Path(__file__).resolve().parents[2]
kSkipped = 77  # ctest's SKIP_RETURN_CODE
kUnits = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}


def compose_program():
    wished = os.environ.get("COPYDESK_COMPOSE")
    fetched = str(kRoot / "build/compose/docker-compose")
    for command in [[wished]] if wished else [["docker", "compose"], ["docker-compose"], [fetched]]:
        try:
            done = subprocess.run([*command, "version", "--short"], capture_output=True, text=True, timeout=60, check=False)
        except OSError:
            continue
        if done.returncode == 0 and done.stdout.strip().lstrip("v").startswith(("2.", "3.", "4.", "5.")):
            return command
    return None


COMPOSE = compose_program()


def config(path, *more):
    return subprocess.run([*COMPOSE, "--project-directory", kRoot, "-f", path, "--profile", "*", "config", *more],
                          capture_output=True, text=True, timeout=60, check=False)


def seconds(duration):
    return sum(float(number) * kUnits[unit] for number, unit in re.findall(r"([\d.]+)(ms|[smh])", duration))


def drain():
    return seconds(re.search(r"^  drain: (\w+)", (kRoot / "config/kafka/copydesk.yaml").read_text(), re.M)[1])


class Compose(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        done = config(kRoot / "docker-compose.yml", "--format", "json")
        if done.returncode != 0:
            raise AssertionError(f"docker-compose.yml is wrong: {done.stderr}")
        cls.services = json.loads(done.stdout)["services"]

    def refused(self, old, new):
        text = (kRoot / "docker-compose.yml").read_text()
        self.assertIn(old, text)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "docker-compose.yml"
            path.write_text(text.replace(old, new, 1), encoding="utf-8")
            return config(path, "-q").returncode != 0

    def test_compose_takes_the_file_and_would_not_take_a_mistake(self):
        self.assertEqual(config(kRoot / "docker-compose.yml", "-q").returncode, 0)
        self.assertTrue(self.refused("healthcheck:", "healthchek:"))
        self.assertTrue(self.refused("service_healthy", "service_helthy"))
        self.assertTrue(self.refused("topics: { condition", "topicz: { condition"))

    def test_a_daemon_has_longer_to_end_than_it_drains(self):
        for name in ("copydesk", "copydesk-2"):
            self.assertGreater(seconds(self.services[name]["stop_grace_period"]), drain() + 5)

    def test_each_daemon_has_a_volume_and_a_name_of_its_own(self):
        one, two = self.services["copydesk"], self.services["copydesk-2"]
        volume = [[v["source"] for v in s["volumes"] if v["target"] == "/var/lib/copydesk"] for s in (one, two)]
        self.assertNotEqual(*volume)
        self.assertNotEqual(one["environment"]["COPYDESK_INSTANCE"], two["environment"]["COPYDESK_INSTANCE"])

    def test_what_is_mounted_from_here_is_here(self):
        for name, service in self.services.items():
            for volume in service.get("volumes", []):
                if volume["type"] == "bind":
                    self.assertTrue(os.path.exists(volume["source"]), f"{name}: {volume['source']}")

    def test_one_version_of_the_broker_the_one_that_is_tested(self):
        pom = (kRoot / "tools/kafka/pom.xml").read_text()
        tested = re.search(r"<artifactId>kafka_[\d.]+</artifactId>\s*<version>([\d.]+)<", pom)[1]
        images = {s["image"] for s in self.services.values() if s["image"].startswith("apache/kafka")}
        self.assertEqual(images, {f"apache/kafka:{tested}"})


if __name__ == "__main__":
    if COMPOSE is None:  # in the words of GoogleTest, for the list of what was skipped
        print("compose_test.py:0: Skipped\nno Docker Compose 2 here to check docker-compose.yml with")
        sys.exit(kSkipped)
    unittest.main()
