#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "article/article.h"
#include "base/result.h"

namespace copydesk::config {

namespace when {
struct Node;
}

// A compiled `when`: which articles a stage or a sink is for. Immutable, cheap to copy, used from many threads at once.
//
//   language == "en" and not (quality.words < 50 or dedup.status in ["exact", "near"])
//
// Fields are dotted names. With an absent field, or one of another kind than what it is compared with, every comparison
// is false (`!=` too). A string beside a time field is a time; a date stands for its whole day (UTC). `contains` looks
// into a text or a list; `entities` is the list of the names and ids found, `entities.per` (org, loc,
// misc, or any other type in lower case) those of one type. `matches` is RE2 syntax, linear in the text.
class When {
 public:
  static constexpr std::size_t kMaxText = 64 * 1024;  // bytes
  static constexpr std::size_t kMaxTerms = 4096;      // comparisons, list items and operators
  static constexpr int kMaxDepth = 64;                // parentheses and `not` inside one another
  static constexpr std::int64_t kMaxRegexMemory = 1 << 20;  // bytes for one compiled pattern

  struct SyntaxError {
    std::size_t begin = 0, size = 1;  // bytes of the text
    std::string message;
  };
  // On an error returns nothing and tells where and what.
  static std::optional<When> parse(std::string_view text, SyntaxError& error);
  // The same; the message begins with the column (code points, from 1).
  static Result<When> parse(std::string_view text);

  [[nodiscard]] bool eval(const Article& article) const;
  // What is known of the answer when one field is known to hold this string: true, false or, as a rule, nothing.
  [[nodiscard]] std::optional<bool> decide(std::string_view field, std::string_view value) const;
  // The fields it looks at, sorted, each once.
  [[nodiscard]] std::vector<std::string> fields() const;
  // The texts that a field is said to be, or not to be (==, !=, in), with that field, in the order of the text.
  struct Comparison {
    std::string field, text;
  };
  [[nodiscard]] std::vector<Comparison> comparisons() const;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  When(std::string text, std::shared_ptr<const when::Node> root)
      : text_(std::move(text)), root_(std::move(root)) {}
  std::string text_;
  std::shared_ptr<const when::Node> root_;  // shared by the copies
};

// The fields that the core and the bundled stages know, with dots. Others are taken too: plugins may write their own.
[[nodiscard]] const std::vector<std::string>& standard_fields();
// All that a standard field is ever set to, where that is a few words; empty where it can be anything.
[[nodiscard]] std::vector<std::string> values_of_field(std::string_view name);
// True for a standard field and for everything below labels., extra. and source.
[[nodiscard]] bool is_standard_field(std::string_view name);

}  // namespace copydesk::config
