"""Does memory stay within its budget when a topic holds far more than the sink can take?

3.3 GB of messages of 4.7 KB lie in a topic, packed with lz4, and the sink is standard output, whose reader takes 5 MB/s for a
while: everything that is buffered fills up. Then it takes all there is, and every message must be there. The largest
resident size may be the budget and 150 MB, with the default budget and with a small one.
"""
import os
import re
import threading
import time

import kafka
from common import check, measure, tools

ARTICLES = 100_000  # that differ; each lies in the topic COPIES times
COPIES = 7
SLOW_S = 40
SLOW_BYTES_S = 5_000_000
STEP_S = 0.1
CHUNK = 1 << 20
MORE_MIB = 150 * 1000 * 1000 / (1 << 20)
ID = re.compile(rb'"id":"bench-(\d{7})"')


class Backlog(kafka.Topic):
    def __init__(self, made):
        super().__init__(made, made.broker, made.name + "-backlog")
        self.bytes, self.articles = made.bytes * COPIES, made.articles * COPIES


_made = {}  # name of the topic that lies in it COPIES times → Backlog


def backlog(scratch, quick):
    topic = kafka.topic(ARTICLES)(scratch, quick)
    if topic.name not in _made:
        _made[topic.name] = Backlog(topic)
        topic.broker.admin.create_topic(_made[topic.name].name, kafka.PARTITIONS)
        for _ in range(COPIES):
            topic.fill(_made[topic.name].name)
    return _made[topic.name]


class SlowReader(threading.Thread):
    """Counts the articles that come through a pipe, slowly at first."""

    def __init__(self, path, articles):
        super().__init__(daemon=True)
        self.path, self.times, self.others = path, bytearray(articles), 0

    def run(self):
        with open(self.path, "rb", buffering=0) as pipe:
            begin, rest = time.monotonic(), b""
            while True:
                slow = time.monotonic() - begin < SLOW_S
                data = pipe.read(int(SLOW_BYTES_S * STEP_S) if slow else CHUNK)
                if not data:
                    break
                *whole, rest = (rest + data).split(b"\n")
                for line in whole:
                    self._count(line)
                if slow:
                    time.sleep(STEP_S)
        self.others += len(rest)

    def _count(self, line):
        found = ID.search(line)
        if found and int(found[1]) < len(self.times):
            self.times[int(found[1])] += 1
        else:
            self.others += 1


class Copydesk(kafka.Copydesk):
    def __init__(self, memory):
        super().__init__("parses, waits for its reader", "json", "json")
        self.memory = memory

    def run(self, corpus, folder):
        pipe = os.path.join(folder, "out")
        os.mkfifo(pipe)
        reader = SlowReader(pipe, corpus.articles // COPIES)
        reader.start()
        config = tools.write(os.path.join(folder, "copydesk.yaml"), f"""
version: 1
data_dir: ./data
engine: {{ memory: {self.memory} }}
sources:
  in: {{ type: kafka, brokers: "{corpus.broker.bootstrap}", topics: [{corpus.name}], group: "{os.path.basename(folder)}", format: json }}
pipelines:
  bench: {{ from: [in], stages: [], to: [out] }}
sinks:
  out: {{ type: stdout }}
""")
        command = ["sh", "-c", 'exec "$0" run --once -c "$1" > "$2"', self.program, config, pipe]
        cost = measure.run(command, os.path.join(folder, "log"), tools.RUN_LIMIT_S)
        reader.join()
        return cost, reader


class KafkaMemory(kafka.KafkaJob):
    def __init__(self, name, memory, memory_mib):
        super().__init__(name=name, question=f"3.3 GB in a topic, a slow reader, engine.memory {memory}", same_bytes=False,
                         tools=[Copydesk(memory)], make=backlog, peak_mib=memory_mib + MORE_MIB, runs=1)

    def check(self, output, made):
        missing = sum(count == 0 for count in output.times)
        if output.others or any(count != COPIES for count in output.times):
            raise check.Wrong(f"{missing} articles are missing, others not {COPIES} times, {output.others} are something else")


JOBS = [KafkaMemory("memory_kafka", "512MiB", 512), KafkaMemory("memory_kafka_small", "64MiB", 64)]
