#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "article/article.h"
#include "base/result.h"

namespace copydesk {

struct Patch {
  std::uint64_t begin = 0, end = 0;  // the cut, in bytes of the text given to the step
  std::string text;                  // what takes its place
};

struct Put {
  std::string key;
  std::string value;
  bool erase = false;
  bool claim = false;  // final only if the article is delivered; else final with any outcome
  Nanos ttl = 0;       // of the batches' time; 0 for ever
};

// What one step wants done to one article. Collected while the step runs; `check` and then `apply` when it returned OK.
struct ArticleEdit {
  struct Set {
    std::string field;
    Value value;
  };
  struct Append {
    std::string field;
    Value value;
  };
  struct Unset {
    std::string field;
  };
  struct PatchText {
    std::string field;
    std::vector<Patch> patches;
  };
  struct Unannotate {
    std::string field;
  };

  std::vector<PatchText> patches;
  std::vector<Set> sets;  // fields and labels ("labels.x")
  std::vector<Append> appends;
  std::vector<Unset> unsets;
  std::vector<Unannotate> unannotates;
  std::vector<Annotation> annotations;  // spans in the text given to the step
  std::vector<std::vector<Field>> children;
  std::vector<Put> puts;
  std::optional<std::string> drop;                               // reason
  std::optional<std::pair<std::string, std::string>> rejection;  // code, detail
  std::optional<std::string> bad;  // what was wrong with an edit already when it was handed in

  [[nodiscard]] bool empty() const;
};

// One step's edits, by the article's index in the batch given to the step.
class EditList {
 public:
  explicit EditList(std::size_t count) : edits_(count) {}
  [[nodiscard]] std::size_t size() const { return edits_.size(); }
  ArticleEdit& at(std::size_t i) { return edits_[i]; }
  const ArticleEdit& at(std::size_t i) const { return edits_[i]; }

 private:
  std::vector<ArticleEdit> edits_;
};

// The first thing wrong with an edit (code bad_edit), or OK. Pure: nothing is changed.
[[nodiscard]] Status check(const ArticleEdit& edit, const Article& article);

// Applies fields, text and annotations of a checked edit; drop, rejection, children and puts are the line's business.
// Annotations on patched text move along; those whose text was touched by a cut go.
void apply(ArticleEdit edit, Article& article);

}  // namespace copydesk
