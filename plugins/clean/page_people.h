// Who a page says has written its article. Internal.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "page.h"

namespace copydesk::clean {

class PagePeople {
 public:
  explicit PagePeople(const Page& page) : page_(page) {}

  // An element in document order.
  void look_at(std::size_t node);

  struct Names {
    std::vector<std::string> persons;
    std::vector<std::string> accounts;  // "jdoe", "Staff Writer": if nobody else is named
  };
  // Names of those elements that stand nearest to the heading: itemprop=author, rel=author, a
  // byline's class.
  Names marked(std::size_t heading) const;
  // Names behind "By", "Author:" and the like in the text. Looks at the whole page.
  Names written(std::size_t heading) const;

 private:
  enum Kind { kItem, kLink, kByline, kKinds };
  struct Found {
    std::size_t node = 0;
    Kind kind = kByline;
  };
  Names names_in(const Found& found) const;

  const Page& page_;
  std::vector<Found> found_;
};

}  // namespace copydesk::clean
