#include "clean/dates.h"

#include <gtest/gtest.h>

namespace copydesk::clean {
namespace {

std::string read(std::string_view text) {
  const auto moment = parse_moment(text);
  if (!moment) return "";
  return to_rfc3339(*moment) + (moment->precision == Precision::kDay ? " day" : "");
}

TEST(CleanDates, ReadsInstantsWithTheirZone) {
  EXPECT_EQ(read("2024-05-18T10:00:00Z"), "2024-05-18T10:00:00Z");
  EXPECT_EQ(read("2024-05-18T10:00:00.123+08:00"), "2024-05-18T10:00:00+08:00");
  EXPECT_EQ(read("2024-05-18T10:00-0530"), "2024-05-18T10:00:00-05:30");
  EXPECT_EQ(read("Sat, 18 May 2024 10:00:05 GMT"), "2024-05-18T10:00:05Z");
  EXPECT_EQ(read("Published May 18, 2024 10:05 p.m. EDT"), "2024-05-18T22:05:00-04:00");
  EXPECT_EQ(read("1716026400"), "2024-05-18T10:00:00Z");
  EXPECT_EQ(read("1716026400000"), "2024-05-18T10:00:00Z");
}

TEST(CleanDates, TakesOnlyTheDayWhenTheZoneIsUnknown) {
  EXPECT_EQ(read("2024-05-18T23:30:00"), "2024-05-18T00:00:00Z day");
  EXPECT_EQ(read("2024-05-18"), "2024-05-18T00:00:00Z day");
  EXPECT_EQ(read("May 18th, 2024"), "2024-05-18T00:00:00Z day");
  EXPECT_EQ(read("18 May 2024"), "2024-05-18T00:00:00Z day");
  EXPECT_EQ(read("18.06.2024 10:00"), "2024-06-18T00:00:00Z day");
  EXPECT_EQ(read("3. März 2023"), "2023-03-03T00:00:00Z day");
  EXPECT_EQ(read("12 марта 2024 года"), "2024-03-12T00:00:00Z day");
}

TEST(CleanDates, ReadsTheMonthsAndDigitsOfManyLanguages) {
  for (const char* text : {"14 مايو 2024",
                           "١٤ مايو ٢٠٢٤",
                           "الثلاثاء ١٤ مايو/أيار ٢٠٢٤",
                           "١٤\u200f/٥\u200f/٢٠٢٤",
                           "۱۴ مه ۲۰۲۴",
                           "۲۵ اردیبهشت ۱۴۰۳",
                           "۱۴۰۳/۰۲/۲۵",
                           "۱۴ مئی ۲۰۲۴",
                           "יום שלישי, 14 במאי 2024",
                           "१४ मई २०२४",
                           "১৪ মে ২০২৪",
                           "14 மே 2024",
                           "14 พฤษภาคม 2567",
                           "14 พ.ค. 2567",
                           "๑๔ พฤษภาคม ๒๕๖๗",
                           "14 tháng 5, 2024",
                           "14 tháng 5 năm 2024",
                           "14 Mei 2024",
                           "14. svibnja 2024.",
                           "14. maja 2024",
                           "14 мај 2024",
                           "14 май 2024 г.",
                           "14 Μαΐου 2024",
                           "2024. május 14.",
                           "2024 m. gegužės 14 d.",
                           "2024. gada 14. maijs",
                           "14. mai 2024",
                           "14. maí 2024",
                           "14 de maig de 2024",
                           "14. 5. 2024",
                           "2024. 5. 14.",
                           "2024년 5월 14일",
                           "２０２４年５月１４日"})
    EXPECT_EQ(read(text), "2024-05-14T00:00:00Z day") << text;
  EXPECT_EQ(read("14 كانون الثاني 2024"), "2024-01-14T00:00:00Z day");
  EXPECT_EQ(read("14 تشرين الثاني/نوفمبر 2024"), "2024-11-14T00:00:00Z day");
  EXPECT_EQ(read("۱ فروردین ۱۴۰۴"), "2025-03-21T00:00:00Z day");
  EXPECT_EQ(read("۲۲ بهمن ۱۴۰۳"), "2025-02-10T00:00:00Z day");
}

TEST(CleanDates, ReadsTheTimesOfManyLanguages) {
  EXPECT_EQ(read("14 mai 2024 à 18h05 GMT"), "2024-05-14T18:05:00Z");
  EXPECT_EQ(read("14 mai 2024 à 18 h 05 CEST"), "2024-05-14T18:05:00+02:00");
  EXPECT_EQ(read("14/05/2024 13:44h UTC"), "2024-05-14T13:44:00Z");
  EXPECT_EQ(read("2024年5月14日下午3:25 UTC+8"), "2024-05-14T15:25:00+08:00");
  EXPECT_EQ(read("2024年5月14日 18時05分 JST"), "2024-05-14T18:05:00+09:00");
  EXPECT_EQ(read("١٤ مايو ٢٠٢٤ - ٠٣:٢٥ م GMT"), "2024-05-14T15:25:00Z");
  EXPECT_EQ(read("May 14, 2024 9:05 p. m. EDT"), "2024-05-14T21:05:00-04:00");
}

TEST(CleanDates, KnowsWhenTheClocksOfTheUsaArePutForward) {
  EXPECT_EQ(read("9:05 PM ET, Sat March 9, 2024"), "2024-03-09T21:05:00-05:00");
  EXPECT_EQ(read("9:05 PM ET, Sun March 10, 2024"), "2024-03-10T21:05:00-04:00");
  EXPECT_EQ(read("November 2, 2024 7:00 a.m. PT"), "2024-11-02T07:00:00-07:00");
  EXPECT_EQ(read("November 3, 2024 7:00 a.m. PT"), "2024-11-03T07:00:00-08:00");
  EXPECT_EQ(read("14 mai 2024 à 18:05 et"), "2024-05-14T00:00:00Z day");
}

TEST(CleanDates, DoesNotGuess) {
  for (const char* text : {"05/06/2024", "2024", "May 2024", "18 May", "31 February 2024",
                           "2024-13-01", "May 1, 2024 and May 2, 2024", "0000-00-00", "1850-01-01",
                           "", "no date here", "99999999999999999999"})
    EXPECT_EQ(read(text), "") << text;
  EXPECT_EQ(read("25/12/2024"), "2024-12-25T00:00:00Z day");
  EXPECT_EQ(read(std::string(5000, '1')), "");
}

TEST(CleanDates, ReadsTheMonthsOfManyLanguages) {
  for (const char* text :
       {"4 mai 2024", "4 maggio 2024", "4 maja 2024", "4. května 2024", "4. toukokuuta 2024",
        "4 Mayıs 2024", "4 de mayo de 2024", "4 травня 2024", "2024年5月4日", "2024년 5월 4일",
        "4 مايو 2024", "04-mai-2024", "4. maj 2024"})
    EXPECT_EQ(read(text), "2024-05-04T00:00:00Z day") << text;
}

TEST(CleanDates, ReadsDayAndMonthAsTheLanguageOrdersThem) {
  EXPECT_EQ(to_rfc3339(*parse_moment("05/06/2024", DayOrder::kDayFirst)), "2024-06-05T00:00:00Z");
  EXPECT_EQ(to_rfc3339(*parse_moment("05/06/2024", DayOrder::kMonthFirst)), "2024-05-06T00:00:00Z");
  EXPECT_EQ(to_rfc3339(*parse_moment("25/06/2024", DayOrder::kMonthFirst)), "2024-06-25T00:00:00Z");
}

TEST(CleanDates, FindsTheFirstDateAmongWords) {
  const auto find = [](std::string_view text) {
    const auto found = find_date(text, DayOrder::kUnknown);
    return found ? to_rfc3339(found->moment).substr(0, 10) : std::string();
  };
  EXPECT_EQ(find("Written: 2023-11-07 15:03 / Updated: 2023-11-08 15:30"), "2023-11-07");
  EXPECT_FALSE(
      find_date("Written: 2023-11-07 15:03 / Updated: 2023-11-08 15:30", DayOrder::kUnknown)
          ->modified);
  EXPECT_TRUE(find_date("Last updated June 13, 2019", DayOrder::kUnknown)->modified);
  EXPECT_TRUE(find_date("Published On May 10, 2022", DayOrder::kUnknown)->published);
  EXPECT_EQ(find("23.09.22"), "2022-09-23");
  EXPECT_EQ(find("Jun 08, 2023 • 11 Minute Read"), "2023-06-08");
  EXPECT_EQ(find_date("May 18, 2024, 9:05 PM", DayOrder::kUnknown)->local_seconds, 1716066300);
  EXPECT_EQ(find("05/06/2024"), "");
  EXPECT_EQ(find("In May 2024 the two countries met"), "");
  EXPECT_EQ(find(std::string(200, '1')), "");
}

TEST(CleanDates, FindsTheDateOfTheUpdateBehindThatOfThePublication) {
  const auto find = [](std::string_view text) {
    const TextDates found = find_dates(text, DayOrder::kUnknown);
    std::string out = found.first ? to_rfc3339(found.first->moment) : "";
    if (found.second)
      out += (found.first->modified ? " < " : " > ") + to_rfc3339(found.second->moment);
    return out;
  };
  EXPECT_EQ(find("Published: 3 May 2024, 10:15 GMT | Updated: 4 May 2024, 16:40 GMT"),
            "2024-05-03T10:15:00Z > 2024-05-04T16:40:00Z");
  EXPECT_EQ(find("Updated: 6:14 AM EST, Sat March 2, 2024 Published: 11:02 PM EST, Fri March 1, "
                 "2024"),
            "2024-03-02T06:14:00-05:00 < 2024-03-01T23:02:00-05:00");
  EXPECT_EQ(find("Publié le 21 novembre 2023 à 18h05, mis à jour le 22 novembre 2023 à 07h12"),
            "2023-11-21T00:00:00Z > 2023-11-22T00:00:00Z");
  EXPECT_EQ(find("Updated: १५ जून २०२४, ०६:३० IST | Published: १४ जून २०२४, २१:१५ IST"),
            "2024-06-15T06:30:00+05:30 < 2024-06-14T21:15:00+05:30");
  EXPECT_EQ(find("פורסם: 12 ביוני 2024, 14:30 | עודכן: 13 ביוני 2024, 09:10"),
            "2024-06-12T00:00:00Z > 2024-06-13T00:00:00Z");
  // Two dates of one kind are those of something else.
  EXPECT_EQ(find("From 3 May 2024 to 4 May 2024"), "2024-05-03T00:00:00Z");
  EXPECT_EQ(find_date("8 June 2024, 10:00 - 18:00", DayOrder::kUnknown)->other_words, 2u);
}

TEST(CleanDates, ReadsTheDayInAnAddress) {
  const auto day = [](std::string_view url) {
    const auto found = date_in_path(url);
    return found ? to_rfc3339(*found).substr(0, 10) : std::string();
  };
  EXPECT_EQ(day("https://c.example/2024/05/18/pier"), "2024-05-18");
  EXPECT_EQ(day("https://c.example/news/2024-05-18-pier.html"), "2024-05-18");
  EXPECT_EQ(day("https://c.example/2024/may/18/pier"), "2024-05-18");
  EXPECT_EQ(day("https://c.example/pier-20240518.html"), "2024-05-18");
  for (const char* url :
       {"https://c.example/2024/05/pier", "https://2024-05-18.example/pier",
        "https://c.example/a?d=2024-05-18", "https://c.example/2024/05/18/from/2023/01/02",
        "https://c.example/12345678", "", "pier"})
    EXPECT_EQ(day(url), "") << url;
}

TEST(CleanDates, RecognisesLinesOfNothingButADate) {
  EXPECT_TRUE(look_for_date("14:01 23.07.2024").only);
  EXPECT_TRUE(look_for_date("Updated: May 18, 2024 10:05 AM IST").only);
  EXPECT_TRUE(look_for_date("Updated: May 18, 2024").modified);
  EXPECT_FALSE(look_for_date("Politics 10:00 18.06.2024").only);
  EXPECT_EQ(look_for_date("Politics 10:00 18.06.2024").other_words, 1u);
  EXPECT_FALSE(look_for_date("In 2024 the two countries traded more").has_date);
}

TEST(CleanDates, WritesOffsetsAndDaysBeforeTheEpoch) {
  EXPECT_EQ(to_rfc3339({-86400, 0, Precision::kDay}), "1969-12-31T00:00:00Z");
  EXPECT_EQ(to_rfc3339({0, -330, Precision::kSecond}), "1969-12-31T18:30:00-05:30");
}

}  // namespace
}  // namespace copydesk::clean
