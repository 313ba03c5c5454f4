#include "clean/page_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>

#include "clean/models.h"
#include "clean/page_choice.h"

namespace copydesk::clean {
namespace {

// One leaf: every line has this score.
std::string forest(std::size_t columns, const std::string& score) {
  return std::to_string(columns) + " 1 1 0 0\n-1 " + score + "\n";
}
const std::string kFirst = forest(kPageFeatures, "2");
const std::string kSecond = forest(kPageContextColumns, "1");

const std::string kParagraph =
    "The harbour authority of Larsmo said on Thursday that it would rebuild the eastern pier.";
std::string page() {
  return "<html><body><div id=a><p>" + kParagraph + "</p><p>" + kParagraph + "</p></div>" +
         "<div id=b><p>Sign up</p></div></body></html>";
}

struct Sight {
  explicit Sight(const std::string& html)
      : page(html, {}),
        found(find_main_text(page)),
        blocks(collect_blocks(page, found)),
        lines(blocks.text, false),
        features(lines.list(), "", kPageFeatures),
        places(add_block_columns(page, found, blocks, lines.list(), {}, features)) {}
  Page page;
  MainText found;
  PageBlocks blocks;
  Lines lines;
  LineFeatures features;
  std::vector<BlockPlace> places;
};

TEST(PageModel, IsTwoForestsOfTheirColumns) {
  EXPECT_TRUE(PageModel::parse(kFirst + kSecond));
  EXPECT_FALSE(PageModel::parse(""));
  EXPECT_FALSE(PageModel::parse(kFirst));
  EXPECT_FALSE(PageModel::parse(kSecond + kFirst));
}

TEST(PageModel, ShowsTheSecondForestTheBlocksOfTheSameElement) {
  const Sight sight(page());
  const std::vector<float> rows =
      page_context_rows(sight.lines.list(), sight.features, sight.places,
                        *Forest::parse(forest(kPageFeatures, "0"), kPageFeatures));
  ASSERT_EQ(rows.size(), 3 * kPageContextColumns);
  const auto at = [&](std::size_t line, BlockGroup group, std::size_t column) {
    return rows[line * kPageContextColumns + kContextColumns + 4 + kGroupColumns * group + column];
  };
  const float words = static_cast<float>(sight.lines.list()[0].words);
  EXPECT_FLOAT_EQ(at(0, kSameParent, 0), 0.5f) << "the other paragraph is in doubt";
  EXPECT_FLOAT_EQ(at(0, kSameParent, 1), words / 2 / (words + 1)) << "its share of the page";
  EXPECT_FLOAT_EQ(at(0, kSameParent, 2), words / 2);
  EXPECT_FLOAT_EQ(at(0, kSameParent, 3), 2);
  EXPECT_FLOAT_EQ(at(2, kSameParent, 3), 1);
  EXPECT_FLOAT_EQ(at(2, kSameGrandparent, 3), 3);
  EXPECT_FLOAT_EQ(at(2, kSameTags, 3), 3);
}

TEST(PageModel, AsksTheSecondForestWhereTheFirstIsNotSure) {
  const Sight sight(page());
  const auto taken = [&](const std::string& first) {
    const auto model = PageModel::parse(forest(kPageFeatures, first) + kSecond);
    const auto scores = model->judge(sight.lines.list(), sight.features, sight.places);
    return std::ranges::count_if(scores, [](float score) { return score > 0; });
  };
  EXPECT_EQ(taken("2"), 3);
  EXPECT_EQ(taken("-4.5"), 3);
  EXPECT_EQ(taken("-6"), 0);
}

// What a row holds does not depend on what its memory held before.
TEST(PageModel, EveryColumnIsWritten) {
  std::vector<float> first;
  for (const int byte : {0x00, 0x7F, 0xFF}) {
    for (const std::size_t bytes : {3 * kPageFeatures * sizeof(float), std::size_t{64} << 10}) {
      void* memory = std::malloc(bytes);
      std::memset(memory, byte, bytes);
      std::free(memory);
    }
    const Sight sight(page());
    const std::vector<float> rows(sight.features.row(0), sight.features.row(0) + 3 * kPageFeatures);
    if (first.empty()) first = rows;
    EXPECT_EQ(rows, first) << byte;
  }
}

TEST(PageChoice, TheRulesStandWhereTheModelLeavesNextToNothing) {
  const std::string html = page();
  Page parsed(html, {});
  const MainText found = find_main_text(parsed);
  PageChoice choice(parsed, found);
  EXPECT_FALSE(choice.by_model());
  choice.ask(*PageModel::parse(kFirst + forest(kPageContextColumns, "-1")), {});
  EXPECT_FALSE(choice.by_model());
  EXPECT_EQ(choice.text(), found.text);
  EXPECT_LT(choice.score(0), 0);
  EXPECT_EQ(choice.agreement().either, 0u);

  PageChoice whole(parsed, found);
  whole.ask(*PageModel::parse(kFirst + kSecond), {});
  EXPECT_TRUE(whole.by_model());
  EXPECT_EQ(whole.text(), kParagraph + "\n\n" + kParagraph + "\n\nSign up");
}

}  // namespace
}  // namespace copydesk::clean
