#include "decode/sniff.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/ascii.h"

namespace copydesk::decode {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMaxTagBytes = 12;
constexpr int kTagsEnough = 2;

// Sorted. Tags that running text does not mention by the way.
constexpr std::array<std::string_view, 44> kTags{
    "!doctype", "a",     "article", "aside",  "b",      "blockquote", "body",  "br",     "center",
    "div",      "em",    "figure",  "font",   "footer", "form",       "h1",    "h2",     "h3",
    "h4",       "h5",    "head",    "header", "hr",     "html",       "i",     "iframe", "img",
    "li",       "link",  "main",    "meta",   "nav",    "ol",         "p",     "pre",    "script",
    "section",  "small", "span",    "strong", "style",  "table",      "title", "ul"};
static_assert(std::ranges::is_sorted(kTags));

std::string_view skip_space(std::string_view text) {
  const std::size_t at = text.find_first_not_of(" \t\r\n\f\v");
  return at == std::string_view::npos ? std::string_view() : text.substr(at);
}

// Whether a known tag stands at the '<' that `text` begins with.
bool is_tag(std::string_view text) {
  text.remove_prefix(1);
  if (text.starts_with('/')) text.remove_prefix(1);
  std::array<char, kMaxTagBytes> name{};
  std::size_t size = 0;
  for (char c : text) {
    const char lower = ascii_lower(c);
    const bool in_name =
        (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') || lower == '!';
    if (!in_name) break;
    if (size == name.size()) return false;
    name[size++] = lower;
  }
  if (size == text.size() ||
      std::string_view(" \t\r\n/>").find(text[size]) == std::string_view::npos)
    return false;
  return std::ranges::binary_search(kTags, std::string_view(name.data(), size));
}

// `word` is in lower case; white space or '>' ends it in the text.
bool begins_with_word(std::string_view text, std::string_view word) {
  if (text.size() <= word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (ascii_lower(text[i]) != word[i]) return false;
  }
  return std::string_view(" \t\r\n>").find(text[word.size()]) != std::string_view::npos;
}

}  // namespace

bool looks_like_html(std::string_view text) {
  const std::string_view start = skip_space(text);
  if (start.starts_with("<!--") || start.starts_with("<?xml")) return true;
  if (start.starts_with('<') && is_tag(start)) return true;
  int tags = 0;
  for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1))
    if (is_tag(text.substr(at)) && ++tags == kTagsEnough) return true;
  return false;
}

bool looks_like_json(std::string_view text) {
  text = skip_space(text);
  if (text.starts_with('[')) text = skip_space(text.substr(1));
  if (!text.starts_with('{')) return false;
  text = skip_space(text.substr(1));
  return text.empty() || text.front() == '"' || text.front() == '}';
}

bool begins_as_page(std::string_view text) {
  text = skip_space(text);
  for (const auto& [open, close] : {std::pair("<?xml"sv, "?>"sv), std::pair("<!--"sv, "-->"sv)})
    while (text.starts_with(open)) {
      const std::size_t end = text.find(close, open.size());
      if (end == std::string_view::npos) return false;
      text = skip_space(text.substr(end + close.size()));
    }
  return begins_with_word(text, "<html") || begins_with_word(text, "<!doctype html");
}

bool begins_as_object(std::string_view text) {
  text = skip_space(text);
  return text.starts_with('{') && skip_space(text.substr(1)).starts_with('"');
}

bool is_blank(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c <= 0x20 || c == 0x7F) {
      ++i;
      continue;
    }
    if (c < 0x80) return false;
    const std::string_view rest = text.substr(i);
    const auto known = {std::string_view("\xC2\xA0"), std::string_view("\xE2\x80\x8B"),
                        std::string_view("\xEF\xBB\xBF"), std::string_view("\xEF\xBF\xBD"),
                        std::string_view("\xE3\x80\x80")};
    const auto it =
        std::ranges::find_if(known, [&](std::string_view k) { return rest.starts_with(k); });
    if (it == known.end()) return false;
    i += it->size();
  }
  return true;
}

}  // namespace copydesk::decode
