#include "gazetteer_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "unicode.h"

namespace copydesk::tag_entities {
namespace {

constexpr std::size_t kColumnsMin = 3;
constexpr std::size_t kColumnsMax = 5;
constexpr std::size_t kShortFormLettersMin = 3;  // a shorter last word is an initial or a particle

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 60;
  std::string shown(text.substr(0, kShown));
  // Never cut inside a character.
  while (!shown.empty() && text.size() > kShown && !valid_utf8(shown)) shown.pop_back();
  shown.insert(0, 1, '\'');
  return shown.append(text.size() >= shown.size() ? "…'" : "'");
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Calls `each` with every piece between separators, the empty ones too.
template <class Each>
void split(std::string_view text, char separator, Each each) {
  for (;;) {
    const std::size_t end = text.find(separator);
    each(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

bool is_suffix(std::string_view word) {
  constexpr std::string_view kSuffixes[] = {"Jr", "Sr", "II", "III", "IV", "VI", "VII"};
  return std::find(std::begin(kSuffixes), std::end(kSuffixes), word) != std::end(kSuffixes);
}

// One file being read.
class Reader {
 public:
  Reader(Gazetteer& gazetteer, std::string_view file, std::vector<Diagnostic>& diagnostics)
      : gazetteer_(gazetteer), file_(file), diagnostics_(diagnostics) {
    first_entry_ = gazetteer.entry_count();
  }

  bool read(std::string_view content) {
    if (content.starts_with("\xEF\xBB\xBF")) content.remove_prefix(3);
    split(content, '\n', [this](std::string_view line) {
      ++line_;
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.empty() || line.front() == '#') return;
      if (line.starts_with("name\ttype\tid")) return;
      row(line);
    });
    if (hidden_ > 0) {
      diagnostics_.push_back({Diagnostic::Severity::kError, std::string(file_), 0,
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

  bool sound(std::string_view line) {
    if (line.size() > kLineBytesMax) {
      error("the line is longer than " + std::to_string(kLineBytesMax) + " bytes");
      return false;
    }
    std::size_t bad = 0;
    if (!valid_utf8(line, &bad)) {
      error("invalid UTF-8 at byte " + std::to_string(bad + 1) + " of the line");
      return false;
    }
    return true;
  }

  void row(std::string_view line) {
    if (!sound(line)) return;
    std::array<std::string_view, kColumnsMax> columns{};
    std::size_t count = 0;
    split(line, '\t', [&](std::string_view column) {
      if (count < kColumnsMax) columns[count] = trimmed(column);
      ++count;
    });
    if (count < kColumnsMin || count > kColumnsMax) {
      return error(
          "expected 3 to 5 columns separated by tabs (name, type, id, aliases, kind), found " +
          std::to_string(count));
    }
    const auto& [name, type_text, id, aliases, kind] = columns;
    if (name.empty()) return error("the name is empty");
    EntityType type{};
    if (!parse_type(type_text, type)) {
      return error("unknown type " + quoted(type_text) + " (PER, ORG, LOC or MISC)");
    }
    if (id.empty()) return error("the id of " + quoted(name) + " is empty");
    for (const std::string_view column : columns) {
      if (has_control(column)) return error("control character in " + quoted(name));
    }
    if (name.size() > kFormBytesMax || id.size() > kFormBytesMax || kind.size() > kFormBytesMax) {
      return error("name, id or kind is longer than " + std::to_string(kFormBytesMax) + " bytes");
    }
    add(name, type, id, aliases, kind);
  }

  void add(std::string_view name, EntityType type, std::string_view id, std::string_view aliases,
           std::string_view kind) {
    const std::uint32_t entry = gazetteer_.add_entry(name, type, id, kind);
    if (entry == Gazetteer::kNone) {
      return error("too many entries or kinds, or too much text, for one gazetteer");
    }
    lines_.push_back(line_);
    bool demoted = false;
    bool has_short = false;
    split(aliases, '|', [&](std::string_view alias) {
      alias = trimmed(alias);
      if (!alias.starts_with('~')) return;
      has_short = true;
      alias.remove_prefix(1);
      if (alias == name) demoted = true;
      if (!alias.empty()) form(entry, alias, FormUse::kShort);
    });
    if (!demoted) form(entry, name, FormUse::kFull);
    split(aliases, '|', [&](std::string_view alias) {
      alias = trimmed(alias);
      if (alias.empty() || alias.starts_with('~')) return;
      form(entry, alias, alias.ends_with('-') ? FormUse::kFirstHalf : FormUse::kFull);
    });
    if (type == EntityType::kPer && !has_short) derive_short(entry, name);
  }

  // The last word of a person's name, as English newspapers shorten it.
  void derive_short(std::uint32_t entry, std::string_view name) {
    tokenize(name, tokens_);
    while (tokens_.size() > 1 && is_suffix(tokens_.back().in(name))) tokens_.pop_back();
    if (tokens_.size() < 2 || tokens_.back().ideographic) return;
    const Token& last = tokens_.back();
    if (cased_letters(last.in(name)) < kShortFormLettersMin) return;
    form(entry, last.in(name), FormUse::kShort);
  }

  void form(std::uint32_t entry, std::string_view text, FormUse use) {
    std::uint32_t taken_by = Gazetteer::kNone;
    switch (gazetteer_.add_form(entry, text, use, &taken_by)) {
      case AddResult::kAdded:
      case AddResult::kRepeated:
        return;
      case AddResult::kTaken:
        // Another file's claim is how an operator overrides ours, so it is no news.
        if (taken_by < first_entry_) return;
        return warning(quoted(text) + " already means " +
                       std::string(gazetteer_.entry(taken_by).id) + " (line " +
                       std::to_string(lines_[taken_by - first_entry_]) + "), which keeps it");
      case AddResult::kNoLetters:
        return error(quoted(text) + " has no letter or digit");
      case AddResult::kTooLong:
        return error(quoted(text) + " is longer than " + std::to_string(kFormBytesMax) +
                     " bytes or " + std::to_string(kFormTokensMax) + " words");
      case AddResult::kTooMany:
        return warning(quoted(text) + " is left out: more than " + std::to_string(kHomonymsMax) +
                       " forms have its letters, or the gazetteer is full");
    }
  }

  Gazetteer& gazetteer_;
  std::string_view file_;
  std::vector<Diagnostic>& diagnostics_;
  std::size_t first_entry_ = 0;
  std::vector<std::size_t> lines_;  // of each entry of this file
  std::vector<Token> tokens_;
  std::size_t line_ = 0;
  std::size_t reported_ = 0;
  std::size_t hidden_ = 0;
  bool ok_ = true;
};

// The content, or what went wrong.
bool read_file(const std::string& path, std::string& content, std::string& problem) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"),
                                                             &std::fclose);
  if (file == nullptr) {
    problem = std::string("cannot be opened: ") + std::strerror(errno);
    return false;
  }
  std::array<char, 64 * 1024> block;
  for (;;) {
    const std::size_t got = std::fread(block.data(), 1, block.size(), file.get());
    content.append(block.data(), got);
    if (content.size() > kFileBytesMax) {
      problem = "is larger than " + std::to_string(kFileBytesMax) + " bytes";
      return false;
    }
    if (got < block.size()) break;
  }
  if (std::ferror(file.get()) != 0) {
    problem = std::string("cannot be read: ") + std::strerror(errno);
    return false;
  }
  return true;
}

}  // namespace

std::string Diagnostic::text() const {
  std::string text = file;
  if (line > 0) text.append(":").append(std::to_string(line));
  text.append(severity == Severity::kError ? ": error: " : ": warning: ").append(message);
  return text;
}

bool add_tsv(Gazetteer& gazetteer, std::string_view content, std::string_view file,
             std::vector<Diagnostic>& diagnostics) {
  return Reader(gazetteer, file, diagnostics).read(content);
}

bool add_file(Gazetteer& gazetteer, const std::string& path, std::vector<Diagnostic>& diagnostics) {
  std::string content;
  std::string problem;
  if (!read_file(path, content, problem)) {
    diagnostics.push_back({Diagnostic::Severity::kError, path, 0, problem});
    return false;
  }
  return add_tsv(gazetteer, content, path, diagnostics);
}

}  // namespace copydesk::tag_entities
