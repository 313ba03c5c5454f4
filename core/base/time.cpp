#include "base/time.h"

#include <array>
#include <cstring>

namespace copydesk {
namespace {

// Days since 1970-01-01 of a proleptic Gregorian date and back: Howard Hinnant, "chrono-Compatible Low-Level Date
// Algorithms", days_from_civil and civil_from_days.
std::int64_t days_from_civil(std::int64_t y, unsigned m, unsigned d) {
  y -= m <= 2;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const auto yoe = static_cast<unsigned>(y - era * 400);
  const unsigned doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
  const unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + static_cast<std::int64_t>(doe) - 719468;
}

struct Civil {
  std::int64_t year;
  unsigned month, day;
};

Civil civil_from_days(std::int64_t z) {
  z += 719468;
  const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const auto doe = static_cast<unsigned>(z - era * 146097);
  const unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const unsigned mp = (5 * doy + 2) / 153;
  const unsigned d = doy - (153 * mp + 2) / 5 + 1;
  const unsigned m = mp < 10 ? mp + 3 : mp - 9;
  return {static_cast<std::int64_t>(yoe) + era * 400 + (m <= 2), m, d};
}

int days_in_month(int year, int month) {
  constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

// The decimal digits of 00 to 99.
constexpr auto kPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

char* put_pair(char* to, std::uint64_t value) {
  std::memcpy(to, kPairs.data() + 2 * value, 2);
  return to + 2;
}

// Exactly `digits` digits of a number that has no more.
char* put_number(char* to, std::int64_t value, std::size_t digits) {
  for (std::size_t i = digits; i > 0; value /= 10) to[--i] = static_cast<char>('0' + value % 10);
  return to + digits;
}

// Reads exactly `digits` digits; -1 when they are not there.
int take_number(std::string_view& s, std::size_t digits) {
  if (s.size() < digits) return -1;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (s[i] < '0' || s[i] > '9') return -1;
    value = value * 10 + (s[i] - '0');
  }
  s.remove_prefix(digits);
  return value;
}

bool take_char(std::string_view& s, char c) {
  if (s.empty() || s.front() != c) return false;
  s.remove_prefix(1);
  return true;
}

std::optional<Nanos> take_fraction(std::string_view& s) {
  if (!take_char(s, '.')) return 0;
  Nanos value = 0;
  int digits = 0;
  while (!s.empty() && s.front() >= '0' && s.front() <= '9') {
    if (digits < 9) {
      value = value * 10 + (s.front() - '0');
      ++digits;
    }
    s.remove_prefix(1);
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 9; ++digits) value *= 10;
  return value;
}

// Seconds east of UTC; a missing zone counts as UTC.
std::optional<std::int64_t> take_zone(std::string_view& s) {
  if (s.empty() || take_char(s, 'Z') || take_char(s, 'z')) return 0;
  const int sign = s.front() == '-' ? -1 : 1;
  if (s.front() != '+' && s.front() != '-') return std::nullopt;
  s.remove_prefix(1);
  const int hours = take_number(s, 2);
  (void)take_char(s, ':');
  const int minutes = take_number(s, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  return sign * (hours * 3600 + minutes * 60);
}

}  // namespace

// A year of Nanos has four digits: 1677 to 2262.
void append_time(std::string& out, Nanos time) {
  std::int64_t seconds = time / kSecond;
  std::int64_t nanos = time % kSecond;
  if (nanos < 0) {
    nanos += kSecond;
    --seconds;
  }
  std::int64_t days = seconds / 86400;
  std::int64_t rest = seconds % 86400;
  if (rest < 0) {
    rest += 86400;
    --days;
  }
  const Civil c = civil_from_days(days);
  const auto year = static_cast<std::uint64_t>(c.year), second = static_cast<std::uint64_t>(rest);
  std::array<char, 32> text{};
  char* to = put_pair(put_pair(text.data(), year / 100), year % 100);
  *to++ = '-';
  to = put_pair(to, c.month);
  *to++ = '-';
  to = put_pair(to, c.day);
  *to++ = 'T';
  to = put_pair(to, second / 3600);
  *to++ = ':';
  to = put_pair(to, second / 60 % 60);
  *to++ = ':';
  to = put_pair(to, second % 60);
  if (nanos != 0) {
    *to++ = '.';
    if (nanos % kMillisecond == 0)
      to = put_number(to, nanos / kMillisecond, 3);
    else if (nanos % kMicrosecond == 0)
      to = put_number(to, nanos / kMicrosecond, 6);
    else
      to = put_number(to, nanos, 9);
  }
  *to++ = 'Z';
  out.append(text.data(), to);
}

std::string format_time(Nanos time) {
  std::string text;
  append_time(text, time);
  return text;
}

std::optional<Nanos> parse_time(std::string_view s) {
  const int year = take_number(s, 4);
  if (year < 0 || !take_char(s, '-')) return std::nullopt;
  const int month = take_number(s, 2);
  if (month < 1 || month > 12 || !take_char(s, '-')) return std::nullopt;
  const int day = take_number(s, 2);
  if (day < 1 || day > days_in_month(year, month)) return std::nullopt;
  std::int64_t seconds =
      days_from_civil(year, static_cast<unsigned>(month), static_cast<unsigned>(day)) * 86400;
  Nanos nanos = 0;
  if (!s.empty()) {
    if (!take_char(s, 'T') && !take_char(s, 't') && !take_char(s, ' ')) return std::nullopt;
    const int hour = take_number(s, 2);
    if (hour < 0 || hour > 23 || !take_char(s, ':')) return std::nullopt;
    const int minute = take_number(s, 2);
    if (minute < 0 || minute > 59) return std::nullopt;
    int second = 0;
    if (take_char(s, ':')) {
      second = take_number(s, 2);
      if (second < 0 || second > 60) return std::nullopt;
      const auto fraction = take_fraction(s);
      if (!fraction) return std::nullopt;
      nanos = *fraction;
    }
    const auto zone = take_zone(s);
    if (!zone || !s.empty()) return std::nullopt;
    seconds += hour * 3600 + minute * 60 + second - *zone;
  }
  constexpr std::int64_t kLimit = INT64_MAX / kSecond - 1;  // years 1678 to 2262
  if (seconds > kLimit || seconds < -kLimit) return std::nullopt;
  return seconds * kSecond + nanos;
}

}  // namespace copydesk
