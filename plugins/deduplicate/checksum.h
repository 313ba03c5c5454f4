#pragma once
// What every stored piece of the index ends with: the lower half of XXH3 (xxhash.com, 64 bits) of the bytes before.

#include <cstdint>
#include <string_view>

namespace copydesk::deduplicate {

[[nodiscard]] std::uint32_t checksum(std::string_view bytes) noexcept;

}  // namespace copydesk::deduplicate
