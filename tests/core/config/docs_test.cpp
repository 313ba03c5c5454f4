#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "config/effect.h"
#include "config/option_value.h"
#include "core/config/desk.h"

// docs/configuration.md says what the code does: its example loads, and its tables have every key with its default.
namespace copydesk::config {
namespace {

std::string page() {
  std::ostringstream text;
  text << std::ifstream(COPYDESK_CONFIG_DOC).rdbuf();
  return text.str();
}

std::string block(const std::string& page, const std::string& fence) {
  const std::size_t begin = page.find(fence) + fence.size();
  return page.substr(begin, page.find("```", begin) - begin);
}

TEST(Docs, TheExampleLoads) {
  const Folder folder;
  folder.write("gazetteers/countries.tsv", "China\tLOC\n");
  const Loaded loaded = load_file(folder.write("copydesk.yaml", block(page(), "```yaml\n")), desk(),
                                  [](const std::string&) { return std::optional<std::string>(); });
  EXPECT_EQ(loaded.diagnostics.render(false), "");
}

std::string row_of(const OptionSpec& o) {
  return "| `" + o.key + "` | " + (o.fallback ? "`" + *o.fallback + "`" : "") + " | " +
         allowed_phrase(o) + (allowed_phrase(o).empty() ? "" : " ") + "| " + o.summary +
         (o.only_with.empty() ? "" : " Changes nothing " + without_effect(o) + ".") + " |";
}

TEST(Docs, EveryKeyOfOursHasItsRow) {
  const std::string text = page();
  for (const OptionSpec& o : engine_options()) EXPECT_THAT(text, testing::HasSubstr(row_of(o)));
  for (Kind kind : {Kind::source, Kind::stage, Kind::sink})
    for (const OptionSpec& o : core_options(kind)) EXPECT_THAT(text, testing::HasSubstr(row_of(o)));
}

TEST(Docs, EveryStandardFieldIsThere) {
  const std::string text = page();
  for (const std::string& field : standard_fields())
    EXPECT_THAT(text, testing::HasSubstr("`" + field + "`"));
}

}  // namespace
}  // namespace copydesk::config
