#include "deduplicate/story_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <copydesk/bytes.hpp>
#include <copydesk/sdk.hpp>
#include <csignal>
#include <fstream>

#include "desk.h"
#include "frequent_key.h"
#include "texts.h"

namespace copydesk::deduplicate {
namespace {

using std::chrono::hours;

class Stories : public testing::Test {
 protected:
  Verdict judge_story(std::uint32_t seed, const std::string& id, Desk& desk) {
    return desk.judge(fingerprint("", story(seed, 12)), {"inbox/" + id, id, now_ms}, Policy{});
  }
  void put_stories(std::uint32_t first, std::uint32_t last, Desk& desk) {
    for (std::uint32_t i = first; i < last; ++i) {
      EXPECT_EQ(judge_story(i, "a" + std::to_string(i), desk).status, Status::kUnique) << i;
      desk.commit();
    }
  }
  void expect_known(std::uint32_t first, std::uint32_t last, Desk& desk) {
    for (std::uint32_t i = first; i < last; ++i)
      EXPECT_EQ(judge_story(i, "b" + std::to_string(i), desk).of, "a" + std::to_string(i)) << i;
  }
  std::int64_t now_ms = 1'700'000'000'000;
};

// No file of this process grows.
class FullDisk {
 public:
  FullDisk() {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit none{0, before_.rlim_max};
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &none);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

std::vector<std::filesystem::path> files_of(const Desk& desk, const char* kind) {
  std::vector<std::filesystem::path> files;
  for (const auto& file : std::filesystem::directory_iterator(desk.folder())) {
    if (file.path().extension() == kind) files.push_back(file.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST_F(Stories, AreFoundAfterARestart) {
  for (const std::uint32_t sync_every : {1, 4, 1000}) {
    Desk desk({.sync_every = sync_every});
    put_stories(0, 30, desk);
    expect_known(0, 30, desk);
    desk.start();
    expect_known(0, 30, desk);
    put_stories(30, 40, desk);
    desk.start();
    expect_known(0, 40, desk);
  }
}

TEST_F(Stories, OfArticlesThatWereNotCommittedAreForgotten) {
  Desk desk;
  put_stories(0, 3, desk);
  judge_story(3, "lost", desk);
  EXPECT_EQ(judge_story(3, "copy", desk).of, "lost");
  desk.rewind();
  EXPECT_EQ(judge_story(3, "found", desk).status, Status::kUnique);
  desk.commit();
  EXPECT_EQ(judge_story(3, "copy", desk).of, "found");
}

TEST_F(Stories, ThatWereWithdrawnNeverCount) {
  Desk desk;
  judge_story(1, "refused", desk);
  judge_story(2, "taken", desk);
  desk.commit({0});
  EXPECT_EQ(judge_story(1, "second", desk).status, Status::kUnique);
  EXPECT_EQ(judge_story(2, "third", desk).of, "taken");
}

TEST_F(Stories, OnlyAMatchReadsAClaim) {
  Desk desk;
  judge_story(1, "a", desk);
  EXPECT_EQ(desk.reads, 0u);
  judge_story(2, "b", desk);
  EXPECT_EQ(desk.reads, 0u);
  judge_story(1, "c", desk);
  EXPECT_EQ(desk.reads, 1u);
}

TEST_F(Stories, StayInTheStateOnlyUntilTheLogHasThem) {
  Desk desk({.sync_every = 8});
  put_stories(0, 500, desk);
  EXPECT_LE(desk.committed_state.size(), 20u);
  desk.start();
  put_stories(500, 600, desk);
  EXPECT_LE(desk.committed_state.size(), 30u);
  desk.start();
  expect_known(0, 600, desk);
}

// As `run --once` from a timer: no batch comes after the one whose commit made the log long enough.
TEST_F(Stories, StayInTheStateNoLongerWhenEachRunHasOneBatch) {
  Desk desk({.sync_every = 8});
  for (std::uint32_t run = 0; run < 60; ++run) {
    desk.start();
    for (std::uint32_t i = 0; i < 5; ++i)
      judge_story(5 * run + i, "a" + std::to_string(5 * run + i), desk);
    desk.commit();
  }
  EXPECT_LE(desk.committed_state.size(), 30u);
  desk.start();
  expect_known(0, 300, desk);
}

TEST_F(Stories, ThatShareOneFrequentKeyAloneAreNoCandidates) {
  for (const bool is_committed : {false, true}) {
    Desk desk;
    expect_that_a_frequent_key_alone_finds_nothing(desk, is_committed);
  }
}

TEST_F(Stories, KeepToTheirBytes) {
  Desk desk({.sync_every = 64});
  put_stories(0, 2000, desk);
  const IndexNumbers n = desk.index().numbers();
  EXPECT_EQ(n.stories, 2000u);
  EXPECT_LT(n.hot_bytes / n.stories, 200u);
  EXPECT_LT(n.cold_bytes / n.stories, 400u);
}

TEST_F(Stories, LeaveWithTheirSegmentWhenTheWindowIsOver) {
  Desk desk({.window = hours(16), .sync_every = 4});
  for (std::uint32_t i = 0; i < 100; ++i) {
    put_stories(i, i + 1, desk);
    now_ms += std::chrono::milliseconds(hours(1)).count();
  }
  EXPECT_LT(desk.index().numbers().stories, 25u);
  EXPECT_LT(files_of(desk, ".keys").size(), 25u);
  EXPECT_EQ(files_of(desk, ".keys").size(), files_of(desk, ".stories").size());
  desk.start();
  EXPECT_LT(desk.index().numbers().stories, 25u);
  now_ms -= std::chrono::milliseconds(hours(1)).count();
  EXPECT_EQ(judge_story(99, "b", desk).of, "a99");
  EXPECT_EQ(judge_story(60, "c", desk).status, Status::kUnique);
}

TEST_F(Stories, GoBeforeTheirTimeWhenMemoryIsTooLittle) {
  Desk desk({.max_bytes = 256 << 10, .sync_every = 16});
  put_stories(0, 2000, desk);
  EXPECT_TRUE(desk.index().take_warning());
  EXPECT_LE(desk.index().numbers().hot_bytes, 256u << 10);
  EXPECT_EQ(judge_story(1999, "b", desk).of, "a1999");
  EXPECT_EQ(judge_story(0, "c", desk).status, Status::kUnique);
}

TEST_F(Stories, ThatCannotBeWrittenAreSaidOnceAndWrittenLater) {
  Desk desk({.sync_every = 4});
  put_stories(0, 2, desk);
  {
    const FullDisk full;
    put_stories(2, 10, desk);
    EXPECT_THAT(desk.index().take_warning().value_or(""), testing::HasSubstr("File too large"));
    put_stories(10, 12, desk);
    EXPECT_FALSE(desk.index().take_warning());
  }
  put_stories(12, 14, desk);
  EXPECT_FALSE(desk.index().take_warning());
  desk.start();
  expect_known(0, 14, desk);
  const FullDisk full;
  put_stories(14, 16, desk);
  EXPECT_TRUE(desk.index().take_warning());
}

// ---- torn and damaged files ---------------------------------------------------------------------

// Everything committed of 20 stories: those behind the last synced position are in the state too.
class Damage : public Stories {
 protected:
  void SetUp() override { put_stories(0, 20, desk); }
  void write(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }
  static std::string read(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // Starts, and every story is known; or it is refused with the way out.
  bool recovers_or_refuses(bool& recovered) {
    try {
      desk.start();
    } catch (const Fatal& e) {
      EXPECT_NE(std::string(e.what()).find("copydesk state dedup rebuild"), std::string::npos);
      recovered = false;
      return true;
    }
    recovered = true;
    for (std::uint32_t i = 0; i < 20; ++i) {
      const Verdict v = judge_story(i, "b" + std::to_string(i), desk);
      if (v.of != "a" + std::to_string(i) || v.unreadable != 0) return false;
    }
    desk.rewind();
    return true;
  }
  // The stories are about alike: at least that many bytes are the last one's.
  static std::size_t size_of_last(const std::string& stories) { return stories.size() / 20 + 20; }
  Desk desk{{.sync_every = 9}};  // the position that is committed covers 18 of the 20
};

TEST_F(Damage, ATornTailIsRecoveredFromTheStateAtEachByte) {
  for (const char* kind : {".keys", ".stories"}) {
    desk.start();
    const auto path = files_of(desk, kind).back();
    const std::string whole = read(path);
    const std::size_t last = kind[1] == 'k' ? Entry::kBytes : size_of_last(whole);
    for (std::size_t cut = 0; cut <= last; ++cut) {
      write(path, whole.substr(0, whole.size() - cut));
      bool recovered = false;
      EXPECT_TRUE(recovers_or_refuses(recovered)) << kind << cut;
      EXPECT_TRUE(recovered) << kind << " " << cut;
    }
  }
}

TEST_F(Damage, GarbageInTheTailIsReplacedFromTheStateAtEachByte) {
  for (const char* kind : {".keys", ".stories"}) {
    desk.start();
    const auto path = files_of(desk, kind).back();
    const std::string whole = read(path);
    const std::size_t last = kind[1] == 'k' ? Entry::kBytes : size_of_last(whole);
    for (std::size_t at = whole.size() - last; at < whole.size(); ++at) {
      std::string changed = whole;
      changed[at] = static_cast<char>(~changed[at]);
      write(path, changed);
      bool recovered = false;
      EXPECT_TRUE(recovers_or_refuses(recovered)) << kind << at;
      EXPECT_TRUE(recovered) << kind << " " << at;
    }
  }
}

TEST_F(Damage, GarbageBehindTheEndIsCutOff) {
  for (const char* kind : {".keys", ".stories"}) {
    desk.start();
    const auto path = files_of(desk, kind).back();
    const std::string whole = read(path);
    for (std::size_t more = 1; more <= 200; ++more) {
      write(path, whole + std::string(more, static_cast<char>(more * 37)));
      bool recovered = false;
      EXPECT_TRUE(recovers_or_refuses(recovered)) << kind << more;
      EXPECT_TRUE(recovered) << kind << " " << more;
    }
  }
}

TEST_F(Damage, WhatTheCommitNamesIsRefusedWhenItIsCutOrChanged) {
  const auto path = files_of(desk, ".keys").back();
  const std::string whole = read(path);
  constexpr std::size_t kCovered = 44 + 18 * Entry::kBytes;
  ASSERT_GT(whole.size(), kCovered);
  for (std::size_t at = kCovered - Entry::kBytes; at < kCovered; ++at) {
    bool recovered = true;
    write(path, whole.substr(0, at));
    EXPECT_TRUE(recovers_or_refuses(recovered)) << at;
    EXPECT_FALSE(recovered) << at;
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    write(path, changed);
    EXPECT_TRUE(recovers_or_refuses(recovered)) << at;
    EXPECT_FALSE(recovered) << at;
  }
  write(path, whole);
  bool recovered = false;
  EXPECT_TRUE(recovers_or_refuses(recovered));
  EXPECT_TRUE(recovered);
}

TEST_F(Damage, AStoryThatIsChangedAtAnyByteMatchesNothingAndIsCounted) {
  const auto path = files_of(desk, ".stories").back();
  const std::string whole = read(path);
  constexpr std::size_t kFirst = 44;
  std::size_t counted = 0;
  for (std::size_t at = kFirst; at < kFirst + size_of_last(whole) - 40; ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x20);
    write(path, changed);
    desk.start();
    const Verdict v = judge_story(0, "b", desk);
    EXPECT_EQ(v.status, Status::kUnique) << at;
    counted += v.unreadable;
    EXPECT_EQ(judge_story(1, "c", desk).of, "a1");
    desk.rewind();
  }
  EXPECT_EQ(counted, size_of_last(whole) - 40);
}

// Format, version of the fingerprint, its parameters, segment, first story.
TEST_F(Damage, AnotherHeaderIsRefusedWithTheWayToRebuild) {
  const auto path = files_of(desk, ".keys").back();
  const std::string whole = read(path);
  for (std::size_t at = 0; at < 44; ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    write(path, changed);
    bool recovered = true;
    EXPECT_TRUE(recovers_or_refuses(recovered));
    EXPECT_FALSE(recovered) << at;
  }
  desk.committed_state.clear();  // what `rebuild` does
  desk.start();
  EXPECT_EQ(judge_story(0, "b", desk).status, Status::kUnique);
}

// Each entry is whole, and its place is another's: a story would end before it begins.
TEST_F(Damage, EntriesThatChangedPlacesAreRefused) {
  const auto path = files_of(desk, ".keys").back();
  std::string changed = read(path);
  const auto entry = [&](std::size_t i) {
    return changed.begin() + static_cast<std::ptrdiff_t>(44 + i * Entry::kBytes);
  };
  std::swap_ranges(entry(3), entry(4), entry(9));
  write(path, changed);
  bool recovered = true;
  EXPECT_TRUE(recovers_or_refuses(recovered));
  EXPECT_FALSE(recovered);
}

// What a backup that was taken in the middle puts back: each file as it was at one time or another.
TEST_F(Damage, FilesOfDifferentTimesAreRefusedOrGiveNoWrongVerdict) {
  Desk mixed({.window = hours(1), .sync_every = 3, .save_from = 1});
  const auto put = [&](std::uint32_t i) {
    EXPECT_EQ(judge_story(i, "a" + std::to_string(i), mixed).status, Status::kUnique) << i;
    mixed.commit();
    now_ms += 20'000;  // some segments
  };
  std::vector<std::map<std::string, std::string>> copies;
  for (std::uint32_t i = 0; i < 60; ++i) {
    put(i);
    if (i % 10 != 9) continue;
    mixed.stop();
    auto& copy = copies.emplace_back();
    for (const auto& file : std::filesystem::directory_iterator(mixed.folder()))
      copy[file.path().filename().string()] = read(file.path());
    mixed.start();
  }
  const auto state = mixed.committed_state;
  std::uint64_t random = 11;
  std::size_t refused = 0;
  for (int round = 0; round < 400; ++round) {
    mixed.stop();
    for (const auto& file : std::filesystem::directory_iterator(mixed.folder()))
      std::filesystem::remove(file.path());
    for (const auto& [name, bytes] : copies.back()) {
      random = random * 6364136223846793005 + 1442695040888963407;
      const auto& from =
          copies[random >> 33 & 3 ? copies.size() - 1 : (random >> 40) % copies.size()];
      const auto at = from.find(name);
      if (at != from.end()) write(mixed.folder() + "/" + name, at->second);
    }
    mixed.committed_state = state;
    try {
      mixed.start();
    } catch (const Fatal& e) {
      EXPECT_NE(std::string(e.what()).find("copydesk state dedup rebuild"), std::string::npos);
      ++refused;
      continue;
    }
    for (std::uint32_t i = 0; i < 60; ++i) {
      const std::string of = judge_story(i, "b" + std::to_string(i), mixed).of;
      EXPECT_TRUE(of.empty() || of == "a" + std::to_string(i)) << round << " " << i << " " << of;
    }
    mixed.rewind();
  }
  EXPECT_GT(refused, 20u);
  EXPECT_LT(refused, 400u);
}

TEST_F(Stories, AreAskedForByTheirIdWithoutAStart) {
  Desk desk({.sync_every = 8});
  put_stories(0, 20, desk);
  desk.stop();
  const auto has = [&](const std::string& id, const std::string& folder) {
    return has_story(
        [&](std::string_view prefix, const Index::Each& each) {
          for (const auto& [key, value] : desk.committed_state) {
            if (key.starts_with(prefix) && !each(key, value)) return;
          }
        },
        folder, id);
  };
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(has("a" + std::to_string(i), desk.folder())) << i;
  EXPECT_FALSE(has("a20", desk.folder()));
  EXPECT_FALSE(has("a0", desk.folder() + "/elsewhere"));  // the log has it alone
  EXPECT_TRUE(has("a19", desk.folder() + "/elsewhere"));  // the state has it still
  desk.start();
  expect_known(0, 20, desk);
}

// ---- the table's files ---------------------------------------------------------------------------

// All that happens to an index, by chance: copies, longer versions, refreshes, old ones going, restarts.
std::string verdicts_of(const IndexLimits& limits, bool restarts, bool damages) {
  Desk desk(limits);
  std::uint64_t random = 7;
  const auto next = [&](std::uint64_t below) {
    random = random * 6364136223846793005 + 1442695040888963407;
    return (random >> 33) % below;
  };
  std::string verdicts;
  for (std::uint32_t i = 0; i < 900; ++i) {
    const std::string id = std::to_string(i);
    const std::string text =
        story(static_cast<std::uint32_t>(next(420)), 4 + static_cast<int>(next(12)));
    const Verdict v = desk.judge(fingerprint("", text), {id, id, 1'700'000'000'000 + i * 1000},
                                 {.window = limits.window, .refresh = true});
    verdicts += v.group + std::string(to_string(v.status)) + std::to_string(v.similarity) + "\n";
    const std::uint64_t draw = next(100);
    if (draw < 60) desk.commit();
    if (!restarts || draw > 1) continue;
    desk.commit();
    if (damages) {
      for (const auto& file : std::filesystem::directory_iterator(desk.folder())) {
        if (!file.path().filename().string().starts_with("table.")) continue;
        if (i % 3 == 0) std::filesystem::remove(file.path());
        if (i % 3 == 1) std::filesystem::resize_file(file.path(), file.file_size() / 2);
      }
    }
    desk.start();
  }
  return verdicts;
}

TEST(TableFiles, GiveTheVerdictsThatTheLogGives) {
  const IndexLimits log_only{
      .window = std::chrono::seconds(480), .sync_every = 4, .save_from = 1 << 30};
  const IndexLimits saved{.window = std::chrono::seconds(480), .sync_every = 4, .save_from = 1};
  const std::string expected = verdicts_of(log_only, false, false);
  EXPECT_EQ(verdicts_of(saved, false, false), expected);
  EXPECT_EQ(verdicts_of(log_only, true, false), expected);
  EXPECT_EQ(verdicts_of(saved, true, false), expected);
  EXPECT_EQ(verdicts_of(saved, true, true), expected);
}

TEST_F(Stories, ForgottenByAnOperatorAreNotFoundThroughTheFilesEither) {
  Desk desk({.sync_every = 2, .save_from = 1});
  put_stories(0, 100, desk);
  ASSERT_EQ(files_of(desk, ".031").size() + files_of(desk, ".000").size(), 2u);
  std::string until;
  bytes::append_number(until, now_ms);
  desk.committed_state[std::string(kForgetPrefix) + "a7"] = until;
  desk.start();
  EXPECT_EQ(judge_story(7, "b", desk).status, Status::kUnique);
  EXPECT_EQ(judge_story(8, "c", desk).of, "a8");
}

TEST_F(Stories, OfAnEmptiedIndexLeaveNoFiles) {
  Desk desk({.sync_every = 2, .save_from = 1});
  put_stories(0, 100, desk);
  desk.committed_state.clear();  // what `rebuild` does
  desk.start();
  EXPECT_TRUE(std::filesystem::is_empty(desk.folder()));
  EXPECT_EQ(judge_story(7, "b", desk).status, Status::kUnique);
}

// ---- the table ------------------------------------------------------------------------------------

TEST(PostingTable, IsAMultimap) {
  PostingTable table(2);
  std::multimap<std::uint64_t, std::uint32_t> expected;
  std::uint64_t random = 1;
  const auto next = [&](std::uint64_t below) {
    random = random * 6364136223846793005 + 1442695040888963407;
    return (random >> 33) % below;
  };
  const auto found = [&](std::uint64_t key) {
    std::multiset<std::uint32_t> numbers;
    table.each(key, [&](std::uint32_t n) { numbers.insert(n); });
    return numbers;
  };
  const auto wanted = [&](std::uint64_t key) {
    std::multiset<std::uint32_t> numbers;
    for (auto [at, end] = expected.equal_range(key); at != end; ++at) numbers.insert(at->second);
    return numbers;
  };
  for (int i = 0; i < 60'000; ++i) {
    const std::uint64_t key = next(3000) * 0x9E3779B97F4A7C15 >> 24;
    const auto number = static_cast<std::uint32_t>(next(1000));
    const std::uint64_t what = next(10);
    auto at = std::find_if(expected.lower_bound(key), expected.upper_bound(key),
                           [&](const auto& e) { return e.second == number; });
    if (at == expected.upper_bound(key)) at = expected.end();
    if (what < 6) {
      table.insert(key, number);
      expected.emplace(key, number);
    } else if (what < 9) {
      table.erase(key, number);
      if (at != expected.end()) expected.erase(at);
    } else {
      EXPECT_EQ(table.replace(key, number, number + 1), at != expected.end());
      if (at != expected.end()) at->second = number + 1;
    }
    if (i % 16 == 0) {
      ASSERT_EQ(found(key), wanted(key)) << i;
    }
  }
  EXPECT_EQ(table.size(), expected.size());
  for (std::size_t i = 0; i < table.shard_count(); ++i)
    table.keep_if(i, [](std::uint32_t n) { return n % 2 == 0; });
  std::erase_if(expected, [](const auto& e) { return e.second % 2 != 0; });
  EXPECT_EQ(table.size(), expected.size());
  for (std::uint64_t i = 0; i < 3000; ++i)
    ASSERT_EQ(found(i * 0x9E3779B97F4A7C15 >> 24), wanted(i * 0x9E3779B97F4A7C15 >> 24));
}

TEST(PostingTable, TakesManyEntriesOfOneKeyAndOfTheLastOne) {
  PostingTable table(0);
  for (std::uint32_t i = 0; i < 500; ++i) table.insert(0xFFFFFFFF, i);
  std::size_t found = 0;
  table.each(0xFFFFFFFF, [&](std::uint32_t) { ++found; });
  EXPECT_EQ(found, 500u);
}

}  // namespace
}  // namespace copydesk::deduplicate
