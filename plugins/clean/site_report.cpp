#include "site_report.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "site_state.h"

namespace copydesk::clean {
namespace {

using Row = std::vector<std::string>;

// Columns two spaces apart, numbers to the right; the last column, a text, is not padded.
std::string table(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string out;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i)
      out += std::string(widths[i] - row[i].size(), ' ') + row[i] + "  ";
    out += row.back() + "\n";
  }
  return out;
}

std::string age(std::int64_t seconds) {
  constexpr std::int64_t kMinute = 60, kHour = 60 * kMinute, kDay = 24 * kHour;
  if (seconds < kMinute) return std::to_string(std::max<std::int64_t>(seconds, 0)) + " s";
  if (seconds < kHour) return std::to_string(seconds / kMinute) + " min";
  return seconds < 2 * kDay ? std::to_string(seconds / kHour) + " h"
                            : std::to_string(seconds / kDay) + " d";
}

bool is_furniture(const KnownLine& line) { return line.titles > 1; }

// The record of the site at its place, if it is still the site's.
std::optional<SiteRecord> stored_record(const State& state, std::string_view site) {
  const std::size_t number = Shelf::of(site);
  const auto shelf_bytes = state.get(shelf_key(number));
  const auto shelf = shelf_bytes ? Shelf::parse(*shelf_bytes) : std::nullopt;
  const auto place = shelf ? shelf->find(site) : std::nullopt;
  const auto bytes = place ? state.get(record_key(number, *place)) : std::nullopt;
  auto record = bytes ? parse_site_record(*bytes) : std::nullopt;
  if (record && record->site != site) record.reset();
  return record;
}

std::string host_in(std::string_view given) {
  if (std::string host = host_of(given); !host.empty()) return host;
  std::string host(given);
  for (char& c : host) c = ascii_lower(c);
  return host;
}

}  // namespace

std::string tell_sites(const State& state, std::int64_t now) {
  struct Site {
    std::string name;
    std::uint32_t articles = 0;
    std::size_t lines = 0, furniture = 0, bytes = 0;
    std::int64_t seen_at = 0;
  };
  std::vector<Site> sites;
  std::size_t bytes = 0;
  state.scan("s", [&](std::string_view, std::string_view value) {
    if (const auto record = parse_site_record(value)) {
      const auto furniture = std::ranges::count_if(record->lines, is_furniture);
      sites.push_back({record->site, record->articles, record->lines.size(),
                       static_cast<std::size_t>(furniture), value.size(), record->seen_at});
      bytes += value.size();
    }
    return true;
  });
  if (sites.empty()) return "no site is known\n";
  std::ranges::sort(sites, [](const Site& a, const Site& b) {
    return std::tie(b.articles, a.name) < std::tie(a.articles, b.name);
  });
  std::vector<Row> rows = {{"ARTICLES", "LINES", "FURNITURE", "BYTES", "LAST", "SITE"}};
  for (const Site& site : sites)
    rows.push_back({std::to_string(site.articles), std::to_string(site.lines),
                    std::to_string(site.furniture), std::to_string(site.bytes),
                    age(now - site.seen_at), site.name});
  return table(rows) + std::to_string(sites.size()) + " of at most " + std::to_string(kSitesMax) +
         " sites, " + std::to_string(bytes) + " bytes\n";
}

std::string tell_site(const State& state, std::string_view given, std::int64_t now) {
  const std::string site = host_in(given);
  const auto record = stored_record(state, site);
  if (!record)
    throw Config("nothing is known of the site '" + site +
                 "'; `copydesk state sites` lists those that are");
  std::vector<KnownLine> shown;
  std::size_t around = 0;
  for (const KnownLine& line : record->lines) {
    if (!line.excerpt.empty()) shown.push_back(line);
    around += is_furniture(line) && line.excerpt.empty() ? 1 : 0;
  }
  std::ranges::stable_sort(shown, [](const KnownLine& a, const KnownLine& b) {
    return std::tuple(!a.was_cut, -a.titles) < std::tuple(!b.was_cut, -b.titles);
  });
  std::string out = record->site + ": " + std::to_string(record->articles) +
                    " articles, the last " + age(now - record->seen_at) + " ago; " +
                    std::to_string(record->lines.size()) + " lines known\n";
  std::vector<Row> rows = {{"TITLES", "ARTICLES AGO", "VERDICT", "LINE"}};
  for (const KnownLine& line : shown)
    rows.push_back({(line.titles == 255 ? ">" : "") + std::to_string(line.titles),
                    std::to_string(record->articles - line.seen), line.was_cut ? "cut" : "near",
                    line.excerpt});
  out += shown.empty() ? "nothing was cut from a body, or nearly\n" : table(rows);
  return out + std::to_string(around) +
         " more lines ran under several titles, outside the bodies or long ago\n";
}

}  // namespace copydesk::clean
