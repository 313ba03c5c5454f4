#include "decode/json_linked.h"

#include <algorithm>
#include <array>
#include <utility>

namespace copydesk::decode {
namespace {

using Map = std::map<std::string, std::string>;

constexpr std::array<std::string_view, 5> kPostings{
    "BlogPosting", "LiveBlogPosting", "SocialMediaPosting", "DiscussionForumPosting", "Report"};
constexpr int kWithText = 10;  // more than any type counts

// How much a type is that of an article; 0: not at all. It may have a prefix: "schema:", "https://schema.org/".
int rank_of_type(std::string_view type) {
  const std::size_t prefix = type.find_last_of("/:#");
  if (prefix != std::string_view::npos) type.remove_prefix(prefix + 1);
  if (type.ends_with("NewsArticle")) return 3;
  if (type.ends_with("Article")) return 2;
  return std::ranges::find(kPostings, type) == kPostings.end() ? 0 : 1;
}

int rank_of(Element node) {
  const auto type = member(node, "@type");
  if (!type) return 0;
  int best = rank_of_type(string_of(*type));
  if (const auto several = array_of(*type))
    for (Element one : *several) best = std::max(best, rank_of_type(string_of(one)));
  return best;
}

bool has_text(Element node, const Map& map) {
  const auto object = object_of(node);
  return object && std::any_of(object->begin(), object->end(), [&](const auto& field) {
           const KnownKey* known = known_key(field.key);
           const auto mapped = map.find(std::string(field.key));
           const bool body = (known != nullptr && known->field == "body") ||
                             (mapped != map.end() && mapped->second == "body");
           return body && !nothing(field.value);
         });
}

// The node of a graph that is the article; its size when none is.
std::size_t article_in(const std::vector<Element>& graph, const Map& map) {
  std::size_t best = graph.size();
  int best_rank = 0;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    int rank = rank_of(graph[i]);
    if (rank > 0 && has_text(graph[i], map)) rank += kWithText;
    if (rank > best_rank) {
      best = i;
      best_rank = rank;
    }
  }
  return best;
}

std::vector<Element> items_of(Element e) {
  if (const auto array = array_of(e)) return {array->begin(), array->end()};
  return {e};
}

void index(Element node, Nodes& nodes) {
  const auto id = member(node, "@id");
  if (id && object_of(node)->size() > 1) nodes.emplace(string_of(*id), node);
}

// The article that an element is or wraps.
std::optional<LinkedArticle> find_article(Element e, const Map& map, Nodes& nodes) {
  if (rank_of(e) > 0) return LinkedArticle{e, e, {}, {}};
  for (std::string_view inside : {std::string_view("@graph"), std::string_view("mainEntity")}) {
    const auto wrapped = member(e, inside);
    if (!wrapped) continue;
    std::vector<Element> graph = items_of(*wrapped);
    for (Element node : graph) index(node, nodes);
    const std::size_t at = article_in(graph, map);
    if (at == graph.size()) continue;
    const Element article = graph[at];
    graph.erase(graph.begin() + static_cast<std::ptrdiff_t>(at));
    return LinkedArticle{e, article, inside, std::move(graph)};
  }
  return std::nullopt;
}

bool is_node(Element e) { return member(e, "@type") || member(e, "@graph"); }

}  // namespace

std::optional<LinkedData> linked_data(Element root, const Map& map) {
  LinkedData out;
  if (object_of(root)) {
    auto found = find_article(root, map, out.nodes);
    if (!found || found->inside.empty()) return std::nullopt;  // a node alone is read as any object
    out.articles.push_back(std::move(*found));
    return out;
  }
  const auto list = array_of(root);
  if (!list || list->size() == 0 || !std::all_of(list->begin(), list->end(), is_node))
    return std::nullopt;
  std::vector<Element> others;
  for (Element e : *list) {
    index(e, out.nodes);
    if (auto found = find_article(e, map, out.nodes))
      out.articles.push_back(std::move(*found));
    else
      others.push_back(e);
  }
  if (out.articles.empty()) {
    const bool texts = std::ranges::any_of(others, [&](Element e) { return has_text(e, map); });
    return texts ? std::nullopt : std::optional(std::move(out));
  }
  auto& first = out.articles.front().others;
  first.insert(first.end(), others.begin(), others.end());
  return out;
}

}  // namespace copydesk::decode
