#include "stdout_sink.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>
#include <copydesk/testing.hpp>

#include <thread>

namespace copydesk::line_output {
namespace {
using copydesk::testing::article;
using copydesk::testing::SinkHarness;
using copydesk::testing::StepFailed;

struct Pipe {
  int ends[2] = {-1, -1};
  Pipe() {
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  }
  ~Pipe() {
    close_reader();
    close_writer();
  }
  void close_reader() {
    if (ends[0] >= 0) ::close(std::exchange(ends[0], -1));
  }
  void close_writer() {
    if (ends[1] >= 0) ::close(std::exchange(ends[1], -1));
  }
  void make_writer_nonblocking() const { ::fcntl(ends[1], F_SETFL, O_NONBLOCK); }
  std::string read_some(std::size_t most) const {
    std::string out(most, '\0');
    const ssize_t n = ::read(ends[0], out.data(), out.size());
    out.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return out;
  }
  std::string read_all() const {
    std::string out;
    for (std::string piece; !(piece = read_some(1 << 16)).empty();) out += piece;
    return out;
  }
};

TEST(LineOutput, AClosedPipeIsToldWithoutASignal) {
  Pipe pipe;
  pipe.close_reader();
  LineOutput out(pipe.ends[1]);
  EXPECT_THROW(out.write("x\n"), Closed);
}

TEST(LineOutput, AFullPipeIsWaitedFor) {
  Pipe pipe;
  pipe.make_writer_nonblocking();
  std::string lines;
  for (int i = 0; i < 40'000; ++i) lines += "line " + std::to_string(i) + "\n";
  std::string seen;
  {
    const std::jthread reader([&] { seen = pipe.read_all(); });
    LineOutput out(pipe.ends[1]);
    out.write(lines);
    pipe.close_writer();
  }
  EXPECT_EQ(seen, lines);
}

TEST(LineOutput, ALineCutByTroubleIsCompletedBeforeTheLinesComeAgain) {
  Pipe pipe;
  pipe.make_writer_nonblocking();
  LineOutput out(pipe.ends[1], 1);
  const std::string lines = "first\n" + std::string(100'000, 'x') + "\nthird\n";
  EXPECT_THROW(out.write(lines), Trouble);
  std::string seen;
  {
    const std::jthread reader([&] { seen = pipe.read_all(); });
    for (bool written = false; !written;) {  // the first tries may still meet a full pipe
      try {
        out.write(lines);
        written = true;
      } catch (const Trouble&) {
      }
    }
    pipe.close_writer();
  }
  std::size_t at = 0;
  for (std::size_t end = 0; (end = seen.find('\n', at)) != std::string::npos; at = end + 1) {
    const std::string line = seen.substr(at, end - at);
    EXPECT_TRUE(line == "first" || line == "third" || line == std::string(100'000, 'x'))
        << line.size();
  }
  EXPECT_EQ(at, seen.size());
  EXPECT_TRUE(seen.ends_with(lines));
}

// Puts a pipe in the place of fd 1.
struct Redirected {
  Pipe pipe;
  int before = ::dup(STDOUT_FILENO);
  Redirected() {
    std::fflush(stdout);
    ::dup2(pipe.ends[1], STDOUT_FILENO);
    pipe.close_writer();
  }
  ~Redirected() { restore(); }
  void restore() {
    if (before >= 0) {
      ::dup2(before, STDOUT_FILENO);
      ::close(std::exchange(before, -1));
    }
  }
};

TEST(StdoutSink, WritesJsonLinesAndHasNoPosition) {
  Redirected redirected;
  SinkHarness<copydesk::stdout_sink::Stdout> h;
  h.write({article("a").title("T"), article("b")});
  EXPECT_EQ(h.flush(), "");
  redirected.restore();
  EXPECT_EQ(redirected.pipe.read_all(), "{\"id\":\"a\",\"title\":\"T\"}\n{\"id\":\"b\"}\n");
}

TEST(StdoutSink, AClosedStdoutIsFatal) {
  Redirected redirected;
  redirected.pipe.close_reader();
  SinkHarness<copydesk::stdout_sink::Stdout> h;
  try {
    h.write({article("a")});
    redirected.restore();
    FAIL();
  } catch (const StepFailed& e) {
    redirected.restore();
    EXPECT_EQ(e.status, CD_FATAL);
    EXPECT_EQ(e.why, "stdout was closed");
  }
}

TEST(StdoutSink, SaysThatItMayRepeat) {
  EXPECT_TRUE(copydesk::detail::component<copydesk::stdout_sink::Stdout>.flags & CD_AT_LEAST_ONCE);
}

}  // namespace
}  // namespace copydesk::line_output
