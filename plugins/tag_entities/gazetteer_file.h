#pragma once
// Gazetteers as files, in UTF-8: tab-separated (TSV), comma-separated (CSV, RFC 4180) or one JSON
// object a line (JSONL); the end of the file's name says which (gazetteer_row.h).
//
//   name, type, id [, aliases [, kind [, priority [, case [, within [, population]]]]]]
//
// A line whose cells are names of columns is a header and tells their order; in JSON they are the
// keys. '#' begins a comment line; one that looks like a row is a warning.
//
// `type` is PER, ORG, LOC or MISC, `aliases` are separated by '|' (in JSON a list will do, whose
// texts may hold one). An alias that begins with '~' is a short form: it counts only in articles
// that name the same id in full. '~' before the name itself demotes the name ("~Victoria"). A
// person without any gets the last word of the name; a lone '~' says there is none. An alias that
// ends in '-' ("Sino-") counts only before a hyphen and another name. `case` is normal, exact or
// any (matcher.h).
//
// With `within`, the ids of what it lies in (its country, its state), an entry is a place of which
// there may be several of one name: it only counts where the article speaks for it (places.h). Of
// its forms one with '~' counts only where something says outright that a place is meant, one with
// a comma before it (",Ala.") only behind a comma and what may lie in it.
//
// When two ids claim the same form the one of higher `priority` (a whole number, 0 when absent) has
// it, of equals the first: files in the order given, lines from the top. So an operator's own file
// goes first. Of equals within one file that is reported as a warning, and so is a row that gives a
// form of an id another priority or case rule; a line with a mistake is an error.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gazetteer_builder.h"

namespace copydesk::tag_entities {

inline constexpr std::size_t kDiagnosticsMax = 100;  // a file; one more says how many are not shown
inline constexpr int kPriorityMax = 1000;            // and as far below zero

struct Diagnostic {
  enum class Severity { kWarning, kError };
  Severity severity = Severity::kError;
  std::string file;
  std::size_t line = 0;  // 1-based; 0 when it is about the whole file
  std::string message;

  std::string text() const;  // "file:line: error: message"
};

// Adds the rows of `content`. Every row is looked at; those with a mistake are left out. True when
// there was none. `file` gives the format and is named in the diagnostics, which are appended.
bool add_content(GazetteerBuilder& builder, std::string_view content, std::string_view file,
                 std::vector<Diagnostic>& diagnostics);

// The same for a file on disk, which is read piece by piece. `digest`: equal for equal bytes, in
// this process; left alone where the file cannot be read.
bool add_file(GazetteerBuilder& builder, const std::string& path,
              std::vector<Diagnostic>& diagnostics, std::uint64_t* digest = nullptr);

}  // namespace copydesk::tag_entities
