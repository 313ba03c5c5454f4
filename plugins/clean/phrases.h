// What the lines around an article look like: share bars, related links, counters, captions. Used
// for HTML blocks and for flattened text alike.
//
// The lists hold wordings that are common over many sites and languages, never the name of one
// site. Pure, any thread.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

namespace copydesk::clean {

// A line as the rules see it. The views are borrowed.
struct Phrase {
  std::string_view raw;     // trimmed
  std::string_view folded;  // fold_words(raw)
  std::size_t words = 0;    // count_words(raw)
};

// Why a line is chrome, as a lower-case word, or empty: related_link, follow_or_share, newsletter,
// advertisement, navigation, legal, read_more, tags, counter, comments.
std::string_view chrome_reason(const Phrase& line);

// "1 month ago 26", "5 min read", "1.2K views".
bool is_counter(std::string_view folded);

// A heading under which other articles, comments or the site's own boxes are listed ("Most
// Popular").
bool opens_foreign_block(std::string_view folded);

// The credit at the end ("[Photo/Agency]", "(File photo: Agency)", "Photo: Name") or the mark at
// the start ("Photo:", "FILE PHOTO -") of a photo caption. `text_end` is the byte where the
// caption's own words end.
struct Caption {
  std::size_t text_begin = 0;
  std::size_t text_end = 0;
};
std::optional<Caption> find_caption(const Phrase& line);

// The byte where a trailing "read more" begins, if the text ends with one after a complete
// sentence.
std::optional<std::size_t> find_trailing_read_more(std::string_view raw);

// "Role: Organisation", "Professor of ..., University": what an author is, not a sentence.
bool is_affiliation(const Phrase& line);

// "By Jane Doe and John Roe": the names' part, or empty.
std::string_view byline_names(std::string_view raw);

// Two to five capitalised words without other punctuation than in names.
bool looks_like_name(std::string_view raw);

}  // namespace copydesk::clean
