#include "main_text.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "chars.h"
#include "entities.h"

namespace copydesk::clean {

bool is_block(Tag tag) {
  switch (tag) {
    case Tag::kText:
    case Tag::kOther:
    case Tag::kA:
    case Tag::kTime:
    case Tag::kBold:
    case Tag::kItalic:
    case Tag::kBreak:
    case Tag::kCell:
    case Tag::kQuoted:
    case Tag::kUnread: return false;
    default: return true;
  }
}
bool is_never_text(Tag tag) {
  switch (tag) {
    case Tag::kHead:
    case Tag::kTitle:
    case Tag::kMeta:
    case Tag::kLink:
    case Tag::kScript:
    case Tag::kStyle:
    case Tag::kSkipped:
    case Tag::kCaption:
    case Tag::kUnread: return true;
    default: return false;
  }
}

bool is_one_line(const Node& block) {
  return block.row == Row::kData || block.tag == Tag::kH1 || block.tag == Tag::kHeading;
}

namespace {

bool is_closing_quote(char32_t c) {
  return c == '"' || c == ')' || c == 0x2019 || c == 0x201D || c == 0xBB || c == 0x201C;
}
bool is_opening_quote(char32_t c) {
  return c == '"' || c == 0x2018 || c == 0x201C || c == 0x201E || c == 0xAB;
}

// "week." of "the week.", not "U.S." and not "J.": a small letter or a number, then the stop.
bool ends_like_sentence(std::string_view line) {
  CodePoint last = decode_last(line, line.size());
  if (is_closing_quote(last.value)) {
    line.remove_suffix(last.length);
    if (line.empty()) return false;
    last = decode_last(line, line.size());
  }
  const char32_t c = last.value;
  if ((c != '.' && c != '!' && c != '?' && c != ':' && c != 0x2026) || line.size() < 3)
    return false;
  const char32_t before = decode_last(line, line.size() - last.length).value;
  return is_lower(before) || (before >= '0' && before <= '9') || is_closing_quote(before);
}

bool begins_like_sentence(std::string_view text) {
  const CodePoint first = decode(text, 0);
  if (!is_opening_quote(first.value)) return is_upper(first.value);
  return text.size() > first.length && is_upper(decode(text, first.length).value);
}

// Two words or more in bold, and a capital right behind them: the heading of the paragraph.
bool is_bold_heading(const std::vector<Node>& nodes, std::size_t next) {
  constexpr std::uint32_t kHeadingWordsMin = 2;
  const Node& before = nodes[next - 1];
  return before.tag == Tag::kText && nodes[before.parent].tag == Tag::kBold &&
         before.words >= kHeadingWordsMin && nodes[nodes[next].parent].tag != Tag::kBold;
}

// Whether the tags between them are all that parts the line and the text.
bool are_glued(std::string_view line, const std::vector<Node>& nodes, std::size_t next) {
  const std::string_view text = nodes[next].text;
  if (line.empty() || text.empty() || !begins_like_sentence(text)) return false;
  if (nodes[next].parent == next - 2 && nodes[next - 2].tag == Tag::kQuoted) return false;
  if (ends_like_sentence(line)) return true;
  const char32_t last = decode_last(line, line.size()).value;
  return is_bold_heading(nodes, next) && (is_lower(last) || (last >= '0' && last <= '9'));
}

// Shares are of the words of running text on the page.
constexpr double kMajorChild =
    0.75;  // an element that holds this share of its parent's text stands for it
constexpr double kBodyHintShare =
    0.45;  // an element named like a body counts when it holds this share
constexpr double kUnwantedMax =
    0.35;  // a part with a name of furniture that holds more is not furniture
constexpr double kCommentsMax = 0.8;  // readers may write more than the author, but not all of it
constexpr double kOwnParagraphWords = 20;
constexpr std::size_t kArticleWordsMin = 25;   // of running text; less is an article only where the
                                               // page has an element for it: a brief
constexpr std::uint32_t kRunningWordsMin = 8;  // of a block of running text

constexpr std::size_t kGalleryCaptionsMin = 4;

constexpr std::uint32_t kDataRowWordsMax = 60;  // a row with more, in several lines, is layout

constexpr std::uint32_t kPopoverWordsMin = 12;
constexpr std::size_t kPopoverLinksMin = 3;
constexpr std::size_t kPopoverNodesMax = 400;

bool is_furniture_tag(Tag tag) {
  return tag == Tag::kNav || tag == Tag::kFooter || tag == Tag::kAside || tag == Tag::kHeader ||
         tag == Tag::kForm;
}

struct Counts {
  std::uint32_t words = 0;
  std::uint32_t link_words = 0;
};

class Finder {
 public:
  explicit Finder(Page& page) : nodes_(page.nodes()) {}

  MainText find() {
    count();
    find_popovers();
    skip_by_tag();
    weigh();
    if (is_gallery()) {
      read_captions();
      skip_by_tag();
      weigh();
    }
    skip_by_hint();
    weigh();
    MainText found;
    for (const Counts& block : blocks_) found.blocks += block.words > 0;
    if (weight(0) < kArticleWordsMin) {  // the names lied: all there is was called furniture
      for (Node& node : nodes_) node.skipped = false;
      skip_by_tag();
      weigh();
    }
    if (weight(0) < kArticleWordsMin && !is_brief()) return found;
    found.container = container();
    found.text = collect(found.container);
    found.taken = std::move(taken_);
    return found;
  }

 private:
  // The block a node's text belongs to, and the words of each block's own text.
  void count() {
    bool rows = false;  // there are tables
    std::vector<std::uint32_t> with_lines;
    block_.resize(nodes_.size());
    blocks_.resize(nodes_.size());
    word_sum_.assign(nodes_.size() + 1, {});
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      Node& node = nodes_[i];
      const bool block = i == 0 || is_block(node.tag);
      rows |= node.tag == Tag::kRow;
      if (rows && (block || node.tag == Tag::kBreak)) note_row(block_[node.parent], with_lines);
      block_[i] = block ? static_cast<std::uint32_t>(i) : block_[node.parent];
      word_sum_[i + 1] = word_sum_[i];
      if (node.tag != Tag::kText) continue;
      const Tag parent = nodes_[node.parent].tag;
      if (parent == Tag::kScript || parent == Tag::kStyle || parent == Tag::kUnread) continue;
      const auto words = nodes_[i].words = static_cast<std::uint32_t>(count_words(node.text));
      blocks_[block_[i]].words += words;
      word_sum_[i + 1].words += words;
      if (!node.in_link) continue;
      blocks_[block_[i]].link_words += words;
      word_sum_[i + 1].link_words += words;
    }
    for (const std::uint32_t row : with_lines) {
      const bool data = words(row).words <= kDataRowWordsMax;
      nodes_[row].row = data ? Row::kData : Row::kLayout;
      if (!data) nodes_[table_of(row)].row = Row::kLayout;
    }
  }
  // The table that a row is of; 0 for none near it.
  std::uint32_t table_of(std::uint32_t row) const {
    constexpr int kLevelsMax = 3;
    std::uint32_t at = nodes_[row].parent;
    for (int level = 0; level < kLevelsMax && at != 0; ++level, at = nodes_[at].parent)
      if (nodes_[at].tag == Tag::kTable) return at;
    return 0;
  }
  // A line end or a block inside one of the row's cells.
  void note_row(std::uint32_t row, std::vector<std::uint32_t>& with_lines) {
    if (nodes_[row].tag == Tag::kRow && (with_lines.empty() || with_lines.back() != row))
      with_lines.push_back(row);
  }

  void find_popovers() {
    for (std::size_t i = 1; i < nodes_.size(); ++i) {
      if (nodes_[i].tag != Tag::kOther || !is_popover(i)) continue;
      nodes_[i].popover = true;
      Counts& block = blocks_[block_[i]];
      block.words -= words(i).words;
      block.link_words -= words(i).link_words;
      i = nodes_[i].end - 1;
    }
  }
  // Several links and hardly a word beside them, in a block that has words of its own.
  bool is_popover(std::size_t i) const {
    const Counts inside = words(i), block = blocks_[block_[i]];
    if (nodes_[i].end - i > kPopoverNodesMax || inside.words < kPopoverWordsMin ||
        inside.link_words * 10 < inside.words * 9)
      return false;
    if (block.words - block.link_words < inside.words - inside.link_words + kRunningWordsMin)
      return false;
    std::size_t links = 0;
    for (std::size_t k = i + 1; k < nodes_[i].end; ++k) {
      if (is_block(nodes_[k].tag) && nodes_[k].tag != Tag::kSkipped) return false;
      links += nodes_[k].tag == Tag::kA;
    }
    return links >= kPopoverLinksMin;
  }

  void skip_by_tag() {
    for (std::size_t i = 1; i < nodes_.size(); ++i) {
      Node& node = nodes_[i];
      node.skipped = nodes_[node.parent].skipped || is_never_text(node.tag) || node.popover;
    }
  }

  // Whether the captions say more than all running text of the page.
  bool is_gallery() {
    captions_.clear();
    double said = 0;
    for (std::size_t i = 1; i < nodes_.size(); ++i) {
      if (nodes_[i].tag != Tag::kCaption) continue;
      const Counts c = words(i);
      if (c.words < kRunningWordsMin || c.link_words * 2 > c.words) continue;
      captions_.push_back(static_cast<std::uint32_t>(i));
      said += c.words - c.link_words;
    }
    return captions_.size() >= kGalleryCaptionsMin && said > weight(0);
  }
  // As paragraphs.
  void read_captions() {
    for (const std::uint32_t caption : captions_) {
      nodes_[caption].tag = Tag::kP;
      if (Node& figure = nodes_[nodes_[caption].parent]; figure.tag == Tag::kFigure)
        figure.tag = Tag::kDiv;
    }
  }

  // The running text of each block, summed so that any subtree's weight is one subtraction.
  void weigh() {
    weight_sum_.assign(nodes_.size() + 1, 0);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      weight_sum_[i + 1] = weight_sum_[i] + (nodes_[i].skipped ? 0 : block_weight(i));
    }
  }
  double block_weight(std::size_t i) const {
    const Counts& c = blocks_[i];
    if (c.words < kRunningWordsMin || c.link_words * 2 > c.words) return 0;
    const Tag tag = nodes_[i].tag;
    if (tag == Tag::kH1 || tag == Tag::kHeading) return 0;
    const double words = c.words - c.link_words;
    return tag == Tag::kItem || tag == Tag::kRow ? words / 2 : words;
  }
  double weight(std::size_t i) const { return weight_sum_[nodes_[i].end] - weight_sum_[i]; }
  Counts words(std::size_t i) const {
    const Counts a = word_sum_[i], b = word_sum_[nodes_[i].end];
    return {b.words - a.words, b.link_words - a.link_words};
  }

  void skip_by_hint() {
    const double total = std::max(weight(0), 1.0);
    in_body_.assign(nodes_.size(), false);
    for (std::size_t i = 1; i < nodes_.size(); ++i) {
      Node& node = nodes_[i];
      in_body_[i] = in_body_[node.parent] || (node.hints & kHintItem) ||
                    ((node.hints & kHintBody) && weight(i) > kBodyHintShare * total);
      node.skipped = node.skipped || nodes_[node.parent].skipped || is_furniture(i, total);
    }
  }
  bool is_furniture(std::size_t i, double total) const {
    const Node& node = nodes_[i];
    if (node.tag == Tag::kHtml || node.tag == Tag::kBody || node.tag == Tag::kMain ||
        node.tag == Tag::kText)
      return false;
    const double share = weight(i) / total;
    if (is_furniture_tag(node.tag)) return share < kUnwantedMax;
    if (node.tag == Tag::kFigure) return words(i).words < 80;
    if (node.hints == 0 || (node.hints & kHintBody)) return false;
    // Paywalls hide the paragraphs of the body one by one; the reader who may see them sees them as
    // text.
    if (node.hints & kHintHidden) return share < kUnwantedMax && !(in_body_[i] && weight(i) > 0);
    if (node.hints & kHintComment) return share < kCommentsMax && node.tag != Tag::kArticle;
    if (node.hints & kHintUnwanted) return share < kUnwantedMax && node.tag != Tag::kArticle;
    if (node.hints & kHintCaption) return words(i).words < 80 && share < 0.2;
    if (node.hints & (kHintByline | kHintDate)) return words(i).words < 40 && share < 0.1;
    return false;
  }

  bool is_brief() const { return weight(0) >= kRunningWordsMin && named_container() != 0; }

  std::size_t container() const { return descend(named_container()); }
  // The element that names itself the article or its body; 0 for none.
  std::size_t named_container() const {
    const double total = weight(0);
    std::size_t from = 0;
    double best = 0;
    for (std::size_t i = 1; i < nodes_.size(); ++i) {  // the element that names itself the body
      if (nodes_[i].skipped || !(nodes_[i].hints & kHintBody)) continue;
      const double score = weight(i) * (nodes_[i].hints & kHintItem ? 1.2 : 1.0);
      if (weight(i) >= kBodyHintShare * total && score > best) best = score, from = i;
    }
    return from != 0 ? from : only_article(total);
  }
  // The article element with most of the text, if there is one with half of it.
  std::size_t only_article(double total) const {
    for (std::size_t i = 1; i < nodes_.size(); ++i)
      if (nodes_[i].tag == Tag::kArticle && !nodes_[i].skipped && weight(i) > 0.5 * total) return i;
    return 0;
  }
  std::size_t descend(std::size_t at) const {
    while (true) {
      std::size_t major = 0;
      for (std::size_t i = at + 1; i < nodes_[at].end; i = nodes_[i].end)
        if (!nodes_[i].skipped && is_block(nodes_[i].tag) && weight(i) >= kMajorChild * weight(at))
          major = i;
      if (major == 0 || is_leaf(major) || has_own_paragraphs(at, major)) return at;
      at = major;
    }
  }
  // Whether paragraphs of the article stand beside the child that holds most of it.
  bool has_own_paragraphs(std::size_t at, std::size_t child) const {
    if (nodes_[at].tag == Tag::kBody || nodes_[at].tag == Tag::kHtml) return false;
    double beside = 0;
    for (std::size_t i = at + 1; i < nodes_[at].end; i = nodes_[i].end)
      if (i != child && !nodes_[i].skipped && block_weight(i) >= kOwnParagraphWords)
        beside += block_weight(i);
    return beside >= 2 * kOwnParagraphWords;
  }
  // Whether the weight is the element's own text: then its siblings belong to the article as much
  // as it does.
  bool is_leaf(std::size_t i) const {
    return block_weight(i) * 2 > weight(i) || nodes_[i].tag == Tag::kP ||
           nodes_[i].tag == Tag::kItem || nodes_[i].tag == Tag::kQuote ||
           nodes_[i].tag == Tag::kList;
  }

  // --- the text ---

  std::string collect(std::size_t container) {
    std::string out;
    line_.clear();
    for (std::size_t i = container; i < nodes_[container].end; ++i) {
      const Node& node = nodes_[i];
      while (open_.size() && i >= open_.back()) {
        open_.pop_back();
        flush(out);
      }
      if (node.skipped || is_link_list(i)) {
        if (is_block(node.tag)) flush(out);
        i = node.end - 1;
        continue;
      }
      if (node.tag == Tag::kText) {
        add(i);
      } else if (node.tag == Tag::kBreak) {
        line_ += is_one_line(nodes_[block_[i]]) ? ' ' : '\n';
      } else if (node.tag == Tag::kCell) {
        if (nodes_[block_[i]].row == Row::kLayout) flush(out);
        line_ += ' ';
      } else if (is_block(node.tag)) {
        flush(out);
        open_.push_back(node.end);
      }
    }
    flush(out);
    return out;
  }
  void add(std::size_t i) {
    const Node& node = nodes_[i];
    parts_.push_back(static_cast<std::uint32_t>(i));
    current_.words += node.words;
    if (node.in_link) current_.link_words += node.words;
    append_text(line_, nodes_, i);
  }
  bool is_link_list(std::size_t i) const {
    const Tag tag = nodes_[i].tag;
    if (tag != Tag::kList && tag != Tag::kTable && tag != Tag::kDiv && tag != Tag::kSection)
      return false;
    const Counts c = words(i);
    return c.link_words * 10 > c.words * 7 && c.words > 0 && c.words < 400;
  }
  // A row of a table of data may hold nothing but links; the table itself is_link_list or not.
  bool is_in_data_row() const {
    if (parts_.empty()) return false;
    const std::uint32_t row = block_[parts_.back()];
    if (nodes_[row].row != Row::kData) return false;
    const std::uint32_t table = table_of(row);
    return table != 0 && nodes_[table].row != Row::kLayout;
  }
  void flush(std::string& out) {
    const Counts c = current_;
    current_ = {};
    const std::string_view text = trim(line_);
    const bool links = c.link_words * 10 > c.words * 7 && c.words < 30 && !is_in_data_row();
    if (!text.empty() && !links) {
      if (!out.empty()) out += "\n\n";
      out += text;
      taken_.insert(taken_.end(), parts_.begin(), parts_.end());
    }
    parts_.clear();
    line_.clear();
  }

  std::vector<Node>& nodes_;
  std::vector<std::uint32_t> block_;
  std::vector<Counts> blocks_;
  std::vector<Counts> word_sum_;
  std::vector<double> weight_sum_;
  std::vector<bool> in_body_;
  std::vector<std::uint32_t> captions_;  // of a sentence's length
  std::vector<std::uint32_t> open_;
  std::vector<std::uint32_t> taken_, parts_;
  std::string line_;
  Counts current_;
};

}  // namespace

void append_text(std::string& line, const std::vector<Node>& nodes, std::size_t node) {
  const std::string_view text = nodes[node].text;
  const bool code = nodes[node].in_code;
  if (!code && are_glued(line, nodes, node)) line += ' ';
  if (nodes[nodes[node].parent].tag == Tag::kPre) {
    line += text;
    return;
  }
  const std::size_t from = line.size();
  if (code || text.find('&') == text.npos) {
    line += text;
  } else {
    line += unescape_references(text);
  }
  for (std::size_t i = from; i < line.size(); ++i)
    if (line[i] == '\n' || line[i] == '\r' || line[i] == '\t') line[i] = ' ';
}

MainText find_main_text(Page& page) { return Finder(page).find(); }

}  // namespace copydesk::clean
