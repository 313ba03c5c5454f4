#include "metadata.h"

#include <algorithm>
#include <unordered_map>

#include "chars.h"
#include "entities.h"
#include "json_ld.h"
#include "names.h"
#include "page_dates.h"
#include "page_people.h"
#include "phrases.h"
#include "urls.h"

namespace copydesk::clean {
namespace {

constexpr std::size_t kMetaMax = 300;    // meta elements read
constexpr std::size_t kScriptsMax = 20;  // JSON-LD blocks read
constexpr std::size_t kListMax = 50;
constexpr std::size_t kHeadingsMax = 12;  // of the first level, and of the others
constexpr std::size_t kFieldBytesMax = 2000;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = ascii_lower(c);
  return out;
}

void add_unique(std::vector<std::string>& list, std::string value) {
  if (value.empty() || list.size() >= kListMax ||
      std::find(list.begin(), list.end(), value) != list.end())
    return;
  list.push_back(std::move(value));
}

// A key of a meta element without its marks: "article:published_time" and "articlePublishedTime"
// are one.
std::string letters_of(std::string_view key) {
  std::string out;
  for (const char c : key)
    if (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') out += ascii_lower(c);
  return out;
}
bool is_published_key(std::string_view letters) {
  for (const std::string_view word :
       {"publishedtime", "publisheddate", "publishdate", "publishtime", "publicationdate",
        "datepublished", "datepublish", "pubdate", "publishedon", "publishedat"})
    if (letters.find(word) != letters.npos) return true;
  for (const std::string_view word :
       {"published", "articledate", "sailthrudate", "uploaddate", "citationdate", "dctermsissued",
        "dcdateissued", "bepresscitationdate", "articlecreated", "releasedate"})
    if (letters == word) return true;
  return false;
}
// May be the date of the file.
bool is_any_date_key(std::string_view letters) {
  for (const std::string_view word :
       {"date", "createdate", "datecreated", "created", "dcdate", "dcdatecreated", "dctermsdate",
        "dctermscreated", "contentdate", "cludodate"})
    if (letters == word) return true;
  return false;
}
bool is_modified_key(std::string_view letters) {
  for (const std::string_view word :
       {"modifiedtime", "modifieddate", "datemodified", "lastmodified", "updatedtime",
        "updateddate", "updatetime", "dateupdated", "lastupdated", "dctermsmodified",
        "dcdatemodified", "revised"})
    if (letters.find(word) != letters.npos) return true;
  return false;
}

class MetadataReader {
 public:
  MetadataReader(const Page& page, std::string_view url, CleanedHtml& out)
      : page_(page), url_(url), out_(out), dates_(page), people_(page) {}

  void read(std::string& article_body) {
    gather();
    article_body = std::move(linked_.body);
    fill_texts();
    choose_title();
    fill_dates();
    fill_authors();
  }

 private:
  struct Heading {
    std::size_t node = 0;
    bool first_level = false;
    std::string text;
  };

  void gather() {
    const std::vector<Node>& nodes = page_.nodes();
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      switch (nodes[i].tag) {
        case Tag::kHtml: language_ = page_.attribute(nodes[i], "lang"); break;
        case Tag::kMeta:
          meta(nodes[i]);
          dates_.look_at(i);
          break;
        case Tag::kLink: link(nodes[i]); break;
        case Tag::kScript: script(i); break;
        case Tag::kTitle:
          if (document_title_.empty()) document_title_ = page_.text_of(i);
          break;
        case Tag::kText: break;
        case Tag::kH1:
        case Tag::kHeading: heading(i); [[fallthrough]];
        default:
          dates_.look_at(i);
          people_.look_at(i);
          break;
      }
    }
  }
  void heading(std::size_t i) {
    const bool first_level = page_.nodes()[i].tag == Tag::kH1;
    std::size_t& count = first_level ? first_level_ : lower_level_;
    if (count++ >= kHeadingsMax) return;
    std::string text = page_.text_of(i);
    if (!text.empty()) headings_.push_back({i, first_level, std::move(text)});
  }
  void meta(const Node& node) {
    if (meta_.size() >= kMetaMax) return;
    const std::string_view content = page_.attribute(node, "content");
    if (trim(content).empty()) return;
    for (const std::string_view name : {"property", "name", "itemprop"}) {
      const std::string_view key = page_.attribute(node, name);
      if (key.empty() || key.size() > 60) continue;
      const std::string folded = lower(key);
      if (folded == "article:tag")
        add_unique(tags_, squeeze(unescape(content.substr(0, kFieldBytesMax))));
      if (folded == "article:author" || folded == "author" || folded == "citation_author")
        add_authors(meta_authors_, folded == "citation_author"
                                       ? given_name_first(content)
                                       : squeeze(unescape(content.substr(0, kFieldBytesMax))));
      meta_date(folded, content);
      meta_.emplace(folded, content);
    }
  }
  void link(const Node& node) {
    const std::string_view rel = page_.attribute(node, "rel");
    if (rel.empty() && base_.empty()) base_ = trim(page_.attribute(node, "href"));  // <base>
    if (canonical_.empty() && lower(rel) == "canonical")
      canonical_ = trim(page_.attribute(node, "href"));
  }
  void script(std::size_t i) {
    if (scripts_ >= kScriptsMax) return;
    if (!contains_ignoring_case(page_.attribute(page_.nodes()[i], "type"), "ld+json")) return;
    ++scripts_;
    read_linked_data(page_.raw_text_of(i), linked_);
  }
  void meta_date(std::string_view key, std::string_view content) {
    const std::string letters = letters_of(key);
    const bool published = is_published_key(letters), any = is_any_date_key(letters);
    if (!published && !any && !is_modified_key(letters)) return;
    const auto moment = parse_moment(content);
    if (!moment) return;
    dates_.declared(moment);
    if (any) {
      if (!meta_date_) meta_date_ = moment;
      return;
    }
    auto& target = published ? meta_published_ : meta_modified_;
    // What is named for articles comes before what may be of the file.
    const bool better = target && letters.starts_with("article") && !target_is_article_[published];
    if (!target || better)
      target = moment, target_is_article_[published] = letters.starts_with("article");
  }
  // "Anderson, Michael L." as scholarly pages write it.
  static std::string given_name_first(std::string_view name) {
    std::string text = squeeze(unescape(name.substr(0, kFieldBytesMax)));
    const std::size_t comma = text.find(", ");
    if (comma == text.npos || text.find(", ", comma + 2) != text.npos) return text;
    return text.substr(comma + 2) + ' ' + text.substr(0, comma);
  }
  static void add_authors(std::vector<std::string>& list, std::string_view text) {
    for (const std::string& name : read_names(text)) add_name(list, name);
  }

  std::string_view first_meta(std::initializer_list<std::string_view> keys) const {
    for (const std::string_view key : keys) {
      const auto found = meta_.find(std::string(key));
      if (found != meta_.end()) return found->second;
    }
    return {};
  }
  std::string meta_text(std::initializer_list<std::string_view> keys) const {
    return squeeze(unescape(first_meta(keys).substr(0, kFieldBytesMax)));
  }
  static std::string prefer(std::string first, std::string second) {
    return first.empty() ? std::move(second) : std::move(first);
  }

  void fill_texts() {
    out_.description = prefer(
        linked_.description,
        meta_text({"og:description", "description", "twitter:description", "dc.description"}));
    out_.site_name = prefer(meta_text({"og:site_name", "application-name"}), linked_.site_name);
    out_.section =
        prefer(linked_.section,
               meta_text({"article:section", "section", "parsely-section", "sailthru.section"}));
    fill_addresses();
    out_.keywords = std::move(linked_.keywords);
    if (out_.keywords.empty()) out_.keywords = tags_;
    if (out_.keywords.empty())
      add_keywords(meta_text({"news_keywords", "keywords", "parsely-tags", "sailthru.tags"}));
    out_.language =
        prefer(squeeze(language_),
               prefer(linked_.language, meta_text({"og:locale", "language", "dc.language"})));
    std::replace(out_.language.begin(), out_.language.end(), '_', '-');
    if (out_.language.size() > 20) out_.language.clear();
  }
  // Whole ones only; what is relative refers to the page's <base>, its address, or where it says
  // that it is.
  void fill_addresses() {
    const std::string base = base_.empty() ? std::string(url_) : resolve_url(url_, base_);
    // What the page declares to be its address, before what a description of the article says.
    for (const std::string& address : {squeeze(canonical_), meta_text({"og:url"}), linked_.url}) {
      if (out_.canonical_url.empty()) out_.canonical_url = resolve_url(base, address);
    }
    const std::string& page = base.empty() ? out_.canonical_url : base;
    for (const std::string& image :
         {meta_text({"og:image", "og:image:url", "twitter:image", "twitter:image:src"}),
          linked_.image}) {
      if (out_.image_url.empty()) out_.image_url = resolve_url(page, image);
    }
  }
  void add_keywords(std::string_view rest) {
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find_first_of(",;"), rest.size());
      add_unique(out_.keywords, std::string(trim(rest.substr(0, end))));
      rest.remove_prefix(std::min(rest.size(), end + 1));
    }
  }

  // In the order of trust; see README.md.
  void fill_dates() {
    const std::optional<Moment> linked = parse_moment(linked_.published),
                                linked_page = parse_moment(linked_.page_published);
    const std::optional<Moment> modified = parse_moment(linked_.modified),
                                modified_page = parse_moment(linked_.page_modified);
    dates_.declared(linked);
    dates_.declared(linked_page);
    const std::optional<Moment> address = date_in_path(out_.canonical_url);
    std::optional<Moment>& published = out_.published_at;
    for (const auto& candidate : {linked, dates_.item(heading_, false), meta_published_,
                                  linked_page, dates_.time(heading_, false)})
      if (!published) published = candidate;
    out_.modified_at = modified;
    for (const auto& candidate :
         {dates_.item(heading_, true), meta_modified_, modified_page, dates_.time(heading_, true)})
      if (!out_.modified_at) out_.modified_at = candidate;
    dates_.read_text(heading_, day_order(out_.language));
    if (!published) published = address;
    if (!published) published = dates_.text(false, true);
    if (!published) published = meta_date_;
    if (!published) published = dates_.text(false, false);
    if (!out_.modified_at) out_.modified_at = dates_.text(true, false);
    constexpr std::size_t kListDatesMin = 3;
    out_.is_dated = published && (linked || linked_page || meta_published_ ||
                                  dates_.shown_count() < kListDatesMin);
    if (published) published = dates_.in_zone_of_page(*published, address, false);
    new_edition();
    // Who only says when a page was changed says when this text of it was published.
    if (!published) published = out_.modified_at;
    if (out_.modified_at)
      out_.modified_at = dates_.in_zone_of_page(*out_.modified_at, std::nullopt, true);
  }
  // A page that shows readers the day of its last change in place of the day it declares to have
  // been published first is a new edition, published on that day. If the page calls that day one of
  // an update, only when the first edition is half a year older.
  void new_edition() {
    constexpr std::int64_t kHalfYear = 182 * 86400;
    if (!out_.published_at || !out_.modified_at) return;
    const std::int64_t age = out_.modified_at->unix_seconds - out_.published_at->unix_seconds;
    if (age <= 0 || dates_.shows_day_of(*out_.published_at, true)) return;
    if (dates_.shows_day_of(*out_.modified_at, age >= kHalfYear))
      out_.published_at = out_.modified_at;
  }

  // Persons before accounts, roles and the site itself; among each, in the order of trust.
  void fill_authors() {
    std::vector<std::vector<std::string>> sources(1);
    const auto declared = [&](const std::vector<std::string>& names) {
      sources.emplace_back();
      for (const std::string& name : names) add_authors(sources.back(), name);
    };
    declared(linked_.authors);
    sources.push_back(meta_authors_);
    for (const std::string_view key :
         {"parsely-author", "sailthru.author", "byl", "dc.creator", "dcterms.creator",
          "article:author_name", "twitter:creator:name", "og:article:author", "authors",
          "article:authors"})
      declared({meta_text({key})});
    for (const char* number : {"1", "2"}) {
      const std::string label = fold_words(meta_text({std::string("twitter:label") + number}));
      if (is_byline_label(label)) declared({meta_text({std::string("twitter:data") + number})});
    }
    declared(linked_.page_authors);
    for (const auto& names : sources)
      if (take_persons(names)) return;
    const PagePeople::Names marked = people_.marked(heading_), written = people_.written(heading_);
    if (take_persons(marked.persons) || take_persons(written.persons)) return;
    if (linked_.persons.size() == 1) {
      declared(linked_.persons);
      if (take_persons(sources.back())) return;
    }
    sources.push_back(marked.accounts);
    sources.push_back(written.accounts);
    declared(linked_.houses);
    for (const bool site : {false, true}) {
      for (const auto& names : sources) {
        for (const std::string& name : names)
          if (!is_nobody(name) && (site || !is_site(name))) add_name(out_.authors, name);
        if (!out_.authors.empty()) return;
      }
    }
  }
  bool take_persons(const std::vector<std::string>& names) {
    for (const std::string& name : names)
      if (!is_account_or_role(name) && !is_house(name) && !is_sites_name(name))
        add_name(out_.authors, name);
    return !out_.authors.empty();
  }
  bool is_site(std::string_view name) const {
    return !out_.site_name.empty() && fold_words(name) == fold_words(out_.site_name);
  }

  // The heading on the page is the title as readers see it; what the page says of itself decides
  // which heading.
  void choose_title() {
    const std::string social = meta_text({"og:title", "twitter:title", "dc.title", "title"});
    const std::string declared = without_site(!social.empty()             ? social
                                              : !linked_.headline.empty() ? linked_.headline
                                                                          : document_title_);
    const Heading* best = nullptr;
    double best_share = 0.5;
    for (const Heading& heading : headings_) {
      if (count_words(heading.text) < 2) continue;
      const double share =
          std::max(likeness(heading.text, declared), likeness(heading.text, linked_.headline));
      const bool whole = share >= 0.999 || stands_behind_mark(declared, heading.text);
      if (!heading.first_level && !whole) continue;
      if (share < 0.9 && is_linked_name(heading)) continue;  // the site's
      if (share > best_share) best_share = share, best = &heading;
    }
    if (best) {
      heading_ = best->node;
      out_.title = without_kicker(best->text, declared);
      if (!is_digit(out_.title[0])) out_.title = without_kicker(out_.title, linked_.headline);
      out_.heading = best->text;
      return;
    }
    std::size_t first_level = 0;
    const Heading* only = nullptr;
    for (const Heading& heading : headings_)
      if (heading.first_level && first_level++ == 0) only = &heading, heading_ = heading.node;
    if (first_level == 1) out_.heading = only->text;
    out_.title = !linked_.headline.empty() ? without_site(linked_.headline) : declared;
    if (out_.title.empty() && first_level == 1) {
      for (const Heading& heading : headings_)
        if (heading.first_level) out_.title = heading.text;
    }
  }
  // "Site: Heading", "Site - Heading".
  static bool stands_behind_mark(std::string_view declared, std::string_view heading) {
    if (count_words(heading) < 3 || !declared.ends_with(heading)) return false;
    const std::string_view before = declared.substr(0, declared.size() - heading.size());
    for (const std::string_view mark : {": ", " - ", " | ", " – ", " » "})
      if (before.ends_with(mark) && before.size() > mark.size()) return true;
    return false;
  }
  // A few words, all of them in a link: the way home.
  bool is_linked_name(const Heading& heading) const {
    constexpr std::size_t kNameWordsMax = 4;
    if (count_words(heading.text) > kNameWordsMax) return false;
    const std::vector<Node>& nodes = page_.nodes();
    for (std::size_t i = heading.node; i < nodes[heading.node].end; ++i)
      if (!nodes[i].in_link && !trim(nodes[i].text).empty()) return false;
    return true;
  }
  // A heading element often begins with a word or two about the subject; the title that the page
  // declares has it not.
  static std::string without_kicker(const std::string& heading, const std::string& declared) {
    const std::string a = fold_words(heading), b = fold_words(declared);
    if (count_words(b) < 4 || a.size() <= b.size() + 1 || !a.ends_with(b) ||
        a[a.size() - b.size() - 1] != ' ')
      return heading;
    return count_words(a) - count_words(b) <= 6 ? declared : heading;
  }
  // How much of each is in the other; a site's name in "Title | Site" is little of it.
  static double likeness(std::string_view a, std::string_view b) {
    return std::min(overlap(a, b), 0.4 + overlap(b, a));
  }
  // Share of the first text's words that the other has too.
  static double overlap(std::string_view heading, std::string_view other) {
    const std::string a = fold_words(heading), b = " " + fold_words(other) + " ";
    if (a.empty() || b.size() <= 2) return 0;
    std::size_t words = 0, common = 0;
    for (std::size_t i = 0; i < a.size();) {
      const std::size_t end = std::min(a.find(' ', i), a.size());
      ++words;
      common += b.find(" " + a.substr(i, end - i) + " ") != b.npos;
      i = end + 1;
    }
    return static_cast<double>(common) / static_cast<double>(words);
  }
  // "Title | Site" without the site, "Site | Title" too.
  std::string without_site(const std::string& title) const {
    for (const std::string_view separator :
         {" | ", " – ", " — ", " - ", " » ", " :: ", " • ", " · ", " // ", "｜", "|"}) {
      const std::size_t at = title.rfind(separator);
      if (at == title.npos || at == 0) continue;
      const std::string_view tail = std::string_view(title).substr(at + separator.size());
      const bool bar =
          separator.find('|') != separator.npos && separator.size() == 3 && count_words(tail) <= 5;
      if ((is_sites_name(tail) || bar) && count_words(title.substr(0, at)) >= 2)
        return without_site(title.substr(0, at));
      const std::size_t first = title.find(separator);
      std::string rest = title.substr(first + separator.size());
      if (is_sites_name(title.substr(0, first)) && count_words(rest) >= 2)
        return without_site(rest);
    }
    return title;
  }
  bool is_sites_name(std::string_view text) const {
    if (!out_.site_name.empty() && (contains_ignoring_case(text, lower(out_.site_name)) ||
                                    contains_ignoring_case(out_.site_name, lower(text))))
      return true;
    // "La Stampa" of www.lastampa.it
    const std::string letters = letters_of(text);
    const std::string_view host = host_of_page();
    return letters.size() >= 4 &&
           letters.size() + 1 >=
               text.size() - static_cast<std::size_t>(std::count(text.begin(), text.end(), ' ')) -
                   3 &&
           letters_of(host).find(letters) != std::string::npos;
  }
  std::string_view host_of_page() const {
    std::string_view url = out_.canonical_url;
    const std::size_t scheme = url.find("://");
    if (scheme == url.npos) return {};
    url.remove_prefix(scheme + 3);
    return url.substr(0, url.find('/'));
  }

  const Page& page_;
  std::string_view url_;
  CleanedHtml& out_;
  PageDates dates_;
  PagePeople people_;
  std::unordered_map<std::string, std::string_view> meta_;
  LinkedData linked_;
  std::vector<Heading> headings_;
  std::size_t first_level_ = 0, lower_level_ = 0;
  std::size_t heading_ = 0;  // node of the heading that is the title, or of the first one
  std::vector<std::string> tags_, meta_authors_;
  std::string document_title_;
  std::string_view language_, canonical_, base_;
  std::optional<Moment> meta_published_, meta_modified_, meta_date_;
  bool target_is_article_[2] = {};
  std::size_t scripts_ = 0;
};

}  // namespace

void read_metadata(const Page& page, std::string_view url, CleanedHtml& out,
                   std::string& article_body) {
  MetadataReader(page, url, out).read(article_body);
}

}  // namespace copydesk::clean
