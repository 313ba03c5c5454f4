"""config/kafka/copydesk.yaml as it is, beside a broker with the topics it names."""
import json
import os
import subprocess

from harness import BIN, PATIENCE, main
from kafka_broker import KafkaCase

kRoot = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
kConfig = os.path.join(kRoot, "config", "kafka", "copydesk.yaml")
kSample = os.path.join(kRoot, "config", "quickstart", "inbox", "0612-coast-courier.jsonl")  # what docker-compose.yml sends


class Configuration(KafkaCase):
    def run_once(self):
        env = {**os.environ, "KAFKA_BROKERS": self.kafka().bootstrap, "COPYDESK_DATA": self.desk().path("data")}
        done = subprocess.run([BIN, "run", "--once", "-c", kConfig], env=env, capture_output=True, text=True, timeout=PATIENCE,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])

    def test_the_sample_comes_out_clean_tagged_and_once(self):
        kafka = self.kafka()
        for topic in ("articles.raw", "articles.clean"):
            kafka.topic(topic, 6)
        with open(kSample, encoding="utf-8") as file:
            lines = file.read().splitlines()
        kafka.produce("articles.raw", lines)
        self.run_once()
        self.run_once()  # finds nothing that is new
        messages = kafka.read_all("articles.clean")
        articles = [json.loads(message.value) for message in messages]
        self.assertEqual(sorted(a["id"] for a in articles), sorted(json.loads(line)["id"] for line in lines))
        self.assertEqual([m.key.decode() for m in messages], [a["id"] for a in articles])
        self.assertEqual({a["dedup"]["status"] for a in articles}, {"unique"})
        self.assertTrue(any(a.get("entities") for a in articles))
        self.assertEqual({a["source"]["topic"] for a in articles}, {"articles.raw"})


if __name__ == "__main__":
    main()
