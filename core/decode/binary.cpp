#include "decode/binary.h"

#include <array>
#include <cstddef>

namespace copydesk::decode {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kCharactersPerControl = 32, kStrayControls = 1;

struct Beginning {
  std::string_view bytes, name;
};

constexpr std::array kBeginnings{
    Beginning{"\x1F\x8B\x08"sv, "gzip data"},
    Beginning{"\x28\xB5\x2F\xFD"sv, "zstd data"},
    Beginning{"\xFD\x37zXZ\x00"sv, "xz data"},
    Beginning{"BZh91AY&SY"sv, "bzip2 data"},
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
    Beginning{"\x7F" "ELF"sv, "a program"},
    Beginning{"SQLite format 3\x00"sv, "a SQLite database"},
};

// Control characters that texts have: BS (overstrike), TAB, LF, VT, FF, CR and ESC (terminal colours).
bool is_odd(unsigned char c) { return (c < 0x20 && (c < 0x08 || c > 0x0D) && c != 0x1B) || c == 0x7F; }

}  // namespace

std::string_view known_binary(std::string_view bytes) {
  for (const Beginning& known : kBeginnings)
    if (bytes.starts_with(known.bytes)) return known.name;
  if ((bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a")) && is_garbage(bytes.substr(0, 64))) return "an image (GIF)";
  if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP")) return "an image (WebP)";
  return {};
}

bool is_garbage(std::string_view text) {
  std::size_t odd = 0, characters = 0;
  for (const char c : text) {
    odd += static_cast<std::size_t>(is_odd(static_cast<unsigned char>(c)));
    characters += static_cast<std::size_t>((static_cast<unsigned char>(c) & 0xC0) != 0x80);
  }
  return odd > kStrayControls && odd * kCharactersPerControl > characters;
}

}  // namespace copydesk::decode
