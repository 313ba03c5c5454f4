// What happens to files whose records are final.
#include <utility>

#include "directory/follower.h"

namespace copydesk::directory {

void DirectorySource::settle(std::span<const Owed> items) {
  const std::int64_t now = port_.now();
  bool all_done = true;
  for (std::uint32_t i = 0; i < items.size(); ++i) {
    auto token = decode_token(items[i].token);
    if (!token) {
      port_.warn(settings_.root +
                 ": a file's action cannot be done, its token is not one of this version.");
      continue;
    }
    Debt debt{std::move(*token), items[i].dead_letter};
    debts_.erase(debt.token.id);  // it is handed back
    if (work_off(debt, now)) continue;
    debt.number = port_.keep(i);
    remember(std::move(debt));
    all_done = false;
  }
  after_.sync();
  if (!all_done) show_status();
}

bool DirectorySource::work_off(Debt& debt, std::int64_t now) {
  const Token& token = debt.token;
  const Action promised =
      parse_action(debt.dead_letter ? token.dead_letter : token.delivered, token.root);
  const Action& wanted = debt.dead_letter ? settings_.dead_letter : settings_.delivered;
  if (promised.verb == Action::kKeep) return true;
  After::Report report = put_away(token, promised, now);
  // What cannot be done is done as the options want it by now: perhaps they were changed for that.
  const bool changed = token.root == settings_.root && to_string(wanted) != to_string(promised);
  if (report.outcome == Settled::kFailed && changed) {
    if (wanted.verb == Action::kKeep) return true;
    report = put_away(token, wanted, now);
  }
  const Entry* entry = known_.find(token.id);
  switch (report.outcome) {
    case Settled::kGone:
      if (!report.last_name || !entry || entry->position.hash != token.hash) return true;
      known_.erase(token.id);
      forget_.insert(token.id);
      return true;
    case Settled::kChanged: port_.count(Count::kGivenBack, 1); return true;
    case Settled::kElsewhere:
      if (!entry) return true;  // deleted by somebody else, or by us before a crash
      break;
    case Settled::kFailed:
      debt.failed = !report.why.empty();
      if (!report.why.empty() && complaints_.size() < kMaxComplaints &&
          complaints_.insert(report.why).second)
        port_.warn("A file could not be put away; it is tried again at the next scan: " +
                   report.why);
      break;
  }
  return false;
}

After::Report DirectorySource::put_away(const Token& token, const Action& action,
                                        std::int64_t now) {
  After::Report report = after_.run(token, token.path, action, now);
  const Entry* entry = known_.find(token.id);
  const bool renamed = report.outcome == Settled::kElsewhere && entry &&
                       token.root == settings_.root && !entry->position.path.empty() &&
                       entry->position.path != token.path;
  return renamed ? after_.run(token, entry->position.path, action, now) : report;
}

void DirectorySource::remember(Debt debt) {
  const FileId id = debt.token.id;
  if (debts_.size() < kMaxDebts) debts_.insert_or_assign(id, std::move(debt));
}

// What is not found any more is dropped as soon as a scan forgets it.
void DirectorySource::retry_debts(std::int64_t now) {
  std::map<FileId, Debt> debts = std::exchange(debts_, {});
  for (auto& [id, debt] : debts) {
    if (known_.find(id) && !work_off(debt, now))
      remember(std::move(debt));
    else
      port_.settled(debt.number);
  }
  if (!debts.empty()) after_.sync();
}

}  // namespace copydesk::directory
