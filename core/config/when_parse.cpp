#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/ascii.h"
#include "base/utf8.h"
#include "config/suggest.h"
#include "config/when.h"
#include "config/when_node.h"

namespace copydesk::config {
namespace when {
namespace {

enum class TokenKind { end, word, text, number, symbol };

struct Token {
  TokenKind kind = TokenKind::end;
  std::size_t begin = 0, size = 0;
  std::string text;  // a word or symbol as written, a text without quotes and escapes
  [[nodiscard]] bool is(std::string_view s) const {
    return (kind == TokenKind::word || kind == TokenKind::symbol) && text == s;
  }
};

bool is_letter(char c) { return is_ascii_letter(c) || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

const std::vector<std::pair<std::string, Op>>& operators() {
  static const std::vector<std::pair<std::string, Op>> kOperators{{"==", Op::equal},
                                                                  {"!=", Op::unequal},
                                                                  {"<", Op::less},
                                                                  {"<=", Op::less_equal},
                                                                  {">", Op::greater},
                                                                  {">=", Op::greater_equal},
                                                                  {"in", Op::in},
                                                                  {"contains", Op::contains},
                                                                  {"starts_with", Op::starts_with},
                                                                  {"ends_with", Op::ends_with},
                                                                  {"matches", Op::matches}};
  return kOperators;
}

std::vector<std::string> operator_words() {
  std::vector<std::string> words;
  for (const auto& [word, op] : operators()) words.push_back(word);
  return words;
}

bool is_keyword(std::string_view word) {
  constexpr std::string_view kWords[] = {"and",       "or",          "not",       "exists",
                                         "otherwise", "true",        "false",     "in",
                                         "contains",  "starts_with", "ends_with", "matches"};
  return std::ranges::count(kWords, word) > 0;
}

// Recursive descent. The first error is kept in `error_`; after it everything returns at once with some node.
class Parser {
 public:
  Parser(std::string_view text, When::SyntaxError& error) : text_(text), error_(error) {}

  std::optional<Node> parse() {
    if (text_.size() > When::kMaxText)
      return fail(0, 1, "an expression of more than 64 KiB"), std::nullopt;
    if (!is_utf8(text_))
      return fail(valid_utf8_prefix(text_), 1, "this is not UTF-8"), std::nullopt;
    next();
    Node node = parse_or(0);
    if (!failed_ && token_.kind != TokenKind::end)
      fail_at_token("'and' or 'or' is missing before " + shown(written()));
    return failed_ ? std::nullopt : std::optional(std::move(node));
  }

 private:
  void fail(std::size_t begin, std::size_t size, std::string message) {
    if (failed_) return;
    failed_ = true;
    error_ = {begin, std::max<std::size_t>(size, 1), std::move(message)};
    token_ = {TokenKind::end, text_.size(), 0, ""};
  }
  void fail_at_token(std::string message) { fail(token_.begin, token_.size, std::move(message)); }
  std::string_view written() const { return text_.substr(token_.begin, token_.size); }
  bool count_term() {
    if (++terms_ > When::kMaxTerms)
      fail_at_token("more than " + std::to_string(When::kMaxTerms) + " terms");
    return !failed_;
  }

  // ---- words ----
  void next() {
    if (failed_) return;
    std::size_t i = token_.begin + token_.size;
    while (i < text_.size() &&
           (text_[i] == ' ' || text_[i] == '\n' || text_[i] == '\t' || text_[i] == '\r'))
      ++i;
    token_ = {TokenKind::end, i, 0, ""};
    if (i == text_.size()) return;
    const char c = text_[i];
    if (c == '"' || c == '\'') return take_text(c);
    if (is_letter(c))
      return take_while(TokenKind::word,
                        [](char x) { return is_letter(x) || is_digit(x) || x == '.' || x == '-'; });
    const bool negative = c == '-' && i + 1 < text_.size() && is_digit(text_[i + 1]);
    if (is_digit(c) || negative)
      return take_while(TokenKind::number, [](char x) {
        return is_digit(x) || is_letter(x) || x == '.' || x == '-' || x == '+' || x == ':';
      });
    take_symbol();
  }

  template <class Belongs>
  void take_while(TokenKind kind, Belongs belongs) {
    std::size_t size = 1;
    while (token_.begin + size < text_.size() && belongs(text_[token_.begin + size])) ++size;
    token_ = {kind, token_.begin, size, std::string(text_.substr(token_.begin, size))};
  }

  void take_symbol() {
    const std::string_view rest = text_.substr(token_.begin);
    for (std::string_view symbol : {"==", "!=", "<=", ">=", "&&", "||"})
      if (rest.starts_with(symbol))
        token_ = {TokenKind::symbol, token_.begin, 2, std::string(symbol)};
    if (token_.size == 0 && std::string_view("<>()[],=!").find(rest[0]) != std::string_view::npos)
      token_ = {TokenKind::symbol, token_.begin, 1, std::string(1, rest[0])};
    if (token_.is("="))
      fail_at_token("'=' compares nothing (write '==')");
    else if (token_.is("&&"))
      fail_at_token("write 'and' for '&&'");
    else if (token_.is("||"))
      fail_at_token("write 'or' for '||'");
    else if (token_.is("!"))
      fail_at_token("write 'not' for '!'");
    else if (token_.size == 0)
      fail(token_.begin, 1, "this character means nothing here (texts stand in quotes)");
  }

  void take_text(char quote) {
    const std::size_t begin = token_.begin;
    std::string out;
    std::size_t i = begin + 1;
    for (; i < text_.size() && text_[i] != quote; ++i) {
      if (text_[i] != '\\' || i + 1 == text_.size()) {
        out += text_[i];
        continue;
      }
      const char c = text_[++i];
      if (c == 'n')
        out += '\n';
      else if (c == 't')
        out += '\t';
      else if (c == '\\' || c == '"' || c == '\'')
        out += c;
      else
        (out += '\\') += c;  // \d, \b and their like are for `matches`
    }
    if (i == text_.size()) return fail(begin, i - begin, "this text has no closing quote");
    token_ = {TokenKind::text, begin, i + 1 - begin, std::move(out)};
  }

  // ---- sentences ----
  Node parse_or(int depth) {
    return parse_chain(depth, "or", Op::any, [this](int d) { return parse_and(d); });
  }
  Node parse_and(int depth) {
    return parse_chain(depth, "and", Op::all, [this](int d) { return parse_term(d); });
  }

  template <class Part>
  Node parse_chain(int depth, std::string_view word, Op op, Part part) {
    Node first = part(depth);
    if (failed_ || !token_.is(word)) return first;
    Node chain;
    chain.op = op;
    chain.children.push_back(std::move(first));
    while (!failed_ && token_.is(word)) {
      next();
      chain.children.push_back(part(depth));
    }
    return chain;
  }

  Node parse_term(int depth) {
    if (!count_term()) return {};
    if (depth >= When::kMaxDepth)
      return fail_at_token("more than " + std::to_string(When::kMaxDepth) +
                           " levels of parentheses and 'not'"),
             Node{};
    if (token_.is("not")) {
      next();
      Node node;
      node.op = Op::negate;
      node.children.push_back(parse_term(depth + 1));
      return node;
    }
    if (token_.is("(")) {
      const std::size_t open = token_.begin;
      next();
      Node node = parse_or(depth + 1);
      if (!failed_ && !token_.is(")")) fail(open, 1, "'(' is not closed by ')'");
      next();
      return node;
    }
    if (token_.is("exists")) return parse_exists();
    if (token_.is("otherwise"))
      return fail_at_token("'otherwise' stands alone, and only as the 'when' of a sink"), Node{};
    return parse_comparison();
  }

  Node parse_exists() {
    next();
    if (!token_.is("("))
      return fail_at_token("exists wants a field in parentheses, as exists(title)"), Node{};
    next();
    Node node;
    node.op = Op::exists;
    const Token field = token_;
    if (field.kind != TokenKind::word || is_keyword(field.text) || !check_field(field))
      return fail_at_token("exists wants the name of a field, as exists(title)"), Node{};
    node.left.field = field.text;
    next();
    if (!token_.is(")")) return fail_at_token("')' is missing after exists(" + field.text), Node{};
    next();
    return node;
  }

  Node parse_comparison() {
    const Token left = token_;
    Node node;
    node.left = parse_operand();
    if (failed_) return {};
    const Token op = token_;
    const auto found =
        std::ranges::find_if(operators(), [&](const auto& o) { return op.is(o.first); });
    if (found == operators().end()) return parse_alone(node.left, left, op);
    node.op = found->second;
    next();
    const Token right = token_;
    node.right = parse_operand();
    if (!failed_) check_types(node, left, op, right);
    if (!failed_ && node.op == Op::matches) compile(node, right);
    return node;
  }

  // `true`, `false`, or something that wants an operator.
  Node parse_alone(const Operand& operand, const Token& token, const Token& after) {
    if (!operand.is_field() && operand.literal.type == Type::boolean) {
      Node node;
      node.value = operand.literal.yes;
      return node;
    }
    const bool word =
        after.kind == TokenKind::word && !after.is("and") && !after.is("or") && !after.is("not");
    if (word)
      return fail(after.begin, after.size,
                  "unknown operator " + shown(after.text) +
                      hint(after.text, operator_words(), "operators")),
             Node{};
    const std::string name(text_.substr(token.begin, token.size));
    fail(token.begin, token.size,
         operand.is_field()
             ? "a field alone says nothing: compare it, or write exists(" + name + ")"
             : "nothing is compared with " + shown(name));
    return {};
  }

  bool check_field(const Token& token) {
    const bool ok = token.text.back() != '.' && token.text.back() != '-' &&
                    token.text.find("..") == std::string::npos;
    if (!ok) fail(token.begin, token.size, shown(token.text) + " is not the name of a field");
    return ok;
  }

  Operand parse_operand() {
    Operand operand;
    const Token token = token_;
    if (token.kind == TokenKind::word && !is_keyword(token.text)) {
      if (!check_field(token)) return operand;
      operand.field = token.text;
      next();
    } else {
      operand.literal = parse_literal(true);
    }
    return operand;
  }

  Literal parse_literal(bool list_allowed) {
    Literal literal;
    const Token token = token_;
    if (token.kind == TokenKind::text) {
      literal.text = token.text;
      literal.time = interval(token.text);
    } else if (token.kind == TokenKind::number) {
      read_number(token, literal);
    } else if (token.is("true") || token.is("false")) {
      literal.type = Type::boolean;
      literal.yes = token.text == "true";
    } else if (token.is("[") && list_allowed) {
      return parse_list();
    } else {
      const std::string what = token.kind == TokenKind::end ? "the expression ends where"
                                                            : shown(token.text) + " stands where";
      fail_at_token(what + (list_allowed
                                ? " a field, a text in quotes, a number or a list should be"
                                : " a text in quotes or a number should be"));
    }
    next();
    return literal;
  }

  Literal parse_list() {
    Literal list;
    list.type = Type::list;
    const std::size_t open = token_.begin;
    next();
    while (!failed_ && !token_.is("]")) {
      if (!count_term()) break;
      list.items.push_back(parse_literal(false));
      if (failed_ || token_.is("]")) break;
      if (token_.kind == TokenKind::end)
        fail(open, 1, "'[' is not closed by ']'");
      else if (!token_.is(","))
        fail_at_token("',' or ']' is missing before " + shown(written()));
      next();
    }
    next();
    return list;
  }

  void read_number(const Token& token, Literal& literal) {
    literal.type = Type::number;
    const char* begin = token.text.data();
    const char* end = begin + token.text.size();
    if (std::from_chars(begin, end, literal.integer).ptr == end) {
      literal.whole = true;
      if (std::from_chars(begin, end, literal.integer).ec == std::errc()) return;
      literal.whole = false;
    }
    const auto [stop, error] = std::from_chars(begin, end, literal.real);
    if (stop == end && error == std::errc() && std::isfinite(literal.real)) return;
    fail(token.begin, token.size,
         shown(token.text) + " is not a number (texts and times stand in quotes)");
  }

  static std::optional<Interval> interval(std::string_view text) {
    constexpr Nanos kDay = 86400 * kSecond;
    constexpr std::size_t kDateSize = 10;  // "2024-05-18"
    const auto at = parse_time(text);
    if (!at) return std::nullopt;
    return Interval{*at, *at + (text.size() == kDateSize ? kDay : 1)};
  }

  void compile(Node& node, const Token& token) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(When::kMaxRegexMemory);
    auto pattern = std::make_shared<const re2::RE2>(node.right.literal.text, options);
    if (pattern->ok())
      node.pattern = std::move(pattern);
    else
      fail(token.begin, token.size, "not a regular expression: " + pattern->error());
  }

  // ---- types ----
  void check_types(const Node& node, const Token& left, const Token& op, const Token& right) {
    if (!node.left.is_field() && !node.right.is_field())
      return fail(left.begin, left.size, "both sides are fixed: one of them should be a field");
    // `language == en` would compare two fields and never hold.
    if (node.right.is_field() && !is_standard_field(node.right.field) &&
        node.right.field.find('.') == std::string::npos)
      return fail(right.begin, right.size,
                  "there is no field " + shown(right.text) + " (a text stands in quotes: \"" +
                      right.text + "\")");
    switch (node.op) {
      case Op::in: return check_in(node, left, right);
      case Op::contains: return check_contains(node, left, right);
      case Op::starts_with:
      case Op::ends_with:
      case Op::matches: return check_text_operator(node, left, op, right);
      default: return check_comparison(node, left, op, right);
    }
  }

  void check_comparison(const Node& node, const Token& left, const Token& op, const Token& right) {
    for (const auto& [operand, token] :
         {std::pair(&node.left, &left), std::pair(&node.right, &right)}) {
      if (operand->type() == Type::list)
        return fail(op.begin, op.size,
                    shown(op.text) + " does not compare lists (write 'contains' or 'in')");
      const bool ordered = node.op != Op::equal && node.op != Op::unequal;
      if (ordered && operand->type() == Type::boolean)
        return fail(token->begin, token->size, "true and false are not more or less than anything");
    }
    check_same(node.left, node.right, left, right);
  }

  // One kind on both sides, as far as it is known; a text beside a time must read as one.
  void check_same(const Operand& a, const Operand& b, const Token& at_a, const Token& at_b) {
    const Type x = a.type(), y = b.type();
    if (x == y || x == Type::any || y == Type::any) return;
    const auto reads_as_time = [&](const Operand& time, const Operand& other, const Token& at) {
      if (time.type() != Type::time || other.is_field() || other.literal.type != Type::text)
        return false;
      if (!other.literal.time)
        fail(at.begin, at.size,
             shown(other.literal.text) +
                 " is not a time (write \"2024-05-18\" or \"2024-05-18T10:00:00Z\")");
      return true;
    };
    if (reads_as_time(a, b, at_b) || reads_as_time(b, a, at_a)) return;
    fail(at_b.begin, at_b.size,
         describe(a, at_a) + " is " + std::string(type_phrase(x)) + ", " + describe(b, at_b) +
             " is " + std::string(type_phrase(y)));
  }

  std::string describe(const Operand& o, const Token& at) const {
    return o.is_field() ? shown(o.field) : shown(text_.substr(at.begin, at.size));
  }

  void check_in(const Node& node, const Token& left, const Token& right) {
    if (node.left.type() == Type::list)
      return fail(left.begin, left.size, "a list is not in anything (write 'contains')");
    if (node.right.is_field()) {
      const Type type = node.right.type();
      if (type == Type::list) return check_entity(node.right, node.left, left);
      if (type == Type::any) return;
      return fail(right.begin, right.size,
                  describe(node.right, right) + " is " + std::string(type_phrase(type)) +
                      ", not a list (for a part of a text write 'contains')");
    }
    if (node.right.literal.type != Type::list)
      return fail(right.begin, right.size, "'in' wants a list, as in [\"a\", \"b\"]");
    for (const Literal& item : node.right.literal.items) {
      Operand operand;
      operand.literal = item;
      check_same(node.left, operand, left, right);
    }
  }

  void check_contains(const Node& node, const Token& left, const Token& right) {
    if (!node.left.is_field())
      return fail(left.begin, left.size,
                  "a field stands before 'contains' (for a list of fixed values write 'in')");
    const Type type = node.left.type(), part = node.right.type();
    if (part == Type::list)
      return fail(right.begin, right.size,
                  "'contains' looks for one value (join several with 'or')");
    if (type != Type::list && type != Type::any && type != Type::text)
      return fail(left.begin, left.size,
                  describe(node.left, left) + " is " + std::string(type_phrase(type)) +
                      " and contains nothing");
    const bool fits = part == Type::any || part == Type::text || type != Type::text;
    if (!fits)
      fail(right.begin, right.size, "a text contains texts, not " + std::string(type_phrase(part)));
    check_entity(node.left, node.right, right);
  }

  // What is looked for among entities is a name or an id.
  void check_entity(const Operand& list, const Operand& part, const Token& at) {
    if (list.field != "entities" && !list.field.starts_with("entities.")) return;
    const Type type = part.type();
    if (type == Type::any || type == Type::text) return;
    fail(at.begin, at.size,
         shown(list.field) + " holds names and ids, which are texts, and " + describe(part, at) +
             " is " + std::string(type_phrase(type)));
  }

  void check_text_operator(const Node& node, const Token& left, const Token& op,
                           const Token& right) {
    const Type type = node.left.type(), part = node.right.type();
    if (!node.left.is_field() || (type != Type::text && type != Type::any))
      return fail(left.begin, left.size, shown(op.text) + " wants a text field before it");
    if (node.op == Op::matches && node.right.is_field())
      return fail(right.begin, right.size, "'matches' wants a pattern in quotes");
    if (part != Type::text && part != Type::any)
      fail(right.begin, right.size, shown(op.text) + " wants a text in quotes");
  }

  std::string_view text_;
  When::SyntaxError& error_;
  Token token_;
  std::size_t terms_ = 0;
  bool failed_ = false;
};

}  // namespace
}  // namespace when

std::optional<When> When::parse(std::string_view text, SyntaxError& error) {
  auto root = when::Parser(text, error).parse();
  if (!root) return std::nullopt;
  return When(std::string(text), std::make_shared<const when::Node>(*std::move(root)));
}

}  // namespace copydesk::config
