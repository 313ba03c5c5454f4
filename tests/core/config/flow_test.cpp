#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/config/desk.h"

namespace copydesk::config {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> flow(const std::string& stages, const std::string& format = "auto") {
  return found_in(
      Parts{.source = "{ type: directory, path: x, format: " + format + " }", .stages = stages}
          .text());
}

constexpr const char* kTag = "{ type: tag_entities, gazetteers: [] }";

TEST(Flow, AStageForTextWantsCleanBeforeIt) {
  EXPECT_THAT(flow(std::string("[") + kTag + "]"),
              ElementsAre("7:14: stage 'tag_entities' takes only text/plain, but text/html may "
                          "arrive from source 'scraped' (add 'clean' before it)"));
  EXPECT_THAT(flow(std::string("[clean, ") + kTag + "]"), IsEmpty());
}

TEST(Flow, ASourceOfTextNeedsNone) {
  EXPECT_THAT(flow(std::string("[") + kTag + "]", "text"), IsEmpty());
  EXPECT_EQ(flow(std::string("[") + kTag + "]", "html").size(), 1U);
  EXPECT_EQ(flow(std::string("[") + kTag + "]", "json").size(), 1U);
}

TEST(Flow, CleanBehindAConditionLeavesHtml) {
  EXPECT_EQ(flow(std::string("[{ type: clean, when: language == 'en' }, ") + kTag + "]").size(),
            1U);
}

TEST(Flow, AConditionOnTheMediaTypeIsUnderstood) {
  EXPECT_THAT(flow(std::string("[{ type: clean, when: media_type == 'text/html' }, ") + kTag + "]"),
              IsEmpty());
  EXPECT_THAT(flow("[{ type: tag_entities, gazetteers: [], when: media_type != 'text/html' and "
                   "language == 'en' }]"),
              IsEmpty());
}

TEST(Flow, IsToldOncePerPipeline) {
  EXPECT_EQ(flow("[{ type: tag_entities, gazetteers: [] }, { type: tag_entities, gazetteers: [], "
                 "name: again }]")
                .size(),
            1U);
}

}  // namespace
}  // namespace copydesk::config
