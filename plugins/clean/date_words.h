// What words mean beside a date, in the languages that news is written in. Internal; pure, any
// thread.
#pragma once
#include <cstdint>
#include <string_view>

namespace copydesk::clean {

enum : std::uint16_t {
  kWordFiller =
      1,  // may stand beside a date without making the line more than a date: weekdays too
  kWordPublished = 2,
  kWordModified = 4,
  kWordOrdinal = 8,
  kWordZone = 16,
  kWordFirstOfTwo = 32,  // begins a month of two words
  kWordMorning = 64,
  kWordAfternoon = 128,
  kWordAmericanZone = 256,  // "ET": its offset is an hour more in summer
};

// Whose months and years they are.
enum class Calendar : std::uint8_t { kGregorian, kSolarHijri, kBuddhist };

struct DateWord {
  std::uint16_t kinds = 0;
  std::uint8_t month = 0;  // 1 to 12; 0 for a word that is none
  Calendar calendar = Calendar::kGregorian;
  std::int16_t offset = 0;  // minutes, of a zone
};

// Of a word in lower case; of a month of two words with one space between them.
DateWord date_word(std::string_view word);

}  // namespace copydesk::clean
