#include "host/reasons.h"

#include <algorithm>

namespace copydesk::host {

void ReasonBook::begin(const std::string& stage, Step step,
                       std::span<const Article* const> articles) {
  step_ = step;
  for (const Article* article : articles) told_[step].erase({stage, article->origin.key()});
}

void ReasonBook::tell(const std::string& stage, const Article& article, Reason reason) {
  std::vector<Reason>& told = told_[step_][{stage, article.origin.key()}];
  if (told.size() < kReasonsMax) told.push_back(std::move(reason));
}

std::vector<Reason> ReasonBook::of(const std::string& stage, const Article& article) const {
  const Key key(stage, article.origin.key());
  std::vector<Reason> out;
  if (const auto it = told_[kProcess].find(key); it != told_[kProcess].end()) out = it->second;
  const auto later = told_[kResolve].find(key);
  if (later == told_[kResolve].end()) return out;
  for (const Reason& reason : later->second) {
    const auto same = [&](const Reason& r) {
      return !r.cut && r.field == reason.field && r.text == reason.text;
    };
    const auto kept = reason.cut ? std::ranges::find_if(out, same) : out.end();
    if (kept != out.end())
      *kept = reason;
    else
      out.push_back(reason);
  }
  return out;
}

}  // namespace copydesk::host
