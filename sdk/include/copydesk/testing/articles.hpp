// Owned articles and batches for tests, and a simple JSON form of an article.
#pragma once
#include <copydesk/testing/values.hpp>

#include <cmath>
#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <ostream>
#include <span>
#include <utility>

namespace copydesk::testing {

struct Annotation {
  std::string field = "body";
  std::uint64_t begin = 0, end = 0;  // bytes of the field's text
  std::string type, kind, name, id;
  double score = 1;
  bool operator==(const Annotation&) const = default;
};

struct Rejection {
  std::string code, detail;
  bool operator==(const Rejection&) const = default;
};

// An article that owns everything and can be built in one expression:
//   article("a1").title("Hello").body("World").with("url", "https://example.org/1").html()
// After a harness ran, the members below tell what became of it.
class OwnedArticle {
 public:
  std::string id, origin, media_type = "text/plain";
  std::vector<Field> fields;
  std::vector<Annotation> annotations;
  std::optional<std::string> dropped;  // the reason
  std::optional<Rejection> rejected;
  std::vector<OwnedArticle> children;  // of a split

  OwnedArticle() = default;
  explicit OwnedArticle(std::string id_) : id(std::move(id_)), origin("test/" + id) {}

  OwnedArticle& title(std::string text) & { return with("title", std::move(text)); }
  OwnedArticle&& title(std::string text) && { return std::move(with("title", std::move(text))); }
  OwnedArticle& body(std::string text) & { return with("body", std::move(text)); }
  OwnedArticle&& body(std::string text) && { return std::move(with("body", std::move(text))); }
  OwnedArticle&& html() && {
    media_type = "text/html";
    return std::move(*this);
  }
  OwnedArticle&& from(std::string origin_) && {
    origin = std::move(origin_);
    return std::move(*this);
  }
  OwnedArticle&& annotated(Annotation a) && {
    annotations.push_back(std::move(a));
    return std::move(*this);
  }
  OwnedArticle& with(std::string_view name, Value value) & {
    put(name, std::move(value));
    return *this;
  }
  OwnedArticle&& with(std::string_view name, Value value) && {
    put(name, std::move(value));
    return std::move(*this);
  }

  // Goes on: neither dropped, rejected nor split.
  [[nodiscard]] bool alive() const noexcept { return !dropped && !rejected && children.empty(); }
  [[nodiscard]] const Value* find(std::string_view name) const noexcept {
    for (const Field& f : fields)
      if (f.name == name) return &f.value;
    return nullptr;
  }
  [[nodiscard]] bool has(std::string_view name) const noexcept { return find(name) != nullptr; }
  [[nodiscard]] std::string text(std::string_view name) const {
    const Value* v = find(name);
    return v ? v->text : std::string();
  }
  [[nodiscard]] std::string title() const { return text("title"); }
  [[nodiscard]] std::string body() const { return text("body"); }
  [[nodiscard]] std::int64_t integer(std::string_view name) const {
    const Value* v = find(name);
    return v ? v->integer : 0;
  }
  [[nodiscard]] double real(std::string_view name) const {
    const Value* v = find(name);
    return v && v->type == CD_VALUE_REAL ? v->real : 0;
  }
  [[nodiscard]] std::vector<std::string> strings(std::string_view name) const {
    std::vector<std::string> out;
    if (const Value* v = find(name))
      for (const Value& item : v->items) out.push_back(item.text);
    return out;
  }
  void put(std::string_view name, Value value) {
    for (Field& f : fields)
      if (f.name == name) {
        f.value = std::move(value);
        return;
      }
    fields.push_back({std::string(name), std::move(value)});
  }
  void remove(std::string_view name) {
    std::erase_if(fields, [&](const Field& f) { return f.name == name; });
  }
};

inline OwnedArticle article(std::string id) { return OwnedArticle(std::move(id)); }

// A cd_batch of owned articles; the views live as long as the batch.
class OwnedBatch {
 public:
  explicit OwnedBatch(std::vector<OwnedArticle> articles) : articles_(std::move(articles)) {
    for (const OwnedArticle& a : articles_) add(a);
    for (const auto& v : views_) pointers_.push_back(&v->article);
    batch_ = {sizeof(cd_batch), static_cast<std::uint32_t>(pointers_.size()), pointers_.data()};
  }
  OwnedBatch(const OwnedBatch&) = delete;
  OwnedBatch& operator=(const OwnedBatch&) = delete;
  [[nodiscard]] const cd_batch& raw() const noexcept { return batch_; }
  [[nodiscard]] Batch batch() const noexcept { return Batch(batch_); }
  [[nodiscard]] const std::vector<OwnedArticle>& articles() const noexcept { return articles_; }

 private:
  struct View {
    std::vector<cd_field> fields;
    std::vector<cd_annotation> annotations;
    std::vector<const cd_annotation*> pointers;
    cd_article article{};
  };
  void add(const OwnedArticle& a) {
    auto v = std::make_unique<View>();
    v->fields = arena_.views_of(a.fields);
    for (const Annotation& n : a.annotations)
      v->annotations.push_back({sizeof(cd_annotation),
                                0,
                                to_c(n.field),
                                {n.begin, n.end},
                                to_c(n.type),
                                to_c(n.kind),
                                to_c(n.name),
                                to_c(n.id),
                                n.score});
    for (const cd_annotation& n : v->annotations) v->pointers.push_back(&n);
    v->article = {sizeof(cd_article),
                  static_cast<std::uint32_t>(v->fields.size()),
                  static_cast<std::uint32_t>(v->pointers.size()),
                  0,
                  to_c(a.id),
                  to_c(a.origin),
                  to_c(a.media_type),
                  v->fields.data(),
                  v->pointers.data(),
                  nullptr};
    views_.push_back(std::move(v));
  }
  std::vector<OwnedArticle> articles_;
  Arena arena_;
  std::vector<std::unique_ptr<View>> views_;
  std::vector<const cd_article*> pointers_;
  cd_batch batch_{};
};

// ---- JSON ---------------------------------------------------------------------------------------------------------
namespace detail {

inline void json_string(std::string& out, std::string_view s) {
  out += '"';
  for (const char c : s) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          char buffer[8];
          std::snprintf(buffer, sizeof buffer, "\\u%04x", static_cast<unsigned>(c));
          out += buffer;
        } else {
          out += c;
        }
    }
  }
  out += '"';
}
inline void json_real(std::string& out, double d) {
  char buffer[32];
  const auto [end, error] =
      std::to_chars(buffer, buffer + sizeof buffer, std::isfinite(d) ? d : 0.0);
  out.append(buffer, error == std::errc() ? end : buffer);
}
inline void json_time(std::string& out, std::int64_t ns) {  // RFC 3339, whole seconds
  const std::time_t seconds =
      static_cast<std::time_t>(ns / 1'000'000'000 - (ns % 1'000'000'000 < 0 ? 1 : 0));
  std::tm tm{};
  gmtime_r(&seconds, &tm);
  char buffer[40];
  std::strftime(buffer, sizeof buffer, "\"%Y-%m-%dT%H:%M:%SZ\"", &tm);
  out += buffer;
}
inline void json_value_of(std::string& out, const cd_value& v) {
  switch (v.type) {
    case CD_VALUE_STRING: json_string(out, view(v.as.string)); break;
    case CD_VALUE_JSON: out += view(v.as.string); break;
    case CD_VALUE_INT: out += std::to_string(v.as.integer); break;
    case CD_VALUE_BOOL: out += v.as.integer ? "true" : "false"; break;
    case CD_VALUE_TIME: json_time(out, v.as.integer); break;
    case CD_VALUE_REAL: json_real(out, v.as.real); break;
    case CD_VALUE_LIST:
      out += '[';
      for (std::uint32_t i = 0; i < v.count; ++i) {
        if (i) out += ',';
        json_value_of(out, v.as.list[i]);
      }
      out += ']';
      break;
    default: out += "null";
  }
}
// Dotted names become nested objects, in the order of first appearance. The functions are behind Child: in the class clang
// would need to know it already.
struct JsonNode {
  struct Child;
  const cd_value* value = nullptr;
  std::vector<Child> children;
  JsonNode& at(std::string_view name);
  void add(std::string_view name, const cd_value& v);
  void write_members(std::string& out) const;
};
struct JsonNode::Child {
  std::string_view name;
  JsonNode node;
};
inline JsonNode& JsonNode::at(std::string_view name) {
  for (Child& child : children)
    if (child.name == name) return child.node;
  return children.emplace_back(Child{name, {}}).node;
}
inline void JsonNode::add(std::string_view name, const cd_value& v) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos)
    at(name).value = &v;
  else
    at(name.substr(0, dot)).add(name.substr(dot + 1), v);
}
inline void JsonNode::write_members(std::string& out) const {
  for (const auto& [key, node] : children) {
    if (out.back() != '{') out += ',';
    json_string(out, key);
    out += ':';
    if (node.children.empty()) {
      json_value_of(out, *node.value);
      continue;
    }
    out += '{';
    node.write_members(out);
    out += '}';
  }
}
inline std::size_t code_points(std::string_view s) {
  return static_cast<std::size_t>(
      std::count_if(s.begin(), s.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}
inline void json_entities(std::string& out, const Article& a) {
  out += ",\"entities\":[";
  for (const cd_annotation* n : a.annotations()) {
    const std::string_view text = a.text(view(n->field));
    const std::size_t begin = std::min<std::size_t>(n->span.begin, text.size());
    const std::size_t end = std::clamp<std::size_t>(n->span.end, begin, text.size());
    if (out.back() != '[') out += ',';
    out += "{\"text\":";
    json_string(out, text.substr(begin, end - begin));
    const std::pair<const char*, cd_string> words[] = {{"type", n->type},
                                                       {"kind", n->kind},
                                                       {"field", n->field},
                                                       {"name", n->name},
                                                       {"id", n->id}};
    for (const auto& [key, word] : words) {
      if (word.size == 0) continue;
      out.append(",\"").append(key).append("\":");
      json_string(out, view(word));
    }
    out += ",\"start\":" + std::to_string(code_points(text.substr(0, begin)));
    out += ",\"end\":" + std::to_string(code_points(text.substr(0, end))) + ",\"score\":";
    json_real(out, n->score);
    out += '}';
  }
  out += ']';
}

}  // namespace detail

// One line without newline: id, the fields in their order, entities. Simpler than what the daemon writes.
inline std::string to_json(const cd_article& article) {
  const Article a(article, 0);
  detail::JsonNode root;
  for (const cd_field& f : a.fields()) root.add(view(f.name), f.value);
  std::string out = "{\"id\":";
  detail::json_string(out, a.id());
  root.write_members(out);
  if (!a.annotations().empty()) detail::json_entities(out, a);
  return out + '}';
}
inline std::string to_json(const OwnedArticle& a) {
  return to_json(*OwnedBatch({a}).raw().articles[0]);
}
inline std::string to_json(const Value& v) {
  Arena arena;
  std::string out;
  detail::json_value_of(out, arena.view_of(v));
  return out;
}

inline std::ostream& operator<<(std::ostream& out, const Value& v) { return out << to_json(v); }
inline std::ostream& operator<<(std::ostream& out, const OwnedArticle& a) {
  return out << to_json(a);
}
inline std::ostream& operator<<(std::ostream& out, const Rejection& r) {
  return out << r.code << ": " << r.detail;
}
inline std::ostream& operator<<(std::ostream& out, const Annotation& n) {
  return out << n.field << '[' << n.begin << ',' << n.end << ") " << n.type << ' ' << n.kind << ' '
             << n.name << ' ' << n.id;
}

}  // namespace copydesk::testing
