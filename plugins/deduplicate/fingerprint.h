// What the deduplicator remembers of a text: small, of bounded size, comparable without the text.
//
// Two texts are near when most of the smaller one's four-word runs ("shingles") occur in the larger
// one. Containment rather than Jaccard: a cut, wrapped or updated copy shares little of the union
// but nearly all of its smaller side. Shingles are sampled by hash value ("mod p" sampling of
// Broder, On the resemblance and containment of documents, 1997), at a level that adapts to the
// length of the text; two texts are compared at the coarser of their levels, where both samples
// are complete. Lines of fewer than eight words (menus, captions, bylines) give no shingles.
//
// Everything here is a pure function of its arguments and may run on any thread.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "words.h"

namespace copydesk::deduplicate {

// Raised whenever fingerprint() gives another sample of the same text; not when it gives some text none
// any more, which is then like nothing. Of the older ones only those from kFingerprintOldest on can be
// compared: version 3 has no names.
inline constexpr std::uint8_t kFingerprintVersion = 4, kFingerprintOldest = 3;
constexpr bool is_comparable(std::uint32_t version) {
  return version >= kFingerprintOldest && version <= kFingerprintVersion;
}

struct Hash128 {
  std::uint64_t low = 0, high = 0;
  friend bool operator==(const Hash128&, const Hash128&) = default;
};

// One sampled shingle: `level` is the number of leading zero bits of its hash, `value` the bits
// behind them and the one that ends them.
struct Shingle {
  std::uint16_t value = 0;
  std::uint8_t level = 0;
  // As the hashes are ordered, as far as the shingle knows its own.
  std::uint32_t order() const { return std::uint32_t{0xFFU - level} << 16 | value; }
  friend bool operator==(const Shingle&, const Shingle&) = default;
};

struct Fingerprint {
  static constexpr std::size_t kShinglesMax = 104;  // kept for comparing
  static constexpr std::size_t kKeysMax = 11;       // kept for finding candidates
  static constexpr std::uint32_t kWordsMin = 8;     // shorter texts are only compared exactly

  std::uint32_t words = 0;  // in the whole text; 0 when there is nothing to compare
  Hash128 exact;            // of all words in order; case, accents, punctuation, space do not count
  std::uint64_t numbers = 0;  // Bloom filter (one bit each) of the words with digits
  Names names;             // of a short text, from lines that are no headlines and not in capitals
  std::uint8_t level = 0;  // every shingle of at least this level is in `shingles`
  std::uint8_t shingle_count = 0;
  std::uint8_t key_count = 0;
  std::array<Shingle, kShinglesMax> shingles{};  // by order()
  std::array<std::uint64_t, kKeysMax> keys{};    // of 48 bits; the rarest shingles

  std::span<const Shingle> sample() const { return {shingles.data(), shingle_count}; }
  std::span<const std::uint64_t> posting_keys() const { return {keys.data(), key_count}; }
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

// The words of the title come first, as if it were the first line of the body. A title without a
// body is too little to call two articles the same: `words` is 0 then.
Fingerprint fingerprint(std::string_view title, std::string_view body);

// How much of two texts is in both, estimated from the sampled shingles.
struct Overlap {
  std::size_t shared = 0;  // shingles in both samples, at the common level
  double of_first = 0;     // share of the first text that is in the second, 0 to 1
  double of_second = 0;
  bool is_other_filling = false;  // of one form: the same words, other figures or other names

  double similarity() const { return of_first > of_second ? of_first : of_second; }
};
Overlap overlap(const Fingerprint& first, const Fingerprint& second);

enum class Keys : std::uint8_t { kKept, kLeftOut };

// A versioned, checksummed byte form. Stored records leave the posting
// keys out: they are the keys the record is found by.
std::string serialize(const Fingerprint& fingerprint, Keys keys = Keys::kKept);

// What the sizes above say of how a text is sampled; fingerprints with others are not compared.
inline constexpr std::uint32_t kFingerprintParameters =
    Fingerprint::kShinglesMax << 16 | Fingerprint::kKeysMax << 8 | Fingerprint::kWordsMin;

// Nothing when the bytes are of another version, damaged, or not a fingerprint.
std::optional<Fingerprint> parse(std::string_view bytes);

}  // namespace copydesk::deduplicate
