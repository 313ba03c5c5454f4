"""What does copydesk cost between two topics, beside librdkafka alone?

The input topic is filled once with JSON lines of 4.7 KB, and each run reads it from the start as a new group and writes a
new topic, which is then read and checked. The loop (peers/kafka_loop.c) does nothing but consume and produce: the same
library, client settings, codec (lz4) and interval of commits, so what copydesk costs beyond it is copydesk. CPU is that
of the process under test; the broker's is nobody's.

kafka_raw           a message is a text, and the text is the message: the same bytes come out. Each becomes an article with
                    id and origin, and its position a commit of the store
kafka_json          the message is parsed, and the article written as JSON, with what copydesk adds
kafka_transactions  as kafka_raw, exactly once; the loop commits offsets and messages in transactions, too

The loop makes no digest of what it copies, and where copydesk is held against it, neither does copydesk (sha256: false). What
the digest, which is on by default, costs an article of JSON is the third row of kafka_json.
"""
import os
import shutil
import subprocess
import sys
import threading
import time

from common import check, job, measure, tools

KAFKA = os.path.join(tools.ROOT, "tools", "kafka")
sys.path.insert(0, KAFKA)
from admin import AdminError  # noqa: E402
from broker import Broker, BrokerError, fetch  # noqa: E402

ARTICLES = 100_000
PARTITIONS = 4
COMMIT_MS = 200  # copydesk's default, and what the loop is told
LOOP = os.path.join(tools.PEERS, "kafka_loop.c")


class Topic:
    """The filled topic: a Corpus with a broker."""

    def __init__(self, lines, broker, name):
        self.path, self.bytes, self.sums, self.articles = lines.path, lines.bytes, lines.sums, lines.articles
        self.broker, self.name = broker, name
        self._outputs = 0

    def output(self):
        """A new topic, which is also the name of a new group."""
        self._outputs += 1
        name = f"{self.name}-out-{self._outputs}"
        self.broker.admin.create_topic(name, PARTITIONS)
        return name

    def fill(self, name):
        """All lines of the file into a topic."""
        subprocess.run(["kcat", "-P", "-b", self.broker.bootstrap, "-t", name, "-z", "lz4", "-X", "linger.ms=50",
                        "-X", "acks=all", "-l", self.path], stdin=subprocess.DEVNULL, check=True, timeout=tools.RUN_LIMIT_S)

    def drain(self, name, folder):
        """The topic's committed messages as lines of a file; the topic is gone then."""
        path = os.path.join(folder, "out.jsonl")
        with open(path, "wb") as out:
            done = subprocess.run(["kcat", "-C", "-e", "-q", "-b", self.broker.bootstrap, "-t", name, "-f", "%s\n",
                                   "-X", "isolation.level=read_committed"],
                                  stdout=out, stderr=subprocess.PIPE, timeout=tools.RUN_LIMIT_S, check=False)
        if done.returncode != 0:
            raise measure.Failed(f"kcat: {done.stderr.decode(errors='replace')[-300:]}")
        self.broker.admin.delete_topic(name)
        return path


_filled = {}  # scratch folder and count → Topic: one broker for all jobs


def topic(articles):
    """A maker of a filled topic; a tenth of it with --quick. The broker ends with us, and its folder is in `scratch`."""
    make_lines = job.lines(articles)

    def make(scratch, quick):
        made = make_lines(scratch, quick)
        if made.path not in _filled:
            broker = Broker(os.path.join(scratch, "kafka"))
            if not broker.running():
                broker.start()
            _filled[made.path] = Topic(made, broker, f"in-{made.articles}")
            broker.admin.create_topic(_filled[made.path].name, PARTITIONS)
            _filled[made.path].fill(_filled[made.path].name)
        return _filled[made.path]
    return make


def need_broker():
    if not shutil.which("kcat"):
        raise tools.Missing("not installed: kcat (tools/dev setup)")
    try:
        fetch()
    except BrokerError as e:
        raise tools.Missing(str(e).splitlines()[0]) from None


def run_and_drain(command, made, out, folder):
    cost = measure.run(command, os.path.join(folder, "log"), tools.RUN_LIMIT_S)
    try:
        return cost, made.drain(out, folder)
    except AdminError as e:
        raise measure.Failed(str(e)) from None


class Copydesk(tools.Copydesk):
    def __init__(self, does, form, value, sha256=False, exactly_once=False):
        super().__init__(does)
        self.form, self.value, self.sha256, self.exactly_once = form, value, sha256, exactly_once

    def prepare(self):
        need_broker()
        return super().prepare()

    def run(self, corpus, folder):
        out, brokers = corpus.output(), corpus.broker.bootstrap
        config = tools.write(os.path.join(folder, "copydesk.yaml"), f"""
version: 1
data_dir: ./data
engine: {{ commit_interval: {COMMIT_MS}ms }}
sources:
  in: {{ type: kafka, brokers: "{brokers}", topics: [{corpus.name}], group: {out}, format: {self.form}, sha256: {str(self.sha256).lower()} }}
pipelines:
  bench: {{ from: [in], stages: [], to: [out] }}
sinks:
  out: {{ type: kafka, brokers: "{brokers}", topic: {out}, value: {self.value}, key: "", exactly_once: {str(self.exactly_once).lower()} }}
""")
        return run_and_drain([self.program, "run", "--once", "-c", config], corpus, out, folder)


class Loop(tools.Tool):
    """librdkafka alone."""

    name = "librdkafka"

    def __init__(self, does, mode):
        self.does, self.mode = does, mode

    def prepare(self):
        need_broker()
        self.program = os.path.join(tools.CACHE, "bin", "kafka_loop")
        if not os.path.exists(self.program) or os.path.getmtime(self.program) < os.path.getmtime(LOOP):
            self._build()
        return tools.first_line([self.program, "--version"])

    def _build(self):
        os.makedirs(os.path.dirname(self.program), exist_ok=True)
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "rdkafka"], capture_output=True, text=True, check=False)
        done = subprocess.run(["cc", "-std=c11", "-O2", "-Wall", "-D_POSIX_C_SOURCE=200809L", "-o", self.program, LOOP,
                               *flags.stdout.split()], capture_output=True, text=True, check=False)
        if flags.returncode or done.returncode:
            raise tools.Missing(f"kafka_loop.c does not build: {(flags.stderr + done.stderr)[-300:]}")

    def run(self, corpus, folder):
        out = corpus.output()
        command = [self.program, corpus.broker.bootstrap, corpus.name, out, out, self.mode, str(COMMIT_MS)]
        return run_and_drain(command, corpus, out, folder)


class Bento(tools.Tool):
    """A fork of Benthos that kept its Kafka components. It follows its topic for ever, so it is ended when all has come out."""

    name, module = "bento", "github.com/warpstreamlabs/bento"

    def __init__(self, does):
        self.does = does

    def prepare(self):
        need_broker()
        version = tools.pinned(self.module, "bento")
        self.program = os.path.join(tools.CACHE, "bin", f"bento-{version}")
        if not os.path.exists(self.program):
            tools.go_build(self.program, "bento", ".")
        return version

    def run(self, corpus, folder):
        out, brokers = corpus.output(), corpus.broker.bootstrap
        config = tools.write(os.path.join(folder, "bento.yaml"), f"""
http: {{ enabled: false }}
logger: {{ level: WARN }}
input:
  kafka_franz:
    seed_brokers: ["{brokers}"]
    topics: [{corpus.name}]
    consumer_group: {out}
    commit_period: {COMMIT_MS}ms
    checkpoint_limit: 10000
    batching: {{ count: 500, period: 20ms }}
output:
  kafka_franz:
    seed_brokers: ["{brokers}"]
    topic: {out}
    compression: lz4
    max_in_flight: 16
""")
        done = os.path.join(folder, "done")
        watcher = threading.Thread(target=self._watch, args=(corpus, out, done), daemon=True)
        watcher.start()
        cost = measure.run([self.program, "-c", config], os.path.join(folder, "log"), tools.RUN_LIMIT_S, until=(done, 1))
        watcher.join()
        return cost, corpus.drain(out, folder)

    @staticmethod
    def _watch(corpus, out, done):
        def written():
            try:
                return sum(corpus.broker.admin.offsets(out).values())
            except AdminError:  # the topic is new, and has no leader yet
                return 0

        end = time.monotonic() + tools.RUN_LIMIT_S
        while written() < corpus.articles and time.monotonic() < end:
            time.sleep(0.05)
        tools.write(done, "1")


class KafkaJob(job.Job):
    """`same_bytes`: the output topic is the input topic, in another order."""

    def __init__(self, same_bytes, make=topic(ARTICLES), **more):
        super().__init__(make=make, **more)
        self.same_bytes = same_bytes

    def close(self):
        while _filled:
            _filled.popitem()[1].broker.kill()

    def check(self, output, made):
        check.every_article_once(output, made, self.same_body)
        if self.same_bytes and os.path.getsize(output) != made.bytes:
            raise check.Wrong(f"{os.path.getsize(output)} bytes of {made.bytes}")


JOBS = [
    KafkaJob(name="kafka_raw", question="topic to topic, the same bytes", same_bytes=True, share=0.80,
             tools=[Copydesk("makes articles, commits", "text", "body"), Loop("copies messages", "plain"),
                    Bento("copies messages")]),
    KafkaJob(name="kafka_json", question="topic to topic, JSON to JSON", same_bytes=False, share=0.60,
             tools=[Copydesk("parses, writes JSON, commits", "json", "json"), Loop("copies messages", "plain"),
                    Bento("copies messages"), Copydesk("the same with source.sha256", "json", "json", sha256=True)]),
    KafkaJob(name="kafka_transactions", question="topic to topic exactly once, the same bytes", same_bytes=True, share=0.70,
             tools=[Copydesk("makes articles, transactions", "text", "body", exactly_once=True),
                    Loop("copies messages, transactions", "transactions")]),
]
