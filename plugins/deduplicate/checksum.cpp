#include "checksum.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace copydesk::deduplicate {

std::uint32_t checksum(std::string_view bytes) noexcept {
  return static_cast<std::uint32_t>(XXH3_64bits(bytes.data(), bytes.size()));
}

}  // namespace copydesk::deduplicate
