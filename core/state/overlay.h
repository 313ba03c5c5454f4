#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "state/store.h"

namespace copydesk::state {

// The puts of batches that are not committed yet, over the store: a batch reads what those before it want to remember.
//
//   store          overlay
//   k = A          batch 7: k = B      a reader of batch 7 or 8 sees B, one of batch 9 sees C; `retire(7)` forgets B once a
//                  batch 9: k = C      commit has put it into the store; `drop_from(9)` forgets C, which is judged anew
//
// A put is a claim when it holds only if its article is delivered. For each claim the overlay knows whether it was read
// afterwards: only then must an article that is not delivered rewind the line. What articles of one resolve call know of
// each other does not pass through here: a claim counts for the articles behind it in its own call as the caller sees fit.
//
// Thread-safe: stages resolve different batches at the same time. Batches are added in any order of stages, but never
// with a number below one that was retired. `drop_from` wants the line at rest.
class Overlay {
 public:
  explicit Overlay(Store& store) : store_(store) {}

  void add(std::uint64_t batch, std::uint32_t article, std::string_view key,
           std::optional<std::string> value, bool claim);

  // What a reader of `batch` sees: the newest put of its own or an earlier batch, else the store's. Errors are the store's.
  [[nodiscard]] Result<std::optional<std::string>> get(std::uint64_t batch, std::string_view key);
  [[nodiscard]] Status multi_get(std::uint64_t batch, std::span<const std::string_view> keys,
                                 std::vector<std::optional<std::string>>& out);
  // A claim under the prefix counts as read even when `visit` stopped before it.
  [[nodiscard]] Status scan(std::uint64_t batch, std::string_view prefix,
                            const Store::Visit& visit);

  // Whether somebody read a claim of this article after it was made.
  [[nodiscard]] bool was_read(std::uint64_t batch, std::uint32_t article) const;
  [[nodiscard]] bool has_claims(std::uint64_t batch, std::uint32_t article) const;
  // Forgets the claims of an article that was not delivered; its observations stay.
  void withdraw(std::uint64_t batch, std::uint32_t article);
  // The puts of batches up to and including `upto`, in the order they were added, batch by batch: for the commit.
  void collect(std::uint64_t upto, WriteSet& out) const;
  // Those batches are committed: their puts are in the store now.
  void retire(std::uint64_t upto);
  // Forgets everything from this batch on.
  void drop_from(std::uint64_t batch);

  [[nodiscard]] std::size_t bytes() const;  // of keys and values held
  [[nodiscard]] std::size_t size() const;   // puts held

 private:
  struct Put {
    const std::string* key;  // owned by versions_
    std::uint64_t batch;
    std::uint32_t article;
    bool claim;
    bool read;
    std::optional<std::string> value;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>()(s); }
  };
  using Versions = std::vector<Put*>;  // by batch, then as added
  struct Less {
    using is_transparent = void;
    bool operator()(const std::string* a, const std::string* b) const { return *a < *b; }
    bool operator()(const std::string* a, std::string_view b) const { return *a < b; }
    bool operator()(std::string_view a, const std::string* b) const { return a < *b; }
  };

  static Put* visible(const Versions& versions, std::uint64_t batch);
  const Put* read(std::uint64_t batch, std::string_view key);
  bool any_claim(std::uint64_t batch, std::uint32_t article, bool read) const;
  std::vector<std::pair<std::string, std::optional<std::string>>> pending(std::uint64_t batch,
                                                                          std::string_view prefix);
  void forget(Put& put);
  void forget_batch(std::map<std::uint64_t, std::deque<Put>>::iterator batch);
  void order();

  Store& store_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Versions, Hash, std::equal_to<>> versions_;
  std::map<std::uint64_t, std::deque<Put>> batches_;  // deques, because addresses stay
  // The keys in order, kept only from the first scan on: stages that never scan pay nothing for it.
  std::set<const std::string*, Less> ordered_;
  bool is_ordered_ = false;
  std::size_t bytes_ = 0, size_ = 0;
};

}  // namespace copydesk::state
