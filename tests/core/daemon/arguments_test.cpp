#include "daemon/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/utf8.h"
#include "daemon/commands.h"

namespace copydesk::daemon {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<Arguments> parse(const std::vector<std::string>& words) {
  return parse_arguments(words, commands(), common_options());
}

std::string error(const std::vector<std::string>& words) {
  const auto parsed = parse(words);
  return parsed ? "" : parsed.error().message;
}

TEST(Arguments, FindTheCommandAndItsOptionsInAnyOrder) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"run", "--once", "-c", "a.yaml"},
        {"-c", "a.yaml", "run", "--once"},
        {"--config=a.yaml", "run", "--once"}}) {
    const auto parsed = parse(words);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->command->name, "run");
    EXPECT_TRUE(parsed->has("once"));
    EXPECT_EQ(parsed->value("config"), "a.yaml");
  }
}

TEST(Arguments, ReadCommandsOfTwoWords) {
  const auto parsed = parse({"dead", "show", "7", "--pipeline", "news"});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->command->name, "dead show");
  EXPECT_THAT(parsed->operands, ElementsAre("7"));
  EXPECT_EQ(parsed->value("pipeline"), "news");
}

TEST(Arguments, TakeADashAndWhatFollowsTwoDashesAsOperands) {
  const auto parsed = parse({"try", "-", "--", "--strange-name.txt"});
  ASSERT_TRUE(parsed);
  EXPECT_THAT(parsed->operands, ElementsAre("-", "--strange-name.txt"));
}

TEST(Arguments, RepeatOnlyWhatMayBeRepeated) {
  EXPECT_THAT(parse({"plugins", "--plugins", "a", "--plugins=b"})->values("plugins"),
              ElementsAre("a", "b"));
  EXPECT_THAT(error({"run", "-c", "a", "-c", "b"}), HasSubstr("twice"));
  EXPECT_EQ(error({"run", "-v", "-v"}), "");
}

TEST(Arguments, SuggestTheOptionAndTheCommandThatWereMeant) {
  EXPECT_EQ(error({"run", "--onec"}), "unknown option '--onec' (did you mean '--once'?)");
  EXPECT_EQ(error({"chekc"}), "unknown command 'chekc' (did you mean 'check'?)");
  EXPECT_THAT(error({"dead"}), HasSubstr("list, show, replay"));
  EXPECT_THAT(error({"dead", "lsit"}), HasSubstr("did you mean 'list'?"));
  EXPECT_THAT(error({"status", "--once"}), HasSubstr("unknown option '--once'"));
}

TEST(Arguments, RefuseWhatIsMissingOrTooMuch) {
  EXPECT_THAT(error({"run", "-c"}), HasSubstr("wants FILE"));
  EXPECT_EQ(error({"run", "-c", ""}), "'-c' wants FILE, not an empty word");
  EXPECT_EQ(error({"status", "--data-dir="}), "'--data-dir' wants DIR, not an empty word");
  EXPECT_THAT(error({"run", "more"}), HasSubstr("does not take 'more'"));
  EXPECT_THAT(error({"try"}), HasSubstr("wants ARTICLE"));
  EXPECT_THAT(error({"dead", "show"}), HasSubstr("wants N"));
  EXPECT_THAT(error({"run", "--once=yes"}), HasSubstr("takes no value"));
  EXPECT_THAT(error({"run", "--color", "blue"}), HasSubstr("auto|always|never"));
}

TEST(Arguments, AskForHelpWhateverElseIsThere) {
  EXPECT_TRUE(parse({"try", "--help"})->help);
  EXPECT_TRUE(parse({"-h"})->help);
  EXPECT_TRUE(parse({"--version"})->version);
  EXPECT_EQ(parse({})->command, nullptr);
}

TEST(Help, NamesEveryCommandAndItsOptions) {
  const std::string all = help_of_all(commands(), common_options());
  for (const CommandHelp& c : commands()) {
    EXPECT_THAT(all, HasSubstr("\n  " + c.name));
    const std::string one = help_of(c, common_options());
    for (const OptionHelp& o : c.options) EXPECT_THAT(one, HasSubstr("--" + o.name)) << c.name;
  }
}

TEST(Help, KeepsItsTwoColumns) {
  constexpr std::size_t kLeft = 28;
  const std::string all = help_of_all(commands(), common_options());
  for (const CommandHelp& c : commands()) {
    const std::string left = "\n  " + c.name + (c.operands.empty() ? "" : " " + c.operands);
    const std::size_t width = code_points(left) - 1;
    const std::string gap =
        width + 2 > kLeft ? "\n" + std::string(kLeft, ' ') : std::string(kLeft - width, ' ');
    EXPECT_THAT(all, HasSubstr(left + gap + c.summary.substr(0, 5))) << all;
  }
}

}  // namespace
}  // namespace copydesk::daemon
