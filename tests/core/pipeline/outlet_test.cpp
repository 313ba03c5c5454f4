#include "pipeline/outlet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "one_queue.h"

namespace copydesk::pipeline {
namespace {

using ::testing::HasSubstr;

// Takes everything and answers when the test says so.
class SilentSink final : public host::Sink {
 public:
  void listen(host::SinkEvents* events) override { events_ = events; }
  Status open(const std::optional<std::string>&, std::uint64_t) override { return {}; }
  Status write(std::uint64_t ticket, std::span<const Article* const>) override {
    ticket_ = ticket;
    return {};
  }
  Status flush(std::uint64_t ticket) override {
    ticket_ = ticket;
    return {};
  }
  void cancel(std::uint64_t) override {}
  void committed(std::uint64_t, const std::string&) override {}
  void answer() { events_->done(ticket_, {}); }

 private:
  host::SinkEvents* events_ = nullptr;
  std::uint64_t ticket_ = 0;
};

class Nobody final : public CrashWatch, public OutletOwner {
 public:
  void enter(const std::string&, const std::vector<const Item*>&) override {}
  void leave() override {}
  unsigned suspicion(const Item&) const override { return 0; }
  std::string suspect_key(const Item&) const override { return {}; }
  void written(Batch& batch) override { --batch.open_writes; }
  void flushed(std::size_t, std::string) override {}
  void flush_failed(std::size_t, Error) override {}
  void sink_failed(std::size_t, Error) override {}
};

TEST(Outlet, SaysForWhatASinkIsWaitedThatDoesNotAnswer) {
  OneQueue queue;
  Nobody nobody;
  LineOptions options;
  SinkPlan plan;
  plan.name = "out";
  auto made = std::make_unique<SilentSink>();
  SilentSink& sink = *made;
  plan.sink = std::move(made);
  Outlet outlet(0, plan, options, queue, nobody, nobody);
  Batch batch;
  batch.items.resize(3);
  batch.open_writes = 1;
  outlet.write(batch, {&batch.items[0], &batch.items[1], &batch.items[2]});
  queue.run();
  EXPECT_EQ(outlet.waiting(), "");
  queue.pass(5 * kSecond);
  EXPECT_EQ(outlet.waiting(), "") << "a sink may take its time";
  queue.pass(7 * kSecond);
  EXPECT_EQ(outlet.waiting(), "it has not answered for 12 s, to a write of 3 articles");
  sink.answer();
  queue.run();
  EXPECT_EQ(batch.open_writes, 0U);
  EXPECT_EQ(outlet.waiting(), "");
  outlet.flush();
  queue.run();
  queue.pass(60 * kSecond);
  EXPECT_THAT(outlet.waiting(), HasSubstr("60 s, to a flush"));
}

}  // namespace
}  // namespace copydesk::pipeline
