// Finds the article's text on a page. Internal.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "page.h"

namespace copydesk::clean {

struct MainText {
  // blocks with one blank line between, chrome inside the article still among them
  std::string text;
  std::size_t container = 0;         // the element the text was taken from; 0 for none
  std::size_t blocks = 0;            // blocks of text on the whole page
  std::vector<std::uint32_t> taken;  // the text nodes that `text` was made of, in order
};

bool is_block(Tag tag);       // begins a paragraph of its own
bool is_never_text(Tag tag);  // holds nothing that readers see as text of the page

// Whether a line end inside the block is a space: in headings and in the cells of a row of data.
bool is_one_line(const Node& block);

// Adds the text of the node to the line that is being put together: line ends are spaces but
// right in <pre>, what was escaped once too often is read as it was meant but in code, and a space stands
// where tags alone parted two sentences, or a bold heading and its text.
void append_text(std::string& line, const std::vector<Node>& nodes, std::size_t node);

// Marks the parts of the page that are furniture (Node::skipped) and collects the text of the rest
// of the article.
MainText find_main_text(Page& page);

}  // namespace copydesk::clean
