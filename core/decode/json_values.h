#pragma once

#include <simdjson.h>

#include <optional>
#include <string_view>
#include <unordered_map>

#include "article/value.h"
#include "decode/json_keys.h"

namespace copydesk::decode {

// Values of one parsed JSON text as the fields of an article. Views live as long as the parser holds the text.
using Element = simdjson::dom::element;
using Object = simdjson::dom::object;
using Array = simdjson::dom::array;

// The nodes of linked data by "@id".
using Nodes = std::unordered_map<std::string_view, Element>;

struct Reading {
  bool own = false;  // an article as we write it: its lists and texts mean what they say
  const Nodes* nodes = nullptr;  // what {"@id": …} may point at; nullptr: nothing
};

// What of an element a value leaves out, so that it is kept in extra.
enum class Rest { kNothing, kWhole, kOthers };

struct Meant {
  Value value;  // none: the element is not of the kind that its key promises
  Rest rest = Rest::kNothing;
  bool html = false;
  bool day_only = false;
};

[[nodiscard]] std::string_view string_of(Element e);
[[nodiscard]] std::optional<Object> object_of(Element e);
[[nodiscard]] std::optional<Array> array_of(Element e);
[[nodiscard]] std::optional<Element> member(Element e, std::string_view key);

// The text of a member, without the space around it; empty when there is none.
[[nodiscard]] std::string_view text_member(Element e, std::string_view key);

// Null, a blank text, an empty object, or a list of nothing else.
[[nodiscard]] bool nothing(Element e);

// A value as it came; none for null.
[[nodiscard]] Value plain_value(Element e);

// What a known key's value becomes.
[[nodiscard]] Meant meant_value(Element e, const KnownKey& known, const Reading& reading);

}  // namespace copydesk::decode
