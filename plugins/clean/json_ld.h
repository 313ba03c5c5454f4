// The article that a page's JSON-LD blocks describe (schema.org). Internal.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace copydesk::clean {

struct LinkedData {
  std::string headline, description, published, modified, section, site_name, url, image, language,
      body;
  std::vector<std::string> authors;
  std::vector<std::string> houses;  // authors that are organisations
  std::vector<std::string> keywords;
  // Of the page, where no article is described: less is to be trusted in it.
  std::string page_published, page_modified;
  std::vector<std::string> page_authors;
  std::vector<std::string> persons;  // described beside it
};

// Adds what the block says to `out`; what is there already stays. Values are unescaped and
// squeezed; the body keeps its lines.
void read_linked_data(std::string_view json, LinkedData& out);

}  // namespace copydesk::clean
