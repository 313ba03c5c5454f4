// The lists that come with copydesk: they load without a word, quickly, and say what they should.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "support.h"

namespace copydesk::tag_entities {
namespace {

using test::shipped;
using test::tags;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Shipped, LoadsWithoutAWord) {
  const test::Shipped s;
  EXPECT_TRUE(s.ok);
  for (const Diagnostic& d : s.diagnostics) ADD_FAILURE() << d.text();
  EXPECT_GT(s.gazetteer.entry_count(), 1400U);
}

TEST(Shipped, IsWhatLiesInTheFolder) {
  for (const ShippedFile& file : shipped_gazetteers()) {
    std::ifstream in(std::string(COPYDESK_SOURCE_DIR "/config/gazetteers/").append(file.name),
                     std::ios::binary);
    const std::string content((std::istreambuf_iterator<char>(in)),
                              std::istreambuf_iterator<char>());
    EXPECT_EQ(file.content, content) << file.name;
    EXPECT_THAT(content, ::testing::HasSubstr("\n# Source: ")) << file.name;
  }
}

TEST(Shipped, KnowsCountriesTheirPeopleAndCapitals) {
  EXPECT_THAT(tags(shipped(), "The Swiss and Kenyans met in Ouagadougou, Burkina Faso."),
              ElementsAre("Swiss=iso:CH", "Kenyans=iso:KE", "Ouagadougou=geonames:2357048",
                          "Burkina Faso=iso:BF"));
  EXPECT_THAT(tags(shipped(), "From the UK and the U.S. to Côte d'Ivoire, Turkey and Türkiye."),
              ElementsAre("UK=iso:GB", "U.S.=iso:US", "Côte d'Ivoire=iso:CI", "Turkey=iso:TR",
                          "Türkiye=iso:TR"));
  EXPECT_THAT(tags(shipped(), "Anglo-American and Franco-German ties"),
              ElementsAre("Anglo=iso:GB", "American=iso:US", "Franco=iso:FR", "German=iso:DE"));
}

TEST(Shipped, KnowsOrganisationsInEitherSpelling) {
  EXPECT_THAT(
      tags(shipped(), "the World Health Organisation, the World Health Organization and the WHO"),
      ElementsAre("World Health Organisation=cd:org:who", "World Health Organization=cd:org:who",
                  "WHO=cd:org:who"));
  EXPECT_THAT(tags(shipped(), "OPEC+ and Nato, not the AU"),
              ElementsAre("OPEC+=cd:org:opec-plus", "Nato=cd:org:nato"));
  EXPECT_THAT(tags(shipped(), "The African Union met. The AU said."),
              ElementsAre("African Union=cd:org:african-union", "AU=cd:org:african-union"));
}

TEST(Shipped, KnowsPeopleWithAndWithoutAccents) {
  EXPECT_THAT(
      tags(shipped(), "Recep Tayyip Erdogan met Pedro Sánchez; Erdogan and Sánchez spoke."),
      ElementsAre("Recep Tayyip Erdogan=cd:person:recep-tayyip-erdogan",
                  "Pedro Sánchez=cd:person:pedro-sanchez", "Erdogan=cd:person:recep-tayyip-erdogan",
                  "Sánchez=cd:person:pedro-sanchez"));
}

TEST(Shipped, LeavesOrdinaryWordsAlone) {
  EXPECT_THAT(
      tags(shipped(),
           "He said the turkey was male. Us too, who knows? It is nice in may; a polish, a chad."),
      IsEmpty());
}

}  // namespace
}  // namespace copydesk::tag_entities
