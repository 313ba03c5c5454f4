"""Kafka → clean → tag_entities → deduplicate → Kafka with exactly_once, and both kinds of half ways, while the daemon or
the broker is killed. `--articles 50000 --kills 20 --broker-kills 2` for the whole count.

A kill counts when work was pending: new output was there since the start, and some was still to come.
"""
import argparse
import collections
import os
import random
import sys
import time

from harness import STAGES, Corpus, delivered_paths, main, wait_for
from kafka_broker import KafkaCase
from kafka_desk import Feed, articles_of, assert_each_once, end, kafka_sink, kafka_source, verdicts

parser = argparse.ArgumentParser()
parser.add_argument("--articles", type=int, default=1500)
parser.add_argument("--kills", type=int, default=4)
parser.add_argument("--broker-kills", type=int, default=1)
parser.add_argument("--seed", type=int, default=1)
OPTIONS, sys.argv[1:] = parser.parse_known_args()

PARTITIONS = 6
BACK_AT_WORK = 30  # seconds from a start to new output: far more than it takes, for a machine under load
# So many articles leave a line that work is pending for a second after the first output, however quick the machine is.
PACE = OPTIONS.articles / 3
SMALL = {"commit_interval": "50ms", "batch_articles": 25, "memory": "4MiB", "workers": 2}


def paced():
    """The stages, and one that holds both workers up."""
    return [*STAGES, {"type": "dawdle", "time": f"{int(2 * 25 / PACE * 1000)}ms"}]


class ReadKafka:
    """What is out, by a reader of committed messages."""

    def __init__(self, reader):
        self.reader = reader

    def count(self):
        return len(self.reader.to_end())

    def until(self, count):
        self.reader.until(count, BACK_AT_WORK)


class ReadFile:
    """What is out, by the lines of the file; some of them may be taken back."""

    def __init__(self, desk):
        self.desk = desk

    def count(self):
        return self.desk.raw().count(b"\n")

    def until(self, count):
        wait_for(lambda: self.count() >= count, "there is output", BACK_AT_WORK)


class ExactlyOnce(KafkaCase):
    def setUp(self):
        super().setUp()
        self.random = random.Random(OPTIONS.seed)

    def feed(self, topic):
        kafka = self.kafka()
        kafka.topic(topic, PARTITIONS)
        feed = Feed(OPTIONS.seed)
        kafka.produce(topic, feed.messages(OPTIONS.articles))
        return feed.ids

    def until(self, out, count, daemon):
        try:
            out.until(count)
        except (TimeoutError, AssertionError) as error:
            self.fail(f"{error}; the daemon {'runs' if daemon.running() else 'has ended'}:\n{daemon.errors()[-3000:]}")

    def kill_while_at_work(self, desk, out, total, kills):
        """Starts the daemon and kills it until `kills` of them count; it runs when this is done."""
        seconds, counted, early = [], 0, 0
        while counted < kills:
            before = out.count()
            daemon = self.start(desk)
            began = time.monotonic()
            if (counted + early) % 4 == 3:  # now and then before it has done anything
                early += 1
                moment = began + self.random.random()
                wait_for(lambda: time.monotonic() > moment, "a moment in the start has come")
                self.assertTrue(daemon.kill(), daemon.errors()[-3000:])
                continue
            self.assertLess(before, total, f"only {counted} kills found it at work")
            self.until(out, before + 1, daemon)
            seconds.append(time.monotonic() - began)
            share = (total - before) // (kills - counted + 1)
            self.until(out, min(before + self.random.randint(1, max(1, share)), total - 1), daemon)
            moment = time.monotonic() + self.random.random() * 0.06  # somewhere in a commit
            wait_for(lambda: time.monotonic() > moment, "a moment in a commit has come")
            self.assertTrue(daemon.kill(), daemon.errors()[-3000:])
            counted += before < out.count() < total
        print(f"{counted} kills with work pending, {early} during a start, of {total} articles; first new output after "
              f"{' '.join(f'{s:.2f}' for s in seconds)} s")
        return self.start(desk)

    def desk_between(self, name, raw, group, out, stages=STAGES):
        kafka = self.kafka()
        return self.desk(name).configure(
            stages=stages, source=kafka_source(kafka, raw, group, instance=f"{group}.one"),
            sinks={"clean": kafka_sink(kafka, out)}, **SMALL)

    def undisturbed(self, raw, ids):
        """The verdicts of a run that nobody disturbs, into a topic of its own."""
        out = self.kafka().topic(self.name("calm.out"), PARTITIONS)
        desk = self.desk_between("calm", raw, self.name("calm"), out)
        self.finish(desk)
        articles = articles_of(self.kafka().read_all(out))
        assert_each_once(self, [a["id"] for a in articles], ids, "undisturbed")
        found = verdicts(articles)
        kinds = collections.Counter(v.status for v in found.values())
        self.assertGreater(kinds["exact"] + kinds["near"], OPTIONS.articles * 0.15, kinds)
        self.assertGreater(min(kinds["exact"], kinds["near"]), 0, kinds)
        return found

    def assert_as_undisturbed(self, raw, out, ids, desk):
        articles = articles_of(self.kafka().read_all(out))
        assert_each_once(self, [a["id"] for a in articles], ids)
        self.assertEqual(desk.dead_letters(), [])
        got, want = verdicts(articles), self.undisturbed(raw, ids)
        differ = [(i, want[i], got[i]) for i in want if want[i] != got[i]]
        self.assertEqual(differ[:5], [], f"{len(differ)} verdicts differ")

    def test_kafka_to_kafka_with_kills_of_the_daemon(self):
        raw, out = self.name("raw"), self.kafka().topic(self.name("out"), PARTITIONS)
        ids = self.feed(raw)
        desk = self.desk_between("desk", raw, self.name("group"), out, paced())
        with self.kafka().reader(out) as reader:
            daemon = self.kill_while_at_work(desk, ReadKafka(reader), len(ids), OPTIONS.kills)
            reader.until(len(ids))
            end(self, daemon)
        self.assert_as_undisturbed(raw, out, ids, desk)

    def test_kafka_to_kafka_with_kills_of_the_broker(self):
        kafka = self.kafka()
        raw, out = self.name("raw"), kafka.topic(self.name("out"), PARTITIONS)
        ids = self.feed(raw)
        desk = self.desk_between("desk", raw, self.name("group"), out, paced())
        daemon = self.start(desk)
        seconds = []
        for number in range(OPTIONS.broker_kills):
            with kafka.reader(out) as reader:
                before = len(reader.to_end())
                share = (len(ids) - before) // (OPTIONS.broker_kills - number + 1)
                reader.until(before + self.random.randint(1, share))
                kafka.kill()
            kafka.start()
            began = time.monotonic()
            with kafka.reader(out) as reader:
                before = len(reader.to_end())
                self.assertLess(before, len(ids), "the broker was killed when all was done")
                reader.until(before + 1)
                seconds.append(time.monotonic() - began)
                self.assertTrue(daemon.running(), daemon.errors()[-3000:])
        print(f"broker killed {len(seconds)} times; first new output after its start {' '.join(f'{s:.2f}' for s in seconds)} s")
        with kafka.reader(out) as reader:
            reader.until(len(ids))
        end(self, daemon)
        self.assert_as_undisturbed(raw, out, ids, desk)

    def test_directory_to_kafka_with_kills_of_the_daemon(self):
        kafka, out = self.kafka(), self.kafka().topic(self.name("out"), 3)
        desk = self.desk()
        corpus = Corpus(desk.inbox, seed=OPTIONS.seed).fill(OPTIONS.articles // 4)
        desk.configure(stages=paced(), sinks={"clean": kafka_sink(kafka, out)}, **SMALL)
        kills = max(2, OPTIONS.kills // 2)
        with kafka.reader(out) as reader:
            daemon = self.kill_while_at_work(desk, ReadKafka(reader), corpus.articles, kills)
            articles = articles_of(reader.until(corpus.articles))
            end(self, daemon)
            articles = articles_of(reader.to_end())
        for article in articles:
            article["source"]["path"] = os.path.relpath(article["source"]["path"], desk.inbox)
        self.assertEqual(delivered_paths(articles), corpus.expected)
        self.assertEqual(sorted(a["source"]["id"] for a in articles if "id" in a["source"]), sorted(corpus.ids))
        whole = self.desk("whole", corpus.folder).configure()
        self.finish(whole)
        self.assertEqual(collections.Counter(a["dedup"]["status"] for a in whole.articles()),
                         collections.Counter(a["dedup"]["status"] for a in articles))

    def test_kafka_to_file_with_kills_of_the_daemon(self):
        kafka, raw, group = self.kafka(), self.name("raw"), self.name("group")
        ids = self.feed(raw)
        desk = self.desk().configure(stages=paced(), source=kafka_source(kafka, raw, group, instance=f"{group}.one"), **SMALL)
        out = ReadFile(desk)
        daemon = self.kill_while_at_work(desk, out, len(ids), max(2, OPTIONS.kills // 2))
        out.until(len(ids))
        wait_for(desk.is_idle, "all is committed")
        end(self, daemon)
        articles = desk.articles()
        assert_each_once(self, [a["id"] for a in articles], ids)
        self.assertEqual(desk.dead_letters(), [])
        committed = {p: o.offset for (_, p), o in kafka.admin.committed(group).items()}
        self.assertEqual(committed, kafka.admin.offsets(raw))


if __name__ == "__main__":
    main()
