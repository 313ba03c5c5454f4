// What Kafka lets be the name of a topic.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace copydesk::kafka {

inline constexpr std::size_t kTopicLength = 249;  // bytes, Kafka's own limit
bool legal_in_topic(char c);
// An empty text when it may be a topic's name, else what is wrong.
std::string topic_complaint(std::string_view name);

}  // namespace copydesk::kafka
