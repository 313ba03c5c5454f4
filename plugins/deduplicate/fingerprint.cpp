#include "fingerprint.h"

#include <algorithm>
#include <bit>
#include <vector>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "ascii.h"
#include "words.h"

namespace copydesk::deduplicate {
namespace {

constexpr std::size_t kShingleWords = 4;
constexpr std::uint32_t kProseWeight = Fingerprint::kWordsMin * kWordWeight;
constexpr std::uint64_t kKeyMask = (std::uint64_t{1} << 48) - 1;

// Fewer shared shingles than this are chance, unless the smaller sample has no more. A single one
// is chance always.
constexpr std::size_t kSharedMin = 4, kSharedLeast = 2;
// The number guard: below this share of common numbers two texts with enough numbers are two
// fillings of one form (weather, markets, quakes). Few numbers prove nothing, and with many the
// 64 bits are so full that everything seems common.
constexpr double kNumbersSharedMin = 0.65;
constexpr int kNumbersMin = 4, kNumbersMax = 40;
// The name guard, for forms with few numbers (obituaries, appeals, appointments): both texts must
// have names or numbers that the other has not; so many of them, this share of all it has, no
// smaller share than of its words, and one for so many words that it has alone. Where an editor
// cuts and adds, whole sentences come and go, with more words to a name. Beyond a level the sample
// is too coarse to tell, and forms are of one length.
constexpr double kFillingsMin = 2, kFillingsShare = 0.2, kWordsOfFilling = 4;
// In a line or two one name is all there is to fill in: "Fire at mill kills three people in Leeds".
constexpr std::uint32_t kAlertWords = 16;
constexpr double kAlertFillingsMin = 1;
constexpr double kFormLengths = 1.1;
constexpr std::uint8_t kFormLevelMax = 1;
constexpr std::size_t kFormBytesMax = 2048;  // a text of that level has about 210 words
// With more capitals than this share of its words a line is a headline, or all in capitals.
constexpr double kCapitalsMax = 0.6;
// Texts with fewer than this share of the other's names are written in another case.
constexpr double kNamesShareMin = 0.75;

// A short body without a word of its title is not what the title announces but what the site says to
// everybody: "subscribe to read on". Titles of few words, or of other letters than ASCII, tell nothing.
constexpr std::size_t kStubBytesMax = 600, kStubTitleWords = 3, kStemBytes = 4;

// Multilinear hashing (Thorup): the words are well mixed already, so one odd multiplier each and a
// closing mix are enough, at a fifth of the cost of a general hash.
std::uint64_t shingle_hash(std::span<const std::uint64_t, kShingleWords> words) {
  const std::uint64_t h = words[0] * 0x9E3779B97F4A7C15 + words[1] * 0xC2B2AE3D27D4EB4F +
                          words[2] * 0x165667B19E3779F9 + words[3] * 0x85EBCA77C2B2AE63;
  const std::uint64_t folded = (h ^ (h >> 32)) * 0x9FB21C651E98DF25;
  return folded ^ (folded >> 29);
}

std::uint8_t level_of(std::uint64_t hash) {
  return static_cast<std::uint8_t>(std::countl_zero(hash));
}

// The hashes of the finest level, `first_level` or coarser, that has at most kShinglesMax different
// ones, in ascending order, without ever holding more than four times as many.
class Sampler {
 public:
  explicit Sampler(std::uint8_t first_level)
      : level_(first_level), limit_(~std::uint64_t{0} >> first_level) {}

  void add(std::uint64_t hash) {
    if (hash > limit_) return;
    kept_[size_++] = hash;
    if (size_ == kept_.size()) shrink();
  }

  void finish() { shrink(); }
  std::span<const std::uint64_t> kept() const { return {kept_.data(), size_}; }
  std::uint8_t level() const { return level_; }

 private:
  void shrink() {
    const auto begin = kept_.begin();
    std::sort(begin, begin + static_cast<std::ptrdiff_t>(size_));
    size_ = static_cast<std::size_t>(
        std::unique(begin, begin + static_cast<std::ptrdiff_t>(size_)) - begin);
    while (size_ > Fingerprint::kShinglesMax) {
      ++level_;
      limit_ >>= 1;
      while (size_ > 0 && kept_[size_ - 1] > limit_) --size_;
    }
  }

  std::array<std::uint64_t, 4 * Fingerprint::kShinglesMax> kept_;  // the first size_ are set
  std::size_t size_ = 0;
  std::uint8_t level_;
  std::uint64_t limit_;  // the largest hash with level_ leading zero bits
};

std::uint32_t word_count(const Words& words) {
  std::uint64_t weight = 0;
  for (const Line& line : words.lines) weight += line.weight;
  return static_cast<std::uint32_t>((weight + kWordWeight - 1) / kWordWeight);
}

bool is_prose(const Line& line) { return line.weight >= kProseWeight; }
bool has_prose(const Words& words) {
  return std::any_of(words.lines.begin(), words.lines.end(), is_prose);
}

// Moves the words of the prose lines together. A text without any (a poem, a table) keeps all.
void keep_prose(Words& words) {
  if (!has_prose(words)) return;
  auto out = words.hashes.begin();
  for (const Line& line : words.lines) {
    if (!is_prose(line)) continue;
    out = std::copy(words.hashes.begin() + line.first, words.hashes.begin() + line.last, out);
  }
  words.hashes.erase(out, words.hashes.end());
}

std::uint64_t numbers_of(std::span<const std::uint64_t> hashes) {
  std::uint64_t bits = 0;
  for (const std::uint64_t hash : hashes) {
    if (hash & kNumberBit) bits |= std::uint64_t{1} << (hash >> 58);
  }
  return bits;
}

// Of the lines that `keep_prose` keeps.
Names names_of(const Words& words) {
  const bool takes_all = !has_prose(words);
  Names names;
  for (std::size_t i = 0; i < words.names.size(); ++i) {
    const Line& line = words.lines[i];
    const LineNames& found = words.names[i];
    if (!takes_all && !is_prose(line)) continue;
    if (found.capitals <= kCapitalsMax * (line.last - line.first)) names.add(found.names);
  }
  return names;
}

Sampler sample_from(std::span<const std::uint64_t> hashes, std::uint8_t first_level) {
  Sampler sampler(first_level);
  for (std::size_t i = 0; i + kShingleWords <= hashes.size(); ++i) {
    sampler.add(shingle_hash(hashes.subspan(i).first<kShingleWords>()));
  }
  sampler.finish();
  return sampler;
}

// Sorting is what sampling costs, so it begins where about twice the wanted number are expected. A
// text that repeats itself has fewer, and is sampled once more from the start.
Sampler sample_shingles(std::span<const std::uint64_t> hashes) {
  const std::size_t expected = hashes.size() / (2 * Fingerprint::kShinglesMax);
  const auto guess = static_cast<std::uint8_t>(expected == 0 ? 0 : std::bit_width(expected) - 1);
  Sampler sampler = sample_from(hashes, guess);
  return guess > 0 && sampler.level() == guess ? sample_from(hashes, 0) : sampler;
}

Shingle shingle_of(std::uint64_t hash) {
  constexpr int kValueBits = 16;
  const std::uint8_t level = level_of(hash);
  const int behind = std::min(level + 1, 64 - kValueBits);  // the leading zeros and the one after
  return {static_cast<std::uint16_t>(hash << behind >> (64 - kValueBits)), level};
}

void add_shingles(std::span<const std::uint64_t> hashes, Fingerprint& result) {
  const Sampler sampler = sample_shingles(hashes);
  const auto kept = sampler.kept();
  result.level = sampler.level();
  result.shingle_count = static_cast<std::uint8_t>(kept.size());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    result.shingles[i] = shingle_of(kept[i]);
  }
  // The smallest hashes: whichever of two texts is sampled more coarsely, what they share among
  // these is found by both.
  const std::size_t keys = std::min(kept.size(), Fingerprint::kKeysMax);
  result.key_count = static_cast<std::uint8_t>(keys);
  for (std::size_t i = 0; i < keys; ++i) result.keys[i] = kept[i] & kKeyMask;
}

// How many of the shingles, which are by falling level, are of at least that level.
std::size_t count_from(const Fingerprint& f, std::uint8_t level) {
  const auto all = f.sample();
  return static_cast<std::size_t>(
      std::partition_point(all.begin(), all.end(),
                           [&](const Shingle& shingle) { return shingle.level >= level; }) -
      all.begin());
}

// Both in order. Which of two is smaller cannot be foreseen, so nothing branches on it.
std::size_t count_common(std::span<const Shingle> a, std::span<const Shingle> b) {
  std::size_t common = 0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const std::uint32_t of_a = a[i].order(), of_b = b[j].order();
    common += of_a == of_b;
    i += of_a <= of_b;
    j += of_b <= of_a;
  }
  return common;
}

bool numbers_differ(std::uint64_t a, std::uint64_t b) {
  const int smaller = std::min(std::popcount(a), std::popcount(b));
  if (smaller < kNumbersMin || smaller > kNumbersMax) return false;
  return std::popcount(a & b) < kNumbersSharedMin * smaller;
}

bool has_word_that_begins(std::string_view text, std::string_view stem) {
  for (std::size_t at = 0; at + stem.size() <= text.size(); ++at) {
    if (at > 0 && is_letter(text[at - 1])) continue;
    if (std::equal(stem.begin(), stem.end(), text.begin() + static_cast<std::ptrdiff_t>(at),
                   [](char a, char b) { return lower(a) == lower(b); }))
      return true;
  }
  return false;
}

bool is_stub(std::string_view title, std::string_view body) {
  if (body.size() > kStubBytesMax) return false;
  std::size_t words = 0;
  while (!title.empty()) {
    if (static_cast<unsigned char>(title.front()) >= 0x80) return false;
    const auto size = static_cast<std::size_t>(
        std::find_if_not(title.begin(), title.end(), is_letter) - title.begin());
    if (size >= kStemBytes) {
      if (has_word_that_begins(body, title.substr(0, kStemBytes))) return false;
      ++words;
    }
    title.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return words >= kStubTitleWords;
}

int count(const Names& names) {
  return std::popcount(names.bits[0]) + std::popcount(names.bits[1]);
}

// How many of the one are not in the other, those too that seem to be there because bits are shared.
double count_missing(std::uint64_t numbers, std::uint64_t others) {
  return std::popcount(numbers & ~others) / (1 - std::popcount(others) / 64.5);
}
double count_missing(const Names& names, const Names& others) {
  const int bits = std::popcount(names.bits[0] & ~others.bits[0]) +
                   std::popcount(names.bits[1] & ~others.bits[1]);
  return bits / (1 - count(others) / (Names::kBits + 0.5));
}

// `shared`: the share of the text that is in the other.
bool has_own_fillings(const Fingerprint& text, const Fingerprint& other, double shared) {
  const int names = count(text.names);
  if (count(other.names) < std::max(1.0, kNamesShareMin * names)) return false;
  const int all = std::popcount(text.numbers) + names;
  const double own =
      count_missing(text.numbers, other.numbers) + count_missing(text.names, other.names);
  const double least = text.words <= kAlertWords ? kAlertFillingsMin : kFillingsMin;
  return own >= std::max({least, kFillingsShare * all, (1 - shared) * all}) &&
         (1 - shared) * text.words <= kWordsOfFilling * own;
}

bool names_differ(const Fingerprint& a, const Fingerprint& b, const Overlap& overlap) {
  const auto [shorter, longer] = std::minmax(a.words, b.words);
  return longer <= kFormLengths * shorter && std::max(a.level, b.level) <= kFormLevelMax &&
         has_own_fillings(a, b, overlap.of_first) && has_own_fillings(b, a, overlap.of_second);
}

}  // namespace

Fingerprint fingerprint(std::string_view title, std::string_view body) {
  constexpr std::size_t kBytesPerWord = 6;  // a guess that saves most reallocations
  Words words;
  words.hashes.reserve((title.size() + body.size()) / kBytesPerWord);
  const bool with_names = title.size() + body.size() <= kFormBytesMax;
  find_words(title, words, with_names);
  const std::size_t title_words = words.hashes.size();
  find_words(body, words, with_names);

  Fingerprint result;
  if (words.hashes.size() == title_words) return result;
  result.words = word_count(words);
  const XXH128_hash_t exact =
      XXH3_128bits(words.hashes.data(), words.hashes.size() * sizeof(std::uint64_t));
  result.exact = {exact.low64, exact.high64};
  if (result.words < Fingerprint::kWordsMin || is_stub(title, body)) return result;
  if (with_names) result.names = names_of(words);
  keep_prose(words);
  result.numbers = numbers_of(words.hashes);
  add_shingles(words.hashes, result);
  return result;
}

Overlap overlap(const Fingerprint& first, const Fingerprint& second) {
  const std::uint8_t level = std::max(first.level, second.level);
  const auto a = first.sample().first(count_from(first, level)),
             b = second.sample().first(count_from(second, level));
  Overlap result;
  if (a.empty() || b.empty()) return result;
  const std::size_t shared = count_common(a, b);
  const std::size_t needed = std::min({kSharedMin, a.size(), b.size()});
  if (shared < std::max(needed, kSharedLeast)) return result;
  result.shared = shared;
  result.of_first = static_cast<double>(shared) / static_cast<double>(a.size());
  result.of_second = static_cast<double>(shared) / static_cast<double>(b.size());
  result.is_other_filling =
      numbers_differ(first.numbers, second.numbers) || names_differ(first, second, result);
  return result;
}

}  // namespace copydesk::deduplicate
