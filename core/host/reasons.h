#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "article/article.h"

namespace copydesk::host {

// Why a stage kept a part of a text or cut it (cd_reason).
struct Reason {
  bool cut = false;
  std::string field, text, rule, detail;
  std::optional<double> score;  // of a model
};

// What stages tell of their decisions, by stage and article. Instances created with one offer CD_REASONS to their
// component. One thread.
class ReasonBook {
 public:
  // of one article in one step; more are not taken
  static constexpr std::size_t kReasonsMax = 10000;
  enum Step { kProcess, kResolve };

  // The stage's step begins for these articles, perhaps again: what it told of them before does not count.
  void begin(const std::string& stage, Step step, std::span<const Article* const> articles);
  void tell(const std::string& stage, const Article& article, Reason reason);
  // What process told, with what resolve cut of it, then the rest of what resolve told.
  [[nodiscard]] std::vector<Reason> of(const std::string& stage, const Article& article) const;

 private:
  using Key = std::pair<std::string, std::string>;  // stage, origin
  std::map<Key, std::vector<Reason>> told_[2];
  Step step_ = kProcess;
};

}  // namespace copydesk::host
