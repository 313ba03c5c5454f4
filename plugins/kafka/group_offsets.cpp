#include "kafka/group_offsets.h"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

namespace copydesk::kafka {
namespace {

constexpr int kBeyond = 200;  // ms, for the answer that there was none

struct FreeAdmin {
  void operator()(rd_kafka_AdminOptions_t* p) const noexcept { rd_kafka_AdminOptions_destroy(p); }
  void operator()(rd_kafka_ListConsumerGroupOffsets_t* p) const noexcept {
    rd_kafka_ListConsumerGroupOffsets_destroy(p);
  }
  void operator()(rd_kafka_event_t* p) const noexcept { rd_kafka_event_destroy(p); }
};
using AdminOptions = std::unique_ptr<rd_kafka_AdminOptions_t, FreeAdmin>;
using Request = std::unique_ptr<rd_kafka_ListConsumerGroupOffsets_t, FreeAdmin>;
using Event = std::unique_ptr<rd_kafka_event_t, FreeAdmin>;

// Null when nothing came.
Event ask(rd_kafka_t* rk, const std::string& group, const rd_kafka_topic_partition_list_t* list,
          int limit_ms) {
  char ignored[128];
  const AdminOptions options(
      rd_kafka_AdminOptions_new(rk, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS));
  rd_kafka_AdminOptions_set_request_timeout(options.get(), limit_ms, ignored, sizeof ignored);
  const Error stable(rd_kafka_AdminOptions_set_require_stable_offsets(options.get(), 1));
  const Request request(rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), list));
  const Queue answers(rd_kafka_queue_new(rk));
  rd_kafka_ListConsumerGroupOffsets_t* requests[] = {request.get()};
  rd_kafka_ListConsumerGroupOffsets(rk, requests, 1, options.get(), answers.get());
  return Event(rd_kafka_queue_poll(answers.get(), limit_ms + kBeyond));
}

void copy(const rd_kafka_topic_partition_t& from, rd_kafka_topic_partition_t& to) {
  to.offset = from.offset;
  std::free(std::exchange(to.metadata, nullptr));
  to.metadata_size = 0;
  if (from.metadata_size == 0) return;
  to.metadata = std::malloc(from.metadata_size);  // freed with the list
  if (to.metadata == nullptr) throw std::bad_alloc();
  std::memcpy(to.metadata, from.metadata, from.metadata_size);
  to.metadata_size = from.metadata_size;
}

rd_kafka_resp_err_t ask_each(rd_kafka_t* rk, const std::string& group,
                             rd_kafka_topic_partition_list_t* offsets, int limit_ms) {
  const Event event = ask(rk, group, offsets, limit_ms);
  if (!event) return RD_KAFKA_RESP_ERR__TIMED_OUT;
  if (const rd_kafka_resp_err_t error = rd_kafka_event_error(event.get())) return error;
  const auto* result = rd_kafka_event_ListConsumerGroupOffsets_result(event.get());
  std::size_t count = 0;
  const rd_kafka_group_result_t** groups =
      result ? rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count) : nullptr;
  if (count != 1) return RD_KAFKA_RESP_ERR__FAIL;
  if (const rd_kafka_error_t* error = rd_kafka_group_result_error(groups[0]))
    return rd_kafka_error_code(error);
  auto* told =
      const_cast<rd_kafka_topic_partition_list_t*>(rd_kafka_group_result_partitions(groups[0]));
  for (int i = 0; i < offsets->cnt; ++i) {
    rd_kafka_topic_partition_t& p = offsets->elems[i];
    const rd_kafka_topic_partition_t* found =
        rd_kafka_topic_partition_list_find(told, p.topic, p.partition);
    p.err = found != nullptr ? found->err : RD_KAFKA_RESP_ERR__TIMED_OUT;
    if (!p.err) copy(*found, p);
  }
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

}  // namespace

// While a transaction may still change one of the offsets, the consumer's own call asks again until the time is over, and
// tells none of the others.
rd_kafka_resp_err_t group_offsets(rd_kafka_t* rk, const std::string& group,
                                  rd_kafka_topic_partition_list_t* offsets, int limit_ms) {
  const rd_kafka_resp_err_t error = rd_kafka_committed(rk, offsets, limit_ms);
  if (error != RD_KAFKA_RESP_ERR__TIMED_OUT || limit_ms == 0) return error;
  return ask_each(rk, group, offsets, limit_ms);
}

}  // namespace copydesk::kafka
