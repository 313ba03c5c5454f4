#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "support.h"

namespace copydesk::tag_entities {
namespace {

using test::gazetteer;
using test::tags;
using test::TempFile;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Loaded {
  Gazetteer gazetteer;
  std::vector<std::string> texts;
  bool ok = false;
};

Loaded load(std::string_view content, std::string_view file = "names.tsv") {
  Loaded loaded;
  GazetteerBuilder builder;
  std::vector<Diagnostic> diagnostics;
  loaded.ok = add_content(builder, content, file, diagnostics);
  loaded.gazetteer = builder.finish();
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

TEST(GazetteerFile, WarnsOfAFileWithoutAnEntry) {
  const auto warning = [](std::string_view content, std::string_view file) {
    const Loaded loaded = load(content, file);
    EXPECT_TRUE(loaded.ok);
    EXPECT_EQ(loaded.gazetteer.entry_count(), 0U);
    return loaded.texts;
  };
  const auto none = ElementsAre("names.tsv: warning: the file has no entry: no names come from it");
  EXPECT_THAT(warning("", "names.tsv"), none);
  EXPECT_THAT(warning("\n\n \r\n\t\t\n", "names.tsv"), none);
  EXPECT_THAT(warning("\xEF\xBB\xBF", "names.tsv"), none);
  EXPECT_THAT(warning("# all\n# comments\n", "names.tsv"), none);
  EXPECT_THAT(warning("name\ttype\tid\n", "names.tsv"), none);
  EXPECT_THAT(warning("name,type,id\n# one\n", "names.csv"),
              ElementsAre(HasSubstr("has no entry")));
  EXPECT_THAT(warning(",,,\n", "names.csv"), ElementsAre(HasSubstr("has no entry")));
  EXPECT_THAT(warning("\n", "names.jsonl"), ElementsAre(HasSubstr("has no entry")));
  // A mistake says enough.
  EXPECT_THAT(load("only\n").texts, ElementsAre(HasSubstr("error: expected 3 to 9 columns")));
}

TEST(GazetteerFile, NamesFileAndLineOfEveryMistake) {
  const Loaded loaded = load(
      "# one\nonly "
      "two\tcolumns\na\tLOC\tx:a\t\t\t1\tany\tx\t1\tten\n\tLOC\tx:b\nBerlin\tCITY\tx:"
      "c\nRome\tLOC\t\n"
      "Br\xFFken\tLOC\tx:d\n...\tLOC\tx:e\nTab\x01\tLOC\tx:f\nGood\tLOC\tx:g\n");
  EXPECT_FALSE(loaded.ok);
  EXPECT_THAT(
      loaded.texts,
      ElementsAre("names.tsv:2: error: expected 3 to 9 columns separated by tabs (name, type, id, "
                  "aliases, kind, priority, case, within, population), found 2",
                  HasSubstr("names.tsv:3: error: expected 3 to 9 columns"),
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

  std::string repeated = "Same\tLOC\tx:first\n";
  for (int i = 0; i < 500; ++i) repeated += "Same\tLOC\tx:" + std::to_string(i) + "\n";
  const Loaded doubtful = load(repeated);
  EXPECT_TRUE(doubtful.ok);
  EXPECT_EQ(doubtful.texts.back(), "names.tsv: warning: 400 more are not shown");
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
  GazetteerBuilder builder;
  std::vector<Diagnostic> diagnostics;
  EXPECT_TRUE(add_content(builder, "Georgia\tLOC\tours:ga\n", "ours.tsv", diagnostics));
  EXPECT_TRUE(add_content(builder, "Georgia\tLOC\tiso:GE\n", "shipped.tsv", diagnostics));
  EXPECT_THAT(diagnostics, IsEmpty());
  EXPECT_THAT(tags(builder.finish(), "in Georgia"), ElementsAre("Georgia=ours:ga"));
}

TEST(GazetteerFile, SaysWhyAFileCannotBeRead) {
  GazetteerBuilder g;
  std::vector<Diagnostic> diagnostics;
  EXPECT_FALSE(add_file(g, "/nonexistent/names.tsv", diagnostics));
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics[0].text(),
            "/nonexistent/names.tsv: error: cannot be opened: No such file or directory");
  diagnostics.clear();
  EXPECT_FALSE(add_file(g, "/", diagnostics));
  EXPECT_THAT(diagnostics[0].text(), HasSubstr("is no regular file"));
  diagnostics.clear();
  const TempFile place("");
  std::filesystem::remove(place.path());
  ASSERT_EQ(mkfifo(place.path().c_str(), 0600), 0);
  EXPECT_FALSE(add_file(g, place.path(), diagnostics));  // and does not wait for a writer
  EXPECT_THAT(diagnostics[0].text(), HasSubstr("is no regular file"));
}

TEST(GazetteerFile, ReadsNoMoreOfAHugeFileThanItMay) {
  const TempFile file("Atlantis\tLOC\tx:1\n");
  std::filesystem::resize_file(file.path(), std::uint64_t{1} << 32);  // a line of zeros
  GazetteerBuilder g;
  std::vector<Diagnostic> diagnostics;
  EXPECT_FALSE(add_file(g, file.path(), diagnostics));
  EXPECT_THAT(diagnostics.back().text(), HasSubstr("is larger than"));
}

TEST(GazetteerFile, TakesAQuoteForOneOnlyWhereACellBegins) {
  const Loaded loaded = load(
      "name,type,id\nAlpha Corp,ORG,x:1\n# pipes of 5\" and more\nBeta Corp,ORG,x:2\n"
      "The 5\" Gun,ORG,x:9\nGamma Corp,ORG,x:3\n",
      "n.csv");
  EXPECT_THAT(loaded.texts, IsEmpty());
  EXPECT_THAT(tags(loaded.gazetteer, "by Alpha Corp, Beta Corp and Gamma Corp"),
              ElementsAre("Alpha Corp=x:1", "Beta Corp=x:2", "Gamma Corp=x:3"));
}

TEST(GazetteerFile, ReadsCommaSeparatedRows) {
  const Loaded loaded = load(
      "id,name,type,aliases,case\r\n# a comment\r\n"
      "iso:CI,\"Côte d'Ivoire\",LOC,\"Ivory Coast|Abidjan, Ivory Coast\",\r\n"
      "x:quoted,\"The \"\"Big\"\" Band\",ORG\nx:two,\"Two\nLines\",ORG\nx:last,Last,ORG,,exact",
      "names.csv");
  EXPECT_THAT(loaded.texts, ElementsAre("names.csv:5: error: control character in 'Two\nLines'"));
  ASSERT_EQ(loaded.gazetteer.entry_count(), 3U);
  EXPECT_EQ(loaded.gazetteer.entry(0).name, "Côte d'Ivoire");
  EXPECT_EQ(loaded.gazetteer.entry(1).name, "The \"Big\" Band");
  EXPECT_EQ(loaded.gazetteer.entry(2).case_rule, CaseRule::kExact);
  EXPECT_THAT(tags(loaded.gazetteer, "in Abidjan, Ivory Coast"),
              ElementsAre("Abidjan, Ivory Coast=iso:CI"));
}

TEST(GazetteerFile, SaysWhatIsWrongWithCommaSeparatedRows) {
  EXPECT_THAT(load("a,LOC,\"x:a\nb,LOC,x:b\n", "n.csv").texts,
              ElementsAre("n.csv:1: error: a quote is not closed"));
  EXPECT_THAT(
      load("\"a\"b,LOC,x:a\n", "n.csv").texts,
      ElementsAre("n.csv:1: error: something stands between a closing quote and the comma"));
  EXPECT_THAT(
      load("a,LOC\n", "n.csv").texts,
      ElementsAre(HasSubstr("n.csv:1: error: expected 3 to 9 columns separated by commas")));
}

TEST(GazetteerFile, ReadsRowsOfJson) {
  const Loaded loaded = load(
      R"({"name": "Xi Jinping", "type": "PER", "id": "x:xi", "aliases": ["\u4e60\u8fd1\u5e73", "~Xi"]})"
      "\n\n"
      R"({ "id" : "x:i", "type":"ORG" , "name":"iPhone \ud83d\ude00 \"X\"", "case":"any","priority": -3, "kind":null})"
      "\n",
      "names.jsonl");
  EXPECT_THAT(loaded.texts, IsEmpty());
  ASSERT_EQ(loaded.gazetteer.entry_count(), 2U);
  EXPECT_EQ(loaded.gazetteer.entry(1).name, "iPhone 😀 \"X\"");
  EXPECT_EQ(loaded.gazetteer.entry(1).priority, -3);
  EXPECT_THAT(tags(loaded.gazetteer, "习近平 and Xi"), ElementsAre("习近平=x:xi", "Xi=x:xi"));
}

TEST(GazetteerFile, SaysWhatIsWrongWithRowsOfJson) {
  const auto mistake = [](std::string_view row) {
    const Loaded loaded = load(row, "n.ndjson");
    return loaded.texts.empty() ? "" : loaded.texts.front();
  };
  EXPECT_EQ(mistake("[]"), "n.ndjson:1: error: not the JSON of a row: expected '{' at byte 1");
  EXPECT_THAT(mistake(R"({"name":"a)"), HasSubstr("a text has no end"));
  EXPECT_THAT(mistake(R"({"name":"\x"})"), HasSubstr("an unknown escape"));
  EXPECT_THAT(mistake(R"({"name":"\ud800"})"), HasSubstr("half a surrogate pair"));
  EXPECT_THAT(mistake(R"({"name":"\u12g4"})"), HasSubstr("four hexadecimal digits"));
  EXPECT_THAT(mistake(R"({"name" "a"})"), HasSubstr("expected ':'"));
  EXPECT_THAT(mistake(R"({"name":"a" "type":"LOC"})"), HasSubstr("expected ',' or '}'"));
  EXPECT_THAT(mistake(R"({"name":"a"} x)"), HasSubstr("something stands behind the object"));
  EXPECT_THAT(mistake(R"({"name":true})"), HasSubstr("expected a text, a number or a list"));
  EXPECT_THAT(mistake(R"({"name":["a","b"]})"), HasSubstr("'name' is a list"));
  EXPECT_THAT(mistake(R"({"nmae":"a"})"), HasSubstr("unknown key 'nmae' (name, type, id"));
  EXPECT_THAT(mistake(R"({"within":["a|b","c"]})"), HasSubstr("'|' in an id"));
  EXPECT_THAT(mistake(R"({"aliases":["a\u001fb"]})"), HasSubstr("control character in an alias"));
  EXPECT_THAT(mistake(R"({"type":"LOC","id":"x:a"})"), HasSubstr("the name is empty"));
  EXPECT_THAT(mistake(R"({"name":"a\u001fb","type":"LOC","id":"x:a","aliases":["b"]})"),
              HasSubstr("control character"));
  EXPECT_THAT(mistake(R"({"name":"a\u0000b","type":"LOC","id":"x:a"})"),
              HasSubstr("control character"));
}

TEST(GazetteerFile, TellsItsFormatByTheEndOfItsNameInAnyCase) {
  EXPECT_THAT(load("a,LOC,x:a\n", "N.CSV").texts, IsEmpty());
  EXPECT_THAT(load("a\tLOC\tx:a\n", "N.TSV").texts, IsEmpty());
  EXPECT_THAT(load(R"({"name":"a","type":"LOC","id":"x:a"})", "N.JsonL").texts, IsEmpty());
  const std::string array = R"([{"name":"a","type":"LOC","id":"x:a"}])";
  const std::string why =
      "N.JSON: error: a list in JSON has one object a line and a name that ends in .jsonl";
  EXPECT_THAT(load(array, "N.JSON").texts, ElementsAre(why));
  GazetteerBuilder builder;
  std::vector<Diagnostic> diagnostics;
  EXPECT_FALSE(add_file(builder, "/nonexistent/names.json", diagnostics));
  EXPECT_THAT(diagnostics.front().text(), HasSubstr("a name that ends in .jsonl"));
}

TEST(GazetteerFile, WarnsOfACommentThatLooksLikeARow) {
  const Loaded loaded = load(
      "# name\ttype\tid\n#a word\n##x\tLOC\tx:1\n# "
      "Old\tLOC\tx:2\n#MeToo\tMISC\tx:3\nNew\tLOC\tx:4\n");
  EXPECT_TRUE(loaded.ok);
  EXPECT_THAT(loaded.texts, ElementsAre(HasSubstr("names.tsv:5: warning: taken for a comment")));
  EXPECT_EQ(loaded.gazetteer.entry_count(), 1U);
  const Loaded other = load("type\tname\tid\nMISC\t#MeToo\tx:3\n");
  EXPECT_THAT(other.texts, IsEmpty());
  EXPECT_EQ(other.gazetteer.entry(0).name, "#MeToo");
  EXPECT_THAT(load("#MeToo,MISC,x:3\n\"#MeToo\",MISC,x:3\n", "n.csv").texts,
              ElementsAre(HasSubstr("n.csv:1: warning: taken for a comment")));
}

TEST(GazetteerFile, KeepsABarInsideAnAliasOfAList) {
  const Loaded loaded =
      load(R"({"name":"First","type":"ORG","id":"x:1","aliases":["A|B Corp","~C|D"]})"
           "\n"
           R"({"name":"Second","type":"ORG","id":"x:2","aliases":["E|F"]})"
           "\n"
           R"({"name":"Third","type":"ORG","id":"x:3","aliases":"Gamma|Delta"})",
           "n.jsonl");
  EXPECT_THAT(loaded.texts, IsEmpty());
  EXPECT_THAT(
      tags(loaded.gazetteer, "by A|B Corp and C|D, then E|F, B Corp, D, F, Gamma and Delta"),
      ElementsAre("A|B Corp=x:1", "C|D=x:1", "E|F=x:2", "Gamma=x:3", "Delta=x:3"));
}

TEST(GazetteerFile, WarnsOfARowThatWouldChangeAnEarlierOneOfItsId) {
  const std::string head = "name\ttype\tid\tpriority\tcase\n";
  EXPECT_THAT(
      load(head + "Zeit\tORG\tx:1\t5\t\nZeit\tORG\tx:1\t0\t\nZeit\tORG\tx:1\t5\texact\n").texts,
      ElementsAre("names.tsv:3: warning: 'Zeit' has that id already (line 2), whose priority and "
                  "case stay",
                  "names.tsv:4: warning: 'Zeit' has that id already (line 2), whose priority and "
                  "case stay"));
  EXPECT_THAT(load(head + "Zeit\tORG\tx:1\t5\nZeit\tORG\tx:1\t5\n").texts, IsEmpty());
}

TEST(GazetteerFile, TakesAFormBehindACommaOnlyOfAPlace) {
  EXPECT_THAT(
      load("Alabama\tLOC\tx:al\t,Ala.\n").texts,
      ElementsAre("names.tsv:1: error: ',Ala.' begins with a comma, which only an alias of an "
                  "entry with 'within' may"));
}

TEST(GazetteerFile, ReadsColumnsInTheOrderOfTheHeader) {
  const Loaded loaded = load("id\tpriority\tname\ttype\nx:a\t5\tAlpha\tORG\n");
  EXPECT_THAT(loaded.texts, IsEmpty());
  EXPECT_EQ(loaded.gazetteer.entry(0).name, "Alpha");
  EXPECT_EQ(loaded.gazetteer.entry(0).priority, 5);
  EXPECT_THAT(
      load("name\ttype\tidd\n").texts,
      ElementsAre("names.tsv:1: error: unknown column 'idd' (name, type, id, aliases, kind, "
                  "priority, case, within, population)"));
  EXPECT_THAT(load("name\ttype\tkind\n").texts,
              ElementsAre("names.tsv:1: error: the header has no column 'id'"));
  EXPECT_THAT(load("name\ttype\tid\tid\n").texts,
              ElementsAre("names.tsv:1: error: the column 'id' is there twice"));
}

TEST(GazetteerFile, ReadsPiecesOfALargeFileAsOne) {
  std::string rows = "\xEF\xBB\xBFname\ttype\tid\n";
  for (int i = 0; i < 20'000; ++i) {
    const std::string n = std::to_string(i);
    rows +=
        "Name" + n + std::string(static_cast<std::size_t>(i % 97), 'x') + "\tLOC\tx:" + n + "\r\n";
    if (i == 10'000) rows += std::string(300'000, 'y') + "\n";
  }
  const test::TempFile file(rows + "Last\tLOC\tx:last");
  GazetteerBuilder builder;
  std::vector<Diagnostic> diagnostics;
  EXPECT_FALSE(add_file(builder, file.path(), diagnostics));
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics[0].text(),
            file.path() + ":10003: error: the line is longer than 65536 bytes");
  ASSERT_EQ(builder.entry_count(), 20'001U);
  EXPECT_EQ(builder.entry(20'000).name, "Last");
  EXPECT_EQ(builder.entry(19'999).id, "x:19999");
}

TEST(GazetteerFile, GivesAFormToTheHigherPriority) {
  const std::string_view rows =
      "name\ttype\tid\tpriority\nParis\tLOC\tx:texas\t-1\nParis\tLOC\tx:france\nParis\tPER\tx:"
      "hilton\t"
      "-1\n";
  const Loaded loaded = load(rows);
  EXPECT_TRUE(loaded.ok);
  EXPECT_THAT(loaded.texts, IsEmpty());
  EXPECT_THAT(tags(loaded.gazetteer, "in Paris"), ElementsAre("Paris=x:france"));
  EXPECT_THAT(load("Paris\tLOC\tx:a\t\t\tmuch\n").texts,
              ElementsAre(HasSubstr("the priority 'much' is no whole number from -1000 to 1000")));
  EXPECT_THAT(load("Paris\tLOC\tx:a\t\t\t1001\n").texts,
              ElementsAre(HasSubstr("is no whole number")));
  EXPECT_THAT(load("Paris\tLOC\tx:a\t\t\t\t\tx:b\tmany\n").texts,
              ElementsAre(HasSubstr("the population 'many' is no whole number")));
  EXPECT_THAT(load("Paris\tLOC\tx:a\t\t\t\tlower\n").texts,
              ElementsAre(HasSubstr("unknown case 'lower' (normal, exact or any)")));
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
