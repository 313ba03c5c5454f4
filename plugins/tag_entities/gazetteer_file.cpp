#include "gazetteer_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>

#include "gazetteer_row.h"
#include "records.h"
#include "unicode.h"

namespace copydesk::tag_entities {
namespace {

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 60;
  std::string shown(text.substr(0, kShown));
  // Never cut inside a character.
  while (!shown.empty() && text.size() > kShown && !valid_utf8(shown)) shown.pop_back();
  shown.insert(0, 1, '\'');
  return shown.append(text.size() >= shown.size() ? "…'" : "'");
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Calls `each` with every alias that is not empty.
template <class Each>
void each_alias(std::string_view aliases, char separator, Each each) {
  while (!aliases.empty()) {
    const std::size_t end = std::min(aliases.find(separator), aliases.size());
    const std::string_view alias = trimmed(aliases.substr(0, end));
    if (!alias.empty()) each(alias);
    aliases.remove_prefix(std::min(end + 1, aliases.size()));
  }
}

bool parse_case(std::string_view text, CaseRule& rule) {
  if (text.empty() || text == "normal") {
    rule = CaseRule::kNormal;
  } else if (text == "exact") {
    rule = CaseRule::kExact;
  } else if (text == "any") {
    rule = CaseRule::kAny;
  } else {
    return false;
  }
  return true;
}

template <class Number>
bool parse_number(std::string_view text, Number least, Number most, Number& number) {
  if (text.empty()) return true;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= least &&
         number <= most;
}

// One file being read.
class Loader {
 public:
  Loader(GazetteerBuilder& builder, std::string_view file, std::vector<Diagnostic>& diagnostics)
      : builder_(builder),
        file_(file),
        diagnostics_(diagnostics),
        format_(row_format(file)),
        cutter_(format_),
        first_entry_(builder.entry_count()) {}

  bool has_quotes() const { return format_ == RowFormat::kCsv; }

  bool load(Records& records) {
    std::string_view row;
    for (auto answer = records.next(row); answer != Records::Answer::kEnd;
         answer = records.next(row)) {
      line_ = records.line();
      if (records.bytes() > kFileBytesMax) {
        error("the file is larger than " + std::to_string(kFileBytesMax) + " bytes");
        break;
      }
      if (answer == Records::Answer::kTooLong) {
        error("the line is longer than " + std::to_string(kLineBytesMax) + " bytes");
        continue;
      }
      if (line_ == 1 && row.starts_with("\xEF\xBB\xBF")) row.remove_prefix(3);
      take(row);
    }
    if (ok_ && lines_.empty()) warn_of_nothing();
    if (hidden_ > 0) {
      diagnostics_.push_back({ok_ ? Diagnostic::Severity::kWarning : Diagnostic::Severity::kError,
                              std::string(file_), 0,
                              std::to_string(hidden_) + " more are not shown"});
    }
    return ok_;
  }

 private:
  void report(Diagnostic::Severity severity, std::string message) {
    if (severity == Diagnostic::Severity::kError) ok_ = false;
    if (reported_++ >= kDiagnosticsMax) {
      ++hidden_;
      return;
    }
    diagnostics_.push_back({severity, std::string(file_), line_, std::move(message)});
  }
  void error(std::string message) { report(Diagnostic::Severity::kError, std::move(message)); }
  void warning(std::string message) { report(Diagnostic::Severity::kWarning, std::move(message)); }

  // Whoever names a file means names to come from it: an export that failed leaves such a one.
  void warn_of_nothing() {
    line_ = 0;
    warning("the file has no entry: no names come from it");
  }

  void take(std::string_view row) {
    std::size_t bad = 0;
    if (!valid_utf8(row, &bad)) {
      return error("invalid UTF-8 at byte " + std::to_string(bad + 1) + " of the line");
    }
    std::array<std::string_view, kColumns> columns;
    std::string problem;
    switch (cutter_.cut(row, columns, problem)) {
      case RowCutter::Answer::kNothing: return;
      case RowCutter::Answer::kDoubt: return warning(std::move(problem));
      case RowCutter::Answer::kMistake: return error(std::move(problem));
      case RowCutter::Answer::kRow: return add(columns);
    }
  }

  void add(const std::array<std::string_view, kColumns>& columns) {
    NewEntry entry;
    entry.name = columns[kName];
    entry.id = columns[kId];
    entry.kind = columns[kKind];
    entry.within = columns[kWithin];
    if (!sound(columns, entry)) return;
    bool has_short = false;
    each_alias(columns[kAliases],
               [&](std::string_view alias) { has_short |= alias.front() == '~'; });
    entry.last_word_is_short = entry.type == EntityType::kPer && !has_short;
    const FormUse marked = entry.within.empty() ? FormUse::kShort : FormUse::kDoubtful;
    const std::uint32_t index = builder_.add_entry(entry);
    if (index == Gazetteer::kNone) {
      return error("too many entries or kinds, or too much text, for one gazetteer");
    }
    lines_.push_back(static_cast<std::uint32_t>(line_));
    add_forms(index, entry.name, columns[kAliases], marked);
  }

  // Calls `each` with every alias of the row at hand that is not empty.
  template <class Each>
  void each_alias(std::string_view aliases, Each each) const {
    tag_entities::each_alias(aliases, cutter_.alias_separator(), each);
  }

  bool sound(const std::array<std::string_view, kColumns>& columns, NewEntry& entry) {
    const auto wrong = [this](std::string message) {
      error(std::move(message));
      return false;
    };
    if (entry.name.empty()) return wrong("the name is empty");
    if (!parse_type(columns[kType], entry.type)) {
      return wrong("unknown type " + quoted(columns[kType]) + " (PER, ORG, LOC or MISC)");
    }
    if (entry.id.empty()) return wrong("the id of " + quoted(entry.name) + " is empty");
    for (int column = 0; column < kColumns; ++column) {
      // Which may be a control character itself.
      const char separator = column == kAliases ? cutter_.alias_separator() : '|';
      const auto is_wrong = [separator](char c) { return is_control(c) && c != separator; };
      if (std::none_of(columns[column].begin(), columns[column].end(), is_wrong)) continue;
      return wrong("control character in " + quoted(entry.name));
    }
    for (const std::string_view text : {entry.name, entry.id, entry.kind, entry.within}) {
      if (text.size() > kFormBytesMax) {
        return wrong("name, id, kind or within is longer than " + std::to_string(kFormBytesMax) +
                     " bytes");
      }
    }
    constexpr std::uint32_t kPeopleMax = 4'000'000'000;
    if (!parse_number(columns[kPopulation], 0U, kPeopleMax, entry.population)) {
      return wrong("the population " + quoted(columns[kPopulation]) + " is no whole number");
    }
    int priority = 0;
    if (!parse_number(columns[kPriority], -kPriorityMax, kPriorityMax, priority)) {
      return wrong("the priority " + quoted(columns[kPriority]) + " is no whole number from -" +
                   std::to_string(kPriorityMax) + " to " + std::to_string(kPriorityMax));
    }
    entry.priority = static_cast<std::int16_t>(priority);
    return parse_case(columns[kCase], entry.case_rule) ||
           wrong("unknown case " + quoted(columns[kCase]) + " (normal, exact or any)");
  }

  // `marked` is the use of forms with '~'.
  void add_forms(std::uint32_t entry, std::string_view name, std::string_view aliases,
                 FormUse marked) {
    bool demoted = false;
    each_alias(aliases, [&](std::string_view alias) {
      if (alias.front() != '~') return;
      alias.remove_prefix(1);
      if (alias == name) demoted = true;
      if (!alias.empty()) form(entry, alias, marked);
    });
    if (!demoted) form(entry, name, FormUse::kFull);
    bool behind = false;
    each_alias(aliases, [&](std::string_view alias) {
      behind |= alias.front() == ',';
      if (alias.front() == '~' || alias.front() == ',') return;
      form(entry, alias, alias.ends_with('-') ? FormUse::kFirstHalf : FormUse::kFull);
    });
    if (!behind) return;
    each_alias(aliases, [&](std::string_view alias) {
      if (alias.front() != ',') return;
      if (marked == FormUse::kDoubtful) return form(entry, alias.substr(1), FormUse::kBehind);
      error(quoted(alias) +
            " begins with a comma, which only an alias of an entry with 'within' may");
    });
  }

  void form(std::uint32_t entry, std::string_view text, FormUse use) {
    std::uint32_t taken_by = Gazetteer::kNone;
    switch (builder_.add_form(entry, text, use, &taken_by)) {
      case AddResult::kAdded: return;
      case AddResult::kRepeated: return repeated(text, entry, taken_by);
      case AddResult::kTaken: return taken(text, entry, taken_by);
      case AddResult::kNoLetters: return error(quoted(text) + " has no letter or digit");
      case AddResult::kTooLong:
        return error(quoted(text) + " is longer than " + std::to_string(kFormBytesMax) +
                     " bytes or " + std::to_string(kFormTokensMax) + " words");
      case AddResult::kTooMany:
        return warning(quoted(text) + " is left out: more than " + std::to_string(kHomonymsMax) +
                       " forms have its letters, or the gazetteer is full");
    }
  }

  void repeated(std::string_view text, std::uint32_t entry, std::uint32_t by) {
    if (by == Gazetteer::kNone || by < first_entry_) return;
    const Entry kept = builder_.entry(by), mine = builder_.entry(entry);
    if (kept.priority == mine.priority && kept.case_rule == mine.case_rule) return;
    warning(quoted(text) + " has that id already (line " +
            std::to_string(lines_[by - first_entry_]) + "), whose priority and case stay");
  }

  // Another file's claim, or a higher priority, is how an operator overrides: that is no news.
  void taken(std::string_view text, std::uint32_t entry, std::uint32_t by) {
    if (by < first_entry_) return;
    const Entry winner = builder_.entry(by);
    if (winner.priority > builder_.entry(entry).priority) return;
    warning(quoted(text) + " already means " + std::string(winner.id) + " (line " +
            std::to_string(lines_[by - first_entry_]) + "), which keeps it");
  }

  GazetteerBuilder& builder_;
  std::string_view file_;
  std::vector<Diagnostic>& diagnostics_;
  RowFormat format_;
  RowCutter cutter_;
  std::size_t first_entry_;
  std::vector<std::uint32_t> lines_;  // of each entry of this file
  std::size_t line_ = 0;
  std::size_t reported_ = 0;
  std::size_t hidden_ = 0;
  bool ok_ = true;
};

// JSON as a whole is no list of rows: read as tabs it would be a mistake a line.
bool is_no_list(std::string_view file, std::vector<Diagnostic>& diagnostics) {
  if (!ends_with(file, ".json")) return false;
  diagnostics.push_back({Diagnostic::Severity::kError, std::string(file), 0,
                         "a list in JSON has one object a line and a name that ends in .jsonl"});
  return true;
}

}  // namespace

std::string Diagnostic::text() const {
  std::string text = file;
  if (line > 0) text.append(":").append(std::to_string(line));
  text.append(severity == Severity::kError ? ": error: " : ": warning: ").append(message);
  return text;
}

bool add_content(GazetteerBuilder& builder, std::string_view content, std::string_view file,
                 std::vector<Diagnostic>& diagnostics) {
  if (is_no_list(file, diagnostics)) return false;
  Loader loader(builder, file, diagnostics);
  Records records(content, loader.has_quotes());
  return loader.load(records);
}

bool add_file(GazetteerBuilder& builder, const std::string& path,
              std::vector<Diagnostic>& diagnostics, std::uint64_t* digest) {
  if (is_no_list(path, diagnostics)) return false;
  const auto wrong = [&](std::string what) {
    diagnostics.push_back({Diagnostic::Severity::kError, path, 0, std::move(what)});
    return false;
  };
  const auto problem = [&](const char* what) {
    return wrong(std::string(what).append(": ").append(std::strerror(errno)));
  };
  // Opening a pipe would wait for its writer.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      descriptor < 0 ? nullptr : ::fdopen(descriptor, "rb"), &std::fclose);
  if (file == nullptr) return problem("cannot be opened");
  struct stat about {};
  if (::fstat(descriptor, &about) != 0) return problem("cannot be read");
  if (!S_ISREG(about.st_mode)) return wrong("is no regular file");
  Loader loader(builder, path, diagnostics);
  Records records(file.get(), loader.has_quotes());
  const bool ok = loader.load(records);
  if (digest != nullptr) *digest = records.digest();
  return std::ferror(file.get()) == 0 ? ok : problem("cannot be read");
}

}  // namespace copydesk::tag_entities
