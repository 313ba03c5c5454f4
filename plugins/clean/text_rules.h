// The rules of the text cleaner. Each marks lines of the list with the reason to drop them; none
// removes anything itself. Internal.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dates.h"
#include "lines.h"
#include "text.h"

namespace copydesk::clean {

// Whether `tail` ends `whole` and what comes before it has the shape of a glued breadcrumb:
// "HomeNewsWorld", "World » ".
bool is_glued_before(std::string_view whole, std::string_view tail);
// "Title | Site", "Title - Site".
bool is_title_with_site(std::string_view line, std::string_view title);

class TextRules {
 public:
  // All are borrowed for the life of the object.
  TextRules(Lines& lines, std::string_view title_given, const TextOptions& options)
      : lines_(lines), list_(lines.list()), title_given_(title_given), known_(options) {}

  // Runs all rules in their order.
  void run();
  // Drops a line if the guards let it; the title and what is dropped already stay as they are.
  bool drop(std::size_t i, std::string_view reason);

  std::string title;
  std::string byline;
  std::string dateline;
  std::vector<std::string> authors;
  std::optional<Moment> published_at;
  std::optional<Moment> modified_at;

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  bool cut(std::size_t i, Span keep);
  void add_author(std::string_view name);
  std::size_t first_paragraph() const;
  std::size_t last_paragraph() const;
  std::size_t before_last_paragraphs() const;

  void drop_chrome();
  void drop_captions();
  void drop_teasers();

  void decide_title();
  bool title_from_given();
  std::size_t find_title() const;
  bool can_be_title(std::size_t i) const;
  std::size_t without_breadcrumb(std::size_t i);
  void drop_title_lines();
  void drop_broken(std::string_view title);
  std::size_t author_bytes(std::string_view line) const;

  void clean_head();
  std::size_t head_end() const;
  void take_date(const Line& line);
  DayOrder order_of_days() const;
  bool take_byline(std::size_t i);
  static bool is_posted_line(const Line& line);
  bool is_foreign_byline(std::size_t i) const;
  bool take_name_and_role(std::size_t i);
  bool take_name_beside_date(std::size_t i);
  bool take_names_below(std::size_t i);
  static bool is_number(const Line& line);
  static bool is_clock(const Line& line);

  void drop_tickers();
  std::size_t ticker_end(std::size_t first_stamp) const;
  void drop_ticker(std::size_t first_stamp, std::size_t last_stamp);

  void drop_author_boxes();
  bool is_doubled_name(std::size_t i) const;
  bool is_biography(std::size_t i) const;
  void drop_foreign_blocks();
  void drop_trailing_headlines();

  void cut_glued_captions();
  void drop_repeated();
  void find_dateline();

  Lines& lines_;
  std::vector<Line>& list_;
  std::string_view title_given_;
  const TextOptions& known_;
  std::size_t title_line_ = kNone;
  std::vector<std::string> captions_;  // the captions' own words
};

}  // namespace copydesk::clean
