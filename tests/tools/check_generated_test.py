"""tools/check_generated on a small tree with one generated file."""
import subprocess
import sys
import tempfile
import unicodedata
import unittest
from pathlib import Path

kTool = Path(__file__).resolve().parents[2] / "tools" / "check_generated"
kScript = "print('// Written by make_table.py from Unicode {0}; do not edit.')\nprint('int kTable[] = {{1}};')\n"
kTable = "// Written by make_table.py from Unicode {0}; do not edit.\nint kTable[] = {{1}};\n"


def check(table, unicode_version=unicodedata.unidata_version):
    with tempfile.TemporaryDirectory() as folder:
        plugin = Path(folder) / "plugins" / "clean"
        plugin.mkdir(parents=True)
        (plugin / "make_table.py").write_text(kScript.format(unicode_version), encoding="utf-8")
        (plugin / "table.inc").write_text(table.format(unicode_version), encoding="utf-8")
        done = subprocess.run([sys.executable, "-B", kTool, folder], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


class CheckGenerated(unittest.TestCase):
    def test_accepts_what_the_script_writes(self):
        code, said = check(kTable)
        self.assertEqual(code, 0, said)
        self.assertIn("1 generated files compared", said)

    def test_refuses_a_file_changed_by_hand(self):
        code, said = check(kTable + "int kMore;\n")
        self.assertEqual(code, 1)
        self.assertIn("is not what make_table.py writes", said)

    def test_refuses_a_file_that_does_not_name_its_script(self):
        code, said = check("int kTable[] = {{1}};\n")
        self.assertEqual(code, 1)
        self.assertIn("does not say which script wrote it", said)

    def test_leaves_a_table_of_another_unicode_version_alone(self):
        code, said = check(kTable, "1.1.0")
        self.assertEqual(code, 0, said)
        self.assertIn("not compared", said)


if __name__ == "__main__":
    unittest.main()
