"""tools/image/image_config.py: what an image must be, on descriptions and small roots, each broken in one place; and the
Dockerfile's version."""
import copy
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

kRoot = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(kRoot / "tools/image"))
from image_config import config_faults, root_faults  # noqa: E402

kGood = {
    "User": "10001:10001",
    "Entrypoint": ["copydesk"],
    "Cmd": ["run", "-c", "/etc/copydesk/copydesk.yaml"],
    "Healthcheck": {"Test": ["CMD", "copydesk", "health", "-c", "/etc/copydesk/copydesk.yaml"]},
    "Volumes": {"/var/lib/copydesk": {}},
    "StopSignal": "SIGTERM",
    "Labels": {f"org.opencontainers.image.{name}": "1.2.3" for name in ("title", "version", "description", "licenses")},
}


class Config(unittest.TestCase):
    def test_a_good_one_has_no_faults(self):
        self.assertEqual(config_faults(kGood, "1.2.3"), [])

    def test_each_thing_that_is_absent_or_wrong_is_named(self):
        for key, value, fault in (("User", "", "user"), ("User", "root", "user"), ("User", "0:10001", "user"),
                                  ("Healthcheck", {}, "HEALTHCHECK"), ("Labels", {}, "label"), ("Entrypoint", ["sh"], "entry point"),
                                  ("Cmd", ["run"], "CMD"), ("Volumes", None, "volume"), ("StopSignal", None, "signal")):
            config = copy.deepcopy(kGood)
            config[key] = value
            faults = config_faults(config, "1.2.3")
            self.assertTrue(any(fault in f for f in faults), f"{key}={value!r}: {faults}")
        self.assertEqual(config_faults(kGood, "1.2.4"), ["the version is 1.2.3, and 1.2.4 in CMakeLists.txt"])

    def test_the_version_of_the_dockerfile_is_the_projects(self):
        ours = re.search(r"project\(copydesk VERSION ([\d.]+)", (kRoot / "CMakeLists.txt").read_text(encoding="utf-8"))[1]
        self.assertIn(f'org.opencontainers.image.version="{ours}"', (kRoot / "Dockerfile").read_text(encoding="utf-8"))


class Root(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for place in ("usr/bin", "usr/local/bin", "usr/local/lib/copydesk/plugins", "usr/sbin", "var/lib/dpkg", "var/lib/copydesk",
                      "var/lib/apt/lists", "var/cache/apt", "tmp", "root", "run"):
            (self.root / place).mkdir(parents=True)
        (self.root / "var/lib/dpkg/status").write_text("Package: libc6\nStatus: install ok installed\n", encoding="ascii")
        self.compile("usr/local/bin/copydesk", "-s")
        self.compile("usr/local/lib/copydesk/plugins/clean.so", "-s")

    def compile(self, path, *options):
        source = "int copydesk(void) { return 0; }\n"
        subprocess.run(["cc", "-shared", "-fPIC", *options, "-x", "c", "-", "-o", self.root / path], input=source, text=True,
                       check=True)

    def faults(self):
        return root_faults(self.root, os.getuid())

    def test_a_good_one_has_no_faults(self):
        self.assertEqual(self.faults(), [])

    def test_tools_leftovers_and_symbols_are_named(self):
        (self.root / "usr/bin/gcc").symlink_to("gcc-12")
        (self.root / "var/lib/apt/lists/Packages").touch()
        (self.root / "src").mkdir()
        (self.root / "src/main.cpp").touch()
        (self.root / "var/lib/dpkg/status").write_text("Package: libfoo-dev\n", encoding="ascii")
        self.compile("usr/local/lib/copydesk/plugins/clean.so")
        self.assertEqual(self.faults(), ["gcc is in the image", "src is in the image", "var/lib/apt/lists/Packages is left in the image",
                                         "the package libfoo-dev is in the image", "clean.so is not stripped"])

    def test_a_data_folder_of_somebody_else_is_named(self):
        self.assertEqual(root_faults(self.root, os.getuid() + 1), [f"/var/lib/copydesk belongs to {os.getuid()}"])


if __name__ == "__main__":
    unittest.main()
