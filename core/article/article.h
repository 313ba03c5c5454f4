#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "article/value.h"

namespace copydesk {

// Where exactly an article came from. Set once, kept through dead letter and replay; the same origin is the same article.
struct Origin {
  std::string source;          // the source's name in the configuration
  std::string partition;       // what the position counts in: a file's identity, topic/partition
  std::uint64_t position = 0;  // byte offset, Kafka offset
  std::string part;  // index in a record that held several, then of a split: "", "3", "3/0"

  // One comparable key; unambiguous for any bytes in its parts.
  [[nodiscard]] std::string key() const;
  void append_key(std::string& out) const;
  // bytes: two lengths and the position beside the texts
  [[nodiscard]] std::size_t key_bound() const {
    return source.size() + partition.size() + part.size() + 28;
  }
  bool operator==(const Origin&) const = default;
};

// A name found in a text field. The span is in bytes of that field.
struct Annotation {
  std::string field;
  std::uint64_t begin = 0, end = 0;
  std::string type, kind, name, id;
  double score = 1.0;
  bool operator==(const Annotation&) const = default;
};

struct Field {
  std::string name;  // dotted where the written form nests: "dedup.status"
  Value value;
};

// One document on its way. Fields keep the order in which they were first set; names are unique.
class Article {
 public:
  std::string id;
  Origin origin;
  std::string media_type;  // text/html or text/plain
  Nanos received_at = 0;   // when the source got it
  Nanos ingested_at = 0;   // the time of its batch
  std::vector<Annotation> annotations;

  [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }
  [[nodiscard]] const Value* find(std::string_view name) const;
  [[nodiscard]] Value* find(std::string_view name);
  // A string field's text; empty when the field is absent or holds something else.
  [[nodiscard]] std::string_view text(std::string_view name) const;
  void set(std::string_view name, Value value);
  // Sets them all, in their order; of two with one name the last counts.
  void take(std::vector<Field> fields);
  // Sets them all. Names are unique among them.
  void set_all(std::vector<Field> fields);
  void unset(std::string_view name);
  // Gives back text and annotations; id and origin stay. For an article that is delivered and waits for its commit.
  void release();
  // Bytes of memory it holds, roughly: what the budget is charged.
  [[nodiscard]] std::size_t memory() const;

 private:
  std::vector<Field> fields_;
};

// Fields that the core owns; no stage may write them.
[[nodiscard]] bool is_core_field(std::string_view name);

}  // namespace copydesk
