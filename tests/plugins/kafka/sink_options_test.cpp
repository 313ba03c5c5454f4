// What a wrong configuration is told, before anything is connected.
#include <gmock/gmock.h>
#include <copydesk/testing.hpp>

#include "complaint.h"
#include "kafka/sink.h"

namespace copydesk::kafka {
namespace {
using copydesk::testing::Given;
using ::testing::HasSubstr;

std::string complaint(const Given& given) { return complaint_of_making<KafkaSink>(given); }

TEST(SinkOptions, BrokersAndATopicAreEnough) {
  EXPECT_EQ(complaint({{"brokers", "localhost:1"}, {"topic", "a"}}), "");
}

TEST(SinkOptions, ATopicsNameIsChecked) {
  EXPECT_THAT(complaint({{"brokers", "b"}, {"topic", "a b"}}), HasSubstr("topic: 'a b'"));
  EXPECT_THAT(complaint({{"brokers", "b"}, {"topic", "a/{language}"}}), HasSubstr("topic: "));
  EXPECT_THAT(complaint({{"brokers", "b"}, {"topic", "a.{language"}}),
              HasSubstr("without its '}'"));
  EXPECT_THAT(complaint({{"brokers", "b"}, {"topic", std::string(250, 'a')}}), HasSubstr("249"));
}

TEST(SinkOptions, BrokersAreAList) {
  EXPECT_THAT(complaint({{"brokers", "a:1,,b:2"}, {"topic", "a"}}), HasSubstr("brokers: "));
  EXPECT_EQ(complaint({{"brokers", "a:1, b:2"}, {"topic", "a"}}), "");
}

TEST(SinkOptions, ATopicThatVariesNeedsAMarkerTopic) {
  EXPECT_THAT(complaint({{"brokers", "b"}, {"topic", "a.{x}"}, {"exactly_once", true}}),
              HasSubstr("marker_topic"));
  EXPECT_EQ(
      complaint(
          {{"brokers", "b"}, {"topic", "a.{x}"}, {"exactly_once", true}, {"marker_topic", "m"}}),
      "");
}

TEST(SinkOptions, PropertiesOfLibrdkafkaAreCheckedByItself) {
  EXPECT_THAT(complaint({{"brokers", "b"}, {"topic", "a"}, {"librdkafka", "{lingger: 1}"}}),
              HasSubstr("librdkafka.lingger: No such configuration property"));
  EXPECT_THAT(
      complaint({{"brokers", "b"}, {"topic", "a"}, {"librdkafka", "{socket.timeout.ms: soon}"}}),
      HasSubstr("librdkafka.socket.timeout.ms: "));
  EXPECT_EQ(complaint({{"brokers", "b"}, {"topic", "a"}, {"librdkafka", "{batch.size: 200000}"}}),
            "");
}

TEST(SinkOptions, PropertiesThatContradictEachOtherAreRefused) {
  EXPECT_THAT(complaint({{"brokers", "b"},
                         {"topic", "a"},
                         {"exactly_once", true},
                         {"transaction_timeout", "10s"},
                         {"librdkafka", "{socket.timeout.ms: 30000}"}}),
              HasSubstr("socket.timeout.ms"));
}

TEST(SinkOptions, PropertiesThatThePluginNeedsAreNotTaken) {
  EXPECT_THAT(
      complaint({{"brokers", "b"}, {"topic", "a"}, {"librdkafka", "{enable.idempotence: false}"}}),
      HasSubstr("librdkafka.enable.idempotence: the plugin sets this itself"));
  EXPECT_THAT(
      complaint({{"brokers", "b"}, {"topic", "a"}, {"librdkafka", "{bootstrap.servers: x}"}}),
      HasSubstr("use the option 'brokers'"));
}

TEST(SinkOptions, ALoginIsWholeOrNotThere) {
  EXPECT_THAT(complaint({{"brokers", "b"}, {"topic", "a"}, {"sasl.username", "u"}}),
              HasSubstr("sasl.mechanism"));
  EXPECT_THAT(complaint({{"brokers", "b"}, {"topic", "a"}, {"sasl.mechanism", "plain"}}),
              HasSubstr("sasl.password"));
  EXPECT_EQ(complaint({{"brokers", "b"},
                       {"topic", "a"},
                       {"sasl.mechanism", "scram-sha-512"},
                       {"sasl.username", "u"},
                       {"sasl.password", "p"}}),
            "");
}

TEST(SinkOptions, FilesOfTlsCanBeRead) {
  EXPECT_THAT(complaint({{"brokers", "b"}, {"topic", "a"}, {"tls.ca", "/nowhere/ca.pem"}}),
              HasSubstr("tls.ca: cannot read '/nowhere/ca.pem'"));
}

}  // namespace
}  // namespace copydesk::kafka
