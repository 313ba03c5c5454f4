"""tools/runtime_packages on the program and the plugins of this tree: BUILD_DIR is the first argument."""
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

kTool = Path(__file__).resolve().parents[2] / "tools" / "runtime_packages"
kBuild = Path(sys.argv.pop(1))
kFiles = [kBuild / "bin" / "copydesk", *sorted((kBuild / "lib/copydesk/plugins").glob("*.so"))]


def packages(*files):
    return subprocess.run([kTool, *map(str, files)], capture_output=True, text=True, check=False)


@unittest.skipUnless(shutil.which("dpkg-query"), "SKIPPED: no dpkg here")
class RuntimePackages(unittest.TestCase):
    def test_names_the_libraries_of_the_program_and_of_the_plugins(self):
        done = packages(*kFiles)
        self.assertEqual(done.returncode, 0, done.stderr)
        found = done.stdout.split()
        self.assertEqual(found, sorted(set(found)))
        for library in ("libc6", "libstdc++6", "librdkafka1", "librocksdb", "libyaml-cpp", "libjemalloc"):
            self.assertTrue(any(name.startswith(library) for name in found), f"{library} is not among {found}")
        self.assertEqual([name for name in found if re.search("-dev$|[^a-z0-9.+-]", name)], [])

    def test_a_plugin_has_its_own(self):
        plain = packages(kBuild / "lib/copydesk/plugins/stdout.so").stdout.split()
        self.assertIn("libstdc++6", plain)
        self.assertNotIn("librdkafka1", plain)

    def test_a_library_that_no_package_has_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, more in (("libours.so", []), ("main.so", ["-L", folder, "-l:libours.so", f"-Wl,-rpath,{folder}"])):
                source = Path(folder) / f"{name}.c"
                source.write_text(f"void {name.replace('.', '_')}(void) {{}}\n", encoding="ascii")
                subprocess.run(["cc", "-shared", "-fPIC", "-Wl,--no-as-needed", "-o", f"{folder}/{name}", str(source), *more],
                               check=True)
            done = packages(f"{folder}/main.so")
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"no package has {folder}/libours.so", done.stderr)
            Path(folder, "libours.so").unlink()
            done = packages(f"{folder}/main.so")
            self.assertEqual(done.returncode, 1)
            self.assertIn("needs libours.so, which is not found here", done.stderr)


if __name__ == "__main__":
    unittest.main()
