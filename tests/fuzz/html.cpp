// Pages: the parser, the search for the text, the models, metadata.
#include "clean/html.h"

#include "check.h"
#include "clean/chars.h"
#include "clean/site_memory.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace copydesk;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const clean::CleanedHtml out = clean::clean_html(input, {});
  fuzz::check(out.words == clean::count_words(out.body), "words are those of the body");
  fuzz::check(fuzz::is_body(out.body), "a body has paragraphs");
  const auto lines = clean::note_lines("site.example", out.title, out.body, out.around);
  fuzz::check(clean::parse_site_lines(clean::serialize(lines)).has_value(), "lines come back");
  if (!fuzz::is_utf8(input)) return 0;  // decoding gives stages UTF-8 alone
  for (const std::string* text :
       {&out.body, &out.title, &out.description, &out.site_name, &out.canonical_url, &out.section,
        &out.image_url, &out.language, &out.dateline})
    fuzz::check(fuzz::is_utf8(*text), "UTF-8 stays UTF-8");
  for (const auto* list : {&out.authors, &out.keywords})
    for (const std::string& text : *list) fuzz::check(fuzz::is_utf8(text), "UTF-8 stays UTF-8");
  return 0;
}
