// What becomes of a message that the brokers, or the client for them, did not take.
#pragma once
#include <librdkafka/rdkafka.h>

#include <string>

namespace copydesk::kafka {

enum class Fate {
  refused,  // this message can never be written there
  alone,    // it or another one of its request is too large: try it in a request of its own
  again,    // nothing is wrong with the message
};
struct Verdict {
  Fate fate = Fate::again;
  const char* code = "not_delivered";
};

// `fixed_topic`: every article goes to the same topic. Then what is wrong with the topic is no article's fault, and is
// waited for; else the articles that would go there are refused.
Verdict verdict_of(rd_kafka_resp_err_t error, bool fixed_topic);

// Whether the sentence about it is worth the status word: it stays as it is until a person does something.
bool needs_a_person(rd_kafka_resp_err_t error);

}  // namespace copydesk::kafka
