#include "directory/stdin_source.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace copydesk::standard_input {
namespace {

constexpr std::size_t kPiece = 256u << 10;        // bytes of one read
constexpr std::size_t kGroup = 64;                // records of one emission
constexpr std::int64_t kMillisecond = 1'000'000;  // ns
constexpr std::int64_t kLongestWait = 1'000 * kMillisecond;

std::optional<std::uint64_t> parse_offset(std::string_view text) {
  std::uint64_t offset = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), offset);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return offset;
}

}  // namespace

StdinSource::StdinSource(int fd, Settings settings, Port& port)
    : fd_(fd), settings_(settings), port_(port), wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (settings_.lines) cutter_.emplace(settings_.record_max, directory::PrefixHash(), false);
}

void StdinSource::open(std::string_view position) {
  const std::optional<std::uint64_t> committed = position.empty() ? 0 : parse_offset(position);
  if (!committed)
    throw std::runtime_error("the stored position of stdin is not one of this source");
  if (!std::exchange(opened_, true)) base_ = *committed;
  drop_to(*committed);
  next_ = 0;
}

bool StdinSource::poll(std::uint64_t max_bytes, std::int64_t deadline_ns) {
  std::uint64_t left = max_bytes;
  bool emitted = false;
  for (;;) {
    while (next_ < kept_.size()) {
      emitted = true;
      if (!emit_some(left) || left == 0) return true;
    }
    if (ended_) return emitted;
    const Input input = full() ? Input::kNothing : read_some();
    if (input == Input::kEnd) ended_ = true;
    if (input != Input::kNothing) {
      cut(ended_);
      continue;
    }
    if (emitted) return true;
    const std::int64_t now = port_.now();
    if (now >= deadline_ns || wait(deadline_ns - now)) return true;
  }
}

bool StdinSource::emit_some(std::uint64_t& left) {
  std::array<Record, kGroup> group;
  std::size_t count = 0;
  do {
    const Kept& kept = kept_[next_++];
    group[count++] = {kept.offset, kept.text, kept.too_large};
    left -= std::min<std::uint64_t>(left, kept.text.size());
  } while (count < kGroup && next_ < kept_.size() && left > 0);
  const bool more = port_.emit({group.data(), count});
  const std::string position = std::to_string(kept_[next_ - 1].end);
  port_.advance(position, position);
  return more;
}

StdinSource::Input StdinSource::read_some() {
  pollfd ready{fd_, POLLIN, 0};
  if (::poll(&ready, 1, 0) <= 0) return Input::kNothing;
  std::span<char> room;
  std::size_t kept = 0;
  if (cutter_) {
    room = cutter_->room(kPiece);
  } else {  // what is beyond the largest record is read and thrown away
    kept = std::min<std::size_t>(document_.size(), settings_.record_max + 1);
    document_.resize(kept + kPiece);
    room = {document_.data() + kept, kPiece};
  }
  const ssize_t n = ::read(fd_, room.data(), room.size());
  const std::size_t size = n > 0 ? static_cast<std::size_t>(n) : 0;
  if (cutter_)
    cutter_->filled(size);
  else
    document_.resize(std::min<std::size_t>(kept + size, settings_.record_max + 1));
  read_ += size;
  if (n > 0) return Input::kData;
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) return Input::kNothing;
  if (n < 0)
    port_.unreadable(std::string("stdin cannot be read any more: ") + std::strerror(errno));
  return Input::kEnd;
}

void StdinSource::cut(bool at_end) {
  if (!cutter_) {
    if (!at_end) return;
    const bool too_large = document_.size() > settings_.record_max;
    keep(base_, base_ + read_, too_large ? std::string_view() : document_, too_large);
    document_ = std::string();
    return;
  }
  const auto keep_line = [this](const directory::Line& line) {
    keep(base_ + line.offset, base_ + cutter_->offset(), line.text, line.too_large);
  };
  while (const auto line = cutter_->next()) keep_line(*line);
  if (!at_end) return;
  if (const auto line = cutter_->tail()) keep_line(*line);
}

void StdinSource::keep(std::uint64_t offset, std::uint64_t end, std::string_view text,
                       bool too_large) {
  kept_.push_back({offset, end, std::string(text), too_large});
  kept_bytes_ += kept_.back().cost();
}

void StdinSource::settle(std::string_view token) {
  if (const auto offset = parse_offset(token)) drop_to(*offset);
}

void StdinSource::drop_to(std::uint64_t offset) {
  while (!kept_.empty() && kept_.front().end <= offset) {
    kept_bytes_ -= kept_.front().cost();
    kept_.pop_front();
    if (next_ > 0) --next_;
  }
}

// True when somebody called wake(). While full only that, or the deadline, ends the wait.
bool StdinSource::wait(std::int64_t ns) {
  pollfd fds[2] = {{wake_.get(), POLLIN, 0}, {full() ? -1 : fd_, POLLIN, 0}};
  const std::int64_t ms = (std::min(ns, kLongestWait) + kMillisecond - 1) / kMillisecond;
  if (::poll(fds, 2, static_cast<int>(ms)) <= 0 || (fds[0].revents & POLLIN) == 0) return false;
  std::uint64_t count = 0;
  return ::read(wake_.get(), &count, sizeof count) == sizeof count;
}

void StdinSource::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t n =
      ::write(wake_.get(), &one, sizeof one);  // full means: awake already
}

}  // namespace copydesk::standard_input
