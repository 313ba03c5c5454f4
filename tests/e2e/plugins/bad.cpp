// Plugin files that must be refused: E2E_BAD says what is wrong with this one.
#include <copydesk/sdk.hpp>

#define E2E_ABI 1
#define E2E_NO_SYMBOL 2
#define E2E_SHORT 3
#define E2E_LONG 4
#define E2E_SHORT_COMPONENT 5
#define E2E_LONG_COMPONENT 6
#define E2E_NEWER 7
#define E2E_WILD_COMPONENTS 8

namespace {

struct Idle : copydesk::Stage {
  static constexpr copydesk::About kAbout{.name = "bad_idle", .summary = "Does nothing."};
  Idle(const copydesk::Host&, const copydesk::Options&) {}
  void process(const copydesk::Call&, const copydesk::Batch&, copydesk::Edit&,
               copydesk::Carry&) const {}
};

constexpr cd_component sized(cd_component component, std::uint32_t size) {
  component.size = size;
  return component;
}

constexpr cd_component kComponent =
    sized(copydesk::detail::component<Idle>,
          E2E_BAD == E2E_SHORT_COMPONENT  ? 24
          : E2E_BAD == E2E_LONG_COMPONENT ? 60000
                                          : static_cast<std::uint32_t>(sizeof(cd_component)));
[[maybe_unused]] constexpr const cd_component* kComponents[] = {&kComponent};

constexpr std::uint32_t kSize = E2E_BAD == E2E_SHORT ? 16
                                : E2E_BAD == E2E_LONG
                                    ? 1U << 30
                                    : static_cast<std::uint32_t>(sizeof(cd_plugin));

}  // namespace

#if E2E_BAD == E2E_NO_SYMBOL
extern "C" const std::uint32_t not_a_plugin;
extern "C" __attribute__((visibility("default"))) const std::uint32_t not_a_plugin = kSize;
#else
extern "C" const cd_plugin copydesk_plugin = {kSize,
                                              E2E_BAD == E2E_ABI ? CD_ABI_MAJOR + 1 : CD_ABI_MAJOR,
                                              CD_ABI_MINOR,
                                              E2E_BAD == E2E_NEWER ? 99U : 0U,
                                              "org.copydesk.e2e.bad",
                                              "1.0.0",
                                              E2E_BAD == E2E_WILD_COMPONENTS ? 200U : 1U,
                                              0,
                                              kComponents};
#endif
