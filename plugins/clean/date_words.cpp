#include "date_words.h"

#include <algorithm>
#include <span>
#include <unordered_map>

#include "words.h"

namespace copydesk::clean {
namespace {

// Lists of words are in lower case, with one space between.
// clang-format off

// The months from January on, each ended by "|". Those of two languages that share a word and mean
// different months ("srpna", "listopad") stand for the more widely written one.
constexpr std::string_view kMonths =
    "jan january januar janvier janv enero ene janeiro gennaio genn gen januari января янв "
    "tammikuuta stycznia ledna leden ocak січня ianuarie január jänner jän يناير gener "
    "jaanuar janvāris janvārī sausio janúar januára januarja siječnja januara јануара јануар "
    "януари январь студзеня ιανουαρίου ιαν ינואר בינואר جانفي ژانویه جنوری जनवरी जानेवारी "
    "জানুয়ারি ஜனவரி oca|"
    "feb february februar février févr fevrier febrero fevereiro fev febbraio februari "
    "февраля фев helmikuuta lutego února únor şubat лютого februarie február fév فبراير "
    "febrer veebruar februāris februārī vasario febrúar februára februarja veljače februara "
    "фебруара фебруар февруари февраль лютага φεβρουαρίου φεβ pebrero פברואר בפברואר فيفري "
    "شباط فوریه فروری फरवरी फ़रवरी फेब्रुवारी ফেব্রুয়ারি பிப்ரவரி şub|"
    "mar march märz mär marz mars marzo março maart mrt марта мар maaliskuuta marca března "
    "březen mart березня martie március marts مارس març märts martā kovo ožujka marta март "
    "сакавіка μαρτίου μαρ maret machi marso מרץ במרץ מרס במרס آذار اذار مارچ मार्च মার্চ "
    "மார்ச்|"
    "apr april avril avr abril abr aprile апреля апр huhtikuuta kwietnia dubna duben nisan "
    "квітня aprilie április أبريل ابريل aprill aprīlis aprīlī balandžio apríl apríla aprila "
    "travnja априла април апрель красавіка απριλίου απρ aprili אפריל באפריל إبريل أفريل نيسان "
    "آوریل آپریل اپریل अप्रैल एप्रिल এপ্রিল ஏப்ரல்|"
    "may mai mayo maio maggio mag mei мая toukokuuta maja května květen mayıs травня május "
    "maj مايو maig maijs maijā gegužės maí mája svibnja маја мај май траўня μαΐου μαίου μάιος "
    "מאי במאי ماي أيار ايار مه مئی मई मे মে மே|"
    "jun june juni juin junio junho giugno giu июня июн kesäkuuta czerwca června červen "
    "haziran червня iunie június يونيو juny juuni jūnijs jūnijā birželio júní júna junija "
    "lipnja juna јуна јун юни июнь чэрвеня ιουνίου ιουν hunyo יוני ביוני يونيه جوان حزيران "
    "ژوئن جون जून জুন ஜூன் haz|"
    "jul july juli juillet juil julio julho luglio lug июля июл heinäkuuta lipca července "
    "červenec temmuz липня iulie július يوليو juliol juuli jūlijs jūlijā liepos júlí júla "
    "julija srpnja jula јула јул юли июль ліпеня ιουλίου ιουλ julai hulyo יולי ביולי يوليه "
    "يوليوز جويلية تموز ژوئیه جولای جولائی जुलाई जुलै জুলাই ஜூலை tem|"
    "aug august août aout agosto ago augustus августа авг elokuuta sierpnia srpna srpen "
    "ağustos серпня augusztus augusti أغسطس agost augusts augustā rugpjūčio ágúst augusta "
    "avgusta kolovoza август жніўня αυγούστου αυγ agustus ogos agt agosti אוגוסט באוגוסט "
    "اغسطس أوت غشت آب اوت آگوست اگست अगस्त ऑगस्ट আগস্ট ஆகஸ்ட் ağu|"
    "sep sept september septembre septiembre setembro set settembre сентября сен сент "
    "syyskuuta września září eylül вересня septembrie szeptember سبتمبر setembre septembris "
    "septembrī rugsėjo septembra rujna септембра септембар септември сентябрь верасня "
    "σεπτεμβρίου σεπ septemba setyembre ספטמבר בספטמבר شتنبر أيلول ايلول سپتامبر ستمبر सितंबर "
    "सितम्बर सप्टेंबर সেপ্টেম্বর செப்டம்பர் eyl|"
    "oct october oktober okt octobre octubre outubro out ottobre ott октября окт lokakuuta "
    "października října říjen ekim жовтня octombrie október أكتوبر oktoober oktobris oktobrī "
    "spalio októbra oktobra октобра октобар октомври октябрь кастрычніка οκτωβρίου οκτ oktoba "
    "oktubre אוקטובר באוקטובר اكتوبر اکتبر اکتوبر अक्टूबर अक्तूबर ऑक्टोबर অক্টোবর அக்டோபர் "
    "eki|"
    "nov november novembre noviembre novembro ноября ноя нояб marraskuuta listopada listopadu "
    "kasım листопада noiembrie نوفمبر novembris novembrī lapkričio nóvember novembra "
    "studenoga studenog новембра новембар ноември ноябрь лістапада νοεμβρίου νοε novemba "
    "nobyembre נובמבר בנובמבר نونبر نوامبر نومبر नवंबर नवम्बर नोव्हेंबर নভেম্বর நவம்பர் kas|"
    "dec december dezember dez décembre déc decembre diciembre dic dezembro dicembre декабря "
    "дек joulukuuta grudnia prosince prosinec aralık грудня decembrie ديسمبر desembre "
    "detsember decembris decembrī gruodžio desember decembra prosinca децембра децембар "
    "декември декабрь снежня δεκεμβρίου δεκ disember des desemba disyembre דצמבר בדצמבר دجنبر "
    "دسامبر دسمبر दिसंबर दिसम्बर डिसेंबर ডিসেম্বর டிசம்பர் ara|";
// Of two words, a comma between two names.
constexpr std::string_view kMonthsOfTwoWords =
    "كانون الثاني|"
    "|"
    "|"
    "|"
    "|"
    "|"
    "|"
    "|"
    "|"
    "تشرين الأول,تشرين الاول|"
    "تشرين الثاني|"
    "كانون الأول,كانون الاول|";
constexpr std::string_view kSolarMonths =
    "فروردین|"
    "اردیبهشت|"
    "خرداد|"
    "تیر|"
    "مرداد|"
    "شهریور|"
    "مهر|"
    "آبان|"
    "آذر|"
    "دی|"
    "بهمن|"
    "اسفند|";
constexpr std::string_view kThaiMonths =
    "มกราคม|"
    "กุมภาพันธ์|"
    "มีนาคม|"
    "เมษายน|"
    "พฤษภาคม|"
    "มิถุนายน|"
    "กรกฎาคม|"
    "สิงหาคม|"
    "กันยายน|"
    "ตุลาคม|"
    "พฤศจิกายน|"
    "ธันวาคม|";
// "มิ.ย."
constexpr std::string_view kThaiShortMonths =
    "ม ค|"
    "ก พ|"
    "มี ค|"
    "เม ย|"
    "พ ค|"
    "มิ ย|"
    "ก ค|"
    "ส ค|"
    "ก ย|"
    "ต ค|"
    "พ ย|"
    "ธ ค|";

// Zones that mean one offset only. "est" is left to America: Australia writes AEST.
struct Zone {
  std::string_view name;
  int offset;  // minutes
};
constexpr Zone kZones[] = {
    {"z", 0},      {"utc", 0},    {"gmt", 0},    {"est", -300}, {"edt", -240}, {"cst", -360},
    {"cdt", -300}, {"mst", -420}, {"mdt", -360}, {"pst", -480}, {"pdt", -420}, {"cet", 60},
    {"cest", 120}, {"bst", 60},   {"msk", 180},  {"ist", 330},  {"jst", 540},  {"kst", 540},
    {"hkt", 480},  {"sgt", 480},  {"pkt", 300},  {"aest", 600}, {"aedt", 660}};

// Those of the USA without "standard" or "daylight"; the offset is that of winter.
constexpr Zone kAmericanZones[] = {{"et", -300}, {"ct", -360}, {"mt", -420}, {"pt", -480}};

constexpr std::string_view kWeekdays =
    "mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday "
    "saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag "
    "lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves "
    "viernes sábado domingo segunda terça quarta quinta sexta feira lunedì martedì "
    "mercoledì giovedì venerdì sabato domenica maandag dinsdag woensdag donderdag vrijdag "
    "zaterdag zondag понедельник вторник среда четверг пятница суббота воскресенье "
    "понеділок вівторок середа четвер субота неділя poniedziałek wtorek środa czwartek "
    "piątek sobota niedziela pazartesi salı çarşamba perşembe cuma cumartesi pazar måndag "
    "tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag الأحد الاحد "
    "الإثنين الاثنين الثلاثاء الأربعاء الاربعاء الخميس الجمعة السبت شنبه یکشنبه دوشنبه "
    "سه‌شنبه چهارشنبه پنجشنبه جمعه יום ראשון שני שלישי רביעי חמישי שישי "
    "שבת सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार senin selasa rabu kamis jumat sabtu minggu thứ "
    "hai ba tư năm sáu bảy chủ nhật";
constexpr std::string_view kFillers =
    "on at date first last stand am pm time hrs hours uhr et pt ct local vor um den der of "
    "de del le el datum г года kl klo às à alle ore ora h d dia jour heure dernière última "
    "último ultimo ultima zuletzt ngày lúc في يوم بتاريخ تاريخ الساعة ساعت در को बजे ב בשעה "
    "שעה τις στις";
constexpr std::string_view kPublished =
    "published posted created issued written veröffentlicht erstellt publiziert online "
    "опубликовано создано опубликована publié publie publicado publicada publicación "
    "publicação pubblicato pubblicata gepubliceerd geplaatst opublikowano dodano publiceret "
    "publicerad publicerat publisert julkaistu yayınlanma yayınlandı erschienen eingestellt "
    "submitted released diterbitkan đăng опубліковано публикувано objavljeno publikováno "
    "publikované vydáno megjelent δημοσίευση δημοσιεύτηκε δημοσιεύθηκε نشر نشرت نُشر النشر "
    "منتشر انتشار פורסם प्रकाशित প্রকাশ প্রকাশিত เผยแพร่ 发布时间 发布 发表于 發布 發布時間 公開 "
    "公開日 掲載 입력 등록";
constexpr std::string_view kModified =
    "updated modified update обновлено обновлена aktualisiert geändert actualizado "
    "actualizada actualización atualizado atualizada atualização aggiornato aggiornata "
    "aggiornamento updatert oppdatert uppdaterad uppdaterat opdateret päivitetty güncelleme "
    "güncellendi zaktualizowano aktualizacja bijgewerkt gewijzigd actualisé mis mise "
    "diperbarui оновлено ажурирано актуализирано ažurirano aktualizováno aktualizované "
    "frissítve actualitzat ενημέρωση ενημερώθηκε تحديث محدث "
    "به‌روزرسانی ویرایش עודכן עדכון अपडेट अपडेटेड আপডেট ปรับปรุง อัปเดต 更新时间 更新時間 更新 更新日 最終更新 최종수정 수정 업데이트";
constexpr std::string_view kOrdinals = "st nd rd th er re º";
constexpr std::string_view kMorning = "am ص صباحا صباحاً πμ 上午 午前 오전 sáng";
constexpr std::string_view kAfternoon = "pm م مساء مساءً μμ 下午 午後 晚上 오후 chiều tối";

// clang-format on

// The words are parts of the lists.
using Table = std::unordered_map<std::string_view, DateWord, TextHash>;

template <class Visit>
void for_each(std::string_view list, char between, Visit visit) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(between), list.size());
    if (end > 0) visit(list.substr(0, end));
    list.remove_prefix(std::min(list.size(), end + 1));
  }
}

void add_months(Table& table, std::string_view rows, char between, Calendar calendar) {
  for (std::uint8_t month = 1; month <= 12; ++month) {
    const std::size_t end = rows.find('|');
    for_each(rows.substr(0, end), between, [&](std::string_view name) {
      DateWord& word = table[name];
      word.month = month;
      word.calendar = calendar;
      const std::size_t space = name.find(' ');
      if (space != name.npos) table[name.substr(0, space)].kinds |= kWordFirstOfTwo;
    });
    rows.remove_prefix(end + 1);
  }
}

Table build_table() {
  Table table;
  add_months(table, kMonths, ' ', Calendar::kGregorian);
  add_months(table, kMonthsOfTwoWords, ',', Calendar::kGregorian);
  add_months(table, kSolarMonths, ' ', Calendar::kSolarHijri);
  add_months(table, kThaiMonths, ' ', Calendar::kBuddhist);
  add_months(table, kThaiShortMonths, ',', Calendar::kBuddhist);
  const auto add_zones = [&](std::span<const Zone> zones, std::uint16_t kind) {
    for (const Zone& zone : zones) {
      DateWord& word = table[zone.name];
      word.kinds |= kind;
      word.offset = static_cast<std::int16_t>(zone.offset);
    }
  };
  add_zones(kZones, kWordZone);
  add_zones(kAmericanZones, kWordAmericanZone);
  const auto add = [&](std::string_view list, std::uint16_t kind) {
    for_each(list, ' ', [&](std::string_view word) { table[word].kinds |= kind; });
  };
  add(kWeekdays, kWordFiller);
  add(kFillers, kWordFiller);
  add(kPublished, kWordPublished);
  add(kModified, kWordModified);
  add(kOrdinals, kWordOrdinal);
  add(kMorning, kWordMorning);
  add(kAfternoon, kWordAfternoon);
  return table;
}

}  // namespace

DateWord date_word(std::string_view word) {
  static const Table table = build_table();
  const auto found = table.find(word);
  return found == table.end() ? DateWord() : found->second;
}

}  // namespace copydesk::clean
