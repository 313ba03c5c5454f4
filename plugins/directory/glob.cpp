#include "directory/glob.h"

#include <stdexcept>

namespace copydesk::directory {
namespace {

[[noreturn]] void refuse(std::string_view pattern, std::string_view why) {
  throw std::invalid_argument("pattern '" + std::string(pattern) + "': " + std::string(why));
}

// Index behind the set that begins at text[i] == '[', or npos when it is not closed.
std::size_t end_of_set(std::string_view text, std::size_t i) {
  std::size_t j = i + 1;
  if (j < text.size() && (text[j] == '!' || text[j] == '^')) ++j;
  if (j < text.size() && text[j] == ']') ++j;
  while (j < text.size() && text[j] != ']') j += text[j] == '\\' ? 2 : 1;
  return j < text.size() ? j + 1 : std::string_view::npos;
}

// Index behind what stands at text[i] as one unit: an escape, a set or one byte.
std::size_t after_unit(std::string_view text, std::size_t i) {
  if (text[i] == '\\' && i + 1 < text.size()) return i + 2;
  if (text[i] == '[') {
    const std::size_t end = end_of_set(text, i);
    return end == std::string_view::npos ? i + 1 : end;
  }
  return i + 1;
}

struct Braces {
  std::size_t open = std::string_view::npos, close = 0;
  std::vector<std::string_view> choices;
};

// The first brace group on the outermost level.
Braces find_braces(std::string_view pattern) {
  Braces found;
  std::size_t depth = 0, start = 0;
  for (std::size_t i = 0; i < pattern.size(); i = after_unit(pattern, i)) {
    const char c = pattern[i];
    if (c == '{') {
      if (++depth == 1) found.open = i, start = i + 1;
    } else if (c == ',' && depth == 1) {
      found.choices.push_back(pattern.substr(start, i - start));
      start = i + 1;
    } else if (c == '}' && depth > 0 && --depth == 0) {
      found.choices.push_back(pattern.substr(start, i - start));
      found.close = i;
      return found;
    }
  }
  if (depth > 0) refuse(pattern, "'{' without '}'");
  return found;
}

std::vector<std::string> expand(std::string_view whole) {
  std::vector<std::string> open{std::string(whole)}, flat;
  while (!open.empty()) {
    const std::string pattern = std::move(open.back());
    open.pop_back();
    const Braces braces = find_braces(pattern);
    if (braces.open == std::string_view::npos) {
      flat.push_back(pattern);
    } else {
      const std::string_view text = pattern;
      for (const std::string_view choice : braces.choices)
        open.push_back(std::string(text.substr(0, braces.open)) + std::string(choice) +
                       std::string(text.substr(braces.close + 1)));
    }
    if (open.size() + flat.size() > Glob::kMaxAlternatives)
      refuse(whole, "more than " + std::to_string(Glob::kMaxAlternatives) + " alternatives");
  }
  return flat;
}

std::vector<std::string> components(std::string_view pattern) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < pattern.size();) {
    const std::size_t end = after_unit(pattern, i);
    if (pattern[i] == '/') {
      if (!parts.back().empty() && parts.back() != ".")
        parts.emplace_back();
      else
        parts.back().clear();
    } else {
      parts.back().append(pattern.substr(i, end - i));
    }
    i = end;
  }
  return parts;
}

std::size_t character_size(std::string_view text, std::size_t i) {
  std::size_t size = 1;
  while (i + size < text.size() && size < 4 && (static_cast<unsigned char>(text[i]) >= 0xC0) &&
         (static_cast<unsigned char>(text[i + size]) & 0xC0) == 0x80)
    ++size;
  return size;
}

// Is `c` in the set text[begin, end), brackets included?
bool in_set(std::string_view set, unsigned char c) {
  std::size_t i = 1;
  const std::size_t end = set.size() - 1;
  bool negated = false, found = false;
  if (i < end && (set[i] == '!' || set[i] == '^')) negated = true, ++i;
  const auto take = [&] {
    if (set[i] == '\\' && i + 1 < end) ++i;
    return static_cast<unsigned char>(set[i++]);
  };
  while (i < end) {
    const unsigned char low = take();
    unsigned char high = low;
    if (i + 1 < end && set[i] == '-') {
      ++i;
      high = take();
    }
    found = found || (low <= c && c <= high);
  }
  return found != negated;
}

// Does the one unit pattern[p, ...) match at name[n]? Gives the bytes of the name that it takes, 0 for no match.
std::size_t match_unit(std::string_view pattern, std::size_t p, std::string_view name,
                       std::size_t n) {
  const char c = pattern[p];
  if (c == '?') return character_size(name, n);
  if (c == '[') {
    const std::size_t end = end_of_set(pattern, p);
    if (end != std::string_view::npos)
      return in_set(pattern.substr(p, end - p), static_cast<unsigned char>(name[n])) ? 1 : 0;
  }
  const char literal = c == '\\' && p + 1 < pattern.size() ? pattern[p + 1] : c;
  return literal == name[n] ? 1 : 0;
}

// One component. Only the last star needs to be tried again: what an earlier one takes more never helps.
bool match_component(std::string_view pattern, std::string_view name) {
  constexpr std::size_t kNone = std::string_view::npos;
  std::size_t p = 0, n = 0, star = kNone, star_name = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_name = n;
      continue;
    }
    if (p < pattern.size()) {
      if (const std::size_t taken = match_unit(pattern, p, name, n); taken > 0) {
        n += taken;
        p = after_unit(pattern, p);
        continue;
      }
    }
    if (star == kNone) return false;
    p = star + 1;
    n = ++star_name;
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string_view next_component(std::string_view path, std::size_t begin) {
  return path.substr(begin, path.find('/', begin) - begin);
}

bool match_components(const std::vector<std::string>& pattern, std::string_view path) {
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  const std::size_t end = path.size() + 1;  // components begin at 0 and behind each slash
  std::size_t p = 0, at = 0, star = kNone, star_at = 0;
  while (at < end) {
    if (p < pattern.size() && pattern[p] == "**") {
      star = p++;
      star_at = at;
      if (p == pattern.size()) return true;
      continue;
    }
    const std::string_view name = next_component(path, at);
    if (p < pattern.size() && match_component(pattern[p], name)) {
      ++p;
      at += name.size() + 1;
      continue;
    }
    if (star == kNone) return false;
    star_at += next_component(path, star_at).size() + 1;
    at = star_at;
    p = star + 1;
  }
  return p == pattern.size();
}

}  // namespace

Glob::Glob(std::string_view pattern) {
  if (pattern.empty()) refuse(pattern, "is empty");
  if (pattern.size() > kMaxLength) refuse(pattern.substr(0, 40), "is too long");
  for (const std::string& flat : expand(pattern)) alternatives_.push_back(components(flat));
}

bool Glob::matches(std::string_view path) const {
  for (const auto& alternative : alternatives_)
    if (match_components(alternative, path)) return true;
  return false;
}

}  // namespace copydesk::directory
