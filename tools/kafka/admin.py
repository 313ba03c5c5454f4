"""What tests and `tools/dev kafka` ask of a broker that is not producing or consuming: topics, ACLs, groups, offsets.

It speaks Kafka's protocol itself, over a listener without TLS and passwords, to a single broker. The client of
Debian 12 (confluent-kafka 1.7.0) knows neither ACLs nor the metadata of committed offsets, and Kafka's own tools
start a Java machine for two seconds. Used are versions of requests without tagged fields that Kafka 4 still serves.
"""
import collections
import itertools
import socket
import struct
import time

kSeconds = 30  # that any request, with its repetitions, may take
kLongestAnswer = 64 << 20  # bytes

Group = collections.namedtuple("Group", "state members")
Member = collections.namedtuple("Member", "id instance client partitions")  # partitions: [(topic, partition)]
Committed = collections.namedtuple("Committed", "offset metadata")

kLatest, kEarliest = -1, -2  # for offsets()
kNames = {  # of the errors that are likely
    3: "UNKNOWN_TOPIC_OR_PARTITION", 5: "LEADER_NOT_AVAILABLE", 7: "REQUEST_TIMED_OUT",
    14: "COORDINATOR_LOAD_IN_PROGRESS", 15: "COORDINATOR_NOT_AVAILABLE", 16: "NOT_COORDINATOR",
    17: "INVALID_TOPIC_EXCEPTION", 25: "UNKNOWN_MEMBER_ID", 36: "TOPIC_ALREADY_EXISTS", 37: "INVALID_PARTITIONS",
    40: "INVALID_CONFIG", 41: "NOT_CONTROLLER",
}
kCoordinatorComesLater = {14, 15, 16}


class AdminError(Exception):
    pass


def check(code, what, message=None):
    if code:
        raise AdminError(f"{what}: {kNames.get(code, f'error {code}')}{f' ({message})' if message else ''}")


def int8(value):
    return struct.pack(">b", value)


def int16(value):
    return struct.pack(">h", value)


def int32(value):
    return struct.pack(">i", value)


def int64(value):
    return struct.pack(">q", value)


def string(text):
    """None is a string too."""
    raw = None if text is None else text.encode()
    return int16(-1) if raw is None else int16(len(raw)) + raw


def array(items, pack):
    return int32(len(items)) + b"".join(map(pack, items))


class Answer:
    """Takes an answer apart, front to back."""

    def __init__(self, raw):
        self._raw, self._at = raw, 0

    def _take(self, count):
        part = self._raw[self._at:self._at + count]
        if len(part) != count:
            raise AdminError("the broker's answer is too short")
        self._at += count
        return part

    def int16(self):
        return struct.unpack(">h", self._take(2))[0]

    def int32(self):
        return struct.unpack(">i", self._take(4))[0]

    def int64(self):
        return struct.unpack(">q", self._take(8))[0]

    def flag(self):
        return self._take(1) != b"\0"

    def string(self):
        length = self.int16()
        return None if length < 0 else self._take(length).decode()

    def bytes(self):
        return self._take(max(0, self.int32()))

    def array(self, read):
        return [read(self) for _ in range(self.int32())]


def by_topic(pairs):
    """[(topic, [partition...])] of (topic, partition) pairs."""
    grouped = collections.defaultdict(list)
    for topic, partition in pairs:
        grouped[topic].append(partition)
    return list(grouped.items())


class Admin:
    """Every method opens its own connection, so an Admin outlives its broker's restarts. OSError: nobody answers."""

    def __init__(self, port):
        self._port = port
        self._numbers = itertools.count(1)

    def _ask(self, api, version, body):
        number = next(self._numbers)
        request = int16(api) + int16(version) + int32(number) + string("copydesk-admin") + body
        with socket.create_connection(("127.0.0.1", self._port), kSeconds) as connection:
            connection.sendall(int32(len(request)) + request)
            with connection.makefile("rb") as stream:
                (length,) = struct.unpack(">i", self._exactly(stream, 4))
                if not 4 <= length <= kLongestAnswer:
                    raise AdminError(f"port {self._port} does not speak Kafka's protocol")
                answer = Answer(self._exactly(stream, length))
        if answer.int32() != number:
            raise AdminError("the broker answered another request")
        return answer

    @staticmethod
    def _exactly(stream, count):
        raw = stream.read(count)
        if len(raw) != count:
            raise ConnectionResetError("the broker closed the connection")
        return raw

    @staticmethod
    def _until(condition, what):
        deadline = time.monotonic() + kSeconds
        while not condition():
            if time.monotonic() > deadline:
                raise AdminError(f"waited {kSeconds} s in vain until {what}")
            time.sleep(0.02)

    def _metadata(self):
        answer = self._ask(3, 1, int32(-1))
        brokers = answer.array(lambda a: (a.int32(), a.string(), a.int32(), a.string()))
        controller = answer.int32()

        def partition(a):
            error, number, leader = a.int16(), a.int32(), a.int32()
            a.array(Answer.int32)
            a.array(Answer.int32)
            return number, leader if error == 0 else -1

        def topic(a):
            error, name, _internal = a.int16(), a.string(), a.flag()
            return error, name, dict(a.array(partition))

        return brokers, controller, {name: parts for error, name, parts in answer.array(topic) if error == 0}

    def ready(self):
        """True when the broker answers, has registered with its controller and leads every partition."""
        try:
            brokers, controller, topics = self._metadata()
        except (OSError, AdminError):
            return False
        return bool(brokers) and controller >= 0 and all(leader >= 0 for t in topics.values() for leader in t.values())

    def topics(self):
        """{name: number of partitions}, internal topics too."""
        return {name: len(parts) for name, parts in self._metadata()[2].items()}

    def create_topic(self, name, partitions=1, nodes=None, **config):
        """Returns when every partition can be written. `config` has _ for the dots: max_message_bytes=30000000. `nodes`:
        those that lead the partitions, one for each."""
        settings = [(key.replace("_", "."), str(value)) for key, value in config.items()]
        partitions = len(nodes) if nodes else partitions
        count = int32(-1) + int16(-1) if nodes else int32(partitions) + int16(1)
        body = array([name], lambda n: string(n) + count
                     + array(list(enumerate(nodes or [])), lambda a: int32(a[0]) + array([a[1]], int32))
                     + array(settings, lambda s: string(s[0]) + string(s[1])))
        answer = self._ask(19, 2, body + int32(kSeconds * 1000) + int8(0))
        answer.int32()
        for topic, code, message in answer.array(lambda a: (a.string(), a.int16(), a.string())):
            check(code, f"creating topic {topic}", message)

        def led():
            leaders = self._metadata()[2].get(name, {})
            return len(leaders) == partitions and min(leaders.values()) >= 0
        self._until(led, f"topic {name} has leaders")

    def delete_topic(self, name):
        answer = self._ask(20, 1, array([name], string) + int32(kSeconds * 1000))
        answer.int32()
        for topic, code in answer.array(lambda a: (a.string(), a.int16())):
            check(code, f"deleting topic {topic}")
        self._until(lambda: name not in self.topics(), f"topic {name} is gone")

    def add_partitions(self, name, total):
        answer = self._ask(37, 0, array([name], lambda n: string(n) + int32(total) + int32(-1)) + int32(kSeconds * 1000)
                           + int8(0))
        answer.int32()
        for topic, code, message in answer.array(lambda a: (a.string(), a.int16(), a.string())):
            check(code, f"adding partitions to {topic}", message)
        self._until(lambda: self.topics().get(name) == total and self.ready(), f"topic {name} has {total} partitions")

    def delete_records(self, offsets):
        """What retention does, now: {(topic, partition): the first offset that stays}."""
        answer = self._ask(21, 1, array(by_topic(offsets), lambda t: string(t[0]) + array(
            t[1], lambda p: int32(p) + int64(offsets[t[0], p]))) + int32(kSeconds * 1000))
        answer.int32()
        for topic, parts in answer.array(lambda a: (a.string(), a.array(lambda b: (b.int32(), b.int64(), b.int16())))):
            for partition, _low, code in parts:
                check(code, f"deleting records of {topic}[{partition}]")

    def configure_topic(self, name, **config):
        """Sets what is named and leaves the rest."""
        settings = [(key.replace("_", "."), str(value)) for key, value in config.items()]
        body = array([name], lambda n: int8(2) + string(n)
                     + array(settings, lambda s: string(s[0]) + int8(0) + string(s[1])))
        answer = self._ask(44, 0, body + int8(0))
        answer.int32()
        for code, message, _type, _name in answer.array(lambda a: (a.int16(), a.string(), a._take(1), a.string())):
            check(code, f"configuring topic {name}", message)

    def offsets(self, topic, at=kLatest, committed=True):
        """{partition: offset}: the end, the beginning, or the first offset not older than `at`, in ms since 1970.
        `committed`: the end of what a reader of committed messages may see, before any open transaction."""
        partitions = list(self._metadata()[2].get(topic, {}))
        body = int32(-1) + int8(int(committed)) + array(
            [topic], lambda t: string(t) + array(partitions, lambda p: int32(p) + int64(at)))
        answer = self._ask(2, 2, body)
        answer.int32()
        found = {}
        for _, parts in answer.array(lambda a: (a.string(), a.array(
                lambda b: (b.int32(), b.int16(), b.int64(), b.int64())))):
            for partition, code, _timestamp, offset in parts:
                check(code, f"offsets of {topic}[{partition}]")
                found[partition] = offset
        return found

    def _with_coordinator(self, attempt):
        """Repeats until the group's coordinator is there: the first question makes the broker create its topic."""
        deadline = time.monotonic() + kSeconds
        while True:
            codes, result = attempt()
            if not kCoordinatorComesLater & set(codes) or time.monotonic() > deadline:
                for code in codes:
                    check(code, "the group's coordinator")
                return result
            self._ask(10, 0, string("copydesk"))
            time.sleep(0.05)

    def committed(self, group):
        """{(topic, partition): Committed(offset, metadata)} of a group."""
        def attempt():
            answer = self._ask(9, 2, string(group) + int32(-1))
            topics = answer.array(lambda a: (a.string(), a.array(
                lambda b: (b.int32(), b.int64(), b.string(), b.int16()))))
            return [answer.int16()], {(t, p): Committed(offset, metadata)
                                      for t, parts in topics for p, offset, metadata, _ in parts}
        return self._with_coordinator(attempt)

    def commit(self, group, offsets):
        """What an operator does who resets a group without members: {(topic, partition): offset or Committed}."""
        def pack(topic, partition):
            at = offsets[topic, partition]
            at = at if isinstance(at, Committed) else Committed(at, "")
            return int32(partition) + int64(at.offset) + string(at.metadata)

        def attempt():
            answer = self._ask(8, 2, string(group) + int32(-1) + string("") + int64(-1) + array(
                by_topic(offsets), lambda t: string(t[0]) + array(t[1], lambda p: pack(t[0], p))))
            topics = answer.array(lambda a: (a.string(), a.array(lambda b: (b.int32(), b.int16()))))
            return [code for _, parts in topics for _, code in parts], None
        self._with_coordinator(attempt)

    def group(self, name):
        """Group(state, members). The state is Stable, PreparingRebalance, CompletingRebalance, Empty or Dead."""
        def assignment(raw):
            if not raw:
                return []
            answer = Answer(raw)
            answer.int16()
            return [(t, p) for t, parts in answer.array(lambda a: (a.string(), a.array(Answer.int32))) for p in parts]

        def member(a):
            known_as, instance, client, _host, _subscription = a.string(), a.string(), a.string(), a.string(), a.bytes()
            return Member(known_as, instance, client, sorted(assignment(a.bytes())))

        def described(a):
            code, _group, state, _type, _protocol = a.int16(), a.string(), a.string(), a.string(), a.string()
            members = a.array(member)
            a.int32()
            return code, Group(state, members)

        def attempt():
            answer = self._ask(15, 4, array([name], string) + int8(0))
            answer.int32()
            code, group = answer.array(described)[0]
            return [code], group
        return self._with_coordinator(attempt)

    def forbid(self, user, resource, name, prefixed=False):
        """Takes back what `allow` of the same words gave."""
        kind = {"topic": 2, "group": 3, "transaction": 5}[resource]
        everything, allowed = 2, 3
        answer = self._ask(31, 1, array([name], lambda n: int8(kind) + string(n) + int8(4 if prefixed else 3)
                           + string(f"User:{user}") + string("*") + int8(everything) + int8(allowed)))
        answer.int32()
        for code, message, _ in answer.array(lambda a: (a.int16(), a.string(), a.array(lambda b: (
                b.int16(), b.string(), b.flag(), b.string(), b.flag(), b.string(), b.string(), b.flag(), b.flag())))):
            check(code, f"ACL of {user}", message)

    def allow(self, user, resource, name, prefixed=False):
        """Lets a user do everything with a "topic", "group" or "transaction"; the name * stands for all."""
        kind = {"topic": 2, "group": 3, "transaction": 5}[resource]
        everything, allowed = 2, 3
        answer = self._ask(30, 1, array([name], lambda n: int8(kind) + string(n) + int8(4 if prefixed else 3)
                           + string(f"User:{user}") + string("*") + int8(everything) + int8(allowed)))
        answer.int32()
        for code, message in answer.array(lambda a: (a.int16(), a.string())):
            check(code, f"ACL for {user}", message)
