// What is kept of a partition, and where that leads when the partition is assigned.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "kafka/position.h"
#include "kafka/position_start.h"
#include "kafka/source_options.h"
#include "kafka/source_record.h"

namespace copydesk::kafka {
namespace {

constexpr std::uint64_t kGroup = 77;
const Owner kSelf{"0123456789abcdef", "news line"};

Position at(std::int64_t next) { return {5, kGroup, next, {next - 1, 1'700'000'000'000, 99}, 0}; }

TEST(Position, IsLaterByItsAssignmentFirst) {
  const Position early{.assignment = 1, .next = 500}, further{.assignment = 1, .next = 501};
  const Position set_back{.assignment = 2, .next = 100};
  EXPECT_TRUE(is_later(further, early));
  EXPECT_FALSE(is_later(early, further));
  EXPECT_FALSE(is_later(early, early));
  EXPECT_TRUE(is_later(set_back, further));
  EXPECT_FALSE(is_later(further, set_back));
}

TEST(Position, ComesBackFromItsBytes) {
  const Position p{~0ULL, 2, 1LL << 62, {41, -1, 0x8000000000000001}, 9};
  EXPECT_EQ(decode_position(encode(p)), p);
  EXPECT_EQ(decode_position(encode(Position{})), Position{});
}

TEST(Position, OtherBytesAreNone) {
  const std::string good = encode(at(7));
  EXPECT_FALSE(decode_position(""));
  EXPECT_FALSE(decode_position(good + "x"));
  EXPECT_FALSE(decode_position(std::string_view(good).substr(0, good.size() - 1)));
  std::string newer = good;
  newer.front() = 2;
  EXPECT_FALSE(decode_position(newer));
}

TEST(Position, AHashTellsKeyFromPayload) {
  EXPECT_NE(hash_of("ab", "c"), hash_of("a", "bc"));
  EXPECT_NE(hash_of("", "abc"), hash_of("abc", ""));
  EXPECT_NE(hash_of("", std::string(8, '\0')), hash_of("", std::string(9, '\0')));
  EXPECT_EQ(hash_of("k", "payload of more than eight bytes"),
            hash_of("k", "payload of more than eight bytes"));
}

TEST(Position, NamesOfPartitionsComeBack) {
  EXPECT_EQ(split_partition_name(partition_name("articles.raw", 12)),
            std::pair(std::string("articles.raw"), 12));
  for (const char* wrong :
       {"", "topic", "/1", "topic/", "topic/x", "topic/-1", "topic/1x", "topic/99999999999"})
    EXPECT_FALSE(split_partition_name(wrong)) << wrong;
}

TEST(Position, AnOwnerComesBackAndAnOperatorIsNone) {
  EXPECT_EQ(decode_owner(encode(kSelf)), kSelf);
  EXPECT_EQ(decode_owner(encode(Owner{})), Owner{});
  for (const char* wrong : {"", "NO_METADATA", "copydesk/1", "copydesk/1 abc", "copydesk/2 a b"})
    EXPECT_FALSE(decode_owner(wrong)) << wrong;
}

struct Case {
  const char* name;
  std::optional<std::int64_t> state;
  std::optional<GroupOffset> group;
  std::int64_t low, high;
  Because because;
  std::int64_t offset;
  std::int64_t lost = 0;
  bool commit = false, check = false, stop = false;
};

TEST(Start, FollowsFromWhatIsKnown) {
  const std::string ours = encode(kSelf), other = encode(Owner{"another", "news line"}),
                    other_line = encode(Owner{kSelf.data_id, "sports"});
  const std::vector<Case> cases = {
      {"nothing known", {}, {}, 10, 100, Because::kStart, 55, 0, true},
      {"state alone", 60, {}, 10, 100, Because::kState, 60, 0, true, true},
      {"group alone, ours", {}, {{70, ours}}, 10, 100, Because::kGroup, 70},
      {"both, equal", 60, {{60, ours}}, 10, 100, Because::kState, 60, 0, false, true},
      {"crash before the group heard of it",
       60,
       {{50, ours}},
       10,
       100,
       Because::kState,
       60,
       0,
       true,
       true},
      {"an old data_dir came back", 60, {{70, ours}}, 10, 100, Because::kGroup, 70},
      {"another daemon went on", 60, {{80, other}}, 10, 100, Because::kOtherLine, 80, 0, true},
      {"another daemon is behind", 60, {{50, other}}, 10, 100, Because::kOtherLine, 50, 0, true},
      {"another line of ours went on",
       60,
       {{80, other_line}},
       10,
       100,
       Because::kOtherLine,
       80,
       0,
       true},
      {"an operator went back", 60, {{20, ""}}, 10, 100, Because::kOperator, 20, 0, true},
      {"an operator went on", 60, {{90, "by hand"}}, 10, 100, Because::kOperator, 90, 0, true},
      {"an operator without us", {}, {{20, ""}}, 10, 100, Because::kOperator, 20, 0, true},
      {"retention was faster", 60, {{60, ours}}, 75, 100, Because::kState, 75, 15},
      {"retention took the last message only", 60, {{60, ours}}, 60, 100, Because::kState, 60},
      {"another log, shorter", 60, {{60, ours}}, 0, 30, Because::kState, 60, 0, false, false, true},
      {"another log, the group knows nothing",
       60,
       {},
       0,
       30,
       Because::kState,
       60,
       0,
       false,
       false,
       true},
      {"group beyond the end",
       {},
       {{200, ""}},
       0,
       100,
       Because::kOperator,
       200,
       0,
       false,
       false,
       true},
      {"at the very end", 100, {{100, ours}}, 10, 100, Because::kState, 100, 0, false, true},
      {"empty log", 0, {{0, ours}}, 0, 0, Because::kState, 0},
  };
  for (const Case& c : cases) {
    Known known{{}, c.group, c.low, c.high, 55};
    if (c.state) known.state = at(*c.state);
    const Start start = decide_start(known, kSelf, kGroup);
    EXPECT_EQ(start.because, c.because) << c.name;
    EXPECT_EQ(start.offset, c.offset) << c.name;
    EXPECT_EQ(start.lost, c.lost) << c.name;
    EXPECT_EQ(start.commit, c.commit) << c.name;
    EXPECT_EQ(start.check.has_value(), c.check) << c.name;
    EXPECT_EQ(!start.stop.empty(), c.stop) << c.name;
  }
}

TEST(Start, WhatFollowedFromAnOffsetOfOthersHoldsUntilTheyMoveItAgain) {
  const GroupOffset set{20, ""};
  Position state = at(60);
  state.base = base_of(set);
  Known known{state, set, 10, 100, 55};
  EXPECT_EQ(decide_start(known, kSelf, kGroup).offset, 60);  // cut off before the group heard of 60
  EXPECT_TRUE(decide_start(known, kSelf, kGroup).commit);
  known.group = GroupOffset{21, ""};
  EXPECT_EQ(decide_start(known, kSelf, kGroup).offset, 21);
  known.group = set;
  known.state->base = 0;  // the group had heard of us: somebody went back to 20 once more
  EXPECT_EQ(decide_start(known, kSelf, kGroup).offset, 20);
}

TEST(Start, APositionOfAnotherGroupIsNone) {
  Known known{at(60), {}, 10, 100, 55};
  EXPECT_EQ(decide_start(known, kSelf, kGroup + 1).offset, 55);
}

TEST(Start, AMessageIsKnownAgainByItsHashAndTime) {
  const Landmark read{4, 1000, 7};
  EXPECT_TRUE(same_message(read, {4, 1000, 7}));
  EXPECT_TRUE(same_message(read, {4, -1, 7}));
  EXPECT_FALSE(same_message(read, {4, 1001, 7}));
  EXPECT_FALSE(same_message(read, {4, 1000, 8}));
}

TEST(SourceOptions, ReadTimes) {
  EXPECT_EQ(parse_timestamp_ms("0"), 0);
  EXPECT_EQ(parse_timestamp_ms("1767225600000"), 1767225600000);
  EXPECT_EQ(parse_timestamp_ms("2026-01-01T00:00:00Z"), 1767225600000);
  EXPECT_EQ(parse_timestamp_ms("2026-01-01T01:30:00.25+01:30"), 1767225600250);
  for (const char* wrong :
       {"", "yesterday", "2026-01-01", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00",
        "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+1", "-5", "1767225600000x"})
    EXPECT_THROW(parse_timestamp_ms(wrong), std::invalid_argument) << wrong;
}

TEST(SourceRecord, KnowsUtf8) {
  for (const char* good : {"", "plain", "Zürich", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const char* bad :
       {"\x80", "\xC0\x80", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF"})
    EXPECT_FALSE(is_utf8(bad));
}

}  // namespace
}  // namespace copydesk::kafka
