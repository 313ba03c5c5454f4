#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace copydesk {

// "200ms", "10s", "1.5h", "30d" (units ns us ms s m h d w) in nanoseconds; "0" needs no unit.
[[nodiscard]] std::optional<std::int64_t> parse_duration(std::string_view text);
// "512MiB", "64KiB", "10MB", "4096" (units B, kB KB MB GB TB by 1000, KiB MiB GiB TiB by 1024) in bytes.
[[nodiscard]] std::optional<std::int64_t> parse_size(std::string_view text);
// The shortest exact form: 200000000 → "200ms", 536870912 → "512MiB".
[[nodiscard]] std::string format_duration(std::int64_t nanos);
[[nodiscard]] std::string format_size(std::int64_t bytes);

}  // namespace copydesk
