#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "article/article.h"

namespace copydesk::decode {

// spare capacity that the JSON parser wants behind a text
inline constexpr std::size_t kPayloadPadding = 64;

// Raw bytes of one record as a source cut it.
struct RawRecord {
  Origin origin;        // its part is empty, or names the part of a record that is decoded again
  std::string payload;  // with kPayloadPadding spare it need not be copied once more
  // text, html, json; empty: told from the content. What is "text" and begins as a page or is an object, is that
  std::string format;
  // what the source knows: source.path, url, id …; refused.code when it had to refuse it
  std::vector<Field> fields;
  Nanos received_at = 0;
};

struct DecodeOptions {
  std::string format;  // overrides the record's; empty or "auto": as the record says
  // key of incoming JSON → our field; "a.b" is key b of the object a
  std::map<std::string, std::string> map;
  // of what does not say its own; a name of the WHATWG Encoding standard or of iconv
  std::string encoding;
  std::uint64_t max_article = 16 << 20;  // bytes of a record
  // whether articles get source.sha256, of the payload as it came
  bool sha256 = true;
};

// An article that cannot be made of its record: kept whole, so that it can be replayed after a fix. Codes: empty (no text),
// not_text (binary data), too_large, bad_json (the detail says where), not_object (JSON that is no object), too_many_keys, and what a source said.
struct Refused {
  Article article;  // what `record_of` needs to decode it again
  std::string code, detail;
};

struct Decoded {
  std::vector<Article> articles;  // in the record's order
  std::vector<Refused> refused;
  // ill-formed parts of the payload that became U+FFFD; also in the field quality.replaced_bytes
  std::size_t replaced = 0;
};

// Makes articles of a record: charset to UTF-8, JSON keys to fields, id and origin. An object is one article, an array one
// for each element (part 0, 1, …). Pure, any thread. docs/article.md says what becomes of which key.
[[nodiscard]] Decoded decode(RawRecord record, const DecodeOptions& options, Nanos batch_time);

// The record that a refused article was made of (its payload made UTF-8 where it was not).
[[nodiscard]] RawRecord record_of(const Article& refused);

// Whether decode can read this charset: for checking a configuration.
[[nodiscard]] bool known_encoding(const std::string& name);

}  // namespace copydesk::decode
