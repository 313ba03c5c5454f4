#include "decode/binary.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace copydesk::decode {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kCharactersPerControl = 32, kStrayControls = 1;
constexpr std::size_t kWindow = 32, kWindows = 8;

struct Beginning {
  std::string_view bytes, name;
  std::string_view unpacker = {};  // of one packed file
};

constexpr std::array kBeginnings{
    Beginning{"\x1F\x8B\x08"sv, "gzip data", "zcat"},
    Beginning{"\x28\xB5\x2F\xFD"sv, "zstd data", "zstdcat"},
    Beginning{"\xFD\x37zXZ\x00"sv, "xz data", "xzcat"},
    Beginning{"BZh91AY&SY"sv, "bzip2 data", "bzcat"},
    Beginning{"7z\xBC\xAF\x27\x1C"sv, "a 7z archive"},
    Beginning{"PK\x03\x04"sv, "a zip archive (or a document packed as one: docx, odt, epub)"},
    Beginning{"%PDF-1."sv, "a PDF"},
    Beginning{"%PDF-2."sv, "a PDF"},
    Beginning{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, "an old Office document"},
    Beginning{"\x89PNG\r\n\x1A\n"sv, "an image (PNG)"},
    Beginning{"\xFF\xD8\xFF\xE0\x00\x10JFIF"sv, "an image (JPEG)"},
    Beginning{"\xFF\xD8\xFF\xE1"sv, "an image (JPEG)"},
    Beginning{"\xFF\xD8\xFF\xDB\x00"sv, "an image (JPEG)"},
    Beginning{"II*\x00"sv, "an image (TIFF)"},
    Beginning{"MM\x00*"sv, "an image (TIFF)"},
    Beginning{"\x7F"
              "ELF"sv,
              "a program"},
    Beginning{"SQLite format 3\x00"sv, "a SQLite database"},
};

// Control characters that texts have: BS (overstrike), TAB, LF, VT, FF, CR and ESC (terminal colours).
// Without branches, so that the compiler looks at many at once.
std::uint8_t is_odd(std::uint8_t c) {
  return static_cast<std::uint8_t>((c < 0x08) | ((c > 0x0D) & (c < 0x20) & (c != 0x1B)) |
                                   (c == 0x7F));
}

// Whether one of some windows over the text, from its beginning to its end, holds such a character: of nearly every text none
// does, and the whole need not be counted. A shorter text is looked at whole.
bool may_be_garbage(std::string_view text) {
  if (text.size() < kWindow * kWindows)
    return std::ranges::any_of(text,
                               [](char c) { return is_odd(static_cast<std::uint8_t>(c)) != 0; });
  const std::size_t step = (text.size() - kWindow) / (kWindows - 1);
  for (std::size_t w = 0; w < kWindows; ++w) {
    const char* const from = text.data() + w * step;
    std::uint8_t odd = 0;
    for (std::size_t i = 0; i < kWindow; ++i)
      odd = static_cast<std::uint8_t>(odd | is_odd(static_cast<std::uint8_t>(from[i])));
    if (odd != 0) return true;
  }
  return false;
}

const Beginning* beginning_of(std::string_view bytes) {
  for (const Beginning& known : kBeginnings)
    if (bytes.front() == known.bytes.front() && bytes.starts_with(known.bytes)) return &known;
  return nullptr;
}

}  // namespace

std::string_view known_binary(std::string_view bytes) {
  if (bytes.empty()) return {};
  if (const Beginning* known = beginning_of(bytes)) return known->name;
  if ((bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a")) &&
      is_garbage(bytes.substr(0, 64)))
    return "an image (GIF)";
  if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP")) return "an image (WebP)";
  return {};
}

std::string_view unpacker_of(std::string_view bytes) {
  const Beginning* known = bytes.empty() ? nullptr : beginning_of(bytes);
  return known == nullptr ? std::string_view() : known->unpacker;
}

bool is_garbage(std::string_view text) {
  if (!may_be_garbage(text)) return false;
  std::size_t odd = 0, characters = 0;
  for (const char c : text) {
    odd += is_odd(static_cast<std::uint8_t>(c));
    characters += static_cast<std::size_t>((static_cast<unsigned char>(c) & 0xC0) != 0x80);
  }
  return odd > kStrayControls && odd * kCharactersPerControl > characters;
}

}  // namespace copydesk::decode
