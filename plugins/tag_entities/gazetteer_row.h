#pragma once
// A row of a gazetteer file, in each of the three formats; what the columns mean says gazetteer_file.h.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace copydesk::tag_entities {

enum class RowFormat : std::uint8_t { kTsv, kCsv, kJsonl };

// By the end of the file's name in any case: .csv, .jsonl or .ndjson; everything else is TSV.
RowFormat row_format(std::string_view file);
// `suffix` in lower case, the end of `file` in any.
bool ends_with(std::string_view file, std::string_view suffix);

enum Column : std::uint8_t {
  kName,
  kType,
  kId,
  kAliases,  // separated by alias_separator()
  kKind,
  kPriority,
  kCase,
  kWithin,  // ids separated by '|'
  kPopulation,
  kColumns
};
std::string_view column_name(Column column);

// Cuts rows into columns. One object reads one file, since a header says what comes after it.
class RowCutter {
 public:
  explicit RowCutter(RowFormat format);

  enum class Answer { kRow, kNothing, kDoubt, kMistake };
  // `row` is one record: a line, or in CSV what the quotes hold together. kNothing: a comment, a
  // header or an empty line. kDoubt: the same, but `problem` says why it may be meant as a row.
  // kMistake: `problem` says what is wrong. The columns live until the next
  // call, or as long as `row` does, whichever is shorter; those that are absent are empty.
  Answer cut(std::string_view row, std::array<std::string_view, kColumns>& columns,
             std::string& problem);
  // What stands between the aliases of the last row: '|', or between those of a list in JSON, which
  // may hold one, kItemSeparator.
  char alias_separator() const { return alias_separator_; }
  static constexpr char kItemSeparator = '\x1F';

 private:
  bool is_blank(std::string_view row) const;
  Answer cut_comment(std::string_view row, std::array<std::string_view, kColumns>& columns,
                     std::string& problem);
  Answer cut_cells(std::string_view row, std::array<std::string_view, kColumns>& columns,
                   std::string& problem);
  Answer cut_object(std::string_view row, std::array<std::string_view, kColumns>& columns,
                    std::string& problem);
  bool split_csv(std::string_view row, std::string& problem);
  bool is_header() const;
  Answer take_header(std::string& problem);

  RowFormat format_;
  char alias_separator_ = '|';
  std::vector<Column> order_;  // of the columns in this file
  std::vector<std::string_view> cells_;
  std::array<std::string, kColumns> unescaped_;  // texts that are not in the row as they are
  std::vector<std::string> quoted_;              // cells of CSV without their quotes
};

}  // namespace copydesk::tag_entities
