// What a page says about its article. Internal.
#pragma once
#include "html.h"
#include "page.h"

namespace copydesk::clean {

// Fills everything of `out` but body, dateline, words, removed_blocks and warnings. Call after
// find_main_text, which has marked the furniture of the page. `url` is the page's, or empty;
// `article_body` gets the JSON-LD articleBody, or nothing.
void read_metadata(const Page& page, std::string_view url, CleanedHtml& out,
                   std::string& article_body);

}  // namespace copydesk::clean
