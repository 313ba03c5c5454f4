#include "kafka/source_record.h"

#include <algorithm>

namespace copydesk::kafka {
namespace {

constexpr std::size_t kHeadersMax = 64;    // of one message; the rest is left out
constexpr std::size_t kTextMax = 8 << 10;  // bytes of a key or a header; longer ones are left out
constexpr std::int64_t kMillisecond = 1'000'000;

std::string_view text(const void* data, std::size_t size) {
  return data == nullptr ? std::string_view()
                         : std::string_view(static_cast<const char*>(data), size);
}

std::string hex(std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 15]);
  }
  return out;
}

}  // namespace

// Overlong forms, surrogates and what lies beyond U+10FFFF are none.
bool is_utf8(std::string_view s) {
  for (std::size_t i = 0; i < s.size();) {
    const auto c = static_cast<unsigned char>(s[i]);
    const std::size_t size = c < 0x80   ? 1
                             : c < 0xC2 ? 0
                             : c < 0xE0 ? 2
                             : c < 0xF0 ? 3
                             : c < 0xF5 ? 4
                                        : 0;
    if (size == 0 || i + size > s.size()) return false;
    for (std::size_t k = 1; k < size; ++k)
      if ((static_cast<unsigned char>(s[i + k]) & 0xC0) != 0x80) return false;
    const auto second = size > 1 ? static_cast<unsigned char>(s[i + 1]) : 0;
    if ((c == 0xE0 && second < 0xA0) || (c == 0xED && second > 0x9F) ||
        (c == 0xF0 && second < 0x90) || (c == 0xF4 && second > 0x8F))
      return false;
    i += size;
  }
  return true;
}

const cd_record& RecordMaker::make(const rd_kafka_message_t& message, std::string_view partition,
                                   std::int64_t received) {
  fields_.clear();
  refused_ = false;
  add("source.topic", string_value(partition.substr(0, partition.rfind('/'))));
  add("source.partition", int_value(message.partition));
  add("source.offset", int_value(message.offset));
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const std::int64_t timestamp = rd_kafka_message_timestamp(&message, &type);
  if (type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE && timestamp >= 0 &&
      timestamp < INT64_MAX / kMillisecond)
    add("source.timestamp", time_value(timestamp * kMillisecond));
  add_key(message);
  add_headers(message);

  std::string_view payload = text(message.payload, message.len);
  if (message.payload == nullptr)
    refuse("tombstone", "a message without a payload");
  else if (payload.empty())
    refuse("empty", "a message of no bytes");
  if (payload.size() > record_max_) {
    refuse("too_large", "the message is larger than record_max");
    payload = {};
  }
  record_ = {};
  record_.size = sizeof record_;
  record_.field_count = static_cast<std::uint32_t>(fields_.size());
  record_.partition = to_c(partition);
  record_.position = static_cast<std::uint64_t>(message.offset);
  record_.payload = to_bytes(payload);
  record_.received = received;
  record_.fields = fields_.data();
  return record_;
}

void RecordMaker::add_key(const rd_kafka_message_t& message) {
  const std::string_view key = text(message.key, message.key_len);
  if (key.empty() || key.size() > kTextMax) return;
  if (is_utf8(key)) return add("source.key", string_value(key));
  text_ = hex(key);
  add("source.key_hex", string_value(text_));
}

// The last one of a name counts, as Kafka reads them.
void RecordMaker::add_headers(const rd_kafka_message_t& message) {
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
  const std::size_t count = std::min(rd_kafka_header_cnt(headers), kHeadersMax);
  names_.clear();
  names_.reserve(count);  // views of them are handed out
  const std::size_t first = fields_.size();
  for (std::size_t i = 0; i < count; ++i) {
    const char* name = nullptr;
    const void* data = nullptr;
    std::size_t size = 0;
    if (rd_kafka_header_get_all(headers, i, &name, &data, &size) != RD_KAFKA_RESP_ERR_NO_ERROR)
      break;
    const std::string_view value = text(data, size);
    if (*name == '\0' || size > kTextMax || !is_utf8(name) || !is_utf8(value)) continue;
    names_.push_back(std::string("source.headers.") + name);
    const auto same =
        std::find_if(fields_.begin() + static_cast<std::ptrdiff_t>(first), fields_.end(),
                     [&](const cd_field& f) { return view(f.name) == names_.back(); });
    if (same != fields_.end())
      same->value = string_value(value);
    else
      add(names_.back(), string_value(value));
  }
}

void RecordMaker::refuse(std::string_view code, std::string_view detail) {
  refused_ = true;
  add("refused.code", string_value(code));
  add("refused.detail", string_value(detail));
}

}  // namespace copydesk::kafka
