// What the trained model sees of a line: numbers about its words, about the lines around it and its
// place. One pass over the bytes of each line. Internal.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "lines.h"

namespace copydesk::clean {

// The order of these is part of the model: training and running use this same code.
inline constexpr std::size_t kLineFeatures = 104;

// In a text of another language its function words stand for the English ones if asked to.
enum class ReadAs { kItIs, kEnglish };

// Numbers about all lines, kLineFeatures a line; `title` may be empty.
class LineFeatures {
 public:
  // `lines` is read only here. Each row is `stride` numbers long, the rest of it is left at 0.
  LineFeatures(const std::vector<Line>& lines, std::string_view title, std::size_t stride,
               ReadAs read_as = ReadAs::kItIs);

  float* row(std::size_t line) { return rows_.get() + line * stride_; }
  const float* row(std::size_t line) const { return rows_.get() + line * stride_; }
  // Whether a quarter of the running text are function words: English, or read as that.
  bool understood() const { return english_ >= kEnglishMin; }
  // Whether it is read as English.
  bool foreign() const { return foreign_; }

 private:
  static constexpr float kEnglishMin = 0.25f;

  // Counts of one line.
  struct Stats {
    std::uint32_t words = 0;
    std::uint32_t ideographs = 0;  // among the words
    std::uint32_t letters = 0;
    std::uint32_t longest = 0;
    std::uint32_t upper_words = 0;    // begin with a capital
    std::uint32_t capital_words = 0;  // are all capitals
    std::uint32_t digit_words = 0;
    std::uint32_t inner_sentences = 0;
    std::uint32_t commas = 0;
    std::uint32_t quotes = 0;
    std::uint32_t bars = 0;
    std::uint32_t glued = 0;  // "wordsGlued"
    std::uint32_t marks = 0;  // @ # / in words, as of addresses
    std::array<std::uint16_t, 14> classes{};
    std::uint32_t content_begin = 0, content_end = 0;
    float body = 0;  // words, if it looks like running text
  };
  void look_at(const Line& line, Stats& stats);
  static void decide_body(const Line& line, Stats& stats);
  float english_share() const;
  void read_as_english(const std::vector<Line>& lines);
  void own_columns(const std::vector<Line>& lines);
  void vocabulary(const std::vector<Line>& lines, std::string_view title);
  void place_columns(const std::vector<Line>& lines);
  void mass_columns();
  void neighbour_columns();

  std::size_t stride_;
  std::unique_ptr<float[]> rows_;
  std::vector<Stats> stats_;
  std::vector<std::uint32_t> content_;  // hashes of words of four letters and more, line after line
  std::uint32_t content_end_ = 0;       // behind the last of them
  float english_ = 0;                   // share of English function words in running text
  bool foreign_ = false;
};

}  // namespace copydesk::clean
