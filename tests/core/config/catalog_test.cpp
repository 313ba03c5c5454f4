#include "config/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/config/desk.h"

namespace copydesk::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string refusal(std::vector<OptionSpec> options, Kind kind = Kind::stage) {
  Catalog catalog;
  const Status status = catalog.add(component(kind, "mine", std::move(options)));
  return status.ok() ? "" : status.error().message;
}

TEST(Catalog, FindsByKindAndName) {
  EXPECT_EQ(desk().find(Kind::source, "kafka")->name, "kafka");
  EXPECT_EQ(desk().find(Kind::sink, "kafka"), nullptr);
  EXPECT_THAT(desk().names(Kind::stage), ElementsAre("clean", "deduplicate", "tag_entities"));
}

TEST(Catalog, SpecsKeepTheirAddress) {
  Catalog catalog = desk_catalog();
  const ComponentSpec* clean = catalog.find(Kind::stage, "clean");
  const Catalog moved = std::move(catalog);
  EXPECT_EQ(moved.find(Kind::stage, "clean"), clean);
}

TEST(Catalog, RefusesKeysOfTheCore) {
  const auto key = [](const std::string& name, Kind kind) {
    return refusal({option(name, OptionType::string)}, kind);
  };
  for (const char* name : {"type", "name", "when", "timeout", "on_error", "on_error.mine"})
    EXPECT_THAT(key(name, Kind::stage), HasSubstr("belongs to the core")) << name;
  for (const char* name : {"format", "map", "encoding", "max_article"})
    EXPECT_THAT(key(name, Kind::source), HasSubstr("belongs to the core")) << name;
  EXPECT_THAT(key("on_error.breaker", Kind::sink), HasSubstr("belongs to the core"));
  EXPECT_EQ(key("format", Kind::sink), "");
}

TEST(Catalog, RefusesWhatMeansTwoThings) {
  EXPECT_THAT(refusal({option("a", OptionType::string), option("a", OptionType::string)}),
              HasSubstr("declared twice"));
  EXPECT_THAT(refusal({option("a", OptionType::string), option("a.b", OptionType::string)}),
              HasSubstr("holds 'a.b'"));
  Catalog catalog = desk_catalog();
  EXPECT_FALSE(catalog.add(component(Kind::stage, "clean", {})).ok());
}

TEST(Catalog, RefusesOptionsThatContradictThemselves) {
  EXPECT_THAT(refusal({option("a", OptionType::integer, "many")}),
              HasSubstr("the default: 'many' is not a whole number"));
  EXPECT_THAT(refusal({option("a", OptionType::integer, "5", "6..")}), HasSubstr("out of range"));
  EXPECT_THAT(refusal({option("a", OptionType::duration, "5s", "soon..")}),
              HasSubstr("'soon' is not a duration"));
  EXPECT_THAT(refusal({option("a", OptionType::integer, "5", "small")}), HasSubstr("not a range"));
  EXPECT_THAT(refusal({option("a", OptionType::enumeration)}), HasSubstr("without words"));
  EXPECT_THAT(refusal({option("a", OptionType::enumeration, "c", "a|b")}),
              HasSubstr("not one of a, b"));
  EXPECT_THAT(refusal({required(option("a", OptionType::string, "x"))}),
              HasSubstr("required and has a default"));
  EXPECT_THAT(refusal({option("a", OptionType::string, "[[x]]", "", Shape::list)}),
              HasSubstr("nests too deeply"));
  EXPECT_THAT(refusal({option("a", OptionType::string, "x", "", Shape::map)}), HasSubstr("shape"));
  EXPECT_THAT(refusal({option("A b", OptionType::string)}), HasSubstr("lower-case"));
  EXPECT_THAT(refusal({option("a.", OptionType::string)}), HasSubstr("lower-case"));
}

TEST(Catalog, TellsPluginComponentAndOption) {
  EXPECT_EQ(refusal({option("type", OptionType::string)}),
            "stage 'mine' of plugin 'mine': option 'type': the key belongs to the core");
}

TEST(Catalog, OurOwnOptionsAreInOrder) {
  for (Kind kind : {Kind::source, Kind::stage, Kind::sink})
    for (const OptionSpec& o : core_options(kind)) EXPECT_FALSE(o.summary.empty()) << o.key;
  EXPECT_EQ(refusal(engine_options()), "");
}

}  // namespace
}  // namespace copydesk::config
