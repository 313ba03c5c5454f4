/* What Kafka itself costs: messages of one topic into another with librdkafka and nothing else, at least once or in
 * transactions, until the end of each partition was met. bench/kafka.py builds and runs it.
 *
 *   kafka_loop BROKERS FROM TO GROUP plain|transactions COMMIT_MS
 *
 * The settings are those of copydesk's plugin. Offsets are committed every COMMIT_MS and cover only what is acknowledged.
 */
#include <librdkafka/rdkafka.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { kBatch = 1000, kPartitionsMax = 64, kWaitMs = 100, kForeverMs = 60000 };

static rd_kafka_t *consumer, *producer;
static int64_t next_offset[kPartitionsMax];
static const char* from;
static int partitions;

/* Messages are counted by the commit that is to cover them; of two, one is gathered and the other acknowledged. */
static int64_t unacknowledged[2];
static int epoch;

static void die(const char* what, const char* why) {
  fprintf(stderr, "kafka_loop: %s: %s\n", what, why);
  exit(1);
}

static void check(rd_kafka_resp_err_t error, const char* what) {
  if (error) die(what, rd_kafka_err2str(error));
}

static void check_error(rd_kafka_error_t* error, const char* what) {
  if (error) die(what, rd_kafka_error_string(error));
}

static int64_t now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void delivered(rd_kafka_t* rk, const rd_kafka_message_t* m, void* opaque) {
  (void)rk, (void)opaque;
  check(m->err, "delivery");
  unacknowledged[(intptr_t)m->_private]--;
}

static void set(rd_kafka_conf_t* conf, const char* name, const char* value) {
  char why[256];
  if (rd_kafka_conf_set(conf, name, value, why, sizeof why) != RD_KAFKA_CONF_OK) die(name, why);
}

static rd_kafka_t* client(rd_kafka_type_t type, rd_kafka_conf_t* conf, const char* brokers) {
  char why[256];
  set(conf, "bootstrap.servers", brokers);
  set(conf, "socket.nagle.disable", "true");
  rd_kafka_t* rk = rd_kafka_new(type, conf, why, sizeof why);
  if (!rk) die("client", why);
  return rk;
}

static void make_clients(const char* brokers, const char* group, int transactions) {
  rd_kafka_conf_t* in = rd_kafka_conf_new();
  set(in, "group.id", group);
  set(in, "enable.auto.commit", "false");
  set(in, "auto.offset.reset", "earliest");
  set(in, "enable.partition.eof", "true");
  set(in, "isolation.level", "read_committed");
  set(in, "check.crcs", "true");
  set(in, "queued.max.messages.kbytes", "32768");
  set(in, "fetch.max.bytes", "8388608");
  set(in, "fetch.message.max.bytes", "1048576");
  consumer = client(RD_KAFKA_CONSUMER, in, brokers);
  rd_kafka_poll_set_consumer(consumer);

  rd_kafka_conf_t* out = rd_kafka_conf_new();
  set(out, "acks", "all");
  set(out, "enable.idempotence", "true");
  set(out, "compression.codec", "lz4");
  set(out, "linger.ms", "5");
  set(out, "max.in.flight", "2");
  set(out, "sticky.partitioning.linger.ms", "0");
  set(out, "queue.buffering.max.kbytes", "65536");
  set(out, "queue.buffering.max.messages", "100000");
  if (transactions) set(out, "transactional.id", group);
  rd_kafka_conf_set_dr_msg_cb(out, delivered);
  producer = client(RD_KAFKA_PRODUCER, out, brokers);
  if (!transactions) return;
  check_error(rd_kafka_init_transactions(producer, kForeverMs), "init");
  check_error(rd_kafka_begin_transaction(producer), "begin");
}

static void subscribe(void) {
  const struct rd_kafka_metadata* metadata;
  rd_kafka_topic_t* topic = rd_kafka_topic_new(consumer, from, NULL);
  check(rd_kafka_metadata(consumer, 0, topic, &metadata, kForeverMs), "metadata");
  partitions = metadata->topics[0].partition_cnt;
  if (partitions < 1 || partitions > kPartitionsMax)
    die(from, "no such topic, or it has too many partitions");
  rd_kafka_metadata_destroy(metadata);
  rd_kafka_topic_destroy(topic);
  rd_kafka_topic_partition_list_t* topics = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(topics, from, RD_KAFKA_PARTITION_UA);
  check(rd_kafka_subscribe(consumer, topics), "subscribe");
  rd_kafka_topic_partition_list_destroy(topics);
}

static void forward(rd_kafka_topic_t* to, const rd_kafka_message_t* m) {
  while (rd_kafka_produce(to, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, m->payload, m->len,
                          m->key, m->key_len, (void*)(intptr_t)epoch) != 0) {
    if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL)
      check(rd_kafka_last_error(), "produce");
    rd_kafka_poll(producer, kWaitMs);
  }
  unacknowledged[epoch]++;
  next_offset[m->partition] = m->offset + 1;
}

static rd_kafka_topic_partition_list_t* positions(void) {
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(partitions);
  for (int p = 0; p < partitions; p++)
    if (next_offset[p] > 0)
      rd_kafka_topic_partition_list_add(list, from, p)->offset = next_offset[p];
  return list;
}

static void commit_transaction(int last) {
  rd_kafka_topic_partition_list_t* list = positions();
  rd_kafka_consumer_group_metadata_t* group = rd_kafka_consumer_group_metadata(consumer);
  check_error(rd_kafka_send_offsets_to_transaction(producer, list, group, kForeverMs), "offsets");
  check_error(rd_kafka_commit_transaction(producer, kForeverMs), "commit");
  if (!last) check_error(rd_kafka_begin_transaction(producer), "begin");
  rd_kafka_consumer_group_metadata_destroy(group);
  rd_kafka_topic_partition_list_destroy(list);
}

/* Commits what was gathered before the last call, once all of it is acknowledged, and begins to gather anew. */
static void commit_plain(rd_kafka_topic_partition_list_t** gathered) {
  if (unacknowledged[!epoch] > 0) return;
  if (*gathered) {
    check(rd_kafka_commit(consumer, *gathered, 1), "commit");
    rd_kafka_topic_partition_list_destroy(*gathered);
  }
  *gathered = positions();
  epoch = !epoch;
}

static void finish_plain(rd_kafka_topic_partition_list_t* gathered) {
  check(rd_kafka_flush(producer, kForeverMs), "flush");
  if (gathered) rd_kafka_topic_partition_list_destroy(gathered);
  rd_kafka_topic_partition_list_t* list = positions();
  check(rd_kafka_commit(consumer, list, 0), "commit");
  rd_kafka_topic_partition_list_destroy(list);
}

static void loop(rd_kafka_topic_t* to, int transactions, int64_t commit_ms) {
  static rd_kafka_message_t* batch[kBatch];
  rd_kafka_queue_t* queue = rd_kafka_queue_get_consumer(consumer);
  rd_kafka_topic_partition_list_t* gathered = NULL;
  int64_t commit_at = now_ms() + commit_ms;
  int ended = 0;
  while (ended < partitions) {
    ssize_t count = rd_kafka_consume_batch_queue(queue, kWaitMs, batch, kBatch);
    for (ssize_t i = 0; i < count; i++) {
      if (batch[i]->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
        ended++;
      else if (batch[i]->err)
        die("consume", rd_kafka_message_errstr(batch[i]));
      else
        forward(to, batch[i]);
      rd_kafka_message_destroy(batch[i]);
    }
    rd_kafka_poll(producer, 0);
    if (now_ms() < commit_at) continue;
    transactions ? commit_transaction(0) : commit_plain(&gathered);
    commit_at = now_ms() + commit_ms;
  }
  transactions ? commit_transaction(1) : finish_plain(gathered);
  rd_kafka_queue_destroy(queue);
}

int main(int argc, char** argv) {
  if (argc == 2 && strcmp(argv[1], "--version") == 0)
    return printf("librdkafka %s\n", rd_kafka_version_str()) < 0;
  if (argc != 7) die("usage", "kafka_loop BROKERS FROM TO GROUP plain|transactions COMMIT_MS");
  const int transactions = strcmp(argv[5], "transactions") == 0;
  from = argv[2];
  make_clients(argv[1], argv[4], transactions);
  subscribe();
  rd_kafka_topic_t* to = rd_kafka_topic_new(producer, argv[3], NULL);
  loop(to, transactions, atoi(argv[6]));
  rd_kafka_topic_destroy(to);
  rd_kafka_consumer_close(consumer);
  rd_kafka_destroy(consumer);
  rd_kafka_destroy(producer);
  return 0;
}
