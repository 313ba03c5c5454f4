#pragma once

#include <map>
#include <mutex>
#include <string>

#include "state/store.h"

namespace copydesk::state {

// A store in memory for tests and the simulation. It fails when told to, and forgets in a crash what was not synced.
// Like the real one it may be used from any thread.
class MemoryStore final : public Store {
 public:
  using Content = std::map<std::string, std::string, std::less<>>;
  enum class Fault {
    kNone,
    kBefore,   // "unknown", and nothing was written
    kAfter,    // "unknown", but it was written
    kNoSpace,  // "no_space", and nothing was written
  };

  Result<std::optional<std::string>> get(std::string_view key) override;
  Status multi_get(std::span<const std::string_view> keys,
                   std::vector<std::optional<std::string>>& out) override;
  Status scan_from(std::string_view prefix, std::string_view from, const Visit& visit) override;
  Status commit(const WriteSet& writes, bool sync = true) override;
  Status reopen() override;
  bool poisoned() const override;
  void set_now(Nanos now) override;

  // The commit after the next `skip` ones meets the fault; later ones do not.
  void fail_commit(Fault fault, int skip = 0);
  // Every call of reopen fails as long as this is set.
  void fail_reopen(bool yes);
  // A crash: what no synced commit covered is gone, the store is usable again.
  void crash();
  [[nodiscard]] Content snapshot() const;
  void restore(Content content);
  [[nodiscard]] std::size_t commits() const;  // that were written
  // What the real one does at some time of its choosing: erases what has expired.
  void erase_expired();

 private:
  Status usable() const;
  static void apply(const WriteSet& writes, Content& content);
  void write(const WriteSet& writes, bool sync);

  mutable std::mutex mutex_;
  Content live_, durable_;
  Nanos now_ = 0;
  Fault fault_ = Fault::kNone;
  int skip_ = 0;
  bool ahead_ = false;  // live_ holds commits that were not synced
  bool poisoned_ = false, fail_reopen_ = false;
  std::size_t commits_ = 0;
};

}  // namespace copydesk::state
