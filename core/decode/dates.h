#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace copydesk::decode {

struct Date {
  std::string text;       // RFC 3339
  bool day_only = false;  // the time of day is not known
};

// A date as tools write it: RFC 3339 and its relatives ("2024-05-18 10:00:00", no zone is UTC; "2024-05-18", a day), RFC 5322
// ("Sat, 18 May 2024 10:00:00 GMT"), seconds or milliseconds since 1970. A proper RFC 3339 text stays as it came. nullopt for
// anything else: a date that must be guessed (03/04/2024) is none.
[[nodiscard]] std::optional<Date> read_date(std::string_view text);
[[nodiscard]] std::optional<Date> read_epoch(double number);

}  // namespace copydesk::decode
