#include "config/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/config/desk.h"

namespace copydesk::config {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const ComponentSpec& deduplicate() { return *desk().find(Kind::stage, "deduplicate"); }

TEST(Explain, AComponentWithItsOptionsAndOurs) {
  EXPECT_THAT(explain(deduplicate(), std::nullopt).value(),
              AllOf(HasSubstr("deduplicate (stage, plugin deduplicate)"),
                    HasSubstr("  action\n      tag, drop; default tag\n"), HasSubstr("0.3 to 0.95"),
                    HasSubstr("Options of every stage"), HasSubstr("on_error.attempts")));
}

TEST(Explain, AnOption) {
  EXPECT_EQ(explain(deduplicate(), "threshold").value(),
            "threshold (option of stage deduplicate)\n\n"
            "  takes     a number\n"
            "  allowed   0.3 to 0.95\n"
            "  default   0.8\n"
            "  state     another value needs another state\n"
            "  example   threshold: 0.8\n");
  EXPECT_THAT(explain(*desk().find(Kind::sink, "file"), "rotate.size").value(),
              HasSubstr("example   rotate: { size: 256MiB }"));
  EXPECT_THAT(
      explain(*desk().find(Kind::source, "kafka"), "topics").value(),
      AllOf(HasSubstr("a list: a text"), HasSubstr("topics: [text]"), HasSubstr("it is required")));
  EXPECT_THAT(explain(deduplicate(), "when").value(), HasSubstr("an expression"));
}

TEST(Explain, TheEnginesOptionsInTheSameWords) {
  EXPECT_EQ(explain_engine("workers").value(),
            "  engine.workers\n      a whole number; default 0; 0 to 1024\n"
            "      Threads that work on articles; 0 is one a core.\n");
  EXPECT_THAT(explain_engine(std::nullopt).value(),
              AllOf(HasSubstr("engine.memory\n      a size; default 512MiB; 1MiB to 16TiB\n"),
                    HasSubstr("engine.drain")));
  std::string suggestion;
  EXPECT_FALSE(explain_engine("worker", &suggestion));
  EXPECT_EQ(suggestion, "workers");
}

TEST(Explain, TheOptionsUnderAKey) {
  const std::string rotate = explain(*desk().find(Kind::sink, "file"), "rotate").value();
  EXPECT_THAT(rotate, HasSubstr("  rotate.size\n"));
  EXPECT_THAT(rotate, testing::Not(HasSubstr("path")));
  EXPECT_THAT(explain(deduplicate(), "on_error.backoff").value(),
              HasSubstr("on_error.backoff.max"));
}

TEST(Explain, AnUnknownOptionIsNothingButASuggestion) {
  std::string near;
  EXPECT_EQ(explain(deduplicate(), "thresold", &near), std::nullopt);
  EXPECT_EQ(near, "threshold");
}

TEST(Explain, TheReferencePageHasARowForEachOption) {
  const std::string page = reference_markdown(deduplicate());
  EXPECT_THAT(page,
              AllOf(HasSubstr("# deduplicate\n"), HasSubstr("| `action` | tag, drop | `tag` |"),
                    HasSubstr("Another value needs another state."),
                    HasSubstr("It writes `dedup.status`")));
  EXPECT_THAT(reference_markdown(*desk().find(Kind::sink, "stdout")),
              AllOf(HasSubstr("None of its own."), HasSubstr("Exactly once")));
  EXPECT_THAT(reference_markdown(*desk().find(Kind::source, "directory")),
              HasSubstr("| `path` | a path | required |"));
}

}  // namespace
}  // namespace copydesk::config
