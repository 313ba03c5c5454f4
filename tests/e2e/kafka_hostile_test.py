"""What producers and operators do to a daemon that reads and writes Kafka: messages of any size, headers and keys of any bytes,
transactions that abort, topics that go and come, rights that are taken away, a pattern that matches nothing."""
import json
import os
import re
import time

from harness import main, wait_for
from kafka_broker import KafkaCase, client
from kafka_desk import Feed, articles_of, assert_each_once, end, kafka_sink, kafka_source
from kafka_trouble_test import SAID, TroubleCase, login

HUGE = 104_000_000  # bytes: nearly what a broker with its own settings takes as a request, and more than librdkafka receives
ROOM = 200 << 20  # bytes beside the largest message
MB = 1_000_000


def peak(daemon):
    """Bytes of memory that it had at most."""
    with open(f"/proc/{daemon.process.pid}/status", encoding="ascii") as f:
        return int(re.search(r"VmHWM:\s*(\d+) kB", f.read())[1]) * 1024


class Large(KafkaCase):
    def prepare(self, size, **source):
        kafka, self.raw, self.group = self.kafka(), self.name("raw"), self.name("group")
        kafka.topic(self.raw, 2, max_message_bytes=300 * MB, segment_bytes=300 * MB)
        values = {0: ["before", "x" * size, "behind"], 1: ["other"]}
        client.produce({**kafka.admin_settings, "message.max.bytes": 300 * MB, "queue.buffering.max.kbytes": 400_000}, self.raw,
                       [{"value": v, "partition": p} for p in values for v in values[p]])
        return self.desk().configure(stages=[], source=kafka_source(kafka, self.raw, self.group, format="text", **source))

    def bodies(self, desk):
        return sorted(a["body"] for a in desk.articles())

    def test_one_that_is_larger_than_clients_take_is_a_dead_letter(self):
        desk = self.prepare(HUGE)
        daemon = self.start(desk)
        wait_for(lambda: len(desk.articles()) == 3, "what lies behind it is out")
        self.assertLess(peak(daemon), HUGE + ROOM)
        end(self, daemon)
        self.assertEqual(self.bodies(desk), ["before", "behind", "other"])
        self.assertEqual([d["code"] for d in desk.dead_letters()], ["too_large"])

    def test_one_beyond_our_limit_is_said_with_what_to_do(self):
        desk = self.prepare(12 * MB, librdkafka={"receive.message.max.bytes": "9000000"})
        daemon = self.start(desk)
        said = "a message is larger than we take (1200"
        wait_for(lambda: said in json.dumps(desk.line()), "the status says it")
        wait_for(lambda: "other" in self.bodies(desk), "the other partition goes on")
        line = next(line for line in daemon.errors().splitlines() if said in line)
        self.assertIn("record_max", line)
        end(self, daemon)
        self.assertLessEqual(len([1 for line in daemon.errors().splitlines() if '"level":"warn"' in line]), SAID, daemon.errors())
        self.kafka().admin.commit(self.group, {(self.raw, 0): 2})  # as it says
        self.finish(desk)
        self.assertEqual(self.bodies(desk), ["before", "behind", "other"])


class Bytes(KafkaCase):
    def test_keys_and_headers_of_any_bytes(self):
        kafka, raw, out = self.kafka(), self.name("raw"), self.name("out")
        kafka.topic(raw)
        kafka.topic(out)
        headers = [("a", b"1"), ("a.b", b"2"), ("a.b.c", b"3"), ("quo\"te\n", b"4"), ("raw", b"\xff\x00"), ("nul", b"x\0y"), ("", b"5"),
                   ("none", None), ("ä", "ö".encode()), ("topic", b"6"), ("same", b"7"), ("same", b"8"), ("long", b"z" * 9000)]
        kafka.produce(raw, [{"key": b"k\0ey", "value": "one", "headers": headers}, {"key": b"\xff", "value": "two"},
                            {"key": b"", "value": "three"}, {"key": b"k" * 9000, "value": "four"}])
        sink = kafka_sink(kafka, out, key="source.key", headers={"n": "{source.headers.nul}", "o": "{source.offset}"})
        desk = self.desk().configure(stages=[], source=kafka_source(kafka, raw, self.name("group")), sinks={"clean": sink})
        self.finish(desk)
        messages = kafka.read_all(out)
        self.assertEqual([m.key for m in messages], [b"k\0ey", None, None, None])
        self.assertEqual(dict(messages[0].headers), {"n": b"x\0y", "o": b"0"})
        sources = [json.loads(m.value, object_pairs_hook=self.without_doubles)["source"] for m in messages]
        self.assertEqual([s["offset"] for s in sources], [0, 1, 2, 3])
        self.assertEqual(sources[1]["key_hex"], "ff")

    def without_doubles(self, pairs):
        self.assertEqual(len({name for name, _ in pairs}), len(pairs), pairs)
        return dict(pairs)


class Foreign(KafkaCase):
    def test_transactions_of_others_that_abort_or_stay_open(self):
        kafka, raw = self.kafka(), self.name("raw")
        kafka.topic(raw)
        kafka.produce(raw, ["first"])
        producer = kafka.producer(**{"transactional.id": raw, "transaction.timeout.ms": 60_000})
        producer.init_transactions()
        for end_it, word in ((producer.abort_transaction, "aborted"), (producer.commit_transaction, "committed"),
                             (producer.abort_transaction, "aborted too")):
            producer.begin_transaction()
            for n in range(3):
                producer.produce(raw, f"{word} {n}")
            producer.flush()
            end_it()
        desk = self.desk().configure(stages=[], source=kafka_source(kafka, raw, self.name("group")))
        self.finish(desk)
        self.assertEqual([a["body"] for a in desk.articles()], ["first", "committed 0", "committed 1", "committed 2"])
        self.finish(desk)
        producer.begin_transaction()
        producer.produce(raw, "open")
        producer.flush()
        self.finish(desk)  # ends before it
        daemon = self.start(desk)
        wait_for(desk.is_idle, "it runs")
        kafka.produce(raw, ["behind"])
        producer.commit_transaction()
        wait_for(lambda: len(desk.articles()) == 6, "what was open, and what lies behind")
        end(self, daemon)

    def test_a_compacted_topic(self):
        kafka, raw = self.kafka(), self.name("raw")
        kafka.topic(raw, cleanup_policy="compact", segment_ms=100, min_cleanable_dirty_ratio="0.001", min_compaction_lag_ms=0,
                    max_compaction_lag_ms=100)
        desk = self.desk().configure(stages=[], source=kafka_source(kafka, raw, self.name("group")))
        for n in range(10):
            kafka.produce(raw, [{"key": f"k{n % 3}", "value": f"value {n}"}])
        self.finish(desk)
        self.assertEqual(len(desk.articles()), 10)
        until = time.monotonic() + 1
        wait_for(lambda: time.monotonic() > until, "a segment is old enough")
        for n in range(10, 13):
            kafka.produce(raw, [{"key": f"k{n % 3}", "value": f"value {n}"}])
        wait_for(lambda: len(kafka.read_all(raw)) <= 6, "it is compacted")
        kafka.produce(raw, [{"key": "k1", "value": None}])
        self.finish(desk, code=3)
        self.assertEqual([a["body"] for a in desk.articles()[10:]], ["value 10", "value 11", "value 12"])
        self.assertEqual([d["code"] for d in desk.dead_letters()], ["tombstone"])


class Patterns(TroubleCase):
    def pattern(self):
        return "^" + re.escape(self.name("raw")) + "-[0-9]$"

    def source(self, kafka, **more):
        return {**kafka_source(kafka, "", self.name("group"), librdkafka={"topic.metadata.refresh.interval.ms": "500"}, **more),
                "topics": [self.pattern()]}

    def test_a_pattern_without_a_match_is_said(self):
        kafka = self.kafka()
        desk = self.desk().configure(stages=[], source=self.source(kafka), once_deadline="2s")
        self.gives_up(desk, "no topic", "matches", "raw-[0-9]$")
        daemon = self.start(desk)
        self.says(daemon, "no topic", "matches", "raw-[0-9]$")
        kafka.topic(self.name("raw-1"))
        kafka.produce(self.name("raw-1"), ["late"])
        wait_for(lambda: len(desk.articles()) == 1, "it is found")
        wait_for(desk.is_idle, "nothing is wrong")
        self.assertNotIn("no topic", json.dumps(desk.line()))
        end(self, daemon)

    def test_a_pattern_does_not_match_the_brokers_own_topics(self):
        """Each commit writes into one of them, so it would never end."""
        kafka = self.kafka()
        kafka.topic(self.name("raw"))
        kafka.produce(self.name("raw"), ["one"])
        source = {**kafka_source(kafka, "", self.name("group")), "topics": [f"^({re.escape(self.name('raw'))}|__.*)$"]}
        desk = self.desk().configure(stages=[], source=source)
        self.finish(desk)
        self.finish(desk)
        self.assertEqual([a["source"]["topic"] for a in desk.articles()], [self.name("raw")])

    def test_a_topic_of_a_pattern_goes_and_the_others_go_on(self):
        kafka = self.kafka()
        for n in (1, 2):
            kafka.topic(self.name(f"raw-{n}"), 2)
            kafka.produce(self.name(f"raw-{n}"), [{"value": f"{n}", "partition": p} for p in (0, 1)])
        desk = self.desk().configure(stages=[], source=self.source(kafka))
        daemon = self.start(desk)
        wait_for(lambda: len(desk.articles()) == 4, "all are read")
        kafka.admin.delete_topic(self.name("raw-2"))
        for n in range(20):
            kafka.produce(self.name("raw-1"), [{"value": f"more {n}", "partition": n % 2}])
            pause = time.monotonic() + 0.2
            wait_for(lambda: time.monotonic() > pause, "")
        wait_for(lambda: len(desk.articles()) == 24, "the other goes on")
        self.assertLessEqual(len(self.warnings(daemon.errors())), SAID)
        kafka.topic(self.name("raw-2"), 2)
        kafka.produce(self.name("raw-2"), [{"value": f"new {p}", "partition": p} for p in (0, 1)])
        def out():
            return len(desk.articles()) == 26 or "anew" in daemon.errors()
        wait_for(out, "it is back")
        end(self, daemon)


class Rights(TroubleCase):
    """Taken away while it runs, and given again."""

    def words(self, desk):
        line = desk.line() or {}
        return [line.get("why", ""), *line.get("words", {}).values()]

    def taken(self, resource, name, word):
        kafka = self.kafka(secure=True)
        self.topics(kafka)
        user = "stranger"
        rights = [("topic", self.name("raw")), ("topic", self.name("out")), ("group", "*"), ("transaction", "*")]
        for right in rights:
            kafka.admin.allow(user, *right)
        desk = self.desk_of(kafka, more=login(kafka, self.desk(), user=user))
        daemon = self.start(desk)
        feed = Feed(seed=51, copies=0)
        with kafka.reader(self.name("out")) as reader:
            kafka.produce(self.name("raw"), feed.messages(10))
            reader.until(10)
            kafka.admin.forbid(user, resource, name)
            kafka.produce(self.name("raw"), feed.messages(10))
            wait_for(lambda: any(word in said for said in self.words(desk)), f"the status says {word}")
            kafka.admin.allow(user, resource, name)
            kafka.produce(self.name("raw"), feed.messages(10))
            reader.until(30)
            wait_for(lambda: desk.is_idle() and not any(self.words(desk)), "all is well")
            self.assertLess(end(self, daemon), 15)
            assert_each_once(self, [a["id"] for a in articles_of(reader.to_end())], feed.ids)
        for right in rights:
            kafka.admin.forbid(user, *right)

    def test_to_read_the_topic(self):
        self.taken("topic", self.name("raw"), f"{self.name('raw')}/0 cannot be read now")

    def test_to_write_the_topic(self):
        self.taken("topic", self.name("out"), f"ACL is missing to describe topic '{self.name('out')}'")

    def test_to_join_the_group(self):
        self.taken("group", "*", "not allowed to join group")

    def test_to_use_the_transactional_id(self):
        self.taken("transaction", "*", "Transactional Id authorization failed")


class Anew(KafkaCase):
    """The topic that is written goes and comes."""

    def gone(self, exactly_once):
        kafka, raw, out = self.kafka(), self.name("raw"), self.name("out")
        kafka.topic(raw, 2)
        kafka.topic(out, 2)
        feed = Feed(seed=52, copies=0)
        more = {"transaction_timeout": "15s"} if exactly_once else {"delivery_timeout": "10s"}
        desk = self.desk().configure(stages=[], source=kafka_source(kafka, raw, self.name("group")),
                                     sinks={"clean": kafka_sink(kafka, out, exactly_once=exactly_once, **more)})
        daemon = self.start(desk)
        kafka.produce(raw, feed.messages(20))
        with kafka.reader(out) as reader:
            reader.until(20)
        kafka.admin.delete_topic(out)
        kafka.produce(raw, feed.messages(20))
        wait_for(lambda: "out" in json.dumps(desk.line()), f"it is said {daemon.errors()[-2000:]}", 60)
        kafka.topic(out, 2)
        with kafka.reader(out) as reader:
            reader.until(20)
            kafka.produce(raw, feed.messages(20))
            reader.until(40)
            wait_for(desk.is_idle, "all is well")
            self.assertLess(end(self, daemon), 15)
            assert_each_once(self, [a["id"] for a in articles_of(reader.to_end())], feed.ids[20:])

    def test_exactly_once(self):
        self.gone(True)

    def test_at_least_once(self):
        self.gone(False)


class Many(KafkaCase):
    def test_many_partitions(self):
        kafka, raw = self.kafka(), self.name("raw")
        kafka.topic(raw, 500)
        kafka.produce(raw, [{"value": f"{p} {n}", "partition": p} for n in range(20) for p in range(500)])
        desk = self.desk().configure(stages=[], source=kafka_source(kafka, raw, self.name("group")))
        self.finish(desk)
        self.assertEqual(len({a["body"] for a in desk.articles()}), 10_000)
        self.assertEqual(len(desk.articles()), 10_000)

    def test_two_pipelines_of_one_group(self):
        kafka, raw = self.kafka(), self.name("raw")
        kafka.topic(raw, 4)
        desk = self.desk().configure(stages=[], source=kafka_source(kafka, raw, self.name("group")))
        with open(desk.config, encoding="utf-8") as f:
            config = json.load(f)
        config["sources"]["other"] = dict(config["sources"]["inbox"])
        config["sinks"]["other"] = {"type": "file", "path": "out/other.jsonl"}
        config["pipelines"]["more"] = {"from": ["other"], "stages": [], "to": ["other"]}
        with open(desk.config, "w", encoding="utf-8") as f:
            json.dump(config, f)
        daemon = self.start(desk)
        for n in range(10):
            kafka.produce(raw, [{"value": f"{n} {p}", "partition": p} for p in range(4)])
        def all_of():
            return desk.articles() + (desk.articles("other.jsonl") if os.path.exists(desk.path("out", "other.jsonl")) else [])
        wait_for(lambda: len(all_of()) >= 40, "all is out")
        end(self, daemon)
        self.assertEqual(len({a["body"] for a in all_of()}), 40)
        for n in range(10, 20):
            kafka.produce(raw, [{"value": f"{n} {p}", "partition": p} for p in range(4)])
        self.finish(desk)
        self.assertEqual(sorted(a["body"] for a in all_of()), sorted(f"{n} {p}" for n in range(20) for p in range(4)))

    def test_a_start_behind_the_end(self):
        kafka, raw = self.kafka(), self.name("raw")
        kafka.topic(raw, 2)
        kafka.produce(raw, ["old"] * 4)
        desk = self.desk().configure(stages=[], source=kafka_source(kafka, raw, self.name("group"), start="timestamp",
                                                                    start_at="2040-01-01T00:00:00Z"))
        self.finish(desk)
        kafka.produce(raw, ["new"] * 4)
        self.finish(desk)
        self.assertEqual([a["body"] for a in desk.articles()], ["new"] * 4)


if __name__ == "__main__":
    main()
