#pragma once

#include <copydesk/plugin.h>

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "article/article.h"
#include "base/result.h"

namespace copydesk::host {

inline cd_string to_c(std::string_view s) { return {s.data(), s.size()}; }
inline cd_bytes to_bytes(std::string_view s) {
  return {reinterpret_cast<const std::uint8_t*>(s.data() == nullptr ? "" : s.data()), s.size()};
}
inline std::string_view view(cd_string s) {
  return s.data == nullptr ? std::string_view() : std::string_view(s.data, s.size);
}
inline std::string_view view(cd_bytes b) {
  return b.data == nullptr ? std::string_view()
                           : std::string_view(reinterpret_cast<const char*>(b.data), b.size);
}

// A plugin's text for a reason, a log line or a status: UTF-8, at most 4 KiB.
[[nodiscard]] std::string bounded_text(std::string_view text, std::size_t most = 4096);
// A reason or code: at most 64 bytes, in one line; `absent` in place of an empty one.
[[nodiscard]] std::string word(std::string_view text, std::string_view absent = {});

// Values as the boundary shows them. The list arrays live in the view; text is borrowed from the values.
class ValueViews {
 public:
  cd_value of(const Value& value);

 private:
  std::deque<std::vector<cd_value>> lists_;
};

// A copy of what a plugin handed over. nullopt: nested too deep, a pointer without its data, or
// JSON that is none. Line ends between the parts of JSON become blanks: an article is one line.
[[nodiscard]] std::optional<Value> value_of(const cd_value& value);

// The read-only view of some articles that a step or a sink is given. Borrows from the articles.
class BatchView {
 public:
  explicit BatchView(std::span<const Article* const> articles);
  BatchView(const BatchView&) = delete;
  BatchView& operator=(const BatchView&) = delete;
  [[nodiscard]] const cd_batch* get() const { return &batch_; }

 private:
  ValueViews values_;
  std::string origins_;  // one after the other
  std::vector<cd_field> fields_;
  std::vector<cd_annotation> annotations_;
  std::vector<const cd_annotation*> annotation_pointers_;
  std::vector<cd_article> articles_;
  std::vector<const cd_article*> pointers_;
  cd_batch batch_{};
};

}  // namespace copydesk::host
