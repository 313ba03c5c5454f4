#include "host/descriptor.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <copydesk/sdk.hpp>
#include <cstddef>

namespace copydesk::host {
namespace {

struct Nothing : copydesk::Stage {
  static constexpr copydesk::About kAbout{.name = "nothing", .summary = "Does nothing."};
  static constexpr cd_option kOptions[] = {
      copydesk::option("most", CD_OPTION_INT, "5", "How many.", nullptr, "1..9")};
  Nothing(const copydesk::Host&, const copydesk::Options&) {}
  void process(const copydesk::Call&, const copydesk::Batch&, copydesk::Edit&,
               copydesk::Carry&) const {}
};

// The descriptors under test lie in this program, which is a module like any other.
struct DescriptorTest : ::testing::Test {
  void* self = ::dlopen(nullptr, RTLD_NOW);
  ModuleMemory memory{self};
  static inline cd_component component = copydesk::detail::component<Nothing>;
  static inline const cd_component* components[] = {&component};
  static inline cd_plugin plugin{};

  void SetUp() override {
    component = copydesk::detail::component<Nothing>;
    plugin = {sizeof(cd_plugin), CD_ABI_MAJOR, CD_ABI_MINOR, 0, "test", "1.0.0", 1, 0, components};
  }
  std::string problem() {
    const Status status = check_descriptor(plugin, memory);
    return status ? "" : status.error().message;
  }
};

TEST_F(DescriptorTest, AnHonestOneIsTaken) { EXPECT_EQ(problem(), ""); }

TEST_F(DescriptorTest, AnotherMajorVersionIsRefusedWithBothNumbers) {
  plugin.abi_major = 7;
  EXPECT_NE(problem().find("version 7"), std::string::npos);
}

TEST_F(DescriptorTest, AnotherMajorVersionIsNamedBeforeItsSizeIsDoubted) {
  plugin.abi_major = 0;
  plugin.size = 8;
  EXPECT_NE(problem().find("version 0"), std::string::npos);
}

TEST_F(DescriptorTest, ANewerMinorThatIsNeededIsRefused) {
  plugin.needs_minor = 99;
  EXPECT_NE(problem().find("1.99"), std::string::npos);
}

TEST_F(DescriptorTest, ALongerStructIsTakenAsFarAsItIsKnown) {
  static struct {
    cd_plugin known;
    char more[64];
  } longer;
  longer.known = plugin;
  longer.known.size = sizeof longer;
  const Status status = check_descriptor(longer.known, memory);
  EXPECT_TRUE(status.ok());
}

TEST_F(DescriptorTest, SizesThatLieAreRefused) {
  plugin.size = 8;
  EXPECT_NE(problem().find("says it has 8 bytes"), std::string::npos);
  plugin.size = 60'000'000;
  EXPECT_NE(problem().find("beyond"), std::string::npos);
  plugin.size = sizeof(cd_plugin);
  component.size = 12;
  EXPECT_NE(problem().find("component"), std::string::npos);
}

TEST_F(DescriptorTest, PointersThatLeadOutOfTheModuleAreRefused) {
  component.name = reinterpret_cast<const char*>(16);
  EXPECT_NE(problem().find("outside"), std::string::npos);
  component = copydesk::detail::component<Nothing>;
  component.options = reinterpret_cast<const cd_option* const*>(64);
  EXPECT_NE(problem().find("outside"), std::string::npos);
}

TEST_F(DescriptorTest, AStageWithoutASteppingFunctionIsRefused) {
  static cd_stage_ops none{sizeof(cd_stage_ops), 0, nullptr, nullptr, nullptr, nullptr};
  component.stage = &none;
  EXPECT_NE(problem().find("neither process nor resolve"), std::string::npos);
}

// A plugin that was built before options had conditions.
TEST_F(DescriptorTest, AnOptionOfVersion10IsTaken) {
  static cd_option old = Nothing::kOptions[0];
  static const cd_option* const options[] = {&old};
  old.size = offsetof(cd_option, only_with);
  old.only_with = reinterpret_cast<const char*>(16);  // not its own any more
  component.options = options;
  EXPECT_EQ(problem(), "");
  EXPECT_EQ(spec_of(component, "test").options[0].only_with, "");
  old.size = sizeof(cd_option);
  EXPECT_NE(problem().find("outside"), std::string::npos);
  old.only_with = "least=1";
  EXPECT_EQ(problem(), "");
  EXPECT_EQ(spec_of(component, "test").options[0].only_with, "least=1");
  old.size = 16;
  EXPECT_NE(problem().find("says it has 16 bytes; version 1.0 has 56"), std::string::npos);
}

TEST_F(DescriptorTest, TheDeclarationBecomesASpec) {
  const config::ComponentSpec spec = spec_of(component, "test");
  EXPECT_EQ(spec.name, "nothing");
  ASSERT_EQ(spec.options.size(), 1U);
  EXPECT_EQ(spec.options[0].fallback, "5");
  EXPECT_EQ(spec.options[0].allowed, "1..9");
}

}  // namespace
}  // namespace copydesk::host
