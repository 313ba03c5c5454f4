// Cleans the text of a scraped article: flattened to lines by somebody's scraper, with the chrome
// of the page still in it.
//
// Rules with guards: a line that holds 40 % of the words is never dropped, and when less than a
// quarter of the words would be left, the input is kept and flagged. The rules look at wording that
// many sites share, at repetition and at the place of a line; no rule knows a site. What the rules
// were measured on, and what they miss, is in README.md.
//
// Pure, any thread. Any bytes are safe. Memory and time grow with the text; above
// TextOptions::max_bytes or max_lines it is passed on unjudged.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chars.h"
#include "dates.h"

namespace copydesk::clean {

class TextModel;

struct TextOptions {
  std::size_t max_bytes = 8 << 20;  // beyond: the text is only normalised, warning "too_long"
  std::size_t max_lines = 100'000;  // the same; each takes about 600 bytes while it is judged
  std::size_t removals_max = 1000;  // reasons kept; the count goes on
  std::size_t excerpt_bytes_max = 80;
  bool use_model = true;             // else rules only
  const TextModel* model = nullptr;  // borrowed; nullptr is the one built in
  // What is known of the article; borrowed.
  std::string_view heading;  // as readers see it, where that is not the title
  std::span<const std::string> authors;
  // Whether a name alone beside the date is taken for the author; a page's elements say it better.
  bool names_alone = true;
};

// One line, or a part of one, that is not in the body.
struct Removal {
  Span span;  // bytes in the input
  // lower-case word, static storage: related_link, ticker, caption, author_box, …
  std::string_view reason;
  std::string excerpt;  // the first bytes of it, whole characters
};

struct CleanedText {
  std::string title;   // empty when the text has none and none was given
  std::string body;    // paragraphs with one blank line between
  std::string byline;  // as written, "By Jane Doe"
  std::vector<std::string> authors;
  std::string dateline;  // "BEIJING", "Beijing, 18 May 2024 (TDI)"; it stays in the body
  std::optional<Moment> published_at;
  std::optional<Moment> modified_at;
  std::size_t words = 0;          // of the body
  std::size_t removed_lines = 0;  // lines removed whole or in part
  std::vector<Removal> removals;
  float confidence = 0;               // that the body is the article, 0 to 1; 0 without a body
  std::vector<std::string> warnings;  // "little_left", "empty", "too_long"
};

// `title_given` is the title the source gave, or empty. It wins over the text's own unless the text
// shows it to be that title with a breadcrumb glued before it.
CleanedText clean_text(std::string_view body, std::string_view title_given,
                       const TextOptions& options);

// Whether the text is only normalised.
bool is_too_long(std::string_view body, const TextOptions& options);

// Whether `given` is `title` with a breadcrumb before it ("HomeNews<title>") or the site after it
// ("<title> | Site"). Both squeezed.
bool is_title_with_extras(std::string_view given, std::string_view title);

}  // namespace copydesk::clean
