#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>
#include <copydesk/testing.hpp>

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "directory/stdin_component.h"

namespace copydesk::standard_input {
namespace {

using Texts = std::vector<std::string>;
using ::testing::IsEmpty;

class StdinTest : public ::testing::Test {
 protected:
  StdinTest() {
    int fds[2];
    if (::pipe(fds) == 0) reader_ = directory::Fd(fds[0]), writer_ = directory::Fd(fds[1]);
    Stdin::input_fd = reader_.get();
  }
  void start(const testing::Given& given = {}, bool once = true) { source_.emplace(given, once); }
  void type(std::string_view text) {
    ASSERT_EQ(::write(writer_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void end() { writer_.reset(); }
  Texts poll(std::uint64_t max_bytes = 1 << 20) {
    const std::size_t before = source_->records().size();
    ended_ = source_->poll(max_bytes, 0) == CD_END;
    Texts out;
    const auto records = source_->records();
    for (std::size_t i = before; i < records.size(); ++i)
      out.push_back(records[i].text("refused.code").empty()
                        ? records[i].payload
                        : "!" + records[i].text("refused.code"));
    return out;
  }
  directory::Fd reader_, writer_;
  std::optional<testing::SourceHarness<Stdin>> source_;
  bool ended_ = false;
};

TEST_F(StdinTest, GivesEachLineWhenItIsWholeAndTheLastAtTheEnd) {
  start({}, false);
  type("one\n\ntw");
  EXPECT_EQ(poll(), Texts({"one"}));
  EXPECT_THAT(poll(), IsEmpty());
  type("o\nlast");
  EXPECT_EQ(poll(), Texts({"two"}));
  EXPECT_FALSE(ended_);
  end();
  EXPECT_EQ(poll(), Texts({"last"}));
  EXPECT_THAT(poll(), IsEmpty());
  EXPECT_TRUE(ended_);  // outside once mode too
  EXPECT_EQ(source_->records()[1].position, 5u);
  EXPECT_EQ(source_->records()[1].partition, "stdin");
}

TEST_F(StdinTest, RewindRepeatsWhatIsNotCommittedHoweverOften) {
  start();
  type("one\ntwo\nthree\nfour\n");
  end();
  EXPECT_EQ(poll(1), Texts({"one"}));
  source_->commit_and_settle();
  EXPECT_EQ(poll(4), Texts({"two", "three"}));
  for (int i = 0; i < 3; ++i) {
    source_->rewind();
    EXPECT_EQ(poll(4), Texts({"two", "three"}));
  }
  source_->commit();  // committed, the settlement still owed
  source_->rewind();
  EXPECT_EQ(poll(), Texts({"four"}));
  source_->commit_and_settle();
  EXPECT_THAT(poll(), IsEmpty());
  EXPECT_TRUE(ended_);
  EXPECT_EQ(source_->component().source().kept_bytes(), 0u);
}

TEST_F(StdinTest, PausesWhileTooMuchWaitsForItsCommit) {
  start({{"limits.kept", "1KiB"}});
  std::thread writer([&] {
    for (int i = 0; i < 1000; ++i) {
      const std::string line = std::to_string(i) + std::string(1000, '.') + "\n";
      if (::write(writer_.get(), line.data(), line.size()) < 0) return;
    }
    end();
  });
  std::size_t got = 0;
  for (int rounds = 0; rounds < 1'000'000 && !ended_; ++rounds) {
    const Texts texts = poll();
    EXPECT_LT(source_->component().source().kept_bytes(), 600'000u);  // one read beyond the limit
    if (!texts.empty()) {
      got += texts.size();
      EXPECT_THAT(poll(), IsEmpty());
      source_->commit_and_settle();
      source_->rewind();  // forgets the harness's copies
    }
  }
  writer.join();
  EXPECT_EQ(got, 1000u);
}

TEST_F(StdinTest, RefusesALineThatIsTooLong) {
  start({{"limits.record", "1KiB"}});
  type("one\n" + std::string(5000, 'x') + "\ntwo\n");
  end();
  EXPECT_EQ(poll(), Texts({"one", "!too_large", "two"}));
}

TEST_F(StdinTest, MakesOneDocumentOfAll) {
  start({{"records", "document"}, {"limits.record", "1KiB"}});
  type("one\n");
  EXPECT_THAT(poll(), IsEmpty());
  type("two\n");
  end();
  EXPECT_EQ(poll(), Texts({"one\ntwo\n"}));
  source_->rewind();
  EXPECT_EQ(poll(), Texts({"one\ntwo\n"}));
}

TEST_F(StdinTest, RefusesADocumentThatIsTooLarge) {
  start({{"records", "document"}, {"limits.record", "1KiB"}});
  type(std::string(5000, 'x'));
  end();
  EXPECT_EQ(poll(), Texts({"!too_large"}));
}

TEST_F(StdinTest, ALaterRunGoesOnCountingWhereTheLastOneEnded) {
  start();
  type("one\n");
  (void)poll();
  source_->commit_and_settle();
  source_->restart();
  type("two\n");
  EXPECT_EQ(poll(), Texts({"two"}));
  EXPECT_EQ(source_->records()[0].position, 4u);
}

TEST_F(StdinTest, WakeEndsAWait) {
  start();
  std::thread other([&] { source_->wake(); });
  EXPECT_EQ(source_->poll(1, source_->host().now() + 3'600'000'000'000), CD_OK);
  other.join();
}

TEST_F(StdinTest, TellsThatItLeftWhatItCannotRead) {
  const directory::Fd folder(::open("/", O_RDONLY | O_DIRECTORY));
  Stdin::input_fd = folder.get();
  start();
  EXPECT_THAT(poll(), IsEmpty());
  EXPECT_TRUE(ended_);
  EXPECT_EQ(source_->host().untaken()["inputs that cannot be read to their end"].kind, CD_LEFT);
}

}  // namespace
}  // namespace copydesk::standard_input
