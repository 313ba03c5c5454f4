#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/config/desk.h"

namespace copydesk::config {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> with_to(const std::string& to) {
  return found_in(Parts{.to = to, .more = "  second: { type: stdout }\n"}.text());
}

TEST(Pipelines, UnknownReferencesAreTold) {
  EXPECT_THAT(with_to("[archive, secnd]"),
              ElementsAre("8:19: unknown sink 'secnd' in pipeline 'news' (did you mean 'second'?)",
                          HasSubstr("warning")));
  EXPECT_THAT(
      with_to("[archive, second, elsewhere]"),
      ElementsAre(
          "8:27: unknown sink 'elsewhere' in pipeline 'news' (known sinks: archive, second)"));
  EXPECT_THAT(
      with_to("[archive, second, scraped]"),
      ElementsAre("8:27: unknown sink 'scraped' in pipeline 'news' ('scraped' is a source)"));
  EXPECT_THAT(found_in("version: 1\npipelines: { p: { from: a, to: b } }\n"),
              ElementsAre("2:25: unknown source 'a' in pipeline 'p' (there are no sources)",
                          "2:32: unknown sink 'b' in pipeline 'p' (there are no sinks)"));
}

TEST(Pipelines, TheSinkForDeadLettersIsAnother) {
  const auto with_dead = [](const std::string& dead) {
    return found_in(
        "version: 1\nsources: { a: { type: directory, path: in } }\nsinks: { out: { type: stdout "
        "}, dead: { type: stdout } }\n"
        "pipelines: { p: { from: a, to: out, dead_letters: " +
        dead + " } }\n");
  };
  EXPECT_THAT(with_dead("dead"), IsEmpty());
  EXPECT_THAT(with_dead("out"), Contains(HasSubstr("sink 'out' is named twice in pipeline 'p'")));
  EXPECT_THAT(with_dead("ded"),
              Contains(HasSubstr("unknown sink 'ded' in pipeline 'p' (did you mean 'dead'?)")));
  EXPECT_THAT(with_dead("[dead]"),
              Contains(HasSubstr("is the name of a sink that is not in 'to'")));
}

TEST(Pipelines, AReferenceToABrokenComponentIsNoSecondMistake) {
  EXPECT_THAT(found_in(Parts{.source = "{ type: directory }"}.text()),
              ElementsAre(HasSubstr("missing key 'path'")));
  EXPECT_THAT(found_in(Parts{.source = "5"}.text()),
              ElementsAre(HasSubstr("wants keys of its own")));
}

TEST(Pipelines, ASourceFeedsOnePipelineAndASinkBelongsToOne) {
  const std::string text = Parts{}.text();
  const std::string two = text.substr(0, text.find("sinks:")) +
                          "  more: { from: [scraped], to: [archive] }\n" +
                          text.substr(text.find("sinks:"));
  EXPECT_THAT(
      found_in(two),
      ElementsAre("9:18: source 'scraped' feeds pipeline 'news' already (line 6): give pipeline "
                  "'more' a source of its own, or add its stages and sinks to 'news'",
                  "9:33: sink 'archive' belongs to pipeline 'news' already (line 8): give pipeline "
                  "'more' a sink of its own"));
}

TEST(Pipelines, NothingIsNamedTwice) {
  EXPECT_THAT(with_to("[archive, second, archive]"),
              ElementsAre("8:27: sink 'archive' is named twice in pipeline 'news' (line 8): join "
                          "the conditions with 'or'"));
}

TEST(Pipelines, StagesHaveNamesOfTheirOwn) {
  EXPECT_THAT(found_in(Parts{.stages = "[clean, { type: clean }]"}.text()),
              ElementsAre("7:29: a second stage 'clean' in this pipeline (the first is in line 7): "
                          "give one of them a 'name' of its own"));
  EXPECT_THAT(found_in(Parts{.stages = "[clean, { type: clean, name: again }]"}.text()), IsEmpty());
}

TEST(Pipelines, MissingPartsAreWarnings) {
  EXPECT_THAT(
      found_in("version: 1\npipelines: { p: {} }\n"),
      ElementsAre(
          "2:14: warning: pipeline 'p' has no 'from': no article enters it",
          "2:14: warning: pipeline 'p' has no 'to': every article ends as dropped (no_sink)"));
}

TEST(Pipelines, UnknownKeysAreTold) {
  EXPECT_THAT(found_in("version: 1\npipelines: { p: { form: a, stage: b } }\n"),
              testing::AllOf(
                  Contains("2:19: unknown key 'form' in pipeline 'p' (did you mean 'from'?)"),
                  Contains("2:28: unknown key 'stage' in pipeline 'p' (did you mean 'stages'?)")));
}

TEST(Pipelines, WrongShapesAreTold) {
  EXPECT_THAT(found_in(Parts{.stages = "[[clean]]"}.text()),
              ElementsAre(HasSubstr("7:14: a stage is its type, or keys")));
  EXPECT_THAT(
      found_in(Parts{.stages = "{ type: clean }"}.text()),
      ElementsAre("7:5: 'stages' in pipeline 'news' is a list (each line begins with '- ')"));
  EXPECT_THAT(with_to("[archive, second, [x]]"),
              ElementsAre(HasSubstr("'to' lists the names of sinks")));
  EXPECT_THAT(with_to("[archive, second, { when: id == 'a' }]"),
              ElementsAre(HasSubstr("missing key 'sink' in 'to' of pipeline 'news'")));
  EXPECT_THAT(
      with_to("[archive, second, { sink: archive, wen: x }]"),
      Contains(HasSubstr("unknown key 'wen' in 'to' of pipeline 'news' (did you mean 'when'?)")));
  EXPECT_THAT(found_in("version: 1\npipelines: [a]\n"),
              ElementsAre(HasSubstr("'pipelines' holds names")));
  EXPECT_THAT(found_in("version: 1\npipelines: { p: q }\n"),
              ElementsAre(HasSubstr("pipeline 'p' wants the keys 'from', 'stages' and 'to'")));
}

TEST(Pipelines, OneValueIsAListOfOne) {
  EXPECT_THAT(found_in(Parts{.stages = "clean", .to = "archive"}.text()), IsEmpty());
}

TEST(Pipelines, AConditionIsToldWithItsColumn) {
  EXPECT_THAT(
      with_to("[second, { sink: archive, when: 'language == en' }]"),
      ElementsAre(
          "8:54: 'when' of a sink: there is no field 'en' (a text stands in quotes: \"en\")"));
  EXPECT_THAT(with_to("[second, { sink: archive, when: [a] }]"),
              ElementsAre(HasSubstr("'when' of a sink is an expression")));
  EXPECT_THAT(
      found_in(Parts{.stages = "[{ type: clean, when: quality.words > \"9\" }]"}.text()),
      ElementsAre("7:51: 'when' in stage 'clean': 'quality.words' is a number, '\"9\"' is a text"));
  EXPECT_THAT(found_in(Parts{.stages = "[{ type: clean, when: otherwise }]"}.text()),
              ElementsAre(HasSubstr("'otherwise' stands alone, and only as the 'when' of a sink")));
}

TEST(Pipelines, AWordThatAFieldNeverIsIsAWarning) {
  const auto of = [](const std::string& when) {
    return found_in(Parts{.to = "[{ sink: archive, when: '" + when + "' }]"}.text());
  };
  EXPECT_THAT(
      of("dedup.status == \"uniqe\""),
      ElementsAre(AllOf(HasSubstr("8:"), HasSubstr("warning: 'dedup.status' is never 'uniqe' "
                                                   "(did you mean 'unique'?)"))));
  EXPECT_THAT(of("not (\"duplicate\" != dedup.status)"),
              ElementsAre(HasSubstr("never 'duplicate' (known values: unique, exact, near)")));
  EXPECT_THAT(of("dedup.relation in [\"copy\", \"excerp\"]"),
              ElementsAre(HasSubstr("never 'excerp' (did you mean 'excerpt'?)")));
  EXPECT_THAT(of("dedup.status in [\"exact\", \"near\"] or dedup.status starts_with \"uniq\""),
              IsEmpty());
  EXPECT_THAT(of("language == \"uniqe\" or dedup.status == title"), IsEmpty());
}

TEST(Pipelines, AFieldThatIsAlmostKnownIsAWarning) {
  EXPECT_THAT(with_to("[second, { sink: archive, when: \"dedup.statsu == 'unique'\" }]"),
              ElementsAre("8:41: warning: no field 'dedup.statsu' is known: the comparison never "
                          "holds (did you mean 'dedup.status'?)"));
  EXPECT_THAT(
      with_to("[second, { sink: archive, when: \"labels.tpoic == 'x' or weather.kind == 'y'\" }]"),
      IsEmpty());
}

TEST(Pipelines, OtherwiseWantsConditionsAboveIt) {
  EXPECT_THAT(with_to("[{ sink: archive, when: id == 'x' }, { sink: second, when: otherwise }]"),
              IsEmpty());
  EXPECT_THAT(with_to("[archive, { sink: second, when: otherwise }]"),
              ElementsAre(HasSubstr("warning: 'otherwise' never comes true")));
  EXPECT_THAT(with_to("[{ sink: second, when: otherwise }, archive]"),
              ElementsAre(HasSubstr("warning: 'otherwise' without a sink above it")));
}

}  // namespace
}  // namespace copydesk::config
