// Dates as news pages write them. All functions are pure and may be called from any thread.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace copydesk::clean {

enum class Precision : std::uint8_t { kDay, kSecond };

// A point in time with the offset it was written with. With precision kDay it is midnight UTC of
// that day: a time of day without a zone names no instant, so only its day is taken.
struct Moment {
  std::int64_t unix_seconds = 0;
  std::int32_t offset_minutes = 0;
  Precision precision = Precision::kDay;
  bool operator==(const Moment&) const = default;
};

// RFC 3339, "2024-05-18T10:00:00+08:00"; "2024-05-18T00:00:00Z" for a day.
std::string to_rfc3339(const Moment& moment);

// How 05/06/2024 is to be read.
enum class DayOrder : std::uint8_t { kUnknown, kDayFirst, kMonthFirst };

// The date in a short text that holds one: ISO 8601, RFC 2822, "18 May 2024", "May 18, 2024 10:05
// AM EDT", "18.05.2024", 2024年5月18日. Month names in fifty languages, digits of any script; years
// of the calendar of Iran, and of Thailand's behind a Thai month. Nothing for a date that can be
// read in two ways unless `order` says which, for years before 1900 or after 2100, for several
// dates and for texts of more than 120 characters.
std::optional<Moment> parse_moment(std::string_view text, DayOrder order = DayOrder::kUnknown);

// A date among other words, as readers see it ("Published on May 18, 2024 | 5 min read").
struct TextDate {
  Moment moment;
  std::optional<std::int64_t> local_seconds;  // of the clock beside it, as if that were UTC
  bool published = false;                     // a word such as "published" stands there
  bool modified = false;
  std::size_t other_words = 0;  // words that belong to no date; above 6 they are not all counted
};
// The first date of a text of at most 120 characters. Years of two digits count too ("18.05.24").
std::optional<TextDate> find_date(std::string_view text, DayOrder order);

// And the one behind it with another label: "Published: 3 May 2024, 10:15 | Updated: 4 May 2024".
struct TextDates {
  std::optional<TextDate> first, second;
};
TextDates find_dates(std::string_view text, DayOrder order);

// The day in the path of an address: /2024/05/18/, /2024-05-18-, /2024/may/18/, 20240518. Nothing
// if there are two.
std::optional<Moment> date_in_path(std::string_view url);

// What a line of text has of a date.
struct DateLine {
  bool only = false;      // nothing but dates, times and words such as "updated", "published", "on"
  bool has_time = false;  // hh:mm
  bool has_date = false;  // day, month and year, or day and month
  bool modified = false;  // the line says that the text was changed then
  std::size_t other_words = 0;  // words that belong to no date
};
DateLine look_for_date(std::string_view line);

}  // namespace copydesk::clean
