#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "article/article.h"

namespace copydesk {

inline constexpr std::string_view kArticleSchema = "copydesk/article/1";

// What spans of entities count of the named field: code points, bytes of UTF-8, or 16-bit units of UTF-16.
enum class OffsetUnit : std::uint8_t { code_points, bytes, utf16 };
[[nodiscard]] OffsetUnit offset_unit(std::string_view name);  // code points for every other name
[[nodiscard]] std::string_view offset_unit_name(OffsetUnit unit);

// The article as written: one JSON object without a newline, fields in the order of docs/article.md, absent ones left
// out. Dotted names nest once ("dedup.status" in "dedup"). Where spans are not in code points, `entity_offsets` before
// `entities` says so.
void write_json(const Article& article, std::string& out,
                OffsetUnit offsets = OffsetUnit::code_points);

// Any text as a JSON string with its quotes. The text must be UTF-8.
void write_json_string(std::string_view text, std::string& out);
void write_json_value(const Value& value, std::string& out);

}  // namespace copydesk
