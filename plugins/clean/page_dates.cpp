#include "page_dates.h"

#include <algorithm>
#include <functional>

#include "chars.h"
#include "main_text.h"
#include "surroundings.h"

namespace copydesk::clean {
namespace {

constexpr std::size_t kListMax = 200;
constexpr std::size_t kTriesMax = 1000;     // dates in the text that are looked at
constexpr std::size_t kTextBytesMax = 300;  // a hundred characters of an Indian script
constexpr std::size_t kLabelBytesMax = 30;
constexpr std::size_t kOtherWordsMax = 4;  // a line with more, and without a label, is text
constexpr std::size_t kNear = 120;         // nodes
constexpr std::size_t kFar = 1500;  // a date without a label further away is of something else

bool may_hold_date(std::string_view text) {
  std::size_t digits = 0;
  text = text.substr(0, 400);
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode(text, i);
    digits += decimal_digit(c.value) >= 0;
    i += c.length;
  }
  return digits >= 4 && digits <= 24;
}

}  // namespace

DayOrder day_order(std::string_view language) {
  if (language.size() < 2) return DayOrder::kUnknown;
  if (!starts_with_ignoring_case(language, "en")) return DayOrder::kDayFirst;
  if (language.size() < 5) return DayOrder::kUnknown;
  const char a = ascii_lower(language[3]), b = ascii_lower(language[4]);
  return a == 'u' && b == 's' ? DayOrder::kMonthFirst : DayOrder::kDayFirst;
}

void PageDates::look_at(std::size_t i) {
  const Node& node = page_.nodes()[i];
  const std::string_view property = page_.attribute(node, "itemprop");
  const bool item = property == "datePublished" || property == "dateModified";
  if (!item && node.tag != Tag::kTime) return;
  if (items_.size() + times_.size() >= kListMax) return;
  std::string_view value = page_.attribute(node, item ? "content" : "datetime");
  if (value.empty()) value = page_.attribute(node, item ? "datetime" : "content");
  std::optional<Moment> moment = parse_moment(value);
  if (!moment && node.end - i < 20) {
    if (const auto found = find_date(page_.text_of(i), DayOrder::kUnknown)) moment = found->moment;
  }
  if (!moment) return;
  const std::string_view names = page_.attribute(node, "class");
  const std::uint16_t hints = node.hints | page_.nodes()[node.parent].hints;
  Seen seen{*moment, i, property == "dateModified", item || (hints & kHintDate) != 0};
  // Themes write class="entry-date published updated" on the only date there is.
  if (!item && !contains_ignoring_case(names, "publish"))
    seen.modified =
        contains_ignoring_case(names, "updated") || contains_ignoring_case(names, "modified");
  (item ? items_ : times_).push_back(seen);
}

void PageDates::declared(const std::optional<Moment>& moment) {
  if (moment && declared_.size() < kListMax) declared_.push_back(*moment);
}

std::optional<Moment> PageDates::nearest(const std::vector<Seen>& list, std::size_t heading,
                                         bool modified) {
  const Seen* best = nullptr;
  const auto rank = [&](const Seen& seen) {
    return distance_from(heading, seen.node) + (seen.named ? 0 : 2 * kNear);
  };
  for (const Seen& seen : list)
    if (seen.modified == modified && (!best || rank(seen) < rank(*best))) best = &seen;
  return best ? std::optional(best->moment) : std::nullopt;
}

std::optional<Moment> PageDates::item(std::size_t heading, bool modified) const {
  std::vector<Seen> own;
  for (const Seen& seen : items_)
    if (page_.nodes()[seen.node].tag == Tag::kMeta || !is_foreign(page_, seen.node))
      own.push_back(seen);
  return nearest(own, heading, modified);
}
std::optional<Moment> PageDates::time(std::size_t heading, bool modified) const {
  std::vector<Seen> own;
  for (const Seen& seen : times_)
    if (!is_foreign(page_, seen.node)) own.push_back(seen);
  return nearest(own, heading, modified);
}

void PageDates::read_text(std::size_t heading, DayOrder order) {
  const std::vector<Node>& nodes = page_.nodes();
  heading_ = heading;
  std::size_t tries = 0;
  std::string_view before;  // the text before this one
  for (std::size_t i = 0; i < nodes.size() && shown_.size() < kListMax; ++i) {
    const Node& node = nodes[i];
    if (is_never_text(node.tag) && node.tag != Tag::kCaption) {
      i = node.end - 1;
      continue;
    }
    if (node.tag != Tag::kText) continue;
    const std::string_view text = trim(node.text);
    if (text.empty()) continue;
    const std::string_view label = before;
    before = text;
    if (text.size() > kTextBytesMax || !may_hold_date(text)) continue;
    if (++tries > kTriesMax) return;
    TextDates found = find_dates(text, order);
    if (!found.first) continue;
    TextDate& first = *found.first;
    if (!first.published && !first.modified && !label.empty() && label.size() <= kLabelBytesMax &&
        !may_hold_date(label)) {
      const auto with = find_date(std::string(label) + ' ' + std::string(text), order);
      if (with) first.published = with->published, first.modified = with->modified;
    }
    show(i, first, false);
    if (found.second) show(i, *found.second, first.modified);
  }
}

void PageDates::show(std::size_t i, const TextDate& date, bool behind_update) {
  const std::vector<Node>& nodes = page_.nodes();
  const bool labelled = date.published || date.modified;
  if (date.other_words > kOtherWordsMax + (labelled ? 2 : 0)) return;
  if (is_foreign(page_, i) || (!labelled && distance_from(heading_, i) > kFar)) return;
  const Node& parent = nodes[nodes[i].parent];
  const bool named = ((parent.hints | nodes[parent.parent].hints) & kHintDate) != 0 ||
                     contains_ignoring_case(page_.attribute(parent, "class"), "date");
  shown_.push_back({date, i, (labelled ? 2 : 0) + (named ? 2 : 0) + (date.other_words == 0 ? 1 : 0),
                    behind_update});
}

const PageDates::Shown* PageDates::best(bool modified) const {
  const Shown* best = nullptr;
  double best_rank = 0;
  for (const Shown& shown : shown_) {
    if (shown.date.modified != modified) continue;
    const auto distance = static_cast<double>(distance_from(heading_, shown.node));
    const double rank = shown.evidence - distance / kNear;
    if (!best || rank > best_rank) best = &shown, best_rank = rank;
  }
  return best;
}
std::size_t PageDates::shown_count() const {
  const auto of_update = [](const Shown& shown) { return shown.date.modified; };
  const auto all = static_cast<std::size_t>(std::ranges::count_if(shown_, std::not_fn(of_update)));
  return std::max(all, times_.size());
}
std::optional<Moment> PageDates::text(bool modified, bool beside_heading) const {
  const Shown* found = best(modified);
  if (found && beside_heading && distance_from(heading_, found->node) > 2 * kNear) found = nullptr;
  return found ? std::optional(found->date.moment) : std::nullopt;
}

bool PageDates::shows_day_of(const Moment& moment, bool updates) const {
  constexpr std::int64_t kDay = 86400;
  const std::int64_t day = (moment.unix_seconds + moment.offset_minutes * 60) / kDay;
  const auto near = [&](std::size_t node) { return distance_from(heading_, node) <= 2 * kNear; };
  for (const Shown& shown : shown_)
    if (near(shown.node) && (updates || !shown.date.modified) && !shown.behind_update &&
        shown.date.moment.unix_seconds / kDay == day)
      return true;
  return false;
}

Moment PageDates::in_zone_of_page(const Moment& moment, const std::optional<Moment>& address_day,
                                  bool modified) const {
  constexpr std::int64_t kHour = 3600, kDay = 86400;
  if (moment.precision != Precision::kSecond || moment.offset_minutes != 0) return moment;
  Moment out = moment;
  const auto same = [&](const Moment& other) {
    return other.precision == Precision::kSecond && other.offset_minutes != 0 &&
           std::abs(other.unix_seconds - moment.unix_seconds) < 60;
  };
  const auto take = [&](const Moment& other) {
    if (out.offset_minutes == 0 && same(other)) out.offset_minutes = other.offset_minutes;
  };
  for (const Moment& other : declared_) take(other);
  for (const Seen& seen : items_) take(seen.moment);
  for (const Seen& seen : times_) take(seen.moment);
  if (out.offset_minutes != 0) return out;
  const Shown* shown = best(modified);
  if (shown && distance_from(heading_, shown->node) > 2 * kNear) shown = nullptr;
  if (shown && shown->date.local_seconds) {
    const std::int64_t minutes = *shown->date.local_seconds / 60 - moment.unix_seconds / 60;
    if (minutes % 30 == 0 && minutes >= -12 * 60 && minutes <= 14 * 60) {
      out.offset_minutes = static_cast<std::int32_t>(minutes);
      return out;
    }
  }
  if (modified) return out;
  std::optional<std::int64_t> day;
  if (shown) day = shown->date.moment.unix_seconds / kDay;
  if (address_day) day = address_day->unix_seconds / kDay;
  if (!day || *day == moment.unix_seconds / kDay || moment.unix_seconds % kDay == 0) return out;
  const std::int64_t begin = *day * kDay, end = begin + kDay;
  std::int64_t hours = 0;
  if (moment.unix_seconds >= end) hours = -((moment.unix_seconds - end) / kHour + 1);
  if (moment.unix_seconds < begin) hours = (begin - moment.unix_seconds + kHour - 1) / kHour;
  if (hours >= -12 && hours <= 14) out.offset_minutes = static_cast<std::int32_t>(hours * 60);
  return out;
}

}  // namespace copydesk::clean
