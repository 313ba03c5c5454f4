// Tells when suddenly far more of what a site brings is taken for copies than before: the site changed its pages, or a feed is
// read twice. It only looks on; verdicts do not depend on it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace copydesk::deduplicate {

class CopyWatch {
 public:
  static constexpr std::uint32_t kRecent = 200;   // articles that are "now"
  static constexpr std::size_t kSitesMax = 4096;  // others are not watched

  struct Jump {
    double before = 0, now = 0;  // shares of copies
  };
  // One verdict. A jump is told once, and again when the share came down in between.
  std::optional<Jump> add(std::string_view site, bool is_copy) {
    auto at = sites_.find(std::string(site));
    if (at == sites_.end()) {
      if (sites_.size() >= kSitesMax) return std::nullopt;
      at = sites_.try_emplace(std::string(site)).first;
    }
    Site& s = at->second;
    ++s.recent;
    s.recent_copies += is_copy;
    if (s.recent < kRecent) return std::nullopt;
    const double now = static_cast<double>(s.recent_copies) / kRecent, before = s.share;
    const bool knows = s.periods > 0, jumps = now > kLeast && now > kTimes * before;
    s.recent = s.recent_copies = 0;
    if (knows && jumps && !s.is_told) {
      s.is_told = true;
      return Jump{before, now};
    }
    if (!jumps) {
      s.is_told = false;
      ++s.periods;
      s.share += (now - s.share) / static_cast<double>(s.periods < kMemory ? s.periods : kMemory);
    }
    return std::nullopt;
  }

 private:
  static constexpr double kLeast = 0.4, kTimes = 2;
  static constexpr std::uint64_t kMemory = 20;  // periods that the share from before speaks of
  struct Site {
    std::uint32_t recent = 0, recent_copies = 0;
    std::uint64_t periods = 0;
    double share = 0;
    bool is_told = false;
  };
  std::unordered_map<std::string, Site> sites_;
};

}  // namespace copydesk::deduplicate
