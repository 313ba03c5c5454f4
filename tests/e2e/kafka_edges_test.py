"""Edges of Kafka that are met now and then: offsets that cannot be told yet, partitions that come while
nobody looks, retention that overtakes a running daemon."""
import os
import signal
import time

from harness import main, wait_for
from kafka_broker import KafkaCase, client
from kafka_desk import end, kafka_source

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


if __name__ == "__main__":
    main()
