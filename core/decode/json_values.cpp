#include "decode/json_values.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/ascii.h"
#include "decode/dates.h"
#include "decode/json_versions.h"
#include "decode/language.h"
#include "decode/sniff.h"

namespace copydesk::decode {
namespace {

using enum Meaning;
using simdjson::dom::element_type;

constexpr std::size_t kMaxItems = 1000;  // of a list of names or words; longer ones stay in extra

bool is_web_url(std::string_view s) {
  return s.starts_with("http://") || s.starts_with("https://") || s.starts_with("HTTP");
}

// "urn:newsml:…", "tag:…": a scheme, a colon, no spaces.
bool is_other_uri(std::string_view s) {
  const std::size_t colon = s.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == s.size()) return false;
  const auto in_scheme = [](char c) {
    const char lower = static_cast<char>(c | 32);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
           c == '.';
  };
  return std::ranges::all_of(s.substr(0, colon), in_scheme) &&
         s.find_first_of(" \t\r\n") == std::string_view::npos && !is_web_url(s);
}

std::string_view trim(std::string_view s) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = s.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return s.substr(first, s.find_last_not_of(kSpace) - first + 1);
}

bool equal_but_for_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, ascii_lower, ascii_lower);
}

// A list of one, as an ItemLoader of Scrapy writes a value, is that one; blank ones beside it do not count.
Element only_item(Element e) {
  const auto array = array_of(e);
  if (!array) return e;
  std::optional<Element> only;
  for (Element item : *array) {
    if (nothing(item)) continue;
    if (only) return e;
    only = item;
  }
  return only.value_or(e);
}

// The node that {"@id": …} points at; anything else is itself.
Element resolved(Element e, const Reading& reading) {
  if (reading.nodes == nullptr || !e.is_object()) return e;
  const auto node = reading.nodes->find(text_member(e, "@id"));
  const bool bare = object_of(e)->size() == 1;
  return bare && node != reading.nodes->end() ? node->second : e;
}

// Whether an object tells anything but this member and its type.
bool says_more(Element e, std::string_view used) {
  const auto object = object_of(e);
  if (!object) return false;
  return std::any_of(object->begin(), object->end(), [&](const auto& field) {
    return field.key != used && field.key != "@type" && !nothing(field.value);
  });
}

Rest rest_of(Element e, std::string_view used) {
  return says_more(e, used) ? Rest::kWhole : Rest::kNothing;
}

Meant text_value(std::string_view text) {
  if (text.empty()) return {};
  return {.value = Value(text)};
}

Meant id_value(Element e) {
  if (e.is_string()) return {.value = Value(trim(string_of(e)))};
  if (e.is_int64() || e.is_uint64()) return {.value = Value(simdjson::minify(e))};
  return {};
}

Meant url_value(Element e, bool any) {
  const std::string_view url = trim(string_of(e));
  return any || is_web_url(url) ? text_value(url) : Meant();
}

Meant page_value(Element e) {
  if (e.is_string()) return url_value(e, false);
  for (std::string_view key : {"@id", "url"})
    if (const std::string_view url = text_member(e, key); is_web_url(url))
      return {.value = Value(url), .rest = rest_of(e, key)};
  return {};
}

void split_into(std::string_view text, char separator, Value::List& out) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (const std::string_view item = trim(text.substr(0, end)); !item.empty())
      out.emplace_back(item);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// The name of a text, of {"name": …}, or of the node that is meant; several for {"name": […]}. False when there is none.
bool add_names(Element e, const Reading& reading, Value::List& out, Rest& rest) {
  const std::size_t before = out.size();
  const Element node = resolved(e, reading);
  const auto named = node.is_object() ? member(node, "name") : std::optional<Element>(node);
  if (!named) return false;
  if (const auto several =
          named->is_array() && node.is_object() ? array_of(*named) : std::nullopt) {
    for (Element item : *several)
      if (const std::string_view name = trim(string_of(item)); !name.empty())
        out.emplace_back(name);
  } else if (const std::string_view name = trim(string_of(*named)); !name.empty()) {
    out.emplace_back(name);
  }
  const bool pointed = node.is_object() && object_of(e)->size() == 1 && !member(e, "name");
  if (!pointed && says_more(e, "name")) rest = Rest::kWhole;
  return out.size() > before;
}

Meant name_value(Element e, const Reading& reading) {
  Value::List names;
  Meant out;
  if (!add_names(e, reading, names, out.rest) || names.size() != 1) return {};
  out.value = std::move(names.front());
  return out;
}

// Names or words from a text with separators, a list, or one object; none when there is anything else among them.
Meant list_value(Element e, bool words, const Reading& reading) {
  Value::List list;
  Meant out;
  const Element one = reading.own ? e : only_item(e);
  if (one.is_string()) {
    const std::string_view text = string_of(one);
    split_into(text, words && text.find(';') == std::string_view::npos ? ',' : ';', list);
  } else if (const auto array = array_of(one)) {
    for (Element item : *array)
      if (!nothing(item) && !add_names(item, reading, list, out.rest)) return {};
  } else if (!add_names(one, reading, list, out.rest)) {
    return {};
  }
  if (list.empty() || list.size() > kMaxItems) return {};
  out.value = Value(std::move(list));
  return out;
}

// The first of several is the section; all of them stay in extra.
Meant section_value(Element e, const Reading& reading) {
  Value::List all;
  Meant out;
  if (e.is_string()) {
    if (reading.own || string_of(e).find(';') == std::string_view::npos)
      return text_value(string_of(e));
    split_into(string_of(e), ';', all);
  } else if (const auto array = array_of(e)) {
    for (Element item : *array)
      if (!nothing(item) && !add_names(item, reading, all, out.rest)) return {};
  } else if (!add_names(e, reading, all, out.rest)) {
    return {};
  }
  if (all.empty()) return {};
  if (all.size() > 1) out.rest = Rest::kWhole;
  out.value = std::move(all.front());
  return out;
}

// The primary subtag, so that `language == "en"` holds for British English too; what came stays in extra when it says more.
Meant language_value(Element e) {
  const std::string_view tag = e.is_object() ? text_member(e, "alternateName") : trim(string_of(e));
  std::string language = primary_language(tag);
  if (language.empty()) return {};
  const bool same = e.is_string() && equal_but_for_case(language, tag);
  return {.value = Value(std::move(language)), .rest = same ? Rest::kNothing : Rest::kWhole};
}

Meant image_of(Element e, const Reading& reading) {
  if (e.is_string()) return url_value(e, false);
  const Element node = resolved(e, reading);
  for (std::string_view key : {"url", "contentUrl"})
    if (const std::string_view url = text_member(node, key); is_web_url(url))
      return {.value = Value(url), .rest = rest_of(e, object_of(e)->size() == 1 ? "@id" : key)};
  return {};
}

// Of several the first.
Meant image_value(Element e, const Reading& reading) {
  const auto array = array_of(e);
  if (!array) return image_of(e, reading);
  for (Element item : *array)
    if (Meant out = image_of(item, reading); !out.value.none()) {
      out.rest = Rest::kWhole;
      return out;
    }
  return {};
}

Meant date_value(Element e) {
  std::optional<Date> date;
  double number = 0;
  if (e.is_string())
    date = read_date(string_of(e));
  else if (e.is_number() && e.get(number) == simdjson::SUCCESS)
    date = read_epoch(number);
  if (!date) return {};
  return {.value = Value(std::move(date->text)), .day_only = date->day_only};
}

// A text, or paragraphs.
Meant body_value(Element e, bool html) {
  std::string out;
  if (e.is_string()) out = string_of(e);
  if (const auto array = array_of(e))
    for (Element item : *array) {
      if (nothing(item)) continue;
      if (!item.is_string()) return {};
      if (!out.empty()) out += "\n\n";
      out += string_of(item);
    }
  if (is_blank(out)) return {};
  return {.value = Value(std::move(out)), .html = html};
}

}  // namespace

std::string_view string_of(Element e) {
  std::string_view text;
  return e.get(text) == simdjson::SUCCESS ? text : std::string_view();
}

std::optional<Object> object_of(Element e) {
  Object object;
  if (e.get(object) != simdjson::SUCCESS) return std::nullopt;
  return object;
}

std::optional<Array> array_of(Element e) {
  Array array;
  if (e.get(array) != simdjson::SUCCESS) return std::nullopt;
  return array;
}

std::optional<Element> member(Element e, std::string_view key) {
  const auto object = object_of(e);
  Element found;
  if (!object || object->at_key(key).get(found) != simdjson::SUCCESS) return std::nullopt;
  return found;
}

std::string_view text_member(Element e, std::string_view key) {
  const auto found = member(e, key);
  return found ? trim(string_of(only_item(*found))) : std::string_view();
}

bool nothing(Element e) {
  switch (e.type()) {
    case element_type::NULL_VALUE: return true;
    case element_type::STRING: return is_blank(string_of(e));
    case element_type::OBJECT: return object_of(e)->size() == 0;
    case element_type::ARRAY: {
      const Array array = *array_of(e);  // as deep as the parser allows
      return std::all_of(array.begin(), array.end(), [](Element item) { return nothing(item); });
    }
    default: return false;
  }
}

Value plain_value(Element e) {
  switch (e.type()) {
    case element_type::STRING: return Value(string_of(e));
    case element_type::INT64: return Value(std::int64_t(e));
    case element_type::DOUBLE: return Value(double(e));
    case element_type::BOOL: return Value(bool(e));
    case element_type::NULL_VALUE: return {};
    default: return Value(Value::Json{simdjson::minify(e)});
  }
}

Meant meant_value(Element e, const KnownKey& known, const Reading& reading) {
  switch (known.meaning) {
    case kNames: return list_value(e, false, reading);
    case kWords: return list_value(e, true, reading);
    case kSubjects: return e.is_array() ? list_value(e, true, reading) : Meant();
    case kImage: return image_value(only_item(e), reading);
    case kSection: return section_value(only_item(e), reading);
    case kVersions: return version_value(e);
    case kBody: return body_value(e, false);
    case kHtml: return body_value(e, true);
    default: break;
  }
  const Element one = only_item(e);
  switch (known.meaning) {
    case kId: return id_value(one);
    case kUri:
      return is_other_uri(trim(string_of(one))) ? text_value(trim(string_of(one))) : Meant();
    case kUrl: return url_value(one, known.rank <= 0);
    case kPage: return page_value(one);
    case kText: return text_value(string_of(one));
    case kLanguage: return language_value(one);
    case kName: return name_value(one, reading);
    case kDate: return date_value(one);
    default: return {};
  }
}

}  // namespace copydesk::decode
