// Why each line of an article stays or goes, for people: slower than cleaning, which is done again
// on the way, and the same in outcome.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "html.h"
#include "text.h"

namespace copydesk::clean {

// A line of the input, or a part of one, in the order of the input.
struct LineReason {
  static constexpr std::size_t kTextBytesMax = 400;

  bool kept = false;
  // What decided. Kept: model, rules, or guard (the model would have dropped it). Cut: model, a rule
  // of the text cleaner ("title": it is the title), "furniture" (a part of the page with the tags or
  // names of furniture), "outside" (beside what was taken for the article).
  std::string_view rule;
  std::optional<float> score;  // the model's: above 0 is text of the article
  std::string text;            // whole characters
};

std::vector<LineReason> explain_text(std::string_view body, std::string_view title_given,
                                     const TextOptions& options);
std::vector<LineReason> explain_html(std::string_view html, const HtmlOptions& options);

// The first bytes of a line, as in LineReason::text.
std::string beginning_of(std::string_view line);

}  // namespace copydesk::clean
