#include "clean/language.h"

#include <gtest/gtest.h>

#include <copydesk/testing.hpp>
#include <string>

#include "clean/stage.h"

namespace copydesk::clean {
namespace {

using namespace copydesk::testing;

struct Sample {
  const char* language;
  const char* text;
};
const Sample kSamples[] = {
    {"en",
     "The harbour authority said on Thursday that it would rebuild the pier, which a storm "
     "destroyed "
     "last winter, before the herring season begins in the north."},
    {"de",
     "Die Hafenbehörde teilte am Donnerstag mit, dass sie den Pier, den ein Sturm im vergangenen "
     "Winter zerstört hatte, vor der Heringssaison wieder aufbauen werde."},
    {"fr",
     "Les autorités du port ont annoncé jeudi que la jetée, détruite par une tempête l'hiver "
     "dernier, "
     "sera reconstruite avant le début de la saison du hareng dans le nord."},
    {"es",
     "La autoridad del puerto dijo el jueves que reconstruirá el muelle, que una tormenta destruyó "
     "el "
     "invierno pasado, antes de que empiece la temporada de los arenques en el norte."},
    {"pt",
     "A autoridade do porto disse na quinta-feira que vai reconstruir o cais, que uma tempestade "
     "destruiu no inverno passado, antes do início da temporada do arenque, mas não disse por "
     "quanto."},
    {"it",
     "L'autorità portuale ha detto giovedì che il molo, distrutto da una tempesta lo scorso "
     "inverno, "
     "sarà ricostruito prima che inizi la stagione delle aringhe nel nord del paese."},
    {"nl",
     "De havenautoriteit zei donderdag dat de pier, die vorige winter door een storm is verwoest, "
     "zal "
     "worden herbouwd voordat het haringseizoen in het noorden begint."},
    {"sv",
     "Hamnmyndigheten sade på torsdagen att den skulle bygga upp piren, som förstördes av en storm "
     "förra vintern, innan sillsäsongen börjar i norr och att det inte är för sent."},
    {"pl",
     "Władze portu poinformowały w czwartek, że odbudują molo, które zostało zniszczone przez "
     "sztorm "
     "zeszłej zimy, zanim na północy rozpocznie się sezon na śledzie, ale nie jest to pewne."},
    {"tr",
     "Liman idaresi perşembe günü yaptığı açıklamada, geçen kış bir fırtına ile yıkılan iskele "
     "için "
     "yeni bir plan olduğu ve bu kadar büyük bir iş için daha çok para gerektiğini söyledi."},
    {"ru",
     "Власти порта сообщили в четверг, что до начала сезона восстановят пирс, разрушенный бурей "
     "прошлой зимой; это был самый сильный шторм за двадцать лет."},
    {"uk",
     "Влада порту повідомила в четвер, що до початку сезону відбудує пірс, зруйнований бурею "
     "минулої зими; її представниця каже, що кошти є."},
    {"ar",
     "قالت هيئة الميناء يوم الخميس إنها ستعيد بناء الرصيف الذي دمرته العاصفة في الشتاء الماضي قبل "
     "بداية "
     "موسم الصيد في المدينة الشمالية"},
    {"zh",
     "港务局星期四表示，将在北方的鲱鱼季节开始之前重建去年冬天被风暴摧毁的东码头。渔民此前要求尽早"
     "开工，但合同本周才签订，"
     "发言人说工程需要三个月才能完成，费用由市政府承担。"},
    {"ja",
     "港湾局は木曜日、昨年の冬に嵐で壊れた桟橋を、北部でニシン漁が始まる前に再建すると発表した。漁"
     "業者はもっと早い着工を"
     "求めていたが、契約は今週になってようやく結ばれたという。"},
    {"ko",
     "항만 당국은 목요일 지난겨울 폭풍으로 무너진 동쪽 부두를 북쪽에서 청어 철이 시작되기 전에 "
     "다시 짓겠다고 밝혔다. 어민들은 "
     "공사를 더 일찍 시작해 달라고 요구해 왔다."},
    {"el",
     "Η λιμενική αρχή δήλωσε την Πέμπτη ότι θα ξαναχτίσει την προβλήτα που κατέστρεψε μια "
     "καταιγίδα "
     "τον περασμένο χειμώνα."}};

TEST(Language, TellsWhatIsPlainToSee) {
  for (const Sample& sample : kSamples)
    EXPECT_EQ(detect_language(sample.text), sample.language) << sample.text;
}

TEST(Language, SaysNothingWhereItIsNotSure) {
  const std::string english = kSamples[0].text, german = kSamples[1].text,
                    french = kSamples[2].text;
  for (const std::string& text :
       {std::string(), std::string("The pier"),
        std::string("Ferry Larsmo Maja Lindqvist 2024 12:30"),
        english + " " + german + " " + french,
        // Danish and Norwegian in words that both have.
        std::string("Han var i går på vej til Oslo med toget, og det er første gang at de har "
                    "set ham der med familie og venner fra byen, men ikke hun som er der nu."),
        // Macedonian and Bulgarian are neither Russian nor Ukrainian.
        std::string(
            "Пристаништето во четвртокот соопшти дека ќе го обнови кејот кој беше уништен од бура "
            "минатата зима, пред почетокот на сезоната."),
        std::string(
            "Пристанищните власти съобщиха в четвъртък, че ще възстановят кея, разрушен от буря "
            "през миналата зима, преди началото на сезона."),
        // Persian is not Arabic.
        // clang-format off
        std::string("مقامات بندر روز پنجشنبه گفتند اسکله‌ای را که زمستان گذشته در توفان ویران شد "
                    "پیش از آغاز فصل ماهیگیری دوباره می‌سازند"),
        // clang-format on
        std::string(5000, 'x'), std::string(5000, '\xFF'),
        std::string(
            "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor "
            "incididunt ut labore et dolore magna aliqua, ut enim ad minim veniam.")})
    EXPECT_EQ(detect_language(text), "") << text;
}

TEST(Language, TheStageSetsItWhereNobodyHas) {
  StageHarness<Clean> stage;
  const std::string english = kSamples[0].text;
  EXPECT_EQ(stage.run(article("a").body(english)).text("language"), "en");
  EXPECT_EQ(stage.run(article("b").body(english).with("language", "sv")).text("language"), "sv");
  EXPECT_EQ(stage.run(article("c").body("The pier")).text("language"), "");
  const std::string html = "<article><p>" + english + "</p></article>";
  EXPECT_EQ(stage.run(article("d").html().body(html)).text("language"), "en");
  EXPECT_EQ(stage.run(article("e").html().body("<html lang=de-CH>" + html)).text("language"), "de");
}

}  // namespace
}  // namespace copydesk::clean
