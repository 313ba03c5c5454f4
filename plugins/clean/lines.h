// The lines of a text with what the rules need to know about each. Internal to the text cleaner.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "chars.h"
#include "phrases.h"

namespace copydesk::clean {

inline constexpr std::size_t kFoldedBytesMax = 400;

struct Line {
  Span span;              // bytes in the input, trimmed
  std::string_view text;  // squeezed; lives in Lines
  // fold_words(text), of a line above kFoldedBytesMax the first half of that
  std::string_view folded;
  std::string_view chrome;  // chrome_reason of the line
  std::size_t words = 0;
  bool sentence = false;  // ends like a sentence
  bool blank_before = false;
  bool stamp = false;       // a date, a time or an age and hardly anything else
  std::string_view reason;  // why it is dropped; empty while it is kept
  Span keep;                // bytes of text that stay

  bool kept() const { return reason.empty(); }
  // A line that can only be running text.
  bool is_paragraph() const { return (words >= 12 && sentence) || words >= 30; }
  std::string_view kept_text() const { return text.substr(keep.begin, keep.end - keep.begin); }
  Phrase phrase() const { return {text, folded, words}; }
};

class Lines {
 public:
  // Lines wrapped by hand at a fixed width count as one, if `join` says so. `input` is borrowed.
  explicit Lines(std::string_view input, bool join = true);
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;

  std::vector<Line>& list() { return list_; }
  const std::vector<Line>& list() const { return list_; }
  std::size_t words() const { return words_; }
  // The byte of the input at which the byte `offset` of the line's text lies.
  std::size_t input_offset(const Line& line, std::size_t offset) const;

 private:
  void split();
  void join_wrapped();
  bool mostly_unfinished(std::size_t begin, std::size_t end) const;
  void describe();

  std::string_view input_;
  std::string arena_;  // the texts and folded forms, one after the other
  std::vector<Line> list_;
  std::size_t words_ = 0;
};

}  // namespace copydesk::clean
