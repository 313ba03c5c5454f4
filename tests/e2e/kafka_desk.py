"""A desk between Kafka topics: its options, articles that go in, and what a reader of committed messages finds in the end."""
import collections
import json
import random
import time

from harness import Corpus, wait_for

SESSION = "6s"  # so long a killed member without an instance keeps its partitions
Verdict = collections.namedtuple("Verdict", "status of")


def kafka_source(kafka, topic, group, **more):
    return {"type": "kafka", "brokers": kafka.bootstrap, "topics": [topic], "group": group, "session_timeout": SESSION, **more}


def kafka_sink(kafka, topic, **more):
    return {"type": "kafka", "brokers": kafka.bootstrap, "topic": topic, "exactly_once": True, **more}


class Feed:
    """Articles as messages. A copy comes after its original and has its key, so both are in the same partition."""

    def __init__(self, seed=1, copies=0.2, size=1200):
        self.random = random.Random(seed)
        self.corpus = Corpus(None, seed)
        self.copies, self.size = copies, size
        self.ids = []        # of all articles so far, in order
        self.originals = []  # (key, story)

    def messages(self, count):
        return [self.message() for _ in range(count)]

    def message(self):
        number = len(self.ids)
        self.ids.append(f"a-{number}")
        if self.originals and self.random.random() < self.copies:
            key, (title, paragraphs) = self.random.choice(self.originals)
            if self.random.random() < 0.5:  # a near copy
                paragraphs = [*paragraphs, self.corpus.sentence()]
        else:
            key = f"story-{number}"
            title, paragraphs = self.corpus.story(self.size)
            self.originals.append((key, (title, paragraphs)))
        value = {"id": f"a-{number}", "title": title, "body": "\n\n".join(paragraphs)}
        return {"key": key, "value": json.dumps(value)}


def articles_of(messages):
    return [json.loads(m.value) for m in messages]


def verdicts(articles):
    return {a["id"]: Verdict(a["dedup"]["status"], a["dedup"].get("of")) for a in articles}


def assert_each_once(case, ids, wanted, why=""):
    """Lists of ids; tells how many are missing, double and strange, and some of each."""
    got, wanted = collections.Counter(ids), set(wanted)
    missing = sorted(wanted - set(got))
    double = sorted(i for i, times in got.items() if times > 1)
    strange = sorted(set(got) - wanted)
    case.assertEqual((len(missing), len(double), len(strange)), (0, 0, 0),
                     f"(missing, double, strange) {why}: {missing[:5]} {double[:5]} {strange[:5]}")


def end(case, daemon, seconds=15):
    """SIGTERM, and an end in time with exit code 0. How long it took."""
    began = time.monotonic()
    daemon.signal(15)
    case.assertEqual(daemon.wait(seconds), 0, daemon.errors()[-3000:])
    return time.monotonic() - began


def wait_for_group(kafka, group, condition, what, seconds=60):
    """Until the group is stable and `condition(its members)` holds."""
    def so():
        found = kafka.admin.group(group)
        return found.state == "Stable" and condition(found.members) and found.members
    return wait_for(so, what, seconds)
