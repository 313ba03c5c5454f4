#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace copydesk::config {

// A place in a file as an editor counts: lines and columns from 1, columns in code points. Line 0: the file as a whole.
struct Location {
  std::string file;
  int line = 0, column = 0;
  bool operator==(const Location&) const = default;
};

enum class Severity { error, warning };

struct Diagnostic {
  Severity severity = Severity::error;
  Location at;
  int width = 1;  // code points that the caret line underlines
  std::string message;
};

// Everything found wrong with a configuration. Owned by one thread. Keeps the first kMaxDiagnostics and counts the rest.
class Diagnostics {
 public:
  static constexpr std::size_t kMaxDiagnostics = 200;

  void error(Location at, int width, std::string message);
  void warning(Location at, int width, std::string message);
  // The text of a file, so that render can show the lines that diagnostics point at.
  void set_source(std::string file, const std::string& text);
  // Shows `width` code points from `at` on as ***: a secret written in the file.
  void hide(const Location& at, int width);

  [[nodiscard]] bool has_errors() const { return errors_ > 0; }
  [[nodiscard]] std::size_t errors() const { return errors_; }
  [[nodiscard]] std::size_t warnings() const { return warnings_; }
  // Sorted by place; the same complaint about the same place is there once.
  [[nodiscard]] std::vector<Diagnostic> sorted() const;
  // "copydesk.yaml:23:5: error: …", the line, a caret line, for each; at the end how many there were. Empty for none.
  [[nodiscard]] std::string render(bool color) const;

 private:
  struct Hidden {
    int column = 0, width = 0;
  };
  void add(Diagnostic diagnostic);
  void render_one(const Diagnostic& diagnostic, bool color, std::string& out) const;
  void render_line(const Diagnostic& diagnostic, bool color, std::string& out) const;

  std::vector<Diagnostic> all_;
  std::size_t errors_ = 0, warnings_ = 0;
  std::map<std::string, std::vector<std::string>, std::less<>> lines_;
  std::map<std::pair<std::string, int>, std::vector<Hidden>> hidden_;
};

}  // namespace copydesk::config
