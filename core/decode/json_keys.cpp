#include "decode/json_keys.h"

#include <algorithm>
#include <array>

namespace copydesk::decode {
namespace {

constexpr std::size_t kMaxKeyBytes = 24;

using enum Meaning;

// Our own names first (rank 0), then those of news-please, trafilatura, schema.org, newspaper, ninjs 1.x, news APIs and feeds.
constexpr KnownKey kKeys[] = {
    {"abstract", "description", kText, 5},
    {"alternativeheadline", "subtitle", kText, 1},
    {"article", "body", kBody, 9},
    {"articlebody", "body", kBody, 2},
    {"articlehtml", "body", kHtml, 13},
    {"articlesection", "section", kText, 1},
    {"articletext", "body", kBody, 4},
    {"author", "authors", kNames, 1},
    {"authors", "authors", kNames, 0},
    {"body", "body", kBody, 0},
    {"bodyhtml", "body", kHtml, 12},
    {"bodytext", "body", kBody, 4},
    {"byline", "byline", kText, 0},
    {"canonical", "canonical_url", kUrl, 1},
    {"canonicallink", "canonical_url", kUrl, 2},
    {"canonicalurl", "canonical_url", kUrl, 0},
    {"category", "section", kText, 2},
    {"cleanedtext", "body", kBody, 5},
    {"content", "body", kBody, 3},
    {"contentencoded", "body", kHtml, 11},
    {"contenthtml", "body", kHtml, 12},
    {"crawldate", "fetched_at", kDate, 3},
    {"crawledat", "fetched_at", kDate, 3},
    {"created", "published_at", kDate, 9},
    {"createdat", "published_at", kDate, 8},
    {"creator", "authors", kNames, 3},
    {"date", "published_at", kDate, 7},
    {"datecrawled", "fetched_at", kDate, 3},
    {"datedownload", "fetched_at", kDate, 1},
    {"dateline", "dateline", kText, 0},
    {"datemodified", "modified_at", kDate, 1},
    {"datemodify", "modified_at", kDate, 2},
    {"datepublish", "published_at", kDate, 2},
    {"datepublished", "published_at", kDate, 1},
    {"description", "description", kText, 0},
    {"domain", "domain", kText, 0},
    {"excerpt", "description", kText, 2},
    {"fetchedat", "fetched_at", kDate, 0},
    {"fulltext", "body", kBody, 5},
    {"guid", "id", kId, 2},
    {"headline", "title", kText, 1},
    {"hostname", "domain", kText, 2},
    {"html", "body", kHtml, 10},
    {"htmlcontent", "body", kHtml, 12},
    {"id", "id", kId, 0},
    {"image", "image_url", kImage, 2},
    {"imageurl", "image_url", kImage, 0},
    {"inlanguage", "language", kText, 1},
    {"keywords", "keywords", kWords, 0},
    {"lang", "language", kText, 2},
    {"language", "language", kText, 0},
    {"lastmodified", "modified_at", kDate, 4},
    {"lastupdated", "modified_at", kDate, 4},
    {"leadimageurl", "image_url", kImage, 1},
    {"link", "url", kUrl, 2},
    {"maintext", "body", kBody, 1},
    {"modified", "modified_at", kDate, 3},
    {"modifiedat", "modified_at", kDate, 0},
    {"pagehtml", "body", kHtml, 13},
    {"pageurl", "url", kUrl, 4},
    {"permalink", "url", kUrl, 3},
    {"plaintext", "body", kBody, 5},
    {"provider", "site_name", kName, 4},
    {"pubdate", "published_at", kDate, 4},
    {"publicationdate", "published_at", kDate, 5},
    {"published", "published_at", kDate, 3},
    {"publishedat", "published_at", kDate, 0},
    {"publisheddate", "published_at", kDate, 4},
    {"publisher", "site_name", kName, 1},
    {"publishedtime", "published_at", kDate, 4},
    {"publishdate", "published_at", kDate, 4},
    {"publishtime", "published_at", kDate, 5},
    {"rawhtml", "body", kHtml, 12},
    {"retrievedat", "fetched_at", kDate, 3},
    {"scrapedat", "fetched_at", kDate, 2},
    {"section", "section", kText, 0},
    {"sitename", "site_name", kName, 0},
    {"snippet", "description", kText, 4},
    {"source", "url", kUrl, 8},
    {"sourcedomain", "domain", kText, 1},
    {"sourcehostname", "site_name", kName, 2},
    {"sourcename", "site_name", kName, 3},
    {"sourceurl", "url", kUrl, 5},
    {"standfirst", "subtitle", kText, 3},
    {"story", "body", kBody, 8},
    {"subheadline", "subtitle", kText, 2},
    {"subtitle", "subtitle", kText, 0},
    {"summary", "description", kText, 1},
    {"tags", "keywords", kWords, 1},
    {"text", "body", kBody, 2},
    {"textcontent", "body", kBody, 5},
    {"timestamp", "published_at", kDate, 10},
    {"title", "title", kText, 0},
    {"topimage", "image_url", kImage, 1},
    {"updated", "modified_at", kDate, 3},
    {"updatedat", "modified_at", kDate, 2},
    {"uri", "url", kUrl, 7},
    {"url", "url", kUrl, 0},
    {"urltoimage", "image_url", kImage, 3},
    {"weburl", "url", kUrl, 6},
};

// By first letter: where its keys begin in the table, which is in the order of first letters.
constexpr bool by_first_letter() {
  for (std::size_t i = 1; i < std::size(kKeys); ++i)
    if (kKeys[i - 1].key.front() > kKeys[i].key.front()) return false;
  return true;
}
static_assert(by_first_letter());

constexpr auto kStarts = [] {
  std::array<std::size_t, 27> starts{};
  for (std::size_t letter = 0; letter < starts.size(); ++letter) {
    std::size_t i = 0;
    while (i < std::size(kKeys) && kKeys[i].key.front() < static_cast<char>('a' + letter)) ++i;
    starts[letter] = i;
  }
  return starts;
}();

}  // namespace

const KnownKey* known_key(std::string_view key) {
  std::array<char, kMaxKeyBytes> plain{};
  std::size_t size = 0;
  for (char c : key) {
    if (c == '_' || c == '-' || c == ':') continue;
    if (size == plain.size()) return nullptr;
    plain[size++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  const std::string_view name(plain.data(), size);
  if (name.empty() || name.front() < 'a' || name.front() > 'z') return nullptr;
  const auto letter = static_cast<std::size_t>(name.front() - 'a');
  for (std::size_t i = kStarts[letter]; i < kStarts[letter + 1]; ++i)
    if (kKeys[i].key == name) return &kKeys[i];
  return nullptr;
}

}  // namespace copydesk::decode
