#include "config/diagnostics.h"

#include <algorithm>
#include <tuple>

namespace copydesk::config {
namespace {

constexpr std::size_t kMaxShown = 120;  // columns of a source line

using Points = std::u32string;

Points decode(std::string_view text) {
  Points out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t point = size == 1 ? lead : lead & (0xFFU >> (size + 1));
    for (std::size_t k = 1; k < size && i + k < text.size(); ++k)
      point = point << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3F);
    out.push_back(point < 0x20 || point == 0x7f ? U' ' : point);
    i += size;
  }
  return out;
}

void encode(char32_t point, std::string& out) {
  const auto byte = [&](unsigned value) { out.push_back(static_cast<char>(value)); };
  const auto rest = [&](int shift) {
    byte(0x80U | (static_cast<unsigned>(point >> shift) & 0x3FU));
  };
  const auto head = [&](unsigned mark, int shift) {
    byte(mark | static_cast<unsigned>(point >> shift));
  };
  if (point < 0x80) return head(0, 0);
  if (point < 0x800) return head(0xC0, 6), rest(0);
  if (point < 0x10000) return head(0xE0, 12), rest(6), rest(0);
  return head(0xF0, 18), rest(12), rest(6), rest(0);
}

// Columns a terminal gives to a character: two for East Asian wide ones, none for combining marks.
std::size_t columns(char32_t p) {
  const auto within = [p](char32_t from, char32_t to) { return p >= from && p <= to; };
  if (within(0x300, 0x36F) || within(0x200B, 0x200F) || within(0xFE00, 0xFE0F)) return 0;
  const bool wide = within(0x1100, 0x115F) || within(0x2E80, 0xA4CF) || within(0xAC00, 0xD7A3) ||
                    within(0xF900, 0xFAFF) || within(0xFE30, 0xFE6F) || within(0xFF00, 0xFF60) ||
                    within(0xFFE0, 0xFFE6) || within(0x1F300, 0x1F64F) || within(0x20000, 0x3FFFD);
  return wide ? 2 : 1;
}

struct Excerpt {
  Points text;
  std::size_t caret = 0, width = 1;  // in points of text
};

// Puts *** for points [begin, begin + size), and moves the caret with what it points at.
void cover(Excerpt& line, std::size_t begin, std::size_t size) {
  constexpr std::size_t kStars = 3;
  if (begin >= line.text.size() || size == 0) return;
  size = std::min(size, line.text.size() - begin);
  line.text.replace(begin, size, Points(kStars, U'*'));
  if (line.caret >= begin + size)
    line.caret = line.caret - size + kStars;
  else if (line.caret > begin)
    line.caret = begin;
  if (line.caret == begin) line.width = std::min(line.width, kStars);
}

// The password in "scheme://user:password@host".
void cover_password(Excerpt& line) {
  const std::size_t scheme = line.text.find(U"://");
  if (scheme == Points::npos) return;
  const std::size_t begin = scheme + 3;
  const std::size_t end = std::min(line.text.find_first_of(U"/ \"'", begin), line.text.size());
  const std::size_t at = line.text.substr(begin, end - begin).rfind(U'@');
  const std::size_t colon = line.text.find(U':', begin);
  if (at != Points::npos && colon < begin + at) cover(line, colon + 1, begin + at - colon - 1);
}

void shorten(Excerpt& line) {
  if (line.text.size() <= kMaxShown) return;
  const std::size_t cut = line.caret > kMaxShown / 2 ? line.caret - kMaxShown / 2 : 0;
  line.text = line.text.substr(cut, kMaxShown);
  line.caret -= cut;
  if (cut > 0) line.text[0] = U'…';
  if (line.text.size() == kMaxShown) line.text.back() = U'…';
}

std::string counted(std::size_t count, std::string_view word) {
  return std::to_string(count) + " " + std::string(word) + (count == 1 ? "" : "s");
}

auto place(const Diagnostic& d) { return std::tie(d.at.file, d.at.line, d.at.column); }

}  // namespace

void Diagnostics::error(Location at, int width, std::string message) {
  add({Severity::error, std::move(at), width, std::move(message)});
}

void Diagnostics::warning(Location at, int width, std::string message) {
  add({Severity::warning, std::move(at), width, std::move(message)});
}

void Diagnostics::add(Diagnostic diagnostic) {
  const auto same = [&](const Diagnostic& d) {
    return d.at == diagnostic.at && d.message == diagnostic.message;
  };
  if (std::ranges::any_of(all_, same)) return;
  ++(diagnostic.severity == Severity::error ? errors_ : warnings_);
  if (all_.size() < kMaxDiagnostics) all_.push_back(std::move(diagnostic));
}

void Diagnostics::set_source(std::string file, const std::string& text) {
  std::vector<std::string>& lines = lines_[std::move(file)];
  lines.clear();
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    if (lines.back().ends_with('\r')) lines.back().pop_back();
    begin = end + 1;
  }
}

void Diagnostics::hide(const Location& at, int width) {
  hidden_[{at.file, at.line}].push_back({at.column, width});
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::vector<Diagnostic> out = all_;
  std::ranges::stable_sort(
      out, [](const Diagnostic& a, const Diagnostic& b) { return place(a) < place(b); });
  return out;
}

std::string Diagnostics::render(bool color) const {
  if (all_.empty()) return {};
  std::string out;
  for (const Diagnostic& d : sorted()) render_one(d, color, out);
  const std::size_t unseen = errors_ + warnings_ - all_.size();
  if (unseen > 0) out += "… and " + std::to_string(unseen) + " more\n";
  if (errors_ > 0) out += counted(errors_, "error");
  if (warnings_ > 0) out += (errors_ > 0 ? ", " : "") + counted(warnings_, "warning");
  return out + "\n";
}

void Diagnostics::render_one(const Diagnostic& d, bool color, std::string& out) const {
  out += color ? "\033[1m" + d.at.file : d.at.file;
  if (d.at.line > 0) out += ":" + std::to_string(d.at.line) + ":" + std::to_string(d.at.column);
  out += ": ";
  const bool is_error = d.severity == Severity::error;
  if (color) out += is_error ? "\033[31m" : "\033[35m";
  out += is_error ? "error: " : "warning: ";
  out += color ? "\033[0m" + d.message : d.message;
  out += '\n';
  render_line(d, color, out);
}

void Diagnostics::render_line(const Diagnostic& d, bool color, std::string& out) const {
  const auto file = lines_.find(d.at.file);
  if (file == lines_.end() || d.at.line < 1 ||
      static_cast<std::size_t>(d.at.line) > file->second.size())
    return;
  Excerpt line{decode(file->second[static_cast<std::size_t>(d.at.line) - 1]),
               static_cast<std::size_t>(d.at.column) - 1,
               static_cast<std::size_t>(std::max(d.width, 1))};
  line.caret = std::min(line.caret, line.text.size());
  if (const auto hidden = hidden_.find({d.at.file, d.at.line}); hidden != hidden_.end()) {
    std::vector<Hidden> parts = hidden->second;
    std::ranges::sort(parts, std::greater<>(),
                      &Hidden::column);  // from the right, so that columns stay true
    const auto rest = std::ranges::unique(parts, {}, &Hidden::column);
    parts.erase(rest.begin(), rest.end());
    for (const Hidden& h : parts)
      cover(line, static_cast<std::size_t>(h.column) - 1, static_cast<std::size_t>(h.width));
  }
  cover_password(line);
  shorten(line);

  const std::string number = std::to_string(d.at.line);
  std::string before(number.size() < 5 ? 5 - number.size() : 0, ' ');
  out += before + number + " | ";
  for (char32_t p : line.text) encode(p, out);
  out += "\n" + std::string(before.size() + number.size(), ' ') + " | ";
  std::size_t column = 0;
  for (std::size_t i = 0; i < line.caret; ++i) column += columns(line.text[i]);
  std::size_t wide = 0;
  for (std::size_t i = line.caret; i < line.text.size() && i < line.caret + line.width; ++i)
    wide += columns(line.text[i]);
  out += std::string(column, ' ') + (color ? "\033[32m^" : "^");
  out += std::string(wide > 1 ? wide - 1 : 0, '~') + (color ? "\033[0m\n" : "\n");
}

}  // namespace copydesk::config
