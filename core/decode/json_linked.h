#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "decode/json_values.h"

namespace copydesk::decode {

// One article in linked data (JSON-LD) and what stood beside it.
struct LinkedArticle {
  Element element;  // of the record: the article, or the object that wraps it
  Element article;
  // the wrapper's member that holds it: "@graph", "mainEntity"; empty: none
  std::string_view inside;
  std::vector<Element> others;  // nodes that are no articles of their own
};

struct LinkedData {
  std::vector<LinkedArticle> articles;  // none: there are nodes, but no article among them
  Nodes nodes;
};

// Finds the articles of linked data whose nodes stand in a list, in "@graph" or in "mainEntity". An article is a node whose
// "@type" says so. In a list each is one; of a graph, which is one page, the first of these is: a node with a text, a
// NewsArticle (also Opinion…, Reportage…), another …Article, a posting or report, the first. nullopt for all other JSON, also
// for a list of nodes that are no articles but have texts: they are what somebody chose to send.
[[nodiscard]] std::optional<LinkedData> linked_data(Element root,
                                                    const std::map<std::string, std::string>& map);

}  // namespace copydesk::decode
