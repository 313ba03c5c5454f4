#include "directory/known.h"

#include <utility>

namespace copydesk::directory {

std::vector<FileId> Known::forget_missing(std::uint32_t scan,
                                          const std::set<std::uint64_t>& devices) {
  std::vector<FileId> gone;
  for (auto it = entries_.begin(); it != entries_.end();) {
    Entry& entry = it->second;
    const bool met = entry.seen == scan || !devices.contains(it->first.device);
    entry.missed = met ? 0 : static_cast<std::uint8_t>(entry.missed + 1);
    if (entry.missed < kMissedMax) {
      ++it;
      continue;
    }
    gone.push_back(it->first);
    it = entries_.erase(it);
  }
  return gone;
}

void Trail::add(Step step) {
  if (!steps_.empty()) {  // the same file going on is one step
    Step& last = steps_.back();
    if (last.id == step.id && last.generation == step.generation &&
        last.candidate.path == step.candidate.path) {
      last.end = step.end;
      last.done = last.done || step.done;
      return;
    }
  }
  if (steps_.size() == kMax) {
    steps_.pop_front();
    cut_ = true;
  }
  steps_.push_back(std::move(step));
}

std::deque<Candidate> Trail::rewind(Known& known, bool& cut) {
  std::deque<Candidate> again;
  for (Step& step : steps_) {
    const Entry* entry = known.find(step.id);
    const bool covered = entry && entry->position.generation == step.generation &&
                         entry->position.offset >= step.end && (entry->position.done || !step.done);
    if (covered) continue;
    Candidate& candidate = again.emplace_back(std::move(step.candidate));
    candidate.flags |= kAgain;
    if (step.done) continue;
    candidate.until = step.end;
    candidate.until_generation = step.generation;
  }
  steps_.clear();
  cut = std::exchange(cut_, false);
  return again;
}

}  // namespace copydesk::directory
