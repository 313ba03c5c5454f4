// Sources and sinks over the boundary.

#include <vector>

#include "host/adapters.h"
#include "host/plugged.h"
#include "host/state_table.h"
#include "host/views.h"

namespace copydesk::host {
namespace {

class PluginSource final : public Plugged<Source> {
 public:
  explicit PluginSource(std::unique_ptr<Instance> instance)
      : Plugged(std::move(instance)),
        ops_(*instance_->component().source),
        passenger_(instance_->extension<cd_passenger>(CD_PASSENGER)) {}

  void listen(SourceEvents* events) override { instance_->source_events = events; }
  std::vector<Untaken> untaken() const override { return instance_->untaken(); }

  Status open(StateView& positions, std::uint64_t commit, bool once) override {
    StateTable state(positions);
    const cd_open open{sizeof(cd_open),
                       once ? static_cast<std::uint32_t>(CD_OPEN_ONCE) : 0U,
                       commit,
                       &state.table,
                       {},
                       to_c(instance_->context().data_id),
                       to_c(instance_->context().line)};
    return instance_->call("open",
                           [&] { return instance_->component().open(instance_->self(), &open); });
  }

  Result<Polled> poll(std::uint64_t max_bytes, Nanos deadline, Receiver& to) override {
    instance_->begin_poll(to);
    bool end = false;
    Status status = instance_->call("poll", [&] {
      const cd_status s = ops_.poll(instance_->self(), max_bytes, deadline);
      end = s == CD_END;
      return end ? static_cast<cd_status>(CD_OK) : s;
    });
    if (auto misuse = instance_->end_poll()) return *std::move(misuse);
    if (!status) return std::move(status).error();
    return end ? Polled::kEnd : Polled::kMore;
  }

  std::vector<std::uint32_t> settle(std::span<const Settled> items) override {
    const SettledViews views(items);
    const auto count = static_cast<std::uint32_t>(views.pointers.size());
    instance_->begin_settle(items);
    instance_->tell("settle",
                    [&] { ops_.settle(instance_->self(), views.pointers.data(), count); });
    return instance_->end_settle();
  }

  void wake() override {
    instance_->tell("wake", [this] { ops_.wake(instance_->self()); });
  }

  bool boards() const override { return passenger_ != nullptr; }
  Result<std::string> board(std::span<const Settled> items) override {
    const SettledViews views(items);
    std::string bytes;
    const auto take = [](void* to, cd_bytes b) { *static_cast<std::string*>(to) = view(b); };
    Status status = instance_->call("board", [&] {
      return passenger_->board(instance_->self(), views.pointers.data(),
                               static_cast<std::uint32_t>(views.pointers.size()), take, &bytes);
    });
    if (!status) return std::move(status).error();
    return bytes;
  }

 private:
  struct SettledViews {
    explicit SettledViews(std::span<const Settled> items) {
      views.reserve(items.size());
      for (const Settled& s : items)
        pointers.push_back(&views.emplace_back(
            cd_settled{sizeof(cd_settled), s.outcomes, to_c(s.partition), to_bytes(s.token)}));
    }
    std::vector<cd_settled> views;
    std::vector<const cd_settled*> pointers;
  };

  const cd_source_ops& ops_;
  const cd_passenger* passenger_;
};

class PluginSink final : public Plugged<Sink> {
 public:
  explicit PluginSink(std::unique_ptr<Instance> instance)
      : Plugged(std::move(instance)),
        ops_(*instance_->component().sink),
        two_phase_(instance_->extension<cd_two_phase>(CD_TWO_PHASE)) {}

  void listen(SinkEvents* events) override { instance_->events = events; }

  Status open(const std::optional<std::string>& position, std::uint64_t commit) override {
    const cd_open open{sizeof(cd_open),
                       0,
                       commit,
                       nullptr,
                       position ? to_bytes(*position) : cd_bytes{},
                       to_c(instance_->context().data_id),
                       to_c(instance_->context().line)};
    return instance_->call("open",
                           [&] { return instance_->component().open(instance_->self(), &open); });
  }

  // The view stays until the sink is done with the ticket: one write is in its hands at a time, and the line asks for the
  // next only after `done` or `cancel`.
  Status write(std::uint64_t ticket, std::span<const Article* const> articles) override {
    view_ = std::make_unique<BatchView>(articles);
    return instance_->call("write",
                           [&] { return ops_.write(instance_->self(), ticket, view_->get()); });
  }
  Status flush(std::uint64_t ticket) override {
    return instance_->call("flush", [&] { return ops_.flush(instance_->self(), ticket); });
  }
  void cancel(std::uint64_t ticket) override {
    instance_->tell("cancel", [&] { ops_.cancel(instance_->self(), ticket); });
  }
  void committed(std::uint64_t commit, const std::string& position) override {
    if (ops_.committed != nullptr)
      instance_->tell("committed",
                      [&] { ops_.committed(instance_->self(), commit, to_bytes(position)); });
  }

  bool decides() const override { return two_phase_ != nullptr; }
  Status prepare(std::uint64_t commit, std::span<const std::string> passengers) override {
    std::vector<cd_bytes> bytes;
    for (const std::string& p : passengers) bytes.push_back(to_bytes(p));
    return instance_->call("prepare", [&] {
      return two_phase_->prepare(instance_->self(), commit, bytes.data(),
                                 static_cast<std::uint32_t>(bytes.size()));
    });
  }
  Status commit(std::uint64_t commit) override {
    return instance_->call("commit", [&] { return two_phase_->commit(instance_->self(), commit); });
  }
  Result<std::uint64_t> last() override {
    std::uint64_t commit = 0;
    if (Status status =
            instance_->call("last", [&] { return two_phase_->last(instance_->self(), &commit); });
        !status)
      return std::move(status).error();
    return commit;
  }

 private:
  const cd_sink_ops& ops_;
  const cd_two_phase* two_phase_;
  std::unique_ptr<BatchView> view_;
};

}  // namespace

std::unique_ptr<Source> make_source(std::unique_ptr<Instance> instance) {
  return std::make_unique<PluginSource>(std::move(instance));
}
std::unique_ptr<Sink> make_sink(std::unique_ptr<Instance> instance) {
  return std::make_unique<PluginSink>(std::move(instance));
}

}  // namespace copydesk::host
