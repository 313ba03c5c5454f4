#include "decode/charset_guess.h"

#include <uchardet/uchardet.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include "base/ascii.h"
#include "decode/encodings.h"

namespace copydesk::decode {
namespace {

constexpr std::size_t kLookBytes = 64 << 10;
// beyond ASCII: with fewer, Western text is taken for another's now and then
constexpr std::size_t kEnoughBytes = 8;

bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// Empty for those of DOS and the like: they are on no page, and what is taken for one is nearly always something else.
std::string web_label(std::string_view told) {
  std::string name = ascii_lower_case(told);
  if (name == "uhc") name = "euc-kr";
  return encoding_of_label(name).empty() ? std::string() : name;
}

struct Delete {
  void operator()(uchardet_t detector) const { uchardet_delete(detector); }
};

}  // namespace

std::string likely_charset(std::string_view bytes) {
  const auto first = std::ranges::find_if(bytes, is_beyond_ascii);
  bytes = bytes.substr(static_cast<std::size_t>(first - bytes.begin()), kLookBytes);
  if (static_cast<std::size_t>(std::ranges::count_if(bytes, is_beyond_ascii)) < kEnoughBytes)
    return {};
  const std::unique_ptr<uchardet, Delete> detector(uchardet_new());
  if (!detector || uchardet_handle_data(detector.get(), bytes.data(), bytes.size()) != 0) return {};
  uchardet_data_end(detector.get());
  return web_label(uchardet_get_charset(detector.get()));
}

// A text with a byte beyond ASCII at its beginning, as most have, need not be searched.
bool is_iso_2022_jp(std::string_view bytes) {
  constexpr std::size_t kBeginning = 1024;
  std::uint64_t all = 0;
  for (std::size_t i = 0; i + sizeof all <= std::min(bytes.size(), kBeginning); i += sizeof all) {
    std::uint64_t some = 0;
    std::memcpy(&some, bytes.data() + i, sizeof some);
    all |= some;
  }
  if ((all & 0x8080808080808080) != 0) return false;
  const std::size_t at = bytes.find("\x1B$");
  return at != std::string_view::npos &&
         (bytes.substr(at).starts_with("\x1B$B") || bytes.substr(at).starts_with("\x1B$@"));
}

}  // namespace copydesk::decode
