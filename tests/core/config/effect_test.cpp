// Options that change nothing beside the values of others.
#include "config/effect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/explain.h"
#include "core/config/desk.h"

namespace copydesk::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

OptionSpec only_with(std::string condition, OptionSpec spec) {
  spec.only_with = std::move(condition);
  return spec;
}

std::vector<OptionSpec> options() {
  return {option("action", OptionType::enumeration, "tag", "tag|drop|hold"),
          only_with("action=drop|hold", option("keep", OptionType::string, "first")),
          option("tls.enabled", OptionType::boolean),
          only_with("tls.enabled!=false", option("tls.ca", OptionType::string)),
          option("names", OptionType::string, std::nullopt, "", Shape::list),
          only_with("names", option("reload", OptionType::duration, "2s")),
          option("size", OptionType::bytes, "1KiB"),
          only_with("size=1MiB", option("unit", OptionType::string))};
}

// What is said of a stage with these keys.
std::vector<std::string> said_of(const std::string& keys) {
  Catalog catalog = desk_catalog();
  EXPECT_TRUE(catalog.add(component(Kind::stage, "mine", options())).ok());
  const std::string text =
      "version: 1\nsources: { in: { type: directory, path: /in } }\n"
      "pipelines: { p: { from: [in], stages: [{ type: mine, " +
      keys + " }], to: [out] } }\nsinks: { out: { type: stdout } }\n";
  return found(load_text(text, "/desk/copydesk.yaml", catalog,
                         [](const std::string&) { return std::optional<std::string>(); }));
}

TEST(Effect, WarnsOfAnOptionThatChangesNothing) {
  EXPECT_THAT(said_of("keep: last"),
              ElementsAre(HasSubstr("3:60: warning: 'keep' in stage 'mine' changes nothing without "
                                    "'action: drop' or 'action: hold'")));
  EXPECT_THAT(said_of("keep: last, action: tag"), ElementsAre(HasSubstr("changes nothing")));
  EXPECT_THAT(said_of("keep: last, action: hold"), IsEmpty());
  EXPECT_THAT(said_of("action: tag"), IsEmpty());
}

TEST(Effect, KnowsOptionsThatMustNotBeAndThoseThatMustBeSet) {
  EXPECT_THAT(said_of("tls: { ca: a.pem }"), IsEmpty());
  EXPECT_THAT(said_of("tls: { ca: a.pem, enabled: true }"), IsEmpty());
  EXPECT_THAT(said_of("tls: { ca: a.pem, enabled: no }"),
              ElementsAre(HasSubstr("not true or false")));
  EXPECT_THAT(said_of("tls: { ca: a.pem, enabled: false }"),
              ElementsAre(HasSubstr("'tls.ca' in stage 'mine' changes nothing with "
                                    "'tls.enabled: false'")));
  EXPECT_THAT(said_of("reload: 5s"), ElementsAre(HasSubstr("changes nothing without 'names'")));
  EXPECT_THAT(said_of("reload: 5s, names: [a]"), IsEmpty());
}

// However it is written.
TEST(Effect, ComparesValuesAndNotTheirSpelling) {
  EXPECT_THAT(said_of("unit: x, size: 1024KiB"), IsEmpty());
  EXPECT_THAT(said_of("unit: x"), ElementsAre(HasSubstr("without 'size: 1MiB'")));
}

// A mistake in the one says nothing of the other.
TEST(Effect, SaysNothingWhereTheOtherOptionIsAMistake) {
  EXPECT_THAT(said_of("keep: last, acton: drop"), ElementsAre(HasSubstr("unknown key 'acton'")));
  EXPECT_THAT(said_of("keep: last, action: dorp"), ElementsAre(HasSubstr("not one of")));
}

TEST(Effect, HoldsForTheCoresOwnOptionsToo) {
  const auto said_of_source = [](const std::string& format) {
    return found_in(
        "version: 1\nsources: { in: { type: directory, path: /in, map: { a: title }, format: " +
        format +
        " } }\npipelines: { p: { from: [in], to: [out] } }\n"
        "sinks: { out: { type: stdout } }\n");
  };
  EXPECT_THAT(said_of_source("html"),
              ElementsAre(HasSubstr("'map' in source 'in' changes nothing without 'format: auto' "
                                    "or 'format: json'")));
  EXPECT_THAT(said_of_source("json"), IsEmpty());
  EXPECT_THAT(said_of_source("auto"), IsEmpty());
  for (const Kind kind : {Kind::source, Kind::stage, Kind::sink})
    for (const OptionSpec& o : core_options(kind))
      EXPECT_TRUE(check_condition(o, core_options(kind)).ok()) << o.key;
}

TEST(Effect, ConditionsThatCannotHoldAreRefused) {
  const auto refusal = [](std::string condition) {
    Catalog catalog;
    std::vector<OptionSpec> all = options();
    all.push_back(only_with(std::move(condition), option("more", OptionType::string)));
    const Status status = catalog.add(component(Kind::stage, "mine", std::move(all)));
    return status.ok() ? "" : status.error().message;
  };
  EXPECT_EQ(refusal("action=hold"), "");
  EXPECT_THAT(refusal("acton=drop"), HasSubstr("there is no other option 'acton'"));
  EXPECT_THAT(refusal("more=x"), HasSubstr("there is no other option 'more'"));
  EXPECT_THAT(refusal("action=drip"), HasSubstr("'drip' is not one of"));
  EXPECT_THAT(refusal("action="), HasSubstr("only_with"));
  EXPECT_THAT(refusal("names=a"), HasSubstr("'names' has no single value"));
}

TEST(Effect, ExplainAndTheReferenceTellIt) {
  const ComponentSpec spec = component(Kind::stage, "mine", options());
  const std::string without = "without 'action: drop' or 'action: hold'";
  EXPECT_THAT(explain(spec, "keep", nullptr).value(), HasSubstr("matters   not " + without));
  EXPECT_THAT(explain(spec, std::nullopt, nullptr).value(),
              HasSubstr("default first; changes nothing " + without));
  EXPECT_THAT(reference_markdown(spec), HasSubstr("Changes nothing " + without + "."));
}

}  // namespace
}  // namespace copydesk::config
