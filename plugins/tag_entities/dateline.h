#pragma once
// The place that a line opens with in capitals, as agencies begin their copy:
//
//   SOUTH ST. PAUL, Minn. (AP) — …      MOSCOW (Reuters) - …       FT. WORTH, Texas -- …
//   WASHINGTON/BEIJING, May 3 (AFP) — … NEAR KABUL, Afghanistan (AP) — …
//
// In capitals a name says little of itself, so what stands behind it has to: an agency in brackets and a dash, or a
// comma, a listed place and a dash. Pure; may run on any thread.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "tokenizer.h"

namespace copydesk::tag_entities {

struct Dateline {
  std::uint32_t first_token = 0;
  std::uint32_t tokens = 0;
  std::uint32_t begin = 0;  // bytes, [begin, end)
  std::uint32_t end = 0;
};

inline constexpr std::size_t kDatelineWordsMax = 8;   // of one name, as tokens
inline constexpr std::size_t kDatelinePlacesMax = 4;  // "WASHINGTON/BEIJING"

// The names in capitals with which a line may open, and where they end; empty when none does.
struct Opening {
  std::vector<Dateline> places;
  std::size_t next_token = 0;
};
void read_opening(std::string_view text, std::span<const Token> tokens, std::size_t first,
                  Opening& opening);

// Whether what begins at byte `at`, behind the names and the listed place after their comma, if there is one, makes a
// dateline of them. `listed`: there is one.
bool ends_dateline(std::string_view text, std::size_t at, bool listed);

// "Minn.", "May 3": the end of what stands behind the comma at byte `at` when nobody listed it; `at` itself when there is no
// such thing.
std::size_t skip_addition(std::string_view text, std::size_t at);

}  // namespace copydesk::tag_entities
