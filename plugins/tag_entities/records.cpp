#include "records.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace copydesk::tag_entities {
namespace {

constexpr std::size_t kBufferBytes = 4 * kLineBytesMax;

}  // namespace

Records::Answer Records::next(std::string_view& record) {
  line_ += std::exchange(lines_, 1);
  looked_at_ = 0;
  inside_quotes_ = false;
  may_open_ = true;
  std::size_t end = 0;
  while (!find_end(end)) {
    if (rest_.size() > kLineBytesMax) {
      pass_over_line();
      return Answer::kTooLong;
    }
    if (fill()) continue;
    if (rest_.empty()) return Answer::kEnd;
    end = rest_.size();
    break;
  }
  record = rest_.substr(0, end);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  if (record.ends_with('\r')) record.remove_suffix(1);
  return record.size() > kLineBytesMax ? Answer::kTooLong : Answer::kRecord;
}

// The line end that ends the record, as far as it is in rest_.
bool Records::find_end(std::size_t& end) {
  for (;;) {
    end = rest_.find('\n', looked_at_);
    const std::size_t stop = std::min(end, rest_.size());
    if (quotes_ && !rest_.starts_with('#')) follow_quotes(stop);
    looked_at_ = stop;
    if (end == std::string_view::npos) return false;
    if (!inside_quotes_) return true;
    ++looked_at_;
    ++lines_;
  }
}

// A quote means something where a cell begins, and inside of one that it began: 5" is five inches.
void Records::follow_quotes(std::size_t stop) {
  for (std::size_t i = looked_at_; i < stop; ++i) {
    const char c = rest_[i];
    if (inside_quotes_) {
      inside_quotes_ = c != '"';
      may_open_ = !inside_quotes_;
    } else {
      inside_quotes_ = c == '"' && may_open_;
      may_open_ = c == ',';
    }
  }
}

// False at the end, and once the file is found to be too large.
bool Records::fill() {
  if (file_ == nullptr || bytes_ > kFileBytesMax) return false;
  buffer_.erase(0, buffer_.size() - rest_.size());
  const std::size_t kept = buffer_.size();
  buffer_.resize(std::max(kBufferBytes, kept + kLineBytesMax));
  const std::size_t got = std::fread(buffer_.data() + kept, 1, buffer_.size() - kept, file_);
  buffer_.resize(kept + got);
  rest_ = buffer_;
  bytes_ += got;
  digest_ = (digest_ ^ std::hash<std::string_view>{}(rest_.substr(kept))) * 0x9E3779B97F4A7C15ULL;
  return got > 0;
}

void Records::pass_over_line() {
  looked_at_ = 0;
  lines_ = 1;
  for (;;) {
    const std::size_t end = rest_.find('\n');
    if (end != std::string_view::npos) {
      rest_.remove_prefix(end + 1);
      return;
    }
    rest_ = {};
    if (!fill()) return;
  }
}

}  // namespace copydesk::tag_entities
