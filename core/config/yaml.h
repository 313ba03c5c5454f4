#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.h"

namespace copydesk::config {

inline constexpr std::size_t kMaxNodes = 100'000;  // of one file, every use of an alias counted
inline constexpr int kMaxDepth = 64;               // of lists and mappings inside one another

// Where something begins and how many code points of that line it takes.
struct Spot {
  int line = 0, column = 0, width = 1;
};

// One value of the file. Uses of an alias share the node they name; a tree never contains itself.
struct Node {
  enum class Kind { null, scalar, sequence, mapping };
  struct Member {
    std::string key;
    Spot spot;  // of the key
    std::shared_ptr<const Node> value;
  };

  Kind kind = Kind::null;
  bool plain = false;      // a scalar without quotes
  bool broken = false;     // was complained about already: no second complaint
  bool from_file = false;  // holds the contents of a ${file:…}: never shown
  std::string text;        // of a scalar
  std::vector<std::shared_ptr<const Node>> items;  // of a sequence
  std::vector<Member> members;                     // of a mapping, in order, keys unique
  Spot spot;
  std::size_t text_offset =
      0;  // code points from there to the first one of `text`; npos when it is not in the file as it is
  std::size_t weight = 1;  // nodes in it, itself included

  [[nodiscard]] const Member* find(std::string_view key) const;
};

// What the reader of a text needs to complain about a place in it.
class Places {
 public:
  Places(std::string file, Diagnostics& diagnostics)
      : file_(std::move(file)), diagnostics_(&diagnostics) {}
  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] Location at(const Spot& spot) const { return {file_, spot.line, spot.column}; }
  void error(const Spot& spot, std::string message) {
    diagnostics_->error(at(spot), spot.width, std::move(message));
  }
  void warning(const Spot& spot, std::string message) {
    diagnostics_->warning(at(spot), spot.width, std::move(message));
  }
  // About `size` bytes from byte `begin` of a scalar's text; about the scalar where that place cannot be told.
  void error_inside(const Node& scalar, std::size_t begin, std::size_t size, std::string message);
  void hide(const Spot& spot) { diagnostics_->hide(at(spot), spot.width); }
  [[nodiscard]] Diagnostics& diagnostics() { return *diagnostics_; }

 private:
  std::string file_;
  Diagnostics* diagnostics_;
};

// Every scalar of a tree that is not a key, so that ${…} can be put in, each once however many aliases use it.
using Scalars = std::vector<std::shared_ptr<Node>>;

// One YAML 1.2 document as a tree, or null after complaints. An empty document is an empty mapping. Refused: what is not
// UTF-8 or has control characters, a second document, duplicate keys, merge keys, tags, keys that are no scalars, aliases
// inside what they name, and whatever passes the bounds above.
[[nodiscard]] std::shared_ptr<const Node> parse_yaml(std::string_view text, Places& places,
                                                     Scalars* scalars = nullptr);

}  // namespace copydesk::config
