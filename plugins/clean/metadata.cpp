#include "metadata.h"

#include <algorithm>
#include <unordered_map>

#include "chars.h"
#include "entities.h"
#include "json_ld.h"
#include "phrases.h"

namespace copydesk::clean {
namespace {

constexpr std::size_t kMetaMax = 300;    // meta elements read
constexpr std::size_t kScriptsMax = 20;  // JSON-LD blocks read
constexpr std::size_t kListMax = 50;
constexpr std::size_t kNameBytesMax = 80;
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

// A person's or a desk's name; not an address, a handle or a sentence.
std::string author_name(std::string_view text) {
  std::string name = squeeze(unescape(text));
  if (starts_with_ignoring_case(name, "by ")) name.erase(0, 3);
  const bool address = name.find("http") != name.npos || name.find('@') != name.npos ||
                       name.find("www.") != name.npos;
  const std::string folded = fold_words(name);
  if (address || name.size() > kNameBytesMax || count_words(name) > 7 || folded == "admin" ||
      folded == "editor" || folded == "author")
    return {};
  return name;
}
void add_authors(std::vector<std::string>& list, std::string_view text) {
  std::string joined = squeeze(unescape(text));
  if (starts_with_ignoring_case(joined, "by ")) joined.erase(0, 3);
  std::string_view rest = joined;
  while (!rest.empty()) {
    const std::size_t end = std::min({rest.find(", "), rest.find(" and "), rest.find(" & "),
                                      rest.find(';'), rest.find('|'), rest.size()});
    add_unique(list, author_name(trim(rest.substr(0, end))));
    if (end == rest.size()) break;
    const std::size_t step = rest.substr(end).starts_with(" and ") ? 5
                             : rest.substr(end).starts_with(" & ") ? 3
                                                                   : 1;
    rest.remove_prefix(end + step);
  }
}

class MetadataReader {
 public:
  MetadataReader(const Page& page, CleanedHtml& out) : page_(page), out_(out) {}

  void read(std::string& article_body) {
    gather();
    article_body = std::move(linked_.body);
    fill_texts();
    fill_dates();
    fill_authors();
    choose_title();
  }

 private:
  void gather() {
    const std::vector<Node>& nodes = page_.nodes();
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      switch (nodes[i].tag) {
        case Tag::kHtml:
          language_ = page_.attribute(nodes[i], "lang");
          break;
        case Tag::kMeta:
          meta(nodes[i]);
          break;
        case Tag::kLink:
          link(nodes[i]);
          break;
        case Tag::kScript:
          script(i);
          break;
        case Tag::kTitle:
          if (document_title_.empty()) document_title_ = page_.text_of(i);
          break;
        case Tag::kH1:
          if (headings_.size() < 8) headings_.push_back(page_.text_of(i));
          break;
        case Tag::kTime:
          time(i);
          break;
        default:
          person(i);
          break;
      }
    }
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
      if (folded == "article:author" || folded == "author")
        add_authors(meta_authors_, content.substr(0, kFieldBytesMax));
      meta_.emplace(folded, content);
    }
  }
  void link(const Node& node) {
    if (canonical_.empty() && lower(page_.attribute(node, "rel")) == "canonical")
      canonical_ = trim(page_.attribute(node, "href"));
  }
  void script(std::size_t i) {
    if (scripts_ >= kScriptsMax) return;
    if (!contains_ignoring_case(page_.attribute(page_.nodes()[i], "type"), "ld+json")) return;
    ++scripts_;
    read_linked_data(page_.raw_text_of(i), linked_);
  }
  void time(std::size_t i) {
    const Node& node = page_.nodes()[i];
    std::string_view value = page_.attribute(node, "datetime");
    const std::string text = value.empty() ? page_.text_of(i) : std::string();
    if (value.empty()) value = text;
    const auto moment = parse_moment(value);
    if (!moment) return;
    const std::string_view property = page_.attribute(node, "itemprop");
    const std::uint16_t hints = node.hints | page_.nodes()[node.parent].hints;
    const bool modified = property == "dateModified" ||
                          contains_ignoring_case(page_.attribute(node, "class"), "updated");
    if (modified) {
      if (!time_modified_) time_modified_ = moment;
    } else if (property == "datePublished" || (hints & kHintDate)) {
      if (!time_published_) time_published_ = moment;
    } else if (!time_any_) {
      time_any_ = moment;
    }
  }
  // Authors as the page shows them: rel=author, itemprop=author, a byline.
  void person(std::size_t i) {
    const Node& node = page_.nodes()[i];
    const bool link =
        node.tag == Tag::kA && contains_ignoring_case(page_.attribute(node, "rel"), "author");
    if (!link && !(node.hints & kHintByline)) return;
    if (node.end - i > 60 || page_authors_.size() >= 10) return;
    const std::string text = page_.text_of(i);
    if (link) {
      if (looks_like_name(text)) add_unique(page_authors_, text);
      return;
    }
    const std::string_view names = byline_names(text);
    if (!names.empty()) {
      add_authors(byline_authors_, names);
    } else if (looks_like_name(text)) {
      add_unique(byline_authors_, text);
    }
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
    out_.image_url =
        prefer(meta_text({"og:image", "og:image:url", "twitter:image", "twitter:image:src"}),
               linked_.image);
    // What the page declares to be its address, before what a description of the article says.
    out_.canonical_url = squeeze(canonical_);
    if (!out_.canonical_url.starts_with("http"))
      out_.canonical_url = prefer(meta_text({"og:url"}), linked_.url);
    if (!out_.canonical_url.starts_with("http")) out_.canonical_url.clear();
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
  void add_keywords(std::string_view rest) {
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find_first_of(",;"), rest.size());
      add_unique(out_.keywords, std::string(trim(rest.substr(0, end))));
      rest.remove_prefix(std::min(rest.size(), end + 1));
    }
  }

  void fill_dates() {
    out_.published_at = parse_moment(linked_.published);
    for (const std::string_view key : {"article:published_time",
                                       "og:article:published_time",
                                       "article:published",
                                       "datepublished",
                                       "og:published_time",
                                       "parsely-pub-date",
                                       "sailthru.date",
                                       "publishdate",
                                       "publish-date",
                                       "publish_date",
                                       "pubdate",
                                       "publication_date",
                                       "dc.date.issued",
                                       "dcterms.created",
                                       "dc.date",
                                       "dc.date.created",
                                       "date",
                                       "cxenseparse:recs:publishtime",
                                       "article.published",
                                       "created"}) {
      if (out_.published_at) break;
      out_.published_at = parse_moment(first_meta({key}));
    }
    if (!out_.published_at) out_.published_at = time_published_;
    if (!out_.published_at) out_.published_at = time_any_;
    out_.modified_at = parse_moment(linked_.modified);
    for (const std::string_view key : {"article:modified_time", "og:updated_time", "datemodified",
                                       "last-modified", "dcterms.modified"}) {
      if (out_.modified_at) break;
      out_.modified_at = parse_moment(first_meta({key}));
    }
    if (!out_.modified_at) out_.modified_at = time_modified_;
  }

  void fill_authors() {
    for (const std::string& name : linked_.authors) add_authors(out_.authors, name);
    drop_site_as_author();
    if (out_.authors.empty()) out_.authors = meta_authors_;
    if (out_.authors.empty())
      add_authors(out_.authors,
                  first_meta({"parsely-author", "sailthru.author", "byl", "dc.creator",
                              "dcterms.creator", "article:author_name", "twitter:creator:name"}));
    drop_site_as_author();
    if (out_.authors.empty()) out_.authors = page_authors_;
    if (out_.authors.empty()) out_.authors = byline_authors_;
  }
  // A site that names itself as the author says nothing.
  void drop_site_as_author() {
    const std::string site = fold_words(out_.site_name);
    std::erase_if(out_.authors, [&](const std::string& name) {
      return !site.empty() && fold_words(name) == site;
    });
  }

  // The heading on the page is the title as readers see it; what the page says of itself decides
  // which heading.
  void choose_title() {
    const std::string social = meta_text({"og:title", "twitter:title", "dc.title", "title"});
    const std::string declared = without_site(!social.empty()             ? social
                                              : !linked_.headline.empty() ? linked_.headline
                                                                          : document_title_);
    std::string best;
    double best_share = 0.5;
    for (const std::string& heading : headings_) {
      const double share =
          std::max(likeness(heading, declared), likeness(heading, linked_.headline));
      if (share > best_share && count_words(heading) >= 2) best_share = share, best = heading;
    }
    if (best.empty()) best = !linked_.headline.empty() ? without_site(linked_.headline) : declared;
    if (best.empty() && headings_.size() == 1) best = headings_[0];
    out_.title = std::move(best);
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
  // "Title | Site" without the site.
  std::string without_site(const std::string& title) const {
    for (const std::string_view separator : {" | ", " – ", " — ", " - ", " » ", " :: ", " • "}) {
      const std::size_t at = title.rfind(separator);
      if (at == title.npos) continue;
      const std::string_view tail = std::string_view(title).substr(at + separator.size());
      const bool named =
          !out_.site_name.empty() && (contains_ignoring_case(tail, lower(out_.site_name)) ||
                                      contains_ignoring_case(out_.site_name, lower(tail)));
      const bool bar = separator == " | " && count_words(tail) <= 5;
      if ((named || bar) && count_words(title.substr(0, at)) >= 2)
        return without_site(title.substr(0, at));
    }
    return title;
  }

  const Page& page_;
  CleanedHtml& out_;
  std::unordered_map<std::string, std::string_view> meta_;
  LinkedData linked_;
  std::vector<std::string> headings_, tags_, meta_authors_, page_authors_, byline_authors_;
  std::string document_title_;
  std::string_view language_, canonical_;
  std::optional<Moment> time_published_, time_modified_, time_any_;
  std::size_t scripts_ = 0;
};

}  // namespace

void read_metadata(const Page& page, CleanedHtml& out, std::string& article_body) {
  MetadataReader(page, out).read(article_body);
}

}  // namespace copydesk::clean
