#include "page_features.h"

#include <algorithm>
#include <bit>
#include <bitset>
#include <unordered_map>

#include "words.h"

namespace copydesk::clean {
namespace {

constexpr std::uint32_t kNone = 0;  // no such ancestor: the root is never one that is asked for
constexpr std::uint32_t kMassWordsMin = 8;
constexpr std::size_t kHeadingsMax = 40;  // looked at for the title

// Tags of an element and those above it, as bits.
enum Above : std::uint16_t {
  kAboveNav = 1,
  kAboveFooter = 2,
  kAboveAside = 4,
  kAboveHeader = 8,
  kAboveForm = 16,
  kAboveArticle = 32,
  kAboveMain = 64,
  kAboveFigure = 128,
  kAboveTable = 256,
  kAboveList = 512,
  kAboveQuote = 1024,
  kAboveSection = 2048,
  kAboveHeading = 4096,
};
constexpr std::size_t kAboveBits = 13;

std::uint16_t above_bit(Tag tag) {
  switch (tag) {
    case Tag::kNav: return kAboveNav;
    case Tag::kFooter: return kAboveFooter;
    case Tag::kAside: return kAboveAside;
    case Tag::kHeader: return kAboveHeader;
    case Tag::kForm: return kAboveForm;
    case Tag::kArticle: return kAboveArticle;
    case Tag::kMain: return kAboveMain;
    case Tag::kFigure: return kAboveFigure;
    case Tag::kTable: return kAboveTable;
    case Tag::kList: return kAboveList;
    case Tag::kQuote: return kAboveQuote;
    case Tag::kSection: return kAboveSection;
    case Tag::kH1:
    case Tag::kHeading: return kAboveHeading;
    default: return 0;
  }
}

// What an element inherits.
struct Inherited {
  std::uint32_t path = 0;        // hash of the tags down to it
  std::uint32_t named_path = 0;  // and of the class names
  std::uint32_t unwanted = kNone, body = kNone, content = kNone, article = kNone;  // the nearest
  std::uint16_t above = 0;
  std::uint16_t hints = 0;
  std::uint8_t depth = 0;
  std::uint8_t unwanted_count = 0;
  std::uint8_t articles = 0;  // article elements above
};

struct Sums {
  float mass = 0;  // words outside links in blocks of running text
  std::uint32_t words = 0, link_words = 0, blocks = 0;
};

float ratio(double a, double b) { return b > 0 ? static_cast<float>(a / b) : 0.0f; }
float log1(std::uint32_t x) {
  const std::uint32_t v = x + 1;
  const int e = std::bit_width(v) - 1;
  return static_cast<float>(e) + static_cast<float>(v) / static_cast<float>(1u << e) - 1.0f;
}
std::uint32_t mix(std::uint32_t a, std::uint32_t b) {
  return (a ^ (b + 0x9E3779B9u + (a << 6) + (a >> 2))) * 16777619u;
}

// --- blocks ---

class Collector {
 public:
  Collector(const Page& page, const MainText& found) : nodes_(page.nodes()), found_(found) {}

  PageBlocks collect() {
    std::vector<std::uint32_t> open;
    std::size_t taken = 0;
    for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
      const Node& node = nodes_[i];
      while (!open.empty() && i >= nodes_[open.back()].end) open.pop_back(), flush(false);
      while (taken < found_.taken.size() && found_.taken[taken] < i) ++taken;
      const Row row = open.empty() ? Row::kPlain : nodes_[open.back()].row;
      if (is_never_text(node.tag) || node.popover) {
        if (node.tag == Tag::kCaption) flush(false);
        i = node.end - 1;
      } else if (node.tag == Tag::kText) {
        add(i, taken < found_.taken.size() && found_.taken[taken] == i,
            open.empty() ? 0 : open.back());
      } else if (node.tag == Tag::kBreak) {
        if (!open.empty() && is_one_line(nodes_[open.back()])) {
          line_ += ' ';
        } else {
          flush(true);
        }
      } else if (node.tag == Tag::kCell) {
        if (row == Row::kLayout) flush(false);
        line_ += ' ';
      } else if (i == 0 || is_block(node.tag)) {
        flush(false);
        open.push_back(i);
      }
    }
    flush(false);
    return std::move(out_);
  }

 private:
  void add(std::uint32_t text, bool taken, std::uint32_t element) {
    const Node& node = nodes_[text];
    const std::uint32_t words = node.words;
    current_.element = element;
    current_.words += words;
    if (node.in_link) current_.link_words += words;
    for (std::uint32_t at = node.parent; at > element; at = nodes_[at].parent) {
      if (nodes_[at].tag == Tag::kBold) current_.bold_words += words;
      if (nodes_[at].tag == Tag::kItalic) current_.italic_words += words;
    }
    taken_words_ += taken ? words : 0;
    append_text(line_, nodes_, text);
  }
  void flush(bool at_break) {
    const std::string_view text = trim(line_);
    if (!text.empty()) {
      if (!out_.text.empty()) out_.text += broken_ ? "\n" : "\n\n";
      current_.begin = static_cast<std::uint32_t>(out_.text.size());
      current_.broken = broken_;
      current_.taken = taken_words_ * 2 > current_.words;
      out_.text += text;
      out_.blocks.push_back(current_);
    }
    broken_ = at_break;
    current_ = {};
    taken_words_ = 0;
    line_.clear();
  }

  const std::vector<Node>& nodes_;
  const MainText& found_;
  PageBlocks out_;
  Block current_;
  std::uint32_t taken_words_ = 0;
  bool broken_ = false;
  std::string line_;
};

// --- what the page declares ---

// A set of runs of three words, small enough to lie in the cache: a wrong yes is rare and harmless.
class Shingles {
 public:
  explicit Shingles(std::string_view text) {
    const std::string folded = fold_words(text);
    each(folded, [&](std::uint32_t hash) { bits_.set(hash % kBits), filled_ = true; });
  }
  // The share of the line's runs that are in the set; -1 if there are none on either side.
  float share(std::string_view folded) const {
    if (!filled_) return -1;
    double all = 0, hit = 0;
    each(folded, [&](std::uint32_t hash) { ++all, hit += bits_.test(hash % kBits); });
    return all > 0 ? ratio(hit, all) : -1;
  }

 private:
  static constexpr std::size_t kBits = 65536;
  template <class Visit>
  static void each(std::string_view folded, Visit visit) {
    std::uint32_t a = 0, b = 0;
    for (std::size_t begin = 0, count = 1; begin < folded.size(); ++count) {
      const std::size_t end = std::min(folded.find(' ', begin), folded.size());
      const std::uint32_t c = word_hash(folded.substr(begin, end - begin));
      if (count >= 3) visit(mix(mix(a, b), c) >> 8);
      a = b, b = c;
      begin = end + 1;
    }
  }
  std::bitset<kBits> bits_;
  bool filled_ = false;
};

// --- columns ---

class Columns {
 public:
  Columns(const Page& page, const MainText& found, const PageBlocks& blocks, std::string_view title)
      : nodes_(page.nodes()), found_(found), blocks_(blocks.blocks) {
    inherit();
    sum();
    find_heading(page, title);
    follow_headings(blocks);
  }

  void write(std::size_t b, float* x) const {
    const Block& block = blocks_[b];
    const std::uint32_t e = block.element;
    const Inherited& up = inherited_[e];
    const double words = std::max(1u, block.words);
    *x++ = ratio(block.link_words, words);
    *x++ = ratio(block.bold_words, words);
    *x++ = ratio(block.italic_words, words);
    *x++ = block.broken;
    *x++ = block.taken;
    *x++ = nodes_[e].skipped;
    *x++ = static_cast<float>(nodes_[e].tag);
    *x++ = up.depth;
    for (std::size_t k = 0; k < kAboveBits; ++k) *x++ = (up.above >> k) & 1;
    *x++ = (up.hints & kHintHidden) != 0;
    *x++ = (up.hints & kHintItem) != 0;
    *x++ = (nodes_[e].hints & (kHintByline | kHintDate)) != 0;
    *x++ = (up.hints & (kHintByline | kHintDate)) != 0;
    *x++ = (up.hints & kHintCaption) != 0;
    *x++ = up.unwanted_count;
    for (const std::uint32_t at : {up.unwanted, up.body, up.content, up.article}) {
      *x++ = at ? share(at) : -1.0f;
      *x++ = at ? static_cast<float>(up.depth - inherited_[at].depth) : -1.0f;
    }
    std::uint32_t at = e;
    for (int level = 0; level < 3; ++level) {
      const Sums s = sums(at);
      *x++ = share(at);
      *x++ = ratio(s.link_words, s.words);
      *x++ = log1(s.words);
      *x++ = log1(s.blocks);
      if (level > 0) *x++ = ratio(s.mass, s.words);
      at = nodes_[at].parent;
    }
    for (const float limit : {0.25f, 0.5f, 0.8f}) {
      at = e;
      int level = 0;
      while (at != 0 && level < 20 && share(at) < limit) at = nodes_[at].parent, ++level;
      *x++ = static_cast<float>(level);
    }
    place_in_container(e, x);
    const auto same = paths_.find(up.path);
    const auto named = named_.find(up.named_path);
    for (const Sums& s : {same->second, named->second}) {
      *x++ = ratio(s.mass, total_);
      *x++ = log1(s.blocks);
      *x++ = ratio(s.link_words, s.words);
    }
    for (const std::ptrdiff_t offset : {-1, 1}) neighbour(b, offset, x);
    for (const std::uint16_t hint : {kHintComment, kHintRelated, kHintAsk, kHintFrame, kHintAuthor})
      *x++ = (up.hints & hint) != 0;
    beside_title(b, x);
  }
  BlockPlace place(std::size_t b) const {
    const std::uint32_t e = blocks_[b].element;
    const std::uint32_t parent = nodes_[e].parent, grandparent = nodes_[parent].parent;
    return {nodes_[e].tag,
            {parent, grandparent, nodes_[grandparent].parent, inherited_[e].named_path,
             inherited_[e].path}};
  }

 private:
  void inherit() {
    inherited_.resize(nodes_.size());
    for (std::uint32_t i = 1; i < nodes_.size(); ++i) {
      const Node& node = nodes_[i];
      if (node.tag == Tag::kText) continue;
      Inherited& mine = inherited_[i];
      mine = inherited_[node.parent];
      mine.depth = static_cast<std::uint8_t>(std::min(mine.depth + 1, 250));
      mine.path = mix(mine.path, static_cast<std::uint32_t>(node.tag) + 1);
      mine.named_path =
          mix(mix(mine.named_path, static_cast<std::uint32_t>(node.tag) + 1), node.names);
      mine.above |= above_bit(node.tag);
      if (node.tag == Tag::kHtml || node.tag == Tag::kBody) continue;
      mine.hints |= node.hints;
      if (node.hints & kHintUnwanted) {
        mine.unwanted = i;
        mine.unwanted_count = static_cast<std::uint8_t>(std::min(mine.unwanted_count + 1, 9));
      }
      if (node.hints & kHintBody) mine.body = i;
      if (node.hints & kHintContent) mine.content = i;
      if (node.tag == Tag::kArticle) {
        mine.article = i;
        mine.articles = static_cast<std::uint8_t>(std::min(mine.articles + 1, 9));
      }
    }
  }
  void sum() {
    std::vector<Sums> own(nodes_.size());
    for (const Block& block : blocks_) {
      Sums s;
      const bool running = block.words >= kMassWordsMin && block.link_words * 2 <= block.words &&
                           nodes_[block.element].tag != Tag::kH1 &&
                           nodes_[block.element].tag != Tag::kHeading;
      s.mass = running ? static_cast<float>(block.words - block.link_words) : 0;
      s.words = block.words, s.link_words = block.link_words, s.blocks = 1;
      add(own[block.element], s);
      const Inherited& up = inherited_[block.element];
      add(paths_[up.path], s);
      add(named_[up.named_path], s);
    }
    sums_.resize(nodes_.size() + 1);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      sums_[i + 1] = sums_[i];
      add(sums_[i + 1], own[i]);
    }
    total_ = std::max(1.0f, sums_.back().mass);
  }
  static void add(Sums& to, const Sums& s) {
    to.mass += s.mass, to.words += s.words, to.link_words += s.link_words, to.blocks += s.blocks;
  }
  Sums sums(std::uint32_t i) const {
    const Sums &a = sums_[i], &b = sums_[nodes_[i].end];
    return {b.mass - a.mass, b.words - a.words, b.link_words - a.link_words, b.blocks - a.blocks};
  }
  float share(std::uint32_t i) const {
    return (sums_[nodes_[i].end].mass - sums_[i].mass) / total_;
  }

  void place_in_container(std::uint32_t e, float*& x) const {
    const auto container = static_cast<std::uint32_t>(found_.container);
    const bool inside = container != 0 && e >= container && e < nodes_[container].end;
    std::uint32_t at = e;
    int up = 0;
    if (container != 0 && !inside) {
      while (at != 0 && !(at <= container && container < nodes_[at].end))
        at = nodes_[at].parent, ++up;
    }
    *x++ = inside;
    *x++ = inside ? static_cast<float>(inherited_[e].depth - inherited_[container].depth)
                  : -static_cast<float>(up);
    *x++ = container == 0 ? 0.0f : e < container ? -1.0f : inside ? 0.0f : 1.0f;
    *x++ = container ? share(container) : 0.0f;
  }

  // The heading that reads as the declared title, else the first of the first level.
  void find_heading(const Page& page, std::string_view title) {
    const std::string wanted = fold_words(title);
    std::size_t seen = 0;
    std::uint32_t first = 0;
    for (std::uint32_t i = 0; i < nodes_.size() && seen < kHeadingsMax; ++i) {
      const Tag tag = nodes_[i].tag;
      if (tag != Tag::kH1 && tag != Tag::kHeading) continue;
      ++seen;
      if (first == 0 && tag == Tag::kH1) first = i;
      const std::string text = wanted.empty() ? std::string() : fold_words(page.text_of(i));
      if (text.empty() || wanted.size() > 2 * text.size()) continue;
      if (text == wanted || text.ends_with(wanted) || wanted.starts_with(text)) {
        heading_ = i;
        return;
      }
    }
    heading_ = first;
  }
  // What stands above each block: headings, and whether the last one opens a foreign block.
  void follow_headings(const PageBlocks& blocks) {
    under_.resize(blocks_.size());
    Under now;
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      const Tag tag = nodes_[blocks_[b].element].tag;
      if (tag == Tag::kH1 || tag == Tag::kHeading) {
        const std::size_t end = b + 1 < blocks_.size() ? blocks_[b + 1].begin : blocks.text.size();
        const std::string_view text =
            trim(std::string_view(blocks.text).substr(blocks_[b].begin, end - blocks_[b].begin));
        now.foreign = text.size() < 80 && opens_foreign_block(fold_words(text));
        now.since = 0;
        if (tag == Tag::kH1 && blocks_[b].element > heading_) ++now.first_level;
        if (blocks_[b].element > heading_) ++now.headings;
      }
      under_[b] = now;
      now.since = std::min(now.since + 1, 60u);
    }
  }
  void beside_title(std::size_t b, float*& x) const {
    const std::uint32_t e = blocks_[b].element;
    const Inherited &up = inherited_[e], &title = inherited_[heading_];
    const Under& under = under_[b];
    *x++ = heading_ == 0 ? 0.0f : e < heading_ ? -1.0f : 1.0f;
    *x++ = up.articles;
    *x++ = up.article == 0 || heading_ == 0                              ? -1.0f
           : up.article == title.article                                 ? 1.0f
           : heading_ >= up.article && heading_ < nodes_[up.article].end ? 0.5f
                                                                         : 0.0f;
    *x++ = title.article ? share(title.article) : -1.0f;
    // The smallest element around both: what share of the page it holds, how far it is up.
    std::uint32_t at = e;
    int level = 0;
    while (at != 0 && level < 40 && !(heading_ >= at && heading_ < nodes_[at].end))
      at = nodes_[at].parent, ++level;
    *x++ = static_cast<float>(level);
    *x++ = share(at);
    *x++ = static_cast<float>(e > heading_ ? e - heading_ : 0) / static_cast<float>(nodes_.size());
    *x++ = under.foreign;
    *x++ = static_cast<float>(under.since);
    *x++ = static_cast<float>(under.first_level);
    *x++ = static_cast<float>(under.headings);
    *x++ = log1(static_cast<std::uint32_t>(blocks_.size()));
  }

  void neighbour(std::size_t b, std::ptrdiff_t offset, float*& x) const {
    const auto at = static_cast<std::ptrdiff_t>(b) + offset;
    if (at < 0 || at >= static_cast<std::ptrdiff_t>(blocks_.size())) {
      for (int k = 0; k < 5; ++k) *x++ = -1.0f;
      return;
    }
    const Block& block = blocks_[b];
    const Block& other = blocks_[static_cast<std::size_t>(at)];
    *x++ = ratio(other.link_words, std::max(1u, other.words));
    *x++ = other.taken;
    *x++ = static_cast<float>(nodes_[other.element].tag);
    *x++ = nodes_[other.element].parent == nodes_[block.element].parent;
    *x++ = inherited_[other.element].named_path == inherited_[block.element].named_path;
  }

  const std::vector<Node>& nodes_;
  const MainText& found_;
  const std::vector<Block>& blocks_;
  std::vector<Inherited> inherited_;
  std::vector<Sums> sums_;
  struct Under {
    bool foreign = false;
    std::uint32_t since = 60, first_level = 0, headings = 0;
  };
  std::vector<Under> under_;
  std::uint32_t heading_ = 0;
  std::unordered_map<std::uint32_t, Sums> paths_, named_;
  float total_ = 1;
};

}  // namespace

PageBlocks collect_blocks(const Page& page, const MainText& found) {
  return Collector(page, found).collect();
}

std::size_t block_of(const PageBlocks& blocks, const Line& line) {
  const auto after =
      std::upper_bound(blocks.blocks.begin(), blocks.blocks.end(), line.span.begin,
                       [](std::size_t begin, const Block& block) { return begin < block.begin; });
  return static_cast<std::size_t>(after - blocks.blocks.begin()) - 1;
}

std::vector<BlockPlace> add_block_columns(const Page& page, const MainText& found,
                                          const PageBlocks& blocks, const std::vector<Line>& lines,
                                          const Declared& declared, LineFeatures& features) {
  const Columns columns(page, found, blocks, declared.title);
  const Shingles body(declared.body), description(declared.description);
  std::vector<BlockPlace> places;
  places.reserve(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t block = block_of(blocks, lines[i]);
    float* x = features.row(i) + kLineFeatures;
    x[0] = body.share(lines[i].folded);
    x[1] = description.share(lines[i].folded);
    columns.write(block, x + 2);
    places.push_back(columns.place(block));
  }
  return places;
}

}  // namespace copydesk::clean
