"""Producing and reading for tests and measurements, with Debian's python3-confluent-kafka (librdkafka).

`settings` is a dict of librdkafka's properties: Broker.client_settings().
"""
import collections
import sys
import time
import uuid

try:
    import confluent_kafka
    from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition
except ImportError as error:
    raise ImportError(f"{sys.executable} finds no confluent_kafka ({error}). It is Debian's python3-confluent-kafka: "
                      "run tools/dev setup, and this with /usr/bin/python3") from error

kSeconds = 60  # that reading or producing may take unless told otherwise
kLargestMessage = 64 << 20  # bytes, on our side; a topic has its own max.message.bytes
kCalm = {"log_level": 2, "reconnect.backoff.max.ms": 500}  # a broker that is killed and comes back is nothing unusual
kAtOnce = 5000  # messages taken from librdkafka in one go

kBrokerAway = {KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN, KafkaError._RESOLVE}  # it may come back

Message = collections.namedtuple("Message", "topic partition offset timestamp key value headers")
kKnowsScram = confluent_kafka.libversion()[1] >= 0x020601ff  # with Kafka 4, see secure.properties
ClientError = confluent_kafka.KafkaException


def message_of(raw):
    return Message(raw.topic(), raw.partition(), raw.offset(), raw.timestamp()[1], raw.key(), raw.value(),
                   raw.headers() or [])


def produce(settings, topic, messages, seconds=kSeconds):
    """Sends in order and waits for the acknowledgements; returns [(partition, offset)] in the order given. A message is
    its value (str or bytes), or a dict of value, key, headers ([(str, bytes)]), partition, timestamp (ms); a value of
    None in a dict is a tombstone. ClientError when one of them is refused."""
    producer = Producer({**kCalm, "enable.idempotence": True, "linger.ms": 5, "message.max.bytes": kLargestMessage,
                         "message.timeout.ms": int(seconds * 1000), **settings})
    deadline = time.monotonic() + seconds
    places, failed = [], []

    def send(number, message):
        def told(error, sent):
            if error:
                failed.append(error)
            else:
                places[number] = (sent.partition(), sent.offset())
        producer.produce(topic, on_delivery=told, **message)

    for number, message in enumerate(messages):
        places.append(None)
        message = message if isinstance(message, dict) else {"value": message}
        while True:
            try:
                send(number, message)
                break
            except BufferError:  # librdkafka's queue is full
                if time.monotonic() > deadline:
                    raise
                producer.poll(0.1)
        producer.poll(0)
    left = producer.flush(max(0.0, deadline - time.monotonic()))
    if failed:
        raise ClientError(failed[0])
    if left:
        raise TimeoutError(f"{left} messages to {topic} were not acknowledged in {seconds} s")
    return places


class Reader:
    """Reads topics from the beginning without being a member of a group, each message once; `messages` is what came so
    far. `committed`: only what is not part of an open or aborted transaction."""

    def __init__(self, settings, *topics, committed=True, **more):
        self.messages = []
        self._consumer = Consumer({
            **kCalm, "group.id": f"reader-{uuid.uuid4()}", "enable.auto.commit": False, "enable.partition.eof": True,
            "auto.offset.reset": "earliest", "isolation.level": "read_committed" if committed else "read_uncommitted",
            "fetch.wait.max.ms": 50, "fetch.message.max.bytes": kLargestMessage, **settings, **more})
        known = self._consumer.list_topics(timeout=kSeconds).topics
        missing = [topic for topic in topics if topic not in known]
        if missing:
            raise LookupError(f"no such topic: {missing[0]}")
        self._next = {(topic, partition): 0 for topic in topics for partition in known[topic].partitions}
        self._assign()

    def _assign(self):
        self._consumer.assign([TopicPartition(*place, offset) for place, offset in self._next.items()])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._consumer.close()

    def _take(self, seconds):
        """Appends what is there; returns the partitions whose end was met."""
        ends = set()
        for raw in self._consumer.consume(kAtOnce, seconds):
            place = (raw.topic(), raw.partition())
            if not raw.error():
                self.messages.append(message_of(raw))
                self._next[place] = raw.offset() + 1
                ends.discard(place)
            elif raw.error().code() == KafkaError._PARTITION_EOF:
                ends.add(place)
            elif not raw.error().retriable() and raw.error().code() not in kBrokerAway:
                raise ClientError(raw.error())
        return ends

    def until(self, enough, seconds=kSeconds):
        """Reads on until there are `enough` messages, or `enough(messages)` is true."""
        done = enough if callable(enough) else lambda messages: len(messages) >= enough
        deadline = time.monotonic() + seconds
        while not done(self.messages):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(self.messages)} messages came in {seconds} s")
            self._take(0.05)
        return self.messages

    def to_end(self, seconds=kSeconds):
        """Reads on to what is the end now: with `committed`, to the first open transaction."""
        # The end of a partition is told once. Assigning again, where we are, makes it be told anew.
        self._assign()
        wanted = set(self._next)
        deadline = time.monotonic() + seconds
        while wanted:
            if time.monotonic() > deadline:
                raise TimeoutError(f"the end of {sorted(wanted)} was not met in {seconds} s")
            wanted -= self._take(0.05)
        return self.messages


def read_all(settings, *topics, committed=True, seconds=kSeconds, **more):
    """All messages that are there now; those of one partition in order."""
    with Reader(settings, *topics, committed=committed, **more) as reader:
        return reader.to_end(seconds)
