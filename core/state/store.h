#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace copydesk::state {

// One change of a commit. `key_end` set: every key in [key, key_end) is erased.
struct Write {
  std::string key;
  std::optional<std::string> value;  // nullopt: erase
  std::string key_end = {};
};

// Changes in order; a later one wins over an earlier one of the same key.
class WriteSet {
 public:
  void put(std::string key, std::string value);
  void erase(std::string key);
  // Erases what is in the store and in this set under the prefix now; puts that follow stay. The prefix is not empty.
  void erase_prefix(std::string_view prefix);
  void append(WriteSet other);
  void clear();

  [[nodiscard]] const std::vector<Write>& writes() const { return writes_; }
  [[nodiscard]] bool empty() const { return writes_.empty(); }
  [[nodiscard]] std::size_t size() const { return writes_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }  // of keys and values

 private:
  std::vector<Write> writes_;
  std::size_t bytes_ = 0;
};

// The store. All functions may be called from any thread; `reopen` waits for the calls under way.
//
// Errors: class retry, code "no_space" (the disk is full), "unknown" (a write failed: it may or may not be found after
// `reopen`) and "poisoned" (an earlier write failed and nobody has reopened yet: nothing is read or written until then);
// class fatal, code "corrupt" (what is stored is damaged).
class Store {
 public:
  // Gets key and value, valid during the call; false ends the scan. Must not call the store.
  using Visit = std::function<bool(std::string_view key, std::string_view value)>;

  virtual ~Store() = default;
  [[nodiscard]] virtual Result<std::optional<std::string>> get(std::string_view key) = 0;
  // out[i] belongs to keys[i]; nullopt where there is none.
  [[nodiscard]] virtual Status multi_get(std::span<const std::string_view> keys,
                                         std::vector<std::optional<std::string>>& out) = 0;
  // Every key that begins with `prefix` and is not less than `from`, in byte order, as of the call.
  [[nodiscard]] virtual Status scan_from(std::string_view prefix, std::string_view from,
                                         const Visit& visit) = 0;
  [[nodiscard]] Status scan(std::string_view prefix, const Visit& visit) {
    return scan_from(prefix, {}, visit);
  }
  // All or nothing. With `sync` it is on the disk when this returns OK. After an error the store is poisoned.
  [[nodiscard]] virtual Status commit(const WriteSet& writes, bool sync = true) = 0;
  // Closes and opens again: what is read from then on is what is on the disk.
  [[nodiscard]] virtual Status reopen() = 0;
  [[nodiscard]] virtual bool poisoned() const = 0;
  // Stage state that expired before this time may be erased for good (ttl.h). Never goes back; the committed time.
  virtual void set_now(Nanos now) = 0;
};

struct StoreOptions {
  std::size_t memtable_bytes = 16 << 20;  // each of two
  std::size_t cache_bytes = 32 << 20;     // blocks, indices and filters together
  int max_open_files = 256;
};

// Opens or creates the store in `folder` (created too, its parent must exist). Errors: "corrupt" when it is damaged
// anywhere but in a write that a crash cut short, "locked" when another process has it open; both fatal.
[[nodiscard]] Result<std::unique_ptr<Store>> open_rocksdb(const std::string& folder,
                                                          const StoreOptions& options = {});

// The first key behind all that begin with `prefix`; empty when there is none (a prefix of 0xFF bytes only).
[[nodiscard]] std::string prefix_end(std::string_view prefix);

}  // namespace copydesk::state
