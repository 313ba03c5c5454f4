#pragma once

#include <string>
#include <string_view>

#include "article/article.h"

namespace copydesk {

inline constexpr std::string_view kArticleSchema = "copydesk/article/1";

// The article as written: one JSON object without a newline, fields in the order of docs/article.md, absent ones left
// out. Dotted names nest once ("dedup.status" in "dedup"). Spans of entities are code points of the named field.
void write_json(const Article& article, std::string& out);

// Any text as a JSON string with its quotes. The text must be UTF-8.
void write_json_string(std::string_view text, std::string& out);
void write_json_value(const Value& value, std::string& out);

}  // namespace copydesk
