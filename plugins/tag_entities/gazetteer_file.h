#pragma once
// Gazetteers as files: UTF-8 text, one entry a line, columns separated by tabs.
//
//   # comment
//   name <TAB> type <TAB> id [<TAB> aliases [<TAB> kind]]
//
// `type` is PER, ORG, LOC or MISC, `aliases` are separated by '|'. An alias that begins with '~' is
// a short form: it counts only in articles that name the same id in full. '~' before the name
// itself demotes the name ("~Victoria"). A person without any gets the last word of the name; a
// lone '~' says there is none. An alias that ends in '-' ("Sino-") counts only before a hyphen and
// another name. A line that begins with the names of the columns is a header.
//
// When two ids claim the same form the first one keeps it: files in the order given, lines from the
// top. So an operator's own file goes first. Within one file that is reported as a warning; a line
// with a mistake is an error.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gazetteer.h"

namespace copydesk::tag_entities {

inline constexpr std::size_t kFileBytesMax = std::size_t{1} << 30;
inline constexpr std::size_t kLineBytesMax = 64 * 1024;
inline constexpr std::size_t kDiagnosticsMax = 100;  // a file; one more says how many are not shown

struct Diagnostic {
  enum class Severity { kWarning, kError };
  Severity severity = Severity::kError;
  std::string file;
  std::size_t line = 0;  // 1-based; 0 when it is about the whole file
  std::string message;

  std::string text() const;  // "file:line: error: message"
};

// Adds the rows of `content`. Every row is looked at; those with a mistake are left out. True when
// there was none. `file` is only used for the diagnostics, which are appended.
bool add_tsv(Gazetteer& gazetteer, std::string_view content, std::string_view file,
             std::vector<Diagnostic>& diagnostics);

// The same for a file on disk.
bool add_file(Gazetteer& gazetteer, const std::string& path, std::vector<Diagnostic>& diagnostics);

}  // namespace copydesk::tag_entities
