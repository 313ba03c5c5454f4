// How files come to the source's attention: news, scans, polling.
#include <gmock/gmock.h>
#include <sys/inotify.h>

#include <cstring>
#include <functional>
#include <map>
#include <thread>

#include "fixture.h"

namespace copydesk::directory {
namespace {

using ::testing::IsEmpty;

TEST(DirectoryWatch, NeverTakesHalfOfASlowWriter) {
  TempFolder dir;
  Desk desk(dir.path());
  desk.drain();
  Fd writer(::open((dir / "a.txt").c_str(), O_WRONLY | O_CREAT, 0600));
  ASSERT_EQ(::write(writer.get(), "half ", 5), 5);
  for (const double s : {0.0, 5.0, 11.0, 60.0, 120.0}) {
    desk.later(s);
    EXPECT_THAT(desk.drained(), IsEmpty()) << s;
  }
  ASSERT_EQ(::write(writer.get(), "and half", 8), 8);
  desk.later(200);
  EXPECT_THAT(desk.drained(), IsEmpty());
  writer.reset();
  desk.later(200);
  EXPECT_EQ(desk.drained(), Texts({"half and half"}));
}

TEST(DirectoryWatch, ASlowWriterMayHaveBegunBeforeTheStart) {
  TempFolder dir;
  Fd writer(::open((dir / "a.txt").c_str(), O_WRONLY | O_CREAT, 0600));
  ASSERT_EQ(::write(writer.get(), "half ", 5), 5);
  Desk desk(dir.path());
  desk.later(30);
  EXPECT_THAT(desk.drained(), IsEmpty());
  ASSERT_EQ(::write(writer.get(), "and half", 8), 8);
  writer.reset();
  EXPECT_EQ(desk.drained(), Texts({"half and half"}));
}

TEST(DirectoryWatch, TakesAClosedFileAtOnceAndARenamedOneWhateverItsAge) {
  TempFolder dir, other;
  Desk desk(dir.path());
  desk.drain();
  write_file(dir / "a.txt", "closed");
  EXPECT_EQ(desk.drained(), Texts({"closed"}));
  write_file(other / "b.txt", "renamed");
  const timespec last_year[2] = {{1'700'000'000, 0}, {1'700'000'000, 0}};
  ::utimensat(AT_FDCWD, (other / "b.txt").c_str(), last_year, 0);
  fs::rename(other / "b.txt", dir / "b.txt");
  EXPECT_EQ(desk.drained(), Texts({"renamed"}));
  write_file(dir / "c.tmp", "temp");
  EXPECT_THAT(desk.drained(), IsEmpty());
  fs::rename(dir / "c.tmp", dir / "c.txt");
  EXPECT_EQ(desk.drained(), Texts({"temp"}));
}

TEST(DirectoryWatch, ARewindRepeatsNoOlderVersionOfACommittedFile) {
  TempFolder dir;
  Desk desk(dir.path());
  desk.drain();
  write_file(dir / "a.txt", "first");
  EXPECT_EQ(desk.drained(), Texts({"first"}));
  write_file(dir / "a.txt", "second");  // in place
  EXPECT_EQ(desk.drained(), Texts({"second"}));
  desk.harness().commit();
  desk.rewind();
  EXPECT_THAT(desk.drained(), IsEmpty());
}

TEST(DirectoryWatch, ARewindRepeatsNothingOfANameThatWasMadeAnewAndCommitted) {
  TempFolder dir;
  Desk desk(dir.path());
  desk.drain();
  write_file(dir / "a.txt", "first");
  desk.drain();
  write_file(dir / "b.tmp", "second");  // its inode is in use before the other is free
  fs::remove(dir / "a.txt");
  write_file(dir / "a.txt", "third");
  EXPECT_EQ(desk.drained(), Texts({"first", "third"}));
  desk.harness().commit();
  for (const double s : {100.0, 200.0, 300.0}) {
    desk.later(s);
    desk.drain();
    desk.harness().commit();
  }
  desk.rewind();
  EXPECT_THAT(desk.drained(), IsEmpty());
}

TEST(DirectoryWatch, ARewindRepeatsAFileMadeAnewWithTheSameContent) {
  TempFolder dir;
  Desk desk(dir.path());
  desk.drain();
  write_file(dir / "a.txt", "same");
  EXPECT_EQ(desk.drained(), Texts({"same"}));
  desk.harness().commit();
  struct stat before {
  }, now{};
  ASSERT_EQ(::stat((dir / "a.txt").c_str(), &before), 0);
  do {  // until the clock of the file system goes on
    fs::remove(dir / "a.txt");
    write_file(dir / "a.txt", "same");
    ASSERT_EQ(::stat((dir / "a.txt").c_str(), &now), 0);
  } while (now.st_ctim.tv_sec == before.st_ctim.tv_sec &&
           now.st_ctim.tv_nsec == before.st_ctim.tv_nsec);
  EXPECT_EQ(desk.drained(), Texts({"same"}));
  desk.rewind();
  EXPECT_EQ(desk.drained(), Texts({"same"}));
  desk.harness().commit();
  desk.rewind();
  EXPECT_THAT(desk.drained(), IsEmpty());
}

TEST(DirectoryWatch, AClockSetBackPutsNothingOff) {
  TempFolder dir;
  Desk desk(dir.path(), false, {{"poll", "always"}, {"rescan", "60s"}});
  desk.later(3600);
  desk.drain();
  write_file(dir / "a.txt", "a");
  write_file(dir / "b.tmp", "b");
  desk.drain();
  desk.later(-3600);
  desk.drain();
  fs::rename(dir / "b.tmp", dir / "b.txt");
  desk.later(-3588);
  EXPECT_EQ(desk.drained(), Texts({"a"}));
  desk.later(-3570);
  EXPECT_EQ(desk.drained(), Texts({"b"}));
}

TEST(DirectoryOnce, AClockSetBackPutsNothingOff) {
  TempFolder dir;
  write_file(dir / "a.txt", "a");
  Desk desk(dir.path(), true);
  desk.later(3);
  EXPECT_THAT(desk.drained(), IsEmpty());
  desk.later(-3600);
  EXPECT_THAT(desk.drained(), IsEmpty());
  desk.later(-3588);
  EXPECT_EQ(desk.drained(), Texts({"a"}));
}

TEST(DirectoryWatch, NewsThatComeAfterAScanFoundTheFileSayNothingNew) {
  TempFolder dir;
  Desk desk(dir.path(), false, {{"settle", "0s"}, {"rescan", "1s"}});
  desk.drain();
  write_file(dir / "a.txt", "once");
  std::string raw;  // what the kernel says of it once more, when it was taken already
  const auto add = [&](std::uint32_t mask) {
    std::string one(sizeof(inotify_event) + 16, '\0');
    inotify_event event{};
    event.wd = 1;
    event.mask = mask;
    event.len = 16;
    std::memcpy(one.data(), &event, sizeof event);
    std::memcpy(one.data() + sizeof event, "a.txt", 5);
    raw += one;
  };
  add(IN_CREATE);
  add(IN_CLOSE_WRITE);
  EXPECT_EQ(desk.drained(), Texts({"once"}));
  desk.harness().component().source().take_news(raw);
  EXPECT_THAT(desk.drained(), IsEmpty());
}

TEST(DirectoryWatch, LinksAreTakenAfterSettle) {
  TempFolder dir, other;
  Desk desk(dir.path());
  desk.drain();
  write_file(other / "a.txt", "hard");
  write_file(other / "b.txt", "soft");
  fs::create_hard_link(other / "a.txt", dir / "a.txt");
  fs::create_symlink(other / "b.txt", dir / "b.txt");
  EXPECT_THAT(desk.drained(), IsEmpty());
  desk.later(11);
  Texts texts = desk.drained();
  std::sort(texts.begin(), texts.end());
  EXPECT_EQ(texts, Texts({"hard", "soft"}));
}

TEST(DirectoryWatch, FindsTreesThatWereFilledBeforeTheyWereWatched) {
  TempFolder dir, other;
  Desk desk(dir.path());
  desk.drain();
  std::size_t count = 0;
  std::string path = "new";
  for (int depth = 0; depth < 20; ++depth, path += "/d" + std::to_string(depth))
    for (int i = 0; i < 10; ++i, ++count)
      write_file(dir / (path + "/" + std::to_string(i) + ".txt"), std::to_string(count));
  write_file(other / "moved/in.txt", "moved");
  fs::rename(other / "moved", dir / "moved");
  desk.drain();
  desk.later(11);
  desk.drain();
  EXPECT_EQ(desk.fresh().size(), count + 1);
  write_file(dir / "new/d0/d1/late.txt", "late");
  write_file(dir / "moved/late.txt", "late too");
  EXPECT_EQ(desk.drained(), Texts({"late", "late too"}));
}

TEST(DirectoryWatch, FoldersRenamedWithinTheTreeKeepTheirFiles) {
  TempFolder dir;
  write_file(dir / "a/b/one.txt", "one");
  Desk desk(dir.path());
  desk.later(11);
  EXPECT_EQ(desk.drained(), Texts({"one"}));
  fs::rename(dir / "a", dir / "z");
  EXPECT_THAT(desk.drained(), IsEmpty());
  write_file(dir / "z/b/two.txt", "two");
  desk.drain();
  const auto records = desk.fresh();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].text("source.path"), dir / "z/b/two.txt");
}

TEST(DirectoryWatch, LostNewsLeadToAScan) {
  TempFolder dir;
  Desk desk(dir.path(), false, {{"rescan", "7d"}});
  desk.drain();
  const std::uint64_t scans = desk.harness().host().count("scans");
  inotify_event overflow{};
  overflow.wd = -1;
  overflow.mask = IN_Q_OVERFLOW;
  std::string raw(sizeof overflow, '\0');
  std::memcpy(raw.data(), &overflow, sizeof overflow);
  desk.harness().component().source().take_news(raw);
  desk.drain();
  EXPECT_EQ(desk.harness().host().count("scans"), scans + 1);
  EXPECT_EQ(desk.harness().host().count("event_overflows"), 1u);
}

TEST(DirectoryWatch, MoreNewsThanTheKernelKeepsLoseNothing) {
  std::ifstream limit_file("/proc/sys/fs/inotify/max_queued_events");
  long limit = 0;
  if (!(limit_file >> limit) || limit > 20'000)
    GTEST_SKIP() << "the kernel keeps too many news for a test";
  TempFolder dir;
  Desk desk(dir.path());
  desk.drain();
  for (long i = 0; i <= limit; ++i)  // two names in turn: equal news would be put together
    Fd(::open((dir / (i % 2 == 0 ? "a.tmp" : "b.tmp")).c_str(), O_WRONLY | O_CREAT, 0600));
  for (int i = 0; i < 20; ++i) write_file(dir / (std::to_string(i) + ".txt"), "lost");
  desk.later(11);
  EXPECT_EQ(desk.drained(), Texts(20, "lost"));
  EXPECT_EQ(desk.harness().host().count("event_overflows"), 1u);
}

TEST(DirectoryWatch, FindsTheFolderAgainWhenItWasDeletedAndMadeAnew) {
  TempFolder dir;
  const std::string root = dir / "in";
  write_file(root + "/a.txt", "old");
  Desk desk(root);
  desk.later(11);
  EXPECT_EQ(desk.drained(), Texts({"old"}));
  fs::remove_all(root);
  desk.drain();
  desk.later(100);
  EXPECT_THAT(desk.drained(), IsEmpty());
  EXPECT_THAT(desk.harness().host().statuses(), ::testing::Contains("the folder is missing"));
  write_file(root + "/a.txt", "new");
  desk.later(200);
  EXPECT_EQ(desk.drained(), Texts({"new"}));
  desk.later(300);
  desk.drain();
  write_file(root + "/b.txt", "newer");
  EXPECT_EQ(desk.drained(), Texts({"newer"}));
}

TEST(DirectoryWatch, NoticesWithinSecondsThatTheFolderIsAnotherOne) {
  TempFolder dir;
  const std::string root = dir / "above/in";
  write_file(root + "/a.txt", "old");
  Desk desk(root);
  desk.later(11);
  EXPECT_EQ(desk.drained(), Texts({"old"}));
  fs::remove_all(root);
  desk.later(13);
  desk.drain();
  EXPECT_THAT(desk.harness().host().statuses(), ::testing::Contains("the folder is missing"));
  fs::create_directory(root);
  desk.later(15);
  desk.drain();
  write_file(root + "/b.txt", "new");
  EXPECT_EQ(desk.drained(), Texts({"new"}));
  fs::rename(dir / "above", dir / "away");  // says nothing to those below
  write_file(root + "/c.txt", "newer");
  desk.later(17);
  desk.drain();
  desk.later(29);
  EXPECT_EQ(desk.drained(), Texts({"newer"}));
}

TEST(DirectoryWatch, PollingFindsFilesWithoutNews) {
  TempFolder dir;
  Desk desk(dir.path(), false, {{"poll", "always"}});
  desk.drain();
  write_file(dir / "a.txt", "polled");
  desk.later(2);
  EXPECT_THAT(desk.drained(), IsEmpty());  // too young without news
  desk.later(12);
  EXPECT_EQ(desk.drained(), Texts({"polled"}));
  append_file(dir / "a.txt", " again");
  desk.later(30);
  EXPECT_EQ(desk.drained(), Texts({"polled again"}));
}

TEST(DirectoryWatch, ForgetsVanishedFilesButNotOfAFolderThatIsMissing) {
  TempFolder dir;
  const std::string root = dir / "in";
  write_file(root + "/a.txt", "a");
  write_file(root + "/b.txt", "b");
  Desk desk(root);
  desk.later(11);
  desk.drain();
  fs::remove(root + "/a.txt");
  for (const double s : {100.0, 200.0, 300.0}) desk.later(s), desk.drain();
  EXPECT_EQ(desk.harness().component().source().known_files(), 1u);
  fs::rename(root, dir / "away");
  for (const double s : {400.0, 500.0, 600.0}) desk.later(s), desk.drain();
  fs::rename(dir / "away", root);
  for (const double s : {700.0, 800.0}) desk.later(s), desk.drain();
  EXPECT_EQ(desk.texts(), Texts({"a", "b"}));
}

// Counts what goes out and lets a test act in the middle of a poll.
class ActingPort final : public Port {
 public:
  std::function<void()> act = [] {};
  std::int64_t time = wall_ns();
  std::map<std::string, std::string> positions;
  std::size_t emitted = 0;

  std::int64_t now() override {
    act();
    return time;
  }
  bool emit(std::span<const Record> records) override {
    emitted += records.size();
    return true;
  }
  void advance(std::string_view partition, std::string_view position, std::string_view) override {
    if (position.empty())
      positions.erase(std::string(partition));
    else
      positions[std::string(partition)] = position;
  }
  void inform(std::string_view) override {}
  void warn(std::string_view) override {}
  void status(std::string_view) override {}
  void count(Count, std::uint64_t) override {}
  void untaken(const Untaken&) override {}
  std::uint64_t keep(std::uint32_t) override { return 0; }
  void settled(std::uint64_t) override {}
};

TEST(DirectoryWatch, AFileThatComesBackWhileItIsBeingForgottenKeepsItsPosition) {
  TempFolder dir, other;
  Settings settings;
  settings.root = dir.path();
  settings.include = {"**/*.txt"};
  ActingPort port;
  DirectorySource source(settings, port);
  source.open({}, false);
  write_file(dir / "a.txt", "a");
  const auto polls = [&] {
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(source.poll(1 << 20, 0));
  };
  polls();
  ASSERT_EQ(port.emitted, 1u);
  fs::rename(dir / "a.txt", other / "a.txt");
  port.act = [&] {
    if (source.known_files() == 0 && fs::exists(other / "a.txt"))
      fs::rename(other / "a.txt", dir / "a.txt");
  };
  for (int i = 0; i < 3; ++i) {
    port.time += 100 * kTestSecond;
    polls();
  }
  EXPECT_EQ(port.emitted, 2u);  // it was forgotten
  EXPECT_EQ(source.known_files(), 1u);
  EXPECT_EQ(port.positions.size(), 1u);
}

TEST(DirectoryWatch, WakeEndsAWait) {
  TempFolder dir;
  Desk desk(dir.path());
  desk.drain();
  std::thread other([&] { desk.harness().wake(); });
  desk.harness().poll(1 << 20, desk.harness().host().now() + 3600 * kTestSecond);
  other.join();
}

TEST(DirectoryWatch, NewsEndAWait) {
  TempFolder dir;
  Desk desk(dir.path());
  desk.drain();
  std::thread other([&] { write_file(dir / "a.txt", "news"); });
  while (desk.harness().records().empty())
    desk.harness().poll(1 << 20, desk.harness().host().now() + 3600 * kTestSecond);
  other.join();
  EXPECT_EQ(desk.texts().front(), "news");
}

}  // namespace
}  // namespace copydesk::directory
