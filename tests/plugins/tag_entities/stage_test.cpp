#include <gmock/gmock.h>
#include <tag_entities/stage.h>

#include <copydesk/testing.hpp>
#include <thread>

#include "support.h"

namespace copydesk::tag_entities {
namespace {

using copydesk::testing::Annotation;
using copydesk::testing::article;
using copydesk::testing::OwnedArticle;
using copydesk::testing::StageHarness;
using copydesk::testing::StepFailed;
using test::TempFile;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> tagged(const OwnedArticle& a) {
  std::vector<std::string> out;
  for (const Annotation& n : a.annotations) {
    std::string one = n.field + ":" + a.text(n.field).substr(n.begin, n.end - n.begin) + "=" + n.id;
    out.push_back(std::move(one));
  }
  return out;
}

TEST(TagEntities, AnnotatesTitleAndBodyWithTheShippedNames) {
  StageHarness<TagEntities> stage;
  const OwnedArticle out =
      stage.run(article("a").title("Xi calls Putin").body("Xi Jinping spoke to Vladimir Putin."));
  EXPECT_THAT(tagged(out),
              ElementsAre("title:Xi=cd:person:xi-jinping", "title:Putin=cd:person:vladimir-putin",
                          "body:Xi Jinping=cd:person:xi-jinping",
                          "body:Vladimir Putin=cd:person:vladimir-putin"));
  const Annotation& full = out.annotations[2];
  EXPECT_EQ(full.type, "PER");
  EXPECT_EQ(full.kind, "head_of_state");
  EXPECT_EQ(full.name, "Xi Jinping");
  EXPECT_EQ(full.score, kScoreFull);
}

TEST(TagEntities, DoesWithoutTitleOrBody) {
  StageHarness<TagEntities> stage;
  EXPECT_THAT(tagged(stage.run(article("a"))), IsEmpty());
  EXPECT_THAT(tagged(stage.run(article("a").title("China"))), ElementsAre("title:China=iso:CN"));
}

TEST(TagEntities, UsesOnlyTheGivenFilesUnlessTold) {
  const TempFile names("Atlantis\tLOC\tx:atlantis\nChina\tLOC\tx:china\n");
  const std::string text = "China, Russia and Atlantis";
  StageHarness<TagEntities> own({{"gazetteers", names.path()}, {"model", "none"}});
  EXPECT_THAT(tagged(own.run(article("a").body(text))),
              ElementsAre("body:China=x:china", "body:Atlantis=x:atlantis"));
  StageHarness<TagEntities> both(
      {{"gazetteers", names.path()}, {"shipped", true}, {"model", "none"}});
  EXPECT_THAT(tagged(both.run(article("a").body(text))),
              ElementsAre("body:China=x:china", "body:Russia=iso:RU", "body:Atlantis=x:atlantis"));
}

TEST(TagEntities, LeavesOutWhatIsBelowTheScore) {
  StageHarness<TagEntities> sure({{"min_score", 0.9}});
  EXPECT_THAT(tagged(sure.run(article("a").body("Vladimir Putin spoke. Putin left."))),
              ElementsAre("body:Vladimir Putin=cd:person:vladimir-putin"));
  StageHarness<TagEntities> full({{"short_forms", false}, {"model", "none"}});
  EXPECT_THAT(tagged(full.run(article("a").body("Vladimir Putin spoke. Putin left."))),
              ElementsAre("body:Vladimir Putin=cd:person:vladimir-putin"));
}

TEST(TagEntities, RefusesToStartWithABrokenFileAndSaysWhere) {
  const TempFile names("Atlantis\tPLACE\tx:a\nonly\tLOC\n");
  try {
    StageHarness<TagEntities> stage({{"gazetteers", names.path()}});
    FAIL() << "started";
  } catch (const StepFailed& failed) {
    EXPECT_EQ(failed.status, CD_CONFIG);
    EXPECT_THAT(failed.why, HasSubstr(names.path() + ":1: error: unknown type 'PLACE'"));
    EXPECT_THAT(failed.why, HasSubstr(names.path() + ":2: error: expected 3 to 9 columns"));
  }
}

TEST(TagEntities, TellsBeforeTheStartWhatIsWrongWithItsFiles) {
  const TempFile names("# to be filled\n");
  StageHarness<TagEntities> stage({{"gazetteers", names.path()}, {"reload", "0s"}});
  const auto found = [&] {
    std::vector<std::string> out;
    Findings findings(
        [](void* context, std::int32_t level, cd_string option, cd_string text) {
          static_cast<std::vector<std::string>*>(context)->push_back(
              (level == CD_LOG_ERROR ? "error " : "warning ") + std::string(view(option)) + " " +
              std::string(view(text)));
        },
        &out);
    stage.component().preflight(findings);
    return out;
  };
  EXPECT_THAT(found(), ElementsAre("warning gazetteers " + names.path() +
                                   ": the file has no entry: no names come from it"));
  names.replace("Atlantis\tPLACE\tx:a\n");
  EXPECT_THAT(found(), ElementsAre("error gazetteers " + names.path() +
                                   ":1: unknown type 'PLACE' (PER, ORG, LOC or MISC)"));
  names.replace("Atlantis\tLOC\tx:a\n");
  EXPECT_THAT(found(), IsEmpty());
}

TEST(TagEntities, RefusesToLookForNothing) {
  EXPECT_THROW(StageHarness<TagEntities>({{"shipped", false}, {"model", "none"}}), StepFailed);
}

TEST(TagEntities, FindsUnlistedNamesWithTheModelAndBindsThem) {
  StageHarness<TagEntities> stage;
  const OwnedArticle out =
      stage.run(article("a").body("Mr Robert Okonkwo met officials in China. Okonkwo spoke."));
  EXPECT_THAT(tagged(out),
              ElementsAre("body:Robert Okonkwo=", "body:China=iso:CN", "body:Okonkwo="));
  EXPECT_EQ(out.annotations[2].name, "Robert Okonkwo");
  EXPECT_EQ(out.annotations[2].type, "PER");
  StageHarness<TagEntities> places({{"min_scores.per", 1.0}});
  EXPECT_THAT(tagged(places.run(article("a").body("Mr Robert Okonkwo came to China."))),
              ElementsAre("body:China=iso:CN"));
}

TEST(TagEntities, LetsAPriorityStandAgainstTheModel) {
  const OwnedArticle given =
      article("a").body("On Monday Mr Okonkwo said he would resign. Mr Okonkwo left.");
  const auto types = [&](std::string_view priority) {
    const TempFile names("name\ttype\tid\tpriority\nOkonkwo\tORG\tx:okonkwo\t" +
                         std::string(priority) + "\n");
    StageHarness<TagEntities> stage({{"gazetteers", names.path()}});
    std::vector<std::string> out;
    for (const Annotation& n : stage.run(given).annotations) out.push_back(n.type + " " + n.id);
    return out;
  };
  EXPECT_THAT(types("0"), ElementsAre("PER ", "PER "));
  EXPECT_THAT(types("1"), ElementsAre("ORG x:okonkwo", "ORG x:okonkwo"));
}

// The town is told once; the man has its name.
TEST(TagEntities, MakesNoTownOfAPersonOfItsName) {
  StageHarness<TagEntities> stage;
  const OwnedArticle out = stage.run(article("a").body(
      "Defense Secretary Lloyd Austin visited Austin, Texas, on Monday. Austin said that he was "
      "glad to be there."));
  std::size_t towns = 0;
  for (const auto& name : out.annotations) towns += name.id == "geonames:4671654" ? 1 : 0;
  EXPECT_EQ(towns, 1U);
}

// The model takes these for one name each.
TEST(TagEntities, MakesTwoPlacesOfATownAndItsState) {
  StageHarness<TagEntities> stage;
  EXPECT_THAT(tagged(stage.run(article("a").body(
                  "The rally was held in Madison, Wisconsin, on Saturday, officials said."))),
              ElementsAre("body:Madison=geonames:5261457", "body:Wisconsin=geonames:5279468"));
  EXPECT_THAT(tagged(stage.run(article("a").body("Oujda, Morocco is far."))),
              ElementsAre("body:Oujda=geonames:2540483", "body:Morocco=iso:MA"));
  // Of a town that no list has the state is known.
  EXPECT_THAT(tagged(stage.run(
                  article("a").body("The town of Selma, Ala., marked the anniversary on Sunday."))),
              ElementsAre("body:Selma=", "body:Ala.=geonames:4829764"));
  EXPECT_THAT(tagged(stage.run(article("a").body(
                  "The shooting happened in Uvalde, Texas, about 80 miles west of San Antonio."))),
              ElementsAre("body:Uvalde=", "body:Texas=geonames:4736286",
                          "body:San Antonio=geonames:4726206"));
}

TEST(TagEntities, TellsACityFromTheStateOfItsName) {
  StageHarness<TagEntities> stage;
  const auto ids = [&](const char* body) { return tagged(stage.run(article("a").body(body))); };
  EXPECT_THAT(ids("She grew up in Ithaca, New York, and moved to New York in 2001."),
              ElementsAre("body:Ithaca=", "body:New York=geonames:5128638",
                          "body:New York=geonames:5128581"));
  EXPECT_THAT(ids("He has offices in Chicago, New York and Tokyo."),
              ElementsAre("body:Chicago=geonames:4887398", "body:New York=geonames:5128581",
                          "body:Tokyo=geonames:1850147"));
  EXPECT_THAT(ids("He has offices in London, Omaha, New York and Rome."),
              Contains("body:New York=geonames:5128581"));
  EXPECT_THAT(ids("The singer is heading to Cambridge Bay, Nunavut, for a show on Friday."),
              ElementsAre("body:Cambridge Bay=", "body:Nunavut=cd:region:nunavut"));
}

// It would take "British" and "Columbia" for names.
TEST(TagEntities, LeavesNoPiecesOfAPlaceThatIsTold) {
  StageHarness<TagEntities> stage;
  EXPECT_THAT(
      tagged(stage.run(article("a").body(
          "Victoria Beckham flew from Victoria, British Columbia, to Melbourne, Victoria."))),
      ElementsAre("body:Victoria Beckham=", "body:Victoria=geonames:6174041",
                  "body:British Columbia=cd:region:british-columbia",
                  "body:Melbourne=geonames:2158177", "body:Victoria=cd:region:victoria"));
}

TEST(TagEntities, GivesIdsToPlacesThatTheModelFinds) {
  StageHarness<TagEntities> stage;
  const OwnedArticle out = stage.run(article("a").body(
      "French police said on Monday that a man was arrested in Nancy. Officials in Bombay spoke."));
  EXPECT_THAT(tagged(out), ElementsAre("body:French=iso:FR", "body:Nancy=geonames:2990999",
                                       "body:Bombay=geonames:1275339"));
  EXPECT_EQ(out.annotations[2].name, "Mumbai");
  EXPECT_EQ(out.annotations[2].kind, "city");
}

TEST(TagEntities, AsksTheModelOnlyOfEnglish) {
  StageHarness<TagEntities> stage;
  OwnedArticle given = article("a").body("Mr Robert Okonkwo met officials in China.");
  EXPECT_EQ(stage.run(given).annotations.size(), 2U);
  given.with("language", std::string("en"));
  EXPECT_EQ(stage.run(given).annotations.size(), 2U);
  given.with("language", std::string("de"));
  EXPECT_THAT(tagged(stage.run(given)), ElementsAre("body:China=iso:CN"));
}

TEST(TagEntities, JoinsPairsOfCountriesInNames) {
  StageHarness<TagEntities> stage;
  EXPECT_THAT(
      tagged(stage.run(article("a").body("They opened the China-Russia Years of Culture."))),
      ElementsAre("body:China-Russia Years of Culture="));
  EXPECT_THAT(tagged(stage.run(article("a").body("They spoke of China-Russia relations."))),
              ElementsAre("body:China=iso:CN", "body:Russia=iso:RU"));
}

TEST(TagEntities, CutsALongFieldAndSaysSo) {
  StageHarness<TagEntities> stage({{"max_bytes", 1024}});
  const std::string text = std::string(1020, 'a') + " \u00e9 China";
  const OwnedArticle out = stage.run(article("a").body(text));
  EXPECT_THAT(tagged(out), IsEmpty());
  EXPECT_THAT(out.strings("quality.warnings"), ElementsAre("names_cut"));
}

TEST(TagEntities, TakesNoPieceOfAWordThatIsCutForAName) {
  StageHarness<TagEntities> stage({{"max_bytes", "1KiB"}, {"model", "none"}});
  const std::string before = std::string(1007, 'a') + " of ";
  EXPECT_THAT(tagged(stage.run(article("a").body(before + "Beijing China-town"))),
              ElementsAre("body:Beijing=geonames:1816670"));
  EXPECT_THAT(tagged(stage.run(article("b").body(before + "Beijing China town"))),
              ElementsAre("body:Beijing=geonames:1816670", "body:China=iso:CN"));
  // A text without spaces is cut between two characters.
  std::string many;
  for (int i = 0; i < 400; ++i) many += "北京";
  EXPECT_EQ(tagged(stage.run(article("c").body(many))).size(), 1024U / std::string("北京").size());
}

TEST(TagEntities, RefusesAModelThatIsNone) {
  const TempFile file("no model");
  try {
    StageHarness<TagEntities> stage({{"model", file.path()}});
    FAIL() << "started";
  } catch (const StepFailed& failed) {
    EXPECT_EQ(failed.status, CD_CONFIG);
    EXPECT_THAT(failed.why, HasSubstr(file.path() + " is no model"));
  }
}

TEST(TagEntities, KeepsItsNamesOverARewind) {
  StageHarness<TagEntities> stage;
  stage.rewind();
  EXPECT_THAT(tagged(stage.run(article("a").body("in China"))), ElementsAre("body:China=iso:CN"));
}

TEST(TagEntities, ProcessesManyBatchesAtOnce) {
  StageHarness<TagEntities> stage;
  std::vector<std::thread> workers;
  std::vector<std::size_t> found(4);
  for (std::size_t w = 0; w < found.size(); ++w) {
    workers.emplace_back([&, w] {
      const OwnedArticle given = article("a").body("Xi Jinping in China. Xi left.");
      const cd_call call{sizeof(cd_call), 0, 0, 1};
      for (int i = 0; i < 200; ++i) {
        const copydesk::testing::OwnedBatch batch({given});
        copydesk::testing::RecordingEdit record;
        copydesk::testing::CarryStore store(1);
        Edit edit(record.raw());
        Carry carry(store.raw());
        std::as_const(stage.component()).process(Call(call), Batch(batch.raw()), edit, carry);
        std::vector<OwnedArticle> out{given};
        record.apply(out);
        found[w] += out[0].annotations.size();
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_THAT(found, ::testing::Each(600U));
}

}  // namespace
}  // namespace copydesk::tag_entities
