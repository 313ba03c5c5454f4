// Where a date or a name on a page stands: beside the article's heading, or among comments and
// other articles. Internal.
#pragma once
#include <cstddef>
#include <string_view>

#include "page.h"

namespace copydesk::clean {

// How far a node is from the heading, in nodes; what stands before it counts twice.
inline std::size_t distance_from(std::size_t heading, std::size_t node) {
  return node >= heading ? node - heading : 2 * (heading - node);
}

// Whether the node is in a list of other articles, in comments or in the page's frame.
inline bool is_foreign(const Page& page, std::size_t node) {
  constexpr std::string_view kForeign[] = {"comment",   "related",  "recommend", "sidebar",
                                           "respond",   "carousel", "trending",  "popular",
                                           "most-read", "mostread"};
  constexpr int kLevelsMax = 14;
  const std::vector<Node>& nodes = page.nodes();
  bool footer = false;  // of an article it is the article's, of the page it is not
  for (int level = 0; level < kLevelsMax && node != 0; ++level, node = nodes[node].parent) {
    const Node& at = nodes[node];
    if (at.tag == Tag::kBody || at.tag == Tag::kMain) break;
    if (at.tag == Tag::kArticle) footer = false;
    if (at.tag == Tag::kNav || at.tag == Tag::kAside) return true;
    footer |= at.tag == Tag::kFooter;
    for (const std::string_view attribute : {"class", "id"}) {
      const std::string_view names = page.attribute(at, attribute).substr(0, 300);
      if (names.empty()) continue;
      for (const std::string_view word : kForeign)
        if (contains_ignoring_case(names, word)) return true;
    }
  }
  return footer;
}

// The nearest article element above a node; 0 for none.
inline std::size_t article_of(const Page& page, std::size_t node) {
  const std::vector<Node>& nodes = page.nodes();
  while (node != 0 && nodes[node].tag != Tag::kArticle) node = nodes[node].parent;
  return node;
}
// Whether the node is in an article element, the heading in another: pages that go on with the next
// article.
inline bool is_of_other_article(const Page& page, std::size_t node, std::size_t heading) {
  const std::size_t own = article_of(page, heading), other = article_of(page, node);
  if (own == 0 || other == 0) return false;
  const auto inside = [&](std::size_t at, std::size_t article) {
    return at >= article && at < page.nodes()[article].end;
  };
  return !inside(heading, other) && !inside(node, own);
}

}  // namespace copydesk::clean
