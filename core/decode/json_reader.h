#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "decode/json_article.h"
#include "decode/json_linked.h"
#include "decode/json_values.h"

namespace copydesk::decode {

using Map = std::map<std::string, std::string>;

// What the keys of an object say about the format it is in.
struct Shape {
  std::size_t keys = 0;
  bool own = false;     // as we write it
  bool linked = false;  // JSON-LD
  bool ninjs = false;
};

// Looks at each key once; stops behind kMaxJsonKeys.
[[nodiscard]] Shape shape_of(Object object);

// What an object of linked data was found in.
struct Surroundings {
  const LinkedArticle* page = nullptr;
  const Nodes* nodes = nullptr;
};

// Makes an article of one object, which has this shape. Keys that say nothing to us go to extra.
[[nodiscard]] JsonArticle read_article(Element e, const Shape& shape, const Map& map,
                                       const Surroundings& around = {});

}  // namespace copydesk::decode
