#include "directory/after.h"

#include "directory/prefix_hash.h"
#include "directory/scan.h"
#include "fixture.h"

namespace copydesk::directory {
namespace {

class AfterTest : public ::testing::Test {
 protected:
  Token read_once(const std::string& path) {  // as the source would have read it
    Token token;
    FileStat st;
    EXPECT_EQ(stat_file(AT_FDCWD, (dir / path).c_str(), Links::kFollow, st), 0);
    token.id = st.id;
    token.size = st.size;
    token.ctime_ns = st.ctime_ns;
    token.mtime_ns = st.mtime_ns;
    token.hash = content_hash(read_back(dir / path));
    token.root = dir.path();
    token.path = path;
    return token;
  }
  Settled run(const Token& token, const std::string& action) {
    return after.run(token, token.path, parse_action(action, dir.path()), 0).outcome;
  }
  TempFolder dir;
  Writers writers;
  After after{writers, {}};
};

TEST_F(AfterTest, DeletesOrMovesTheFileItKnows) {
  write_file(dir / "n/a.txt", "one");
  write_file(dir / "n/b.txt", "two");
  EXPECT_EQ(run(read_once("n/a.txt"), "delete"), Settled::kGone);
  EXPECT_EQ(run(read_once("n/b.txt"), "move:done"), Settled::kGone);
  after.sync();
  EXPECT_TRUE(names_in(dir / "n").empty());
  EXPECT_EQ(read_back(dir / "done/n/b.txt"), "two");
}

TEST_F(AfterTest, DoesItOnceHoweverOftenItIsAsked) {
  write_file(dir / "a.txt", "one");
  const Token token = read_once("a.txt");
  EXPECT_EQ(run(token, "move:done"), Settled::kGone);
  EXPECT_EQ(run(token, "move:done"), Settled::kElsewhere);
  EXPECT_EQ(names_in(dir / "done"), Texts({"a.txt"}));
}

TEST_F(AfterTest, NeverOverwrites) {
  for (const char* text : {"one", "two", "three"}) {
    write_file(dir / "a.tar.txt", text);
    EXPECT_EQ(run(read_once("a.tar.txt"), "move:done"), Settled::kGone);
  }
  EXPECT_EQ(names_in(dir / "done"), Texts({"a.1.tar.txt", "a.2.tar.txt", "a.tar.txt"}));
  EXPECT_EQ(read_back(dir / "done/a.tar.txt"), "one");
}

TEST_F(AfterTest, LeavesAnotherFileOrAnotherContentAlone) {
  write_file(dir / "a.txt", "one");
  const Token token = read_once("a.txt");
  write_file(dir / "b", "new");
  fs::rename(dir / "b", dir / "a.txt");
  EXPECT_EQ(run(token, "delete"), Settled::kChanged);
  EXPECT_EQ(read_back(dir / "a.txt"), "new");
  write_file(dir / "c.txt", "one");
  const Token same_size = read_once("c.txt");
  write_file(dir / "c.txt", "two");
  EXPECT_EQ(run(same_size, "delete"), Settled::kChanged);
}

TEST_F(AfterTest, ContentDecidesWhenItWasOnlyTouched) {
  write_file(dir / "a.txt", "one");
  const Token token = read_once("a.txt");
  ::chmod((dir / "a.txt").c_str(), 0600);
  EXPECT_EQ(run(token, "delete"), Settled::kGone);
}

TEST_F(AfterTest, GivesBackWhatWasExchangedUnderItsHands) {
  write_file(dir / "a.txt", "one");
  const Token token = read_once("a.txt");
  after.at_step = [&](const char* step) {
    if (std::string_view(step) != "compared") return;
    write_file(dir / "other", "new and different");
    fs::rename(dir / "other", dir / "a.txt");
  };
  EXPECT_EQ(run(token, "delete"), Settled::kChanged);
  EXPECT_EQ(names_in(dir.path()), Texts({"a.txt"}));
  EXPECT_EQ(read_back(dir / "a.txt"), "new and different");
}

TEST_F(AfterTest, GivesBackBesideANewFileOfThatName) {
  write_file(dir / "a.txt", "one");
  const Token token = read_once("a.txt");
  after.at_step = [&](const char* step) {
    if (std::string_view(step) == "compared") write_file(dir / "a.txt", "changed");  // in place
    if (std::string_view(step) == "renamed") write_file(dir / "a.txt", "newcomer");
  };
  EXPECT_EQ(run(token, "delete"), Settled::kChanged);
  EXPECT_EQ(names_in(dir.path()), Texts({"a.1.txt", "a.txt"}));
  EXPECT_EQ(read_back(dir / "a.txt"), "newcomer");
  EXPECT_EQ(read_back(dir / "a.1.txt"), "changed");
}

TEST_F(AfterTest, DoesNotRemoveWhatSomebodyIsWriting) {
  write_file(dir / "a.txt", "one");
  const Token token = read_once("a.txt");
  const Fd writer(::open((dir / "a.txt").c_str(), O_WRONLY | O_APPEND));
  EXPECT_EQ(run(token, "delete"), Settled::kFailed);
  EXPECT_EQ(names_in(dir.path()), Texts({"a.txt"}));
}

TEST_F(AfterTest, GoesOnAfterACrashBetweenAnyTwoSteps) {
  for (const char* where : {"compared", "renamed"}) {
    write_file(dir / "a.txt", where);
    const Token token = read_once("a.txt");
    After crashing{writers, {}};
    crashing.at_step = [&](const char* step) {
      if (std::string_view(step) == where) throw std::runtime_error("crash");
    };
    EXPECT_THROW((void)crashing.run(token, token.path, parse_action("move:done", dir.path()), 0),
                 std::runtime_error);
    EXPECT_EQ(run(token, "move:done"), Settled::kGone) << where;
  }
  EXPECT_EQ(names_in(dir / "done"), Texts({"a.1.txt", "a.txt"}));
  EXPECT_EQ(names_in(dir.path()), Texts({"done"}));
}

TEST_F(AfterTest, RecoversAPrivateNameThatNobodyWorksOff) {
  const std::string long_name = std::string(240, 'n') + ".txt";
  for (const std::string& name : {std::string("a.txt"), long_name}) {
    write_file(dir / name, "one");
    const Token token = read_once(name);
    After crashing{writers, {}};
    crashing.at_step = [](const char* step) {
      if (std::string_view(step) == "renamed") throw std::runtime_error("crash");
    };
    EXPECT_THROW((void)crashing.run(token, token.path, parse_action("delete", dir.path()), 0),
                 std::runtime_error);
    const std::string left = names_in(dir.path()).front();
    ASSERT_TRUE(is_private_name(left));
    after.recover(dir / left);
    const std::string back = names_in(dir.path()).front();
    EXPECT_TRUE(name.ends_with(back) && back.ends_with(".txt")) << back;
    fs::remove(dir / back);
  }
}

TEST_F(AfterTest, CopiesToAnotherFileSystemOnce) {
  struct stat here {
  }, there{};
  if (::stat("/dev/shm", &there) != 0 || ::stat(dir.path().c_str(), &here) != 0 ||
      here.st_dev == there.st_dev)
    GTEST_SKIP() << "no second file system at /dev/shm";
  TempFolder other("/dev/shm");
  write_file(dir / "a.txt", "one");
  const Token token = read_once("a.txt");
  After crashing{writers, {}};
  crashing.at_step = [](const char* step) {
    if (std::string_view(step) == "copied") throw std::runtime_error("crash");
  };
  const Action action = parse_action("move:" + other.path(), dir.path());
  EXPECT_THROW((void)crashing.run(token, token.path, action, 0), std::runtime_error);
  EXPECT_EQ(after.run(token, token.path, action, 0).outcome, Settled::kGone);
  EXPECT_EQ(names_in(other.path()), Texts({"a.txt"}));
  EXPECT_EQ(read_back(other / "a.txt"), "one");
  EXPECT_TRUE(names_in(dir.path()).empty());
}

TEST_F(AfterTest, UnderstandsItsActions) {
  EXPECT_EQ(parse_action("move:./done/", "/in").target, "/in/done");
  EXPECT_EQ(parse_action("move:/far", "/in").target, "/far");
  EXPECT_EQ(to_string(parse_action("move:../x", "/in")), "move:/in/../x");
  for (const char* wrong : {"", "remove", "move", "move:", "move:/in", "move:."})
    EXPECT_THROW((void)parse_action(wrong, "/in"), std::invalid_argument) << wrong;
}

}  // namespace
}  // namespace copydesk::directory
