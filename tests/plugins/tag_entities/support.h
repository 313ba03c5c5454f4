#pragma once
// What the tests of this folder share: a gazetteer from a literal, and mentions as readable text.

#include <tag_entities/document.h>
#include <tag_entities/gazetteer_file.h>
#include <tag_entities/shipped.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace copydesk::tag_entities::test {

// A file that lives as long as the test.
class TempFile {
 public:
  explicit TempFile(std::string_view content) {
    std::string name = std::filesystem::temp_directory_path() / "copydesk_names_XXXXXX";
    const int fd = mkstemp(name.data());
    if (fd >= 0) close(fd);
    path_ = name;
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~TempFile() { std::remove(path_.c_str()); }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  const std::string& path() const { return path_; }
  // Another content under the same name, in one step.
  void replace(std::string_view content) const {
    const std::string beside = path_ + ".new";
    std::ofstream(beside, std::ios::binary) << content;
    std::filesystem::rename(beside, path_);
  }

 private:
  std::string path_;
};

// "name type id aliases kind" rows with tabs; any diagnostic is an error here.
inline Gazetteer gazetteer(std::string_view rows) {
  GazetteerBuilder builder;
  std::vector<Diagnostic> diagnostics;
  add_content(builder, rows, "test.tsv", diagnostics);
  if (!diagnostics.empty()) throw std::invalid_argument(diagnostics.front().text());
  return builder.finish();
}

// The lists that come with copydesk, read once.
struct Shipped {
  Gazetteer gazetteer;
  std::vector<Diagnostic> diagnostics;
  bool ok = true;
  Shipped() {
    GazetteerBuilder builder;
    for (const ShippedFile& file : shipped_gazetteers()) {
      ok &= add_content(builder, file.content, file.name, diagnostics);
    }
    gazetteer = builder.finish();
  }
};
inline const Gazetteer& shipped() {
  static const Shipped s;
  return s.gazetteer;
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
    out.push_back(one.append("=").append(m.entry == Gazetteer::kNone ? "" : g.entry(m.entry).id));
  }
  return out;
}

inline std::vector<std::string> tags(const Gazetteer& g, std::string_view text) {
  return tags(g, {text});
}

}  // namespace copydesk::tag_entities::test
