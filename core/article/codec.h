#pragma once

#include <string>
#include <string_view>

#include "article/article.h"
#include "base/bytes.h"
#include "base/result.h"

namespace copydesk {

// An article as bytes without loss (types, origin, annotations), as the store keeps dead letters. Versioned.
void encode_article(const Article& article, std::string& out);
// Reads what encode_article wrote; code "corrupt" for anything else.
[[nodiscard]] Result<Article> decode_article(std::string_view bytes);

}  // namespace copydesk
