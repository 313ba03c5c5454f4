#include "directory/position.h"

#include <gtest/gtest.h>

#include "directory/known.h"
#include "directory/queue.h"

namespace copydesk::directory {
namespace {

TEST(Position, ComesBackAsItWas) {
  Position p;
  p.generation = 7;
  p.done = p.tail = true;
  p.offset = 1ull << 40;
  p.size = 123;
  p.ctime_ns = 1'700'000'000'123'456'789;
  p.hash = 0xFEDCBA9876543210ull;
  p.path = "a\n\xFF.txt";
  const auto back = decode_position(encode(p));
  ASSERT_TRUE(back);
  EXPECT_EQ(encode(*back), encode(p));
  EXPECT_EQ(back->path, p.path);
  EXPECT_TRUE(back->done && back->tail && !back->refused && !back->ended);
}

TEST(Position, RefusesWhatIsCutShortOrForeign) {
  Token t;
  t.id = {1, 2, 3};
  t.root = "/in";
  t.path = "a.txt";
  t.delivered = "delete";
  t.dead_letter = "move:/bad";
  const std::string bytes = encode(t);
  ASSERT_TRUE(decode_token(bytes));
  EXPECT_EQ(decode_token(bytes)->dead_letter, "move:/bad");
  for (std::size_t n = 0; n < bytes.size(); ++n)
    EXPECT_FALSE(decode_token(std::string_view(bytes).substr(0, n))) << n;
  EXPECT_FALSE(decode_position(bytes));
  EXPECT_FALSE(decode_position(""));
}

TEST(Position, PutsLaterVersionsBehindEarlierOnes) {
  EXPECT_LT(record_position(0, (1ull << 48) - 1), record_position(1, 0));
  EXPECT_EQ(record_position(3, 5), (3ull << 48) + 5);
}

TEST(FileId, IsItsPartition) {
  const FileId id{0xfe01, 123456789, 1'700'000'000'000'000'001};
  EXPECT_EQ(parse_partition(to_partition(id)), id);
  EXPECT_FALSE(parse_partition("1:2"));
  EXPECT_FALSE(parse_partition("1:2:3:4"));
  EXPECT_FALSE(parse_partition(""));
}

Candidate named(std::string path, std::uint8_t flags = 0) {
  Candidate candidate;
  candidate.path = std::move(path);
  candidate.flags = flags;
  return candidate;
}

TEST(Queue, AddsUpWhatIsLearnedOfAFile) {
  Queue queue;
  EXPECT_TRUE(queue.add(named("a", kCreated), 100));
  EXPECT_TRUE(queue.add(named("b"), 0));
  EXPECT_TRUE(queue.add(named("a", kComplete), 0));
  EXPECT_EQ(queue.take(1)->path, "b");
  const auto a = queue.take(1);
  ASSERT_TRUE(a);
  EXPECT_EQ(a->flags, kCreated | kComplete);
  EXPECT_FALSE(queue.take(1000));  // its timer is stale
}

TEST(Queue, ALaterTimeDoesNotPutOff) {
  Queue queue;
  EXPECT_TRUE(queue.add(named("a"), 50));
  EXPECT_TRUE(queue.add(named("a"), 100));
  EXPECT_FALSE(queue.take(49));
  EXPECT_TRUE(queue.take(50));
  EXPECT_FALSE(queue.take(200));
}

TEST(Queue, TurnsNewcomersAwayWhenItIsFull) {
  Queue queue;
  for (std::size_t i = 0; i < Queue::kMax; ++i) ASSERT_TRUE(queue.add(named(std::to_string(i)), 0));
  EXPECT_FALSE(queue.add(named("one more"), 0));
  EXPECT_TRUE(queue.add(named("5"), 0));
}

TEST(Trail, SaysWhenItIsCutShort) {
  Trail trail;
  Known known;
  for (std::size_t i = 0; i <= Trail::kMax; ++i)
    trail.add({named(std::to_string(i)), {1, i, 0}, 0, 0, true});
  bool cut = false;
  EXPECT_EQ(trail.rewind(known, cut).size(), Trail::kMax);
  EXPECT_TRUE(cut);
  EXPECT_TRUE(trail.rewind(known, cut).empty());
  EXPECT_FALSE(cut);
}

TEST(Known, ForgetsWhatTwoScansMissOnDevicesTheyHaveRead) {
  Known known;
  known.put({1, 10, 0}, {}).seen = 1;
  known.put({2, 20, 0}, {}).seen = 1;
  EXPECT_TRUE(known.forget_missing(2, {1}).empty());
  EXPECT_EQ(known.forget_missing(3, {1}), std::vector<FileId>({FileId{1, 10, 0}}));
  EXPECT_EQ(known.size(), 1u);  // the other one's file system was not there
}

}  // namespace
}  // namespace copydesk::directory
