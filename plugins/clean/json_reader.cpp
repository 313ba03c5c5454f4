#include "json_reader.h"

#include <charconv>

#include "chars.h"

namespace copydesk::clean {
namespace {

class Reader {
 public:
  Reader(std::string_view text, std::vector<JsonNode>& nodes) : s_(text), nodes_(nodes) {}

  void read() {
    nodes_.assign(2, JsonNode{});
    if (find_start()) value(1, 0);
  }

 private:
  // The first bracket that begins a value, not the one of "<![CDATA[".
  bool find_start() {
    for (; i_ < s_.size(); ++i_) {
      if (s_[i_] != '{' && s_[i_] != '[') continue;
      const char next = i_ + 1 < s_.size() ? s_[i_ + 1] : ' ';
      if (static_cast<unsigned char>(next) <= ' ' || next == '"' || next == '{' || next == '[' ||
          next == '}' || next == ']')
        return true;
    }
    return false;
  }
  void skip_space() {
    while (i_ < s_.size() && static_cast<unsigned char>(s_[i_]) <= ' ') ++i_;
  }
  bool take(char c) {
    if (i_ >= s_.size() || s_[i_] != c) return false;
    ++i_;
    return true;
  }

  // Reads into nodes_[index]; false stops the whole reading, what is there stays. Recursion is
  // bounded by kJsonDepthMax.
  bool value(std::uint32_t index, std::size_t depth) {
    skip_space();
    if (i_ >= s_.size() || depth > kJsonDepthMax) return false;
    const char c = s_[i_];
    if (c == '{' || c == '[') return container(index, depth, c == '{');
    if (c == '"') {
      nodes_[index].type = JsonType::kString;
      std::string text;
      const bool ok = string(text);
      nodes_[index].text = std::move(text);
      return ok;
    }
    return scalar(index);
  }

  bool container(std::uint32_t index, std::size_t depth, bool object) {
    nodes_[index].type = object ? JsonType::kObject : JsonType::kArray;
    ++i_;
    std::uint32_t last = 0;
    while (true) {
      skip_space();
      if (i_ >= s_.size()) return false;
      if (take(object ? '}' : ']')) return true;
      if (take(',')) continue;
      std::string key;
      if (object) {
        if (s_[i_] != '"' || !string(key)) return false;
        skip_space();
        if (!take(':')) return false;
      }
      if (nodes_.size() >= kJsonNodesMax) return false;
      const auto child = static_cast<std::uint32_t>(nodes_.size());
      nodes_.emplace_back();
      nodes_[child].key = std::move(key);
      (last ? nodes_[last].next : nodes_[index].first_child) = child;
      last = child;
      if (!value(child, depth + 1)) return false;
    }
  }

  bool scalar(std::uint32_t index) {
    const std::size_t begin = i_;
    while (i_ < s_.size() && s_[i_] != ',' && s_[i_] != '}' && s_[i_] != ']' &&
           static_cast<unsigned char>(s_[i_]) > ' ')
      ++i_;
    const std::string_view word = s_.substr(begin, i_ - begin);
    if (word.empty()) return false;
    if (word == "null") return true;
    nodes_[index].type = word == "true" || word == "false" ? JsonType::kBool : JsonType::kNumber;
    nodes_[index].text = word;
    return true;
  }

  bool string(std::string& out) {
    ++i_;
    while (i_ < s_.size()) {
      const std::size_t run = s_.find_first_of("\"\\", i_);
      if (run == std::string_view::npos) {
        i_ = s_.size();
        return false;
      }
      out.append(s_, i_, run - i_);
      i_ = run + 1;
      if (s_[run] == '"') return true;
      if (i_ >= s_.size()) return false;
      escape(out);
    }
    return false;
  }

  void escape(std::string& out) {
    const char c = s_[i_++];
    switch (c) {
      case 'n': out += '\n'; break;
      case 't': out += '\t'; break;
      case 'r': out += '\r'; break;
      case 'b':
      case 'f': out += ' '; break;
      case 'u': unicode(out); break;
      default: out += c;
    }
  }
  void unicode(std::string& out) {
    char32_t c = hex4();
    if (c >= 0xD800 && c < 0xDC00 && s_.substr(i_, 2) == "\\u") {
      i_ += 2;
      const char32_t low = hex4();
      c = low >= 0xDC00 && low < 0xE000 ? 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00) : 0xFFFD;
    }
    append_utf8(out, c);
  }
  char32_t hex4() {
    unsigned value = 0xFFFD;
    const std::string_view digits = s_.substr(i_, 4);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (error != std::errc()) return 0xFFFD;
    i_ += static_cast<std::size_t>(end - digits.data());
    return value;
  }

  std::string_view s_;
  std::vector<JsonNode>& nodes_;
  std::size_t i_ = 0;
};

}  // namespace

JsonDocument::JsonDocument(std::string_view text) {
  Reader(text.substr(0, kJsonBytesMax), nodes_).read();
}

const JsonNode* JsonDocument::member(const JsonNode& object, std::string_view key) const {
  for (const JsonNode* child = first_child(object); child; child = next(*child))
    if (child->key == key) return child;
  return nullptr;
}

std::string_view JsonDocument::text(const JsonNode& object, std::string_view key) const {
  const JsonNode* node = member(object, key);
  if (!node || (node->type != JsonType::kString && node->type != JsonType::kNumber)) return {};
  return node->text;
}

}  // namespace copydesk::clean
