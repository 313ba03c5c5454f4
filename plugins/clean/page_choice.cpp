#include "page_choice.h"

namespace copydesk::clean {
namespace {

constexpr std::size_t kLeftShareMin = 4;  // a quarter of what the rules take must stay
// More than any article's page has; the model's numbers about each take a kilobyte.
constexpr std::size_t kLinesMax = 50'000;

}  // namespace

PageChoice::PageChoice(const Page& page, const MainText& found)
    : page_(page),
      found_(found),
      blocks_(collect_blocks(page, found)),
      lines_(blocks_.text, false) {}

void PageChoice::ask(const PageModel& model, const Declared& declared) {
  if (lines().size() > kLinesMax) return;
  LineFeatures features(lines(), declared.title, kPageFeatures);
  const std::vector<BlockPlace> places =
      add_block_columns(page_, found_, blocks_, lines(), declared, features);
  scores_ = model.judge(lines(), features, places);
  choose();
}

void PageChoice::choose() {
  chosen_.resize(scores_.size());
  Agreement agreement;
  std::size_t previous = 0;
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    const Line& line = lines()[i];
    const bool taken = block(i).taken;
    chosen_[i] = scores_[i] > 0;
    if (taken || chosen_[i]) agreement.either += line.words;
    if (!chosen_[i]) continue;
    if (taken) agreement.both += line.words;
    if (!text_.empty()) text_ += line.blank_before || previous + 1 != i ? "\n\n" : "\n";
    text_ += line.text;
    previous = i;
  }
  by_model_ = count_words(text_) * kLeftShareMin >= count_words(found_.text);
  if (by_model_) agreement_ = agreement;
}

std::optional<float> PageChoice::score(std::size_t line) const {
  return scores_.empty() ? std::nullopt : std::optional(scores_[line]);
}

bool PageChoice::is_furniture(std::size_t line) const {
  return page_.nodes()[block(line).element].skipped;
}

}  // namespace copydesk::clean
