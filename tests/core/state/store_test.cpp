#include "state/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "core/support/temp_folder.h"
#include "state/keys.h"
#include "state/memory_store.h"
#include "state/ttl.h"

namespace copydesk::state {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

std::unique_ptr<Store> open_at(const std::string& folder, const StoreOptions& options = {}) {
  auto store = open_rocksdb(folder, options);
  if (!store) {
    ADD_FAILURE() << store.error().message;
    return nullptr;
  }
  return std::move(store).value();
}

std::vector<std::pair<std::string, std::string>> all(Store& store, std::string_view prefix,
                                                     std::string_view from = {}) {
  std::vector<std::pair<std::string, std::string>> out;
  const Status status = store.scan_from(prefix, from, [&](std::string_view k, std::string_view v) {
    out.emplace_back(k, v);
    return true;
  });
  EXPECT_TRUE(status.ok());
  return out;
}

WriteSet puts(std::initializer_list<std::pair<const char*, const char*>> entries) {
  WriteSet set;
  for (const auto& [k, v] : entries) set.put(k, v);
  return set;
}

// Both stores keep the same promises.
class AnyStore : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam())
      store_ = open_at(folder_.file("db"));
    else
      store_ = std::make_unique<MemoryStore>();
    ASSERT_NE(store_, nullptr);
  }
  test::TempFolder folder_;
  std::unique_ptr<Store> store_;
};

INSTANTIATE_TEST_SUITE_P(Stores, AnyStore, testing::Bool(),
                         [](const auto& which) { return which.param ? "RocksDb" : "Memory"; });

TEST_P(AnyStore, GivesWhatWasCommitted) {
  ASSERT_TRUE(store_->commit(puts({{"a", "1"}, {"b", ""}})).ok());
  EXPECT_EQ(store_->get("a").value(), "1");
  EXPECT_EQ(store_->get("b").value(), "");
  EXPECT_EQ(store_->get("c").value(), std::nullopt);
}

TEST_P(AnyStore, LetsTheLaterWriteWin) {
  WriteSet set;
  set.put("a", "1");
  set.erase("a");
  set.put("b", "1");
  set.put("b", "2");
  set.erase("c");
  set.put("c", "3");
  ASSERT_TRUE(store_->commit(set).ok());
  EXPECT_THAT(all(*store_, ""), ElementsAre(Pair("b", "2"), Pair("c", "3")));
}

TEST_P(AnyStore, ErasesAPrefixAndKeepsWhatFollows) {
  ASSERT_TRUE(store_->commit(puts({{"d1", "x"}, {"d2", "x"}, {"e", "x"}, {"c", "x"}})).ok());
  WriteSet set;
  set.put("d0", "gone");
  set.erase_prefix("d");
  set.put("d3", "stays");
  ASSERT_TRUE(store_->commit(set).ok());
  EXPECT_THAT(all(*store_, ""), ElementsAre(Pair("c", "x"), Pair("d3", "stays"), Pair("e", "x")));
}

TEST_P(AnyStore, ScansAPrefixInByteOrderFromAPlace) {
  ASSERT_TRUE(
      store_
          ->commit(
              puts({{"k\xFF", "4"}, {"k1", "1"}, {"k2", "2"}, {"j", "0"}, {"l", "9"}, {"k", "0"}}))
          .ok());
  EXPECT_THAT(all(*store_, "k"),
              ElementsAre(Pair("k", "0"), Pair("k1", "1"), Pair("k2", "2"), Pair("k\xFF", "4")));
  EXPECT_THAT(all(*store_, "k", "k2"), ElementsAre(Pair("k2", "2"), Pair("k\xFF", "4")));
  EXPECT_THAT(all(*store_, "k", "a"), testing::SizeIs(4));
  EXPECT_TRUE(all(*store_, "k", "l").empty());
  int seen = 0;
  ASSERT_TRUE(
      store_->scan("k", [&](std::string_view, std::string_view) { return ++seen < 2; }).ok());
  EXPECT_EQ(seen, 2);
}

TEST_P(AnyStore, AnswersManyKeysInTheirPlaces) {
  ASSERT_TRUE(store_->commit(puts({{"a", "1"}, {"b", "2"}})).ok());
  const std::vector<std::string_view> keys{"b", "x", "a", "b"};
  std::vector<std::optional<std::string>> out{"old"};
  ASSERT_TRUE(store_->multi_get(keys, out).ok());
  EXPECT_THAT(out, ElementsAre("2", std::nullopt, "1", "2"));
  ASSERT_TRUE(store_->multi_get({}, out).ok());
  EXPECT_TRUE(out.empty());
}

TEST_P(AnyStore, HoldsBinaryKeysAndLargeValues) {
  const std::string key("\0\xFF\0", 3);
  WriteSet set;
  set.put(key, std::string(1 << 20, '\0'));
  ASSERT_TRUE(store_->commit(set).ok());
  EXPECT_EQ(store_->get(key).value()->size(), 1U << 20);
}

TEST_P(AnyStore, KeepsEverythingThroughReopen) {
  ASSERT_TRUE(store_->commit(puts({{"a", "1"}})).ok());
  ASSERT_TRUE(store_->reopen().ok());
  EXPECT_FALSE(store_->poisoned());
  EXPECT_EQ(store_->get("a").value(), "1");
}

TEST(RocksDb, KeepsCommitsThroughKillNine) {
  const test::TempFolder folder;
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto store = open_rocksdb(folder.file("db"));
    for (int i = 0; store.ok(); ++i) {
      WriteSet set;
      set.put("n", std::to_string(i));
      set.put("n copy", std::to_string(i));
      if (!store.value()->commit(set, true).ok()) break;
      if (::write(ready[1], &i, sizeof i) != sizeof i) break;
    }
    ::_exit(1);
  }
  int last = -1;
  while (last < 20 && ::read(ready[0], &last, sizeof last) == sizeof last) {
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ready[0]);
  ::close(ready[1]);
  auto store = open_at(folder.file("db"));
  ASSERT_NE(store, nullptr);
  const auto n = store->get("n").value();
  ASSERT_TRUE(n);
  EXPECT_GE(std::stoi(*n), last);
  EXPECT_EQ(store->get("n copy").value(), n);
}

fs::path newest_log(const fs::path& folder) {
  fs::path found;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".log" && (found.empty() || entry.path() > found))
      found = entry.path();
  return found;
}

// A store whose log holds `commits` commits, ended without being closed: the log of a running store is copied.
void write_log(const fs::path& live, const fs::path& copy, int commits) {
  auto store = open_at(live.string());
  ASSERT_NE(store, nullptr);
  for (int i = 0; i < commits; ++i) {
    WriteSet set;
    set.put("key" + std::to_string(i), std::string(500, 'v'));
    ASSERT_TRUE(store->commit(set).ok());
  }
  fs::copy(live, copy, fs::copy_options::recursive);
}

TEST(RocksDb, RefusesToStartWhenTheLogIsDamagedInTheMiddle) {
  const test::TempFolder folder;
  write_log(folder.path() / "live", folder.path() / "db", 999);
  const fs::path log = newest_log(folder.path() / "db");
  ASSERT_FALSE(log.empty());
  {
    std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(fs::file_size(log) / 3));
    file.write("damaged!", 8);
  }
  const auto store = open_rocksdb(folder.file("db"));
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().cls, ErrorClass::kFatal);
  EXPECT_EQ(store.error().code, "corrupt");
  EXPECT_THAT(store.error().message, HasSubstr("backup"));
}

TEST(RocksDb, StartsAfterAWriteThatACrashCutShort) {
  const test::TempFolder folder;
  write_log(folder.path() / "live", folder.path() / "db", 100);
  const fs::path log = newest_log(folder.path() / "db");
  fs::resize_file(log, fs::file_size(log) - 100);
  auto store = open_at(folder.file("db"));
  ASSERT_NE(store, nullptr);
  EXPECT_TRUE(store->get("key98").value());
  EXPECT_FALSE(store->get("key99").value());
}

TEST(RocksDb, RefusesToStartWhenALogIsMissingBehindItsTables) {
  const test::TempFolder folder;
  {
    auto store = open_at(folder.file("db"));
    ASSERT_NE(store, nullptr);
    ASSERT_TRUE(store->commit(puts({{"a", "1"}})).ok());
    ASSERT_TRUE(store->reopen().ok());
  }
  for (const auto& entry : fs::directory_iterator(folder.path() / "db"))
    if (entry.path().extension() == ".sst") fs::remove(entry.path());
  const auto store = open_rocksdb(folder.file("db"));
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code, "corrupt");
}

TEST(RocksDb, NamesAHolderOfTheLock) {
  const test::TempFolder folder;
  auto first = open_at(folder.file("db"));
  const auto second = open_rocksdb(folder.file("db"));
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, "locked");
}

TEST(RocksDb, SaysWhatIsWrongWithAFolderThatIsAFile) {
  const test::TempFolder folder;
  std::ofstream(folder.file("db")) << "a file";
  const auto store = open_rocksdb(folder.file("db"));
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().cls, ErrorClass::kFatal);
  EXPECT_THAT(store.error().message, HasSubstr(folder.file("db")));
}

TEST(RocksDb, TakesNoOtherTroubleForALockBecauseOfThePath) {
  const test::TempFolder folder;
  std::ofstream(folder.file("While lock file")) << "a file";
  const auto store = open_rocksdb(folder.file("While lock file"));
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code, "state");
}

TEST(RocksDb, TellsTheWayOutWhenAFileOfItIsMissing) {
  const test::TempFolder folder;
  { ASSERT_NE(open_at(folder.file("db")), nullptr); }
  for (const auto& entry : fs::directory_iterator(folder.path() / "db"))
    if (entry.path().filename().string().starts_with("MANIFEST")) fs::remove(entry.path());
  const auto store = open_rocksdb(folder.file("db"));
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code, "corrupt");
  EXPECT_THAT(store.error().message, HasSubstr("Restore the folder from a backup"));
}

TEST(RocksDb, IsPoisonedByAFailedWriteUntilReopened) {
  const test::TempFolder folder;
  auto store = open_at(folder.file("db"));
  ASSERT_NE(store, nullptr);
  ASSERT_TRUE(store->commit(puts({{"a", "1"}})).ok());

  struct rlimit before {};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto old = ::signal(SIGXFSZ, SIG_IGN);
  struct rlimit small = before;
  small.rlim_cur = 4096;
  ::setrlimit(RLIMIT_FSIZE, &small);
  WriteSet large;
  large.put("b", std::string(1 << 20, 'x'));
  large.put("a", "2");
  const Status failed = store->commit(large);
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, old);

  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().cls, ErrorClass::kRetry);
  EXPECT_EQ(failed.error().code, "unknown");
  EXPECT_TRUE(store->poisoned());
  EXPECT_EQ(store->get("a").error().code, "poisoned");
  EXPECT_EQ(store->commit(puts({{"c", "1"}})).error().code, "poisoned");
  ASSERT_TRUE(store->reopen().ok());
  EXPECT_EQ(store->get("a").value(), "1");  // all or nothing
  EXPECT_EQ(store->get("b").value(), std::nullopt);
  EXPECT_TRUE(store->commit(large).ok());
}

TEST(RocksDb, ErasesExpiredStageStateAndNothingElse) {
  const test::TempFolder folder;
  StoreOptions small;
  small.memtable_bytes = 64 << 10;
  auto store = open_at(folder.file("db"), small);
  ASSERT_NE(store, nullptr);
  store->set_now(1000);
  store->set_now(10);  // never goes back
  WriteSet set;
  set.put(keys::stage_state("p", "s", "old"), with_expiry(999, "x"));
  set.put(keys::stage_state("p", "s", "young"), with_expiry(1001, "x"));
  set.put(keys::stage_state("p", "s", "for ever"), with_expiry(kNever, "x"));
  set.put(keys::dead_letter("p", 1), "");
  set.put(keys::meta("short"), "x");
  ASSERT_TRUE(store->commit(set).ok());
  // Writes in the same range, until memtables became tables and tables were merged.
  const std::string old = keys::stage_state("p", "s", "old");
  const std::string filler(8000, 'f');
  for (int i = 0; i < 50'000 && store->get(old).value(); ++i) {
    WriteSet more;
    more.put(keys::stage_state("p", "s", "filler" + std::to_string(i % 40)),
             with_expiry(kNever, filler));
    more.put(keys::meta("a"), "x");
    more.put(keys::stage_state("p", "s", "zzz"), with_expiry(kNever, "x"));
    ASSERT_TRUE(store->commit(more, false).ok());
  }
  EXPECT_EQ(store->get(old).value(), std::nullopt);
  ASSERT_TRUE(store->reopen().ok());
  EXPECT_TRUE(store->get(keys::stage_state("p", "s", "young")).value());
  EXPECT_TRUE(store->get(keys::stage_state("p", "s", "for ever")).value());
  EXPECT_TRUE(store->get(keys::dead_letter("p", 1)).value());
  EXPECT_TRUE(store->get(keys::meta("short")).value());
}

TEST(MemoryStore, FailsBeforeOrAfterWritingAsTold) {
  MemoryStore store;
  store.fail_commit(MemoryStore::Fault::kBefore);
  EXPECT_EQ(store.commit(puts({{"a", "1"}})).error().code, "unknown");
  EXPECT_EQ(store.get("a").error().code, "poisoned");
  ASSERT_TRUE(store.reopen().ok());
  EXPECT_EQ(store.get("a").value(), std::nullopt);
  store.fail_commit(MemoryStore::Fault::kAfter, 1);
  EXPECT_TRUE(store.commit(puts({{"a", "1"}})).ok());
  EXPECT_EQ(store.commit(puts({{"a", "2"}})).error().code, "unknown");
  ASSERT_TRUE(store.reopen().ok());
  EXPECT_EQ(store.get("a").value(), "2");
  store.fail_commit(MemoryStore::Fault::kNoSpace);
  store.fail_reopen(true);
  EXPECT_EQ(store.commit(puts({{"a", "3"}})).error().code, "no_space");
  EXPECT_FALSE(store.reopen().ok());
  EXPECT_TRUE(store.poisoned());
  store.fail_reopen(false);
  EXPECT_TRUE(store.reopen().ok());
  EXPECT_EQ(store.get("a").value(), "2");
}

TEST(MemoryStore, ForgetsInACrashWhatWasNotSynced) {
  MemoryStore store;
  ASSERT_TRUE(store.commit(puts({{"a", "1"}}), true).ok());
  ASSERT_TRUE(store.commit(puts({{"a", "2"}, {"b", "2"}}), false).ok());
  store.crash();
  EXPECT_THAT(all(store, ""), ElementsAre(Pair("a", "1")));
  ASSERT_TRUE(store.commit(puts({{"b", "2"}}), false).ok());
  ASSERT_TRUE(store.commit(puts({{"c", "3"}}), true).ok());
  ASSERT_TRUE(store.commit(puts({{"d", "4"}}), true).ok());
  store.crash();
  EXPECT_EQ(all(store, "").size(), 4U);
  const auto kept = store.snapshot();
  ASSERT_TRUE(store.commit(puts({{"e", "5"}})).ok());
  store.restore(kept);
  EXPECT_EQ(store.snapshot(), kept);
}

}  // namespace
}  // namespace copydesk::state
