#include "state/keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>
#include <vector>

#include "state/store.h"

namespace copydesk::state {
namespace {

TEST(Keys, NoNameReachesIntoAnothersKeys) {
  const std::vector<std::string> names{"",
                                       "a",
                                       "ab",
                                       "b",
                                       std::string("\0", 1),
                                       std::string("a\0b", 3),
                                       "a/b",
                                       std::string(200, 'x'),
                                       "\xFF\xFF"};
  std::set<std::string> seen;
  std::size_t count = 0;
  for (const auto& first : names)
    for (const auto& second : names)
      for (const auto& key : names) {
        seen.insert(keys::stage_state(first, second, key));
        ++count;
      }
  EXPECT_EQ(seen.size(), count);
  for (const auto& first : names)
    for (const auto& second : names) {
      const std::string prefix = keys::stage_state(first, second);
      EXPECT_EQ(std::ranges::count_if(seen, [&](const auto& k) { return k.starts_with(prefix); }),
                static_cast<long>(names.size()));
    }
}

TEST(Keys, NumbersSortAsNumbers) {
  EXPECT_LT(keys::dead_letter("news", 9), keys::dead_letter("news", 10));
  EXPECT_LT(keys::dead_letter("news", 255), keys::dead_letter("news", 256));
  EXPECT_LT(keys::settlement("s", 1),
            keys::settlement("s", std::numeric_limits<std::uint64_t>::max()));
}

TEST(Keys, ComeApartAgain) {
  const std::string position_key = keys::source_position("wire", std::string("a\0/3", 4));
  const auto position = keys::two_names(keys::kSourcePosition, position_key);
  ASSERT_TRUE(position);
  EXPECT_EQ(position->first, "wire");
  EXPECT_EQ(position->second, std::string_view("a\0/3", 4));
  const std::string letter_key = keys::dead_letter("news", 77);
  const auto letter = keys::numbered(keys::kDeadLetter, letter_key);
  ASSERT_TRUE(letter);
  EXPECT_EQ(letter->name, "news");
  EXPECT_EQ(letter->number, 77U);
  EXPECT_EQ(keys::crash_suspect_hash(keys::crash_suspect(0x0123456789abcdef)), 0x0123456789abcdefU);
  const std::string fate_key = keys::fate("news", "x");
  EXPECT_EQ(keys::name_of(keys::kFate, fate_key), "news");
  const std::string state_key = keys::stage_state("news", "deduplicate", "key");
  const auto state = keys::two_names(keys::kStageState, state_key);
  ASSERT_TRUE(state);
  EXPECT_EQ(state->second, "deduplicate");
}

TEST(Keys, RefuseKeysOfOtherTablesAndCutOnes) {
  const std::string key = keys::dead_letter("news", 77);
  EXPECT_FALSE(keys::numbered(keys::kSettlement, key));
  for (std::size_t size = 0; size < key.size(); ++size)
    EXPECT_FALSE(keys::numbered(keys::kDeadLetter, key.substr(0, size))) << size;
  EXPECT_FALSE(keys::numbered(keys::kDeadLetter, key + "x"));
  EXPECT_FALSE(keys::two_names(keys::kSourcePosition, keys::source_position("a", "b") + "x"));
  EXPECT_FALSE(keys::crash_suspect_hash("c123"));
  EXPECT_FALSE(keys::name_of(keys::kFate, ""));
}

TEST(Keys, PrefixEndIsTheFirstKeyBehind) {
  EXPECT_EQ(prefix_end("a"), "b");
  EXPECT_EQ(prefix_end("a\xFF"), "b");
  EXPECT_EQ(prefix_end("a\xFF\x01"), "a\xFF\x02");
  EXPECT_EQ(prefix_end("\xFF\xFF"), "");
}

}  // namespace
}  // namespace copydesk::state
