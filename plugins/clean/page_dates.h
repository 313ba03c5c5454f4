// The dates that a page says of its article, each where it stands. Internal.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "dates.h"
#include "page.h"

namespace copydesk::clean {

// How the page's language writes 05/06/2024; "en" alone does not say.
DayOrder day_order(std::string_view language);

class PageDates {
 public:
  explicit PageDates(const Page& page) : page_(page) {}

  // An element in document order: <time>, or one with an itemprop.
  void look_at(std::size_t node);
  // A date in the head, of JSON-LD or meta: what an instant in UTC is compared with.
  void declared(const std::optional<Moment>& moment);

  // The dates nearest to the heading, in the order of trust: itemprop, then <time>.
  std::optional<Moment> item(std::size_t heading, bool modified) const;
  std::optional<Moment> time(std::size_t heading, bool modified) const;

  // What readers see as the article's date in its text. Looks at the whole page.
  void read_text(std::size_t heading, DayOrder order);
  std::optional<Moment> text(bool modified, bool beside_heading) const;

  // Whether readers see that day beside the heading; not counting where it is called that of an
  // update, unless `updates` says so.
  bool shows_day_of(const Moment& moment, bool updates) const;

  // A time declared in UTC, with the zone in which the page shows it: that of the same instant
  // declared elsewhere; else what the clock shown differs by; else, when the day shown (or in the
  // address) is the one before or behind, the smallest whole hour that puts the instant into it.
  // Of the last change only the instant and the clock count: it may be shown by another day's.
  Moment in_zone_of_page(const Moment& moment, const std::optional<Moment>& address_day,
                         bool modified) const;
  // How many dates the page shows without calling them those of an update.
  std::size_t shown_count() const;

 private:
  struct Seen {
    Moment moment;
    std::size_t node = 0;
    bool modified = false;
    bool named = false;  // itemprop, or a class that says so
  };
  struct Shown {
    TextDate date;
    std::size_t node = 0;
    int evidence = 0;
    bool behind_update = false;  // "Updated 4 May 2020, created 17 June 2019": of an old edition
  };
  static std::optional<Moment> nearest(const std::vector<Seen>& list, std::size_t heading,
                                       bool modified);
  void show(std::size_t node, const TextDate& date, bool behind_update);
  const Shown* best(bool modified) const;

  const Page& page_;
  std::vector<Seen> items_, times_;
  std::vector<Moment> declared_;
  std::vector<Shown> shown_;
  std::size_t heading_ = 0;
};

}  // namespace copydesk::clean
