#include "state/crash_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <thread>
#include <vector>

#include "core/support/temp_folder.h"

namespace copydesk::state {
namespace {

using testing::ElementsAre;

// Runs `work` in a child with the page open, handlers installed and this thread bound; gives the signal that ended it.
int crash(const std::string& file, const std::function<void(CrashPage&)>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    install_crash_handlers();
    auto opened = CrashPage::open(file);
    if (!opened || !opened->page->bind()) ::_exit(2);
    work(*opened->page);
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

std::vector<CrashPage::Marked> marks(const std::string& file) {
  return CrashPage::open(file).value().marked;
}

const std::vector<std::uint64_t> kThree{11, 22, 33};

class CrashPageTest : public testing::Test {
 protected:
  test::TempFolder folder_;
  std::string file_ = folder_.file("crash_page");
};

TEST_F(CrashPageTest, NamesWhatAWorkerHadInHandWhenItCrashed) {
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
    EXPECT_EQ(crash(file_,
                    [&](CrashPage&) {
                      CrashPage::hold("news/clean", kThree);
                      ::raise(signal);
                    }),
              signal);
    const auto found = marks(file_);
    ASSERT_EQ(found.size(), 1U) << signal;
    EXPECT_EQ(found[0].component, "news/clean");
    EXPECT_EQ(found[0].signal, signal);
    EXPECT_THAT(found[0].origins, ElementsAre(11, 22, 33));
    CrashPage::open(file_).value().page->reset();
    EXPECT_TRUE(marks(file_).empty());
  }
}

TEST_F(CrashPageTest, NamesItsMarksUntilTheyAreReset) {
  const std::uint64_t first = CrashPage::open(file_).value().page->epoch();
  EXPECT_EQ(CrashPage::open(file_).value().page->epoch(), first);
  CrashPage::open(file_).value().page->reset();
  EXPECT_NE(CrashPage::open(file_).value().page->epoch(), first);
  EXPECT_NE(CrashPage::open(folder_.file("another")).value().page->epoch(), first);
}

TEST_F(CrashPageTest, IsMarkedByARealFault) {
  EXPECT_EQ(crash(file_,
                  [](CrashPage&) {
                    CrashPage::hold("p/s", kThree);
                    ::abort();
                  }),
            SIGABRT);
  EXPECT_EQ(marks(file_).size(), 1U);
  EXPECT_EQ(crash(file_,
                  [](CrashPage&) {
                    CrashPage::hold("p/s", kThree);
                    void* page =
                        ::mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                    *static_cast<volatile int*>(page) = 1;
                  }),
            SIGSEGV);
  EXPECT_EQ(marks(file_).size(), 2U);  // nobody reset it in between
}

__attribute__((noinline)) int overflow(int depth) {  // NOLINT(misc-no-recursion)
  volatile char space[4096];
  space[0] = static_cast<char>(depth);
  return depth < 0 ? 0 : overflow(depth + 1) + space[0];
}

TEST_F(CrashPageTest, IsMarkedByAStackOverflow) {
  EXPECT_EQ(crash(file_,
                  [](CrashPage&) {
                    CrashPage::hold("p/s", kThree);
                    (void)overflow(0);
                  }),
            SIGSEGV);
  EXPECT_EQ(marks(file_).size(), 1U);
}

TEST_F(CrashPageTest, BlamesNobodyForKillNineOrForAnEndWithEmptyHands) {
  EXPECT_EQ(crash(file_,
                  [](CrashPage&) {
                    CrashPage::hold("p/s", kThree);
                    ::kill(::getpid(), SIGKILL);
                  }),
            SIGKILL);
  EXPECT_EQ(crash(file_,
                  [](CrashPage&) {
                    CrashPage::hold("p/s", kThree);
                    ::raise(SIGTERM);
                  }),
            SIGTERM);
  EXPECT_EQ(crash(file_,
                  [](CrashPage&) {
                    { const InHand held("p/s", kThree); }
                    ::abort();
                  }),
            SIGABRT);
  EXPECT_EQ(crash(file_,
                  [](CrashPage&) {
                    CrashPage::hold("p/s", kThree);
                    CrashPage::unbind();
                    ::abort();
                  }),
            SIGABRT);
  EXPECT_TRUE(marks(file_).empty());
}

TEST_F(CrashPageTest, MarksTheFaultingThreadAndNoOther) {
  EXPECT_EQ(crash(file_,
                  [](CrashPage& page) {
                    CrashPage::hold("main", kThree);
                    std::thread([&page] {
                      (void)page.bind();
                      const std::uint64_t mine[] = {99};
                      const InHand held("worker", mine);
                      ::abort();
                    }).join();
                  }),
            SIGABRT);
  const auto found = marks(file_);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].component, "worker");
  EXPECT_THAT(found[0].origins, ElementsAre(99));
}

TEST_F(CrashPageTest, CutsWhatIsTooMuchForASlot) {
  EXPECT_EQ(crash(file_,
                  [](CrashPage&) {
                    const std::vector<std::uint64_t> many(CrashPage::kMaxOrigins + 88, 5);
                    CrashPage::hold(std::string(1000, 'x'), many);
                    ::abort();
                  }),
            SIGABRT);
  const auto found = marks(file_);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].component.size(), CrashPage::kMaxNameBytes);
  EXPECT_EQ(found[0].origins.size(), CrashPage::kMaxOrigins);
}

TEST_F(CrashPageTest, GivesItsSlotsToThreadsThatComeAndGo) {
  const auto page = CrashPage::open(file_).value().page;
  for (std::size_t i = 0; i < CrashPage::kSlots * 2; ++i)
    std::thread([&] {
      EXPECT_TRUE(page->bind());
      const InHand held("p/s", kThree);
    }).join();
}

TEST_F(CrashPageTest, StartsAnewFromAFileOfAnotherShape) {
  std::ofstream(file_) << "something else";
  EXPECT_TRUE(marks(file_).empty());
  const auto page = CrashPage::open(file_).value().page;
  EXPECT_TRUE(page->bind());
  CrashPage::unbind();
  EXPECT_FALSE(CrashPage::open(folder_.file("no/folder")).ok());
}

TEST_F(CrashPageTest, TellsWhyItGotNoRoom) {
  rlimit allowed{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &allowed), 0);
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit little{4096, allowed.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &little), 0);
  const auto opened = CrashPage::open(file_);
  ::setrlimit(RLIMIT_FSIZE, &allowed);
  std::signal(SIGXFSZ, before);
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.error().message, testing::HasSubstr("File too large"));
  EXPECT_THAT(opened.error().message, testing::HasSubstr(file_));
}

TEST_F(CrashPageTest, DoesNothingForAThreadThatIsNotBound) {
  const InHand held("p/s", kThree);
  CrashPage::unbind();
}

TEST(OriginHash, DiffersForDifferentOrigins) { EXPECT_NE(origin_hash("a"), origin_hash("b")); }

}  // namespace
}  // namespace copydesk::state
