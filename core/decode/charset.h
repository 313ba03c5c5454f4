#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace copydesk::decode {

struct CharsetHints {
  std::string_view encoding;   // what the configuration says; empty: nothing
  bool may_have_meta = false;  // HTML: look for <meta charset>
};

// The text as UTF-8, ill-formed parts as U+FFFD and counted. In this order: a byte order mark; the given encoding; UTF-16 by its
// zeros; ISO-2022-JP by its escapes; UTF-8 when it is well-formed, or clearly meant (more good than bad sequences beyond ASCII, or
// only its end is cut off); what an HTML page says in its first 8 KiB, unless its bytes give the lie to it; the likely one by its
// letters (charset_guess.h); what pages in its language are written in (lang="ru": windows-1251); windows-1252, as browsers do.
[[nodiscard]] std::string to_utf8_text(std::string bytes, const CharsetHints& hints,
                                       std::size_t& replaced);

// The charset a page names, as written; empty when it names none. (HTML standard, "prescan a byte stream", simplified; also an XML declaration.)
[[nodiscard]] std::string_view meta_charset(std::string_view html);

// Whether there is a converter for the name.
[[nodiscard]] bool known_charset(std::string_view name);

}  // namespace copydesk::decode
