// HTML character references in texts that were escaped once more than the parser undoes: JSON-LD,
// meta content.
#pragma once
#include <string>
#include <string_view>

namespace copydesk::clean {

// Numeric references and the named ones that occur in headlines; others stay as they are. Tags are
// removed.
std::string unescape(std::string_view text);
// The references alone.
std::string unescape_references(std::string_view text);
// A whole text with its paragraphs: tags inside a sentence go, others end a line; where there are
// such tags, line ends are spaces. Markup that was escaped itself is markup too.
std::string unescape_lines(std::string_view text);

}  // namespace copydesk::clean
