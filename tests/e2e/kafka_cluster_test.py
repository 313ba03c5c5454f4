"""Two brokers, of which one is away for a while: its partitions wait, those of the other do not."""
import json

from harness import main, wait_for
from kafka_broker import KafkaCase
from kafka_desk import articles_of, assert_each_once, end, kafka_sink, kafka_source


class OneOfTwo(KafkaCase):
    FIRST, SECOND = 0, 1  # partitions, by the broker that has them

    def setUp(self):
        super().setUp()
        self.ids = []

    def produce(self, *partitions, count=20):
        for partition in partitions:
            ids = [f"a-{len(self.ids) + n}" for n in range(count)]
            self.kafka().produce(self.raw, [{"value": json.dumps({"id": i, "body": f"What {i} tells."}), "partition": partition}
                                            for i in ids])
            self.ids += ids

    def prepare(self):
        """The topics of groups and transactions are on the first, since it was alone when they came into being."""
        kafka = self.kafka()
        self.raw, self.out, group = self.name("raw"), self.name("out"), self.name("group")
        kafka.topic(self.out)
        desk = self.desk().configure(stages=[], source=kafka_source(kafka, kafka.topic(self.name("early")), group),
                                     sinks={"clean": kafka_sink(kafka, self.out)})
        self.finish(desk)
        second = kafka.second()
        kafka.topic(self.raw, nodes=[1, 2])
        source = kafka_source(kafka, self.raw, group)
        return second, desk.configure(stages=[], source=source, sinks={"clean": kafka_sink(kafka, self.out)})

    def test_its_partition_waits_and_is_named_and_comes_back(self):
        second, desk = self.prepare()
        kafka = self.kafka()
        self.produce(self.FIRST, self.SECOND)
        daemon = self.start(desk)
        with kafka.reader(self.out) as reader:
            reader.until(len(self.ids))
            second.kill()
            self.produce(self.FIRST)
            reader.until(len(self.ids))  # the other goes on
            named = f"{self.raw}/1 cannot be read now: it has no leader"
            wait_for(lambda: named in json.dumps(desk.line()), "the status names it")
            second.start()
            self.produce(self.FIRST, self.SECOND)
            reader.until(len(self.ids))
            wait_for(lambda: desk.is_idle() and named not in json.dumps(desk.line()), "nothing waits")
            second.kill()
            end(self, daemon)
            self.produce(self.FIRST)
            daemon = self.start(desk)  # it meets a partition without a leader
            reader.until(len(self.ids))
            wait_for(lambda: f"{self.raw}/1 cannot be read yet" in daemon.errors(), "it is named")
            second.start()
            self.produce(self.SECOND)
            reader.until(len(self.ids))
            wait_for(desk.is_idle, "nothing waits")
            end(self, daemon)
            assert_each_once(self, [a["id"] for a in articles_of(reader.to_end())], self.ids)


if __name__ == "__main__":
    main()
