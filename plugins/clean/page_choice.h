// Which blocks of a page are the article's: what html.h cleans and explain.h explains. Internal.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "lines.h"
#include "main_text.h"
#include "page.h"
#include "page_features.h"
#include "page_model.h"

namespace copydesk::clean {

// Words of blocks that the rules and the model judge alike, and of all that either takes.
struct Agreement {
  std::size_t both = 0, either = 0;
};

class PageChoice {
 public:
  // By the rules. Both are borrowed for the life of the object, and `found` is of that page.
  PageChoice(const Page& page, const MainText& found);
  PageChoice(const PageChoice&) = delete;
  PageChoice& operator=(const PageChoice&) = delete;

  // By the model, unless it would leave next to nothing of what the rules take.
  void ask(const PageModel& model, const Declared& declared);

  bool by_model() const { return by_model_; }
  // Of the chosen blocks; for clean_text, which takes out what is furniture by its wording.
  const std::string& text() const { return by_model_ ? text_ : found_.text; }
  // Nothing but zeros where the rules are alone.
  const Agreement& agreement() const { return agreement_; }

  const std::vector<Line>& lines() const { return lines_.list(); }  // of the whole page
  bool chosen(std::size_t line) const { return by_model_ ? chosen_[line] : block(line).taken; }
  // The model's, where it was asked: above 0 it would take the line.
  std::optional<float> score(std::size_t line) const;
  // Whether the line stands in a part of the page that the rules take for furniture.
  bool is_furniture(std::size_t line) const;

 private:
  const Block& block(std::size_t line) const {
    return blocks_.blocks[block_of(blocks_, lines()[line])];
  }
  void choose();

  const Page& page_;
  const MainText& found_;
  PageBlocks blocks_;
  Lines lines_;
  std::vector<float> scores_;  // empty where the model was not asked
  std::vector<bool> chosen_;   // by the model
  std::string text_;           // of those
  Agreement agreement_;
  bool by_model_ = false;
};

}  // namespace copydesk::clean
