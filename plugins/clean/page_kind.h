// Pages that are no article, or only the beginning of one. Internal.
//
// Looks at short bodies only: a page with a text of some length is an article, whatever it is called.
#pragma once
#include <cstddef>
#include <string_view>

#include "page.h"

namespace copydesk::clean {

// Warnings in `quality`. After one of the first three there is no article: the body must go.
inline constexpr std::string_view kErrorPage = "error_page";  // "404", "Just a moment..."
inline constexpr std::string_view kConsentWall =
    "consent_wall";                                         // asks for cookies, and that is all
inline constexpr std::string_view kListPage = "list_page";  // headlines with their teasers
inline constexpr std::string_view kPaywall = "paywall";     // the text stops at a wall

constexpr bool has_no_article(std::string_view kind) { return !kind.empty() && kind != kPaywall; }

// `around` is the text that the body was taken from. One of the above, or empty.
std::string_view kind_of_text(std::string_view title, std::string_view body, std::size_t words,
                              std::string_view around);
// The same of a page, by its markup too. `container` is the element that the text was looked for in;
// `declared` says that the page calls itself an article.
std::string_view kind_of_page(const Page& page, std::size_t container, std::string_view title,
                              std::string_view body, std::size_t words, bool declared);

}  // namespace copydesk::clean
