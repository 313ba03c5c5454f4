// A text with holes for fields of an article: "articles.{language|unknown}".
#pragma once
#include <copydesk/sdk.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace copydesk::kafka {

// Whether a field says when we had an article in hand: it is another one when the article comes again after a rewind.
bool is_passing(std::string_view field) noexcept;
enum class Times { as_they_are, left_out };  // of those fields

class Template {
 public:
  Template() = default;
  // `option` is named in the error, which is copydesk::Config.
  Template(std::string_view text, std::string_view option);

  [[nodiscard]] bool constant() const noexcept;
  [[nodiscard]] bool has_passing() const noexcept;  // such a field
  // The text outside of the holes.
  [[nodiscard]] std::string literal() const;
  // Appends to `out`. A hole whose field is absent or empty takes what is behind its `|`; without that the result is the
  // field's name, which lives as long as the template, and `out` is of no use. `legal`, when given, says which characters
  // of a value may stay; each byte of another becomes '_'.
  std::string_view render(const Article& article, std::string& out, bool (*legal)(char) = nullptr,
                          Times times = Times::as_they_are) const;

 private:
  struct Part {
    std::string literal, field, fallback;
    bool has_fallback = false;
  };
  std::vector<Part> parts_;
};

// A field as plain text, appended: strings, numbers, times in RFC 3339, lists with commas between. False when the article
// has no such field or it is empty. "id", "origin" and "media_type" are fields here as well.
bool append_field(const Article& article, std::string_view name, std::string& out);

}  // namespace copydesk::kafka
