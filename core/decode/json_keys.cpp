#include "decode/json_keys.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace copydesk::decode {
namespace {

constexpr std::size_t kMaxKeyBytes = 24;

using enum Meaning;

// What the creation of a version is when a record tells more of its dates, and a URI that is no address.
constexpr KnownKey kVersionAsModified{"versioncreated", "modified_at", kDate, 8};
constexpr KnownKey kUriAsId{"uri", "id", kUri, 2};

// Our own names first (rank 0), then those of news-please, trafilatura, schema.org, newspaper, ninjs, Scrapy items, news APIs
// and feeds. What people wrote stands before what a program made of it, plain text before HTML.
constexpr KnownKey kKeys[] = {
    {"abstract", "description", kText, 7},
    {"alternativeheadline", "subtitle", kText, 1},
    {"article", "body", kBody, 13},
    {"articlebody", "body", kBody, 3},
    {"articlehtml", "body", kHtml, 24},
    {"articlesection", "section", kSection, 1},
    {"articletext", "body", kBody, 6},
    {"author", "authors", kNames, 1},
    {"authors", "authors", kNames, 0},
    {"bodies", "body", kVersions, 1},
    {"body", "body", kBody, 0},
    {"bodyhtml", "body", kHtml, 18},
    {"bodymain", "body", kBody, 14},
    {"bodyrichtext", "body", kHtml, 20},
    {"bodytext", "body", kBody, 7},
    {"bodyxhtml", "body", kHtml, 19},
    {"by", "byline", kText, 1},
    {"byline", "byline", kText, 0},
    {"canonical", "canonical_url", kUrl, 1},
    {"canonicallink", "canonical_url", kUrl, 2},
    {"canonicalurl", "canonical_url", kUrl, 0},
    {"categories", "section", kSection, 3},
    {"category", "section", kSection, 2},
    {"cleanedtext", "body", kBody, 10},
    {"content", "body", kBody, 5},
    {"contentencoded", "body", kHtml, 17},
    {"contenthtml", "body", kHtml, 21},
    {"crawldate", "fetched_at", kDate, 5},
    {"crawledat", "fetched_at", kDate, 3},
    {"created", "published_at", kDate, 14},
    {"createdat", "published_at", kDate, 13},
    {"creator", "authors", kNames, 2},
    {"date", "published_at", kDate, 10},
    {"datecrawled", "fetched_at", kDate, 4},
    {"datecreated", "published_at", kDate, 15},
    {"datedownload", "fetched_at", kDate, 1},
    {"dateline", "dateline", kText, 0},
    {"datemodified", "modified_at", kDate, 1},
    {"datemodify", "modified_at", kDate, 2},
    {"datepublish", "published_at", kDate, 2},
    {"datepublished", "published_at", kDate, 1},
    {"description", "description", kText, 0},
    {"descriptions", "description", kVersions, 1},
    {"descriptiontext", "description", kText, 2},
    {"domain", "domain", kText, 0},
    {"excerpt", "description", kText, 5},
    {"fetchedat", "fetched_at", kDate, 0},
    {"filedate", "fetched_at", kDate, 7},
    {"firstcreated", "published_at", kDate, 11},
    {"fulltext", "body", kBody, 8},
    {"guid", "id", kId, 1},
    {"headline", "title", kText, 1},
    {"headlinemain", "title", kText, 2},
    {"headlines", "title", kVersions, -1},
    {"hostname", "domain", kText, 2},
    {"html", "body", kHtml, 16},
    {"htmlcontent", "body", kHtml, 22},
    {"id", "id", kId, 0},
    {"image", "image_url", kImage, 3},
    {"imageurl", "image_url", kImage, 0},
    {"imageurls", "image_url", kImage, 5},
    {"inlanguage", "language", kLanguage, 1},
    {"keywords", "keywords", kWords, 0},
    {"lang", "language", kLanguage, 2},
    {"language", "language", kLanguage, 0},
    {"lastmodified", "modified_at", kDate, 6},
    {"lastupdated", "modified_at", kDate, 7},
    {"leadimageurl", "image_url", kImage, 1},
    {"link", "url", kUrl, 1},
    {"located", "dateline", kText, 1},
    {"mainentityofpage", "url", kPage, 3},
    {"maintext", "body", kBody, 2},
    {"metadescription", "description", kText, 3},
    {"metaimg", "image_url", kImage, 7},
    {"metakeywords", "keywords", kWords, 4},
    {"metalang", "language", kLanguage, 3},
    {"metasitename", "site_name", kName, 5},
    {"modified", "modified_at", kDate, 4},
    {"modifiedat", "modified_at", kDate, 0},
    {"pagehtml", "body", kHtml, 25},
    {"pageurl", "url", kUrl, 4},
    {"permalink", "url", kUrl, 2},
    {"plaintext", "body", kBody, 9},
    {"provider", "site_name", kName, 4},
    {"pubdate", "published_at", kDate, 7},
    {"publicationdate", "published_at", kDate, 8},
    {"publishdate", "published_at", kDate, 4},
    {"published", "published_at", kDate, 3},
    {"publishedat", "published_at", kDate, 0},
    {"publisheddate", "published_at", kDate, 5},
    {"publishedtime", "published_at", kDate, 6},
    {"publisher", "site_name", kName, 1},
    {"publishtime", "published_at", kDate, 9},
    {"rawhtml", "body", kHtml, 23},
    {"rawtext", "body", kBody, 15},
    {"retrievedat", "fetched_at", kDate, 6},
    {"scrapedat", "fetched_at", kDate, 2},
    {"section", "section", kSection, 0},
    {"sitename", "site_name", kName, 0},
    {"snippet", "description", kText, 6},
    {"source", "url", kUrl, 8},
    {"sourcedomain", "domain", kText, 1},
    {"sourcehostname", "site_name", kName, 2},
    {"sourcename", "site_name", kName, 3},
    {"sourceurl", "url", kUrl, 5},
    {"standfirst", "subtitle", kText, 3},
    {"story", "body", kBody, 12},
    {"subheadline", "subtitle", kText, 2},
    {"subject", "keywords", kSubjects, 2},
    {"subjects", "keywords", kSubjects, 3},
    {"subtitle", "subtitle", kText, 0},
    {"summary", "description", kText, 4},
    {"tags", "keywords", kWords, 1},
    {"text", "body", kBody, 4},
    {"textcontent", "body", kBody, 11},
    {"thumbnailurl", "image_url", kImage, 6},
    {"timestamp", "published_at", kDate, 16},
    {"title", "title", kText, 0},
    {"titlepage", "title", kText, 4},
    {"titlerss", "title", kText, 3},
    {"topimage", "image_url", kImage, 2},
    {"updated", "modified_at", kDate, 5},
    {"updatedat", "modified_at", kDate, 3},
    {"uri", "url", kUrl, 7, &kUriAsId},
    {"url", "url", kUrl, 0},
    {"urltoimage", "image_url", kImage, 4},
    {"versioncreated", "published_at", kDate, 12, &kVersionAsModified},
    {"weburl", "url", kUrl, 6},
};

// In linked data "name" is the title of a work and "@id" the page; elsewhere a name may be anybody's.
constexpr KnownKey kLinkedKeys[] = {{"name", "title", kText, 5}, {"@id", "url", kPage, 9}};

// In ninjs 1.x the title is a name for the desk, and the headline what is printed.
constexpr KnownKey kNinjsHeadline{"headline", "title", kText, -2};

// By first letter: where its keys begin in the table, which is in the order of first letters.
constexpr bool by_first_letter() {
  for (std::size_t i = 1; i < std::size(kKeys); ++i)
    if (kKeys[i - 1].key.front() > kKeys[i].key.front()) return false;
  return true;
}
static_assert(by_first_letter());

// The order of trust leaves nothing to the order of keys in a record.
constexpr bool ranks_differ() {
  for (const KnownKey& a : kKeys) {
    for (const KnownKey& b : kKeys)
      if (&a != &b && a.field == b.field && a.rank == b.rank) return false;
    for (const KnownKey& b :
         {kVersionAsModified, kUriAsId, kLinkedKeys[0], kLinkedKeys[1], kNinjsHeadline})
      if (a.field == b.field && a.rank == b.rank) return false;
  }
  return true;
}
static_assert(ranks_differ());

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
    plain[size++] = ascii_lower(c);
  }
  const std::string_view name(plain.data(), size);
  if (name.empty() || name.front() < 'a' || name.front() > 'z') return nullptr;
  const auto letter = static_cast<std::size_t>(name.front() - 'a');
  for (std::size_t i = kStarts[letter]; i < kStarts[letter + 1]; ++i)
    if (kKeys[i].key == name) return &kKeys[i];
  return nullptr;
}

const KnownKey* known_linked_key(std::string_view key) {
  const auto it = std::ranges::find(kLinkedKeys, key, &KnownKey::key);
  return it == std::end(kLinkedKeys) ? nullptr : it;
}

const KnownKey* known_ninjs_key(std::string_view key) {
  return key == kNinjsHeadline.key ? &kNinjsHeadline : nullptr;
}

}  // namespace copydesk::decode
