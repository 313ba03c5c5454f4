#include "pipeline/inlet.h"

#include <gtest/gtest.h>

#include "one_queue.h"
#include "state/memory_store.h"

namespace copydesk::pipeline {
namespace {

// Answers at once, with a record or without.
class HastySource final : public host::Source {
 public:
  HastySource(unsigned& polls, bool& has_one) : polls_(polls), has_one_(has_one) {}
  void listen(host::SourceEvents*) override {}
  Status open(host::StateView&, std::uint64_t, bool) override { return {}; }
  Result<host::Polled> poll(std::uint64_t, Nanos, host::Receiver& to) override {
    ++polls_;
    if (std::exchange(has_one_, false)) {
      decode::RawRecord record;
      record.origin.partition = "p";
      to.emit(std::move(record));
      to.advance("p", "1", std::nullopt);
    }
    return host::Polled::kMore;
  }
  std::vector<std::uint32_t> settle(std::span<const host::Settled>) override { return {}; }
  void wake() override {}

 private:
  unsigned& polls_;
  bool& has_one_;
};

// Asks again as soon as something came, as the line does.
class Asker final : public InletOwner {
 public:
  explicit Asker(OneQueue& queue) : queue_(queue) {
    SourcePlan plan;
    plan.name = "a";
    plan.source = std::make_unique<HastySource>(polls, has_one);
    plan_ = std::move(plan);
    inlet_ = std::make_unique<Inlet>(0, plan_, options_, queue_, store_, *this);
  }
  void ask() { inlet_->poll(1 << 20); }
  void arrived(std::size_t, std::vector<Arrival> arrivals) override {
    records += arrivals.size();
    queue_.line_after(1000, [this] { ask(); });  // a pump of the line takes some time as well
  }
  void source_failed(std::size_t, Error) override {}
  void source_rewinds(std::size_t, std::string) override {}
  void source_settled(std::size_t, std::uint64_t) override {}

  unsigned polls = 0;
  bool has_one = false;
  std::size_t records = 0;

 private:
  OneQueue& queue_;
  LineOptions options_;
  SourcePlan plan_;
  state::MemoryStore store_;
  std::unique_ptr<Inlet> inlet_;
};

TEST(Inlet, ASourceThatHasNothingAndDoesNotWaitIsAskedLessAndLess) {
  OneQueue queue;
  Asker asker(queue);
  asker.ask();
  queue.run();
  queue.pass(10 * kSecond);
  EXPECT_LT(asker.polls, 150U);
  EXPECT_GT(asker.polls, 90U) << "and yet ten times a second";
  const unsigned before = asker.polls;
  asker.has_one = true;
  queue.pass(101 * kMillisecond);
  EXPECT_EQ(asker.records, 1U);
  EXPECT_GT(asker.polls, before + 5) << "one that has something is asked at once again";
}

}  // namespace
}  // namespace copydesk::pipeline
