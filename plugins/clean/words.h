// What single words say about a line: function words of a few languages, and words that lines around
// articles are made of. Internal.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "eight_bytes.h"

namespace copydesk::clean {

// Calls `visit` with each word of what fold_words gave, until it returns false.
template <class Visit>
void for_each_word(std::string_view folded, Visit visit) {
  std::size_t begin = 0;
  while (begin < folded.size()) {
    const std::size_t end = std::min(folded.find(' ', begin), folded.size());
    if (end > begin && !visit(folded.substr(begin, end - begin))) return;
    begin = end + 1;
  }
}

// Classes of words, as bits.
enum WordClass : std::uint16_t {
  kWordEnglish = 1,    // function words of English
  kWordForeign = 2,    // function words of other languages
  kWordReader = 4,     // "you", "your": the reader is spoken to
  kWordSubscribe = 8,  // newsletters, accounts, offers
  kWordSocial = 16,    // sharing and following
  kWordLegal = 32,     // rights, cookies, terms
  kWordComment = 64,   // comments and replies
  kWordRelated = 128,  // pointers to other articles
  kWordTime = 256,     // months, days, "ago"
  kWordPhoto = 512,    // captions and credits
  kWordAuthor = 1024,  // what authors' boxes say
  kWordNavigation = 2048,
  kWordSaid = 4096,  // reported speech
  kWordWe = 8192,
};

// The hash of a word, made while it is read: a chunk is up to eight ASCII letters and digits in
// lower case, the first in the lowest byte, or one other character. A run is cut every eight bytes.
class WordHash {
 public:
  constexpr void add(std::uint64_t chunk) {
    state_ = (state_ ^ chunk) * 0x9E3779B97F4A7C15u;
    state_ ^= state_ >> 32;
  }
  constexpr std::uint32_t value() const { return static_cast<std::uint32_t>(state_); }

 private:
  std::uint64_t state_ = 0;
};

// Of a word in lower case, as WordHash makes it; apostrophes do not count.
constexpr std::uint32_t word_hash(std::string_view lower) {
  WordHash hash;
  std::uint64_t chunk = 0;
  int bytes = 0;
  const auto flush = [&] {
    if (bytes > 0) hash.add(chunk);
    chunk = 0, bytes = 0;
  };
  for (std::size_t i = 0; i < lower.size(); ++i) {
    const auto byte = static_cast<unsigned char>(lower[i]);
    if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9')) {
      chunk |= std::uint64_t{byte} << 8 * bytes;
      if (++bytes == 8) flush();
      continue;
    }
    flush();
    if (byte != '\'') hash.add(byte);
  }
  flush();
  return hash.value();
}

// Of any text, for tables of texts.
struct TextHash {
  std::size_t operator()(std::string_view text) const {
    WordHash hash;
    for (std::size_t i = 0; i < text.size(); i += 8) hash.add(load_eight(text, i));
    return hash.value();
  }
};

// Words of a few lists and the bits of the lists each is in, found by hash alone: among some hundred
// words another with the same 32 bits is not to be expected.
template <std::size_t kSlots>  // a power of two, well above the number of words
class WordTable {
 public:
  struct List {
    std::uint16_t bits;
    std::string_view words;  // in lower case, with one space between
  };

  template <std::size_t n>
  constexpr explicit WordTable(const List (&lists)[n]) {
    for (const List& list : lists) {
      std::string_view rest = list.words;
      while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        if (end > 0) add(word_hash(rest.substr(0, end)), list.bits);
        rest.remove_prefix(std::min(rest.size(), end + 1));
      }
    }
  }

  // 0 for a word that is in no list.
  constexpr std::uint16_t find(std::uint32_t hash) const {
    std::size_t slot = hash & (kSlots - 1);
    while (int{hash_[slot] != hash} & int{bits_[slot] != 0}) slot = (slot + 1) & (kSlots - 1);
    return hash_[slot] == hash ? bits_[slot] : std::uint16_t{0};
  }

 private:
  constexpr void add(std::uint32_t hash, std::uint16_t bits) {
    std::size_t slot = hash & (kSlots - 1);
    while (bits_[slot] != 0 && hash_[slot] != hash) slot = (slot + 1) & (kSlots - 1);
    hash_[slot] = hash;
    bits_[slot] |= bits;
  }

  std::array<std::uint32_t, kSlots> hash_{};
  std::array<std::uint16_t, kSlots> bits_{};
};

// Bits of WordClass; 0 for a word that is in no list.
std::uint16_t word_classes(std::uint32_t hash);

}  // namespace copydesk::clean
