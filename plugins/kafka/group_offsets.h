// What a consumer group has committed.
#pragma once
#include <string>

#include "kafka/client.h"

namespace copydesk::kafka {

// Into the list, each partition with an error of its own: so have those whose offset a transaction that has not ended may
// still change. What is returned is an error of all. `rk` is a client of the group. May take twice the limit. [any]
rd_kafka_resp_err_t group_offsets(rd_kafka_t* rk, const std::string& group,
                                  rd_kafka_topic_partition_list_t* offsets, int limit_ms);

}  // namespace copydesk::kafka
