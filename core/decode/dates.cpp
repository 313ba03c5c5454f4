#include "decode/dates.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "base/ascii.h"
#include "base/time.h"

namespace copydesk::decode {
namespace {

constexpr std::size_t kMaxDateBytes = 64;
// 1979 to 2103: smaller numbers are years and counts
constexpr double kFirstSecond = 300'000'000, kLastSecond = 4'200'000'000;

struct Zone {
  std::string_view name, offset;
};
constexpr std::array kZones{Zone{"GMT", "Z"},      Zone{"UTC", "Z"},      Zone{"UT", "Z"},
                            Zone{"Z", "Z"},        Zone{"EST", "-05:00"}, Zone{"EDT", "-04:00"},
                            Zone{"CST", "-06:00"}, Zone{"CDT", "-05:00"}, Zone{"MST", "-07:00"},
                            Zone{"MDT", "-06:00"}, Zone{"PST", "-08:00"}, Zone{"PDT", "-07:00"}};
constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};

std::string_view trim(std::string_view s) {
  const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!s.empty() && space(s.front())) s.remove_prefix(1);
  while (!s.empty() && space(s.back())) s.remove_suffix(1);
  return s;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "2024-05-18T10:00:00Z", "….123+02:00": nothing to mend.
bool is_rfc3339(std::string_view s) {
  if (s.size() < 20 || s[10] != 'T') return false;
  return s.back() == 'Z' ||
         ((s[s.size() - 6] == '+' || s[s.size() - 6] == '-') && s[s.size() - 3] == ':');
}

std::string_view word(std::string_view& s) {
  s = trim(s);
  const std::size_t end = std::min(s.find_first_of(" ,"), s.size());
  const std::string_view out = s.substr(0, end);
  s.remove_prefix(std::min(end + 1, s.size()));
  return out;
}

int number(std::string_view s) {
  int value = -1;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), value);
  return error == std::errc() && end == s.data() + s.size() ? value : -1;
}

// RFC 5322, section 3.3, and the two-digit years of section 4.3.
std::optional<Date> read_mail_date(std::string_view s) {
  std::string_view first = word(s);
  if (!first.empty() && !is_digit(first.front())) first = word(s);  // the day of the week
  const int day = number(first);
  const std::string month = ascii_lower_case(word(s).substr(0, 3));
  const auto it = std::ranges::find(kMonths, month);
  int year = number(word(s));
  if (year >= 0 && year < 100) year += year < 50 ? 2000 : 1900;
  if (day < 1 || day > 31 || it == kMonths.end() || year < 1000 || year > 9999) return std::nullopt;
  std::array<char, 32> date{};
  std::snprintf(date.data(), date.size(), "%04d-%02d-%02d", year,
                static_cast<int>(it - kMonths.begin()) + 1, day);
  const std::string_view time = word(s);
  std::string zone(word(s));
  if (const auto known = std::ranges::find(kZones, zone, &Zone::name); known != kZones.end())
    zone = known->offset;
  if (!trim(s).empty() && trim(s).front() != '(') return std::nullopt;
  const auto nanos =
      parse_time(std::string(date.data()) + (time.empty() ? "" : "T" + std::string(time) + zone));
  if (!nanos) return std::nullopt;
  return Date{format_time(*nanos), time.empty()};
}

}  // namespace

std::optional<Date> read_date(std::string_view text) {
  text = trim(text);
  if (text.empty() || text.size() > kMaxDateBytes) return std::nullopt;
  if (text.size() > 4 && text[4] == '-') {
    std::string mended(text);  // "10:00:00 +0200", "10:00:00 UTC"
    if (const std::size_t space = mended.rfind(' '); space > 10 && space != std::string::npos)
      if (const auto zone =
              std::ranges::find(kZones, std::string_view(mended).substr(space + 1), &Zone::name);
          zone != kZones.end())
        mended.replace(space, std::string::npos, zone->offset);
    if (const std::size_t space = mended.find(' ', 11); space != std::string::npos)
      mended.erase(space, 1);
    const auto nanos = parse_time(mended);
    if (!nanos) return std::nullopt;
    if (is_rfc3339(text)) return Date{std::string(text), false};
    return Date{format_time(*nanos), text.size() == 10};
  }
  double epoch = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), epoch);
  if (error == std::errc() && end == text.data() + text.size()) return read_epoch(epoch);
  return read_mail_date(text);
}

std::optional<Date> read_epoch(double number) {
  if (number >= kFirstSecond * 1000 && number <= kLastSecond * 1000) number /= 1000;
  if (!(number >= kFirstSecond && number <= kLastSecond)) return std::nullopt;
  const auto millis = static_cast<Nanos>(std::llround(number * 1000));
  return Date{format_time(millis * kMillisecond), false};
}

}  // namespace copydesk::decode
