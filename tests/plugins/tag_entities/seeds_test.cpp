// The five seed articles, where they are at hand: the names that must be found, with canonical name and id.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "support.h"

namespace copydesk::tag_entities {
namespace {

namespace fs = std::filesystem;

fs::path seeds_folder() {
  const char* shared = std::getenv("COPYDESK_SHARED");
  return fs::path(shared != nullptr ? shared : COPYDESK_SOURCE_DIR "/../shared") /
         "data/seeds_gold";
}

TEST(Seeds, TagsThePeopleCountriesAndOrganisations) {
  const fs::path folder = seeds_folder();
  if (!fs::is_directory(folder)) GTEST_SKIP() << "no seeds: " << folder << " is absent";
  const Gazetteer& g = test::shipped();
  Tagger tagger(g);

  std::map<std::string, std::set<std::string>> surfaces;  // "name id" -> texts
  std::size_t articles = 0;
  for (const auto& file : fs::directory_iterator(folder)) {
    if (file.path().extension() != ".txt") continue;
    ++articles;
    std::ifstream in(file.path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const std::string_view fields[] = {text};
    for (const Mention& m : tagger.tag(fields)) {
      const Entry entry = g.entry(m.entry);
      ASSERT_LE(m.end, text.size());
      surfaces[std::string(entry.name).append(" ").append(entry.id)].insert(
          text.substr(m.begin, m.end - m.begin));
    }
  }
  ASSERT_EQ(articles, 5U);
  using ::testing::IsSupersetOf;
  EXPECT_THAT(surfaces["Xi Jinping cd:person:xi-jinping"], IsSupersetOf({"Xi Jinping", "Xi"}));
  EXPECT_THAT(surfaces["Vladimir Putin cd:person:vladimir-putin"],
              IsSupersetOf({"Vladimir Putin", "Putin"}));
  EXPECT_THAT(surfaces["Li Qiang cd:person:li-qiang"], IsSupersetOf({"Li Qiang", "Li"}));
  EXPECT_THAT(surfaces["China iso:CN"], IsSupersetOf({"China"}));
  EXPECT_THAT(surfaces["Russia iso:RU"], IsSupersetOf({"Russia"}));
  EXPECT_THAT(surfaces["Belarus iso:BY"], IsSupersetOf({"Belarus"}));
  EXPECT_THAT(surfaces["Shanghai Cooperation Organisation cd:org:sco"],
              IsSupersetOf({"Shanghai Cooperation Organisation",
                            "Shanghai Cooperation Organization", "SCO"}));
}

}  // namespace
}  // namespace copydesk::tag_entities
