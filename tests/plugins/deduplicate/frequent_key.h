// A key that more than Index::kStoriesFew stories have, for the tests of both kinds of index.
#pragma once
#include <gtest/gtest.h>

#include <initializer_list>

#include "desk.h"

namespace copydesk::deduplicate {

inline constexpr std::uint64_t kFrequentKey = 7, kRareKey = 8;
inline constexpr std::int64_t kFrequentTimeMs = 1'700'000'000'000;

// The first of them makes the key of all the words, which no other story has.
inline SearchKeys keys_with(std::initializer_list<std::uint64_t> values) {
  SearchKeys out;
  out.exact_count = 1;
  out.values[out.count++] = values.size() + *values.begin() * 1000;
  for (const std::uint64_t value : values) out.values[out.count++] = value;
  return out;
}

inline Found find(DeskOf& desk, std::initializer_list<std::uint64_t> values) {
  return desk.look_up(keys_with(values), kFrequentTimeMs);
}

// Puts a story that has the frequent key, and perhaps the rare one; `number` from 1.
inline Found put_frequent(DeskOf& desk, std::uint64_t number, bool has_rare) {
  const Record record{
      .time_ms = kFrequentTimeMs, .story = number, .leader = number, .leader_id = "a"};
  const std::uint64_t own = 100 + number;
  const SearchKeys keys =
      has_rare ? keys_with({own, kFrequentKey, kRareKey}) : keys_with({own, kFrequentKey});
  return desk.look_up(keys, kFrequentTimeMs, &record);
}

// As many as make the key a frequent one, the first two with the rare one as well: the others are
// candidates only before there were so many.
inline void expect_that_a_frequent_key_alone_finds_nothing(DeskOf& desk, bool is_committed) {
  for (std::uint64_t i = 0; i <= Index::kStoriesFew; ++i) {
    EXPECT_EQ(put_frequent(desk, i + 1, i < 2).candidates.size(), i);
    if (is_committed) desk.commit();
  }
  EXPECT_EQ(find(desk, {kFrequentKey}).candidates.size(), 0u);
  EXPECT_EQ(find(desk, {kRareKey}).candidates.size(), 2u);
  EXPECT_EQ(find(desk, {kFrequentKey, kRareKey}).candidates.size(), 2u);
}

}  // namespace copydesk::deduplicate
