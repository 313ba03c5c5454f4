// What happens to files whose records are final.
#include <utility>

#include "directory/follower.h"

namespace copydesk::directory {

void DirectorySource::settle(std::span<const Owed> items) {
  const std::int64_t now = port_.now();
  for (const Owed& item : items) {
    if (auto token = decode_token(item.token))
      work_off({std::move(*token), item.dead_letter}, now);
    else
      port_.warn(settings_.root +
                 ": a file's action cannot be done, its token is not one of this version.");
  }
  after_.sync();
}

void DirectorySource::work_off(const Debt& debt, std::int64_t now) {
  const Token& token = debt.token;
  const Action action =
      parse_action(debt.dead_letter ? token.dead_letter : token.delivered, token.root);
  if (action.verb == Action::kKeep) return;
  After::Report report = after_.run(token, token.path, action, now);
  const Entry* entry = known_.find(token.id);
  if (report.outcome == Settled::kElsewhere && entry && token.root == settings_.root &&
      !entry->position.path.empty() && entry->position.path != token.path)
    report = after_.run(token, entry->position.path, action, now);  // renamed within the tree
  switch (report.outcome) {
    case Settled::kGone:
      if (!report.last_name || !entry || entry->position.hash != token.hash) return;
      known_.erase(token.id);
      forget_.insert(token.id);
      return;
    case Settled::kChanged: port_.count(Count::kGivenBack, 1); return;
    case Settled::kElsewhere:
      if (!entry) return;  // deleted by somebody else, or by us before a crash
      break;
    case Settled::kFailed:
      if (!report.why.empty() && complaints_.size() < kMaxComplaints &&
          complaints_.insert(report.why).second)
        port_.warn("A file could not be put away; it is tried again at the next scan: " +
                   report.why);
      break;
  }
  if (debts_.size() < kMaxDebts)
    debts_.push_back(debt);
  else if (!std::exchange(warned_debts_, true))
    port_.warn(settings_.root +
               ": too many files could not be put away; some stay where they are.");
}

// What is not found any more is dropped as soon as a scan forgets it.
void DirectorySource::retry_debts(std::int64_t now) {
  const std::deque<Debt> debts = std::exchange(debts_, {});
  for (const Debt& debt : debts)
    if (known_.find(debt.token.id)) work_off(debt, now);
  if (!debts.empty()) after_.sync();
}

}  // namespace copydesk::directory
