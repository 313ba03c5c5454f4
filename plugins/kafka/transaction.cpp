#include "kafka/transaction.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace copydesk::kafka {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kLimit =
    std::chrono::milliseconds(3000);  // the daemon gives a sink five seconds to end
constexpr auto kPause =
    std::chrono::milliseconds(50);  // before a request that was refused at once is repeated
constexpr int kAbortMs = 1000;

int ms_until(Clock::time_point end) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 1));
}

void add(rd_kafka_topic_partition_list_t* list, const PassengerOffset& o) {
  rd_kafka_topic_partition_t* p =
      rd_kafka_topic_partition_list_add(list, o.topic.c_str(), o.partition);
  p->offset = o.offset;
  if (o.metadata.empty()) return;
  p->metadata = rd_kafka_mem_malloc(nullptr, o.metadata.size());  // the list frees it
  p->metadata_size = o.metadata.size();
  o.metadata.copy(static_cast<char*>(p->metadata), o.metadata.size());
}

}  // namespace

std::string to_metadata(const MarkerOwner& owner) {
  return "copydesk/1 " + owner.data_id + " " + owner.line;
}

void Transaction::run(const char* what, const std::function<rd_kafka_error_t*(int)>& call) {
  const auto end = Clock::now() + kLimit;
  for (;;) {
    const Error error(call(ms_until(end)));
    if (!error) return;
    if (!rd_kafka_error_is_retriable(error.get()) || Clock::now() + kPause >= end)
      give_up(what, error);
    std::this_thread::sleep_for(kPause);
  }
}

void Transaction::give_up(const char* what, const Error& error) {
  std::string why = std::string(what) + ": " + rd_kafka_error_string(error.get());
  const rd_kafka_resp_err_t code = rd_kafka_error_code(error.get());
  if (code == RD_KAFKA_RESP_ERR__FENCED)
    why += "; another daemon writes with the transactional_id '" + settings_.id +
           "', and each needs its own";
  if (needs_a_person(code)) health_.trouble(why);
  if (const std::string more = health_.sentence();
      code == RD_KAFKA_RESP_ERR__TIMED_OUT && !more.empty())
    why += "; " + more;
  // Readers wait for the end of a transaction: the sooner it is aborted the better. If this fails, the next `init` does it.
  if (begun_ && rd_kafka_error_txn_requires_abort(error.get()))
    const Error ignored(rd_kafka_abort_transaction(producer_.get(), kAbortMs));
  begun_ = false;
  throw Retry(why);
}

void Transaction::init() {
  run("asking for the transactional id",
      [this](int ms) { return rd_kafka_init_transactions(producer_.get(), ms); });
}

void Transaction::begin() {
  if (begun_) return;
  run("beginning a transaction",
      [this](int) { return rd_kafka_begin_transaction(producer_.get()); });
  begun_ = true;
}

void Transaction::send_offsets(const rd_kafka_topic_partition_list_t* offsets,
                               const rd_kafka_consumer_group_metadata_t* group, const char* what) {
  run(what, [&](int ms) {
    return rd_kafka_send_offsets_to_transaction(producer_.get(), offsets, group, ms);
  });
}

void Transaction::prepare(std::uint64_t commit, std::span<const Passenger> passengers) {
  begin();
  const Partitions marker(rd_kafka_topic_partition_list_new(1));
  add(marker.get(),
      {settings_.marker_topic, 0, static_cast<std::int64_t>(commit), to_metadata(settings_.owner)});
  const GroupMetadata own(rd_kafka_consumer_group_metadata_new(group().c_str()));
  send_offsets(marker.get(), own.get(), "writing the number of the commit");
  for (const Passenger& passenger : passengers) {
    rd_kafka_consumer_group_metadata_t* read = nullptr;
    const Error error(rd_kafka_consumer_group_metadata_read(&read, passenger.group.data(),
                                                            passenger.group.size()));
    const GroupMetadata theirs(read);
    if (error) give_up("reading a source's group", error);
    const Partitions offsets(
        rd_kafka_topic_partition_list_new(static_cast<int>(passenger.offsets.size())));
    for (const PassengerOffset& o : passenger.offsets) add(offsets.get(), o);
    send_offsets(offsets.get(), theirs.get(), "writing a source's offsets");
  }
}

void Transaction::commit() {
  run("committing the transaction",
      [this](int ms) { return rd_kafka_commit_transaction(producer_.get(), ms); });
  begun_ = false;
}

std::uint64_t Transaction::last(Conf& conf, const std::function<void(std::string)>& warning) const {
  struct Quiet final : Listener {  // what it would say the producer says as well
    void log(int, std::string_view, std::string_view) noexcept override {}
    void error(rd_kafka_resp_err_t, std::string_view) noexcept override {}
  } quiet;
  conf.set("group.id", group());
  const Client client(RD_KAFKA_CONSUMER, conf, quiet);
  const Partitions list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_t* marker =
      rd_kafka_topic_partition_list_add(list.get(), settings_.marker_topic.c_str(), 0);
  rd_kafka_resp_err_t error =
      rd_kafka_committed(client.get(), list.get(), static_cast<int>(kLimit.count()));
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = marker->err;
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
    throw Retry("reading the number of the last commit from group '" + group() +
                "': " + text_of(error));
  if (marker->offset < 0) return 0;
  const std::string_view metadata(static_cast<const char*>(marker->metadata),
                                  marker->metadata_size);
  if (metadata == to_metadata(settings_.owner)) return static_cast<std::uint64_t>(marker->offset);
  warning("The group '" + group() + "' holds the commits of another: '" + std::string(metadata) +
          "', not '" + to_metadata(settings_.owner) + "'. They are ignored, and replaced by ours.");
  return 0;
}

}  // namespace copydesk::kafka
