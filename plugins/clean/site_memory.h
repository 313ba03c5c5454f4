// What a site repeats from page to page, learned from the articles that pass.
//
// A line that runs under different titles is furniture; an article that runs again is not. For each
// line (a paragraph of the cleaned body, or a line of the page around it) a site's record holds a
// hash, the titles it ran under and when it was seen last. Everything is bounded: kSitesMax sites,
// kRecordBytesMax a site; a line that is not seen gives way to newer ones, a site to busier ones.
//
// Results depend on the order of the articles alone: time is counted in articles.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chars.h"

namespace copydesk::clean {

using LineHash = std::uint32_t;
using TitleMark = std::uint16_t;  // of the title's words; never 0

// A paragraph of a cleaned body.
struct BodyLine {
  LineHash hash = 0;  // 0: too little to be known again, a number or a rule of dashes
  Span span;          // in the body
  std::uint32_t words = 0;
};

// What one article shows of its site; made by any worker, judged and learned in order.
struct SiteLines {
  static constexpr std::size_t kBodyMax = 1000;  // lines beyond are neither judged nor learned
  static constexpr std::size_t kAroundMax = 500;

  std::string site;
  TitleMark title = 0;
  std::size_t body_bytes = 0;
  std::vector<BodyLine> body;
  std::vector<LineHash> around;  // lines of the input that are not in the body
};

// `body` has paragraphs with one blank line between; `around` is the text it was taken from, lines
// in any form. Pure. Time grows with the texts.
SiteLines note_lines(std::string_view site, std::string_view title, std::string_view body,
                     std::string_view around);
// The host of an http address in lower case, without "www."; empty for anything else.
std::string host_of(std::string_view url);
std::string serialize(const SiteLines& lines);
std::optional<SiteLines> parse_site_lines(std::string_view bytes);

// What is known of one line of a site.
struct KnownLine {
  LineHash hash = 0;
  TitleMark first = 0, last = 0;  // titles it ran under, the same for one title
  std::uint8_t titles = 0;        // different ones, stays at 255
  std::uint32_t seen = 0;         // number of the site's article that had it last
  std::string excerpt;            // of a line that was cut from a body, or nearly; else empty
  bool was_cut = false;           // whether the line with the excerpt ever was
  bool in_body = false;           // of the article that is being learned; not stored

  // Titles but this one.
  unsigned titles_but(TitleMark title) const {
    return titles - (title == first || title == last ? 1u : 0u);
  }
};

struct SiteRecord {
  static constexpr std::size_t kLinesMax = 256;
  static constexpr std::size_t kExcerptBytesMax = 40;
  static constexpr std::size_t kRecordBytesMax = 4096;

  std::string site;
  std::uint32_t articles = 0;
  std::int64_t seen_at = 0;      // seconds since the epoch; shown to people, nothing depends on it
  std::vector<KnownLine> lines;  // by hash

  const KnownLine* find(LineHash hash) const;
};

// At most kRecordBytesMax.
std::string serialize(const SiteRecord& record);
std::optional<SiteRecord> parse_site_record(std::string_view bytes);

struct SiteVerdict {
  std::vector<std::size_t> cut;   // of SiteLines::body, ascending
  std::vector<std::size_t> near;  // lines that other titles had and that stay, ascending
  bool seen_before = false;       // most of it ran under one other title: nothing is cut or learned
};
SiteVerdict judge(const SiteLines& lines, const SiteRecord& record);

// The parts of the body that go: each line with the gap behind it, the last with the one before it.
std::vector<Span> cut_spans(const SiteLines& lines, const SiteVerdict& verdict);

// How sure the body is when so many of its words are left: what is cut here, the rules or the model
// had taken for the article, so it counts like what one of them took and the other did not.
double confidence_after_cut(double confidence, std::int64_t words, std::int64_t words_left);

// Counts the article's lines in. `body` is the text that the spans are of.
void learn(const SiteLines& lines, const SiteVerdict& verdict, std::string_view body,
           SiteRecord& record);

// Which sites have a record: a fixed number of shelves with a fixed number of places. A new site
// takes a free place of its shelf, else that of the site that is silent for longest, measured by how
// many articles it had.
class Shelf {
 public:
  static constexpr std::size_t kShelves = 256;
  static constexpr std::size_t kPlaces = 16;

  static std::size_t of(std::string_view site);
  // The place of the site, which was seen now. The place may hold another site's record.
  std::size_t take(std::string_view site);

  // Where take() has put it, without a change.
  std::optional<std::size_t> find(std::string_view site) const;

  std::string serialize() const;
  static std::optional<Shelf> parse(std::string_view bytes);

 private:
  struct Place {
    std::uint64_t site = 0;  // hash; 0: free
    std::uint32_t seen = 0;
    std::uint16_t articles = 0;
  };
  std::uint32_t articles_ = 0;
  std::array<Place, kPlaces> places_{};
};

inline constexpr std::size_t kSitesMax = Shelf::kShelves * Shelf::kPlaces;

}  // namespace copydesk::clean
