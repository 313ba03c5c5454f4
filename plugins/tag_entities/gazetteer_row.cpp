#include "gazetteer_row.h"

#include <algorithm>
#include <utility>

#include "gazetteer.h"
#include "json_row.h"

namespace copydesk::tag_entities {
namespace {

constexpr std::array<std::string_view, kColumns> kColumnNames = {
    "name", "type", "id", "aliases", "kind", "priority", "case", "within", "population"};
constexpr std::size_t kRequired = 3;  // the first so many

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// kColumns when there is none of that name.
Column column_named(std::string_view name) {
  const auto found = std::find(kColumnNames.begin(), kColumnNames.end(), name);
  return static_cast<Column>(found - kColumnNames.begin());
}

std::string all_columns() {
  std::string all;
  for (const std::string_view name : kColumnNames) all.append(all.empty() ? "" : ", ").append(name);
  return all;
}

}  // namespace

std::string_view column_name(Column column) { return kColumnNames[column]; }

RowFormat row_format(std::string_view file) {
  if (ends_with(file, ".csv")) return RowFormat::kCsv;
  const bool json = ends_with(file, ".jsonl") || ends_with(file, ".ndjson");
  return json ? RowFormat::kJsonl : RowFormat::kTsv;
}

bool ends_with(std::string_view file, std::string_view suffix) {
  if (file.size() < suffix.size()) return false;
  const auto same = [](char c, char lower) { return (c >= 'A' && c <= 'Z' ? c + 32 : c) == lower; };
  return std::equal(suffix.begin(), suffix.end(), file.end() - std::ptrdiff_t(suffix.size()),
                    [&](char lower, char c) { return same(c, lower); });
}

RowCutter::RowCutter(RowFormat format) : format_(format) {
  for (int column = 0; column < kColumns; ++column) order_.push_back(static_cast<Column>(column));
}

// Spreadsheets pad a file with rows of separators.
bool RowCutter::is_blank(std::string_view row) const {
  const std::string_view blanks = format_ == RowFormat::kCsv ? ", \t" : " \t";
  return row.find_first_not_of(blanks) == std::string_view::npos;
}

RowCutter::Answer RowCutter::cut(std::string_view row,
                                 std::array<std::string_view, kColumns>& columns,
                                 std::string& problem) {
  if (is_blank(row)) return Answer::kNothing;
  columns.fill({});
  alias_separator_ = '|';
  if (row.front() == '#') return cut_comment(row, columns, problem);
  return format_ == RowFormat::kJsonl ? cut_object(row, columns, problem)
                                      : cut_cells(row, columns, problem);
}

// "#MeToo<tab>MISC<tab>x:metoo" looks like a row; "# name<tab>type<tab>id" does not.
RowCutter::Answer RowCutter::cut_comment(std::string_view row,
                                         std::array<std::string_view, kColumns>& columns,
                                         std::string& problem) {
  if (row.size() < 2 || row[1] == ' ' || row[1] == '#' || format_ == RowFormat::kJsonl) {
    return Answer::kNothing;
  }
  EntityType type{};
  std::string ignored;
  if (cut_cells(row, columns, ignored) != Answer::kRow || !parse_type(columns[kType], type)) {
    return Answer::kNothing;
  }
  problem =
      "taken for a comment; a row begins with another column than this one (a header says in "
      "which order they come), a comment with '# '";
  return Answer::kDoubt;
}

RowCutter::Answer RowCutter::cut_cells(std::string_view row,
                                       std::array<std::string_view, kColumns>& columns,
                                       std::string& problem) {
  cells_.clear();
  if (format_ == RowFormat::kCsv) {
    if (!split_csv(row, problem)) return Answer::kMistake;
  } else {
    for (;;) {
      const std::size_t end = row.find('\t');
      cells_.push_back(trimmed(row.substr(0, end)));
      if (end == std::string_view::npos) break;
      row.remove_prefix(end + 1);
    }
  }
  if (is_header()) return take_header(problem);
  if (cells_.size() < kRequired || cells_.size() > order_.size()) {
    const bool usual = order_.size() == kColumns;
    problem = std::string("expected ") + (order_.size() > kRequired ? "3 to " : "") +
              std::to_string(order_.size()) + " columns separated by " +
              (format_ == RowFormat::kCsv ? "commas" : "tabs") +
              (usual ? " (" + all_columns() + ")" : "") + ", found " +
              std::to_string(cells_.size());
    return Answer::kMistake;
  }
  for (std::size_t i = 0; i < cells_.size(); ++i) columns[order_[i]] = cells_[i];
  return Answer::kRow;
}

// RFC 4180: a cell in quotes may hold commas, line ends and, doubled, quotes.
bool RowCutter::split_csv(std::string_view row, std::string& problem) {
  quoted_.clear();
  quoted_.reserve(kColumns + 1);  // so that views into them stay good
  for (;;) {
    if (cells_.size() > kColumns) return true;  // too many, whatever else there is
    if (!row.starts_with('"')) {
      const std::size_t end = row.find(',');
      cells_.push_back(trimmed(row.substr(0, end)));
      if (end == std::string_view::npos) return true;
      row.remove_prefix(end + 1);
      continue;
    }
    std::string& cell = quoted_.emplace_back();
    row.remove_prefix(1);
    for (;;) {
      const std::size_t end = row.find('"');
      if (end == std::string_view::npos) {
        problem = "a quote is not closed";
        return false;
      }
      cell.append(row.substr(0, end));
      row.remove_prefix(end + 1);
      if (!row.starts_with('"')) break;
      cell += '"';
      row.remove_prefix(1);
    }
    cells_.push_back(trimmed(cell));
    if (row.empty()) return true;
    if (row.front() != ',') {
      problem = "something stands between a closing quote and the comma";
      return false;
    }
    row.remove_prefix(1);
  }
}

// A row that begins with the names of two columns.
bool RowCutter::is_header() const {
  return cells_.size() > 1 &&
         std::all_of(cells_.begin(), cells_.begin() + 2,
                     [](std::string_view cell) { return column_named(cell) != kColumns; });
}

RowCutter::Answer RowCutter::take_header(std::string& problem) {
  std::vector<Column> order;
  for (const std::string_view cell : cells_) {
    const Column column = column_named(cell);
    if (column == kColumns) {
      problem = "unknown column '" + std::string(cell) + "' (" + all_columns() + ")";
      return Answer::kMistake;
    }
    if (std::find(order.begin(), order.end(), column) != order.end()) {
      problem = "the column '" + std::string(cell) + "' is there twice";
      return Answer::kMistake;
    }
    order.push_back(column);
  }
  for (std::size_t i = 0; i < kRequired; ++i) {
    if (std::find(order.begin(), order.end(), static_cast<Column>(i)) != order.end()) continue;
    problem = "the header has no column '" + std::string(kColumnNames[i]) + "'";
    return Answer::kMistake;
  }
  order_ = std::move(order);
  return Answer::kNothing;
}

RowCutter::Answer RowCutter::cut_object(std::string_view row,
                                        std::array<std::string_view, kColumns>& columns,
                                        std::string& problem) {
  const auto take = [&](std::string_view key, const std::vector<std::string>& values, bool list) {
    const Column column = column_named(key);
    if (column == kColumns) {
      problem = "unknown key '" + std::string(key) + "' (" + all_columns() + ")";
      return false;
    }
    if (values.size() > 1 && column != kAliases && column != kWithin) {
      problem = "'" + std::string(key) + "' is a list";
      return false;
    }
    const char separator = list && column == kAliases ? kItemSeparator : '|';
    if (column == kAliases) alias_separator_ = separator;
    std::string& text = unescaped_[column];
    text.clear();
    for (const std::string& value : values) {
      if (list && value.find(separator) != std::string::npos) {
        problem = separator == '|' ? "'|' in an id" : "control character in an alias";
        return false;
      }
      if (!text.empty()) text += separator;
      text += value;
    }
    columns[column] = trimmed(text);
    return true;
  };
  problem.clear();
  if (!read_json_row(row, take, problem) || !problem.empty()) return Answer::kMistake;
  return Answer::kRow;
}

}  // namespace copydesk::tag_entities
