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

// The date in a short text that holds one: ISO 8601, RFC 2822, "18 May 2024", "May 18, 2024 10:05
// AM EDT", "18.05.2024". Month names in English, German, French, Spanish, Portuguese, Italian,
// Dutch and Russian. Nothing for a date that can be read in two ways (05/06/2024), for years before
// 1900 or after 2100, for several dates and for texts of more than 120 bytes.
std::optional<Moment> parse_moment(std::string_view text);

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
