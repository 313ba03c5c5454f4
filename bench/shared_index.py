#!/usr/bin/env python3
"""What does it cost to keep the stories of `deduplicate` on a Redis server instead of in the stage's own index?

Articles of 4.7 KB, a tenth of them copies, through `deduplicate` alone: by the embedded index, by a redis-server (Debian's) on a Unix
socket, and without the stage. The outputs of the first two must be the same. Prints CPU per article of the daemon and of the server,
the server's memory per story and the traffic per article. Run by hand; there is no target.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

# pylint: disable=wrong-import-position
from common import check, corpus, report, tools

START_LIMIT_S = 20


class Server:
    """redis-server without persistence in `folder`."""

    def __init__(self, folder):
        self._socket = os.path.join(folder, "redis.sock")
        self.url = "unix://" + self._socket
        self._process = subprocess.Popen(  # pylint: disable=consider-using-with
            ["redis-server", "--port", "0", "--unixsocket", self._socket, "--save", "", "--dir", folder],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + START_LIMIT_S
        while not os.path.exists(self._socket):
            if time.monotonic() > deadline:
                raise SystemExit("redis-server did not start")
            time.sleep(0.01)

    def info(self):
        text = subprocess.run(["redis-cli", "-s", self._socket, "info", "all"], stdout=subprocess.PIPE, text=True, check=True).stdout
        return dict(line.split(":", 1) for line in text.splitlines() if ":" in line)

    def end(self):
        self._process.kill()
        self._process.wait()


def verdicts(path):
    with open(path, "rb") as file:
        return [json.loads(line)["dedup"] for line in file]


def run(name, stages, made, scratch):
    """(CPU us/article, output)"""
    folder = os.path.join(scratch, name)
    os.makedirs(folder)
    tool = tools.Copydesk(name, stages)
    tool.prepare()
    cost, output = tool.run(made, folder)
    check.every_article_once(output, made, True)
    return cost.cpu / made.articles * 1e6, output


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--articles", type=int, default=20_000)
    articles = options.parse_args().articles
    scratch = tempfile.mkdtemp(prefix="copydesk-bench-", dir=os.environ.get("TMPDIR", "/var/tmp"))
    server = Server(scratch)
    try:
        made = corpus.write_lines(os.path.join(scratch, "articles.jsonl"), articles, scraped=True)
        print(report.machine())
        print("load", report.load())
        plain, _ = run("plain", "[]", made, scratch)
        own, own_output = run("embedded", "[deduplicate]", made, scratch)
        before = server.info()
        shared, output = run("shared", f"[{{ type: deduplicate, index: {{ type: redis, url: '{server.url}' }} }}]", made, scratch)
        after = server.info()
        if verdicts(output) != verdicts(own_output):
            raise SystemExit("the verdicts differ")

        def grown(*names):
            return sum(float(after[n]) - float(before[n]) for n in names)
        stories = sum(1 for v in verdicts(output) if v["status"] == "unique")
        print(f"articles {articles}, stories {stories}")
        print(f"daemon, CPU us/article: {plain:.1f} without the stage, {own:.1f} embedded, {shared:.1f} shared")
        print(f"redis-server, CPU us/article: {grown('used_cpu_sys', 'used_cpu_user') / articles * 1e6:.1f}")
        print(f"memory a story: {grown('used_memory') / stories:.0f} bytes")
        print(f"traffic an article: {grown('total_net_input_bytes') / articles:.0f} bytes in, {grown('total_net_output_bytes') / articles:.0f} out")
    finally:
        server.end()
        shutil.rmtree(scratch)


if __name__ == "__main__":
    main()
