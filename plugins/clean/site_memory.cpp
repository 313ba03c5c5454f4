#include "site_memory.h"

#include <copydesk/bytes.hpp>

#include <algorithm>
#include <map>
#include <unordered_set>

namespace copydesk::clean {
namespace {

constexpr std::uint8_t kVersion = 2;

// A paragraph of this many words is perhaps quoted again in a later article: it must have run under
// more titles than a short line.
constexpr std::uint32_t kLongWords = 40;
constexpr unsigned kTitlesOfShort = 1;
constexpr unsigned kTitlesOfLong = 2;
// A short line alone above a longer one, or one that the body has twice, may be a sub-heading that
// the site likes.
constexpr std::uint32_t kHeadingWordsMax = 8;
constexpr unsigned kTitlesOfHeading = 4;
// A line with this share of the words is the article, and this share must be left.
constexpr double kLineShareMax = 0.4;
constexpr double kLeftShareMin = 0.25;
// With this share of the words under one other title it is that article again.
constexpr double kSameShareMin = 0.8;
// Furniture that the last so many articles did not have is given up like any other line.
constexpr std::uint32_t kForgottenAfter = 200;

// A body of so many words is half as sure as a long one, as in html.cpp and text.cpp.
constexpr std::int64_t kFewWords = 20;

constexpr std::size_t kSiteBytesMax = 255;
constexpr std::size_t kHeadBytes = 1 + 4 + kSiteBytesMax + 4 + 8 + 2;
constexpr std::size_t kLineBytes = 4 + 2 + 2 + 1 + 2;
constexpr std::size_t kExcerptHeadBytes = 2 + 1;
constexpr std::uint8_t kWasCut = 0x80;
static_assert(SiteRecord::kExcerptBytesMax < kWasCut);
constexpr std::size_t kExcerptsBytesMax =
    SiteRecord::kRecordBytesMax - kHeadBytes - kLineBytes * SiteRecord::kLinesMax;

std::uint64_t mix(std::uint64_t h) {
  h ^= h >> 33;
  h *= 0xFF51AFD7ED558CCDULL;
  h ^= h >> 33;
  h *= 0xC4CEB9FE1A85EC53ULL;
  return h ^ h >> 33;
}

std::uint64_t hash_bytes(std::string_view text) {
  std::uint64_t h = 0xCBF29CE484222325ULL;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return mix(h);
}

struct Folded {
  std::uint64_t hash = 0;
  std::uint32_t words = 0;
  std::uint32_t letters = 0;
};

// Letters in lower case, each number as one 0, everything else one gap: "Updated 3 min ago" is the
// same line a minute later.
Folded fold_line(std::string_view line) {
  Folded out;
  std::uint64_t h = 0xCBF29CE484222325ULL;
  std::uint32_t wide = 0;
  char previous = ' ';
  for (const char raw : line) {
    char c = ascii_lower(raw);
    const bool wide_byte = (static_cast<unsigned char>(c) & 0x80) != 0;
    if (is_digit(c)) {
      c = '0';
      if (previous == '0') continue;
    } else if (wide_byte) {
      ++wide;
      ++out.letters;
    } else if (c >= 'a' && c <= 'z') {
      ++out.letters;
    } else {
      c = ' ';
      if (previous == ' ') continue;
    }
    if (previous == ' ' && c != ' ') {
      ++out.words;
      h = (h ^ ' ') * 0x100000001B3ULL;
    }
    if (c != ' ') h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    previous = c;
  }
  // Text without spaces: about two characters a word, three bytes each.
  constexpr std::uint32_t kWideBytesAWord = 6;
  out.words = std::max(out.words, wide / kWideBytesAWord);
  out.hash = mix(h);
  return out;
}

LineHash line_hash(const Folded& folded) {
  constexpr std::uint32_t kLettersMin = 2;
  if (folded.letters < kLettersMin) return 0;
  const auto hash = static_cast<LineHash>(folded.hash);
  return hash == 0 ? 1 : hash;
}

TitleMark title_mark(std::uint64_t hash) {
  const auto mark = static_cast<TitleMark>(hash >> 40);
  return mark == 0 ? TitleMark{1} : mark;
}

// Calls each(line, offset) for what lies between newlines.
template <class F>
void each_line(std::string_view text, F&& each) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end > at && !each(text.substr(at, end - at), at)) return;
    at = end + 1;
  }
}

std::uint32_t words_of(const SiteLines& lines) {
  std::uint32_t words = 0;
  for (const BodyLine& line : lines.body) words += line.words;
  return words;
}

bool is_seen_before(const SiteLines& lines, const SiteRecord& record, std::uint32_t words) {
  std::map<TitleMark, std::uint32_t> under;
  for (const BodyLine& line : lines.body) {
    const KnownLine* known = record.find(line.hash);
    if (known != nullptr && known->titles == 1 && known->first != lines.title) {
      under[known->first] += line.words;
    }
  }
  return std::ranges::any_of(under,
                             [&](const auto& u) { return u.second >= kSameShareMin * words; });
}

unsigned titles_wanted(const SiteLines& lines, const std::vector<unsigned>& titles, std::size_t i) {
  const std::vector<BodyLine>& body = lines.body;
  if (body[i].words >= kLongWords) return kTitlesOfLong;
  const bool is_alone = i > 0 && i + 1 < body.size() && titles[i - 1] == 0 && titles[i + 1] == 0;
  const bool is_repeated = std::ranges::count(body, body[i].hash, &BodyLine::hash) > 1;
  const bool is_heading = (is_alone && body[i + 1].words > body[i].words) || is_repeated;
  return is_heading && body[i].words <= kHeadingWordsMax ? kTitlesOfHeading : kTitlesOfShort;
}

std::string excerpt_of(std::string_view text) {
  std::size_t end = std::min(text.size(), SiteRecord::kExcerptBytesMax);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end;
  return std::string(text.substr(0, end));
}

// Furniture that is still there first, then what was seen last, bodies before what is around them.
// Among equals each article draws anew, so that every line of a long page has its turn.
bool is_worth_more(const KnownLine& a, const KnownLine& b, std::uint32_t now) {
  const auto rank = [now](const KnownLine& line) {
    const bool furniture = line.titles > 1 && now - line.seen < kForgottenAfter;
    return std::tuple(!furniture, now - line.seen, !line.in_body, mix(line.hash ^ now));
  };
  return rank(a) < rank(b);
}

// What serialize() could not write must not be there: the record has to be the same whether or not
// it was stored between two articles.
void fit(SiteRecord& record) {
  constexpr std::uint32_t kAgeMax = 0xFFFF;
  for (KnownLine& line : record.lines) {
    line.in_body = false;
    line.seen = std::max(line.seen, record.articles - std::min(record.articles, kAgeMax));
  }
  std::size_t left = kExcerptsBytesMax;
  for (const bool was_cut : {true, false}) {
    for (KnownLine& line : record.lines) {
      if (line.excerpt.empty() || line.was_cut != was_cut) continue;
      const std::size_t bytes = kExcerptHeadBytes + line.excerpt.size();
      if (bytes <= left) {
        left -= bytes;
      } else {
        line.excerpt.clear();
        line.was_cut = false;
      }
    }
  }
}

void count_in(LineHash hash, bool in_body, const SiteLines& lines, SiteRecord& record,
              std::vector<KnownLine>& added) {
  const auto known = std::ranges::lower_bound(record.lines, hash, {}, &KnownLine::hash);
  if (known == record.lines.end() || known->hash != hash) {
    added.push_back({.hash = hash,
                     .first = lines.title,
                     .last = lines.title,
                     .titles = 1,
                     .seen = record.articles,
                     .in_body = in_body});
    return;
  }
  known->seen = record.articles;
  known->in_body = in_body;
  if (known->first == lines.title || known->last == lines.title) return;
  known->last = lines.title;
  if (known->titles < 255) ++known->titles;
}

}  // namespace

SiteLines note_lines(std::string_view site, std::string_view title, std::string_view body,
                     std::string_view around) {
  SiteLines out;
  out.site = site.substr(0, kSiteBytesMax);
  out.body_bytes = body.size();
  const Folded folded_title = fold_line(title);
  out.title = title_mark(folded_title.letters > 0 ? folded_title.hash : hash_bytes(body));
  std::unordered_set<LineHash> known{0};
  each_line(body, [&](std::string_view line, std::size_t at) {
    const Folded folded = fold_line(line);
    out.body.push_back({line_hash(folded), {at, at + line.size()}, folded.words});
    known.insert(out.body.back().hash);
    return out.body.size() < SiteLines::kBodyMax;
  });
  const auto add_around = [&](LineHash hash) {
    if (known.insert(hash).second) out.around.push_back(hash);
    return out.around.size() < SiteLines::kAroundMax;
  };
  add_around(line_hash(folded_title));  // as a link under another article
  each_line(around, [&](std::string_view line, std::size_t) {
    return add_around(line_hash(fold_line(line)));
  });
  return out;
}

std::string host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == url.npos || !starts_with_ignoring_case(url, "http")) return {};
  url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const std::size_t user = url.rfind('@'); user != url.npos) url.remove_prefix(user + 1);
  url = url.substr(0, url.find(':'));
  std::string host;
  for (const char c : url.substr(0, kSiteBytesMax)) host += ascii_lower(c);
  return host.starts_with("www.") ? host.substr(4) : host;
}

std::string serialize(const SiteLines& lines) {
  std::string out;
  bytes::append_number(out, kVersion);
  bytes::append_text(out, lines.site);
  bytes::append_number(out, lines.title);
  bytes::append_number(out, static_cast<std::uint64_t>(lines.body_bytes));
  bytes::append_number(out, static_cast<std::uint32_t>(lines.body.size()));
  for (const BodyLine& line : lines.body) {
    bytes::append_number(out, line.hash);
    bytes::append_number(out, static_cast<std::uint64_t>(line.span.begin));
    bytes::append_number(out, static_cast<std::uint64_t>(line.span.end));
    bytes::append_number(out, line.words);
  }
  for (const LineHash hash : lines.around) bytes::append_number(out, hash);
  return out;
}

std::optional<SiteLines> parse_site_lines(std::string_view bytes) {
  bytes::Reader in(bytes);
  if (in.number<std::uint8_t>() != kVersion) return std::nullopt;
  SiteLines out;
  out.site = in.text();
  out.title = in.number<TitleMark>();
  out.body_bytes = in.number<std::uint64_t>();
  const auto count = in.number<std::uint32_t>();
  if (!in.ok() || count > SiteLines::kBodyMax) return std::nullopt;
  for (std::uint32_t i = 0; i < count; ++i) {
    BodyLine line;
    line.hash = in.number<LineHash>();
    line.span.begin = in.number<std::uint64_t>();
    line.span.end = in.number<std::uint64_t>();
    line.words = in.number<std::uint32_t>();
    if (line.span.begin > line.span.end || line.span.end > out.body_bytes) return std::nullopt;
    out.body.push_back(line);
  }
  while (in.ok() && !in.finished()) out.around.push_back(in.number<LineHash>());
  if (!in.finished()) return std::nullopt;
  return out;
}

const KnownLine* SiteRecord::find(LineHash hash) const {
  const auto known = std::ranges::lower_bound(lines, hash, {}, &KnownLine::hash);
  return known != lines.end() && known->hash == hash && hash != 0 ? &*known : nullptr;
}

// version u8 | site | articles u32 | seen at u64 | count u16 | lines: hash u32, first u16, last u16,
// titles u8, articles since u16 | excerpts: number of the line u16, size u8, bytes; the size with
// kWasCut for a line that was cut
std::string serialize(const SiteRecord& record) {
  std::string out;
  out.reserve(SiteRecord::kRecordBytesMax);
  bytes::append_number(out, kVersion);
  bytes::append_text(out, record.site);
  bytes::append_number(out, record.articles);
  bytes::append_number(out, static_cast<std::uint64_t>(record.seen_at));
  bytes::append_number(out, static_cast<std::uint16_t>(record.lines.size()));
  for (const KnownLine& line : record.lines) {
    bytes::append_number(out, line.hash);
    bytes::append_number(out, line.first);
    bytes::append_number(out, line.last);
    bytes::append_number(out, line.titles);
    bytes::append_number(out, static_cast<std::uint16_t>(record.articles - line.seen));
  }
  for (std::size_t i = 0; i < record.lines.size(); ++i) {
    const std::string& excerpt = record.lines[i].excerpt;
    if (excerpt.empty()) continue;
    bytes::append_number(out, static_cast<std::uint16_t>(i));
    bytes::append_number(
        out, static_cast<std::uint8_t>(excerpt.size() | (record.lines[i].was_cut ? kWasCut : 0u)));
    out += excerpt;
  }
  return out;
}

std::optional<SiteRecord> parse_site_record(std::string_view bytes) {
  bytes::Reader in(bytes);
  if (in.number<std::uint8_t>() != kVersion) return std::nullopt;
  SiteRecord out;
  out.site = in.text();
  out.articles = in.number<std::uint32_t>();
  out.seen_at = static_cast<std::int64_t>(in.number<std::uint64_t>());
  const auto count = in.number<std::uint16_t>();
  if (!in.ok() || count > SiteRecord::kLinesMax) return std::nullopt;
  out.lines.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    KnownLine line;
    line.hash = in.number<LineHash>();
    line.first = in.number<TitleMark>();
    line.last = in.number<TitleMark>();
    line.titles = in.number<std::uint8_t>();
    line.seen = out.articles - in.number<std::uint16_t>();
    out.lines.push_back(std::move(line));
  }
  while (in.ok() && !in.finished()) {
    const auto at = in.number<std::uint16_t>();
    const auto size = in.number<std::uint8_t>();
    const std::string_view excerpt = in.text_of(size & ~kWasCut);
    if (!in.ok() || at >= count) return std::nullopt;
    out.lines[at].excerpt = excerpt;
    out.lines[at].was_cut = (size & kWasCut) != 0;
  }
  if (!in.finished()) return std::nullopt;
  return out;
}

SiteVerdict judge(const SiteLines& lines, const SiteRecord& record) {
  SiteVerdict out;
  const std::uint32_t words = words_of(lines);
  if (is_seen_before(lines, record, words)) {
    out.seen_before = true;
    return out;
  }
  std::vector<unsigned> titles(lines.body.size());  // others that had the line; 0: it stays
  for (std::size_t i = 0; i < lines.body.size(); ++i) {
    const BodyLine& line = lines.body[i];
    const KnownLine* known = record.find(line.hash);
    if (known != nullptr && line.words < kLineShareMax * words)
      titles[i] = known->titles_but(lines.title);
  }
  std::uint32_t left = words;
  for (std::size_t i = 0; i < lines.body.size(); ++i) {
    if (titles[i] == 0) continue;
    if (titles[i] < titles_wanted(lines, titles, i)) {
      out.near.push_back(i);
      continue;
    }
    out.cut.push_back(i);
    left -= lines.body[i].words;
  }
  if (left < kLeftShareMin * words) {
    out.near.insert(out.near.end(), out.cut.begin(), out.cut.end());
    std::ranges::sort(out.near);
    out.cut.clear();
  }
  return out;
}

std::vector<Span> cut_spans(const SiteLines& lines, const SiteVerdict& verdict) {
  std::vector<Span> out;
  for (const std::size_t i : verdict.cut) {
    const bool is_last = i + 1 == lines.body.size();
    const std::size_t begin = lines.body[i].span.begin;
    const std::size_t end = is_last ? lines.body_bytes : lines.body[i + 1].span.begin;
    if (!out.empty() && out.back().end == begin)
      out.back().end = end;
    else
      out.push_back({begin, end});
    const std::size_t run_begins = out.back().begin;
    if (!is_last || run_begins == 0) continue;
    for (const BodyLine& line : lines.body)
      if (line.span.end <= run_begins) out.back().begin = line.span.end;
  }
  return out;
}

double confidence_after_cut(double confidence, std::int64_t words, std::int64_t words_left) {
  if (words <= 0 || words_left <= 0) return 0;
  const double agreed = static_cast<double>(words_left) / static_cast<double>(words);
  const double fewer =
      agreed * static_cast<double>(words + kFewWords) / static_cast<double>(words_left + kFewWords);
  return std::max(confidence * agreed * fewer, 0.01);
}

void learn(const SiteLines& lines, const SiteVerdict& verdict, std::string_view body,
           SiteRecord& record) {
  if (verdict.seen_before) return;
  ++record.articles;
  std::vector<KnownLine> added;
  for (const BodyLine& line : lines.body)
    if (line.hash != 0) count_in(line.hash, true, lines, record, added);
  for (const LineHash hash : lines.around) count_in(hash, false, lines, record, added);
  const auto show = [&](const std::vector<std::size_t>& indices, bool is_cut) {
    for (const std::size_t i : indices) {
      const BodyLine& line = lines.body[i];
      const auto known = std::ranges::lower_bound(record.lines, line.hash, {}, &KnownLine::hash);
      if (known->excerpt.empty())
        known->excerpt = excerpt_of(body.substr(line.span.begin, line.span.end - line.span.begin));
      known->was_cut |= is_cut;
    }
  };
  show(verdict.cut, true);
  show(verdict.near, false);
  record.lines.insert(record.lines.end(), std::make_move_iterator(added.begin()),
                      std::make_move_iterator(added.end()));
  if (record.lines.size() > SiteRecord::kLinesMax) {
    std::ranges::nth_element(record.lines, record.lines.begin() + SiteRecord::kLinesMax,
                             [now = record.articles](const KnownLine& a, const KnownLine& b) {
                               return is_worth_more(a, b, now);
                             });
    record.lines.resize(SiteRecord::kLinesMax);
  }
  std::ranges::sort(record.lines, {}, &KnownLine::hash);
  const auto same = [](const KnownLine& a, const KnownLine& b) { return a.hash == b.hash; };
  record.lines.erase(std::unique(record.lines.begin(), record.lines.end(), same),
                     record.lines.end());
  fit(record);
}

std::size_t Shelf::of(std::string_view site) { return hash_bytes(site) % kShelves; }

std::size_t Shelf::take(std::string_view site) {
  const std::uint64_t hash = hash_bytes(site) | 1;
  ++articles_;
  std::size_t taken = 0;
  const auto silence = [&](const Place& p) {
    return p.site == 0 ? ~std::uint64_t{0}
                       : (std::uint64_t{articles_ - p.seen} << 16) / (p.articles + 1u);
  };
  for (std::size_t i = 0; i < kPlaces; ++i) {
    if (places_[i].site == hash) {
      taken = i;
      break;
    }
    if (silence(places_[i]) > silence(places_[taken])) taken = i;
  }
  Place& place = places_[taken];
  if (place.site != hash) place = {hash, 0, 0};
  place.seen = articles_;
  if (place.articles < 0xFFFF) ++place.articles;
  return taken;
}

std::optional<std::size_t> Shelf::find(std::string_view site) const {
  const auto place = std::ranges::find(places_, hash_bytes(site) | 1, &Place::site);
  if (place == places_.end()) return std::nullopt;
  return static_cast<std::size_t>(place - places_.begin());
}

std::string Shelf::serialize() const {
  std::string out;
  bytes::append_number(out, kVersion);
  bytes::append_number(out, articles_);
  for (const Place& place : places_) {
    bytes::append_number(out, place.site);
    bytes::append_number(out, place.seen);
    bytes::append_number(out, place.articles);
  }
  return out;
}

std::optional<Shelf> Shelf::parse(std::string_view bytes) {
  bytes::Reader in(bytes);
  if (in.number<std::uint8_t>() != kVersion) return std::nullopt;
  Shelf out;
  out.articles_ = in.number<std::uint32_t>();
  for (Place& place : out.places_) {
    place.site = in.number<std::uint64_t>();
    place.seen = in.number<std::uint32_t>();
    place.articles = in.number<std::uint16_t>();
  }
  if (!in.finished()) return std::nullopt;
  return out;
}

}  // namespace copydesk::clean
