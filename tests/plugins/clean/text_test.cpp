#include "clean/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace copydesk::clean {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

CleanedText clean(std::string_view text, std::string_view title = {}) {
  return clean_text(text, title, {});
}

std::vector<std::string> reasons(const CleanedText& text) {
  std::vector<std::string> out;
  for (const Removal& removal : text.removals) out.emplace_back(removal.reason);
  return out;
}

const std::string kOne =
    "The harbour authority of Larsmo said on Thursday that it would rebuild the eastern pier, "
    "which a storm destroyed last winter, before the "
    "herring season begins.";
const std::string kTwo =
    "Fishermen had asked for the work to start earlier, but the contract was awarded only this "
    "week, according to the authority’s spokeswoman, "
    "Ingrid Holm.";
const std::string kThree =
    "The new pier will be forty metres longer than the old one, and it will carry a small crane "
    "for unloading crates.";
const std::string kTitle = "Larsmo to rebuild eastern pier before herring season";
const std::string kArticle = kOne + "\n\n" + kTwo + "\n\n" + kThree;

TEST(CleanText, KeepsAnArticleWithoutChromeAsItIs) {
  const CleanedText out = clean(kTitle + "\n\n" + kArticle);
  EXPECT_EQ(out.title, kTitle);
  EXPECT_EQ(out.body, kArticle);
  EXPECT_THAT(out.removals, IsEmpty());
  EXPECT_THAT(out.warnings, IsEmpty());
  EXPECT_EQ(out.words, count_words(kArticle));
}

TEST(CleanText, DropsTheGluedBreadcrumbBeforeAndAfterTheTitle) {
  for (const char* crumb :
       {"HomeNorthFisheries", "StartseiteRegionalKüste", "Home » North » ", "World | "}) {
    EXPECT_EQ(clean(crumb + kTitle + "\n\n" + kTitle + "\n\n" + kArticle).body, kArticle) << crumb;
    const CleanedText after = clean(kTitle + "\n" + crumb + kTitle + "\n\n" + kArticle);
    EXPECT_EQ(after.title, kTitle) << crumb;
    EXPECT_EQ(after.body, kArticle) << crumb;
  }
}

TEST(CleanText, TakesTheGivenTitleAndDropsItsLine) {
  const CleanedText out = clean(kTitle + "\n\n" + kArticle, kTitle);
  EXPECT_EQ(out.title, kTitle);
  EXPECT_EQ(out.body, kArticle);
  EXPECT_EQ(clean(kArticle, kTitle).title, kTitle);
  EXPECT_EQ(clean(kArticle, kTitle).body, kArticle);
}

TEST(CleanText, PrefersTheTextsTitleToAGluedOne) {
  EXPECT_EQ(clean(kTitle + "\n\n" + kArticle, "HomeNorthFisheries" + kTitle).title, kTitle);
  EXPECT_EQ(clean(kTitle + "\n\n" + kArticle, kTitle + " | The Coast Courier").title, kTitle);
}

TEST(CleanText, HasNoTitleWhenTheTextBeginsWithAParagraph) {
  const CleanedText out = clean(kArticle);
  EXPECT_EQ(out.title, "");
  EXPECT_EQ(out.body, kArticle);
}

TEST(CleanText, DropsARepeatedTitleLine) {
  const CleanedText out =
      clean(kTitle + "\n\n" + kTitle + "\n\n" + kTitle + " - The Coast Courier\n\n" + kArticle);
  EXPECT_EQ(out.body, kArticle);
  EXPECT_EQ(out.removed_lines, 2u);
}

TEST(CleanText, DropsPointersToOtherArticlesAnywhere) {
  for (const char* line :
       {"Also Read: Minister visits the southern ports",
        "READ MORE | Minister visits the southern ports",
        "Related: Minister visits the southern ports",
        "See also – Minister visits the southern ports",
        "Read also » Minister visits the southern ports",
        "Lesen Sie auch: Minister besucht die Häfen", "Читайте также: Министр посетил порты юга",
        "Lire aussi : La ministre visite les ports", "Lea también: El ministro visita los puertos",
        "相关阅读：部长访问南部港口"}) {
    const CleanedText out =
        clean(kTitle + "\n\n" + kOne + "\n\n" + line + "\n\n" + kTwo + "\n\n" + kThree);
    EXPECT_EQ(out.body, kArticle) << line;
    EXPECT_THAT(reasons(out), ElementsAre("related_link")) << line;
  }
}

TEST(CleanText, KeepsSentencesThatBeginLikeChrome) {
  for (const char* line :
       {"Also read by many was the report of the commission on fisheries in the northern waters, "
        "he said.",
        "Related companies will have to pay for the dredging of the channel as well.",
        "Share prices of the builder rose by four percent after the announcement.",
        "Follow the river for two miles and you reach the place where the old pier stood.",
        "Read-only copies of the contract were handed to the members of the council.",
        "More than forty boats use the harbour.",
        "Comments by the minister caused anger among the crews.",
        "Copyright law does not protect the plans of a pier, the court said."}) {
    const CleanedText out =
        clean(kTitle + "\n\n" + kOne + "\n\n" + line + "\n\n" + kTwo + "\n\n" + kThree);
    EXPECT_THAT(out.body, HasSubstr(line));
    EXPECT_THAT(out.removals, IsEmpty()) << line;
  }
}

TEST(CleanText, DropsFootersOfManyWordings) {
  for (const char* footer : {"Follow us",
                             "Follow us on Twitter and Facebook",
                             "Share this article",
                             "Facebook Twitter WhatsApp Email",
                             "Most Popular",
                             "Read Entire Article",
                             "Continue reading →",
                             "Subscribe to our newsletter for daily updates",
                             "Advertisement",
                             "Leave a comment",
                             "© 2024 The Coast Courier. All rights reserved.",
                             "Tags: harbour, fisheries, storm",
                             "Filed under: North",
                             "3 min read",
                             "12 comments",
                             "Back to top",
                             "Teilen",
                             "Реклама",
                             "Поделиться",
                             "分享"}) {
    EXPECT_EQ(clean(kTitle + "\n\n" + kArticle + "\n\n" + footer).body, kArticle) << footer;
  }
}

TEST(CleanText, DropsCountersAndTeasersOfAggregators) {
  const CleanedText out = clean(kTitle +
                                "\n\n3 weeks ago 117\n\nA storm had taken the old pier. The "
                                "council promised help at once. read more\n\n" +
                                kTitle + "\n\n" + kArticle + "\n\nRead full story");
  EXPECT_EQ(out.title, kTitle);
  EXPECT_EQ(out.body, kArticle);
  EXPECT_THAT(reasons(out), ElementsAre("counter", "teaser", "repeated_title", "read_more"));
}

TEST(CleanText, CutsOnlyTheReadMoreWhenTheTeaserIsAllThereIs) {
  const CleanedText out = clean(kTitle + "\n\n" + kOne + " Read more");
  EXPECT_EQ(out.body, kOne);
}

TEST(CleanText, DropsPhotoCaptionsWithACredit) {
  for (const char* caption :
       {"A crane lifts timber at the harbour of Larsmo, March 3, 2024. [Photo/Norden]",
        "Workers at the pier on Monday. (File photo: Norden Press)",
        "The old pier after the storm. (AP Photo/Jon Dahl)",
        "The old pier after the storm (AFP/Jon Dahl)", "Photo: Jon Dahl / Norden Press",
        "FILE PHOTO: The old pier of Larsmo in summer",
        "The pier seen from the sea. Image credit: Jon Dahl",
        "Die alte Mole im Sommer (Foto: Jon Dahl)",
        "The old pier in June. Photograph: Jon Dahl/Norden"}) {
    const CleanedText out = clean(kTitle + "\n\n" + caption + "\n\n" + kArticle);
    EXPECT_EQ(out.body, kArticle) << caption;
    EXPECT_THAT(reasons(out), ElementsAre("caption")) << caption;
  }
}

TEST(CleanText, CutsACaptionGluedToAParagraph) {
  const std::string caption =
      "A crane lifts timber at the harbour of Larsmo in the north, March 3, 2024.";
  const CleanedText out =
      clean(caption + " [Photo/Norden]\n\n" + kArticle + " " + caption + " [Photo/Norden]");
  EXPECT_EQ(out.body, kArticle);
  EXPECT_THAT(reasons(out), ElementsAre("caption", "glued"));
  EXPECT_EQ(out.title, "");
}

TEST(CleanText, TakesSectionDatesAndAffiliationsFromTheHead) {
  const CleanedText out =
      clean(kTitle +
            "\n\nFisheries 09:30 14.03.2024\n\nSenior Researcher: Institute for Northern Seas, "
            "Vaasa\n\nVisiting Professor, University of the Sound\n\n" +
            kArticle);
  EXPECT_EQ(out.body, kArticle);
  ASSERT_TRUE(out.published_at);
  EXPECT_EQ(to_rfc3339(*out.published_at), "2024-03-14T00:00:00Z");
  EXPECT_EQ(out.published_at->precision, Precision::kDay);
  EXPECT_THAT(reasons(out), ElementsAre("date_line", "affiliation", "affiliation"));
}

TEST(CleanText, TakesNoMenuTickerOrContactForTheTitle) {
  for (const char* line :
       {"首页 > 社会 > 正文", "Home > World > Northern coast",
        "News Sports Life Opinion Obituaries",
        "Breaking: Senate passes budget 52-48 • Oil falls below $70 • Storm warning for the Gulf",
        "Contact: Jo Barnes, 555-0177, press@parks.example"})
    EXPECT_EQ(clean(std::string(line) + "\n\n" + kTitle + "\n\n" + kArticle).title, kTitle) << line;
}

TEST(CleanText, ReadsTheDateAndTheNamesOfALineAboutBoth) {
  for (const char* line : {"By Maja Lindqvist - March 14, 2024 0",
                           "by Maja Lindqvist | Mar 14, 2024 | Harbours, North",
                           "by Maja Lindqvist March 14, 2024 Source: courier.example",
                           "Posted on March 14, 2024 by Maja Lindqvist",
                           "Last Updated: March 14, 2024 By Maja Lindqvist Leave a Comment"}) {
    const CleanedText out = clean(kTitle + "\n\n" + line + "\n\n" + kArticle);
    EXPECT_EQ(out.body, kArticle) << line;
    EXPECT_THAT(out.authors, ElementsAre("Maja Lindqvist")) << line;
    const auto& date =
        std::string_view(line).starts_with("Last") ? out.modified_at : out.published_at;
    ASSERT_TRUE(date) << line;
    EXPECT_EQ(to_rfc3339(*date), "2024-03-14T00:00:00Z") << line;
  }
}

TEST(CleanText, ReadsBylinesOfOtherLanguages) {
  const std::string german =
      "Der Betriebsrat des Getriebewerks in Eisenach warnt vor dem Abbau von 400 der 1300 Stellen, "
      "das sagte die Vorsitzende Petra Lind am Montag.";
  const CleanedText out = clean(
      "Betriebsrat warnt vor Abbau von Stellen\n04.03.2024, 16:22 Uhr\nVon Jens Albrecht\n"
      "Artikel anhören\nDrucken Teilen\n" +
      german + "\n" + german + " Das war neu.");
  EXPECT_EQ(out.body, german + "\n\n" + german + " Das war neu.");
  EXPECT_THAT(out.authors, ElementsAre("Jens Albrecht"));
}

TEST(CleanText, TakesANameAboveARoleForTheAuthor) {
  const CleanedText out = clean(kTitle + "\n3 hours ago\nMaya Osei\nScience reporter\n" + kArticle);
  EXPECT_EQ(out.body, kArticle);
  EXPECT_THAT(out.authors, ElementsAre("Maya Osei"));
}

TEST(CleanText, DropsACaptionThatComesAgainWithItsCredit) {
  const std::string caption = "Boats on the shore of Larsmo on the first morning of the season.";
  EXPECT_EQ(clean(kTitle + "\n\n" + caption + "\n\n" + caption + " | Photo Credit: R. Anand\n\n" +
                  kArticle)
                .body,
            kArticle);
}

// A heading in the middle that reads like the title, as recipes have: what is above it stays.
TEST(CleanText, KeepsSubHeadingsAboveALineThatIsTheTitle) {
  EXPECT_THAT(
      clean(kOne + "\n\nWhat comes next\n\n" + kTwo + "\n\n" + kTitle + "\n\n" + kThree, kTitle)
          .body,
      HasSubstr("What comes next"));
}

TEST(CleanText, AQuestionMayBeASubHeading) {
  EXPECT_THAT(clean(kTitle + "\n\n" + kOne + "\n\nWhat’s next?\n\n" + kTwo + "\n\n" + kThree).body,
              HasSubstr("What’s next?"));
}

TEST(CleanText, TakesTheByline) {
  const CleanedText out =
      clean(kTitle + "\n\nBy Maja Lindqvist and Per van Dyk | Norden Press\n\n" + kArticle);
  EXPECT_EQ(out.body, kArticle);
  EXPECT_EQ(out.byline, "By Maja Lindqvist and Per van Dyk | Norden Press");
  EXPECT_THAT(out.authors, ElementsAre("Maja Lindqvist", "Per van Dyk"));
}

TEST(CleanText, FindsDatelines) {
  CleanedText out = clean("Larsmo, 7 March 2024 (NPA): " + kArticle);
  EXPECT_EQ(out.dateline, "Larsmo, 7 March 2024 (NPA)");
  ASSERT_TRUE(out.published_at);
  EXPECT_EQ(to_rfc3339(*out.published_at), "2024-03-07T00:00:00Z");
  EXPECT_THAT(out.body, HasSubstr("(NPA): The harbour"));
  EXPECT_EQ(clean("LARSMO — " + kArticle).dateline, "LARSMO");
  EXPECT_EQ(clean("VAASA, Finland (NPA) - " + kArticle).dateline, "VAASA, Finland (NPA)");
  EXPECT_EQ(clean(kArticle).dateline, "");
}

TEST(CleanText, ASpeakerIsNoDateline) {
  EXPECT_EQ(clean("LARSMO: " + kArticle).dateline, "LARSMO");
  EXPECT_EQ(clean("HOLM: " + kArticle + "\n\nDYK: Is that so?").dateline, "");
}

TEST(CleanText, DropsTheDoubledNameBiography) {
  const std::string biography =
      "Per Dyk studied marine biology in Bergen and has written about the sea for eleven years, "
      "most of them from a small office above the fish market.";
  for (const char* second : {"Per Dyk", "Per Dykhttps://per.example/", "Per Dyk, Staff Writer"}) {
    const CleanedText out = clean(kTitle + "\n\n" + kArticle + "\n\nPer Dyk\n" + second + "\n" +
                                  biography + "\n\nFollow us\n\n\nMost Popular");
    EXPECT_EQ(out.body, kArticle) << second;
    EXPECT_THAT(out.authors, ElementsAre("Per Dyk")) << second;
  }
}

TEST(CleanText, DropsTheNoteAboutTheWriter) {
  const std::string note =
      "The writer is a retired captain who has sailed all northern waters and now teaches at the "
      "school of navigation.";
  EXPECT_EQ(clean(kTitle + "\n\n" + kArticle + "\n\n" + note).body, kArticle);
}

TEST(CleanText, DropsTickersWithTheirHeadingAndTheHeadlineBefore) {
  std::string ticker =
      "\n\nMinister: Ports of the south to be dredged next year - VIDEO\n\nLatest news\n\n";
  const char* headlines[] = {
      "Ferry to Vaasa resumes service",         "Council votes on budget for roads",
      "Council votes on budget for roads",      "Weather: calm seas until Friday",
      "Seal colony counted for the first time", "School of navigation opens new hall"};
  int minute = 10;
  for (const char* headline : headlines) {
    ticker += std::string(headline) + "\n";
    if (std::string_view(headline).starts_with("Council") &&
        ticker.find(headline) == ticker.rfind(headline))
      continue;
    ticker += "14:" + std::to_string(minute++) + " 07.03.2024\n";
  }
  const CleanedText out = clean(kTitle + "\n\n" + kArticle + ticker);
  EXPECT_EQ(out.body, kArticle);
}

TEST(CleanText, DropsTickersWithAgesBeforeTheHeadlines) {
  const CleanedText out =
      clean(kTitle + "\n\n" + kArticle +
            "\n\nTrending\n2 hours ago\nFerry to Vaasa resumes service\n3 hours ago\nCouncil votes "
            "on budget for roads\n5 hours ago\nSeal colony counted for the first time\n");
  EXPECT_EQ(out.body, kArticle);
}

TEST(CleanText, KeepsAChronicleOfSentencesWithDates) {
  const std::string chronicle =
      "3 March 2024\n\nThe storm reaches the coast and takes the pier in one night of heavy "
      "seas.\n\n5 March 2024\n\nThe council meets and promises help to "
      "the crews of the harbour.\n\n9 March 2024\n\nThe contract is awarded to a builder from the "
      "capital after a short debate.";
  const CleanedText out = clean(kTitle + "\n\n" + kOne + "\n\n" + chronicle + "\n\n" + kThree);
  EXPECT_THAT(out.body, HasSubstr("5 March 2024"));
  EXPECT_THAT(out.body, HasSubstr("The contract is awarded"));
}

TEST(CleanText, JoinsASentenceBrokenByANewline) {
  const CleanedText out =
      clean(kTitle + "\n\n" + kOne +
            "\n\nThe minister warned that every delay would cost the crews of the\nharbour a part "
            "of the season and drive buyers to other ports.\n\n" +
            kThree);
  EXPECT_THAT(out.body, HasSubstr("cost the crews of the harbour a part"));
}

TEST(CleanText, JoinsLinesWrappedAtAFixedWidth) {
  const CleanedText out = clean(
      "The harbour authority of Larsmo said on Thursday that it would rebuild\nthe eastern pier, "
      "which a storm destroyed last winter, before the time\n"
      "when the herring season begins and the boats of the Northern Company\ncome back to the "
      "coast.\n\n" +
      kTwo);
  EXPECT_THAT(out.body, HasSubstr("would rebuild the eastern"));
  EXPECT_THAT(out.body, HasSubstr("Northern Company come back"));
}

TEST(CleanText, KeepsSubHeadingsAndLists) {
  const std::string list =
      "What the plan holds:\n\nA pier of ninety metres\n\nA crane\n\nTwo sheds for nets";
  const CleanedText out = clean(kTitle + "\n\n" + kOne + "\n\n" + list + "\n\n" + kThree);
  EXPECT_EQ(out.body, kOne + "\n\n" + list + "\n\n" + kThree);
}

TEST(CleanText, NeverDropsALineWithFortyPercentOfTheWords) {
  const std::string only = kOne + " " + kTwo + " [Photo/Norden]";
  const CleanedText out = clean("Short line here\n\n" + only);
  EXPECT_THAT(out.body, HasSubstr("harbour authority"));
}

TEST(CleanText, KeepsTheInputWhenLittleWouldBeLeft) {
  std::string menu;
  for (int i = 0; i < 40; ++i) menu += "Share this article\n\nFollow us on Facebook\n\n";
  const CleanedText out = clean(menu + "A short note on the weather of the coast today.");
  EXPECT_THAT(out.warnings, ElementsAre("little_left"));
  EXPECT_THAT(out.body, HasSubstr("Follow us on Facebook"));
  EXPECT_THAT(out.removals, IsEmpty());
}

TEST(CleanText, RemovalsPointIntoTheInput) {
  const std::string input =
      "\xC2\xA0" + kTitle + "\r\n\r\n" + kArticle + "\r\n\r\n  Follow us \xC2\xA0\r\n";
  const CleanedText out = clean(input);
  EXPECT_EQ(out.body, kArticle);
  ASSERT_EQ(out.removals.size(), 1u);
  const Span span = out.removals[0].span;
  EXPECT_EQ(input.substr(span.begin, span.end - span.begin), "Follow us");
}

TEST(CleanText, BoundsTheListOfRemovals) {
  TextOptions options;
  options.removals_max = 3;
  std::string text = kTitle + "\n\n" + kArticle;
  for (int i = 0; i < 10; ++i) text += "\n\nShare this";
  const CleanedText out = clean_text(text, "", options);
  EXPECT_EQ(out.removals.size(), 3u);
  EXPECT_EQ(out.removed_lines, 10u);
}

// Furniture without any of the rules' wordings: what the model is for.
const char* const kStrangers =
    "\n\nHarbour prices rise for the third month\n\nMinister visits the southern ports\n\n"
    "Your briefing on everything that matters along the coast, straight to you each morning.\n\n"
    "Ferry to Vaasa resumes service\n\nSeal colony counted for the first time\n\n"
    "Council votes on budget for roads\n\nSchool of navigation opens new hall";

TEST(CleanText, TheModelDropsFurnitureThatNoRuleKnows) {
  const CleanedText out = clean(kTitle + "\n\n" + kArticle + kStrangers);
  EXPECT_THAT(out.body, ::testing::StartsWith(kArticle));
  EXPECT_THAT(out.body, Not(HasSubstr("School of navigation opens new hall")));
  EXPECT_THAT(reasons(out), ::testing::Contains("model"));
}

TEST(CleanText, RulesAloneAreAskedForByAnOption) {
  TextOptions options;
  options.use_model = false;
  const CleanedText out = clean_text(kTitle + "\n\n" + kArticle + kStrangers, "", options);
  EXPECT_THAT(out.body, HasSubstr("Ferry to Vaasa resumes service"));
  EXPECT_THAT(reasons(out), Not(::testing::Contains("model")));
}

// Other languages: nothing of these may be lost.
TEST(CleanText, DoesNoHarmToOtherLanguages) {
  const std::string texts[] = {
      "李强总理同俄罗斯总统举行会谈\n\n新华社北京5月16日电，国务院总理李强16日下午在人民大会堂会见"
      "来华进行国事访问的俄罗斯总统。李强表示，中俄关系历久弥坚。\n\n"
      "双方愿进一步加强经贸、能源、互联互通等领域合作，推动两国关系不断向前发展，造福两国人民。\n\n"
      "会见后，双方共同出席了签字仪式。",
      "رئيس الوزراء يزور روسيا وبيلاروسيا هذا الأسبوع\n\nقالت وزارة الخارجية إن رئيس الوزراء سيزور "
      "روسيا وبيلاروسيا هذا الأسبوع لإجراء محادثات حول التعاون الاقتصادي بين "
      "البلدين.\n\nوأضافت الوزارة في بيان أن الزيارة ستستمر أربعة أيام وستشمل لقاءات مع كبار "
      "المسؤولين في البلدين.\n\nوتأتي الزيارة بعد أشهر من قمة سابقة في بكين.",
      "Премьер Китая посетит Россию и Белоруссию\n\nПремьер Госсовета Китая посетит Россию и "
      "Белоруссию на этой неделе, сообщило министерство иностранных дел в Пекине в "
      "понедельник.\n\nВизит состоится на фоне расширения экономического сотрудничества и "
      "дипломатических контактов между двумя странами.\n\nРанее стороны провели переговоры.",
      "Chinas Premier reist nach Russland und Belarus\n\nDer chinesische Ministerpräsident besucht "
      "in dieser Woche Russland und Belarus, wie das Außenministerium in Peking am "
      "Montag mitteilte.\n\nDer Besuch fällt in eine Zeit, in der beide Länder ihre "
      "wirtschaftliche Zusammenarbeit ausbauen und sich häufiger abstimmen.\n\nZuletzt war er im "
      "März in Moskau."};
  for (const std::string& text : texts) {
    const CleanedText out = clean(text);
    const std::size_t gap = text.find("\n\n");
    EXPECT_EQ(out.title, text.substr(0, gap));
    EXPECT_EQ(out.body, text.substr(gap + 2));
    EXPECT_THAT(out.removals, IsEmpty());
  }
}

// A page of another language, flattened: body lines begin with "+ ", the others with "- ".
void expect_only_the_article(std::string_view marked) {
  std::string text, body;
  for (std::size_t at = 0; at < marked.size();) {
    const std::size_t end = std::min(marked.find('\n', at), marked.size());
    const std::string_view line = marked.substr(at, end - at);
    text += std::string(line.substr(2)) + '\n';
    if (line[0] == '+') body += (body.empty() ? "" : "\n\n") + std::string(line.substr(2));
    at = end + 1;
  }
  EXPECT_EQ(clean(text).body, body);
}

TEST(CleanText, TheModelReadsTextsOfOtherLanguages) {
  expect_only_the_article(
      "- Niedersachsen\n- Wendland\n- Wolf reißt acht Schafe bei Lüchow\n"
      "- 8. November 2022, 10:12 Uhr\n- Quelle: dpa Niedersachsen\n"
      "+ Lüchow (dpa/lni) - Ein Wolf hat in der Nacht zum Dienstag acht Schafe auf einer Weide bei "
      "Lüchow gerissen. Das bestätigte eine Sprecherin des Landkreises.\n"
      "+ Ein Wolfsberater habe Proben genommen, die nun im Labor untersucht würden. Der Zaun sei "
      "mit 90 Zentimetern Höhe ausreichend gewesen, hieß es.\n"
      "+ Im vergangenen Jahr hatte es im Landkreis 23 bestätigte Risse gegeben.\n"
      "- © dpa-infocom, dpa:221108-99-430511/2\n- Das könnte Sie auch interessieren\n"
      "- Schäfer fordern schnellere Hilfe\n- Newsletter\n"
      "- Die wichtigsten Meldungen des Tages direkt in Ihr Postfach\n- Abonnieren\n"
      "- Aktuelle Jobangebote\n- Altenpfleger (m/w/d)\n");
  expect_only_the_article(
      "- Un perro guía vuelve solo a casa tras recorrer 30 kilómetros\n- 19 de enero de 2024\n"
      "+ Un labrador de seis años llamado Trueno regresó este jueves a su casa de Mendoza después "
      "de haber caminado más de treinta kilómetros por la ruta, según contó su dueño.\n"
      "+ El animal se había asustado con los fuegos artificiales del fin de semana y había saltado "
      "la tapia del jardín.\n"
      "- Mirá también\n- Cómo cuidar a las mascotas durante las fiestas\n"
      "+ \"Cuando lo vi en la puerta me puse a llorar\", dijo el hombre, que es ciego desde los "
      "doce años.\n"
      "- Seguinos en Google News\n- Temas relacionados\n- Mascotas\n- Mendoza\n"
      "- Últimas noticias\n- El dólar blue cerró en baja\n- Clima: alerta por tormentas\n");
  expect_only_the_article(
      "- Главная\n- Общество\n- В Новосибирске открыли новый мост через Обь\n"
      "- 05 октября 2023, 14:20\n"
      "+ В Новосибирске в четверг открыли движение по четвертому мосту через Обь. Первыми по нему "
      "проехали строители и ветераны предприятия.\n"
      "+ Длина моста вместе с подходами составляет пять километров, а строили его почти пять лет. "
      "Проезд первые три месяца будет бесплатным, сообщили в мэрии.\n"
      "+ «Мы ждали этого дня очень долго», — сказал губернатор на церемонии открытия.\n"
      "- Читайте также: Когда в городе закончат ремонт дорог\n"
      "+ По оценке властей, новый мост разгрузит центр города примерно на треть.\n"
      "- Подписывайтесь на наш Telegram-канал\n- Теги: Новосибирск, мост, Обь\n- Поделиться\n"
      "- Комментарии (3)\n"
      "- © 2005–2023 Сибирские вести. Все права защищены. Перепечатка материалов без разрешения "
      "редакции запрещена.\n");
}

TEST(CleanText, ReadsWhoWroteAChineseText) {
  const CleanedText out = clean(
      "首页\n新闻\n长江中下游今起迎来新一轮强降雨\n2024-06-21 08:15\n来源：新华网\n作者：王晓明\n"
      "字号：小 中 大\n"
      "新华社武汉6月21日电（记者王晓明）中央气象台21日发布暴雨橙色预警，预计未来三天长江中下游地区"
      "将"
      "出现新一轮强降雨，局地降雨量可达200毫米以上。\n"
      "列车驶出车站。 陈思 摄\n"
      "湖北省水利厅介绍，目前全省主要江河水位均在警戒线以下，但部分中小河流可能发生超警洪水。\n"
      "责任编辑：李娜\n相关阅读\n中央气象台：南方多地高温将持续\n");
  EXPECT_THAT(out.authors, ElementsAre("王晓明"));
  EXPECT_THAT(out.body, Not(HasSubstr("来源")));
  EXPECT_THAT(out.body, Not(HasSubstr("责任编辑")));
  EXPECT_THAT(out.body, Not(HasSubstr("陈思 摄")));
  EXPECT_THAT(out.body, HasSubstr("湖北省水利厅介绍"));
}

TEST(CleanText, ATextWithTwoDatesInALineHasBoth) {
  const CleanedText out = clean(
      "Grève dans les écoles : un enseignant sur trois attendu dans la rue\n"
      "Par Élodie Martin avec AFP\n"
      "Publié le 12/02/2024 à 06:30, mis à jour le 13/02/2024 à 08:12\n"
      "Les syndicats d’enseignants appellent à une journée de grève jeudi dans toute la France "
      "pour "
      "réclamer des hausses de salaire et dénoncer les groupes de niveau.\n");
  EXPECT_THAT(out.authors, ElementsAre("Élodie Martin"));
  ASSERT_TRUE(out.published_at);
  EXPECT_EQ(to_rfc3339(*out.published_at).substr(0, 10), "2024-02-12");
  EXPECT_THAT(out.body, Not(HasSubstr("Publié")));
}

TEST(CleanText, WhoOnlySaysWhenItWasChangedSaysWhenItWasPublished) {
  const CleanedText out = clean(kTitle + "\nUpdated 6:41 PM PDT, August 20, 2023\n" + kArticle);
  ASSERT_TRUE(out.published_at);
  EXPECT_EQ(to_rfc3339(*out.published_at).substr(0, 10), "2023-08-20");
}

TEST(CleanText, TakesANameBesideTheDateForTheAuthor) {
  for (const char* head : {"Maya Osei\nMay 16, 2022\n0\n214\n", "Maya Osei\n3 min read\n",
                           "Maya Osei, The Coast Courier\nMon, May 10, 2021, 4:02 PM\n",
                           "By\nMaya Osei\nMay 16, 2022\n"}) {
    const CleanedText out = clean(kTitle + "\n" + head + kArticle);
    EXPECT_EQ(out.body, kArticle) << head;
    EXPECT_THAT(out.authors, ElementsAre("Maya Osei")) << head;
  }
  for (const char* other : {"Save Article\nMay 16, 2022\n", "New York\nMay 16, 2022\n",
                            "Home DecorDesign Ideas\nMay 16, 2022\n", "Digital News\n5 min read\n"})
    EXPECT_THAT(clean(kTitle + "\n" + other + kArticle).authors, IsEmpty()) << other;
  const CleanedText two = clean(kTitle + "\nBy\nMaya Osei\n,\nPer Dyk\n" + kArticle);
  EXPECT_THAT(two.authors, ElementsAre("Maya Osei", "Per Dyk"));
  EXPECT_EQ(two.body, kArticle);
}

TEST(CleanText, FindsBylineAndDateBelowASummary) {
  const std::string summary =
      "The storm of last winter took the pier, and the fishermen have waited for a year and a "
      "half.";
  const CleanedText out =
      clean(kTitle + "\n" + summary + "\nBy Maya Osei\nMay 16, 2022\n" + kArticle);
  EXPECT_THAT(out.authors, ElementsAre("Maya Osei"));
  EXPECT_TRUE(out.published_at);
  EXPECT_EQ(out.body, summary + "\n\n" + kArticle);
}

TEST(CleanText, TheSiteBehindAGivenTitleIsNotTheTitle) {
  const CleanedText out =
      clean("Coast Courier\nSign in\n" + kTitle + "\n" + kArticle, kTitle + " | Coast Courier");
  EXPECT_EQ(out.title, kTitle);
  EXPECT_THAT(out.body, Not(HasSubstr(kTitle)));
}

TEST(CleanText, ClocksOfALiveBlogGoAndPricesStay) {
  const CleanedText out =
      clean(kTitle + "\n11.42 GMT\n" + kOne + "\n10:15\n" + kTwo + "\n$5.00\n3.14\n" + kThree);
  EXPECT_THAT(out.body, Not(HasSubstr("GMT")));
  EXPECT_THAT(out.body, Not(HasSubstr("10:15")));
  TextOptions rules;
  rules.use_model = false;
  const std::string text = kTitle + "\n\n" + kOne + "\n\n$5.00\n\n3.14\n\n" + kTwo;
  EXPECT_THAT(clean_text(text, {}, rules).body, HasSubstr("$5.00\n\n3.14"));
}

TEST(CleanText, AMenuMayBeginWithAnotherWord) {
  EXPECT_EQ(
      clean("U.S. News World Politics Sports Entertainment Business\n" + kTitle + "\n" + kArticle)
          .title,
      kTitle);
}

TEST(CleanText, TheModelIsBelievedOfABriefToo) {
  const std::string brief =
      "A pair of barn owls has raised three chicks in the tower of St Mary's, the first to do so "
      "since the war.\n\nChurchwarden Elsie Norris noticed the pellets in March and kept the bells "
      "silent until the young had flown.";
  const CleanedText out =
      clean("Fenland News\nRare owl nests in church tower\nMay 16, 2022\n" + brief +
            "\nPrevious articleVillage shop to reopen as a co-operative\n"
            "Next articleRoadworks on the A47 delayed again\n"
            "RELATED ARTICLESMORE FROM AUTHOR\nLEAVE A REPLY Cancel reply\n");
  EXPECT_EQ(out.body, brief);
}

TEST(CleanText, CountsOfCommentsAndBarsInOtherLanguagesGo) {
  for (const char* line :
       {"Комментарии (3)", "12 Kommentare", "Comentarios (12)", "댓글 0", "Compartir en Twitter",
        "Auf Facebook teilen", "Compartilhe no WhatsApp"})
    EXPECT_EQ(clean(kTitle + "\n" + kArticle + "\n" + line).body, kArticle) << line;
}

TEST(CleanText, IsStableWhenRunTwice) {
  const CleanedText once = clean(kTitle + "\n\nBy Maja Lindqvist\n\n" + kArticle + "\n\nFollow us");
  const CleanedText twice = clean(once.body, once.title);
  EXPECT_EQ(twice.body, once.body);
  EXPECT_EQ(twice.title, once.title);
}

}  // namespace
}  // namespace copydesk::clean
