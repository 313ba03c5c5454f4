#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What is written for a person's eyes.
namespace copydesk::daemon {

enum class Ink { kPlain, kBold, kDim, kRed, kGreen, kYellow, kCyan };

// Texts in colour where colour is wanted.
class Paint {
 public:
  explicit Paint(bool on) : on_(on) {}
  [[nodiscard]] std::string operator()(Ink ink, std::string_view text) const;
  [[nodiscard]] bool on() const { return on_; }

 private:
  bool on_;
};

// Rows as columns two spaces apart; the first row is the heading. The last column is not padded.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

// A text as one line that cannot change the terminal: control characters become spaces, at most `most` code points.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t most);

// "1 article", "2 articles".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view noun);

void print(std::string_view text);      // to stdout
void print_err(std::string_view text);  // to stderr

}  // namespace copydesk::daemon
