"""Commits that a Kafka transaction decides: the process is killed at each of their points, and a data_dir does not fit
the marker that the brokers keep."""
import os
import shutil
import signal

from harness import STAGES, Corpus, main
from kafka_broker import KafkaCase
from kafka_desk import Feed, articles_of, assert_each_once, kafka_sink, kafka_source

POINTS = ["prepared", "sent", "decided", "applied"]
PARTITIONS = 2
COUNT = 1600  # articles: more than all the runs can commit before their kill, each commit as full as memory allows
SLOW = [*STAGES, {"type": "dawdle", "time": "5ms"}]  # little is in hand at once, so that there are many commits
SMALL = {"commit_interval": "1ms", "batch_articles": 8, "memory": "1MiB", "workers": 1}


class FaultPoints(KafkaCase):
    def killed_at_each_point(self, desk, out, ids, id_of):
        """Each point is met once, at the second commit of its run that has articles; the next run begins with what it left."""
        kafka = self.kafka()
        with kafka.reader(out) as reader:
            for point in POINTS:
                with self.subTest(point=point):
                    before = len(reader.messages)
                    done = desk.once(env={"COPYDESK_FAULT": f"{point}:3"})
                    self.assertEqual(done.code, -signal.SIGKILL, f"{point} was not reached\n{done.err[-3000:]}")
                    got = [id_of(a) for a in articles_of(reader.to_end())]
                    self.assertEqual(len(got), len(set(got)), f"double after a kill at {point}")
                    self.assertGreater(len(got), before, "the commit before it is out")
                    self.assertLess(len(got), len(ids), "work is pending")
            self.finish(desk)
            got = [id_of(a) for a in articles_of(reader.to_end())]
            assert_each_once(self, got, ids)
            self.finish(desk)  # and nothing comes a second time
            self.assertEqual(len(reader.to_end()), len(ids))

    def test_kafka_to_kafka(self):
        kafka, raw, out, group = self.kafka(), self.name("raw"), self.name("out"), self.name("group")
        kafka.topic(raw, PARTITIONS)
        kafka.topic(out)
        feed = Feed(seed=21, size=4000)
        kafka.produce(raw, feed.messages(COUNT))
        desk = self.desk().configure(stages=SLOW, source=kafka_source(kafka, raw, group, instance=f"{group}.one"),
                                     sinks={"clean": kafka_sink(kafka, out)}, **SMALL)
        self.killed_at_each_point(desk, out, feed.ids, lambda article: article["id"])
        self.assertEqual({p: c.offset for (_, p), c in kafka.admin.committed(group).items()}, kafka.admin.offsets(raw))

    def test_directory_to_kafka(self):
        kafka, out = self.kafka(), self.name("out")
        kafka.topic(out)
        desk = self.desk()
        corpus = Corpus(desk.inbox, seed=22)
        for number in range(COUNT):
            corpus.text(f"{number}.txt", corpus.some_story())
        desk.configure(stages=SLOW, sinks={"clean": kafka_sink(kafka, out)}, **SMALL)
        self.killed_at_each_point(desk, out, corpus.expected, lambda article: os.path.relpath(article["source"]["path"], desk.inbox))


class Marker(KafkaCase):
    def prepare(self):
        """A desk that has delivered the first half of its feed; then the second half comes in."""
        kafka, raw, group = self.kafka(), self.name("raw"), self.name("group")
        self.raw, self.out = kafka.topic(raw, PARTITIONS), kafka.topic(self.name("out"))
        self.feed = Feed(seed=23, copies=0)
        desk = self.desk().configure(
            source=kafka_source(kafka, raw, group),
            sinks={"clean": kafka_sink(kafka, self.out, transactional_id=self.name("id"))}, **SMALL)
        kafka.produce(raw, self.feed.messages(50))
        self.finish(desk)
        assert_each_once(self, self.delivered(), self.feed.ids)
        kafka.produce(raw, self.feed.messages(50))
        return desk

    def delivered(self):
        return [a["id"] for a in articles_of(self.kafka().read_all(self.out))]

    def test_an_empty_data_dir_starts_and_goes_on_where_the_group_is(self):
        desk = self.prepare()
        shutil.rmtree(desk.data)
        done = self.finish(desk)
        assert_each_once(self, self.delivered(), self.feed.ids)
        self.assertIn("holds the commits of another", done.err)
        done = self.finish(desk)  # from now on they are its own
        self.assertNotIn("holds the commits of another", done.err)
        assert_each_once(self, self.delivered(), self.feed.ids)

    def test_a_data_dir_older_than_the_output_is_refused(self):
        desk = self.prepare()
        shutil.copytree(desk.data, desk.path("backup"))
        self.finish(desk)
        newer = desk.path("newer")
        os.rename(desk.data, newer)
        os.rename(desk.path("backup"), desk.data)
        refused = desk.once()
        self.assertEqual(refused.code, 1, refused.err[-3000:])
        self.assertIn("its output holds commit", refused.err)
        self.assertIn("this data_dir is older than the output", refused.err)
        daemon = self.start(desk)  # neither does a daemon wait for something that no waiting mends
        self.assertEqual(daemon.wait(), 1, daemon.errors()[-3000:])
        assert_each_once(self, self.delivered(), self.feed.ids)
        shutil.rmtree(desk.data)
        os.rename(newer, desk.data)
        self.kafka().produce(self.raw, self.feed.messages(10))
        self.finish(desk)  # the newer one is back
        assert_each_once(self, self.delivered(), self.feed.ids)


if __name__ == "__main__":
    main()
