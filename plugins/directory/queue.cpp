#include "directory/queue.h"

namespace copydesk::directory {

bool Queue::add(Candidate candidate, std::int64_t due_ns) {
  const auto found = waiting_.find(candidate.path);
  if (found != waiting_.end()) {
    Waiting& waiting = found->second;
    waiting.candidate.flags |= candidate.flags;
    if (due_ns >= waiting.due_ns) return true;
    waiting.due_ns = due_ns;
  } else {
    if (waiting_.size() >= kMax) return false;
    waiting_.emplace(candidate.path, Waiting{candidate, due_ns});
  }
  if (due_ns == 0)
    ready_.push_back(std::move(candidate.path));
  else
    timers_.emplace(due_ns, std::move(candidate.path));
  return true;
}

std::optional<Candidate> Queue::claim(const std::string& path, std::int64_t due_ns) {
  const auto found = waiting_.find(path);
  if (found == waiting_.end() || found->second.due_ns != due_ns) return std::nullopt;
  std::optional<Candidate> candidate(std::move(found->second.candidate));
  waiting_.erase(found);
  return candidate;
}

std::optional<Candidate> Queue::take(std::int64_t now_ns) {
  while (!ready_.empty()) {
    const std::string path = std::move(ready_.front());
    ready_.pop_front();
    if (auto candidate = claim(path, 0)) return candidate;
  }
  while (!timers_.empty() && timers_.top().first <= now_ns) {
    const Timer timer = timers_.top();
    timers_.pop();
    if (auto candidate = claim(timer.second, timer.first)) return candidate;
  }
  return std::nullopt;
}

std::int64_t Queue::next_due() const {
  if (!ready_.empty()) return 0;
  return timers_.empty() ? std::numeric_limits<std::int64_t>::max() : timers_.top().first;
}

}  // namespace copydesk::directory
