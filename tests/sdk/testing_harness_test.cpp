#include <gtest/gtest.h>
#include <copydesk/testing.hpp>

#include <thread>

namespace {
using namespace copydesk::testing;

// Drops articles whose body it has seen, with process, carry, state, claims and memory of its commits.
struct OnceOnly : copydesk::Stage {
  static constexpr copydesk::About kAbout{.name = "once_only", .summary = "Drops repeated bodies."};
  static constexpr cd_option kOptions[] = {
      copydesk::option("ttl", CD_OPTION_DURATION, "1h", "How long a body is known.")};
  OnceOnly(const copydesk::Host& host, const copydesk::Options& o)
      : seen(host.counter("seen", "articles", "Seen.")), ttl(o.integer("ttl")) {}
  void process(const copydesk::Call&, const copydesk::Batch& batch, copydesk::Edit& edit,
               copydesk::Carry& carry) const {
    for (const copydesk::Article a : batch) {
      if (a.body() == "boom") throw copydesk::Reject("boom in " + std::string(a.id()));
      if (a.body().empty())
        edit.drop(a, "empty");
      else
        carry.set(a, "key/" + std::string(a.body()));
    }
  }
  void resolve(const copydesk::Call&, const copydesk::Batch& batch, copydesk::Carry& carry,
               copydesk::State& state, copydesk::Edit& edit) {
    for (const copydesk::Article a : batch) {
      seen.add();
      if (state.get(carry.get(a)))
        edit.drop(a, "repeated");
      else
        edit.claim(a, carry.get(a), a.id(), ttl);
      edit.observe(a, "last", a.id());
    }
  }
  void committed(const copydesk::Committed& c) { puts += c.puts().size(); }
  copydesk::Counter seen;
  std::int64_t ttl;
  std::size_t puts = 0;
};

TEST(StageHarness, RunsProcessCarryResolveAndCommit) {
  StageHarness<OnceOnly> h({{"ttl", "10s"}});
  const auto out = h.run({article("a").body("x"), article("e").body(""), article("b").body("x"),
                          article("c").body("y")});
  EXPECT_TRUE(out[0].alive());
  EXPECT_EQ(out[1].dropped, "empty");
  EXPECT_EQ(out[2].dropped, "repeated");
  EXPECT_TRUE(out[3].alive());
  EXPECT_EQ(h.state().get("key/x"), "a");
  EXPECT_EQ(h.state().get("last"), "c");
  EXPECT_EQ(h.component().puts, 5u);
  EXPECT_EQ(h.host().count("seen"), 3u);
}

TEST(StageHarness, UncommittedWorkLeavesNoTraceAndTtlEnds) {
  StageHarness<OnceOnly> h({{"ttl", "10s"}});
  h.run_uncommitted({article("a").body("x")});
  h.rewind();
  EXPECT_TRUE(h.run(article("a").body("x")).alive());
  h.restart();
  EXPECT_EQ(h.run(article("b").body("x")).dropped, "repeated");
  h.host().pass(10'000'000'000);
  EXPECT_TRUE(h.run(article("c").body("x")).alive());
}

TEST(StageHarness, AThrowingStepBecomesAStatusWithItsReason) {
  StageHarness<OnceOnly> h;
  try {
    h.run({article("a").body("boom")});
    FAIL();
  } catch (const StepFailed& e) {
    EXPECT_EQ(e.status, CD_REJECT);
    EXPECT_EQ(e.why, "boom in a");
  }
}

// Keeps lines in memory; refuses "bad", asks for "later" again.
struct Lines : copydesk::BlockingSink {
  static constexpr copydesk::About kAbout{.name = "lines", .summary = "Keeps lines."};
  explicit Lines(const copydesk::Host& h, const copydesk::Options&) : host(h) {}
  void open(const copydesk::Open& o) {
    lines.resize(o.has_position() ? std::stoul(std::string(o.position())) : 0);
  }
  void write(const copydesk::Batch& batch, copydesk::Results& results) {
    for (const copydesk::Article a : batch) {
      if (a.body() == "bad")
        results.reject(a, "bad", "refused");
      else if (a.body() == "later")
        results.retry(a, "busy", "not now");
      else
        host.encode(a, "json", [&](std::string_view json) { lines.emplace_back(json); });
    }
  }
  std::string flush() { return std::to_string(lines.size()); }
  void committed(std::uint64_t n, std::string_view position) {
    last = std::to_string(n) + ":" + std::string(position);
  }
  copydesk::Host host;
  std::vector<std::string> lines;
  std::string last;
};

TEST(SinkHarness, WritesFlushesCommitsAndRewinds) {
  SinkHarness<Lines> h;
  const Ticket t = h.write({article("a"), article("b").body("bad"), article("c").body("later")});
  ASSERT_EQ(t.results.size(), 2u);
  EXPECT_EQ(t.results[0].status, CD_REJECT);
  EXPECT_EQ(t.results[0].code, "bad");
  EXPECT_EQ(t.results[1].status, CD_RETRY);
  h.flush_and_commit();
  EXPECT_EQ(h.component().last, "2:1");
  h.write({article("d")});
  h.rewind();
  EXPECT_EQ(h.component().lines, std::vector<std::string>{R"({"id":"a"})"});
}

// Answers from its own thread.
struct Slow : copydesk::Sink {
  static constexpr copydesk::About kAbout{.name = "slow", .summary = "Answers later."};
  Slow(const copydesk::Host& h, const copydesk::Options&) : host(h) {}
  void write(std::uint64_t ticket, const copydesk::Batch&) {
    threads.emplace_back([this, ticket] { host.done(ticket); });
  }
  void flush(std::uint64_t ticket) {
    threads.emplace_back([this, ticket] { host.flushed(ticket, "p"); });
  }
  copydesk::Host host;
  std::vector<std::jthread> threads;
};

TEST(SinkHarness, WaitsForASinkThatAnswersLater) {
  SinkHarness<Slow> h;
  EXPECT_EQ(h.write({article("a")}).done, CD_OK);
  EXPECT_EQ(h.flush(), "p");
}

// Emits numbers, five in all, one partition each parity.
struct Numbers : copydesk::Source {
  static constexpr copydesk::About kAbout{.name = "numbers", .summary = "Counts."};
  Numbers(const copydesk::Host& h, const copydesk::Options&) : host(h) {}
  void open(const copydesk::Open& o) {
    next = 0;
    o.state().scan("", [&](std::string_view, std::string_view value) {
      next = std::max(next, std::stoi(std::string(value)));
      return true;
    });
  }
  bool poll(std::uint64_t, std::int64_t) {
    if (next == 5) return false;
    const std::string partition = next % 2 ? "odd" : "even", text = std::to_string(next);
    cd_record r{};
    r.size = sizeof r;
    r.partition = copydesk::to_c(partition);
    r.position = static_cast<std::uint64_t>(next);
    r.payload = copydesk::to_bytes(text);
    host.emit(r);
    host.advance(partition, std::to_string(++next), "t" + text);
    return true;
  }
  void settle(std::span<const cd_settled* const> items) {
    for (const cd_settled* s : items) settled += std::string(copydesk::view(s->token)) + " ";
  }
  copydesk::Host host;
  int next = 0;
  std::string settled;
};

TEST(SourceHarness, KeepsPositionsAsOfTheCommitAndRewinds) {
  SourceHarness<Numbers> h;
  h.poll();
  h.poll();
  h.commit_and_settle();
  EXPECT_EQ(h.component().settled, "t0 t1 ");
  EXPECT_EQ(h.positions().get("odd"), "2");
  h.poll();
  EXPECT_EQ(h.records().size(), 3u);
  h.rewind();
  h.poll_all();
  ASSERT_EQ(h.records().size(), 3u);
  EXPECT_EQ(h.records()[0].payload, "2");
  EXPECT_EQ(h.records()[0].partition, "even");
}

}  // namespace
