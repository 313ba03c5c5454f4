// The stage `misbehave`, and `throw_through`, which lets an exception cross the boundary although the contract forbids it.
#include <time.h>

#include "misbehave.h"

namespace copydesk::e2e {

class ThrowThrough : public Misbehave {
 public:
  static constexpr About kAbout{.name = "throw_through",
                                .summary = "Lets an exception cross the boundary."};
  using Misbehave::Misbehave;
};

// Keeps a worker busy for a while with each batch, so that a test finds the daemon at work.
class Dawdle : public Stage {
 public:
  static constexpr About kAbout{.name = "dawdle", .summary = "Takes its time with each batch."};
  static constexpr cd_option kOptions[] = {option("time", CD_OPTION_DURATION, "10ms", "How much.")};
  Dawdle(const Host&, const Options& o) : nanos_(o.integer("time")) {}
  void process(const Call&, const Batch&, Edit&, Carry&) const {
    timespec left{nanos_ / 1'000'000'000, nanos_ % 1'000'000'000};
    while (::nanosleep(&left, &left) != 0) {
    }
  }

 private:
  std::int64_t nanos_;
};

namespace {

cd_status process_and_throw(void* self, const cd_call* call, const cd_batch* batch, cd_edit* edit,
                            cd_carry* carry) {
  Edit e(*edit);
  Carry c(*carry);
  copydesk::detail::held<ThrowThrough>(self).process(Call(*call), Batch(*batch), e, c);
  return CD_OK;
}

constexpr cd_stage_ops kThrowing{
    sizeof(cd_stage_ops), 0, &process_and_throw, nullptr, nullptr, nullptr};

constexpr cd_component with_ops(cd_component component, const cd_stage_ops* ops) {
  component.stage = ops;
  return component;
}

constexpr cd_component kThrowThrough =
    with_ops(copydesk::detail::component<ThrowThrough>, &kThrowing);
constexpr const cd_component* kComponents[] = {
    &copydesk::detail::component<Misbehave>, &kThrowThrough, &copydesk::detail::component<Dawdle>};

}  // namespace
}  // namespace copydesk::e2e

extern "C" const cd_plugin copydesk_plugin = {sizeof(cd_plugin),
                                              CD_ABI_MAJOR,
                                              CD_ABI_MINOR,
                                              0,
                                              "org.copydesk.e2e.stages",
                                              "1.0.0",
                                              3,
                                              0,
                                              copydesk::e2e::kComponents};
