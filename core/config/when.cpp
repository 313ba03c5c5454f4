#include "config/when.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <compare>
#include <variant>

#include "base/ascii.h"
#include "base/utf8.h"
#include "config/when_node.h"

namespace copydesk::config {
namespace when {
namespace {

struct FieldType {
  std::string_view name;
  Type type;
};

constexpr std::array<FieldType, 46> kFields{{{"id", Type::text},
                                             {"url", Type::text},
                                             {"canonical_url", Type::text},
                                             {"domain", Type::text},
                                             {"site_name", Type::text},
                                             {"title", Type::text},
                                             {"subtitle", Type::text},
                                             {"description", Type::text},
                                             {"authors", Type::list},
                                             {"byline", Type::text},
                                             {"dateline", Type::text},
                                             {"section", Type::text},
                                             {"keywords", Type::list},
                                             {"image_url", Type::text},
                                             {"published_at", Type::time},
                                             {"published_precision", Type::text},
                                             {"modified_at", Type::time},
                                             {"fetched_at", Type::time},
                                             {"ingested_at", Type::time},
                                             {"language", Type::text},
                                             {"media_type", Type::text},
                                             {"body", Type::text},
                                             {"entities", Type::list},
                                             {"entities.per", Type::list},
                                             {"entities.org", Type::list},
                                             {"entities.loc", Type::list},
                                             {"entities.misc", Type::list},
                                             {"dedup.status", Type::text},
                                             {"dedup.of", Type::text},
                                             {"dedup.group", Type::text},
                                             {"dedup.similarity", Type::number},
                                             {"dedup.relation", Type::text},
                                             {"quality.words", Type::number},
                                             {"quality.removed_blocks", Type::number},
                                             {"quality.confidence", Type::number},
                                             {"quality.warnings", Type::list},
                                             {"source.component", Type::text},
                                             {"source.id", Type::text},
                                             {"source.path", Type::text},
                                             {"source.topic", Type::text},
                                             {"source.offset", Type::number},
                                             {"source.part", Type::text},
                                             {"source.sha256", Type::text},
                                             {"source.received_at", Type::time},
                                             {"source.partition", Type::any},
                                             {"license", Type::text}}};

constexpr std::string_view kOfType = "entities.";  // and a type in lower case

// Those of one type, or all when it is empty.
struct Entities {
  const Article* article;
  std::string_view type;

  [[nodiscard]] bool has(const Annotation& a) const {
    const auto same = [](char lower, char c) { return lower == ascii_lower(c); };
    return type.empty() || std::ranges::equal(type, a.type, same);
  }
  // By name or id; what nobody listed has neither and goes by its text.
  [[nodiscard]] bool contains(std::string_view wanted) const {
    return !wanted.empty() && std::ranges::any_of(article->annotations, [&](const Annotation& a) {
      if (!has(a)) return false;
      if (a.name == wanted || a.id == wanted) return true;
      const std::string_view text = article->text(a.field);
      return a.name.empty() && a.end <= text.size() &&
             text.substr(a.begin, a.end - a.begin) == wanted;
    });
  }
};
struct List {
  const Value::List* values = nullptr;
  const std::vector<Literal>* literals = nullptr;
};
struct Instant {
  Interval at;
};

// What an operand is for one article. A view: the article and the expression own everything.
using View = std::variant<std::monostate, std::string_view, std::int64_t, double, bool, Instant,
                          List, Entities>;

View time_view(Nanos at) { return at == 0 ? View() : View(Instant{{at, at + 1}}); }
View text_view(std::string_view text) { return text.empty() ? View() : View(text); }

// Plain JSON values as what they are; texts with escapes, arrays and objects have no view.
View json_view(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  if (text.size() >= 2 && text.starts_with('"') && text.find('\\') == std::string_view::npos)
    return text.substr(1, text.size() - 2);
  std::int64_t whole = 0;
  double real = 0;
  const char* end = text.data() + text.size();
  if (std::from_chars(text.data(), end, whole).ptr == end && !text.empty()) return whole;
  if (std::from_chars(text.data(), end, real).ptr == end && !text.empty()) return real;
  return {};
}

View value_view(const Value& value) {
  if (const auto* s = value.string()) return std::string_view(*s);
  if (const auto* i = value.integer()) return *i;
  if (const auto* d = value.real()) return *d;
  if (const auto* b = value.boolean()) return *b;
  if (const auto* t = value.time()) return Instant{{t->nanos, t->nanos + 1}};
  if (const auto* l = value.list()) return List{l, nullptr};
  if (const auto* j = value.json()) return json_view(j->text);
  return {};
}

View literal_view(const Literal& literal) {
  switch (literal.type) {
    case Type::number: return literal.whole ? View(literal.integer) : View(literal.real);
    case Type::boolean: return literal.yes;
    case Type::list: return List{nullptr, &literal.items};
    default: return std::string_view(literal.text);
  }
}

View field_view(const Article& article, std::string_view name) {
  if (name == "id") return text_view(article.id);
  if (name == "media_type") return text_view(article.media_type);
  if (name == "ingested_at") return time_view(article.ingested_at);
  if (name == "source.received_at") return time_view(article.received_at);
  if (name == "source.component") return text_view(article.origin.source);
  if (name == "source.part") return text_view(article.origin.part);
  if (name == "entities" || name.starts_with(kOfType)) {
    const Entities found{&article, name == "entities" ? "" : name.substr(kOfType.size())};
    const bool any =
        std::ranges::any_of(article.annotations, [&](const Annotation& a) { return found.has(a); });
    return any ? View(found) : View();
  }
  const Value* value = article.find(name);
  return value == nullptr ? View() : value_view(*value);
}

View view(const Operand& operand, const Article& article) {
  return operand.is_field() ? field_view(article, operand.field) : literal_view(operand.literal);
}

// A date stands for all of its day: a time in it is neither before nor after it.
std::strong_ordering order(const Interval& a, const Interval& b) {
  if (a.to <= b.from) return std::strong_ordering::less;
  return a.from >= b.to ? std::strong_ordering::greater : std::strong_ordering::equal;
}

std::partial_ordering order_numbers(const View& a, const View& b) {
  const auto* ia = std::get_if<std::int64_t>(&a);
  const auto* ib = std::get_if<std::int64_t>(&b);
  if (ia != nullptr && ib != nullptr) return *ia <=> *ib;
  const long double x = ia != nullptr ? static_cast<long double>(*ia) : std::get<double>(a);
  const long double y = ib != nullptr ? static_cast<long double>(*ib) : std::get<double>(b);
  return x <=> y;
}

bool is_number(const View& v) {
  return std::holds_alternative<std::int64_t>(v) || std::holds_alternative<double>(v);
}

// Unordered when the two are not of one kind. `literal` is what a text is when it is compared with a time.
std::partial_ordering order(const View& a, const View& b, const Literal* literal_a,
                            const Literal* literal_b) {
  if (is_number(a) && is_number(b)) return order_numbers(a, b);
  if (a.index() == b.index()) {
    if (const auto* x = std::get_if<std::string_view>(&a))
      return *x <=> std::get<std::string_view>(b);
    if (const auto* x = std::get_if<bool>(&a)) return *x <=> std::get<bool>(b);
    if (const auto* x = std::get_if<Instant>(&a)) return order(x->at, std::get<Instant>(b).at);
    return std::partial_ordering::unordered;
  }
  if (const auto* x = std::get_if<Instant>(&a);
      x != nullptr && literal_b != nullptr && literal_b->time)
    return order(x->at, *literal_b->time);
  if (const auto* y = std::get_if<Instant>(&b);
      y != nullptr && literal_a != nullptr && literal_a->time)
    return order(*literal_a->time, y->at);
  return std::partial_ordering::unordered;
}

const Literal* literal_of(const Operand& operand) {
  return operand.is_field() ? nullptr : &operand.literal;
}

bool holds(const View& list, const View& item, const Literal* literal) {
  if (const auto* entities = std::get_if<Entities>(&list)) {
    const auto* name = std::get_if<std::string_view>(&item);
    return name != nullptr && entities->contains(*name);
  }
  const auto* l = std::get_if<List>(&list);
  if (l == nullptr || std::holds_alternative<std::monostate>(item)) return false;
  const auto same = [&](const View& other, const Literal* other_literal) {
    return order(item, other, literal, other_literal) == 0;
  };
  if (l->values != nullptr)
    return std::ranges::any_of(*l->values,
                               [&](const Value& v) { return same(value_view(v), nullptr); });
  return std::ranges::any_of(*l->literals,
                             [&](const Literal& v) { return same(literal_view(v), &v); });
}

bool compare(Op op, const View& a, const View& b, const Node& node) {
  const std::partial_ordering o = order(a, b, literal_of(node.left), literal_of(node.right));
  if (o == std::partial_ordering::unordered) return false;
  if (op == Op::equal) return o == 0;
  if (op == Op::unequal) return o != 0;
  if (std::holds_alternative<bool>(a)) return false;
  return op == Op::less         ? o < 0
         : op == Op::less_equal ? o <= 0
         : op == Op::greater    ? o > 0
                                : o >= 0;
}

bool eval_text(const Node& node, std::string_view text, const View& right) {
  if (node.op == Op::matches)
    return node.pattern->Match(re2::StringPiece(text.data(), text.size()), 0, text.size(),
                               re2::RE2::UNANCHORED, nullptr, 0);
  const auto* part = std::get_if<std::string_view>(&right);
  if (part == nullptr) return false;
  if (node.op == Op::starts_with) return text.starts_with(*part);
  if (node.op == Op::ends_with) return text.ends_with(*part);
  return text.find(*part) != std::string_view::npos;
}

bool eval_leaf(const Node& node, const Article& article) {
  if (node.op == Op::constant) return node.value;
  if (node.op == Op::exists) {
    const Value* value = article.find(node.left.field);
    return (value != nullptr && !value->none()) ||
           !std::holds_alternative<std::monostate>(field_view(article, node.left.field));
  }
  const View left = view(node.left, article), right = view(node.right, article);
  if (node.op == Op::in) return holds(right, left, literal_of(node.left));
  const auto* text = std::get_if<std::string_view>(&left);
  if (node.op == Op::contains && text == nullptr) return holds(left, right, literal_of(node.right));
  if (node.op >= Op::contains) return text != nullptr && eval_text(node, *text, right);
  return compare(node.op, left, right, node);
}

// Depth is bounded by the parser.
bool eval_node(const Node& node, const Article& article) {
  const auto child = [&](const Node& c) { return eval_node(c, article); };
  switch (node.op) {
    case Op::all: return std::ranges::all_of(node.children, child);
    case Op::any: return std::ranges::any_of(node.children, child);
    case Op::negate: return !eval_node(node.children.front(), article);
    default: return eval_leaf(node, article);
  }
}

std::optional<bool> decide_node(const Node& node, std::string_view field, const Article& known) {
  if (node.op == Op::negate) {
    const auto inner = decide_node(node.children.front(), field, known);
    return inner ? std::optional(!*inner) : std::nullopt;
  }
  if (node.op == Op::all || node.op == Op::any) {
    const bool decisive = node.op == Op::any;
    bool open = false;
    for (const Node& c : node.children) {
      const auto answer = decide_node(c, field, known);
      if (answer == decisive) return decisive;
      open = open || !answer;
    }
    return open ? std::nullopt : std::optional(!decisive);
  }
  const auto other = [&](const Operand& o) { return o.is_field() && o.field != field; };
  if (other(node.left) || other(node.right)) return std::nullopt;
  return eval_leaf(node, known);
}

void collect(const Node& node, std::vector<std::string>& out) {
  for (const Node& c : node.children) collect(c, out);
  if (node.left.is_field()) out.push_back(node.left.field);
  if (node.right.is_field()) out.push_back(node.right.field);
}

void collect_comparisons(const Node& node, std::vector<When::Comparison>& out) {
  for (const Node& c : node.children) collect_comparisons(c, out);
  if (node.op != Op::equal && node.op != Op::unequal && node.op != Op::in) return;
  const bool left = node.left.is_field();
  if (left == node.right.is_field()) return;
  const std::string& field = left ? node.left.field : node.right.field;
  const Literal& literal = left ? node.right.literal : node.left.literal;
  if (literal.type == Type::text) out.push_back({field, literal.text});
  for (const Literal& item : literal.items)
    if (item.type == Type::text) out.push_back({field, item.text});
}

}  // namespace

Type field_type(std::string_view name) {
  const auto it = std::ranges::find(kFields, name, &FieldType::name);
  if (it != kFields.end()) return it->type;
  return name.starts_with(kOfType) ? Type::list : Type::any;
}

std::string_view type_phrase(Type type) {
  switch (type) {
    case Type::text: return "a text";
    case Type::number: return "a number";
    case Type::boolean: return "true or false";
    case Type::time: return "a time";
    case Type::list: return "a list";
    case Type::any: return "anything";
  }
  return "anything";
}

}  // namespace when

Result<When> When::parse(std::string_view text) {
  SyntaxError error;
  if (auto parsed = parse(text, error)) return *std::move(parsed);
  const std::size_t column = code_points(text.substr(0, std::min(error.begin, text.size()))) + 1;
  return config_error("column " + std::to_string(column) + ": " + error.message);
}

bool When::eval(const Article& article) const { return when::eval_node(*root_, article); }

std::optional<bool> When::decide(std::string_view field, std::string_view value) const {
  Article known;
  if (field == "media_type")
    known.media_type = value;
  else
    known.set(field, Value(value));
  return when::decide_node(*root_, field, known);
}

std::vector<std::string> When::fields() const {
  std::vector<std::string> out;
  when::collect(*root_, out);
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<When::Comparison> When::comparisons() const {
  std::vector<Comparison> out;
  when::collect_comparisons(*root_, out);
  return out;
}

std::vector<std::string> values_of_field(std::string_view name) {
  if (name == "dedup.status") return {"unique", "exact", "near"};
  if (name == "dedup.relation") return {"copy", "excerpt", "expanded", "updated", "edited"};
  if (name == "published_precision") return {"day", "second"};
  return {};
}

const std::vector<std::string>& standard_fields() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names;
    names.reserve(std::size(when::kFields));
    for (const when::FieldType& field : when::kFields) names.emplace_back(field.name);
    return names;
  }();
  return kNames;
}

bool is_standard_field(std::string_view name) {
  return name.starts_with("labels.") || name.starts_with("extra.") || name.starts_with("source.") ||
         std::ranges::count(when::kFields, name, &when::FieldType::name) > 0;
}

}  // namespace copydesk::config
