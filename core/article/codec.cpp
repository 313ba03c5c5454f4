#include "article/codec.h"

#include <bit>

namespace copydesk {
namespace {

constexpr std::uint64_t kVersion = 1;

enum Tag : std::uint8_t { kNone, kString, kInteger, kReal, kFalse, kTrue, kTime, kList, kJson };

void put_value(const Value& value, std::string& out) {
  if (const auto* s = value.string()) {
    out.push_back(kString);
    append_string(out, *s);
  } else if (const auto* i = value.integer()) {
    out.push_back(kInteger);
    append_u64(out, static_cast<std::uint64_t>(*i));
  } else if (const auto* d = value.real()) {
    out.push_back(kReal);
    append_u64(out, std::bit_cast<std::uint64_t>(*d));
  } else if (const auto* b = value.boolean()) {
    out.push_back(static_cast<char>(*b ? kTrue : kFalse));
  } else if (const auto* t = value.time()) {
    out.push_back(kTime);
    append_u64(out, static_cast<std::uint64_t>(t->nanos));
  } else if (const auto* j = value.json()) {
    out.push_back(kJson);
    append_string(out, j->text);
  } else if (const auto* l = value.list()) {
    out.push_back(kList);
    append_varint(out, l->size());
    for (const Value& item : *l) put_value(item, out);
  } else {
    out.push_back(kNone);
  }
}

struct Reader {
  ByteReader bytes;
  bool ok = true;

  std::string text() { return std::string(bytes.string()); }
  Nanos nanos() { return static_cast<Nanos>(bytes.u64()); }

  Value value(int depth) {
    switch (bytes.varint()) {
      case kNone: return {};
      case kString: return Value(text());
      case kInteger: return Value(static_cast<std::int64_t>(bytes.u64()));
      case kReal: return Value(std::bit_cast<double>(bytes.u64()));
      case kFalse: return Value(false);
      case kTrue: return Value(true);
      case kTime: return Value(Value::Time{nanos()});
      case kJson: return Value(Value::Json{text()});
      case kList: return list(depth);
      default: ok = false; return {};
    }
  }

  Value list(int depth) {
    Value::List items;
    const std::uint64_t count = bytes.varint();
    if (depth >= kMaxListDepth || count > bytes.rest().size()) {
      ok = false;
      return {};
    }
    for (std::uint64_t i = 0; i < count && ok && bytes.ok(); ++i) items.push_back(value(depth + 1));
    return Value(std::move(items));
  }
};

}  // namespace

void encode_article(const Article& a, std::string& out) {
  append_varint(out, kVersion);
  append_string(out, a.id);
  append_string(out, a.origin.source);
  append_string(out, a.origin.partition);
  append_u64(out, a.origin.position);
  append_string(out, a.origin.part);
  append_string(out, a.media_type);
  append_u64(out, static_cast<std::uint64_t>(a.received_at));
  append_u64(out, static_cast<std::uint64_t>(a.ingested_at));
  append_varint(out, a.fields().size());
  for (const Field& f : a.fields()) {
    append_string(out, f.name);
    put_value(f.value, out);
  }
  append_varint(out, a.annotations.size());
  for (const Annotation& n : a.annotations) {
    append_string(out, n.field);
    append_varint(out, n.begin);
    append_varint(out, n.end);
    for (const std::string* s : {&n.type, &n.kind, &n.name, &n.id}) append_string(out, *s);
    append_u64(out, std::bit_cast<std::uint64_t>(n.score));
  }
}

Result<Article> decode_article(std::string_view data) {
  Reader r{ByteReader(data)};
  Article a;
  const bool known = r.bytes.varint() == kVersion;
  a.id = r.text();
  a.origin.source = r.text();
  a.origin.partition = r.text();
  a.origin.position = r.bytes.u64();
  a.origin.part = r.text();
  a.media_type = r.text();
  a.received_at = r.nanos();
  a.ingested_at = r.nanos();
  const std::uint64_t fields = r.bytes.varint();
  for (std::uint64_t i = 0; i < fields && r.ok && r.bytes.ok(); ++i) {
    std::string name = r.text();
    a.set(name, r.value(0));
  }
  const std::uint64_t annotations = r.bytes.varint();
  for (std::uint64_t i = 0; i < annotations && r.bytes.ok(); ++i) {
    Annotation n;
    n.field = r.text();
    n.begin = r.bytes.varint();
    n.end = r.bytes.varint();
    for (std::string* s : {&n.type, &n.kind, &n.name, &n.id}) *s = r.text();
    n.score = std::bit_cast<double>(r.bytes.u64());
    a.annotations.push_back(std::move(n));
  }
  if (!known || !r.ok || !r.bytes.done())
    return fatal("corrupt", "a stored article cannot be read");
  return a;
}

}  // namespace copydesk
