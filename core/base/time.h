#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace copydesk {

// Times are nanoseconds since the Unix epoch, UTC.
using Nanos = std::int64_t;
inline constexpr Nanos kMicrosecond = 1'000;
inline constexpr Nanos kMillisecond = 1'000'000;
inline constexpr Nanos kSecond = 1'000'000'000;

// RFC 3339 in UTC; the fraction has 3, 6 or 9 digits and is left out when zero: "2024-05-18T10:00:00Z".
[[nodiscard]] std::string format_time(Nanos time);
void append_time(std::string& out, Nanos time);
// Reads RFC 3339 ("2024-05-18T10:00:00.5+02:00", also with a space for the T) and a plain date ("2024-05-18", midnight).
[[nodiscard]] std::optional<Nanos> parse_time(std::string_view text);

}  // namespace copydesk
