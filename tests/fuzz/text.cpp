// Texts that a scraper flattened, with a title in the first line or without; and records of sites.
#include "clean/text.h"

#include "check.h"
#include "clean/site_memory.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace copydesk;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  (void)clean::parse_site_record(input);
  (void)clean::parse_site_lines(input);
  const std::size_t first = input.find('\n');
  for (const std::string_view title : {std::string_view(), input.substr(0, first)}) {
    const clean::CleanedText out = clean::clean_text(input, title, {});
    fuzz::check(out.words == clean::count_words(out.body), "words are those of the body");
    fuzz::check(fuzz::is_body(out.body), "a body has paragraphs");
    for (const clean::Removal& removal : out.removals)
      fuzz::check(removal.span.begin <= removal.span.end && removal.span.end <= input.size() &&
                      !removal.reason.empty(),
                  "a removal is a part of the input, with a reason");

    clean::SiteRecord record{.site = "site.example"};
    for (const char* name : {"one", "two", "three"}) {
      const auto lines = clean::note_lines(record.site, name, out.body, input);
      const auto verdict = clean::judge(lines, record);
      clean::learn(lines, verdict, out.body, record);
      const std::string bytes = clean::serialize(record);
      fuzz::check(bytes.size() <= clean::SiteRecord::kRecordBytesMax, "a record is small");
      const auto read = clean::parse_site_record(bytes);
      fuzz::check(read && clean::serialize(*read) == bytes, "a record comes back");
    }
    if (!fuzz::is_utf8(input)) continue;  // decoding gives stages UTF-8 alone
    for (const std::string* text : {&out.body, &out.title, &out.byline, &out.dateline})
      fuzz::check(fuzz::is_utf8(*text), "UTF-8 stays UTF-8");
    for (const std::string& text : out.authors)
      fuzz::check(fuzz::is_utf8(text), "UTF-8 stays UTF-8");
  }
  return 0;
}
