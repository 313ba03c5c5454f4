#include "daemon/terminal.h"

#include <algorithm>
#include <cstdio>

#include "base/utf8.h"

namespace copydesk::daemon {

std::string Paint::operator()(Ink ink, std::string_view text) const {
  constexpr std::string_view kCodes[] = {"", "1", "2", "31", "32", "33", "36"};
  const std::string_view code = kCodes[static_cast<std::size_t>(ink)];
  if (!on_ || code.empty() || text.empty()) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (widths.size() <= i) widths.push_back(0);
      widths[i] = std::max(widths[i], code_points(row[i]));
    }
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += row[i];
      if (i + 1 < row.size()) out.append(widths[i] - code_points(row[i]) + 2, ' ');
    }
    out += "\n";
  }
  return out;
}

std::string one_line(std::string_view text, std::size_t most) {
  std::size_t replaced = 0;
  std::string out;
  std::size_t count = 0;
  const std::string clean = to_utf8(text, replaced);
  for (std::size_t i = 0; i < clean.size(); ++i) {
    if (at_character(clean, i) && count++ == most) return out + "…";
    const auto byte = static_cast<unsigned char>(clean[i]);
    const bool c1 =
        byte == 0xC2 && i + 1 < clean.size() && static_cast<unsigned char>(clean[i + 1]) < 0xA0;
    if (c1) ++i;
    out += byte < 0x20 || byte == 0x7F || c1 ? ' ' : clean[i];
  }
  return out;
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }
void print_err(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

}  // namespace copydesk::daemon
