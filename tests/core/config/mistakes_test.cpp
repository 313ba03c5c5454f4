#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/config/desk.h"

namespace copydesk::config {
namespace {

constexpr const char* kSevenMistakes = R"(version: 1
data_dir: ./data
engine: { workers: many, memory: 512MiB }
sources:
  scraped:
    type: directory
    path: ./inbox
    settle: soon
  wire:
    type: kafka
    brokers: localhost:9092
pipelines:
  news:
    from: [scraped, wire]
    stages:
      - type: clean
      - { type: tag_entities, when: language = "en" }
      - type: deduplicate
        thresold: 0.8
        action: tga
    to:
      - archve
sinks:
  archive: { type: file, path: out/articles.jsonl }
)";

constexpr const char* kSevenAnswers =
    R"(copydesk.yaml:3:20: error: 'workers' in 'engine': 'many' is not a whole number (such as 0)
    3 | engine: { workers: many, memory: 512MiB }
      |                    ^~~~
copydesk.yaml:8:13: error: 'settle' in source 'scraped': 'soon' is not a duration (such as 10s)
    8 |     settle: soon
      |             ^~~~
copydesk.yaml:9:3: error: missing key 'topics' in source 'wire' (such as topics: [text])
    9 |   wire:
      |   ^~~~
copydesk.yaml:17:46: error: 'when' in stage 'tag_entities': '=' compares nothing (write '==')
   17 |       - { type: tag_entities, when: language = "en" }
      |                                              ^
copydesk.yaml:19:9: error: unknown key 'thresold' in stage 'deduplicate' (did you mean 'threshold'?)
   19 |         thresold: 0.8
      |         ^~~~~~~~
copydesk.yaml:20:17: error: 'action' in stage 'deduplicate': 'tga' is not one of tag, drop (did you mean 'tag'?)
   20 |         action: tga
      |                 ^~~
copydesk.yaml:22:9: error: unknown sink 'archve' in pipeline 'news' (did you mean 'archive'?)
   22 |       - archve
      |         ^~~~~~
copydesk.yaml:24:3: warning: sink 'archive' is used by no pipeline
   24 |   archive: { type: file, path: out/articles.jsonl }
      |   ^~~~~~~
7 errors, 1 warning
)";

TEST(Mistakes, AreAllShownAtOnceWithPlaceCaretAndSuggestion) {
  const Loaded loaded = load(kSevenMistakes, {}, "copydesk.yaml");
  EXPECT_FALSE(loaded.config);
  EXPECT_EQ(loaded.diagnostics.render(false), kSevenAnswers);
}

TEST(Mistakes, AColorChangesNoWord) {
  std::string colored = load(kSevenMistakes, {}, "copydesk.yaml").diagnostics.render(true);
  for (std::size_t begin; (begin = colored.find('\033')) != std::string::npos;)
    colored.erase(begin, colored.find('m', begin) - begin + 1);
  EXPECT_EQ(colored, kSevenAnswers);
}

}  // namespace
}  // namespace copydesk::config
