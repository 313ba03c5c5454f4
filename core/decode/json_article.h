#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "article/article.h"

namespace copydesk::decode {

inline constexpr std::size_t kMaxJsonKeys = 1000;  // of one article's object

// What one JSON object says. With a code it is refused, and `body` is its JSON text.
struct JsonArticle {
  std::vector<Field> fields;  // without the body
  std::string body;
  bool html = false;
  std::string id;  // its own; empty when it has none
  std::string code, detail;
};

struct JsonRecord {
  std::vector<JsonArticle> articles;
  bool array = false;        // it was an array: the articles are parts
  std::string code, detail;  // the record as a whole cannot be read; then there are no articles
};

// Reads a record of well-formed UTF-8. `map` leads keys to our fields, before what we know of them. `replaced` is increased
// for escapes that are no characters. The text's capacity may grow.
[[nodiscard]] JsonRecord read_json(std::string& text, const std::map<std::string, std::string>& map,
                                   std::size_t& replaced);

}  // namespace copydesk::decode
