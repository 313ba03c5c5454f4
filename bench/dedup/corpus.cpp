#include "corpus.h"

#include <algorithm>
#include <cmath>

namespace copydesk::bench {
namespace {

constexpr std::size_t kWords = 50'000, kNotices = 2000, kForms = 200;
constexpr double kNoticeShare = 0.1, kFormShare = 0.02;

std::string joined(const std::vector<std::string>& sentences) {
  std::string text;
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    if (i > 0) text += i % 4 == 0 ? "\n\n" : " ";
    text += sentences[i];
  }
  return text;
}

}  // namespace

std::string_view to_string(Kind kind) {
  constexpr std::string_view kNames[] = {"original", "form",   "same",   "cut",
                                         "wire",     "framed", "updated"};
  return kNames[static_cast<std::size_t>(kind)];
}

// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
class Corpus::Random {
 public:
  Random(std::uint64_t seed, std::uint64_t stream) : state_(seed * 0x9E3779B97F4A7C15 ^ stream) {
    state_ = next();
  }
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
  }
  // n: less than 2^32.
  std::uint64_t below(std::uint64_t n) { return (next() >> 32) * n >> 32; }
  double share() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  bool in(double part) { return share() < part; }

 private:
  std::uint64_t state_;
};

Corpus::Corpus(Options options) : options_(options) {
  Random random(options_.seed, 1);
  for (std::size_t i = 0; i < kWords; ++i) {
    // Frequent words are short.
    const std::size_t size =
        2 + static_cast<std::size_t>(std::log2(double(i) + 1) / 3) + random.below(4);
    std::string word;
    for (std::size_t c = 0; c < size; ++c)
      word += (c % 2 == 0 ? "bcdfghklmnprstvw" : "aeiouaeiouaeioua")[random.below(16)];
    words_.push_back(std::move(word));
  }
  for (std::size_t i = 0; i <= UINT16_MAX; ++i) {
    const double rank = std::exp(double(i) / UINT16_MAX * std::log(double(kWords - 1)));
    drawn_.push_back(static_cast<std::uint16_t>(rank));
  }
  for (std::size_t i = 0; i < kNotices; ++i) notices_.push_back(joined(sentences(random, 300)));
}

std::string Corpus::sentence(Random& random) const {
  std::string text;
  const std::size_t words = 12 + random.below(14);
  for (std::size_t i = 0; i < words; i += 4) {
    std::uint64_t bits = random.next();
    for (std::size_t w = i; w < std::min(i + 4, words); ++w, bits >>= 16) {
      if (w > 0) text += ' ';
      text += words_[drawn_[bits & UINT16_MAX]];
    }
  }
  if (random.in(0.2)) text += " " + std::to_string(random.below(5000));
  text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text += '.';
}

std::vector<std::string> Corpus::sentences(Random& random, std::size_t bytes) const {
  std::vector<std::string> out;
  for (std::size_t size = 0; size < bytes; size += out.back().size() + 1)
    out.push_back(sentence(random));
  return out;
}

// Copies of a copy tell the story that it tells.
std::uint64_t Corpus::original_of(std::uint64_t i, Random& random) const {
  while (i > 0 && random.in(options_.copies)) {
    i = random.below(i);
    random = Random(options_.seed, i << 8);
  }
  return i;
}

Piece Corpus::original(std::uint64_t i) const {
  Random random(options_.seed, i << 8 | 1);
  Piece piece;
  piece.story = i;
  if (random.in(kFormShare)) {
    // The words are the form's; each place for a number has one of its own.
    piece.kind = Kind::kForm;
    Random words(options_.seed, random.below(kForms) << 8 | 2);
    for (const std::string& line : sentences(words, options_.body_bytes / 2))
      piece.body +=
          line.substr(0, line.size() - 1) + " of " + std::to_string(random.below(10'000)) + ". ";
    piece.title = "Report of " + std::to_string(random.below(10'000));
    return piece;
  }
  std::vector<std::string> lines =
      sentences(random, options_.body_bytes / 2 + random.below(options_.body_bytes));
  if (random.in(kNoticeShare))
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(random.below(lines.size())),
                 notices_[random.below(kNotices)]);
  piece.title = sentence(random);
  piece.body = joined(lines);
  return piece;
}

Piece Corpus::make(std::uint64_t i) const {
  Random random(options_.seed, i << 8);
  const std::uint64_t story = original_of(i, random);
  Piece piece = original(story);
  if (story == i) return piece;

  Random edits(options_.seed, i << 8 | 3);
  const std::uint64_t draw = edits.below(5);
  piece.kind = static_cast<Kind>(static_cast<std::uint64_t>(Kind::kSame) + draw);
  // Sentences end where a capital follows.
  std::vector<std::string> lines;
  std::size_t begin = 0;
  for (std::size_t end; (end = piece.body.find(". ", begin)) != std::string::npos; begin = end + 2)
    lines.push_back(piece.body.substr(begin, end + 1 - begin));
  lines.push_back(piece.body.substr(begin));
  const std::size_t size = lines.size();
  switch (piece.kind) {
    case Kind::kSame: std::replace(piece.body.begin(), piece.body.end(), '\n', ' '); return piece;
    case Kind::kCut:
      lines.resize(std::max<std::size_t>(1, size / 2 + edits.below(size / 5 + 1)));
      break;
    case Kind::kWire:
      for (std::size_t gone = size / 6; gone > 0; --gone)
        lines.erase(lines.begin() +
                    static_cast<std::ptrdiff_t>(lines.size() / 2 +
                                                edits.below(lines.size() - lines.size() / 2)));
      piece.title = sentence(edits);
      lines.insert(lines.begin(), "By " + words_[edits.below(kWords)] + "\n");
      break;
    case Kind::kFramed:
      for (int menu = 0; menu < 6; ++menu)
        lines.insert(lines.begin(),
                     words_[edits.below(kWords)] + " " + words_[edits.below(kWords)] + "\n");
      lines.push_back("\n" + notices_[edits.below(kNotices)]);
      break;
    default:
      for (std::size_t more = size / 4 + 1; more > 0; --more)
        lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(edits.below(lines.size())),
                     sentence(edits));
      piece.title = "UPDATE 1-" + piece.title;
  }
  piece.body.clear();
  for (const std::string& line : lines) piece.body += line + " ";
  return piece;
}

}  // namespace copydesk::bench
