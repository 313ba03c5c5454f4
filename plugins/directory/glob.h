// Patterns on relative paths: `*` and `?` stay within one component, `**` as a whole component stands for any number of
// components (none too), [a-z] [!a-z] are sets, {a,b} are alternatives (may be nested), a backslash takes the next
// byte as it is. A leading dot is matched like any other byte. Matching works on bytes, `?` takes one UTF-8 character.
//
// Matching goes back to the last star only, so it costs at most pattern × path; alternatives are expanded when the
// pattern is compiled, at most kMaxAlternatives of them. Immutable after construction: any thread may match.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace copydesk::directory {

class Glob {
 public:
  static constexpr std::size_t kMaxLength = 4096;
  static constexpr std::size_t kMaxAlternatives = 256;

  // Throws std::invalid_argument naming the pattern and what is wrong with it.
  explicit Glob(std::string_view pattern);
  [[nodiscard]] bool matches(std::string_view path) const;

 private:
  std::vector<std::vector<std::string>> alternatives_;  // each a list of components
};

// Several patterns; matches when one of them does.
class Globs {
 public:
  explicit Globs(const std::vector<std::string>& patterns)
      : globs_(patterns.begin(), patterns.end()) {}
  [[nodiscard]] bool matches(std::string_view path) const {
    for (const Glob& glob : globs_)
      if (glob.matches(path)) return true;
    return false;
  }

 private:
  std::vector<Glob> globs_;
};

}  // namespace copydesk::directory
