// Kills the writer at every operation of a run with rotations, restarts it on what was committed, and asks whether every
// line is there once. The driver below plays the engine: write, flush, commit, tell.
#include <algorithm>

#include "folder.h"

namespace copydesk::file {
namespace {

constexpr int kBatches = 14;
constexpr int kBatchesPerCommit = 2;

struct Past {  // what the engine's store would hold
  std::optional<Position> position;
  int batches = 0;
};

WriterOptions options(const Folder& folder, Form form) {
  WriterOptions o;
  o.path = folder / (form == Form::gzip   ? "a.jsonl.gz"
                     : form == Form::zstd ? "a.jsonl.zst"
                                          : "a.jsonl");
  o.recovery.form = form;
  o.rotate_bytes = form == Form::none ? 90 : 150;
  o.spill_bytes = 30;  // several writes a batch
  o.frame_bytes = 64;
  return o;
}

std::vector<std::string> batch(int i) {
  std::vector<std::string> lines;
  for (int k = 0; k < 3; ++k)
    lines.push_back("batch " + std::to_string(i) + " line " + std::to_string(k));
  return lines;
}

void run(const Folder& folder, TestFiles& files, Form form, Past& past) {
  SegmentWriter writer(files, options(folder, form), [](std::string_view) {});
  writer.open(past.position, 1);
  const auto commit = [&](int batches) {
    const Position p = writer.flush(2);
    files.point();  // dies before the commit
    past = {position_from(to_text(p)), batches};
    files.point();  // dies before the sink hears of it
    writer.committed(p);
  };
  if (!past.position) commit(0);
  for (int i = past.batches; i < kBatches; ++i) {
    write_batch(writer, batch(i));
    if ((i + 1) % kBatchesPerCommit == 0) commit(i + 1);
  }
  commit(kBatches);
}

void expect_each_line_once(const Folder& folder, Form form) {
  const Names names(options(folder, form).path);
  std::string text;
  const auto numbers = names.finished_numbers();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    EXPECT_EQ(numbers[i], i + 1) << "a number was skipped";
    text +=
        unpacked(form, folder.read(std::filesystem::path(names.finished(numbers[i])).filename()));
  }
  text += unpacked(form, folder.read(std::filesystem::path(names.running()).filename()));
  std::string expected;
  for (int i = 0; i < kBatches; ++i)
    for (const std::string& line : batch(i)) expected += line + "\n";
  EXPECT_EQ(text, expected);
  EXPECT_TRUE(names.next_numbers().empty());
  EXPECT_GE(numbers.size(), 3u);
}

struct Case {
  Form form;
  bool no_renameat2, power_cut;
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << name_of(c.form) << (c.no_renameat2 ? ", rename by link" : "")
       << (c.power_cut ? ", power cut" : "");
}

class CrashAt : public testing::TestWithParam<Case> {
 protected:
  // True when the run died at `at`.
  static bool run_until(const Folder& folder, const Case& c, int at, Past& past) {
    TestFiles files;
    files.crash_at = at;
    files.no_renameat2 = c.no_renameat2;
    try {
      run(folder, files, c.form, past);
      return false;
    } catch (const Crash&) {
      if (c.power_cut) files.lose_unsynced(folder.path());
      return true;
    }
  }
};

TEST_P(CrashAt, EveryOperationEachLineIsThereOnce) {
  for (int at = 0;; ++at) {
    SCOPED_TRACE(at);
    const Folder folder;
    Past past;
    const bool died = run_until(folder, GetParam(), at, past);
    if (died) {
      ASSERT_FALSE(run_until(folder, GetParam(), -1, past));
    }
    expect_each_line_once(folder, GetParam().form);
    if (!died || HasFailure()) {
      EXPECT_GE(at, 60) << "the run has fewer operations than it should";
      break;
    }
  }
}

TEST_P(CrashAt, EveryOperationOfTheRecoveryToo) {
  bool died = true;
  for (int at = 0; died && !HasFailure(); at += 5) {
    bool died_again = true;
    for (int again = 0; died_again && again < 16 && !HasFailure(); ++again) {
      SCOPED_TRACE(std::to_string(at) + " then " + std::to_string(again));
      const Folder folder;
      Past past;
      died = run_until(folder, GetParam(), at, past);
      if (!died) break;
      died_again = run_until(folder, GetParam(), again, past);
      if (died_again) {
        ASSERT_FALSE(run_until(folder, GetParam(), -1, past));
      }
      expect_each_line_once(folder, GetParam().form);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Writer, CrashAt,
                         testing::Values(Case{Form::none, false, false},
                                         Case{Form::none, false, true},
                                         Case{Form::none, true, true},
                                         Case{Form::gzip, false, true},
                                         Case{Form::zstd, true, false}));

}  // namespace
}  // namespace copydesk::file
