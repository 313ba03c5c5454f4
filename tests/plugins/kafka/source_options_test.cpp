// What a wrong configuration of the source is told, before anything is connected: else it would be waited for in vain.
#include <gmock/gmock.h>
#include <copydesk/testing.hpp>

#include "complaint.h"
#include "kafka/source.h"

namespace copydesk::kafka {
namespace {
using copydesk::testing::Given;
using ::testing::HasSubstr;

std::string complaint(const Given& given) { return complaint_of_making<KafkaSource>(given); }

std::string complaint_of(const char* topics) {
  return complaint({{"brokers", "b"}, {"group", "g"}, {"topics", topics}});
}

TEST(SourceOptions, TopicsAreNamesOrPatterns) {
  EXPECT_EQ(complaint_of("[news, '^raw[.].*']"), "");
  EXPECT_THAT(complaint_of("[a b]"), HasSubstr("topics: 'a b'"));
  EXPECT_THAT(complaint_of("['raw.*']"), HasSubstr("a pattern begins with '^'"));
  EXPECT_THAT(complaint_of("['^raw(']"), HasSubstr("topics: '^raw(' is no regular expression"));
  EXPECT_THAT(complaint_of("[news, raw, news]"), HasSubstr("topics: 'news' is there twice"));
}

TEST(SourceOptions, PropertiesThatContradictEachOtherAreRefused) {
  EXPECT_THAT(complaint({{"brokers", "b"},
                         {"group", "g"},
                         {"topics", "news"},
                         {"librdkafka", "{fetch.max.bytes: 900000000}"}}),
              HasSubstr("receive.message.max.bytes"));
}

}  // namespace
}  // namespace copydesk::kafka
