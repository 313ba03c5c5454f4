#!/usr/bin/env python3
"""install_test.py CMAKE BUILD_DIR: installs the daemon, moves the tree elsewhere, and runs the sample with it."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

cmake, build = sys.argv[1:3]
tree = pathlib.Path(__file__).resolve().parents[2]


def run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True,
                          env={k: v for k, v in os.environ.items() if k != "COPYDESK_PLUGIN_PATH"})
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


def expect(got, wanted, what):
    if got != wanted:
        sys.exit(f"{what}: expected {wanted}, found {got}")


with tempfile.TemporaryDirectory(prefix="copydesk-install-") as folder:
    root = pathlib.Path(folder)
    run(cmake, "--install", build, "--prefix", root / "first", "--component", "daemon")
    (root / "first").rename(root / "prefix")  # nothing may remember where it was installed
    copydesk = root / "prefix/bin/copydesk"

    of_the_project = sorted(f"{f.parent.name}.so" for f in tree.glob("plugins/*/CMakeLists.txt"))
    expect(sorted(f.name for f in (root / "prefix/lib/copydesk/plugins").iterdir()), of_the_project, "installed plugins")
    expect(sorted(f.name for f in (root / "prefix/share/copydesk/gazetteers").iterdir()),
           sorted(f.name for f in (tree / "config/gazetteers").iterdir()), "installed gazetteers")
    expect(run(copydesk, "plugins").stdout.count(str(root / "prefix/lib")), len(of_the_project), "plugins found")

    # The sample writes to ../../build/quickstart from where it lies.
    shutil.copytree(tree / "config/quickstart", root / "config/quickstart")
    run(copydesk, "run", "--once", "-c", root / "config/quickstart/copydesk.yaml")
    out = [json.loads(line) for line in (root / "build/quickstart/out/articles.jsonl").read_text().splitlines()]
    expect(len(out), 14, "articles of the sample")
    expect(any("entities" in article for article in out), True, "names found")
print("1 passed, 0 failed")
