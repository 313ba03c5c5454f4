#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/config/desk.h"

namespace copydesk::config {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kWhole = R"(version: 1
data_dir: ./data
engine: { workers: 3, memory: 64MiB, commit_interval: 20ms, min_free: 0 }
sources:
  scraped:
    type: directory
    path: ./inbox
    include: ["**/*.{txt,html}"]
    after: { delivered: "move:done" }
    format: json
    map: { headline: title }
    max_article: 1MiB
  wire:
    type: kafka
    brokers: "${KAFKA_BROKERS:-localhost:9092}"
    topics: [articles.raw]
pipelines:
  news:
    from: [scraped, wire]
    stages:
      - clean
      - { type: tag_entities, when: language == "en", name: names }
      - { type: deduplicate, action: drop, on_error: { attempts: 7, backoff: { initial: 1s } } }
    to:
      - archive
      - { sink: out, when: dedup.status == "unique" }
      - { sink: rest, when: otherwise }
sinks:
  archive: { type: file, path: out/articles.jsonl, rotate: { size: 1GiB } }
  out: { type: stdout, on_error: { breaker: 3 } }
  rest: { type: stdout }
)";

Config whole() {
  Loaded loaded = load(kWhole);
  EXPECT_EQ(
      found(loaded),
      std::vector<std::string>{
          "27:29: warning: 'otherwise' never comes true: a sink above it takes every article"});
  return loaded.config.value_or(Config{});
}

TEST(Load, ReadsTheEngineWithItsDefaults) {
  const Config config = whole();
  EXPECT_EQ(config.version, 1);
  EXPECT_EQ(config.data_dir, "/desk/data");
  EXPECT_EQ(config.engine.workers, 3);
  EXPECT_EQ(config.engine.memory, 64 << 20);
  EXPECT_EQ(config.engine.commit_interval, 20 * kMillisecond);
  EXPECT_EQ(config.engine.min_free, 0);
  EXPECT_EQ(config.engine.drain, 30 * kSecond);
  EXPECT_EQ(config.engine.once_deadline, 60 * kSecond);
  EXPECT_EQ(config.engine.batch_articles, 256);
}

TEST(Load, ReadsSourcesWithTheirOptionsAndOurs) {
  const Config config = whole();
  ASSERT_EQ(config.sources.size(), 2U);
  const ComponentConfig& scraped = config.sources[0];
  EXPECT_EQ(scraped.name, "scraped");
  EXPECT_EQ(scraped.spec, desk().find(Kind::source, "directory"));
  EXPECT_EQ(*scraped.option("path"), Value("/desk/inbox"));
  EXPECT_EQ(*scraped.option("include"), Value(Value::List{Value("**/*.{txt,html}")}));
  EXPECT_EQ(*scraped.option("settle"), Value(10 * kSecond));
  EXPECT_EQ(*scraped.option("after.delivered"), Value("move:/desk/done"));
  EXPECT_EQ(scraped.option("format"), nullptr);
  EXPECT_EQ(scraped.source.format, Format::json);
  EXPECT_EQ(scraped.source.map, (std::map<std::string, std::string>{{"headline", "title"}}));
  EXPECT_EQ(scraped.source.max_article, 1 << 20);
  EXPECT_EQ(scraped.at, (Location{"/desk/copydesk.yaml", 5, 3}));
  EXPECT_EQ(scraped.option_locations.at("after.delivered"),
            (Location{"/desk/copydesk.yaml", 9, 25}));
  const ComponentConfig* wire = config.source("wire");
  ASSERT_NE(wire, nullptr);
  EXPECT_EQ(*wire->option("brokers"), Value("localhost:9092"));
  EXPECT_EQ(wire->source.max_article, 16 << 20);
  EXPECT_EQ(wire->source.format, Format::automatic);
  EXPECT_EQ(wire->option("password"), nullptr);
}

TEST(Load, ReadsPipelinesWithStagesAndRoutes) {
  const Config config = whole();
  ASSERT_EQ(config.pipelines.size(), 1U);
  const PipelineConfig& news = config.pipelines[0];
  EXPECT_THAT(news.from, ElementsAre("scraped", "wire"));
  ASSERT_EQ(news.stages.size(), 3U);
  EXPECT_EQ(news.stages[0].name, "clean");
  EXPECT_FALSE(news.stages[0].stage.when);
  EXPECT_EQ(news.stages[0].stage.attempts, 5);
  EXPECT_EQ(news.stages[1].name, "names");
  EXPECT_EQ(news.stages[1].type, "tag_entities");
  ASSERT_TRUE(news.stages[1].stage.when);
  EXPECT_EQ(news.stages[1].stage.when->text(), "language == \"en\"");
  EXPECT_EQ(news.stages[2].stage.attempts, 7);
  EXPECT_EQ(news.stages[2].stage.backoff.initial, kSecond);
  EXPECT_EQ(news.stages[2].stage.backoff.max, 30 * kSecond);
  ASSERT_EQ(news.to.size(), 3U);
  EXPECT_EQ(news.to[0].sink, "archive");
  EXPECT_FALSE(news.to[0].when);
  EXPECT_TRUE(news.to[1].when);
  EXPECT_TRUE(news.to[2].otherwise);
}

TEST(Load, ReadsSinks) {
  const Config config = whole();
  ASSERT_NE(config.sink("archive"), nullptr);
  EXPECT_EQ(*config.sink("archive")->option("rotate.size"), Value(std::int64_t{1} << 30));
  EXPECT_EQ(config.sink("archive")->sink.attempts, 0);
  EXPECT_EQ(config.sink("archive")->sink.breaker, 50);
  EXPECT_EQ(config.sink("out")->sink.breaker, 3);
  EXPECT_EQ(config.sink("nothing"), nullptr);
}

TEST(Load, TakesPathsFromTheFolderOfTheFile) {
  const Folder folder;
  const std::string file = folder.write("etc/desk.yaml", Parts{}.text());
  const Loaded loaded = load_file(file, desk(), process_environment());
  ASSERT_TRUE(loaded.config) << loaded.diagnostics.render(false);
  EXPECT_EQ(*loaded.config->sources[0].option("path"), Value(folder.path("etc/inbox")));
  EXPECT_EQ(loaded.config->data_dir, folder.path("etc/data"));
}

TEST(Load, TellsAFileThatIsNotThere) {
  const Loaded loaded = load_file("/nowhere/copydesk.yaml", desk(), process_environment());
  EXPECT_EQ(loaded.diagnostics.render(false),
            "/nowhere/copydesk.yaml: error: cannot be read: No such file or directory\n1 error\n");
}

TEST(Load, TellsAFolder) {
  const Folder folder;
  EXPECT_THAT(load_file(folder.path(""), desk(), process_environment()).diagnostics.render(false),
              HasSubstr("this is a folder"));
}

TEST(Load, WantsAVersion) {
  EXPECT_THAT(found_in("data_dir: x\n"),
              Contains("1:1: missing key 'version' in the configuration (write version: 1)"));
  EXPECT_THAT(found_in("version: 2\n"),
              Contains("1:10: version '2' is not known (this copydesk reads version: 1)"));
  EXPECT_THAT(found_in("version: [1]\n"),
              Contains("1:1: 'version' is a number (this copydesk reads version: 1)"));
}

TEST(Load, AnEmptyFileLacksAVersion) {
  EXPECT_THAT(found_in(""), Contains(HasSubstr("missing key 'version'")));
}

TEST(Load, AFileOfOneWordIsNoMapping) {
  EXPECT_THAT(found_in("hello"),
              ElementsAre("1:1: a configuration is a mapping (begin with 'version: 1')"));
}

TEST(Load, TellsUnknownKeysAtTheTop) {
  EXPECT_THAT(found_in("version: 1\nsource: {}\n"),
              Contains("2:1: unknown key 'source' in the configuration (did you mean 'sources'?)"));
}

TEST(Load, TellsMistakesInTheEngine) {
  EXPECT_THAT(found_in("version: 1\nengine: 5\n"),
              Contains(HasSubstr("2:1: 'engine' holds keys of its own")));
  EXPECT_THAT(
      found_in("version: 1\nengine: { memory: lots, worker: 1 }\n"),
      testing::AllOf(Contains("2:19: 'memory' in 'engine': 'lots' is not a size (such as 512MiB)"),
                     Contains("2:25: unknown key 'worker' in 'engine' (did you mean 'workers'?)")));
  EXPECT_THAT(found_in("version: 1\nengine: { workers: -1 }\n"),
              Contains("2:20: 'workers' in 'engine': '-1' is out of range: 0 to 1024"));
}

TEST(Load, ADuplicateKeyIsToldWithItsFirstPlace) {
  EXPECT_THAT(found_in("version: 1\ndata_dir: a\nversion: 1\n"),
              Contains("3:1: duplicate key 'version' (first given in line 1)"));
  EXPECT_THAT(found_in(Parts{.source = "{ type: directory, path: a, path: b }"}.text()),
              Contains("3:40: duplicate key 'path' (first given in line 3)"));
}

TEST(Load, ASyntaxErrorHasItsPlace) {
  const Loaded loaded = load("version: 1\nsources:\n  a: [1, 2\nsinks:\n  b: c\n");
  EXPECT_FALSE(loaded.config);
  EXPECT_THAT(loaded.diagnostics.render(false), HasSubstr("what follows was not checked"));
}

TEST(Load, ATabIsExplained) {
  EXPECT_THAT(load("version: 1\nengine:\n\tworkers: 1\n").diagnostics.render(false),
              HasSubstr("YAML wants spaces, not tabs"));
}

TEST(Load, AnExpressionThatWantsQuotesIsExplained) {
  EXPECT_THAT(load(Parts{.stages = "[{ type: clean, when: language in [\"en\"] }]"}.text())
                  .diagnostics.render(false),
              HasSubstr("put the whole expression in quotes"));
}

TEST(Load, MergeKeysAndTagsAndSecondDocumentsAreRefused) {
  EXPECT_THAT(found_in("version: 1\na: &a { x: 1 }\nb:\n  <<: *a\n"),
              ElementsAre("4:3: merge keys ('<<') are not known: write the keys out"));
  EXPECT_THAT(found_in("version: !!int 1\n"),
              ElementsAre(HasSubstr("tags ('tag:yaml.org,2002:int') are not known")));
  EXPECT_THAT(found_in("version: 1\n---\nversion: 1\n"),
              ElementsAre(HasSubstr("a second document ('---')")));
}

TEST(Load, AnAliasStandsForWhatItNames) {
  const Loaded loaded = load(Parts{.source = "{ type: directory, path: &here ./inbox }",
                                   .sink = "{ type: file, path: *here }"}
                                 .text());
  ASSERT_TRUE(loaded.config) << loaded.diagnostics.render(false);
  EXPECT_EQ(*loaded.config->sinks[0].option("path"), Value("/desk/inbox"));
}

TEST(Load, KeysMayNotBeListsOrEmpty) {
  EXPECT_THAT(found_in("version: 1\n? [a, b]\n: 1\n"), ElementsAre(HasSubstr("a key is one word")));
  EXPECT_THAT(found_in("version: 1\n~: 1\n"), ElementsAre(HasSubstr("a key cannot be empty")));
}

TEST(Load, AByteOrderMarkAndWindowsLinesAreFine) {
  std::string text = Parts{}.text();
  for (std::size_t i = 0; (i = text.find('\n', i)) != std::string::npos; i += 2)
    text.insert(i, "\r");
  const Loaded loaded = load("\xEF\xBB\xBF" + text);
  EXPECT_TRUE(loaded.config) << loaded.diagnostics.render(false);
}

TEST(Load, ColumnsCountCharacters) {
  EXPECT_THAT(found_in("version: 1\nengine: { drain: \"größer\", worker: 1 }\n"),
              testing::AllOf(Contains(HasSubstr("2:18: 'drain' in 'engine'")),
                             Contains(HasSubstr("2:28: unknown key 'worker'"))));
}

TEST(Load, UnusedComponentsAndMissingPipelinesAreWarnings) {
  const Loaded loaded = load(
      "version: 1\nsources:\n  a: { type: directory, path: x }\nsinks:\n  b: { type: stdout }\n");
  EXPECT_TRUE(loaded.config);
  EXPECT_THAT(found(loaded), ElementsAre("0:0: warning: there are no pipelines: nothing would run",
                                         "3:3: warning: source 'a' is used by no pipeline",
                                         "5:3: warning: sink 'b' is used by no pipeline"));
}

TEST(Load, APathThatBeginsWithATildeIsNoHomeFolder) {
  EXPECT_THAT(found_in("version: 1\ndata_dir: ~/data\npipelines: {}\n"),
              ElementsAre("2:11: 'data_dir' in the configuration: '~/data': ~ is no home folder "
                          "here (write ${HOME}/data)",
                          "3:1: warning: there are no pipelines: nothing would run"));
  EXPECT_THAT(found_in("version: 1\ndata_dir: ./~data\npipelines: {}\n"), testing::SizeIs(1));
}

TEST(Load, APathThatBeginsWithAShellsVariableIsNotTakenAsItStands) {
  EXPECT_THAT(found_in("version: 1\ndata_dir: $HOME/data\npipelines: {}\n"),
              ElementsAre("2:11: 'data_dir' in the configuration: '$HOME/data': a variable is "
                          "written ${HOME} here (write ./$HOME for a folder of that name)",
                          "3:1: warning: there are no pipelines: nothing would run"));
  EXPECT_THAT(found_in("version: 1\ndata_dir: ./$HOME/a$b\npipelines: {}\n"), testing::SizeIs(1));
  EXPECT_THAT(found_in("version: 1\ndata_dir: $/a b/$x\npipelines: {}\n"), testing::SizeIs(1));
}

TEST(Load, ASourceMayBeUnusedWhereDeadLettersAreTold) {
  const Loaded loaded = load(
      "version: 1\nsources:\n  a: { type: directory, path: x }\n  again: { type: directory, path: "
      "y }\n"
      "sinks:\n  b: { type: stdout }\n  graves: { type: file, path: z.jsonl }\n  c: { type: stdout "
      "}\n"
      "pipelines:\n  news: { from: [a], to: [b], dead_letters: graves }\n");
  EXPECT_TRUE(loaded.config);
  EXPECT_THAT(found(loaded), ElementsAre("8:3: warning: sink 'c' is used by no pipeline"));
}

TEST(Load, NothingWrongRendersNothing) {
  const Loaded loaded = load(Parts{}.text());
  EXPECT_TRUE(loaded.config);
  EXPECT_EQ(loaded.diagnostics.render(false), "");
}

}  // namespace
}  // namespace copydesk::config
