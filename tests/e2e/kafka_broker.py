"""A real Kafka broker for the end-to-end tests: one for each test process, started when the first test asks for it.

    class Example(KafkaCase):
        def test_something(self):
            kafka = self.kafka()                    # or self.kafka(secure=True)
            kafka.topic("raw", 6)
            kafka.produce("raw", ["one", {"key": "k", "value": b"two", "headers": [("from", b"here")]}])
            kafka.kill()
            kafka.restart()
            self.assertEqual(len(kafka.read_all("raw")), 2)

Tests of one process share the broker and its topics, so each names its own topics; `self.name("raw")` makes a name that
no other test has. A test that fails shows the end of the broker's log. Without the packages, or when Maven gets no
jars, the test fails and says why.
"""
import atexit
import os
import shutil
import sys
import tempfile

from harness import Case

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools", "kafka"))
import client  # noqa: E402
from admin import Committed, kEarliest, kLatest  # noqa: E402,F401  (for the tests)
from broker import Broker, BrokerError, fetch, kPrefix  # noqa: E402,F401


class Kafka(Broker):
    """A broker and its clients, which may do everything; `client_settings(user)` is for those that may not. More about
    topics, groups and ACLs is in `admin`: committed(group), commit(group, offsets), group(name), offsets(topic),
    delete_topic, add_partitions, configure_topic, allow."""

    def topic(self, name, partitions=1, **config):
        """A new topic, ready to be written; `config` as in max_message_bytes=30000000. Returns its name."""
        self.admin.create_topic(name, partitions, **config)
        return name

    def second(self):
        """A second broker of this one's cluster, which runs; topics are put on it by topic(name, nodes=[1, 2])."""
        other = Kafka(f"{self.folder}-second", first=self)
        atexit.register(shutil.rmtree, other.folder, ignore_errors=True)
        atexit.register(other.kill)  # what is registered last is done first
        other.start()
        return other

    def produce(self, topic, messages, **more):
        """Waits until all are acknowledged; see client.produce."""
        return client.produce(self.admin_settings, topic, messages, **more)

    def read_all(self, *topics, committed=True, **more):
        """[client.Message] of what is there now, each partition in order; see client.Reader."""
        return client.read_all(self.admin_settings, *topics, committed=committed, **more)

    def reader(self, *topics, committed=True, **more):
        """A client.Reader, to be closed by `with`: until(count or condition) and to_end() read on where it was."""
        return client.Reader(self.admin_settings, *topics, committed=committed, **more)

    def producer(self, **settings):
        """A confluent_kafka.Producer, for transactions and oddities."""
        return client.Producer({**self.admin_settings, **settings})

    def consumer(self, **settings):
        """A confluent_kafka.Consumer, for groups and oddities. To be closed before its topic is deleted: librdkafka
        2.0.2 may never come back from closing otherwise (#4187)."""
        return client.Consumer({**self.admin_settings, **settings})


BROKERS = {}  # those of this process, by whether they are secure
REASONS = []  # why there can be none


def need_jars():
    """Tried once: without a network Maven takes its time to give up."""
    if not REASONS:
        try:
            fetch()
        except BrokerError as error:
            REASONS.append(str(error))
    if REASONS:
        raise BrokerError(REASONS[0])


def new_broker(secure):
    folder = tempfile.mkdtemp(prefix="copydesk-kafka-")
    kafka = Kafka(folder, secure)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(kafka.kill)  # what is registered last is done first
    return kafka


class KafkaCase(Case):
    def kafka(self, secure=False):
        need_jars()
        if secure not in BROKERS:
            BROKERS[secure] = new_broker(secure)
        if not BROKERS[secure].running():
            BROKERS[secure].start()
        return BROKERS[secure]

    def name(self, word):
        """A name for a topic or a group that belongs to this test; with kPrefix, so that the user desk may use it."""
        return f"{kPrefix}{self._testMethodName}.{word}"[:200]

    def run(self, result=None):
        result = result if result is not None else self.defaultTestResult()
        before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > before:
            for secure, kafka in BROKERS.items():
                kind = "secure" if secure else "plain"
                print(f"--- the {kind} broker's log ends with:\n{kafka.log_tail()}\n---", flush=True)
        return result
