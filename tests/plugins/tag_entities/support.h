#pragma once
// What the tests of this folder share: a gazetteer from a literal, and mentions as readable text.

#include <tag_entities/document.h>
#include <tag_entities/gazetteer_file.h>

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace copydesk::tag_entities::test {

// "name type id aliases kind" rows with tabs; any diagnostic is an error here.
inline Gazetteer gazetteer(std::string_view rows) {
  Gazetteer g;
  std::vector<Diagnostic> diagnostics;
  add_tsv(g, rows, "test.tsv", diagnostics);
  if (!diagnostics.empty()) throw std::invalid_argument(diagnostics.front().text());
  return g;
}

// "text=id" of each mention, in order, over all fields; throws when a span is not inside its field.
inline std::vector<std::string> tags(const Gazetteer& g,
                                     std::initializer_list<std::string_view> fields,
                                     TagOptions options = {}) {
  const std::vector<std::string_view> texts(fields);
  Tagger tagger(g, options);
  std::vector<std::string> out;
  for (const Mention& m : tagger.tag(texts)) {
    const std::string_view text = texts.at(m.field);
    if (m.begin >= m.end || m.end > text.size()) throw std::out_of_range("span");
    std::string one(text.substr(m.begin, m.end - m.begin));
    out.push_back(one.append("=").append(g.entry(m.entry).id));
  }
  return out;
}

inline std::vector<std::string> tags(const Gazetteer& g, std::string_view text) {
  return tags(g, {text});
}

}  // namespace copydesk::tag_entities::test
