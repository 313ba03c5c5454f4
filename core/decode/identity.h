#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace copydesk::decode {

// What names an article: 32 hexadecimal digits of XXH3-128.
[[nodiscard]] std::string content_hash(std::string_view bytes);
// SHA-256 as 64 hexadecimal digits.
[[nodiscard]] std::string sha256(std::string_view bytes);

// A URL as one article has it: scheme and host in lower case, no default port, no fragment, no parameters that only count
// visits (utm_*, fbclid …). nullopt for what is no http URL, and for a site's front page, which is no article.
[[nodiscard]] std::optional<std::string> article_url(std::string_view url);

// The host of a URL in lower case, without "www." and port; empty when it has none.
[[nodiscard]] std::string domain_of(std::string_view url);

// A source's own id as we keep it: as it is when short and printable, else its hash.
[[nodiscard]] std::string usable_id(std::string_view id);

}  // namespace copydesk::decode
