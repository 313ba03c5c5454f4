#include "config/glob.h"

#include <algorithm>
#include <filesystem>

namespace copydesk::config {
namespace {

namespace fs = std::filesystem;

// All texts that the braces of a pattern stand for. Braces do not nest, so each pass takes away one pair.
std::vector<std::string> alternatives(std::string_view pattern) {
  std::vector<std::string> done{""};
  while (!pattern.empty()) {
    const std::size_t open = std::min(pattern.find('{'), pattern.size());
    for (std::string& d : done) d += pattern.substr(0, open);
    pattern.remove_prefix(open);
    if (pattern.empty()) break;
    const std::size_t close = pattern.find('}');
    std::vector<std::string> next;
    for (std::size_t begin = 1; begin <= close;) {
      const std::size_t end = std::min(pattern.find(',', begin), close);
      for (const std::string& d : done)
        next.push_back(d + std::string(pattern.substr(begin, end - begin)));
      begin = end + 1;
    }
    done = std::move(next);
    pattern.remove_prefix(close + 1);
  }
  return done;
}

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> out;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end > 0) out.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return out;
}

// Length of the character at the front.
std::size_t character(std::string_view s) {
  std::size_t size = 1;
  while (size < s.size() && (static_cast<unsigned char>(s[size]) & 0xC0) == 0x80) ++size;
  return size;
}

// "[a-z]" against the first byte of a name. Consumes the class from the pattern.
bool take_class(std::string_view& pattern, char c) {
  const std::size_t close = pattern.find(']', 2);
  if (close == std::string_view::npos) {  // "{[,a}": braces cut it in two
    pattern = {};
    return false;
  }
  std::string_view set = pattern.substr(1, close - 1);
  pattern.remove_prefix(close + 1);
  const bool negated = set.starts_with('!') || set.starts_with('^');
  if (negated) set.remove_prefix(1);
  bool in = false;
  while (!set.empty()) {
    const bool range = set.size() > 2 && set[1] == '-';
    in = in || (range ? set[0] <= c && c <= set[2] : set[0] == c);
    set.remove_prefix(range ? 3 : 1);
  }
  return in != negated;
}

// One segment. A mismatch goes back to the last star only, which is enough and takes at most size × size steps.
bool match_segment(std::string_view pattern, std::string_view name) {
  if (name.starts_with('.') && !pattern.starts_with('.')) return false;
  std::string_view star_pattern, star_name;
  bool starred = false;
  while (!name.empty() || !pattern.empty()) {
    if (pattern.starts_with('*')) {
      pattern.remove_prefix(1);
      star_pattern = pattern, star_name = name, starred = true;
      continue;
    }
    bool same = false;
    if (!pattern.empty() && !name.empty()) {
      if (pattern.front() == '[') {
        same = take_class(pattern, name.front());
        name.remove_prefix(1);
      } else if (pattern.front() == '?') {
        same = true;
        pattern.remove_prefix(1);
        name.remove_prefix(character(name));
      } else {
        same = pattern.front() == name.front();
        pattern.remove_prefix(1);
        name.remove_prefix(1);
      }
    }
    if (same) continue;
    if (!starred || star_name.empty()) return false;
    star_name.remove_prefix(1);
    pattern = star_pattern, name = star_name;
  }
  return true;
}

// Which prefixes of the pattern match the path so far: no recursion, however many `**` there are.
bool match_segments(const std::vector<std::string_view>& pattern,
                    const std::vector<std::string_view>& path) {
  std::vector<bool> at(pattern.size() + 1, false);
  at[0] = true;
  const auto skip_stars = [&] {
    for (std::size_t i = 0; i < pattern.size(); ++i)
      if (at[i] && pattern[i] == "**") at[i + 1] = true;
  };
  skip_stars();
  for (std::string_view name : path) {
    std::vector<bool> next(pattern.size() + 1, false);
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (!at[i]) continue;
      if (pattern[i] == "**")
        next[i] = next[i] || !name.starts_with('.');
      else if (match_segment(pattern[i], name))
        next[i + 1] = true;
    }
    at = std::move(next);
    skip_stars();
  }
  return at[pattern.size()];
}

// The folder below which everything that the pattern names must lie.
std::string fixed_folder(std::string_view pattern) {
  const std::size_t wild = std::min(pattern.find_first_of("*?[{"), pattern.size());
  const std::size_t slash = pattern.substr(0, wild).rfind('/');
  return slash == std::string_view::npos || slash == 0 ? "/"
                                                       : std::string(pattern.substr(0, slash));
}

Error too_many(const std::string& pattern, std::size_t bound) {
  return config_error("pattern " + pattern + " goes through more than " + std::to_string(bound) +
                      " files");
}

}  // namespace

bool has_wildcards(std::string_view text) {
  return text.find_first_of("*?[{") != std::string_view::npos;
}

Status check_glob(std::string_view pattern) {
  if (pattern.empty()) return config_error("a pattern cannot be empty");
  std::size_t count = 1;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '[') {
      const std::size_t close = pattern.find(']', i + 2);
      if (close == std::string_view::npos) return config_error("'[' is not closed by ']'");
      if (pattern.substr(i, close - i).find_first_of("/{}") != std::string_view::npos)
        return config_error("between '[' and ']' there can be no '/', '{' or '}'");
      i = close;
    } else if (pattern[i] == '{') {
      const std::size_t close = pattern.find('}', i);
      if (close == std::string_view::npos) return config_error("'{' is not closed by '}'");
      const std::string_view inside = pattern.substr(i + 1, close - i - 1);
      if (inside.find('{') != std::string_view::npos)
        return config_error("braces inside braces are not known");
      count *= static_cast<std::size_t>(std::ranges::count(inside, ',')) + 1;
      if (count > kMaxAlternatives) return config_error("braces stand for more than 256 patterns");
      i = close;
    }
  }
  return {};
}

bool glob_match(std::string_view pattern, std::string_view path) {
  const auto names = segments(path);
  return std::ranges::any_of(alternatives(pattern), [&](const std::string& p) {
    return match_segments(segments(p), names);
  });
}

Result<std::vector<std::string>> expand_files(const std::string& pattern) {
  std::error_code error;
  if (!has_wildcards(pattern)) {
    if (!fs::is_regular_file(pattern, error)) return std::vector<std::string>();
    return std::vector<std::string>{pattern};
  }
  if (Status status = check_glob(pattern); !status.ok()) return std::move(status).error();
  std::vector<std::vector<std::string_view>> parts;
  const std::vector<std::string> patterns = alternatives(pattern);
  parts.reserve(patterns.size());
  for (const std::string& p : patterns) parts.push_back(segments(p));
  const bool deep =
      std::ranges::any_of(parts, [](const auto& p) { return std::ranges::count(p, "**") > 0; });
  const std::size_t depth =
      std::ranges::max(parts, {}, [](const auto& p) { return p.size(); }).size();

  std::vector<std::string> found;
  std::size_t seen = 0;
  constexpr auto kOptions = fs::directory_options::skip_permission_denied;
  fs::recursive_directory_iterator it(fixed_folder(pattern), kOptions, error), end;
  for (; !error && it != end; it.increment(error)) {
    if (++seen > kMaxFilesSeen) return too_many(pattern, kMaxFilesSeen);
    const std::string& path = it->path().native();
    const auto names = segments(path);
    std::error_code ignored;
    if (it->is_directory(ignored)) {
      if (!deep && names.size() >= depth) it.disable_recursion_pending();
      continue;
    }
    if (!it->is_regular_file(ignored)) continue;
    if (!std::ranges::any_of(parts, [&](const auto& p) { return match_segments(p, names); }))
      continue;
    if (found.size() == kMaxFiles) return too_many(pattern, kMaxFiles);
    found.push_back(path);
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace copydesk::config
