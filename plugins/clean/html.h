// Main text and metadata of an article's HTML page.
//
// Input is UTF-8; charset decoding is done before. Any bytes are safe: nesting, attributes, tree
// size and input size are bounded, and every walk over the tree is a loop. Pure, any thread; all
// results own their memory.
//
// The text is found by density: blocks of running text weigh by their words outside links, the
// smallest element that holds most of the weight is the article, and what is left of the page's
// furniture inside it goes by its tags, class names and link density, and by the line rules of
// text.h. Ideas: Kohlschuetter et al., "Boilerplate Detection using Shallow Text Features" (WSDM
// 2010), and Mozilla's Readability.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dates.h"

namespace copydesk::clean {

class PageModel;

struct HtmlOptions {
  std::string_view url;  // of the page, where it is known: what its relative addresses refer to
  std::size_t max_html_bytes = 16 << 20;   // the rest is not read, warning "cut"
  std::size_t max_depth = 512;             // deeper elements are flattened, as browsers do
  std::size_t max_tree_bytes = 256 << 20;  // of the page's tree and lists; then as max_html_bytes
  bool use_model = true;                   // else rules only
  const PageModel* model = nullptr;        // borrowed; nullptr is the one built in
};

struct CleanedHtml {
  std::string title;
  std::string heading;  // as the page shows it, where that is not the title
  std::string body;  // paragraphs with one blank line between; empty when the page has no article
  std::string description;
  std::vector<std::string> authors;
  std::string site_name;
  std::string canonical_url;
  std::optional<Moment> published_at;
  std::optional<Moment> modified_at;
  bool is_dated = false;  // published_at is the page's, not one of those in a list of articles
  std::string section;
  std::vector<std::string> keywords;
  std::string image_url;
  std::string language;  // as written, "en-GB"
  std::string dateline;
  std::string around;     // the text that the body was taken from, with the furniture still in it
  std::size_t words = 0;  // of the body
  std::size_t removed_blocks = 0;     // blocks of text of the page that are not in the body
  float confidence = 0;               // that the body is the article, 0 to 1; 0 without a body
  std::vector<std::string> warnings;  // "no_article", "cut", "deep", "little_left", page_kind.h
};

// Metadata is taken from where it is most trusted: JSON-LD of an article, then OpenGraph and other
// meta elements, then the page itself (h1, time, rel=author, lang).
CleanedHtml clean_html(std::string_view html, const HtmlOptions& options);

}  // namespace copydesk::clean
