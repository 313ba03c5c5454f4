#include "kafka/topic_name.h"

#include <algorithm>

namespace copydesk::kafka {

bool legal_in_topic(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

std::string topic_complaint(std::string_view name) {
  if (name.empty()) return "a topic's name is not empty";
  if (name == "." || name == "..") return "'.' and '..' are no topics";
  if (name.size() > kTopicLength)
    return "a topic's name has " + std::to_string(kTopicLength) + " characters at most, this has " +
           std::to_string(name.size());
  if (!std::all_of(name.begin(), name.end(), legal_in_topic))
    return "'" + std::string(name) + "': a topic's name is made of letters, digits, '.', '_', '-'";
  return {};
}

}  // namespace copydesk::kafka
