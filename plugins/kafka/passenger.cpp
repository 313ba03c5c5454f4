#include "kafka/passenger.h"

#include <type_traits>

namespace copydesk::kafka {
namespace {

constexpr std::string_view kMagic = "kafka-offsets/1\n";

template <class N>
void put_number(std::string& out, N number) {
  auto bits = static_cast<std::make_unsigned_t<N>>(number);
  for (std::size_t i = 0; i < sizeof(N); ++i, bits >>= 8)
    out.push_back(static_cast<char>(bits & 0xff));
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, static_cast<std::uint32_t>(text.size()));
  out.append(text);
}

// Reads from the front; `good` is false for ever once something was missing.
struct Reader {
  std::string_view rest;
  bool good = true;

  std::string_view take(std::size_t size) {
    if (!good || size > rest.size()) {
      good = false;
      return {};
    }
    const std::string_view out = rest.substr(0, size);
    rest.remove_prefix(size);
    return out;
  }
  template <class N>
  N number() {
    std::make_unsigned_t<N> bits = 0;
    const std::string_view bytes = take(sizeof(N));
    for (std::size_t i = bytes.size(); i > 0; --i)
      bits = static_cast<std::make_unsigned_t<N>>(bits << 8 |
                                                  static_cast<unsigned char>(bytes[i - 1]));
    return static_cast<N>(bits);
  }
  std::string text() { return std::string(take(number<std::uint32_t>())); }
};

}  // namespace

std::string encode(const Passenger& passenger) {
  std::string out(kMagic);
  put_text(out, passenger.cluster);
  put_text(out, passenger.group);
  put_number(out, static_cast<std::uint32_t>(passenger.offsets.size()));
  for (const PassengerOffset& o : passenger.offsets) {
    put_text(out, o.topic);
    put_number(out, o.partition);
    put_number(out, o.offset);
    put_text(out, o.metadata);
  }
  return out;
}

std::optional<Passenger> decode_passenger(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) return std::nullopt;
  Reader in{bytes.substr(kMagic.size())};
  Passenger out;
  out.cluster = in.text();
  out.group = in.text();
  const auto count = in.number<std::uint32_t>();
  if (count > kPassengerOffsetsMax) return std::nullopt;
  for (std::uint32_t i = 0; i < count && in.good; ++i) {
    PassengerOffset& o = out.offsets.emplace_back();
    o.topic = in.text();
    o.partition = in.number<std::int32_t>();
    o.offset = in.number<std::int64_t>();
    o.metadata = in.text();
  }
  if (!in.good || !in.rest.empty()) return std::nullopt;
  return out;
}

}  // namespace copydesk::kafka
