#include "decode/charset.h"

#include <iconv.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>

#include "base/ascii.h"
#include "base/utf8.h"
#include "decode/charset_guess.h"
#include "decode/encodings.h"

namespace copydesk::decode {
namespace {

// browsers prescan 1024, and then look again while they parse
constexpr std::size_t kMetaBytes = 8192;
constexpr std::size_t kMaxNameBytes = 40;
constexpr std::size_t kPendingBytes = 16;  // that a converter may keep back
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// Code points of bytes 0x80 to 0x9F in windows-1252 (WHATWG Encoding standard, index-windows-1252); 0: undefined.
constexpr std::array<std::uint16_t, 32> kWindows1252{
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

// The name of a converter: of the Encoding standard's labels its own, of others the label itself, which iconv may know.
std::string canonical(std::string_view label) {
  std::string name;
  for (char c : label.substr(0, kMaxNameBytes))
    if (c != ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r') name += ascii_lower(c);
  const std::string_view known = encoding_of_label(name);
  return known.empty() ? name : std::string(known);
}

void append_code_point(std::uint16_t c, std::string& out) {
  if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
  } else {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
  }
  out += static_cast<char>(0x80 | (c & 0x3F));
}

std::string from_windows_1252(std::string_view bytes, std::size_t& replaced) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (char c : bytes) {
    const auto b = static_cast<unsigned char>(c);
    if (b < 0x80)
      out += c;
    else if (b >= 0xA0)
      append_code_point(b, out);
    else if (kWindows1252[b - 0x80] != 0)
      append_code_point(kWindows1252[b - 0x80], out);
    else {
      out += kReplacement;
      ++replaced;
    }
  }
  return out;
}

// Bytes from 0x80 on lie in the private use area.
std::string from_user_defined(std::string_view bytes) {
  std::string out;
  for (char c : bytes) {
    const auto b = static_cast<unsigned char>(c);
    if (b < 0x80)
      out += c;
    else
      append_code_point(static_cast<std::uint16_t>(0xF700 + b), out);
  }
  return out;
}

// An open converter; opening one reads a table from disk, so each thread keeps the last.
class Converter {
 public:
  explicit Converter(const std::string& name)
      : name_(name), handle_(::iconv_open("UTF-8", name.c_str())) {}
  ~Converter() {
    if (usable()) ::iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  [[nodiscard]] bool usable() const { return handle_ != reinterpret_cast<iconv_t>(-1); }
  [[nodiscard]] const std::string& name() const { return name_; }

  std::string convert(std::string_view bytes, std::size_t& replaced) {
    ::iconv(handle_, nullptr, nullptr, nullptr, nullptr);
    std::string out(bytes.size() + bytes.size() / 2 + 16, '\0');
    std::size_t used = 0;
    char* in = const_cast<char*>(bytes.data());  // iconv does not write there
    std::size_t left = bytes.size();
    while (left > 0) {
      char* to = out.data() + used;
      std::size_t room = out.size() - used;
      const bool done = ::iconv(handle_, &in, &left, &to, &room) != static_cast<std::size_t>(-1);
      const int error = done ? 0 : errno;
      used = out.size() - room;
      if (error == E2BIG || room < kReplacement.size()) out.resize(out.size() * 2);
      if (error != EILSEQ && error != EINVAL) continue;
      kReplacement.copy(out.data() + used, kReplacement.size());
      used += kReplacement.size();
      ++replaced;
      if (error == EINVAL) break;  // the end is cut off
      ++in;
      --left;
    }
    // What waits for a mark that might have followed, in Hebrew and Vietnamese.
    if (out.size() - used < kPendingBytes) out.resize(used + kPendingBytes);
    char* to = out.data() + used;
    std::size_t room = out.size() - used;
    ::iconv(handle_, nullptr, nullptr, &to, &room);
    out.resize(out.size() - room);
    return out;
  }

 private:
  std::string name_;
  iconv_t handle_;
};

// nullptr when there is no such charset.
Converter* converter(const std::string& name) {
  thread_local std::unique_ptr<Converter> last;
  if (!last || last->name() != name) last = std::make_unique<Converter>(name);
  return last->usable() ? last.get() : nullptr;
}

// False when the name means nothing to us; the bytes are then as they were.
bool convert(std::string& bytes, std::string_view label, std::size_t& replaced) {
  const std::string name = canonical(label);
  if (name == "utf-8")
    bytes = to_utf8(bytes, replaced);
  else if (name == "windows-1252")
    bytes = from_windows_1252(bytes, replaced);
  else if (name == "x-user-defined")
    bytes = from_user_defined(bytes);
  else if (Converter* c = converter(name)) {
    const std::string text = c->convert(bytes, replaced);
    bytes = to_utf8(text, replaced);  // iconv lets surrogates of some charsets through
  } else {
    return false;
  }
  return true;
}

// Ill-formed UTF-8 that was meant as UTF-8.
bool meant_as_utf8(std::string_view text) {
  std::size_t good = 0, bad = 0, last_bad = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t prefix = valid_utf8_prefix(text.substr(at));
    for (std::size_t i = at; i < at + prefix; ++i)
      good += static_cast<unsigned char>(text[i]) >= 0xC0;
    at += prefix;
    if (at == text.size()) break;
    ++bad;
    last_bad = at;
    do ++at;  // the rest of the ill-formed part
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
  }
  const bool cut_off = bad == 1 && text.size() - last_bad < 4 &&
                       static_cast<unsigned char>(text[last_bad]) >= 0xC2 &&
                       last_bad + 1 < text.size();
  return good > bad || cut_off;
}

std::string_view byte_order_mark(std::string_view bytes, std::size_t& size) {
  size = 3;
  if (bytes.starts_with("\xEF\xBB\xBF")) return "utf-8";
  size = 2;
  if (bytes.starts_with("\xFF\xFE")) return "utf-16le";
  if (bytes.starts_with("\xFE\xFF")) return "utf-16be";
  return {};
}

// UTF-16 without a mark: markup and Latin text have a zero in every second byte.
std::string_view utf16_by_zeros(std::string_view bytes) {
  constexpr std::size_t kLook = 512;
  bytes = bytes.substr(0, kLook);
  if (bytes.size() < 8 || bytes.find('\0') == std::string_view::npos) return {};
  std::size_t zeros[2] = {};
  for (std::size_t i = 0; i < bytes.size(); ++i) zeros[i % 2] += bytes[i] == '\0';
  const std::size_t half = bytes.size() / 2;
  if (zeros[1] * 3 > half && zeros[0] * 20 < half) return "utf-16le";
  if (zeros[0] * 3 > half && zeros[1] * 20 < half) return "utf-16be";
  return {};
}

// Converts if the claim is true: at most one in twenty characters beyond ASCII may be none in that charset, and none of a text
// that is all ASCII.
bool convert_if_true(std::string& bytes, std::string_view label, std::size_t& replaced) {
  std::size_t high = 0, bad = 0;
  for (const char c : bytes) high += static_cast<unsigned char>(c) >= 0x80;
  std::string text = bytes;
  if (!convert(text, label, bad) || bad * 20 > high) return false;
  bytes = std::move(text);
  replaced += bad;
  return true;
}

// KOI8 has its small letters where windows-1251 has the capitals, and text is mostly small letters. For a text that is too short for
// more than that.
bool looks_like_koi8(std::string_view bytes) {
  std::size_t lower_half = 0, upper_half = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    lower_half += byte >= 0xC0 && byte < 0xE0;
    upper_half += byte >= 0xE0;
  }
  return lower_half > 2 * upper_half;
}

bool ascii_less_equal(char a, char b) { return ascii_lower(a) == b; }

std::size_t find_word(std::string_view text, std::string_view lower, std::size_t from) {
  const auto it =
      std::search(text.begin() + static_cast<std::ptrdiff_t>(std::min(from, text.size())),
                  text.end(), lower.begin(), lower.end(), ascii_less_equal);
  return it == text.end() ? std::string_view::npos : static_cast<std::size_t>(it - text.begin());
}

// The page's lang attribute, as written; empty when it has none.
std::string_view page_language(std::string_view html) {
  html = html.substr(0, kMetaBytes);
  const std::size_t tag = find_word(html, "<html", 0);
  if (tag == std::string_view::npos) return {};
  const std::string_view element = html.substr(tag, html.find('>', tag) - tag);
  std::size_t at = find_word(element, "lang=", 0);
  if (at == std::string_view::npos) return {};
  at = std::min(element.find_first_not_of("\"'", at + 5), element.size());
  return element.substr(at, element.find_first_of("\"' ", at) - at);
}

}  // namespace

std::string_view meta_charset(std::string_view html) {
  html = html.substr(0, kMetaBytes);
  if (html.starts_with("<?xml")) {
    const std::string_view declaration = html.substr(0, html.find('>'));
    if (std::size_t at = declaration.find("encoding"); at != std::string_view::npos) {
      at = declaration.find_first_of("\"'", at);
      const std::size_t end =
          at == std::string_view::npos ? at : declaration.find(declaration[at], at + 1);
      if (end != std::string_view::npos && end > at + 1)
        return declaration.substr(at + 1, end - at - 1);
    }
  }
  for (std::size_t tag = find_word(html, "<meta", 0); tag != std::string_view::npos;
       tag = find_word(html, "<meta", tag + 5)) {
    const std::string_view meta = html.substr(tag, html.find('>', tag) - tag);
    std::size_t at = find_word(meta, "charset", 0);
    if (at == std::string_view::npos) continue;
    at += 7;
    const auto skip = [&](std::string_view set) {
      at = std::min(meta.find_first_not_of(set, at), meta.size());
    };
    skip(" \t\r\n");
    if (at >= meta.size() || meta[at] != '=') continue;
    ++at;
    skip(" \t\r\n\"'");
    const std::size_t end = meta.find_first_of(" \t\r\n\"'/;>", at);
    const std::string_view name = meta.substr(at, end == std::string_view::npos ? end : end - at);
    if (!name.empty()) return name;
  }
  return {};
}

bool known_charset(std::string_view name) {
  const std::string known = canonical(name);
  return known == "utf-8" || known == "windows-1252" || known == "x-user-defined" ||
         converter(known) != nullptr;
}

std::string to_utf8_text(std::string bytes, const CharsetHints& hints, std::size_t& replaced) {
  std::size_t mark = 0;
  if (const std::string_view name = byte_order_mark(bytes, mark); !name.empty()) {
    bytes.erase(0, mark);
    (void)convert(bytes, name, replaced);
    return bytes;
  }
  if (!hints.encoding.empty() && convert(bytes, hints.encoding, replaced)) return bytes;
  if (const std::string_view name = utf16_by_zeros(bytes); !name.empty()) {
    (void)convert(bytes, name, replaced);
    return bytes;
  }
  if (is_iso_2022_jp(bytes) && convert_if_true(bytes, "iso-2022-jp", replaced)) return bytes;
  if (simdjson::validate_utf8(bytes.data(), bytes.size())) return bytes;
  if (meant_as_utf8(bytes)) return to_utf8(bytes, replaced);
  if (hints.may_have_meta) {
    // A page that says UTF-8 and is not does not know better than we do.
    const std::string meta(meta_charset(bytes)), name = canonical(meta);
    if (!meta.empty() && name != "utf-8" && !name.starts_with("utf-16") &&
        convert_if_true(bytes, meta, replaced))
      return bytes;
  }
  if (const std::string likely = likely_charset(bytes);
      !likely.empty() && convert_if_true(bytes, likely, replaced))
    return bytes;
  if (hints.may_have_meta) {
    std::string usual(encoding_of_language(page_language(bytes)));
    // has all of KOI8-R's letters
    if (usual == "windows-1251" && looks_like_koi8(bytes)) usual = "koi8-u";
    if (!usual.empty() && convert_if_true(bytes, usual, replaced)) return bytes;
  }
  return from_windows_1252(bytes, replaced);
}

}  // namespace copydesk::decode
