"""Brokers that are not there, not the right ones, or do not let us in: what is said, what is retried, and how it ends."""
import json
import os
import signal
import time

from harness import Corpus, main, wait_for
from kafka_broker import KafkaCase, client
from broker import kUsers  # found by kafka_broker
from kafka_desk import Feed, articles_of, assert_each_once, end, kafka_sink, kafka_source

CLEAN = [{"type": "clean"}]
END = 15  # seconds from SIGTERM to the end, whatever the brokers do
SAID = 8  # lines of a log about one trouble, of source and sink together, at most


def login(kafka, desk, user="desk", password=None, mechanism="plain"):
    """The options of a client of the secure broker. The password is in a file."""
    os.makedirs(desk.root, exist_ok=True)
    path = desk.path(f"{user}.password")
    with open(path, "w", encoding="ascii") as f:
        f.write((password or kUsers[user]) + "\n")
    return {"tls": {"ca": kafka.ca}, "sasl": {"mechanism": mechanism, "username": user, "password": f"${{file:{path}}}"}}


class TroubleCase(KafkaCase):
    def desk_of(self, kafka, name="desk", more=None, source=None, sink=None, **engine):
        """From topic raw to topic out, whether they exist or not."""
        more = more or {}
        desk = self.desk(name)
        return desk.configure(
            stages=CLEAN, source=kafka_source(kafka, self.name("raw"), self.name("group"), **more, **(source or {})),
            sinks={"clean": kafka_sink(kafka, self.name("out"), **more, **(sink or {}))}, **engine)

    def warnings(self, log):
        return [line for line in log.splitlines() if '"level":"warn"' in line or '"level":"error"' in line]

    def assert_says(self, log, *words):
        """One line of the log has all the words; and it is not said over and over."""
        lines = [line for line in log.splitlines() if all(word.lower() in line.lower() for word in words)]
        self.assertTrue(lines, f"no line says {words}:\n{log[-3000:]}")
        self.assertLessEqual(len(self.warnings(log)), SAID, log[-4000:])

    def says(self, daemon, *words):
        """The daemon says it, in its log and in its status, and goes on."""
        wait_for(lambda: any(all(w.lower() in line.lower() for w in words) for line in daemon.errors().splitlines())
                 or not daemon.running(), f"the log says {words}")
        self.assert_says(daemon.errors(), *words)
        self.assertTrue(daemon.running(), daemon.errors()[-3000:])

    def assert_works(self, kafka, desk, daemon):
        """What is produced now comes through."""
        feed = Feed(seed=41, copies=0)
        kafka.produce(self.name("raw"), feed.messages(10))
        with kafka.reader(self.name("out")) as reader:
            try:
                reader.until(10)
            except TimeoutError as error:
                self.fail(f"{error}:\n{daemon.errors()[-3000:]}\n{json.dumps(desk.line())}")
            assert_each_once(self, [a["id"] for a in articles_of(reader.to_end())], feed.ids)
        self.assertLess(end(self, daemon), END)

    def topics(self, kafka):
        kafka.topic(self.name("raw"), 2)
        kafka.topic(self.name("out"))

    def gives_up(self, desk, *words):
        """`run --once` does not wait for ever."""
        began = time.monotonic()
        done = desk.once()
        self.assertEqual(done.code, 1, done.err[-3000:])
        self.assertLess(time.monotonic() - began, 25)
        self.assert_says(done.err, *words)


class Absent(TroubleCase):
    def test_a_broker_that_comes_later(self):
        kafka = self.kafka()
        self.topics(kafka)
        kafka.kill()
        address = kafka.bootstrap
        self.gives_up(self.desk_of(kafka, "once", once_deadline="2s"), address, "refused")
        desk = self.desk_of(kafka)
        daemon = self.start(desk)
        self.says(daemon, address, "refused")
        wait_for(lambda: (desk.line() or {}).get("state") == "waiting", "the line waits")
        self.assertEqual(desk.command("health").code, 1)
        kafka.start()
        self.assert_works(kafka, desk, daemon)

    def test_a_name_that_no_host_has(self):
        kafka = self.kafka()
        wrong = {"brokers": "kafka.invalid:9092"}
        desk = self.desk_of(kafka, source=wrong, sink=wrong, once_deadline="2s")
        self.gives_up(desk, "kafka.invalid:9092", "resolve")
        daemon = self.start(desk)
        self.says(daemon, "kafka.invalid:9092", "resolve")
        self.assertLess(end(self, daemon), END)

    def test_topics_that_come_later(self):
        kafka, raw, out = self.kafka(), self.name("raw"), self.name("out")
        for wanted, other in ((raw, out), (out, raw)):  # first raw is missing, then out alone
            kafka.topic(other) if wanted == raw else kafka.admin.delete_topic(wanted)
            with self.subTest(missing=wanted):
                self.gives_up(self.desk_of(kafka, f"once-{wanted}", once_deadline="2s"), f"'{wanted}'", "topic")
                desk = self.desk_of(kafka, f"desk-{wanted}")
                daemon = self.start(desk)
                self.says(daemon, f"'{wanted}'", "topic")
                kafka.topic(wanted)
                self.assert_works(kafka, desk, daemon)
                kafka.admin.delete_topic(raw)
                kafka.topic(raw)


class Dead(TroubleCase):
    """SIGTERM ends a daemon in time although its brokers are gone in the middle of its work."""

    def ended_in_time(self, disturb, mend):
        """How many articles came twice; none is missing."""
        kafka = self.kafka()
        self.topics(kafka)
        feed = Feed(seed=42, copies=0)
        kafka.produce(self.name("raw"), feed.messages(600))
        desk = self.desk_of(kafka, commit_interval="20ms", batch_articles=10, workers=1, memory="4MiB", drain="5s")
        with open(desk.config, encoding="utf-8") as f:
            config = json.load(f)
        config["pipelines"]["news"]["stages"].append({"type": "dawdle", "time": "20ms"})
        with open(desk.config, "w", encoding="utf-8") as f:
            json.dump(config, f)
        daemon = self.start(desk)
        with kafka.reader(self.name("out")) as reader:
            self.assertLess(len(reader.until(50)), 600)
        disturb(kafka)
        try:
            wait_for(lambda: (desk.line() or {}).get("state") == "waiting", "it knows")
            began = time.monotonic()
            daemon.signal(signal.SIGTERM)
            daemon.wait(END)
            print(f"ended {time.monotonic() - began:.2f} s after SIGTERM with exit code {daemon.process.returncode}")
            self.assertIn(daemon.process.returncode, (0, 1), daemon.errors()[-3000:])
        finally:
            mend(kafka)
        done = desk.once()
        self.assertEqual(done.code, 0, done.err[-3000:])
        got = [a["id"] for a in articles_of(kafka.read_all(self.name("out")))]
        assert_each_once(self, set(got), feed.ids)
        return len(got) - len(set(got))

    def test_a_broker_that_was_killed(self):
        self.assertEqual(self.ended_in_time(lambda kafka: kafka.kill(), lambda kafka: kafka.start()), 0)

    def test_a_broker_that_accepts_and_never_answers(self):
        # When it goes on it has lost its leadership for a moment. A transaction that is aborted then is not: Kafka 4.3.1
        # takes the topic for deleted and writes no marker (KAFKA-20734), so readers may see it.
        double = self.ended_in_time(lambda kafka: kafka.signal(signal.SIGSTOP), lambda kafka: kafka.signal(signal.SIGCONT))
        print(f"{double} articles came twice")


class Locked(TroubleCase):
    def test_tls_and_a_password_from_a_file(self):
        kafka = self.kafka(secure=True)
        self.topics(kafka)
        desk = self.desk_of(kafka, more=login(kafka, self.desk()))
        daemon = self.start(desk)
        self.assert_works(kafka, desk, daemon)
        self.assertNotIn(kUsers["desk"], daemon.errors())

    def test_a_certificate_of_our_own(self):
        kafka = self.kafka(secure=True)
        self.topics(kafka)
        tls = {"ca": kafka.ca, "certificate": kafka.certificate("client.crt"), "key": kafka.certificate("client.key")}
        at = {"brokers": kafka.mutual}
        without = {**at, "tls": {"ca": kafka.ca}}
        self.gives_up(self.desk_of(kafka, source=without, sink=without, once_deadline="2s"), kafka.mutual, "certificate")
        more = {**at, "tls": tls}
        desk = self.desk_of(kafka, source=more, sink=more)
        self.assert_works(kafka, desk, self.start(desk))

    def test_scram(self):
        """librdkafka before 2.6.1 cannot, since it repeats its nonce (#4895): then it is said."""
        kafka = self.kafka(secure=True)
        self.topics(kafka)
        desk = self.desk_of(kafka, more=login(kafka, self.desk(), mechanism="scram-sha-512"))
        daemon = self.start(desk)
        if client.kKnowsScram:
            self.assert_works(kafka, desk, daemon)
        else:
            self.says(daemon, "login", kafka.bootstrap, "authentication")
            self.assertLess(end(self, daemon), END)

    def test_a_wrong_password(self):
        kafka = self.kafka(secure=True)
        self.topics(kafka)
        more = login(kafka, self.desk(), password="guessed-wrong")
        self.gives_up(self.desk_of(kafka, more=more, once_deadline="2s"), "login", kafka.bootstrap, "authentication failed")
        daemon = self.start(self.desk_of(kafka, more=more))
        self.says(daemon, "login", kafka.bootstrap, "authentication failed")
        self.assertNotIn("guessed-wrong", daemon.errors())
        self.assertLess(end(self, daemon), END)

    def test_an_authority_that_is_not_ours(self):
        kafka = self.kafka(secure=True)
        self.topics(kafka)
        more = login(kafka, self.desk())
        del more["tls"]["ca"]
        more["tls"]["enabled"] = True
        daemon = self.start(self.desk_of(kafka, more=more))
        self.says(daemon, kafka.bootstrap, "certificate")
        self.assertLess(end(self, daemon), END)

    def test_no_acl_for_the_topics_until_one_is_made(self):
        kafka = self.kafka(secure=True)
        self.topics(kafka)
        desk = self.desk_of(kafka, more=login(kafka, self.desk(), user="stranger"), once_deadline="2s")
        self.gives_up(desk, self.name("out"), "ACL")
        desk = self.desk_of(kafka, more=login(kafka, self.desk(), user="stranger"))
        daemon = self.start(desk)
        self.says(daemon, self.name("out"), "ACL")
        kafka.admin.allow("stranger", "topic", self.name(""), prefixed=True)
        kafka.admin.allow("stranger", "group", "*")
        kafka.admin.allow("stranger", "transaction", "*")
        self.assert_works(kafka, desk, daemon)

    def test_a_directory_into_the_secure_broker(self):
        kafka = self.kafka(secure=True)
        self.topics(kafka)
        desk = self.desk()
        corpus = Corpus(desk.inbox, seed=43).fill(5)
        desk.configure(sinks={"clean": kafka_sink(kafka, self.name("out"), exactly_once=False, **login(kafka, desk))})
        self.finish(desk)
        self.assertEqual(len(kafka.read_all(self.name("out"))), corpus.articles)


if __name__ == "__main__":
    main()
