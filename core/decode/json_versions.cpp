#include "decode/json_versions.h"

#include <optional>
#include <string>

#include "decode/sniff.h"

namespace copydesk::decode {
namespace {

// How a version's text is written, in the order in which we want it.
enum class Written { kPlain, kUnsaid, kHtml, kOther };

Written how_written(Element version) {
  const auto object = object_of(version);
  if (!object) return Written::kOther;
  for (const auto& field : *object) {
    if ((field.key != "contenttype" && field.key != "contentType") || nothing(field.value))
      continue;
    const std::string_view type = string_of(field.value);
    if (type.starts_with("text/plain")) return Written::kPlain;
    return type.find("html") != std::string_view::npos ? Written::kHtml : Written::kOther;
  }
  return Written::kUnsaid;
}

struct Version {
  std::size_t index;
  Element text;
  Written written;
};

// The one whose role is main, then plain text before HTML, then the first. Other languages of markup are for machines.
std::optional<Version> best_version(Array versions) {
  std::optional<Version> best;
  int best_rank = 0;
  std::size_t index = 0;
  for (Element version : versions) {
    const auto text = member(version, "value");
    const Written written = how_written(version);
    const int rank = (text_member(version, "role") == "main" ? 0 : 10) + static_cast<int>(written);
    const bool usable = text && !is_blank(string_of(*text)) && written != Written::kOther;
    if (usable && (!best || rank < best_rank)) {
      best = {index, *text, written};
      best_rank = rank;
    }
    ++index;
  }
  return best;
}

}  // namespace

Meant version_value(Element e) {
  const auto array = array_of(e);
  const auto best = array ? best_version(*array) : std::nullopt;
  if (!best) return {};
  return {.value = Value(string_of(best->text)),
          .rest = array->size() > 1 ? Rest::kOthers : Rest::kNothing,
          .html = best->written == Written::kHtml};
}

Value other_versions(Element e) {
  const auto array = array_of(e);
  const auto best = array ? best_version(*array) : std::nullopt;
  if (!best) return {};
  std::string out;
  std::size_t index = 0;
  for (Element version : *array)
    if (index++ != best->index) (out += out.empty() ? '[' : ',') += simdjson::minify(version);
  return Value(Value::Json{out + ']'});
}

}  // namespace copydesk::decode
