// What single words say about a line: function words of a few languages, and words that lines around
// articles are made of. Internal.
#pragma once
#include <cstdint>
#include <string_view>

namespace copydesk::clean {

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

// Of a word in lower case.
constexpr std::uint32_t word_hash(std::string_view lower) {
  std::uint32_t hash = 2166136261u;
  for (const char c : lower) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

// Bits of WordClass; 0 for a word that is in no list.
std::uint16_t word_classes(std::uint32_t hash);

}  // namespace copydesk::clean
