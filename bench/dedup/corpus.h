// Made-up news with copies whose origin is known. Article `i` is a function of the seed and `i` alone, so that any of ten million can be
// made again.
//
// Words are drawn as in real text (the r-th most frequent one about 1/r of the time), so that chance brings together what is frequent. A
// tenth of the articles carry one of 2,000 notices that others carry too. One in fifty is a form: one of 200 texts filled in with
// other numbers, which is no copy of the others. A copy is of any earlier article.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace copydesk::bench {

enum class Kind : std::uint8_t { kOriginal, kForm, kSame, kCut, kWire, kFramed, kUpdated };
std::string_view to_string(Kind kind);

struct Piece {
  std::uint64_t story = 0;  // the first article that told it
  Kind kind = Kind::kOriginal;
  std::string title, body;
  bool is_copy() const { return kind > Kind::kForm; }
};

class Corpus {
 public:
  struct Options {
    std::uint64_t seed = 1;
    std::uint32_t body_bytes = 4096;
    double copies = 0.05;  // share of the articles
  };
  explicit Corpus(Options options);
  Piece make(std::uint64_t i) const;

 private:
  class Random;
  std::uint64_t original_of(std::uint64_t i, Random& random) const;
  std::vector<std::string> sentences(Random& random, std::size_t bytes) const;
  std::string sentence(Random& random) const;
  Piece original(std::uint64_t i) const;

  Options options_;
  std::vector<std::string> words_;    // by frequency
  std::vector<std::uint16_t> drawn_;  // a word for each 16-bit number
  std::vector<std::string> notices_;
};

}  // namespace copydesk::bench
