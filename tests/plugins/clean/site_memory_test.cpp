#include "clean/site_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <copydesk/testing.hpp>
#include <random>

#include "clean/stage.h"

namespace copydesk::clean {
namespace {

using namespace copydesk::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* kFurniture = "The Courier of Larsmo is printed on paper from our own forest";

// Sentences that no other seed gives.
std::string paragraph(unsigned seed, int words = 24) {
  std::mt19937 random(seed);
  std::string out = "The";
  for (int i = 0; i < words; ++i) {
    out += ' ';
    for (int letter = 0; letter < 7; ++letter) out += static_cast<char>('a' + random() % 26);
  }
  return out + ".";
}
std::string story(unsigned seed) {
  std::string out;
  for (unsigned i = 0; i < 6; ++i) out += (i == 0 ? "" : "\n\n") + paragraph(seed * 100 + i);
  return out;
}
OwnedArticle text(unsigned seed, const std::string& body,
                  const std::string& site = "courier.example") {
  return article("a" + std::to_string(seed))
      .title(paragraph(seed * 100 + 99, 6))
      .body(body)
      .with("domain", site);
}
std::string with_furniture(unsigned seed, const std::string& furniture = kFurniture) {
  return story(seed) + "\n\n" + furniture;
}

TEST(SiteMemory, CutsWhatRanUnderAnotherTitle) {
  StageHarness<Clean> stage;
  EXPECT_THAT(stage.run(text(1, with_furniture(1))).body(), HasSubstr(kFurniture));
  const OwnedArticle second = stage.run(text(2, kFurniture + ("\n\n" + story(2))));
  EXPECT_EQ(second.body(), story(2));
  EXPECT_EQ(second.integer("quality.removed_blocks"), 1);
  EXPECT_EQ(second.integer("quality.words"), static_cast<std::int64_t>(count_words(story(2))));
}

// What it cuts, the model and the rules had taken: they were less right about this page than they thought.
TEST(SiteMemory, WhatItCutsLowersTheConfidence) {
  StageHarness<Clean> stage, without({{"site_memory", false}});
  const auto confidence = [](const OwnedArticle& article) {
    return article.real("quality.confidence");
  };
  EXPECT_EQ(confidence(stage.run(text(1, with_furniture(1)))),
            confidence(without.run(text(1, with_furniture(1)))));
  const double before = confidence(without.run(text(2, with_furniture(2))));
  const double after = confidence(stage.run(text(2, with_furniture(2))));
  const auto words = static_cast<std::int64_t>(count_words(with_furniture(2)));
  const auto left = static_cast<std::int64_t>(count_words(story(2)));
  EXPECT_LT(after, before);
  EXPECT_NEAR(after, confidence_after_cut(before, words, left), 0.011);
  EXPECT_DOUBLE_EQ(confidence_after_cut(0.8, 100, 100), 0.8);
  EXPECT_NEAR(confidence_after_cut(0.8, 1'000'000, 500'000), 0.4, 0.001);
  EXPECT_EQ(confidence_after_cut(0.8, 100, 0), 0);
}

TEST(SiteMemory, OtherSitesKnowNothingOfIt) {
  StageHarness<Clean> stage;
  stage.run(text(1, with_furniture(1)));
  EXPECT_EQ(stage.run(text(2, with_furniture(2), "other.example")).body(), with_furniture(2));
}

TEST(SiteMemory, ForgetsASiteThatIsSilentFor90Days) {
  StageHarness<Clean> stage;
  stage.run(text(1, with_furniture(1)));
  stage.host().set_now(stage.host().now() + SiteMemory::kForgottenAfterNs + 1);
  EXPECT_EQ(stage.run(text(2, with_furniture(2))).body(), with_furniture(2));
}

TEST(SiteMemory, AnArticleThatRunsAgainIsWhole) {
  StageHarness<Clean> stage;
  for (unsigned title = 1; title < 6; ++title) {
    OwnedArticle again = text(1, story(1));
    if (title > 2) again = text(title, story(1));  // under other titles too
    EXPECT_EQ(stage.run(again).body(), story(1)) << title;
  }
}

TEST(SiteMemory, ALongParagraphNeedsTwoOtherTitles) {
  StageHarness<Clean> stage;
  const std::string background = paragraph(7777, 45);
  for (unsigned i = 1; i < 3; ++i)
    EXPECT_EQ(stage.run(text(i, with_furniture(i, background))).body(),
              with_furniture(i, background));
  EXPECT_EQ(stage.run(text(3, with_furniture(3, background))).body(), story(3));
}

TEST(SiteMemory, ASubHeadingNeedsFourOtherTitles) {
  const auto body = [](unsigned seed, bool heading) {
    return paragraph(seed * 100 + 50) + (heading ? "\n\nWhat we do not like\n\n" : "\n\n") +
           story(seed);
  };
  StageHarness<Clean> stage;
  for (unsigned i = 1; i < 5; ++i)
    EXPECT_EQ(stage.run(text(i, body(i + 20, true))).body(), body(i + 20, true)) << i;
  EXPECT_EQ(stage.run(text(9, body(30, true))).body(), body(30, false));
}

TEST(SiteMemory, NeverTakesTheArticleItself) {
  StageHarness<Clean> stage;
  const std::string one_line = paragraph(1, 30), other_line = paragraph(2, 30);
  stage.run(text(1, story(1) + "\n\n" + one_line));
  stage.run(text(2, story(2) + "\n\n" + other_line));
  // All of it is known, from two articles; each line holds half of the words.
  const std::string body = one_line + "\n\n" + other_line;
  EXPECT_EQ(stage.run(text(3, body)).body(), body);
}

TEST(SiteMemory, LeavesAQuarterAtLeast) {
  StageHarness<Clean> stage;
  std::string known;
  for (unsigned i = 1; i < 9; ++i) {
    const std::string line = paragraph(i, 20);
    known += (known.empty() ? "" : "\n\n") + line;
    stage.run(text(i, story(i) + "\n\n" + line));
  }
  const std::string body = known + "\n\n" + paragraph(500, 12);
  EXPECT_EQ(stage.run(text(20, body)).body(), body);
}

TEST(SiteMemory, NumbersAreNoFurniture) {
  StageHarness<Clean> stage;
  const std::string table = "1,204\n\n17.3 %\n\n2024";
  stage.run(text(1, with_furniture(1, table)));
  EXPECT_EQ(stage.run(text(2, with_furniture(2, table))).body(), with_furniture(2, table));
}

TEST(SiteMemory, KnowsALineWithAnotherNumberAndCase) {
  StageHarness<Clean> stage;
  stage.run(text(1, with_furniture(1, "The harbour webcam was watched 17 times since noon")));
  EXPECT_EQ(
      stage.run(text(2, with_furniture(2, "The Harbour Webcam was watched 1204 times since noon")))
          .body(),
      story(2));
}

TEST(SiteMemory, WorksOnPages) {
  const auto page = [](unsigned seed) {
    std::string html = "<html><head><title>" + paragraph(seed, 6) +
                       "</title><link rel=canonical href='https://www.Courier.example/" +
                       std::to_string(seed) + "'></head><article>";
    for (unsigned i = 0; i < 6; ++i) html += "<p>" + paragraph(seed * 100 + i) + "</p>";
    return article("p" + std::to_string(seed))
        .body(html + "<p>" + kFurniture + "</p></article></html>")
        .html();
  };
  StageHarness<Clean> stage;
  EXPECT_THAT(stage.run(page(1)).body(), HasSubstr(kFurniture));
  EXPECT_EQ(stage.run(page(2)).body(), story(2));
  EXPECT_EQ(stage.run(text(3, with_furniture(3))).body(), story(3));  // the same site as text
}

TEST(SiteMemory, IsOffWhenAskedAndWithoutASite) {
  StageHarness<Clean> off({{"site_memory", false}}), homeless;
  for (unsigned i = 1; i < 4; ++i) {
    EXPECT_EQ(off.run(text(i, with_furniture(i))).body(), with_furniture(i));
    EXPECT_EQ(homeless.run(text(i, with_furniture(i), "")).body(), with_furniture(i));
  }
  EXPECT_THAT(off.state().all(), IsEmpty());
  EXPECT_THAT(homeless.state().all(), IsEmpty());
}

TEST(SiteMemory, TheSizeOfBatchesMakesNoDifference) {
  std::vector<OwnedArticle> stream;
  std::mt19937 random(3);
  for (unsigned i = 0; i < 120; ++i) {
    const std::string site = "site" + std::to_string(random() % 9) + ".example";
    const std::string furniture =
        "Line " + std::string(1 + random() % 20, 'x') + " of the people at " + site;
    stream.push_back(text(random() % 4 == 0 ? i / 2 : i, with_furniture(i, furniture), site));
  }
  const auto run = [&](std::size_t size) {
    StageHarness<Clean> stage;
    std::vector<std::string> out;
    for (std::size_t at = 0; at < stream.size(); at += size) {
      const auto end = std::min(at + size, stream.size());
      for (const OwnedArticle& a :
           stage.run(std::vector<OwnedArticle>(stream.begin() + static_cast<std::ptrdiff_t>(at),
                                               stream.begin() + static_cast<std::ptrdiff_t>(end))))
        out.push_back(a.body());
    }
    for (const auto& [key, value] : stage.state().all()) out.push_back(key + value);
    return out;
  };
  const auto want = run(1);
  EXPECT_EQ(run(7), want);
  EXPECT_EQ(run(120), want);
}

SiteLines lines_of(unsigned seed, const std::string& body, const std::string& around = {}) {
  return note_lines("courier.example", paragraph(seed, 5), body, around);
}
SiteRecord learned(unsigned articles, const std::string& furniture) {
  SiteRecord record{.site = "courier.example"};
  for (unsigned i = 0; i < articles; ++i) {
    const std::string body = story(i) + "\n\n" + furniture;
    const SiteLines lines = lines_of(i, body);
    learn(lines, judge(lines, record), body, record);
  }
  return record;
}

TEST(SiteRecord, StaysWithinItsBytesAndKeepsTheFurniture) {
  SiteRecord record{.site = std::string(255, 's')};
  for (unsigned i = 0; i < 100; ++i) {
    std::string body, around;
    for (unsigned k = 0; k < 40; ++k)
      body += paragraph(k, 12) + "\n\n";  // furniture, with excerpts
    for (unsigned k = 0; k < 60; ++k) body += paragraph(1000 + i * 100 + k, 30) + "\n\n";
    for (unsigned k = 0; k < 600; ++k)
      around += "line " + paragraph(100'000 + i * 1000 + k, 3) + "\n";
    const SiteLines lines = lines_of(i, body, around);
    const SiteVerdict verdict = judge(lines, record);
    EXPECT_THAT(verdict.cut, SizeIs(i == 0 ? 0 : 40)) << i;
    learn(lines, verdict, body, record);
    const std::string bytes = serialize(record);
    ASSERT_LE(bytes.size(), SiteRecord::kRecordBytesMax);
    const auto read = parse_site_record(bytes);
    ASSERT_TRUE(read);
    ASSERT_EQ(serialize(*read), bytes);
  }
  EXPECT_EQ(record.articles, 100u);
  EXPECT_THAT(record.lines, SizeIs(SiteRecord::kLinesMax));
}

TEST(SiteRecord, KeepsAnExcerptOfWhatWasCut) {
  const SiteRecord record = learned(3, "Straße " + std::string(60, 'y'));
  std::vector<std::string> excerpts;
  for (const KnownLine& line : record.lines)
    if (!line.excerpt.empty()) excerpts.push_back(line.excerpt);
  EXPECT_THAT(excerpts, ElementsAre("Straße " + std::string(32, 'y')));
}

TEST(SiteRecord, AnArticleThatRanBeforeTeachesNothing) {
  SiteRecord record = learned(2, kFurniture);
  const std::string before = serialize(record);
  const SiteLines again = lines_of(50, story(1));
  const SiteVerdict verdict = judge(again, record);
  EXPECT_TRUE(verdict.seen_before);
  learn(again, verdict, story(1), record);
  EXPECT_EQ(serialize(record), before);
}

TEST(SiteRecord, DamagedBytesAreNoRecord) {
  const std::string bytes = serialize(learned(3, kFurniture));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto read = parse_site_record(bytes.substr(0, size));
    if (read) {
      EXPECT_LE(read->lines.size(), SiteRecord::kLinesMax);
    }
  }
  EXPECT_FALSE(parse_site_record(bytes.substr(0, 40)));
  EXPECT_FALSE(parse_site_record(bytes + "x"));
  EXPECT_FALSE(parse_site_record("\x01" + bytes.substr(1)));
}

TEST(SiteRecord, CarriedLinesComeBackAsTheyWere) {
  const SiteLines lines = lines_of(1, with_furniture(1), "Home\nWorld\n\n" + story(1));
  const auto read = parse_site_lines(serialize(lines));
  ASSERT_TRUE(read);
  EXPECT_EQ(serialize(*read), serialize(lines));
  EXPECT_THAT(lines.body, SizeIs(7));
  EXPECT_THAT(lines.around, SizeIs(3));  // the title, Home, World
}

TEST(Shelf, ABusySiteKeepsItsPlaceAmongManyThatAreSeenOnce) {
  Shelf shelf;
  const std::size_t place = shelf.take("busy.example");
  for (int i = 0; i < 20; ++i) shelf.take("busy.example");
  for (int i = 0; i < 100; ++i) {
    EXPECT_NE(shelf.take("once" + std::to_string(i) + ".example"), place);
    if (i % 15 == 0) {
      EXPECT_EQ(shelf.take("busy.example"), place);
    }
  }
  const auto read = Shelf::parse(shelf.serialize());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->serialize(), shelf.serialize());
  EXPECT_FALSE(Shelf::parse(shelf.serialize() + "x"));
}

TEST(Shelf, ASilentSiteGivesWay) {
  Shelf shelf;
  const std::size_t place = shelf.take("old.example");
  bool taken = false;
  for (int i = 0; i < 100; ++i)
    taken |= shelf.take("new" + std::to_string(i) + ".example") == place;
  EXPECT_TRUE(taken);
}

TEST(SiteMemory, HostsOfAddresses) {
  EXPECT_EQ(host_of("https://user@www.News.example:8080/a?b"), "news.example");
  EXPECT_EQ(host_of("http://a.example"), "a.example");
  EXPECT_EQ(host_of("mailto:a@b.example"), "");
  EXPECT_EQ(host_of("/relative"), "");
}

}  // namespace
}  // namespace copydesk::clean
