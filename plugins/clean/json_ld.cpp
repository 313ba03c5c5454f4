#include "json_ld.h"

#include <algorithm>

#include "chars.h"
#include "entities.h"
#include "json_reader.h"

namespace copydesk::clean {
namespace {

constexpr std::size_t kListMax = 50;    // authors, keywords
constexpr std::size_t kDescentMax = 4;  // lists and graphs inside one another

class LinkedDataReader {
 public:
  LinkedDataReader(const JsonDocument& json, LinkedData& out) : json_(json), out_(out) {}

  void read() { visit(json_.root(), 0); }

 private:
  void visit(const JsonNode& node, std::size_t depth) {
    if (depth > kDescentMax) return;
    if (node.type == JsonType::kArray) {
      for (const JsonNode* item = json_.first_child(node); item; item = json_.next(*item))
        visit(*item, depth + 1);
      return;
    }
    if (node.type != JsonType::kObject) return;
    if (is_article(node)) {
      article(node);
    } else if (has_type(node, "Person")) {
      add(out_.persons, json_.text(node, "name"));
    } else {
      page(node);
    }
    if (has_type(node, "WebSite") || has_type(node, "NewsMediaOrganization"))
      keep(out_.site_name, json_.text(node, "name"));
    for (const std::string_view inner : {"@graph", "mainEntity", "mainEntityOfPage"})
      if (const JsonNode* graph = json_.member(node, inner)) visit(*graph, depth + 1);
  }

  template <class Match>
  bool any_type(const JsonNode& node, Match match) const {
    const JsonNode* type = json_.member(node, "@type");
    if (!type) return false;
    if (type->type == JsonType::kString) return match(type->text);
    for (const JsonNode* item = json_.first_child(*type); item; item = json_.next(*item))
      if (match(item->text)) return true;
    return false;
  }
  bool has_type(const JsonNode& node, std::string_view name) const {
    return any_type(node, [&](std::string_view type) { return type == name; });
  }
  bool is_article(const JsonNode& node) const {
    return any_type(node, [](std::string_view type) {
      return type.ends_with("Article") || type.ends_with("Posting") || type == "Report" ||
             type == "Review" || type == "Recipe";
    });
  }

  static void keep(std::string& target, std::string_view value) {
    if (target.empty()) target = squeeze(unescape(value));
  }

  void article(const JsonNode& node) {
    keep(out_.headline, json_.text(node, "headline"));
    if (out_.headline.empty()) keep(out_.headline, json_.text(node, "name"));
    keep(out_.description, json_.text(node, "description"));
    keep(out_.published, json_.text(node, "datePublished"));
    keep(out_.modified, json_.text(node, "dateModified"));
    keep(out_.language, json_.text(node, "inLanguage"));
    keep(out_.url, json_.text(node, "url"));
    if (out_.body.empty())
      out_.body = trim(unescape_lines(json_.text(node, "articleBody").substr(0, kJsonBytesMax)));
    if (const JsonNode* section = json_.member(node, "articleSection"))
      keep(out_.section, first_text(*section));
    if (const JsonNode* image = json_.member(node, "image")) keep(out_.image, first_url(*image));
    if (const JsonNode* publisher = json_.member(node, "publisher"))
      keep(out_.site_name, json_.text(resolved(*publisher), "name"));
    if (const JsonNode* words = json_.member(node, "keywords"); words && out_.keywords.empty())
      keywords(*words);
    if (out_.authors.empty())
      for (const std::string_view key : {"author", "creator"})
        if (const JsonNode* author = json_.member(node, key); author && out_.authors.empty())
          authors(*author, 0, out_.authors);
  }

  void page(const JsonNode& node) {
    keep(out_.page_published, json_.text(node, "datePublished"));
    keep(out_.page_published, json_.text(node, "uploadDate"));
    keep(out_.page_modified, json_.text(node, "dateModified"));
    if (const JsonNode* author = json_.member(node, "author"); author && out_.page_authors.empty())
      authors(*author, 0, out_.page_authors);
  }

  std::string_view first_text(const JsonNode& node) const {
    if (node.type == JsonType::kString) return node.text;
    const JsonNode* first = node.type == JsonType::kArray ? json_.first_child(node) : nullptr;
    return first && first->type == JsonType::kString ? std::string_view(first->text)
                                                     : std::string_view();
  }
  std::string_view first_url(const JsonNode& node) const {
    if (node.type == JsonType::kString) return node.text;
    if (node.type == JsonType::kArray) {
      const JsonNode* first = json_.first_child(node);
      if (!first || first->type == JsonType::kArray) return {};
      return first_url(*first);
    }
    const JsonNode& object = resolved(node);
    const std::string_view url = json_.text(object, "url");
    return url.empty() ? json_.text(object, "contentUrl") : url;
  }

  // The object of the same @id with more than that in it, as graphs refer to persons and
  // publishers.
  const JsonNode& resolved(const JsonNode& node) const {
    const std::string_view id = json_.text(node, "@id");
    if (id.empty() || json_.member(node, "name") || json_.member(node, "url")) return node;
    const JsonNode* graph = json_.member(json_.root(), "@graph");
    if (!graph) return node;
    for (const JsonNode* item = json_.first_child(*graph); item; item = json_.next(*item))
      if (item->type == JsonType::kObject && json_.text(*item, "@id") == id) return *item;
    return node;
  }

  void keywords(const JsonNode& node) {
    if (node.type == JsonType::kArray) {
      for (const JsonNode* item = json_.first_child(node); item; item = json_.next(*item))
        if (item->type == JsonType::kString) add(out_.keywords, item->text);
      return;
    }
    std::string_view rest = node.text;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find_first_of(",;"), rest.size());
      add(out_.keywords, rest.substr(0, end));
      rest.remove_prefix(std::min(rest.size(), end + 1));
    }
  }
  void authors(const JsonNode& node, std::size_t depth, std::vector<std::string>& list) {
    if (depth > kDescentMax) return;
    if (node.type == JsonType::kString) {
      add(list, node.text);
    } else if (node.type == JsonType::kArray) {
      for (const JsonNode* item = json_.first_child(node); item; item = json_.next(*item))
        authors(*item, depth + 1, list);
    } else if (node.type == JsonType::kObject) {
      const JsonNode& author = resolved(node);
      const bool house =
          any_type(author, [](std::string_view type) { return type.ends_with("Organization"); });
      if (const JsonNode* name = json_.member(author, "name"))
        authors(*name, depth + 1, house ? out_.houses : list);
    }
  }
  static void add(std::vector<std::string>& list, std::string_view value) {
    std::string clean = squeeze(unescape(value));
    if (clean.empty() || list.size() >= kListMax ||
        std::find(list.begin(), list.end(), clean) != list.end())
      return;
    list.push_back(std::move(clean));
  }

  const JsonDocument& json_;
  LinkedData& out_;
};

}  // namespace

void read_linked_data(std::string_view json, LinkedData& out) {
  const JsonDocument document(json);
  LinkedDataReader(document, out).read();
}

}  // namespace copydesk::clean
