#include "clean/text_model.h"

#include <gtest/gtest.h>

#include <string>

#include "clean/models.h"

namespace copydesk::clean {
namespace {

// One leaf each: every line has the score 2.
const std::string kFirst = std::to_string(kLineFeatures) + " 1 1 0 0\n-1 2\n";
const std::string kSecond = std::to_string(kContextColumns) + " 1 1 0 0\n0 0 -1 -1 -1 1\n";

TEST(TextModel, IsTwoForestsOfTheirColumns) {
  EXPECT_TRUE(TextModel::parse(kFirst + kSecond));
  EXPECT_FALSE(TextModel::parse(""));
  EXPECT_FALSE(TextModel::parse(kFirst));
  EXPECT_FALSE(TextModel::parse(kSecond + kFirst));
  EXPECT_FALSE(TextModel::parse(kFirst + kFirst));
}

// Its function words are as many in English lines as the model has learned of English ones.
TEST(TextModel, ReadsOtherLanguagesByTheirFunctionWords) {
  const Lines german(
      "Wolf reißt acht Schafe\n"
      "Ein Wolf hat in der Nacht zum Dienstag acht Schafe auf einer Weide bei Lüchow gerissen, "
      "das bestätigte eine Sprecherin des Landkreises am Mittwoch.\n"
      "Ein Wolfsberater habe Proben genommen, die nun im Labor untersucht würden, und der Zaun sei "
      "mit 90 Zentimetern Höhe ausreichend gewesen.\n");
  const LineFeatures as_it_is(german.list(), "", kLineFeatures);
  EXPECT_FALSE(as_it_is.understood());
  const LineFeatures features(german.list(), "", kLineFeatures, ReadAs::kEnglish);
  EXPECT_TRUE(features.understood());
  EXPECT_TRUE(features.foreign());
  constexpr std::size_t kEnglishShare = 5, kForeignShare = 6;
  EXPECT_LT(features.row(0)[kEnglishShare], 0.1f);
  EXPECT_NEAR(features.row(1)[kEnglishShare], 0.45f, 0.15f);
  EXPECT_FLOAT_EQ(features.row(1)[kForeignShare], 0);
  EXPECT_EQ(text_model().judge(german.list(), "").size(), 3u);
}

TEST(TextModel, HasNoSayWhereNoLanguageIsTold) {
  const Lines words(
      "Larsmo Vaasa Umeå Kokkola Oulu Turku Rauma Pori Kemi Tornio Hanko Kotka Loviisa Porvoo "
      "Espoo Lahti Vantaa Lohja Salo Forssa Raisio Naantali Uusikaupunki Kristinestad Närpes "
      "Kaskinen Malax Korsnäs Vörå Nykarleby Jakobstad Karleby Kannus Kalajoki Raahe Siikajoki "
      "Hailuoto Kempele Muhos Utajärvi Vaala Puolanka Hyrynsalmi Suomussalmi Kajaani.\n");
  EXPECT_TRUE(text_model().judge(words.list(), "").empty());
}

TEST(TextModel, HasNoSayInOtherLanguages) {
  const Lines german(
      "Die Regierung hat am Montag beschlossen, dass die Steuern im nächsten Jahr nicht steigen "
      "werden.\nDas sagte der Minister nach der Sitzung vor der Presse in der Hauptstadt.\n");
  EXPECT_TRUE(text_model().judge(german.list(), "").empty());
  const Lines english(
      "The government decided on Monday that taxes will not rise in the next year, he said.\n");
  EXPECT_EQ(text_model().judge(english.list(), "").size(), 1u);
}

TEST(TextModel, ShowsTheSecondForestTheVerdictsAround) {
  Lines lines(
      "The first line has ten words or so, all of them plain.\n"
      "Second\n"
      "The third line has ten words or so, all of them plain.\n");
  lines.list()[1].reason = "navigation";
  const LineFeatures features(lines.list(), "", kLineFeatures);
  const std::vector<float> rows =
      context_rows(lines.list(), features, *Forest::parse(kFirst, kLineFeatures));
  ASSERT_EQ(rows.size(), 3 * kContextColumns);
  const auto at = [&](std::size_t line, std::size_t column) {
    return rows[line * kContextColumns + column];
  };
  EXPECT_FLOAT_EQ(at(0, 0), 2);
  EXPECT_FLOAT_EQ(at(1, 0), -4) << "dropped by a rule";
  EXPECT_FLOAT_EQ(at(0, 2), -6) << "nothing before";
  EXPECT_FLOAT_EQ(at(0, 3), -4) << "the line behind it";
  EXPECT_FLOAT_EQ(at(0, 5), 2) << "the one after that";
  EXPECT_FLOAT_EQ(at(2, 3), -6) << "nothing behind";
  EXPECT_FLOAT_EQ(at(0, 10), 0) << "no mass before";
  EXPECT_FLOAT_EQ(at(2, 12), 0) << "none behind";
  EXPECT_GT(at(1, 10), 0.4f);
  EXPECT_FLOAT_EQ(at(1, 13), 0) << "inside the best run";
  EXPECT_FLOAT_EQ(at(0, 20), 0);
  EXPECT_GT(at(0, 22), 0) << "mass behind";
  EXPECT_GT(at(0, 23), at(2, 23)) << "the dropped line's word";
}

TEST(TextModel, AnswersForEveryLineThatIsKept) {
  Lines lines("The first line is kept by all of the rules.\nThis one was dropped by a rule.\n");
  lines.list()[1].reason = "navigation";
  const auto model = TextModel::parse(kFirst + kSecond);
  const std::vector<float> scores = model->judge(lines.list(), "");
  ASSERT_EQ(scores.size(), 2u);
  EXPECT_GT(scores[0], 0);
  EXPECT_LT(scores[1], 0);
}

}  // namespace
}  // namespace copydesk::clean
