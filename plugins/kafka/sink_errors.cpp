#include "kafka/sink_errors.h"

namespace copydesk::kafka {

Verdict verdict_of(rd_kafka_resp_err_t error, bool fixed_topic) {
  const Fate of_topic = fixed_topic ? Fate::again : Fate::refused;
  switch (error) {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:  // than a segment of the log
      return {Fate::alone, "too_large"};
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
      return {Fate::alone, "invalid_record"};  // all messages of the request are told so
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION: return {of_topic, "unknown_topic"};
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      return {of_topic, "topic_authorization_failed"};
    default: return {};
  }
}

bool needs_a_person(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED: return true;
    default: return false;
  }
}

}  // namespace copydesk::kafka
