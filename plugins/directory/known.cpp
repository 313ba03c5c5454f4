#include "directory/known.h"

#include <utility>

namespace copydesk::directory {
namespace {

// A later version of a file covers those before it, which cannot be read any more. Generations begin again after 65,535.
bool covers(const Position& position, const Trail::Step& step) {
  const auto ahead = static_cast<std::int16_t>(position.generation - step.generation);
  if (ahead != 0) return ahead > 0;
  return position.offset >= step.end && (position.done || !step.done);
}

}  // namespace

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
    if (entry && covers(entry->position, step)) continue;
    Candidate& candidate = again.emplace_back(std::move(step.candidate));
    candidate.flags |= kAgain;
    // Without an entry nothing tells a file that was made anew from one that was not; the name may lead to another now.
    if (!entry) candidate.flags &= static_cast<std::uint8_t>(~kCreated);
    if (step.done) continue;
    candidate.until = step.end;
    candidate.until_generation = step.generation;
  }
  steps_.clear();
  cut = std::exchange(cut_, false);
  return again;
}

}  // namespace copydesk::directory
