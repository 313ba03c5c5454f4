#include "sources.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace copydesk::tag_entities {
namespace {

constexpr std::size_t kTextClusterings = 3;

std::vector<std::string> columns(const std::string& line) {
  std::vector<std::string> out;
  std::stringstream in(line);
  for (std::string cell; std::getline(in, cell, '\t');) out.push_back(cell);
  return out;
}

// The words of a short text, as the model sees them.
std::vector<Word> words_of(const std::string& text) {
  std::vector<Token> tokens;
  std::vector<Word> words;
  std::vector<std::uint32_t> ends;
  tokenize(text, tokens);
  split_words(text, tokens, words, ends);
  return words;
}

// Calls each(line number, cells) for every line; `count` is how many cells there must be.
template <class Each>
void each_line(const std::string& path, std::size_t count, Each each) {
  std::ifstream in(path, std::ios::binary);
  if (!in) give_up("cannot open " + path);
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    const std::vector<std::string> cells = columns(line);
    ++number;
    if (cells.size() != count) {
      give_up(path + ":" + std::to_string(number) + ": expected " + std::to_string(count) +
              " columns");
    }
    each(cells);
  }
}

std::uint16_t small_number(const std::string& cell) {
  return static_cast<std::uint16_t>(std::stoul(cell));
}

}  // namespace

void read_words(const std::string& path, ModelSource& source) {
  std::unordered_map<std::uint32_t, WordClass> seen;
  each_line(path, kTextClusterings + 2, [&](const std::vector<std::string>& cells) {
    WordClass c;
    for (std::size_t i = 0; i < kTextClusterings; ++i) c.cluster[i] = small_number(cells[i + 1]);
    c.case_prior = small_number(cells.back());
    seen.emplace(static_cast<std::uint32_t>(std::stoul(cells[0])), c);
  });
  source.words.assign(seen.begin(), seen.end());
  std::sort(source.words.begin(), source.words.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
}

void read_phrases(const std::string& path, ModelSource& source) {
  std::unordered_map<std::uint32_t, std::uint16_t> bits;
  each_line(path, 2, [&](const std::vector<std::string>& cells) {
    const auto words = words_of(cells[0]);
    if (words.empty() || words.size() > kPhraseWordsMax) return;
    std::uint64_t phrase = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
      phrase = Lexicon::extend(phrase, words[i].folded);
      bits[top(phrase)] |=
          i + 1 < words.size() ? kLonger : static_cast<std::uint16_t>(1U << small_number(cells[1]));
    }
  });
  source.phrases.assign(bits.begin(), bits.end());
  std::sort(source.phrases.begin(), source.phrases.end());
}

WordVectors read_vectors(const std::string& path, ModelSource& source) {
  constexpr std::size_t kOwn = kClusterings - kTextClusterings;
  WordVectors vectors;
  std::unordered_map<std::uint32_t, WordClass> classes(source.words.begin(), source.words.end());
  each_line(path, 1 + kOwn + kVectorNumbers, [&](const std::vector<std::string>& cells) {
    const std::vector<Word> words = words_of(cells[0]);
    if (words.size() != 1) return;
    WordClass& c = classes[top(words[0].folded)];
    if (c.cluster[kTextClusterings] == 0) {
      for (std::size_t i = 0; i < kOwn; ++i) {
        c.cluster[kTextClusterings + i] = small_number(cells[i + 1]);
      }
    }
    const std::uint32_t low = low_letters(cells[0], words[0]);
    if (!vectors.numbers.emplace(low, static_cast<std::uint32_t>(vectors.list.size())).second) {
      return;
    }
    WordVector& vector = vectors.list.emplace_back();
    for (std::size_t i = 0; i < kVectorNumbers; ++i) vector[i] = std::stof(cells[1 + kOwn + i]);
  });
  source.words.assign(classes.begin(), classes.end());
  std::sort(source.words.begin(), source.words.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  return vectors;
}

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream all;
  all << in.rdbuf();
  return all.str();
}

}  // namespace copydesk::tag_entities
