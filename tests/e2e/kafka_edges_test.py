"""Edges of Kafka that are met now and then: sizes at a limit, offsets that cannot be told yet, partitions that come while
nobody looks, retention that overtakes a running daemon."""
import json
import os
import random
import signal
import string
import time

from harness import main, wait_for
from kafka_broker import KafkaCase, client
from kafka_desk import end, kafka_sink, kafka_source

PATIENCE = 150  # seconds; a transaction for each try of what is too large takes its time on a machine under load
FRAME = 72  # bytes that brokers count beside a value of 8 KiB to 1 MiB, without key and headers


def noise(size, number=0):
    """Text that cannot be made much smaller."""
    letters = random.Random(number).choices(string.ascii_letters + string.digits, k=size)
    return "".join(letters)


class Sizes(KafkaCase):
    def written(self, bodies, topic, sink, code=3):
        """Lengths of what came out, and codes of the dead letters, by the length of the body."""
        kafka, found = self.kafka(), []
        for exactly_once in (True, False):
            raw, out = self.name(f"raw-{exactly_once}"), self.name(f"out-{exactly_once}")
            kafka.topic(raw, max_message_bytes=20_000_000)
            kafka.topic(out, **topic)
            kafka.produce(raw, bodies)
            desk = self.desk(f"desk-{exactly_once}").configure(
                stages=[], source=kafka_source(kafka, raw, self.name(f"group-{exactly_once}"), format="text"),
                sinks={"clean": kafka_sink(kafka, out, exactly_once=exactly_once, value="body", key="", compression="none", **sink)})
            self.finish(desk, code=code, seconds=PATIENCE)
            letters = [json.loads(desk.command("dead", "show", str(letter["number"])).out) for letter in desk.dead_letters()]
            lengths = [len(m.value) for m in kafka.read_all(out)]
            # What was refused rewinds the line, and without exactly_once something may come again then.
            found.append((sorted(lengths if exactly_once else set(lengths)),
                          {len(letter["body"]): letter["failed"]["code"] for letter in letters}))
        self.assertEqual((sorted(set(found[0][0])), found[0][1]), found[1])
        return found[0]

    def test_a_message_of_exactly_the_limit_is_taken_and_one_byte_more_is_a_dead_letter(self):
        limit = 100_000
        bodies = [noise(limit - FRAME, 1), noise(limit - FRAME + 1, 2), *(noise(700, n) for n in range(600))]
        out, dead = self.written(bodies, {"max_message_bytes": limit}, {"message_max": limit})
        self.assertEqual(out, [700] * 600 + [limit - FRAME])
        self.assertEqual(dead, {limit - FRAME + 1: "too_large"})

    def test_what_the_topic_does_not_take_is_a_dead_letter(self):
        """Though message_max would let it pass: the broker says so of the first, and of a segment's size of the second."""
        bodies = [noise(300, 1), noise(1_100_000, 2), noise(200, 3), noise(2_200_000, 4), noise(100, 5)]
        topic = {"max_message_bytes": 2_000_000, "segment_bytes": 1_048_576}
        out, dead = self.written(bodies, topic, {"message_max": "10MB"})
        self.assertEqual(out, [100, 200, 300])
        self.assertEqual(dead, {1_100_000: "too_large", 2_200_000: "too_large"})


class Places(KafkaCase):
    """Where partitions are read from."""

    def prepare(self, partitions, **source):
        kafka, self.raw, self.group = self.kafka(), self.name("raw"), self.name("group")
        kafka.topic(self.raw, partitions)
        return self.desk().configure(stages=[], source=kafka_source(kafka, self.raw, self.group, **source))

    def produce(self, text, *partitions):
        self.kafka().produce(self.raw, [{"value": f"{text} of {p}", "partition": p} for p in partitions])

    def bodies(self, desk):
        return sorted(a["body"] for a in desk.articles())

    def test_a_partition_whose_offset_is_in_a_transaction_keeps_no_other_waiting(self):
        """As one that a daemon left behind which was killed while it committed: the others of the group go on."""
        desk, kafka = self.prepare(3), self.kafka()
        self.produce("first", 0, 1, 2)
        self.finish(desk)
        consumer = kafka.consumer(**{"group.id": self.group})
        producer = kafka.producer(**{"transactional.id": self.group, "transaction.timeout.ms": 60_000})
        producer.init_transactions()
        producer.begin_transaction()
        producer.send_offsets_to_transaction([client.TopicPartition(self.raw, 1, 1)], consumer.consumer_group_metadata())
        self.produce("second", 0, 1, 2)
        daemon = self.start(desk)
        began = time.monotonic()
        wait_for(lambda: len(desk.articles()) == 5, "the others are read")
        print(f"the others after {time.monotonic() - began:.2f} s")
        wait_for(lambda: f"{self.raw}/1 cannot be read yet" in daemon.errors(), "it is named")
        self.assertIn("transaction", daemon.errors())
        self.assertEqual(self.bodies(desk), ["first of 0", "first of 1", "first of 2", "second of 0", "second of 2"])
        producer.abort_transaction()
        wait_for(lambda: len(desk.articles()) == 6, "it is read, too")
        wait_for(desk.is_idle, "nothing waits")
        end(self, daemon)
        self.assertEqual(self.bodies(desk)[3:], ["second of 0", "second of 1", "second of 2"])
        consumer.close()

    def test_latest_reads_a_partition_that_was_added_while_nobody_looked_from_its_beginning(self):
        desk, kafka = self.prepare(1, start="latest"), self.kafka()
        self.produce("before we came", 0)
        self.finish(desk)
        self.assertEqual(self.bodies(desk), [])
        kafka.admin.add_partitions(self.raw, 3)
        self.produce("first", 0, 1, 2)
        self.finish(desk)
        self.assertEqual(self.bodies(desk), ["first of 0", "first of 1", "first of 2"])

    def test_retention_that_overtakes_a_running_daemon_is_said_and_it_goes_on(self):
        desk, kafka = self.prepare(2), self.kafka()
        self.produce("first", 0, 1)
        daemon = self.start(desk)
        wait_for(lambda: len(desk.articles()) == 2, "the first are read")
        os.kill(daemon.process.pid, signal.SIGSTOP)
        asleep = time.monotonic() + 1  # longer than its last question waits at the broker
        wait_for(lambda: time.monotonic() > asleep, "it asks no more")
        for number in range(5):
            self.produce(f"late {number}", 0, 1)
        kafka.admin.delete_records({(self.raw, 0): 4})
        os.kill(daemon.process.pid, signal.SIGCONT)
        wait_for(lambda: len(desk.articles()) >= 9, "what is left is read")
        self.assertIn("up to 3 messages were removed before they were read; going on at offset 4", daemon.errors())
        self.produce("last", 0, 1)
        wait_for(lambda: len(desk.articles()) >= 11, "it goes on")
        end(self, daemon)
        self.assertEqual(self.bodies(desk), sorted([
            "first of 0", "first of 1", "late 3 of 0", "late 4 of 0", *(f"late {n} of 1" for n in range(5)), "last of 0", "last of 1"]))
        self.assertEqual({p: c.offset for (_, p), c in kafka.admin.committed(self.group).items()}, kafka.admin.offsets(self.raw))


class Anew(KafkaCase):
    def test_a_topic_that_is_made_anew_while_it_is_read_stops(self):
        """Also when the new log is longer by the time the daemon asks for more: what lies before that was never read."""
        kafka = self.kafka()
        for asleep in (False, True):
            with self.subTest(asleep=asleep):
                raw, group = self.name(f"raw-{asleep}"), self.name(f"group-{asleep}")
                kafka.topic(raw)
                kafka.produce(raw, [f"old message {n}" for n in range(20)])
                desk = self.desk(f"desk-{asleep}").configure(stages=[], source=kafka_source(kafka, raw, group))
                daemon = self.start(desk)
                wait_for(lambda: len(desk.articles()) == 20, "the old topic is read")
                if asleep:
                    os.kill(daemon.process.pid, signal.SIGSTOP)
                kafka.admin.delete_topic(raw)
                kafka.topic(raw)
                kafka.produce(raw, [f"new message {n}" for n in range(50)])
                if asleep:
                    awake = time.monotonic() + 2
                    wait_for(lambda: time.monotonic() > awake, "it has slept for a while")
                    os.kill(daemon.process.pid, signal.SIGCONT)
                wait_for(lambda: f"{raw}/0 stands still" in daemon.errors() or len(desk.articles()) > 20, "it is noticed")
                self.assertIn("seems to have been made anew", daemon.errors())
                self.assertEqual(len(desk.articles()), 20)
                end(self, daemon)
                kafka.admin.commit(group, {(raw, 0): 0})  # as its message says
                self.finish(desk)
                self.assertEqual([a["body"] for a in desk.articles()[20:]], [f"new message {n}" for n in range(50)])


if __name__ == "__main__":
    main()
