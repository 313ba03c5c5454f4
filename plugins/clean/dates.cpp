#include "dates.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <unordered_map>

#include "chars.h"

namespace copydesk::clean {
namespace {

constexpr std::size_t kTextBytesMax = 120;
constexpr std::size_t kTokensMax = 24;
constexpr std::size_t kOtherWordsMax = 6;  // look_for_date counts no further

struct Named {
  std::string_view name;
  int value;
};

// In the case and the short forms that dates are written with. Months of two languages that share a
// word and mean different months ("srpna", "listopad") stand for the more widely written one.
constexpr Named kMonths[] = {
    {"jan", 1},         {"january", 1},    {"januar", 1},     {"janvier", 1},
    {"janv", 1},        {"enero", 1},      {"ene", 1},        {"janeiro", 1},
    {"gennaio", 1},     {"genn", 1},       {"gen", 1},        {"januari", 1},
    {"января", 1},      {"янв", 1},        {"tammikuuta", 1}, {"stycznia", 1},
    {"ledna", 1},       {"leden", 1},      {"ocak", 1},       {"січня", 1},
    {"ianuarie", 1},    {"január", 1},     {"jänner", 1},     {"jän", 1},
    {"يناير", 1},       {"feb", 2},        {"february", 2},   {"februar", 2},
    {"février", 2},     {"févr", 2},       {"fevrier", 2},    {"febrero", 2},
    {"fevereiro", 2},   {"fev", 2},        {"febbraio", 2},   {"februari", 2},
    {"февраля", 2},     {"фев", 2},        {"helmikuuta", 2}, {"lutego", 2},
    {"února", 2},       {"únor", 2},       {"şubat", 2},      {"лютого", 2},
    {"februarie", 2},   {"február", 2},    {"fév", 2},        {"فبراير", 2},
    {"mar", 3},         {"march", 3},      {"märz", 3},       {"mär", 3},
    {"marz", 3},        {"mars", 3},       {"marzo", 3},      {"março", 3},
    {"maart", 3},       {"mrt", 3},        {"марта", 3},      {"мар", 3},
    {"maaliskuuta", 3}, {"marca", 3},      {"března", 3},     {"březen", 3},
    {"mart", 3},        {"березня", 3},    {"martie", 3},     {"március", 3},
    {"marts", 3},       {"مارس", 3},       {"apr", 4},        {"april", 4},
    {"avril", 4},       {"avr", 4},        {"abril", 4},      {"abr", 4},
    {"aprile", 4},      {"апреля", 4},     {"апр", 4},        {"huhtikuuta", 4},
    {"kwietnia", 4},    {"dubna", 4},      {"duben", 4},      {"nisan", 4},
    {"квітня", 4},      {"aprilie", 4},    {"április", 4},    {"أبريل", 4},
    {"ابريل", 4},       {"may", 5},        {"mai", 5},        {"mayo", 5},
    {"maio", 5},        {"maggio", 5},     {"mag", 5},        {"mei", 5},
    {"мая", 5},         {"toukokuuta", 5}, {"maja", 5},       {"května", 5},
    {"květen", 5},      {"mayıs", 5},      {"травня", 5},     {"május", 5},
    {"maj", 5},         {"مايو", 5},       {"jun", 6},        {"june", 6},
    {"juni", 6},        {"juin", 6},       {"junio", 6},      {"junho", 6},
    {"giugno", 6},      {"giu", 6},        {"июня", 6},       {"июн", 6},
    {"kesäkuuta", 6},   {"czerwca", 6},    {"června", 6},     {"červen", 6},
    {"haziran", 6},     {"червня", 6},     {"iunie", 6},      {"június", 6},
    {"يونيو", 6},       {"jul", 7},        {"july", 7},       {"juli", 7},
    {"juillet", 7},     {"juil", 7},       {"julio", 7},      {"julho", 7},
    {"luglio", 7},      {"lug", 7},        {"июля", 7},       {"июл", 7},
    {"heinäkuuta", 7},  {"lipca", 7},      {"července", 7},   {"červenec", 7},
    {"temmuz", 7},      {"липня", 7},      {"iulie", 7},      {"július", 7},
    {"يوليو", 7},       {"aug", 8},        {"august", 8},     {"août", 8},
    {"aout", 8},        {"agosto", 8},     {"ago", 8},        {"augustus", 8},
    {"августа", 8},     {"авг", 8},        {"elokuuta", 8},   {"sierpnia", 8},
    {"srpna", 8},       {"srpen", 8},      {"ağustos", 8},    {"серпня", 8},
    {"augusztus", 8},   {"augusti", 8},    {"أغسطس", 8},      {"sep", 9},
    {"sept", 9},        {"september", 9},  {"septembre", 9},  {"septiembre", 9},
    {"setembro", 9},    {"set", 9},        {"settembre", 9},  {"сентября", 9},
    {"сен", 9},         {"сент", 9},       {"syyskuuta", 9},  {"września", 9},
    {"září", 9},        {"eylül", 9},      {"вересня", 9},    {"septembrie", 9},
    {"szeptember", 9},  {"سبتمبر", 9},     {"oct", 10},       {"october", 10},
    {"oktober", 10},    {"okt", 10},       {"octobre", 10},   {"octubre", 10},
    {"outubro", 10},    {"out", 10},       {"ottobre", 10},   {"ott", 10},
    {"октября", 10},    {"окт", 10},       {"lokakuuta", 10}, {"października", 10},
    {"října", 10},      {"říjen", 10},     {"ekim", 10},      {"жовтня", 10},
    {"octombrie", 10},  {"október", 10},   {"أكتوبر", 10},    {"nov", 11},
    {"november", 11},   {"novembre", 11},  {"noviembre", 11}, {"novembro", 11},
    {"ноября", 11},     {"ноя", 11},       {"нояб", 11},      {"marraskuuta", 11},
    {"listopada", 11},  {"listopadu", 11}, {"kasım", 11},     {"листопада", 11},
    {"noiembrie", 11},  {"نوفمبر", 11},    {"dec", 12},       {"december", 12},
    {"dezember", 12},   {"dez", 12},       {"décembre", 12},  {"déc", 12},
    {"decembre", 12},   {"diciembre", 12}, {"dic", 12},       {"dezembro", 12},
    {"dicembre", 12},   {"декабря", 12},   {"дек", 12},       {"joulukuuta", 12},
    {"grudnia", 12},    {"prosince", 12},  {"prosinec", 12},  {"aralık", 12},
    {"грудня", 12},     {"decembrie", 12}, {"ديسمبر", 12}};

// Zones that mean one offset only. "est" is left to America: Australia writes AEST.
constexpr Named kZones[] = {
    {"z", 0},      {"utc", 0},    {"gmt", 0},    {"est", -300}, {"edt", -240}, {"cst", -360},
    {"cdt", -300}, {"mst", -420}, {"mdt", -360}, {"pst", -480}, {"pdt", -420}, {"cet", 60},
    {"cest", 120}, {"bst", 60},   {"msk", 180},  {"ist", 330},  {"jst", 540},  {"kst", 540},
    {"hkt", 480},  {"sgt", 480},  {"pkt", 300},  {"aest", 600}, {"aedt", 660}};

constexpr std::string_view kWeekdays[] = {
    "mon", "tue",    "tues",    "wed",       "thu",      "thur",   "thurs",    "fri",   "sat",
    "sun", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
// Words that may stand beside a date without making the line more than a date.
constexpr std::string_view kFillers[] = {
    "on",  "at", "date", "first", "last",  "stand", "am", "pm",  "time", "hrs", "hours",
    "uhr", "et", "pt",   "ct",    "local", "vor",   "um", "den", "der",  "of",  "de",
    "del", "le", "el",   "datum", "г",     "года",  "kl", "klo", "às"};
constexpr std::string_view kPublished[] = {
    "published", "posted",       "created",    "issued",       "written",    "veröffentlicht",
    "erstellt",  "publiziert",   "online",     "опубликовано", "создано",    "publié",
    "publie",    "publicado",    "publicada",  "publicación",  "pubblicato", "gepubliceerd",
    "geplaatst", "opublikowano", "dodano",     "publiceret",   "publicerad", "publicerat",
    "julkaistu", "yayınlanma",   "erschienen", "eingestellt",  "submitted",  "released"};
constexpr std::string_view kModified[] = {
    "updated",        "modified",     "update",     "обновлено",  "aktualisiert",
    "actualizado",    "actualizada",  "atualizado", "aggiornato", "updatert",
    "uppdaterad",     "uppdaterat",   "opdateret",  "päivitetty", "güncelleme",
    "zaktualizowano", "aktualizacja", "bijgewerkt", "gewijzigd",  "actualisé"};
constexpr std::string_view kOrdinals[] = {"st", "nd", "rd", "th", "er", "re", "º"};

// What a word means beside a date.
enum : std::uint8_t {
  kWordFiller = 1,  // also weekdays
  kWordPublished = 2,
  kWordModified = 4,
  kWordOrdinal = 8,
  kWordZone = 16
};
struct Meaning {
  std::uint8_t kinds = 0;
  std::uint8_t month = 0;
  std::int16_t offset = 0;  // minutes, of a zone
};

const std::unordered_map<std::string_view, Meaning>& meanings() {
  static const auto table = [] {
    std::unordered_map<std::string_view, Meaning> words;
    for (const Named& month : kMonths)
      words[month.name].month = static_cast<std::uint8_t>(month.value);
    for (const Named& zone : kZones) {
      words[zone.name].kinds |= kWordZone;
      words[zone.name].offset = static_cast<std::int16_t>(zone.value);
    }
    const auto add = [&](const auto& list, std::uint8_t kind) {
      for (const std::string_view word : list) words[word].kinds |= kind;
    };
    add(kWeekdays, kWordFiller);
    add(kFillers, kWordFiller);
    add(kPublished, kWordPublished);
    add(kModified, kWordModified);
    add(kOrdinals, kWordOrdinal);
    return words;
  }();
  return table;
}
Meaning meaning_of(std::string_view word) {
  const auto found = meanings().find(word);
  return found == meanings().end() ? Meaning{} : found->second;
}

std::int64_t days_from_civil(
    int y, int m, int d) {  // Howard Hinnant, chrono-Compatible Low-Level Date Algorithms
  y -= m <= 2;
  const int era = (y >= 0 ? y : y - 399) / 400;
  const int yoe = y - era * 400;
  const int doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  return static_cast<std::int64_t>(era) * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}
struct Civil {
  int year, month, day;
};
Civil civil_from_days(std::int64_t z) {
  z += 719468;
  const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const int doe = static_cast<int>(z - era * 146097);
  const int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const int mp = (5 * doy + 2) / 153;
  const int month = mp < 10 ? mp + 3 : mp - 9;
  return {static_cast<int>(yoe + era * 400) + (month <= 2), month, doy - (153 * mp + 2) / 5 + 1};
}
bool is_valid(int y, int m, int d) {
  constexpr int kDays[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (y < 1900 || y > 2100 || m < 1 || m > 12 || d < 1 || d > kDays[m - 1]) return false;
  return m != 2 || d != 29 || (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
}

struct Token {
  std::string_view text;  // digits, or letters in lower case
  Meaning meaning;        // of letters
  int value = -1;         // of digits
  char before = 0;        // the character just before, a space when there were several
  char after = 0;
  std::size_t begin = 0, end = 0;
};

struct Tokens {
  std::string folded;
  std::array<Token, kTokensMax> list;
  std::size_t count = 0;
  bool overflow = false;

  explicit Tokens(std::string_view raw) {
    for (std::size_t i = 0; i < raw.size();) {
      const CodePoint c = decode(raw, i);
      append_utf8(folded, is_space(c.value) ? U' ' : fold(c.value));
      i += c.length;
    }
    split();
  }

 private:
  enum class Kind { kGap, kDigits, kLetters };
  static Kind kind(char32_t c) {
    if (c >= '0' && c <= '9') return Kind::kDigits;
    return is_word(c) ? Kind::kLetters : Kind::kGap;
  }
  void split() {
    std::size_t i = 0;
    while (i < folded.size()) {
      const CodePoint first = decode(folded, i);
      const Kind k = kind(first.value);
      const std::size_t begin = i;
      while (i < folded.size()) {
        const CodePoint c = decode(folded, i);
        if (kind(c.value) != k) break;
        i += c.length;
      }
      if (k != Kind::kGap && !add(begin, i, k == Kind::kDigits)) return;
    }
  }
  bool add(std::size_t begin, std::size_t end, bool digits) {
    if (count == kTokensMax) {
      overflow = true;
      return false;
    }
    Token& t = list[count++];
    t.text = std::string_view(folded).substr(begin, end - begin);
    t.begin = begin;
    t.end = end;
    t.before = begin ? folded[begin - 1] : 0;
    t.after = end < folded.size() ? folded[end] : 0;
    if (digits && t.text.size() <= 9)
      std::from_chars(t.text.data(), t.text.data() + t.text.size(), t.value);
    if (!digits) t.meaning = meaning_of(t.text);
    return true;
  }
};

// What has been read of one date.
struct Reading {
  int year = -1, month = -1, day = -1;
  int hour = -1, minute = 0, second = 0;
  std::optional<int> offset;
  bool pm = false, am = false;
  bool twice = false;      // more than one date
  bool ambiguous = false;  // 05/06/2024
  bool modified = false;
  bool published = false;
  std::size_t others = 0;

  bool has_date() const { return month > 0 && day > 0; }
  void set_date(int y, int m, int d) {
    twice |= has_date();
    year = y, month = m, day = d;
  }
};

class Reader {
 public:
  // Stops when more than others_max words belong to no date, and, looking for the first date only,
  // where a second one begins.
  explicit Reader(const Tokens& tokens, DayOrder order = DayOrder::kUnknown,
                  std::size_t others_max = kTokensMax, bool first_only = false)
      : t_(tokens), order_(order), others_max_(others_max), first_only_(first_only) {}
  Reading read() {
    for (i_ = 0; i_ < t_.count && r_.others <= others_max_ && !stop_;) {
      if (!(numeric_date() || clock() || named_date() || zone() || filler())) {
        ++r_.others;
        ++i_;
      }
    }
    return r_;
  }

 private:
  const Token& at(std::size_t k) const { return t_.list[i_ + k]; }
  bool more(std::size_t k) const { return i_ + k < t_.count; }
  bool joined(std::size_t k,
              char separator) const {  // token k follows token k-1 by exactly this character
    return more(k) && at(k).begin == at(k - 1).end + 1 && at(k).before == separator;
  }

  bool numeric_date() {
    if (at(0).value < 0) return false;
    if (ideographic_date()) return true;
    for (const char separator : {'-', '.', '/'}) {
      if (!joined(1, separator) || !joined(2, separator) || at(1).value < 0 || at(2).value < 0)
        continue;
      const int a = at(0).value, b = at(1).value;
      int c = at(2).value;
      const bool year_first = at(0).text.size() == 4;
      if (year_first && is_valid(a, b, c)) return take_date(a, b, c, 3);
      const bool short_year =
          first_only_ && at(2).text.size() == 2 && separator != '-' && !joined(3, separator);
      if (short_year) c += 2000;
      if (!short_year && at(2).text.size() != 4) continue;
      if (separator == '.' && is_valid(c, b, a)) return take_date(c, b, a, 3);
      const bool day_month = is_valid(c, b, a), month_day = is_valid(c, a, b);
      if (!day_month && !month_day) continue;
      const bool two_ways = day_month && month_day && a != b;
      r_.ambiguous |= two_ways && order_ == DayOrder::kUnknown;
      const bool day_first = two_ways ? order_ != DayOrder::kMonthFirst : day_month;
      return day_first ? take_date(c, b, a, 3) : take_date(c, a, b, 3);
    }
    return false;
  }
  // 2024年5月18日, 2024년 5월 18일
  bool ideographic_date() {
    if (at(0).text.size() != 4 || !more(4) || at(2).value < 0 || at(4).value < 0) return false;
    const bool chinese = at(1).text == "年" && at(3).text == "月";
    const bool korean = at(1).text == "년" && at(3).text == "월";
    if (!(chinese || korean) || !is_valid(at(0).value, at(2).value, at(4).value)) return false;
    const bool day = more(5) && (at(5).text == "日" || at(5).text == "일");
    return take_date(at(0).value, at(2).value, at(4).value, day ? 6 : 5);
  }
  bool take_date(int y, int m, int d, std::size_t tokens) {
    if (first_only_ && r_.has_date()) return stop_ = true;
    r_.set_date(y, m, d);
    i_ += tokens;
    if (more(0) && at(0).text == "t" && at(0).before != ' ') ++i_;  // the T of ISO 8601
    return true;
  }

  bool clock() {
    if (at(0).value < 0 || at(0).value > 24 || at(0).text.size() > 2 || r_.hour >= 0) return false;
    std::size_t used = 1;
    int minute = 0, second = 0;
    if ((joined(1, ':') || joined(1, '.')) && at(1).value >= 0 && at(1).value < 60 &&
        at(1).text.size() == 2) {
      minute = at(1).value;
      used = 2;
      if (joined(2, ':') && at(2).value >= 0 && at(2).value <= 60) {
        second = std::min(at(2).value, 59);
        used = 3;
        const bool fraction = joined(3, '.') || joined(3, ':') || joined(3, ',');
        if (fraction && at(3).value >= 0) used = 4;
      }
    }
    const bool half = more(used) && at(0).value <= 12 && is_half_day(used);
    if (used == 1 && !half) return false;
    r_.hour = at(0).value, r_.minute = minute, r_.second = second;
    if (half) {
      r_.hour = r_.hour % 12 + (at(used).text[0] == 'p' ? 12 : 0);
      used += at(used).text.size() == 2 ? 1 : 2;  // "pm" or "p.m."
    }
    i_ += used;
    numeric_offset();
    return true;
  }
  bool is_half_day(std::size_t k) const {
    const std::string_view word = at(k).text;
    if (word == "am" || word == "pm") return true;
    return (word == "a" || word == "p") && joined(k + 1, '.') && at(k + 1).text == "m";
  }
  void numeric_offset() {  // +0800, +08:00, +08
    if (!more(0) || i_ == 0 || at(0).value < 0) return;
    const char sign = at(0).before;
    if (sign != '+' && sign != '-') return;
    int minutes = -1;
    std::size_t used = 1;
    if (at(0).text.size() == 4)
      minutes = at(0).value / 100 * 60 + at(0).value % 100;
    else if (at(0).text.size() == 2) {
      minutes = at(0).value * 60;
      if (joined(1, ':') && at(1).value >= 0 && at(1).value < 60) minutes += at(1).value, used = 2;
    }
    if (minutes < 0 || minutes > 14 * 60) return;
    r_.offset = sign == '-' ? -minutes : minutes;
    i_ += used;
  }

  bool named_date() {
    const int month = month_of(0);
    if (month > 0) return month_first(month);
    if (at(0).value < 1 || at(0).value > 31 || at(0).text.size() > 2) return false;
    std::size_t k = 1;
    if (more(k) && (at(k).meaning.kinds & kWordOrdinal)) ++k;
    if (more(k) && (at(k).text == "of" || at(k).text == "de")) ++k;
    if (!more(k) || month_of(k) < 0) return false;
    const int m = month_of(k), d = at(0).value;
    ++k;
    if (more(k) && (at(k).text == "de" || at(k).text == "del")) ++k;
    return finish_named(m, d, k);
  }
  bool month_first(int month) {
    std::size_t k = 1;
    if (!more(k) || at(k).value < 1 || at(k).value > 31 || at(k).text.size() > 2) return false;
    const int d = at(k++).value;
    if (more(k) && (at(k).meaning.kinds & kWordOrdinal)) ++k;
    return finish_named(month, d, k);
  }
  bool finish_named(int month, int day, std::size_t k) {
    int year = -1;
    if (more(k) && at(k).text.size() == 4 && at(k).value >= 1900 && at(k).value <= 2100)
      year = at(k++).value;
    if (first_only_ && year < 0) return false;
    if (!is_valid(year < 0 ? 2024 : year, month, day)) return false;
    return take_date(year, month, day, k);
  }
  int month_of(std::size_t k) const { return at(k).meaning.month > 0 ? at(k).meaning.month : -1; }

  bool zone() {
    if (!(at(0).meaning.kinds & kWordZone)) return false;
    r_.offset = at(0).meaning.offset;
    ++i_;
    numeric_offset();
    return true;
  }
  bool filler() {
    const std::uint8_t kinds = at(0).meaning.kinds;
    const bool published = kinds & kWordPublished, modified = kinds & kWordModified;
    if (!published && !modified && !(kinds & kWordFiller)) return false;
    if (first_only_ && modified && r_.has_date()) return stop_ = true;  // of the next date
    r_.published |= published;
    r_.modified |= modified;
    ++i_;
    return true;
  }

  const Tokens& t_;
  DayOrder order_;
  std::size_t others_max_;
  bool first_only_;
  bool stop_ = false;
  std::size_t i_ = 0;
  Reading r_;
};

std::optional<Moment> from_epoch(std::string_view text) {
  if (text.size() != 10 && text.size() != 13) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (text.size() == 13) value /= 1000;
  if (value < 946684800 || value > 4102444800) return std::nullopt;  // 2000 to 2100
  return Moment{value, 0, Precision::kSecond};
}

}  // namespace

std::string to_rfc3339(const Moment& moment) {
  const std::int64_t local = moment.unix_seconds + moment.offset_minutes * 60;
  const std::int64_t days = (local >= 0 ? local : local - 86399) / 86400;
  const int seconds = static_cast<int>(local - days * 86400);
  const Civil c = civil_from_days(days);
  char zone[8] = "Z";
  if (moment.offset_minutes != 0) {
    const int minutes = moment.offset_minutes < 0 ? -moment.offset_minutes : moment.offset_minutes;
    std::snprintf(zone, sizeof zone, "%c%02d:%02d", moment.offset_minutes < 0 ? '-' : '+',
                  (minutes / 60) % 100, minutes % 60);
  }
  char out[64];
  std::snprintf(out, sizeof out, "%04d-%02d-%02dT%02d:%02d:%02d%s", c.year, c.month, c.day,
                seconds / 3600, seconds / 60 % 60, seconds % 60, zone);
  return out;
}

namespace {

Moment moment_of(const Reading& r) {
  Moment moment;
  moment.unix_seconds = days_from_civil(r.year, r.month, r.day) * 86400;
  if (r.hour >= 0 && r.offset) {
    moment.unix_seconds += r.hour * 3600 + r.minute * 60 + r.second - *r.offset * 60;
    moment.offset_minutes = *r.offset;
    moment.precision = Precision::kSecond;
  }
  return moment;
}

}  // namespace

std::optional<Moment> parse_moment(std::string_view text, DayOrder order) {
  text = trim(text);
  if (text.empty() || text.size() > kTextBytesMax) return std::nullopt;
  if (const auto epoch = from_epoch(text)) return epoch;
  const Tokens tokens(text);
  if (tokens.overflow) return std::nullopt;
  const Reading r = Reader(tokens, order).read();
  if (!r.has_date() || r.year < 0 || r.twice || r.ambiguous || r.hour > 23) return std::nullopt;
  return moment_of(r);
}

std::optional<TextDate> find_date(std::string_view text, DayOrder order) {
  text = trim(text);
  if (text.empty() || text.size() > kTextBytesMax) return std::nullopt;
  const Tokens tokens(text);
  const Reading r = Reader(tokens, order, kOtherWordsMax, true).read();
  if (!r.has_date() || r.year < 0 || r.ambiguous) return std::nullopt;
  TextDate found;
  found.moment = moment_of(r);
  if (r.hour >= 0 && r.hour < 24)
    found.local_seconds =
        days_from_civil(r.year, r.month, r.day) * 86400 + r.hour * 3600 + r.minute * 60;
  found.published = r.published;
  found.modified = r.modified;
  found.other_words = r.others + (tokens.overflow ? kTokensMax : 0);
  return found;
}

std::optional<Moment> date_in_path(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t path = url.find('/', scheme == url.npos ? 0 : scheme + 3);
  if (path == url.npos) return std::nullopt;
  const Tokens tokens(url.substr(path, url.substr(path).find_first_of("?#")));
  std::optional<Moment> found;
  for (std::size_t i = 0; i + 2 < tokens.count; ++i) {
    const Token &year = tokens.list[i], &month = tokens.list[i + 1], &day = tokens.list[i + 2];
    const bool joined = month.begin == year.end + 1 && day.begin == month.end + 1 &&
                        year.text.size() == 4 && day.text.size() <= 2 &&
                        month.before == day.before &&
                        (month.before == '/' || month.before == '-' || month.before == '_');
    if (!joined || year.value < 1990 || day.value < 1) continue;
    const int m = month.value < 0 ? month.meaning.month : month.text.size() <= 2 ? month.value : 0;
    if (!is_valid(year.value, m, day.value)) continue;
    if (found) return std::nullopt;
    found.emplace();
    found->unix_seconds = days_from_civil(year.value, m, day.value) * 86400;
  }
  if (found) return found;
  for (std::size_t i = 0; i < tokens.count; ++i) {  // 20240518
    const Token& t = tokens.list[i];
    if (t.text.size() != 8 || t.value < 1990'01'01 ||
        !is_valid(t.value / 10000, t.value / 100 % 100, t.value % 100))
      continue;
    if (found) return std::nullopt;
    found.emplace();
    found->unix_seconds =
        days_from_civil(t.value / 10000, t.value / 100 % 100, t.value % 100) * 86400;
  }
  return found;
}

DateLine look_for_date(std::string_view line) {
  DateLine found;
  if (line.size() > kTextBytesMax) {
    found.other_words = kTokensMax;
    return found;
  }
  const Tokens tokens(line);
  const Reading r = Reader(tokens, DayOrder::kUnknown, kOtherWordsMax).read();
  found.other_words = r.others + (tokens.overflow ? kTokensMax : 0);
  found.has_time = r.hour >= 0;
  found.has_date = r.has_date();
  found.modified = r.modified;
  found.only = (found.has_time || found.has_date) && found.other_words == 0;
  return found;
}

}  // namespace copydesk::clean
