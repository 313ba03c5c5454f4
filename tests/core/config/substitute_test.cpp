#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/config/desk.h"

namespace copydesk::config {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Loaded brokers(const std::string& value, const Variables& variables = {}) {
  return load(Parts{.source = "{ type: kafka, topics: t, brokers: " + value + " }"}.text(),
              variables);
}

std::string brokers_are(const std::string& value, const Variables& variables = {}) {
  const Loaded loaded = brokers(value, variables);
  return loaded.config ? *loaded.config->sources[0].option("brokers")->string()
                       : loaded.diagnostics.render(false);
}

TEST(Substitute, PutsInWhatTheEnvironmentHas) {
  EXPECT_EQ(brokers_are("\"${A}:${B}\"", {{"A", "host"}, {"B", "9092"}}), "host:9092");
  EXPECT_EQ(brokers_are("'${A}'", {{"A", ""}}), "");
}

TEST(Substitute, TakesTheDefaultOfWhatIsUnsetOrEmpty) {
  EXPECT_EQ(brokers_are("\"${A:-localhost:9092}\""), "localhost:9092");
  EXPECT_EQ(brokers_are("\"${A:-x}\"", {{"A", ""}}), "x");
  EXPECT_EQ(brokers_are("\"${A:-x}\"", {{"A", "y"}}), "y");
  EXPECT_EQ(brokers_are("\"${A:-}\""), "");
}

TEST(Substitute, WhatIsUndefinedIsAMistakeAtItsPlace) {
  EXPECT_THAT(
      found(brokers("\"x${A}\"")),
      ElementsAre("3:49: the environment variable A is not set (give a default as ${A:-default})"));
  EXPECT_THAT(found(brokers("\"${A:?set the brokers}\"")),
              ElementsAre("3:48: the environment variable A is not set: set the brokers"));
}

TEST(Substitute, EveryMistakeOfAValueIsTold) {
  EXPECT_EQ(found(brokers("\"${A}${B}\"")).size(), 2U);
}

TEST(Substitute, DollarsStayWhereTheyMeanNothing) {
  EXPECT_EQ(brokers_are("a$b$"), "a$b$");
  EXPECT_EQ(brokers_are("'$${A} $$5'"), "${A} $5");
}

TEST(Substitute, MistakesInTheFormAreTold) {
  EXPECT_THAT(found(brokers("'${A'")), ElementsAre(HasSubstr("'${' is not closed by '}'")));
  EXPECT_THAT(found(brokers("'${}'")), ElementsAre(HasSubstr("${} is not ${NAME}")));
  EXPECT_THAT(found(brokers("'${A:x}'")), ElementsAre(HasSubstr("${A:x} is not ${NAME}")));
  EXPECT_THAT(found(brokers("'${1A}'")), ElementsAre(HasSubstr("${1A} is not ${NAME}")));
}

TEST(Substitute, ValuesAreNotReadAgain) {
  EXPECT_EQ(brokers_are("'${A}'", {{"A", "${B} # x: [y"}}), "${B} # x: [y");
}

TEST(Substitute, TypesAreCheckedAfterwards) {
  const std::string stages = "[{ type: clean, min_words: \"${N}\" }]";
  EXPECT_TRUE(load(Parts{.stages = stages}.text(), {{"N", "7"}}).config);
  EXPECT_THAT(
      found_in(Parts{.stages = stages}.text(), {{"N", "few"}}),
      ElementsAre("7:40: 'min_words' in stage 'clean': 'few' is not a whole number (such as 0)"));
}

TEST(Substitute, KeysAreLeftAlone) {
  EXPECT_THAT(found_in(Parts{.source = "{ type: directory, path: x, '${A}': y }"}.text(),
                       {{"A", "settle"}}),
              ElementsAre(HasSubstr("unknown key '${A}'")));
}

TEST(Substitute, ReadsFilesBesideTheConfiguration) {
  const Folder folder;
  folder.write("key", "hunter2\n");
  const std::string file = folder.write(
      "desk.yaml",
      Parts{.sink = "{ type: search, url: 'http://x', password: '${file:key}' }"}.text());
  const Loaded loaded = load_file(file, desk(), process_environment());
  ASSERT_TRUE(loaded.config) << loaded.diagnostics.render(false);
  EXPECT_EQ(*loaded.config->sinks[0].option("password"), Value("hunter2"));
}

TEST(Substitute, TheContentsOfFilesAreNeverShown) {
  const Folder folder;
  folder.write("key", "hunter2");
  const std::string file = folder.write(
      "desk.yaml", Parts{.stages = "[{ type: clean, min_words: '${file:key}' }]"}.text());
  EXPECT_THAT(load_file(file, desk(), process_environment()).diagnostics.render(false),
              AllOf(HasSubstr("the contents of the file are not a whole number"),
                    Not(HasSubstr("hunter2"))));
}

TEST(Substitute, FilesHaveABound) {
  const Folder folder;
  folder.write("key", std::string(70'000, 'x'));
  folder.write("bytes", "\xff\xfe");
  const auto with = [&](const std::string& value) {
    return load_file(folder.write("desk.yaml",
                                  Parts{.sink = "{ type: file, path: '" + value + "' }"}.text()),
                     desk(), process_environment())
        .diagnostics.render(false);
  };
  EXPECT_THAT(with("${file:key}"), HasSubstr("is larger than 64 KiB"));
  EXPECT_THAT(with("${file:bytes}"), HasSubstr("is not UTF-8 text"));
  EXPECT_THAT(with("${file:none}"), HasSubstr("none cannot be read: No such file or directory"));
}

TEST(Substitute, AValueHasABound) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += "${A}";
  EXPECT_THAT(found(brokers("'" + many + "'", {{"A", std::string(10'000, 'x')}})),
              ElementsAre(HasSubstr("larger than 256 KiB")));
}

}  // namespace
}  // namespace copydesk::config
