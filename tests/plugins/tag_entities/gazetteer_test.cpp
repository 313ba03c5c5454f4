#include <gmock/gmock.h>

#include <string>

#include "support.h"

namespace copydesk::tag_entities {
namespace {

using test::gazetteer;
using test::tags;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Loaded {
  Gazetteer gazetteer;
  std::vector<std::string> texts;
  bool ok = false;
};

Loaded load(std::string_view content) {
  Loaded loaded;
  std::vector<Diagnostic> diagnostics;
  loaded.ok = add_tsv(loaded.gazetteer, content, "names.tsv", diagnostics);
  for (const Diagnostic& d : diagnostics) loaded.texts.push_back(d.text());
  return loaded;
}

TEST(GazetteerFile, ReadsCommentsHeaderAndOptionalColumns) {
  const Loaded loaded = load(
      "\xEF\xBB\xBF# a comment\nname\ttype\tid\taliases\tkind\r\n\n"
      "China\tLOC\tiso:CN\tPRC|PR China\tcountry\r\nNATO\tORG\tx:nato\nParis\tLOC\tx:paris\t\n");
  EXPECT_TRUE(loaded.ok);
  EXPECT_THAT(loaded.texts, IsEmpty());
  ASSERT_EQ(loaded.gazetteer.entry_count(), 3U);
  const Entry china = loaded.gazetteer.entry(0);
  EXPECT_EQ(china.name, "China");
  EXPECT_EQ(china.id, "iso:CN");
  EXPECT_EQ(china.kind, "country");
  EXPECT_EQ(china.type, EntityType::kLoc);
  EXPECT_EQ(loaded.gazetteer.entry(1).kind, "");
}

TEST(GazetteerFile, NamesFileAndLineOfEveryMistake) {
  const Loaded loaded = load(
      "# one\nonly two\tcolumns\na\tLOC\tx:a\t\t\tsix\n\tLOC\tx:b\nBerlin\tCITY\tx:c\nRome\tLOC\t\n"
      "Br\xFFken\tLOC\tx:d\n...\tLOC\tx:e\nTab\x01\tLOC\tx:f\nGood\tLOC\tx:g\n");
  EXPECT_FALSE(loaded.ok);
  EXPECT_THAT(
      loaded.texts,
      ElementsAre("names.tsv:2: error: expected 3 to 5 columns separated by tabs (name, type, id, "
                  "aliases, kind), found 2",
                  HasSubstr("names.tsv:3: error: expected 3 to 5 columns"),
                  "names.tsv:4: error: the name is empty",
                  "names.tsv:5: error: unknown type 'CITY' (PER, ORG, LOC or MISC)",
                  "names.tsv:6: error: the id of 'Rome' is empty",
                  "names.tsv:7: error: invalid UTF-8 at byte 3 of the line",
                  "names.tsv:8: error: '...' has no letter or digit",
                  "names.tsv:9: error: control character in 'Tab\x01'"));
}

TEST(GazetteerFile, RefusesNamesAndLinesWithoutEnd) {
  EXPECT_THAT(load(std::string(600, 'a') + "\tLOC\tx:a\n").texts,
              ElementsAre(HasSubstr("longer than 512")));
  std::string many;
  for (int i = 0; i < 30; ++i) many += "a ";
  EXPECT_THAT(load(many + "\tLOC\tx:a\n").texts, ElementsAre(HasSubstr("24 words")));
  EXPECT_THAT(load("a\tLOC\tx:a\t" + std::string(70'000, 'b') + "\n").texts,
              ElementsAre(HasSubstr("the line is longer than 65536 bytes")));
}

TEST(GazetteerFile, ShowsABoundedNumberOfMistakes) {
  std::string content;
  for (int i = 0; i < 500; ++i) content += "broken\n";
  const Loaded loaded = load(content);
  EXPECT_EQ(loaded.texts.size(), kDiagnosticsMax + 1);
  EXPECT_EQ(loaded.texts.back(), "names.tsv: error: 400 more are not shown");
}

TEST(GazetteerFile, GivesAFormToTheFirstIdThatClaimsIt) {
  const Loaded loaded = load(
      "Georgia\tLOC\tiso:GE\nGeorgia\tLOC\tx:us-ga\nGeorgia\tLOC\tiso:GE\nNote\tMISC\tx:"
      "n\tGeorgia\n");
  EXPECT_TRUE(loaded.ok);
  EXPECT_THAT(
      loaded.texts,
      ElementsAre("names.tsv:2: warning: 'Georgia' already means iso:GE (line 1), which keeps it",
                  "names.tsv:4: warning: 'Georgia' already means iso:GE (line 1), which keeps it"));
  EXPECT_THAT(tags(loaded.gazetteer, "in Georgia"), ElementsAre("Georgia=iso:GE"));
}

TEST(GazetteerFile, LetsAnEarlierFileOverrideALaterOneInSilence) {
  Gazetteer g;
  std::vector<Diagnostic> diagnostics;
  EXPECT_TRUE(add_tsv(g, "Georgia\tLOC\tours:ga\n", "ours.tsv", diagnostics));
  EXPECT_TRUE(add_tsv(g, "Georgia\tLOC\tiso:GE\n", "shipped.tsv", diagnostics));
  EXPECT_THAT(diagnostics, IsEmpty());
  EXPECT_THAT(tags(g, "in Georgia"), ElementsAre("Georgia=ours:ga"));
}

TEST(GazetteerFile, SaysWhyAFileCannotBeRead) {
  Gazetteer g;
  std::vector<Diagnostic> diagnostics;
  EXPECT_FALSE(add_file(g, "/nonexistent/names.tsv", diagnostics));
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics[0].text(),
            "/nonexistent/names.tsv: error: cannot be opened: No such file or directory");
  diagnostics.clear();
  EXPECT_FALSE(add_file(g, "/", diagnostics));
  EXPECT_THAT(diagnostics[0].text(), HasSubstr("cannot be read"));
}

TEST(Gazetteer, LeavesOutHomonymsBeyondTheBound) {
  std::string content;
  for (unsigned i = 0; i < 100; ++i) {
    // The same letters in another case each time.
    std::string name = "abcdefgh";
    for (unsigned bit = 0; bit < 8; ++bit) {
      if ((i >> bit & 1U) != 0) name[bit] = static_cast<char>(name[bit] - 32);
    }
    content += name + "\tMISC\tx:" + std::to_string(i) + "\n";
  }
  const Loaded loaded = load(content);
  EXPECT_TRUE(loaded.ok);
  ASSERT_EQ(loaded.texts.size(), 100 - kHomonymsMax);
  EXPECT_THAT(loaded.texts.front(), HasSubstr("is left out"));
}

}  // namespace
}  // namespace copydesk::tag_entities
