"""What must not stop a partition, and what must not be lost behind it: poison, refusals, slow stages, moved offsets."""
import json
import shutil

from harness import main, wait_for
from kafka_broker import KafkaCase
from kafka_desk import Feed, assert_each_once, end, kafka_sink, kafka_source, wait_for_group

CLEAN = [{"type": "clean"}]
LARGE = 20_000_000  # bytes; more than max_article


def good(number, words="Something"):
    body = f"{words} happened in town number {number}, and everybody who was there spoke about it for days afterwards."
    return json.dumps({"id": f"good-{number}", "title": f"News {number}", "body": body})


POISON = {  # what → (value, component, code)
    "no JSON": ("{\"title\": \"cut", "decode", "bad_json"),
    "JSON that is no object": ("42", "decode", "not_object"),
    "20 MB": (json.dumps({"title": "Large", "body": "word " * (LARGE // 5)}), "decode", "too_large"),
    "no UTF-8, nor anything else": (b"{\"title\": \"x\", \xc3\x28\xff\xfe\x80", "decode", "bad_json"),
    "no bytes": (b"", "decode", "empty"),
    "tombstone": (None, "decode", "tombstone"),
}


class Poison(KafkaCase):
    def test_each_kind_becomes_a_dead_letter_with_its_coordinates_and_its_partition_moves_on(self):
        kafka, raw, group = self.kafka(), self.name("raw"), self.name("group")
        kafka.topic(raw, 3, max_message_bytes=LARGE + 10_000_000)
        messages = []
        for number, what in enumerate(POISON):
            at = {"key": f"key-{number}", "partition": number % 3}
            messages += [{"value": good(2 * number), **at}, {"value": POISON[what][0], **at}, {"value": good(2 * number + 1), **at}]
        places = kafka.produce(raw, messages)
        source = kafka_source(kafka, raw, group, format="json", librdkafka={"fetch.message.max.bytes": "30000000"})
        desk = self.desk().configure(stages=CLEAN, source=source)
        self.finish(desk, code=3)
        assert_each_once(self, [a["id"] for a in desk.articles()], [f"good-{n}" for n in range(2 * len(POISON))])
        found = {}
        for letter in desk.dead_letters():
            whole = json.loads(desk.command("dead", "show", str(letter["number"])).out)
            source = whole["source"]
            found[source["topic"], source["partition"], source["offset"]] = (whole["failed"]["component"], whole["failed"]["code"])
        self.assertEqual(found, {(raw, *places[3 * number + 1]): POISON[what][1:] for number, what in enumerate(POISON)})
        self.assertEqual({p: c.offset for (_, p), c in kafka.admin.committed(group).items()}, kafka.admin.offsets(raw))
        self.finish(desk)  # a restart does not meet them again
        self.assertEqual(len(desk.dead_letters()), len(POISON))

    def test_a_text_in_an_old_encoding_is_an_article(self):
        kafka, raw = self.kafka(), self.name("raw")
        kafka.topic(raw)
        kafka.produce(raw, [good(1, "Caf\u00e9").encode().replace(b"\\u00e9", b"\xe9"), good(2)])
        desk = self.desk().configure(stages=CLEAN, source=kafka_source(kafka, raw, self.name("group"), format="json"))
        self.finish(desk)
        self.assertIn("Caf\u00e9", desk.articles()[0]["body"])
        self.assertEqual(len(desk.articles()), 2)


class Refused(KafkaCase):
    """A sink does not take article N, and takes N + 1 (in Vector, N is lost by a restart: #24215)."""

    def prepare(self, sink, words=lambda number: "Something"):
        kafka, self.raw, self.group = self.kafka(), self.name("raw"), self.name("group")
        kafka.topic(self.raw)
        kafka.produce(self.raw, [good(n, words(n)) for n in range(10)])
        return self.desk().configure(stages=CLEAN, source=kafka_source(kafka, self.raw, self.group), sinks={"shaky": sink})

    def committed(self):
        return [c.offset for c in self.kafka().admin.committed(self.group).values()]

    def test_what_is_to_be_tried_again_survives_a_kill(self):
        desk = self.desk()
        desk = self.prepare({"type": "flaky", "path": "out/shaky.jsonl", "memory": desk.path("failed"), "times": 1, "at": "articles",
                             "on_error": {"backoff": {"initial": "60s", "max": "60s"}}})
        daemon = self.start(desk)
        wait_for(lambda: desk.raw("shaky.jsonl").count(b"\n") == 5, "every second article is taken")
        wait_for(lambda: (desk.line() or {}).get("state") == "waiting", "the line waits for the others")
        self.assertIn(self.committed(), ([], [0]))
        self.assertTrue(daemon.kill())
        daemon = self.start(desk)
        wait_for(lambda: self.committed() == [10], "all is committed")
        end(self, daemon)
        self.assertEqual([a["id"] for a in desk.articles("shaky.jsonl")], [f"good-{n}" for n in range(10)])

    def test_what_is_refused_for_good_is_a_dead_letter_that_can_be_replayed(self):
        desk = self.desk()
        desk = self.prepare({"type": "picky", "path": "out/shaky.jsonl", "word": "Rotten", "cure": desk.path("cured")},
                            lambda number: "Rotten" if number == 4 else "Fresh")
        daemon = self.start(desk)
        wait_for(lambda: self.committed() == [10], "all is committed")
        self.assertTrue(daemon.kill())
        self.finish(desk)
        rest = [f"good-{n}" for n in range(10) if n != 4]
        self.assertEqual([a["id"] for a in desk.articles("shaky.jsonl")], rest)
        self.assertEqual([(d["component"], d["code"]) for d in desk.dead_letters()], [("shaky", "unwanted")])
        with open(desk.path("cured"), "wb"):
            pass
        replayed = desk.command("dead", "replay", "--all")
        self.assertEqual(replayed.code, 0, replayed.err)
        self.assertEqual([a["id"] for a in desk.articles("shaky.jsonl")], [*rest, "good-4"])
        self.assertEqual(desk.dead_letters(), [])


class Slow(KafkaCase):
    def test_a_stage_slower_than_max_poll_interval_costs_no_membership(self):
        kafka, raw, group = self.kafka(), self.name("raw"), self.name("group")
        kafka.topic(raw, 2)
        feed = Feed(seed=31, copies=0)
        kafka.produce(raw, feed.messages(20))
        desk = self.desk().configure(
            stages=[*CLEAN, {"type": "dawdle", "time": "5s"}], workers=1, batch_articles=10,
            source=kafka_source(kafka, raw, group, session_timeout="2s", librdkafka={"max.poll.interval.ms": "2000"}))
        daemon = self.start(desk)
        members = {m.id for m in wait_for_group(
            kafka, group, lambda found: len(found) == 1 and len(found[0].partitions) == 2, "it is a member")}

        def all_committed():
            members.update(m.id for m in kafka.admin.group(group).members)
            committed = kafka.admin.committed(group)
            return sum(c.offset for c in committed.values()) == 20
        wait_for(all_committed, "all is committed")
        self.assertEqual(len(members), 1, f"it left the group and came back: {daemon.errors()[-2000:]}")
        end(self, daemon)
        assert_each_once(self, [a["id"] for a in desk.articles()], feed.ids)
        self.assertNotIn("MAXPOLL", daemon.errors())


class Operator(KafkaCase):
    def test_offsets_that_an_operator_sets_are_obeyed(self):
        kafka, raw, group = self.kafka(), self.name("raw"), self.name("group")
        kafka.topic(raw, 2)
        kafka.produce(raw, [{"value": good(n), "partition": n % 2} for n in range(20)])
        desk = self.desk().configure(stages=CLEAN, source=kafka_source(kafka, raw, group))
        self.finish(desk)
        ids = [f"good-{n}" for n in range(20)]
        assert_each_once(self, [a["id"] for a in desk.articles()], ids)
        kafka.admin.commit(group, {(raw, 0): 7})  # back: 14, 16 and 18 come again
        self.finish(desk)
        again = [a["id"] for a in desk.articles()][20:]
        self.assertEqual(again, ["good-14", "good-16", "good-18"])
        self.finish(desk)
        self.assertEqual(len(desk.articles()), 23)
        kafka.produce(raw, [{"value": good(n), "partition": n % 2} for n in range(20, 40)])
        kafka.admin.commit(group, {(raw, 1): 18})  # forward: 21 … 35 are left out
        done = self.finish(desk)
        after = sorted(a["id"] for a in desk.articles()[23:])
        self.assertEqual(after, sorted([*(f"good-{n}" for n in range(20, 40, 2)), "good-37", "good-39"]), done.err)


class Topics(KafkaCase):
    def ids(self, desk):
        return sorted(a["id"] for a in desk.articles())

    def test_a_pattern_takes_topics_that_come_later_and_no_others(self):
        kafka, source = self.kafka(), kafka_source(self.kafka(), "", self.name("group"))
        pattern = "^" + self.name("raw").replace(".", "[.]") + "-[0-9]$"
        source.update(topics=[pattern], librdkafka={"topic.metadata.refresh.interval.ms": "500"})
        for word in ("raw-1", "raw-x"):
            kafka.topic(self.name(word))
            kafka.produce(self.name(word), [json.dumps({"id": word, "body": f"This lay in {word}, and nobody had read it yet."})])
        desk = self.desk().configure(stages=CLEAN, source=source)
        daemon = self.start(desk)
        wait_for(lambda: self.ids(desk) == ["raw-1"], "the first is out")
        kafka.topic(self.name("raw-2"), 2)
        kafka.produce(self.name("raw-2"), [{"value": good(n), "partition": n % 2} for n in range(4)])
        wait_for(lambda: len(desk.articles()) == 5, "the new topic is found")
        end(self, daemon)
        self.assertEqual(self.ids(desk), ["good-0", "good-1", "good-2", "good-3", "raw-1"])

    def test_a_group_that_is_new_begins_at_a_time(self):
        kafka, raw = self.kafka(), self.name("raw")
        kafka.topic(raw, 3, retention_ms=-1)
        then = 1_700_000_000_000  # ms
        # Partition 2 has nothing that young: it begins at its end.
        messages = [{"value": good(n), "partition": n % 2, "timestamp": then + 1000 * n} for n in range(10)]
        kafka.produce(raw, [*messages, {"value": good(99), "partition": 2, "timestamp": then}])
        source = kafka_source(kafka, raw, self.name("group"), start="timestamp", start_at="2023-11-14T22:13:24.500Z")
        desk = self.desk().configure(stages=CLEAN, source=source)
        self.finish(desk)
        self.assertEqual(self.ids(desk), [f"good-{n}" for n in range(5, 10)])
        kafka.produce(raw, [{"value": good(n), "partition": n % 3, "timestamp": then} for n in range(10, 13)])
        self.finish(desk)  # from now on the group knows
        self.assertEqual(self.ids(desk), sorted(f"good-{n}" for n in range(5, 13)))

    def test_messages_that_retention_removed_before_us_are_said_and_it_goes_on(self):
        kafka, raw = self.kafka(), self.name("raw")
        kafka.topic(raw, 2)
        desk = self.desk().configure(stages=CLEAN, source=kafka_source(kafka, raw, self.name("group")))
        messages = [{"value": good(n), "partition": n % 2} for n in range(40)]
        kafka.produce(raw, messages[:20])
        self.finish(desk)
        kafka.produce(raw, messages[20:])
        kafka.admin.delete_records({(raw, 0): 15})  # we have read 10: 20, 22, 24, 26 and 28 are gone
        done = self.finish(desk)
        lost = [json.loads(line) for line in done.err.splitlines() if "were removed" in line]
        self.assertEqual([(m["level"], "5 messages" in m["message"], f"{raw}/0" in m["message"]) for m in lost], [("error", True, True)], done.err)
        self.assertEqual(self.ids(desk), sorted(f"good-{n}" for n in range(40) if n not in (20, 22, 24, 26, 28)))
        self.assertNotIn("were removed", self.finish(desk).err)  # once


class FromATopic(KafkaCase):
    """Dead letters go to a topic; replayed from there each is delivered once."""

    def configure(self, form):
        raw, dead = self.name("raw"), self.name("dead")
        kafka = self.kafka()
        sinks = {"clean": kafka_sink(kafka, self.name("out")),
                 "graves": kafka_sink(kafka, dead, exactly_once=False, headers={
                     "component": "{failed.component}", "code": "{failed.code}", "origin": "{failed.origin}", "attempts": "{failed.attempts}"})}
        self.desk_.configure(stages=CLEAN, source=kafka_source(kafka, raw, self.name("group"), format=form), sinks=sinks, to=["clean"])
        with open(self.desk_.config, encoding="utf-8") as f:
            config = json.load(f)
        config["pipelines"]["news"]["dead_letters"] = "graves"
        config["sources"]["graves"] = kafka_source(kafka, dead, self.name("graves"))
        with open(self.desk_.config, "w", encoding="utf-8") as f:
            json.dump(config, f)

    def replay(self, *arguments, code=0):
        done = self.desk_.command("dead", "replay", "--from", "graves", *arguments)
        self.assertEqual(done.code, code, done.err)
        return done.out

    def delivered(self):
        return sorted(m.key.decode() if m.key.startswith(b"good") else "text" for m in self.kafka().read_all(self.name("out")))

    def test_a_poison_message_is_delivered_once_after_the_fix(self):
        kafka = self.kafka()
        for word in ("raw", "dead", "out"):
            kafka.topic(self.name(word))
        self.desk_ = self.desk()
        self.configure("json")
        place = kafka.produce(self.name("raw"), [good(1), "no JSON, but a text that somebody wrote", good(2)])[1]
        self.finish(self.desk_, code=3)
        (told,) = kafka.read_all(self.name("dead"))
        origin = f"inbox {self.name('raw')}/{place[0]} {place[1]}".encode()
        self.assertEqual(dict(told.headers), {"component": b"decode", "code": b"bad_json", "origin": origin, "attempts": b"1"})
        self.assertIn("1 replayed", self.replay(code=3))  # not mended: it dies again, and is told again
        self.assertEqual([dict(m.headers)["attempts"] for m in kafka.read_all(self.name("dead"))], [b"1", b"2"])
        self.configure("text")
        self.assertIn("1 replayed, 0 ended already", self.replay())
        self.assertEqual(self.delivered(), ["good-1", "good-2", "text"])
        self.assertIn("0 replayed, 1 ended already", self.replay())
        # A daemon that has lost its store, and one that runs.
        shutil.rmtree(self.desk_.data)
        self.assertIn("left out: 1 dead letter of other daemons", self.replay())
        daemon = self.start(self.desk_)
        wait_for(self.desk_.is_idle, "it runs")
        self.assertIn("1 taken and replayed", self.replay("--adopt"))  # it cannot know that the other one has done it
        wait_for(lambda: len(self.delivered()) == 4, "it is out")
        self.assertIn("0 taken and replayed, 1 taken before", self.replay("--adopt"))
        end(self, daemon)
        self.assertEqual(self.delivered(), ["good-1", "good-2", "text", "text"])


if __name__ == "__main__":
    main()
