#include "decode/language.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace copydesk::decode {
namespace {

constexpr std::size_t kMaxTagBytes = 35;  // RFC 5646, section 4.4.1

struct Code {
  std::string_view three, two;
};

// ISO 639-2 codes, both kinds, of languages that news come in and that have a shorter code. Sorted.
constexpr std::array kCodes{
    Code{"afr", "af"}, Code{"alb", "sq"}, Code{"amh", "am"}, Code{"ara", "ar"}, Code{"arm", "hy"},
    Code{"aze", "az"}, Code{"baq", "eu"}, Code{"bel", "be"}, Code{"ben", "bn"}, Code{"bos", "bs"},
    Code{"bul", "bg"}, Code{"bur", "my"}, Code{"cat", "ca"}, Code{"ces", "cs"}, Code{"chi", "zh"},
    Code{"cze", "cs"}, Code{"dan", "da"}, Code{"deu", "de"}, Code{"dut", "nl"}, Code{"ell", "el"},
    Code{"eng", "en"}, Code{"est", "et"}, Code{"eus", "eu"}, Code{"fas", "fa"}, Code{"fin", "fi"},
    Code{"fra", "fr"}, Code{"fre", "fr"}, Code{"geo", "ka"}, Code{"ger", "de"}, Code{"gle", "ga"},
    Code{"glg", "gl"}, Code{"gre", "el"}, Code{"guj", "gu"}, Code{"hau", "ha"}, Code{"heb", "he"},
    Code{"hin", "hi"}, Code{"hrv", "hr"}, Code{"hun", "hu"}, Code{"hye", "hy"}, Code{"ice", "is"},
    Code{"ind", "id"}, Code{"isl", "is"}, Code{"ita", "it"}, Code{"jpn", "ja"}, Code{"kan", "kn"},
    Code{"kat", "ka"}, Code{"kaz", "kk"}, Code{"khm", "km"}, Code{"kor", "ko"}, Code{"lao", "lo"},
    Code{"lav", "lv"}, Code{"lit", "lt"}, Code{"mac", "mk"}, Code{"mal", "ml"}, Code{"mar", "mr"},
    Code{"may", "ms"}, Code{"mkd", "mk"}, Code{"mon", "mn"}, Code{"msa", "ms"}, Code{"mya", "my"},
    Code{"nep", "ne"}, Code{"nld", "nl"}, Code{"nno", "nn"}, Code{"nob", "nb"}, Code{"nor", "no"},
    Code{"pan", "pa"}, Code{"per", "fa"}, Code{"pol", "pl"}, Code{"por", "pt"}, Code{"pus", "ps"},
    Code{"ron", "ro"}, Code{"rum", "ro"}, Code{"rus", "ru"}, Code{"sin", "si"}, Code{"slk", "sk"},
    Code{"slo", "sk"}, Code{"slv", "sl"}, Code{"som", "so"}, Code{"spa", "es"}, Code{"sqi", "sq"},
    Code{"srp", "sr"}, Code{"swa", "sw"}, Code{"swe", "sv"}, Code{"tam", "ta"}, Code{"tel", "te"},
    Code{"tha", "th"}, Code{"tur", "tr"}, Code{"ukr", "uk"}, Code{"urd", "ur"}, Code{"uzb", "uz"},
    Code{"vie", "vi"}, Code{"wel", "cy"}, Code{"zho", "zh"}};
static_assert(std::ranges::is_sorted(kCodes, {}, &Code::three));

// What may follow the primary subtag; '.' and '@' as POSIX locales have them.
bool is_tag_character(char c) {
  return is_ascii_letter(c) || (c >= '0' && c <= '9') ||
         std::string_view("-_.@").find(c) != std::string_view::npos;
}

}  // namespace

std::string primary_language(std::string_view tag) {
  const auto end =
      static_cast<std::size_t>(std::ranges::find_if_not(tag, is_ascii_letter) - tag.begin());
  if (end < 2 || end > 3 || tag.size() > kMaxTagBytes ||
      !std::ranges::all_of(tag, is_tag_character))
    return {};
  if (end < tag.size() && tag[end] >= '0' && tag[end] <= '9') return {};
  std::string out(tag.substr(0, end));
  for (char& c : out) c = static_cast<char>(c | 32);
  if (out.size() == 2) return out;
  if (out == "und" || out == "mul" || out == "zxx" || out == "mis") return {};
  const auto it = std::ranges::lower_bound(kCodes, out, {}, &Code::three);
  return it != kCodes.end() && it->three == out ? std::string(it->two) : out;
}

}  // namespace copydesk::decode
