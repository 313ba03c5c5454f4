"""Three daemons in one group under load: one joins, one leaves by SIGTERM, one is killed and comes back, again and again.

`--rounds 10` for longer.
"""
import argparse
import collections
import os
import sys
import threading
import time

from harness import main, wait_for
from kafka_broker import KafkaCase
from kafka_desk import Feed, articles_of, assert_each_once, end, kafka_sink, kafka_source, wait_for_group

parser = argparse.ArgumentParser()
parser.add_argument("--rounds", type=int, default=1)
parser.add_argument("--seed", type=int, default=1)
OPTIONS, sys.argv[1:] = parser.parse_known_args()

PARTITIONS = 6
HEARTBEAT = 2  # seconds, a third of kafka_desk.SESSION: a member hears of a change when it next asks
RATE = 150  # articles a second
# A killed member's open transaction hides what the others write behind it until it is back, or this and the broker's 10 seconds
# between two looks have passed: less than a reader waits.
TRANSACTION_TIMEOUT = "20s"
SETTINGS = {"commit_interval": "100ms", "batch_articles": 25, "memory": "16MiB", "workers": 1}


class Load(threading.Thread):
    """Produces until it is told to stop."""

    def __init__(self, kafka, topic):
        super().__init__()
        self.kafka, self.topic, self.feed = kafka, topic, Feed(OPTIONS.seed, copies=0, size=800)
        self.ending = threading.Event()

    def run(self):
        while not self.ending.wait(0.1):
            self.kafka.produce(self.topic, self.feed.messages(RATE // 10))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.join()


class Group(KafkaCase):
    def prepare(self, exactly_once):
        kafka = self.kafka()
        self.group, self.raw, self.out = self.name("group"), self.name("raw"), self.name("out")
        kafka.topic(self.raw, PARTITIONS)
        kafka.topic(self.out, PARTITIONS)
        self.exactly_once = exactly_once
        self.desks = [self.member(n, None) for n in ("first", "second")] + [self.member("third", "third")]

    def member(self, name, instance):
        kafka = self.kafka()
        more = {"instance": f"{self.group}.{instance}"} if instance else {}
        deciding = {"transaction_timeout": TRANSACTION_TIMEOUT} if self.exactly_once else {}
        return self.desk(name).configure(
            stages=[{"type": "clean"}], source=kafka_source(kafka, self.raw, self.group, client_id=name, **more),
            sinks={"clean": kafka_sink(kafka, self.out, exactly_once=self.exactly_once, **deciding)}, **SETTINGS)

    def start_and_join(self, number, members):
        daemon = self.start(self.desks[number])
        self.shared_by(members)
        return daemon

    def shared_by(self, members):
        """Until that many members have all the partitions."""
        kafka = self.kafka()
        wait_for_group(kafka, self.group, lambda found: len(found) == members
                       and sum(len(m.partitions) for m in found) == PARTITIONS, f"{members} members share the partitions")

    def until_more(self, reader, count):
        reader.until(len(reader.messages) + count)

    def one_round(self, reader, daemons):
        """Everything once, with `daemons` first and second at work. How long partitions took to move on SIGTERM."""
        daemons[2] = self.start_and_join(2, 3)  # one joins
        self.until_more(reader, 2 * RATE)
        began = time.monotonic()
        daemons[0].signal(15)  # one leaves
        self.shared_by(2)
        moved = time.monotonic() - began
        self.assertEqual(daemons[0].wait(), 0, daemons[0].errors()[-3000:])
        self.until_more(reader, RATE)
        daemons[2].kill()  # a static member dies, and is back before anybody has noticed
        self.until_more(reader, RATE // 2)
        daemons[2] = self.start_and_join(2, 2)
        self.until_more(reader, RATE)
        daemons[1].kill()  # a member dies that has no name: its partitions come back after its session
        self.shared_by(1)
        self.until_more(reader, RATE)
        daemons[0], daemons[1] = self.start(self.desks[0]), self.start_and_join(1, 3)
        self.until_more(reader, RATE)
        end(self, daemons[2])  # leaves the group only after its session, since it has a name
        self.shared_by(2)
        return moved

    def all_of(self, load, daemons):
        """The articles that came out in the end, of which none is missing."""
        with self.kafka().reader(self.out) as reader:
            reader.until(lambda messages: len({m.key for m in messages}) >= len(load.feed.ids))
            for daemon in daemons:
                end(self, daemon)
            articles = articles_of(reader.to_end())
        for desk in self.desks:
            self.assertEqual(desk.dead_letters() if os.path.exists(desk.data) else [], [])
        assert_each_once(self, {a["id"] for a in articles}, load.feed.ids)
        return articles

    def test_members_come_and_go_and_each_article_is_out_once(self):
        self.prepare(exactly_once=True)
        kafka, moved = self.kafka(), []
        with kafka.reader(self.out) as reader, Load(kafka, self.raw) as load:
            daemons = [self.start(self.desks[0]), self.start_and_join(1, 2), None]
            reader.until(RATE)
            for _ in range(OPTIONS.rounds):
                moved.append(self.one_round(reader, daemons))
        articles = self.all_of(load, daemons[:2])
        print(f"{len(articles)} articles; on SIGTERM partitions moved within {' '.join(f'{s:.2f}' for s in moved)} s")
        assert_each_once(self, [a["id"] for a in articles], load.feed.ids)
        self.assertLess(max(moved), 5 * (HEARTBEAT + 0.5))

    def test_without_exactly_once_no_more_comes_twice_than_was_not_committed(self):
        self.prepare(exactly_once=False)
        kafka = self.kafka()
        with kafka.reader(self.out) as reader, Load(kafka, self.raw) as load:
            daemons = [self.start(self.desks[0]), self.start_and_join(1, 2)]
            self.until_more(reader, RATE)
            committed = {partition: place.offset for (_, partition), place in kafka.admin.committed(self.group).items()}
            daemons[1].kill()
            self.shared_by(1)
            self.until_more(reader, RATE)
        times = collections.Counter()
        for article in self.all_of(load, daemons[:1]):
            source = article["source"]
            times[source["partition"], source["offset"]] += 1
        double = [place for place, count in times.items() if count > 1]
        print(f"{len(double)} of {len(times)} articles came twice")
        self.assertEqual([(p, offset) for p, offset in double if offset < committed.get(p, 0)], [])
        self.assertLessEqual(max(times.values()), 2)


class Growth(KafkaCase):
    def test_a_partition_that_is_added_is_read_from_its_beginning(self):
        """Also with start: latest, which is about what was there before: it takes a while until we hear of the partition."""
        kafka, raw, out, group = self.kafka(), self.name("raw"), self.name("out"), self.name("group")
        kafka.topic(raw, 1)
        kafka.topic(out, 1)
        kafka.produce(raw, [{"value": "before we came", "partition": 0}])
        source = kafka_source(kafka, raw, group, start="latest", librdkafka={"topic.metadata.refresh.interval.ms": "3000"})
        desk = self.desk().configure(source=source, sinks={"clean": kafka_sink(kafka, out)}, **SETTINGS)
        daemon = self.start(desk)
        wait_for(lambda: (raw, 0) in kafka.admin.committed(group), "the group has a beginning", 30)
        kafka.admin.add_partitions(raw, 3)
        kafka.produce(raw, [{"value": f"first of {p}", "partition": p} for p in range(3)])
        with kafka.reader(out) as reader:
            reader.until(3)
            end(self, daemon)
            bodies = [a["body"] for a in articles_of(reader.to_end())]
        self.assertEqual(sorted(bodies), ["first of 0", "first of 1", "first of 2"])


if __name__ == "__main__":
    main()
