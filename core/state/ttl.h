#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace copydesk::state {

// Stage state is stored behind the time it expires at, as 8 bytes big-endian; 0 is never. What has expired is hidden
// from readers by the time of their batch, which is committed and never goes back, and later erased by the store: both
// give the same answers, so it does not matter when the erasing happens.
inline constexpr Nanos kNever = 0;

[[nodiscard]] std::string with_expiry(Nanos expires_at, std::string_view value);
// When a put made at `now` with this ttl expires; a ttl of 0 is for ever, as is one beyond the end of time.
[[nodiscard]] Nanos expiry(Nanos now, Nanos ttl);
// The value, a view into `stored`; nullopt when it expired at or before `now`, or is too short to be one of ours.
[[nodiscard]] std::optional<std::string_view> unexpired(std::string_view stored, Nanos now);

}  // namespace copydesk::state
