#!/usr/bin/env python3
"""package_test.py CMAKE BUILD_DIR CXX COPYDESK: installs the SDK into an empty prefix, builds the template plugin outside the
tree with find_package(copydesk), runs it in the daemon, and looks at what came out."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

cmake, build, cxx, copydesk = sys.argv[1:5]


def run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


with tempfile.TemporaryDirectory(prefix="copydesk-package-") as folder:
    root = pathlib.Path(folder)
    run(cmake, "--install", build, "--prefix", root / "prefix", "--component", "sdk")
    shutil.copytree(root / "prefix/share/copydesk/template", root / "mine")
    run(cmake, "-S", root / "mine", "-B", root / "b", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={root / 'prefix'}",
        f"-DCMAKE_CXX_COMPILER={cxx}", "-DBUILD_TESTING=OFF")
    run(cmake, "--build", root / "b", "--target", "drop_short")
    (root / "in").mkdir()
    (root / "in/long.txt").write_text("word " * 80)
    (root / "in/short.txt").write_text("only three words")
    (root / "copydesk.yaml").write_text("""version: 1
data_dir: ./data
sources: { in: { type: directory, path: ./in, format: text, settle: 0s } }
pipelines:
  p: { from: [in], stages: [{ type: drop_short, min_words: 10 }], to: [out] }
sinks: { out: { type: file, path: out.jsonl } }
""")
    run(copydesk, "--plugins", root / "b/lib/copydesk/plugins", "run", "--once", "-c", root / "copydesk.yaml")
    names = [pathlib.Path(json.loads(line)["source"]["path"]).name for line in (root / "out.jsonl").read_text().splitlines()]
    if names != ["long.txt"]:
        sys.exit(f"expected long.txt alone, found {names}")
print("1 passed, 0 failed")
