#include "kafka/passenger.h"

#include <copydesk/bytes.hpp>

namespace copydesk::kafka {
namespace {

constexpr std::string_view kMagic = "kafka-offsets/1\n";

}  // namespace

std::string encode(const Passenger& passenger) {
  std::string out(kMagic);
  bytes::append_text(out, passenger.cluster);
  bytes::append_text(out, passenger.group);
  bytes::append_number(out, static_cast<std::uint32_t>(passenger.offsets.size()));
  for (const PassengerOffset& o : passenger.offsets) {
    bytes::append_text(out, o.topic);
    bytes::append_number(out, o.partition);
    bytes::append_number(out, o.offset);
    bytes::append_text(out, o.metadata);
  }
  return out;
}

std::optional<Passenger> decode_passenger(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) return std::nullopt;
  bytes::Reader in(bytes.substr(kMagic.size()));
  Passenger out;
  out.cluster = in.text();
  out.group = in.text();
  const auto count = in.number<std::uint32_t>();
  if (count > kPassengerOffsetsMax) return std::nullopt;
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    PassengerOffset& o = out.offsets.emplace_back();
    o.topic = in.text();
    o.partition = in.number<std::int32_t>();
    o.offset = in.number<std::int64_t>();
    o.metadata = in.text();
  }
  if (!in.finished()) return std::nullopt;
  return out;
}

}  // namespace copydesk::kafka
