#include "state/ttl.h"

#include <limits>

#include "base/bytes.h"

namespace copydesk::state {

std::string with_expiry(Nanos expires_at, std::string_view value) {
  std::string out;
  out.reserve(8 + value.size());
  append_u64(out, static_cast<std::uint64_t>(expires_at));
  out.append(value);
  return out;
}

Nanos expiry(Nanos now, Nanos ttl) {
  if (ttl <= 0 || now > std::numeric_limits<Nanos>::max() - ttl) return kNever;
  return now + ttl;
}

std::optional<std::string_view> unexpired(std::string_view stored, Nanos now) {
  ByteReader reader(stored);
  const auto expires_at = static_cast<Nanos>(reader.u64());
  if (!reader.ok()) return std::nullopt;
  if (expires_at != kNever && expires_at <= now) return std::nullopt;
  return reader.rest();
}

}  // namespace copydesk::state
