#include "config/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

#include "base/utf8.h"
#include "config/suggest.h"

namespace copydesk::config {
namespace {

constexpr std::size_t kUnknown = std::string::npos;

// Ends a parse at once: what comes after it would only be noise.
struct Stop {};

// Lines of the text, to turn yaml-cpp's bytes into what an editor counts.
class Lines {
 public:
  explicit Lines(std::string_view text) {
    while (true) {
      const std::size_t end = text.find('\n');
      lines_.push_back(text.substr(0, end));
      if (end == std::string_view::npos) break;
      text.remove_prefix(end + 1);
    }
  }

  // From `mark` to the end of its line.
  [[nodiscard]] std::string_view from(const YAML::Mark& mark) const {
    const std::string_view line = this->line(mark);
    return line.substr(std::min(bytes(mark), line.size()));
  }
  [[nodiscard]] std::string_view line(const YAML::Mark& mark) const {
    return lines_[std::min(static_cast<std::size_t>(std::max(mark.line, 0)), lines_.size() - 1)];
  }
  [[nodiscard]] Spot spot(const YAML::Mark& mark) const {
    const std::string_view line = this->line(mark);
    return {mark.line + 1, static_cast<int>(code_points(line.substr(0, bytes(mark)))) + 1, 1};
  }

 private:
  static std::size_t bytes(const YAML::Mark& mark) {
    return static_cast<std::size_t>(std::max(mark.column, 0));
  }
  std::vector<std::string_view> lines_;
};

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && (s.back() == ' ' || s.back() == '\r' || s.back() == '\t'))
    s.remove_suffix(1);
  return s;
}

// Bytes of the scalar that begins `line`, and where in it the text begins (kUnknown when escapes or folding hide that).
struct Extent {
  std::size_t width = 1, text_offset = kUnknown;
};

Extent extent_of(std::string_view line, std::string_view text, bool plain) {
  if (plain && line.starts_with(text)) return {std::max<std::size_t>(text.size(), 1), 0};
  if (!line.empty() && (line.front() == '"' || line.front() == '\'')) {
    const std::string_view inside = line.substr(1);
    if (inside.starts_with(text) && inside.substr(text.size()).starts_with(line.front()))
      return {text.size() + 2, 1};
    for (std::size_t i = 0; i < inside.size(); ++i) {
      if (inside[i] == '\\' && line.front() == '"')
        ++i;
      else if (inside[i] == line.front())
        return {i + 2, kUnknown};
    }
  }
  return {std::max<std::size_t>(trimmed(line).size(), 1), kUnknown};
}

// Builds the tree. yaml-cpp calls it in the order of the text.
class Builder : public YAML::EventHandler {
 public:
  Builder(const Lines& lines, Places& places, Scalars* scalars)
      : lines_(lines), places_(places), scalars_(scalars) {}

  std::shared_ptr<Node> take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0)
      stop(lines_.spot(mark), "a second document ('---'): a configuration is one document");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(make(Node::Kind::null, mark), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Spot spot = lines_.spot(mark);
    const auto named = anchors_.find(anchor);
    if (named == anchors_.end()) stop(spot, "this alias lies inside of what it names");
    if (wants_key()) stop(spot, "an alias cannot be a key");
    place(named->second, spot);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_tag(mark, tag);
    std::shared_ptr<Node> node = make(Node::Kind::scalar, mark);
    node->plain = tag == "?";
    node->text = value;
    measure(*node, mark, anchor != 0);
    if (wants_key()) return key(*node);
    if (scalars_ != nullptr) scalars_->push_back(node);
    add(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(Node::Kind::sequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(Node::Kind::mapping, mark, tag, anchor);
  }
  void OnMapEnd() override { end(); }

 private:
  struct Open {
    std::shared_ptr<Node> node;
    YAML::anchor_t anchor = 0;
    std::optional<Node::Member> key = std::nullopt;  // read, its value not yet
    bool duplicate = false;                          // that key was there before
    std::map<std::string, int> lines = {};           // of keys, to find them twice
  };

  [[noreturn]] void stop(const Spot& spot, std::string message) {
    places_.error(spot, std::move(message));
    throw Stop{};
  }

  bool wants_key() const {
    return !open_.empty() && open_.back().node->kind == Node::Kind::mapping && !open_.back().key;
  }

  std::shared_ptr<Node> make(Node::Kind kind, const YAML::Mark& mark) {
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->spot = lines_.spot(mark);
    return node;
  }

  // An anchor stands before its scalar: the place is then where the anchor begins.
  void measure(Node& node, const YAML::Mark& mark, bool anchored) {
    const std::string_view line = lines_.from(mark);
    const Extent extent =
        anchored ? Extent{trimmed(line).size(), kUnknown} : extent_of(line, node.text, node.plain);
    node.spot.width = static_cast<int>(code_points(line.substr(0, extent.width)));
    node.text_offset = extent.text_offset;
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!" || tag == "tag:yaml.org,2002:str") return;
    stop(lines_.spot(mark), "tags (" + shown(tag) + ") are not known: write the value as it is");
  }

  void begin(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
             YAML::anchor_t anchor) {
    refuse_tag(mark, tag);
    if (wants_key())
      stop(lines_.spot(mark),
           "a key is one word, not a list or a mapping (quote it if it has brackets or braces)");
    if (open_.size() >= static_cast<std::size_t>(kMaxDepth))
      stop(lines_.spot(mark), "nested deeper than " + std::to_string(kMaxDepth) + " levels");
    open_.push_back({make(kind, mark), anchor});
  }

  void end() {
    Open done = std::move(open_.back());
    open_.pop_back();
    add(std::move(done.node), done.anchor);
  }

  void key(const Node& node) {
    Open& map = open_.back();
    if (node.plain && node.text == "<<")
      stop(node.spot, "merge keys ('<<') are not known: write the keys out");
    const auto [first, is_new] = map.lines.emplace(node.text, node.spot.line);
    if (!is_new)
      places_.error(node.spot, "duplicate key " + shown(node.text) + " (first given in line " +
                                   std::to_string(first->second) + ")");
    map.duplicate = !is_new;
    map.key = Node::Member{node.text, node.spot, nullptr};
  }

  void add(std::shared_ptr<Node> node, YAML::anchor_t anchor) {
    const Spot spot = node->spot;
    if (wants_key()) stop(spot, "a key cannot be empty");
    if (anchor != 0) anchors_[anchor] = node;
    place(std::move(node), spot);
  }

  void place(std::shared_ptr<Node> node, const Spot& spot) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Node& parent = *open_.back().node;
    parent.weight += node->weight;
    // Every open node grows with it, the outermost last: it is enough to look at what is there so far.
    std::size_t sum = 0;
    for (const Open& o : open_) sum += o.node->weight;
    if (sum > kMaxNodes)
      stop(spot, "more than " + std::to_string(kMaxNodes) +
                     " values (aliases count as often as they are used)");
    if (parent.kind == Node::Kind::sequence) {
      parent.items.push_back(std::move(node));
      return;
    }
    Node::Member member = *std::exchange(open_.back().key, std::nullopt);
    member.value = std::move(node);
    if (!open_.back().duplicate) parent.members.push_back(std::move(member));
  }

  const Lines& lines_;
  Places& places_;
  Scalars* scalars_;
  int documents_ = 0;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, std::shared_ptr<Node>> anchors_;
  std::shared_ptr<Node> root_;
};

// The first byte that a configuration cannot have, or npos. yaml-cpp takes byte 4 for the end of the file.
std::size_t bad_byte(std::string_view text) {
  const std::size_t valid = valid_utf8_prefix(text);
  const auto control = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t') ||
           c == 0x7f;
  };
  const auto found = std::ranges::find_if(text.substr(0, valid), control);
  const auto at = static_cast<std::size_t>(found - text.begin());
  return at < text.size() ? at : std::string_view::npos;
}

bool check_bytes(std::string_view text, Places& places) {
  const std::size_t bad = bad_byte(text);
  if (bad == std::string_view::npos) return true;
  const std::string_view before = text.substr(0, bad);
  const std::size_t line_begin =
      before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  const Location at{places.file(), static_cast<int>(std::ranges::count(before, '\n')) + 1,
                    static_cast<int>(code_points(before.substr(line_begin))) + 1};
  const bool control = static_cast<unsigned char>(text[bad]) < 0x80;
  places.diagnostics().error(
      at, 1,
      control ? "a control character (byte " + std::to_string(text[bad]) + ") is not text"
              : "this is not UTF-8: save the file as UTF-8");
  return false;
}

// yaml-cpp's words for the mistakes that people make most often, with what to do about them.
std::string syntax_message(const YAML::Exception& error, std::string_view line) {
  std::string message = "not valid YAML: " + error.msg;
  if (line.find('\t') != std::string_view::npos)
    message += " (YAML wants spaces, not tabs, at the beginning of a line)";
  else if (line.find("when:") != std::string_view::npos)
    message +=
        " (put the whole expression in quotes when it has brackets, braces, commas or begins with "
        "a quote)";
  else if (line.find("${") != std::string_view::npos)
    message += " (inside brackets or braces a value with ${…} belongs in quotes)";
  else if (line.find('*') != std::string_view::npos || line.find('@') != std::string_view::npos ||
           line.find('%') != std::string_view::npos)
    message += " (a value with such characters belongs in quotes)";
  return message + "; what follows was not checked";
}

}  // namespace

const Node::Member* Node::find(std::string_view key) const {
  const auto it = std::ranges::find(members, key, &Member::key);
  return it == members.end() ? nullptr : &*it;
}

void Places::error_inside(const Node& scalar, std::size_t begin, std::size_t size,
                          std::string message) {
  if (scalar.text_offset == kUnknown) return error(scalar.spot, std::move(message));
  const std::string_view text = scalar.text;
  begin = std::min(begin, text.size());
  const auto before = static_cast<int>(scalar.text_offset + code_points(text.substr(0, begin)));
  const auto width = static_cast<int>(code_points(text.substr(begin, size)));
  diagnostics_->error({file_, scalar.spot.line, scalar.spot.column + before}, std::max(width, 1),
                      std::move(message));
}

std::shared_ptr<const Node> parse_yaml(std::string_view text, Places& places, Scalars* scalars) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (!check_bytes(text, places)) return nullptr;
  const Lines lines(text);
  Builder builder(lines, places, scalars);
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop&) {
    return nullptr;
  } catch (const YAML::Exception& error) {
    const Spot spot = lines.spot(error.mark);
    places.diagnostics().error({places.file(), std::max(spot.line, 1), std::max(spot.column, 1)}, 1,
                               syntax_message(error, lines.line(error.mark)));
    return nullptr;
  }
  std::shared_ptr<Node> root = builder.take_root();
  if (root == nullptr || root->kind == Node::Kind::null) {
    root = std::make_shared<Node>();
    root->kind = Node::Kind::mapping;
    root->spot = {1, 1, 1};
  }
  return root;
}

}  // namespace copydesk::config
