#include "dates.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "chars.h"
#include "date_words.h"

namespace copydesk::clean {
namespace {

constexpr std::size_t kTextCharsMax = 120;
constexpr std::size_t kTokensMax = 24;
constexpr std::size_t kOtherWordsMax = 6;  // look_for_date counts no further

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

// Days from 1 January 1970 to a day of the calendar of Iran, whose leap years come again every 33
// years (right from 1796 to 2256).
std::int64_t days_from_solar_hijri(int y, int m, int d) {
  constexpr std::int64_t kEpoch = -1'075'196;
  const int years = y + 1595;
  const int day = m < 7 ? (m - 1) * 31 : (m - 7) * 30 + 186;
  return kEpoch + 365 * std::int64_t{years} + years / 33 * 8 + (years % 33 + 3) / 4 + day + d;
}

bool is_direction_mark(char32_t c) {
  return c == 0x200E || c == 0x200F || c == 0x61C || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

struct Token {
  std::string_view text;  // digits, or letters in lower case
  DateWord meaning;       // of letters
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
  bool persian = false;  // written with the digits of Persian and Urdu

  explicit Tokens(std::string_view raw) {
    folded.reserve(raw.size() + 8);
    for (std::size_t i = 0; i < raw.size();) {
      if (static_cast<unsigned char>(raw[i]) < 0x80) {
        folded += is_space(static_cast<char32_t>(raw[i])) ? ' ' : ascii_lower(raw[i]);
        ++i;
        continue;
      }
      const CodePoint c = decode(raw, i);
      i += c.length;
      if (is_direction_mark(c.value)) continue;
      const int digit = decimal_digit(c.value);
      persian |= digit >= 0 && c.value >= 0x6F0 && c.value <= 0x6F9;
      if (digit >= 0) {
        folded += static_cast<char>('0' + digit);
      } else {
        append_utf8(folded, is_space(c.value) ? U' ' : fold(c.value));
      }
    }
    split();
  }
  // What stands between a token and the one before it.
  std::string_view gap(std::size_t k) const {
    return std::string_view(folded).substr(list[k - 1].end, list[k].begin - list[k - 1].end);
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
    if (!digits) t.meaning = date_word(t.text);
    return true;
  }
};

// What has been read of one date.
struct Reading {
  int year = -1, month = -1, day = -1;
  int hour = -1, minute = 0, second = 0;
  std::optional<int> offset;
  bool american = false;   // `offset` is that of winter in a zone of the USA, "ET"
  bool half_day = false;   // "am" or "pm" stands behind the time
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

struct Month {
  int value = 0;  // 0 for none
  Calendar calendar = Calendar::kGregorian;
  std::size_t tokens = 0;
};

class Reader {
 public:
  // Stops when more than others_max words belong to no date, and, looking for the first date only,
  // where a second one begins.
  explicit Reader(const Tokens& tokens, DayOrder order = DayOrder::kUnknown,
                  std::size_t others_max = kTokensMax, bool first_only = false)
      : t_(tokens), order_(order), others_max_(others_max), first_only_(first_only) {}
  Reading read(std::size_t from = 0) {
    for (i_ = from; i_ < t_.count && r_.others <= others_max_ && !stop_;) {
      if (!(numeric_date() || clock() || named_date() || zone() || filler())) {
        ++r_.others;
        ++i_;
      }
    }
    return r_;
  }
  // The token with which a second date begins.
  std::optional<std::size_t> second() const { return stop_ ? std::optional(i_) : std::nullopt; }

 private:
  const Token& at(std::size_t k) const { return t_.list[i_ + k]; }
  bool more(std::size_t k) const { return i_ + k < t_.count; }
  bool is(std::size_t k, std::string_view word) const { return more(k) && at(k).text == word; }
  bool joined(std::size_t k,
              char separator) const {  // token k follows token k-1 by exactly this character
    return more(k) && at(k).begin == at(k - 1).end + 1 && at(k).before == separator;
  }
  bool touches(std::size_t k) const { return more(k) && at(k).begin == at(k - 1).end; }
  // "18.05.2024", also "18. 05. 2024".
  bool parted(std::size_t k, char separator) const {
    return joined(k, separator) || (separator == '.' && more(k) && t_.gap(i_ + k) == ". ");
  }
  bool is_day(std::size_t k) const {
    return more(k) && at(k).value >= 1 && at(k).value <= 31 && at(k).text.size() <= 2;
  }
  bool is_year(std::size_t k, int from = 1900, int to = 2100) const {
    return more(k) && at(k).text.size() == 4 && at(k).value >= from && at(k).value <= to;
  }

  bool numeric_date() {
    if (at(0).value < 0) return false;
    if (ideographic_date()) return true;
    for (const char separator : {'-', '.', '/'}) {
      if (!parted(1, separator) || !parted(2, separator) || at(1).value < 0 || at(2).value < 0)
        continue;
      const int a = at(0).value, b = at(1).value;
      int c = at(2).value;
      const bool year_first = at(0).text.size() == 4;
      if (year_first && is_valid(a, b, c)) return take_date(a, b, c, 3);
      if (year_first && t_.persian && is_valid_solar(a, b, c)) return take_solar(a, b, c, 3);
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
  // 2024年5月18日, 2024년 5월 18일, also with "下午" behind it
  bool ideographic_date() {
    if (at(0).text.size() != 4 || !more(4) || at(2).value < 0 || at(4).value < 0) return false;
    const bool chinese = at(1).text == "年" && at(3).text == "月";
    const bool korean = at(1).text == "년" && at(3).text == "월";
    if (!(chinese || korean) || !is_valid(at(0).value, at(2).value, at(4).value)) return false;
    constexpr std::size_t kDayBytes = std::string_view("日").size();
    const bool day = more(5) && (at(5).text.starts_with("日") || at(5).text.starts_with("일"));
    if (day) half_day_before(date_word(at(5).text.substr(kDayBytes)).kinds);
    return take_date(at(0).value, at(2).value, at(4).value, day ? 6 : 5);
  }
  static bool is_valid_solar(int y, int m, int d) {
    return y >= 1300 && y < 1500 && m >= 1 && m <= 12 && d >= 1 && d <= (m < 7 ? 31 : 30);
  }
  bool take_solar(int y, int m, int d, std::size_t tokens) {
    const Civil c = civil_from_days(days_from_solar_hijri(y, m, d));
    return take_date(c.year, c.month, c.day, tokens);
  }
  bool take_date(int y, int m, int d, std::size_t tokens) {
    if (first_only_ && r_.has_date()) return stop_ = true;
    r_.set_date(y, m, d);
    i_ += tokens;
    if (more(0) && at(0).text == "t" && at(0).before != ' ') ++i_;  // the T of ISO 8601
    return true;
  }

  bool clock() {
    if (at(0).value < 0 || at(0).value > 24 || at(0).text.size() > 2) return false;
    std::size_t used = 1;
    int minute = 0, second = 0;
    const auto is_minute = [&](std::size_t k) {
      return more(k) && at(k).value >= 0 && at(k).value < 60 && at(k).text.size() == 2;
    };
    if ((joined(1, ':') || joined(1, '.')) && is_minute(1)) {
      minute = at(1).value;
      used = 2;
      if (joined(2, ':') && at(2).value >= 0 && at(2).value <= 60) {
        second = std::min(at(2).value, 59);
        used = 3;
        const bool fraction = joined(3, '.') || joined(3, ':') || joined(3, ',');
        if (fraction && at(3).value >= 0) used = 4;
      }
      if (touches(used) && is(used, "h")) ++used;
    } else if (is_hour_mark(1)) {  // 18h05, 18 h 05, 10時30分
      used = 2;
      if (is_minute(2) && (touches(2) || !touches(1))) minute = at(2).value, used = 3;
      if (used == 3 && (is(3, "分") || is(3, "분"))) used = 4;
    }
    const bool half = more(used) && at(0).value <= 12 && is_half_day(used);
    if (used == 1 && !half) return false;
    if (r_.hour >= 0 && r_.twice && !first_only_) {  // that of the second date
      i_ += used;
      return true;
    }
    if (r_.hour >= 0) return stop_ = first_only_ && r_.has_date();
    r_.hour = at(0).value, r_.minute = minute, r_.second = second;
    if (half) {
      const std::string_view word = at(used).text;
      const bool pm = word == "p" || (at(used).meaning.kinds & kWordAfternoon);
      r_.hour = r_.hour % 12 + (pm ? 12 : 0);
      r_.half_day = true;
      used += word == "a" || word == "p" ? 2 : 1;  // "p.m."
    } else if (afternoon_ && r_.hour < 12) {
      r_.hour += 12;
    }
    i_ += used;
    numeric_offset(2);
    return true;
  }
  bool is_hour_mark(std::size_t k) const {
    for (const std::string_view mark : {"h", "時", "时", "點", "点", "시"})
      if (is(k, mark)) return true;
    return false;
  }
  bool is_half_day(std::size_t k) const {
    const std::string_view word = at(k).text;
    if (at(k).meaning.kinds & (kWordMorning | kWordAfternoon)) return true;
    return (word == "a" || word == "p") && parted(k + 1, '.') && at(k + 1).text == "m";
  }
  // Chinese, Japanese and Korean say it before the time.
  bool half_day_before(std::uint16_t kinds) {
    if (!(kinds & (kWordMorning | kWordAfternoon))) return false;
    afternoon_ = (kinds & kWordAfternoon) != 0;
    return true;
  }
  void numeric_offset(std::size_t digits_min) {  // +0800, +08:00, +08; behind "GMT" also +8
    if (!more(0) || i_ == 0 || at(0).value < 0) return;
    const char sign = at(0).before;
    if ((sign != '+' && sign != '-') || at(0).text.size() < digits_min) return;
    int minutes = -1;
    std::size_t used = 1;
    if (at(0).text.size() == 4)
      minutes = at(0).value / 100 * 60 + at(0).value % 100;
    else if (at(0).text.size() <= 2) {
      minutes = at(0).value * 60;
      if (joined(1, ':') && at(1).value >= 0 && at(1).value < 60) minutes += at(1).value, used = 2;
    }
    if (minutes < 0 || minutes > 14 * 60) return;
    r_.offset = sign == '-' ? -minutes : minutes;
    i_ += used;
  }

  bool named_date() {
    if (const Month month = month_at(0); month.value > 0) return month_first(month, 0);
    if (is_year(0)) return year_first();
    if (!is_day(0)) return false;
    std::size_t k = 1;
    if (more(k) && (at(k).meaning.kinds & kWordOrdinal)) ++k;
    if (is(k, "of") || is(k, "de") || is(k, "d")) ++k;
    if (is(k, "tháng") && more(k + 1) && at(k + 1).value > 0)  // 18 tháng 5, năm 2024
      return finish_named({at(k + 1).value, Calendar::kGregorian, 0}, at(0).value, k + 2);
    const Month month = month_at(k);
    return month.value > 0 && finish_named(month, at(0).value, k + month.tokens);
  }
  bool month_first(const Month& month, std::size_t from) {
    std::size_t k = from + month.tokens;
    if (!is_day(k)) return false;
    const int day = at(k++).value;
    if (more(k) && (at(k).meaning.kinds & kWordOrdinal)) ++k;
    return finish_named(month, day, k);
  }
  // "2024. május 18.", "2024 m. gegužės 18 d.", "2024. gada 18. maijs"
  bool year_first() {
    const std::size_t k = is(1, "m") || is(1, "gada") ? 2 : 1;
    Month month = month_at(k);
    std::size_t day = k + month.tokens, end = day + 1;
    if (month.value == 0) day = k, month = month_at(k + 1), end = k + 1 + month.tokens;
    if (month.value == 0 || month.calendar != Calendar::kGregorian || !is_day(day) ||
        is_year(end) || !is_valid(at(0).value, month.value, at(day).value))
      return false;
    return take_date(at(0).value, month.value, at(day).value, end);
  }
  bool finish_named(const Month& month, int day, std::size_t k) {
    if (is(k, "de") || is(k, "del") || is(k, "năm")) ++k;
    if (month.calendar == Calendar::kSolarHijri) {
      return is_year(k, 1300, 1499) && is_valid_solar(at(k).value, month.value, day) &&
             take_solar(at(k).value, month.value, day, k + 1);
    }
    constexpr int kBuddhist = 543;
    int year = -1;
    if (is_year(k)) {
      year = at(k++).value;
    } else if (month.calendar == Calendar::kBuddhist && is_year(k, 1900 + kBuddhist, 2643)) {
      year = at(k++).value - kBuddhist;
    }
    if (first_only_ && year < 0) return false;
    if (!is_valid(year < 0 ? 2024 : year, month.value, day)) return false;
    return take_date(year, month.value, day, k);
  }
  Month month_at(std::size_t k) const {
    Month month = one_month(k);
    if (month.value == 0) return month;
    const Month again = one_month(k + month.tokens);  // "مايو/أيار"
    if (again.value == month.value && again.calendar == month.calendar)
      month.tokens += again.tokens;
    return month;
  }
  Month one_month(std::size_t k) const {
    if (!more(k)) return {};
    const DateWord& word = at(k).meaning;
    if ((word.kinds & kWordFirstOfTwo) && more(k + 1)) {
      const DateWord two = date_word(std::string(at(k).text) + ' ' + std::string(at(k + 1).text));
      if (two.month > 0) return {two.month, two.calendar, 2};
    }
    return {word.month, word.calendar, word.month > 0 ? std::size_t{1} : std::size_t{0}};
  }

  bool zone() {
    const std::uint16_t kinds = at(0).meaning.kinds;
    if (!(kinds & kWordZone) && !((kinds & kWordAmericanZone) && r_.half_day)) return false;
    r_.offset = at(0).meaning.offset;
    r_.american = !(kinds & kWordZone);
    ++i_;
    numeric_offset(1);
    return true;
  }
  bool filler() {
    const std::uint16_t kinds = at(0).meaning.kinds;
    const bool published = kinds & kWordPublished, modified = kinds & kWordModified;
    const bool half_day =
        static_cast<unsigned char>(at(0).text[0]) >= 0x80 && half_day_before(kinds);
    if (!published && !modified && !half_day && !(kinds & kWordFiller)) return false;
    // A label behind a date is the next one's.
    if (first_only_ && r_.has_date() && (modified || (published && r_.modified)))
      return stop_ = true;
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
  bool afternoon_ = false;  // a word before the time says so
  std::size_t i_ = 0;
  Reading r_;
};

// Whether the clocks of the USA are put forward on that day: from the second Sunday in March to the
// first in November.
bool is_american_summer(int y, int m, int d) {
  const auto first_sunday = [&](int month) {
    const std::int64_t weekday = (days_from_civil(y, month, 1) % 7 + 4 + 7) % 7;  // 0 is Sunday
    return static_cast<int>(1 + (7 - weekday) % 7);
  };
  if (m == 3) return d >= first_sunday(3) + 7;
  if (m == 11) return d < first_sunday(11);
  return m > 3 && m < 11;
}

bool is_too_long(std::string_view text) {
  if (text.size() <= kTextCharsMax) return false;
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return text.size() > 4 * kTextCharsMax ||
         static_cast<std::size_t>(std::ranges::count_if(text, begins)) > kTextCharsMax;
}

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
    const int summer = r.american && is_american_summer(r.year, r.month, r.day) ? 60 : 0;
    moment.offset_minutes = *r.offset + summer;
    moment.unix_seconds += r.hour * 3600 + r.minute * 60 + r.second - moment.offset_minutes * 60;
    moment.precision = Precision::kSecond;
  }
  return moment;
}

}  // namespace

std::optional<Moment> parse_moment(std::string_view text, DayOrder order) {
  text = trim(text);
  if (text.empty() || is_too_long(text)) return std::nullopt;
  if (const auto epoch = from_epoch(text)) return epoch;
  const Tokens tokens(text);
  if (tokens.overflow) return std::nullopt;
  const Reading r = Reader(tokens, order).read();
  if (!r.has_date() || r.year < 0 || r.twice || r.ambiguous || r.hour > 23) return std::nullopt;
  return moment_of(r);
}

namespace {

TextDate text_date_of(const Reading& r) {
  TextDate found;
  found.moment = moment_of(r);
  if (r.hour >= 0 && r.hour < 24)
    found.local_seconds =
        days_from_civil(r.year, r.month, r.day) * 86400 + r.hour * 3600 + r.minute * 60;
  found.published = r.published;
  found.modified = r.modified;
  found.other_words = r.others;
  return found;
}

}  // namespace

TextDates find_dates(std::string_view text, DayOrder order) {
  text = trim(text);
  if (text.empty() || is_too_long(text)) return {};
  const Tokens tokens(text);
  Reader reader(tokens, order, kOtherWordsMax, true);
  const Reading r = reader.read();
  if (!r.has_date() || r.year < 0 || r.ambiguous) return {};
  TextDates found{text_date_of(r), std::nullopt};
  if (const auto begin = reader.second()) {
    const Reading next = Reader(tokens, order, kOtherWordsMax, true).read(*begin);
    const bool labels_differ = next.published != r.published || next.modified != r.modified;
    if (next.has_date() && next.year >= 0 && !next.ambiguous && labels_differ) {
      found.second = text_date_of(next);
    } else if (!next.has_date()) {  // only a second time
      found.first->other_words += next.others + (next.hour >= 0 ? 2 : 0);
    }
  }
  if (tokens.overflow) found.first->other_words += kTokensMax;
  return found;
}

std::optional<TextDate> find_date(std::string_view text, DayOrder order) {
  return find_dates(text, order).first;
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
    const int named = month.meaning.calendar == Calendar::kGregorian ? month.meaning.month : 0;
    const int m = month.value < 0 ? named : month.text.size() <= 2 ? month.value : 0;
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
  if (is_too_long(line)) {
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
