// The blocks of text of a whole page, and what the trained model sees of each. Internal.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "line_features.h"
#include "lines.h"
#include "main_text.h"
#include "page.h"

namespace copydesk::clean {

inline constexpr std::size_t kBlockFeatures = 91;
inline constexpr std::size_t kPageFeatures = kLineFeatures + kBlockFeatures;

// A block of text, or what stands between two line breaks of one.
struct Block {
  std::uint32_t begin = 0;    // byte in PageBlocks::text
  std::uint32_t element = 0;  // the element that makes it a block
  std::uint32_t words = 0, link_words = 0, bold_words = 0, italic_words = 0;
  bool broken = false;  // stands after a line break inside its element
  bool taken = false;   // the rules of main_text.h take it for the article's
};

struct PageBlocks {
  std::string text;  // a line or more for each block, a blank line between elements
  std::vector<Block> blocks;
};

// `found` must come from the same page.
PageBlocks collect_blocks(const Page& page, const MainText& found);

// What the page says of its article elsewhere.
struct Declared {
  std::string_view title;
  std::string_view description;
  std::string_view body;
};

// Where a block stands: numbers that it shares with the others of its groups.
enum BlockGroup : std::size_t {
  kSameParent,       // of the element that makes the block
  kSameGrandparent,  // and the parent of that
  kSameGreatGrandparent,
  kSameNames,  // tags and class names from the root down to the block's
  kSameTags,   // tags alone
  kBlockGroups
};
struct BlockPlace {
  Tag tag = Tag::kOther;
  std::array<std::uint32_t, kBlockGroups> groups{};
};

// Writes the columns behind those of LineFeatures and returns the place of each line. `lines` are
// those of blocks.text.
std::vector<BlockPlace> add_block_columns(const Page& page, const MainText& found,
                                          const PageBlocks& blocks, const std::vector<Line>& lines,
                                          const Declared& declared, LineFeatures& features);

// The block that the line belongs to.
std::size_t block_of(const PageBlocks& blocks, const Line& line);

}  // namespace copydesk::clean
