// An HTML page as a flat list of its elements and texts in document order. Internal; the only file
// besides page.cpp that names lexbor is page.cpp itself.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "html.h"

namespace copydesk::clean {

// The tags the rules ask for. Everything else is kOther (inline) or kBlock.
enum class Tag : std::uint8_t {
  kText,
  kOther,
  kBlock,
  kHtml,
  kHead,
  kBody,
  kTitle,
  kMeta,
  kLink,  // also <base>
  kScript,
  kStyle,
  kP,
  kDiv,
  kSection,
  kArticle,
  kMain,
  kHeader,
  kFooter,
  kNav,
  kAside,
  kForm,
  kFigure,
  kCaption,
  kH1,
  kHeading,
  kList,
  kItem,
  kTable,
  kRow,
  kCell,
  kQuote,
  kPre,
  kBreak,
  kA,
  kTime,
  kBold,
  kItalic,
  kSkipped,
  // The models know the numbers of those above.
  kQuoted,  // <q>
  kUnread   // inside a line and no part of it: how a character is read, what has been struck out
};

// What class and id say, as bits.
enum Hint : std::uint16_t {
  kHintUnwanted = 1,  // share bars, related links, comments, boxes
  kHintContent = 2,   // "article", "content", "story"
  kHintBody = 4,      // "article-body", "entry-content"
  kHintByline = 8,
  kHintCaption = 16,
  kHintHidden = 32,
  kHintDate = 64,
  kHintItem = 128,  // itemprop=articleBody
  // Which kind of unwanted.
  kHintComment = 256,
  kHintRelated = 512,  // other articles
  kHintAsk = 1024,     // newsletters, advertisements, requests for money
  kHintFrame = 2048,   // navigation, footers, side bars
  kHintAuthor = 4096,  // what the page says of the author
};

// What a row's cells are, where they hold more than a line each.
enum class Row : std::uint8_t {
  kPlain,
  kData,   // few words: all of them make one line
  kLayout  // columns of the page: each cell is a text of its own
};

struct Node {
  Tag tag = Tag::kOther;
  bool skipped = false;  // in a part of the page that cannot be the article
  bool in_link = false;
  bool in_code = false;   // <pre>, <code>, <kbd>, <samp>, <tt>, <var>
  bool popover = false;   // links that open over a sentence and are no part of it
  Row row = Row::kPlain;  // of a row, once find_main_text has looked at it
  std::uint16_t hints = 0;
  std::uint32_t names = 0;  // a hash of its class attribute, 0 without one
  std::uint32_t parent = 0;
  std::uint32_t end = 0;          // one behind the last node of the subtree
  std::uint32_t words = 0;        // of a text node, once find_main_text has counted them
  std::string_view text;          // of a text node
  const void* element = nullptr;  // of the parser
};

class Page {
 public:
  Page(std::string_view html, const HtmlOptions& options);
  ~Page();
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;

  // [0] is the root; never empty.
  std::vector<Node>& nodes() { return nodes_; }
  const std::vector<Node>& nodes() const { return nodes_; }
  // The attribute's value, or empty. Known names: class id href content name property itemprop type
  // datetime rel role lang src hidden aria-hidden style.
  std::string_view attribute(const Node& node, std::string_view name) const;
  // The text of the subtree, squeezed.
  std::string text_of(std::size_t index) const;
  // Raw text of the subtree, joined.
  std::string raw_text_of(std::size_t index) const;

  bool cut() const { return cut_; }
  bool deep() const { return deep_; }

 private:
  struct Parser;
  void flatten(std::size_t nodes_expected, std::size_t nodes_max);
  void add_text(std::uint32_t parent, std::string_view data);
  void close(std::uint32_t element);
  void show_long_strikes();
  std::unique_ptr<Parser> parser_;
  std::vector<Node> nodes_;
  bool strikes_ = false;  // there is struck text
  bool cut_ = false;
  bool deep_ = false;
};

// The hints in the words of a class or id attribute.
std::uint16_t class_hints(std::string_view words);

}  // namespace copydesk::clean
