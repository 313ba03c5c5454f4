#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/config/desk.h"

namespace copydesk::config {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> of_source(const std::string& source, const Variables& variables = {}) {
  return found_in(Parts{.source = source}.text(), variables);
}
std::vector<std::string> of_stage(const std::string& stage) {
  return found_in(Parts{.stages = "[" + stage + "]"}.text());
}
std::vector<std::string> of_sink(const std::string& sink) {
  return found_in(Parts{.sink = sink}.text());
}

TEST(Components, UnknownTypesAreToldWithTheNearestOrAll) {
  EXPECT_THAT(of_source("{ type: directry, path: x }"),
              ElementsAre("3:20: unknown source type 'directry' (did you mean 'directory'?)"));
  EXPECT_THAT(of_source("{ type: ftp }"),
              ElementsAre("3:20: unknown source type 'ftp' (known sources: directory, kafka)"));
  EXPECT_THAT(of_source("{ type: clean }"), ElementsAre("3:20: 'clean' is a stage, not a source"));
}

TEST(Components, AMissingTypeIsTold) {
  EXPECT_THAT(
      of_source("{ path: x }"),
      ElementsAre("3:3: missing key 'type' in source 'scraped' (known sources: directory, kafka)"));
  EXPECT_THAT(of_source("directory"),
              ElementsAre(HasSubstr("source 'scraped' wants keys of its own, 'type' first")));
  EXPECT_THAT(of_source("{ type: [directory] }"),
              ElementsAre(HasSubstr("'type' in source 'scraped' wants one word")));
}

TEST(Components, AStageWrittenAsAKeyIsExplained) {
  EXPECT_THAT(of_stage("{ clean: { min_words: 5 } }"),
              ElementsAre("7:16: missing key 'type' in stage '?' (write it as 'type: clean', with "
                          "its options beside it)"));
}

TEST(Components, KeysOfUnknownTypesAreLeftButOursAreRead) {
  EXPECT_THAT(
      of_source("{ type: ftp, host: x, format: xml }"),
      ElementsAre(
          HasSubstr("unknown source type"),
          "3:42: 'format' in source 'scraped': 'xml' is not one of auto, text, html, json"));
}

TEST(Components, NestedKeysAreChecked) {
  EXPECT_THAT(
      of_sink("{ type: file, path: x, rotate: { siz: 1MiB } }"),
      ElementsAre("10:45: unknown key 'siz' in 'rotate' of sink 'archive' (did you mean 'size'?)"));
  EXPECT_THAT(of_sink("{ type: file, path: x, rotate: 1MiB }"),
              ElementsAre("10:43: 'rotate' in sink 'archive' holds keys of its own: every, size "
                          "(such as rotate: { every: … })"));
  EXPECT_THAT(of_sink("{ type: file, path: x, rotate.size: 1MiB }"),
              ElementsAre(HasSubstr("(write it as 'rotate: { size: … }')")));
  EXPECT_THAT(of_sink("{ type: file, path: x, every: 1h }"),
              ElementsAre(HasSubstr(
                  "unknown key 'every' in sink 'archive' (did you mean 'rotate: { every: … }'?)")));
  EXPECT_THAT(
      of_stage("{ type: clean, on_error: { atempts: 3 } }"),
      ElementsAre(HasSubstr(
          "unknown key 'atempts' in 'on_error' of stage 'clean' (did you mean 'attempts'?)")));
}

TEST(Components, TheNameOfASourceIsItsKey) {
  EXPECT_THAT(of_source("{ type: directory, path: x, name: y }"),
              ElementsAre(HasSubstr("unknown key 'name' in source 'scraped'")));
}

TEST(Components, WrongTypesShowTheValueAndWhatIsWanted) {
  EXPECT_THAT(
      of_stage("{ type: clean, min_words: a lot }"),
      ElementsAre("7:40: 'min_words' in stage 'clean': 'a lot' is not a whole number (such as 0)"));
  EXPECT_THAT(of_stage("{ type: clean, min_words: 1.5 }"),
              ElementsAre(HasSubstr("'1.5' is not a whole number")));
  EXPECT_THAT(of_stage("{ type: clean, min_words: [1] }"),
              ElementsAre("7:40: 'min_words' in stage 'clean' wants a whole number, not a list "
                          "(such as min_words: 0)"));
  EXPECT_THAT(of_stage("{ type: clean, min_words: { a: 1 } }"),
              ElementsAre("7:29: 'min_words' in stage 'clean' wants a whole number, not keys of "
                          "its own (such as min_words: 0)"));
  EXPECT_THAT(
      of_stage("{ type: clean, min_words: }"),
      ElementsAre("7:29: 'min_words' in stage 'clean' has no value (such as min_words: 0)"));
  EXPECT_THAT(of_stage("{ type: deduplicate, threshold: high }"),
              Contains(HasSubstr("'high' is not a number (such as 0.8)")));
  EXPECT_THAT(
      of_stage("{ type: deduplicate, window: 30 }"),
      Contains(HasSubstr("'30' is not a duration (it needs a unit: 30s, or ns us ms m h d w)")));
  EXPECT_THAT(of_source("{ type: kafka, brokers: b, topics: { a: b } }"),
              Contains(HasSubstr("'topics' in source 'scraped' wants a list, not keys of its own "
                                 "(such as topics: [text])")));
  EXPECT_THAT(
      of_sink("{ type: search, url: localhost }"),
      ElementsAre(
          "10:33: 'url' in sink 'archive': this is not a URL (such as http://localhost:9200)"));
}

TEST(Components, BooleansAreTrueOrFalse) {
  const auto tag = [](const std::string& value) {
    return of_stage("clean, { type: tag_entities, gazetteers: [], fold_case: " + value + " }");
  };
  EXPECT_THAT(tag("true"), testing::IsEmpty());
  EXPECT_THAT(tag("yes"), ElementsAre(HasSubstr("'yes' is not true or false (write true)")));
  EXPECT_THAT(tag("off"), ElementsAre(HasSubstr("'off' is not true or false (write false)")));
  EXPECT_THAT(tag("maybe"), ElementsAre(HasSubstr("'maybe' is not true or false")));
}

TEST(Components, RangesAreKept) {
  EXPECT_THAT(of_stage("{ type: deduplicate, threshold: 1.5 }"),
              Contains(HasSubstr("'1.5' is out of range: 0.3 to 0.95")));
  EXPECT_THAT(of_stage("{ type: deduplicate, window: 1s }"),
              Contains(HasSubstr("'1s' is out of range: at least 1h")));
  EXPECT_THAT(of_stage("{ type: deduplicate, threshold: 0.95 }"), testing::IsEmpty());
  EXPECT_THAT(of_sink("{ type: file, path: x, rotate: { size: 99999999TiB } }"),
              ElementsAre(HasSubstr("is not a size")));
}

TEST(Components, MissingKeysAreToldAtTheName) {
  EXPECT_THAT(of_sink("{ type: file }"),
              ElementsAre("10:3: missing key 'path' in sink 'archive' (such as path: ./folder)"));
}

TEST(Components, APathMayAllowWords) {
  EXPECT_THAT(of_source("{ type: directory, path: x, after: { delivered: delete } }"),
              testing::IsEmpty());
  EXPECT_THAT(of_source("{ type: directory, path: x, after: { delivered: remove } }"),
              ElementsAre("3:60: 'after.delivered' in source 'scraped': 'remove' is not one of "
                          "keep, delete, move:PATH"));
  EXPECT_THAT(of_source("{ type: directory, path: x, after: { delivered: \"move:\" } }"),
              ElementsAre(HasSubstr("is not one of")));
}

TEST(Components, AListMayBeOneValue) {
  const Loaded loaded = load(Parts{.source = "{ type: kafka, brokers: b, topics: raw }"}.text());
  ASSERT_TRUE(loaded.config) << loaded.diagnostics.render(false);
  EXPECT_EQ(*loaded.config->sources[0].option("topics"), Value(Value::List{Value("raw")}));
}

TEST(Components, AMapKeepsItsOrder) {
  const Loaded loaded =
      load(Parts{.sink = "{ type: search, url: 'http://x', headers: { b: 1, a: two } }"}.text());
  ASSERT_TRUE(loaded.config) << loaded.diagnostics.render(false);
  EXPECT_EQ(*loaded.config->sinks[0].option("headers"),
            Value(Value::List{Value("b"), Value("1"), Value("a"), Value("two")}));
}

TEST(Components, PatternsMustNotBeEmpty) {
  EXPECT_THAT(of_source("{ type: directory, path: x, include: [''] }"),
              ElementsAre(HasSubstr("this pattern is empty")));
}

TEST(Components, AMapOfFieldsWantsFields) {
  EXPECT_THAT(of_source("{ type: directory, path: x, map: { headline: the title } }"),
              ElementsAre(HasSubstr("'the title' is not the name of a field")));
  EXPECT_THAT(of_source("{ type: directory, path: x, map: headline }"),
              ElementsAre(HasSubstr("'map' in source 'scraped' wants names with values")));
}

TEST(Components, TheFirstWaitIsNotLongerThanTheLast) {
  EXPECT_THAT(of_stage("{ type: clean, on_error: { backoff: { initial: 1m } } }"),
              ElementsAre("7:61: 'on_error.backoff.initial' in stage 'clean' is longer than "
                          "'on_error.backoff.max'"));
}

TEST(Components, NamesAreWords) {
  EXPECT_THAT(found_in("version: 1\nsources:\n  a b: { type: directory, path: x }\n"),
              Contains(HasSubstr("3:3: 'a b' cannot be the name of a source")));
  EXPECT_THAT(of_stage("{ type: clean, name: a/b }"),
              ElementsAre(HasSubstr("'a/b' cannot be the name of a stage")));
}

TEST(Components, SectionsHoldNames) {
  EXPECT_THAT(found_in("version: 1\nsources: [a]\npipelines: { p: { from: [b], to: [] } }\n"),
              ElementsAre(HasSubstr("'sources' holds names"), HasSubstr("has no 'to'")));
}

TEST(Components, SecretsAreNeverShown) {
  const Loaded loaded =
      load(Parts{.sink = "{ type: search, password: hunter2, ulr: 'http://x' }"}.text());
  const std::string text = loaded.diagnostics.render(false);
  EXPECT_THAT(text, AllOf(HasSubstr("unknown key 'ulr'"), HasSubstr("password: ***, ulr"),
                          Not(HasSubstr("hunter2"))));
  EXPECT_THAT(text, HasSubstr("   10 |   archive: { type: search, password: ***, ulr: 'http://x' "
                              "}\n      |                                           ^~~"));
}

TEST(Components, SecretsUnderMisspeltKeysAreNotShown) {
  EXPECT_THAT(load(Parts{.sink = "{ type: search, url: 'http://x', pasword: hunter2 }"}.text())
                  .diagnostics.render(false),
              Not(HasSubstr("hunter2")));
  EXPECT_THAT(
      load(Parts{.sink = "{ type: serch, api_token: hunter2 }"}.text()).diagnostics.render(false),
      Not(HasSubstr("hunter2")));
  EXPECT_THAT(load(Parts{.sink = "{ type: search, url: 'http://x', password: [hunter2] }"}.text())
                  .diagnostics.render(false),
              Not(HasSubstr("hunter2")));
}

TEST(Components, WhatIsPlainlyNoSecretOfAnUnknownTypeIsShown) {
  const std::string text = load(Parts{.sink = "{ type: fiel, path: out.json, ssl_key: hunter1, "
                                              "headers: { X: a, Authorization: hunter2 }, "
                                              "librdkafka: 'sasl.password=hunter3' }"}
                                    .text())
                               .diagnostics.render(false);
  EXPECT_THAT(text, AllOf(HasSubstr("did you mean 'file'?"), HasSubstr("path: out.json"),
                          HasSubstr("{ X: a, Authorization: ***"), Not(HasSubstr("hunter"))));
}

TEST(Components, PasswordsInAddressesAreNotShown) {
  const std::string text =
      load(
          Parts{.sink = "{ type: search, url: 'http://me:hunter2@host:9200/', pipelin: x }"}.text())
          .diagnostics.render(false);
  EXPECT_THAT(text,
              AllOf(HasSubstr("http://me:***@host:9200/', pipelin"), Not(HasSubstr("hunter2"))));
}

TEST(Components, FilesAreFoundInTheOrderOfTheirPatterns) {
  const Folder folder;
  folder.write("lists/b.tsv", "b");
  folder.write("lists/a.tsv", "a");
  folder.write("lists/c.txt", "c");
  const std::string file = folder.write(
      "desk.yaml",
      Parts{.stages = "[clean, { type: tag_entities, gazetteers: [lists/b.tsv, \"lists/*.tsv\"] }]"}
          .text());
  const Loaded loaded = load_file(file, desk(), process_environment());
  ASSERT_TRUE(loaded.config) << loaded.diagnostics.render(false);
  EXPECT_EQ(
      *loaded.config->pipelines[0].stages[1].option("gazetteers"),
      Value(Value::List{Value(folder.path("lists/b.tsv")), Value(folder.path("lists/a.tsv"))}));
}

TEST(Components, FilesThatAreNotThereAreTold) {
  EXPECT_THAT(of_stage("clean, { type: tag_entities, gazetteers: [\"lists/*.tsv\"] }"),
              ElementsAre("7:56: 'gazetteers' in stage 'tag_entities': no file matches "
                          "'lists/*.tsv' (looked for /desk/lists/*.tsv)"));
}

std::string digest_of(const std::string& file) {
  const Loaded loaded = load_file(file, desk(), process_environment());
  return loaded.config ? loaded.config->pipelines[0].stages[1].state_digest
                       : loaded.diagnostics.render(false);
}

TEST(Components, TheStateDigestFollowsStateOptionsOnly) {
  const Folder folder;
  const auto with = [&](const std::string& options) {
    return digest_of(folder.write(
        "desk.yaml", Parts{.stages = "[clean, { type: deduplicate" + options + " }]"}.text()));
  };
  const std::string before = with("");
  EXPECT_EQ(before.size(), 64U);
  EXPECT_EQ(with(", threshold: 0.8"), before);
  EXPECT_EQ(with(", action: drop"), before);
  EXPECT_NE(with(", threshold: 0.9"), before);
}

TEST(Components, TheStateDigestFollowsContentsAndNotPlaces) {
  const Folder folder, other;
  const std::string text =
      Parts{.stages = "[clean, { type: tag_entities, gazetteers: [\"*.tsv\"] }]"}.text();
  const std::string file = folder.write("desk.yaml", text);
  folder.write("a.tsv", "China\tLOC\n");
  const std::string before = digest_of(file);
  other.write("a.tsv", "China\tLOC\n");
  EXPECT_EQ(digest_of(other.write("desk.yaml", text)), before);
  folder.write("a.tsv", "Chile\tLOC\n");
  EXPECT_NE(digest_of(file), before);
}

}  // namespace
}  // namespace copydesk::config
