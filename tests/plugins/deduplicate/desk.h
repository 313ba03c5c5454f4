// An index in a folder of its own and a state in a map: what a line would do to both, one article at a time.
#pragma once
#include <algorithm>
#include <copydesk/sdk.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "deduplicate/judge.h"
#include "deduplicate/story_index.h"

namespace copydesk::deduplicate {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "dedup-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// What an article brings besides its text.
struct Article {
  Fingerprint fingerprint;
  Arrival arrival;
};

class DeskOf : public KeyValue {
 public:
  using Make = std::function<std::unique_ptr<Index>(const std::string& folder)>;
  explicit DeskOf(Make make) : make_(std::move(make)) { start(); }

  // A new process: what is not committed is gone.
  void start() {
    stop();
    index_ = make_(folder_.path());
    rewind();
  }
  void stop() { index_.reset(); }
  void rewind() {
    pending.clear();
    index_->open([&](std::string_view prefix, const Index::Each& each) {
      for (const auto& [key, value] : committed_state) {
        if (key.starts_with(prefix) && !each(key, value)) return;
      }
    });
  }

  Verdict judge(const Fingerprint& fingerprint, const Arrival& arrival, const Policy& policy) {
    const Article article{fingerprint, arrival};
    return judge(std::span(&article, 1), policy).front();
  }
  // One batch. An exception leaves nothing behind, as in a line; a verdict that must wait is one.
  std::vector<Verdict> judge(std::span<const Article> batch, const Policy& policy) {
    const std::size_t before = pending.size();
    std::vector<SearchKeys> keys;
    for (const Article& a : batch) keys.push_back(keys_of(a.fingerprint, a.arrival, policy));
    try {
      index_->begin(keys, *this);
      std::vector<Verdict> verdicts;
      for (const Article& a : batch) {
        verdicts.push_back(deduplicate::judge(a.fingerprint, a.arrival, policy, *index_, *this));
        if (!verdicts.back().waits_for.empty()) throw Wait(verdicts.back().waits_for);
      }
      index_->end(++batch_, *this);
      return verdicts;
    } catch (...) {
      pending.resize(before);
      throw;
    }
  }

  // One batch of one article that is looked up, and put under all its keys when there is a record.
  Found look_up(const SearchKeys& keys, std::int64_t time_ms, const Record* record = nullptr) {
    index_->begin(std::span(&keys, 1), *this);
    Found found = index_->look_up(keys, time_ms, *this);
    if (record != nullptr) index_->put(*record, keys, 0xFF, Claim::kClaim, *this);
    index_->end(++batch_, *this);
    return found;
  }

  // Makes final what was put, except puts that `withdrawn` names by their place.
  void commit(const std::vector<std::size_t>& withdrawn = {}) {
    std::vector<Index::Put> puts;
    for (std::size_t i = 0; i < pending.size(); ++i) {
      if (std::find(withdrawn.begin(), withdrawn.end(), i) != withdrawn.end()) continue;
      puts.push_back({pending[i].key, pending[i].value});
      committed_state[pending[i].key] = pending[i].value;
    }
    index_->committed(puts);
    index_->passed(batch_);
    pending.clear();
  }

  std::optional<std::string> get(std::string_view key) override {
    ++reads;
    for (auto put = pending.rbegin(); put != pending.rend(); ++put) {
      if (put->key == key) return put->value;
    }
    const auto at = committed_state.find(std::string(key));
    return at == committed_state.end() ? std::nullopt : std::optional(at->second);
  }
  void put(std::string_view key, std::string_view value, Claim claim) override {
    pending.push_back({std::string(key), std::string(value), claim});
    stories += key.starts_with(kStoryPrefix);
  }

  struct Put {
    std::string key, value;
    Claim claim;
  };
  std::map<std::string, std::string> committed_state;
  std::vector<Put> pending;
  std::size_t stories = 0;  // put so far
  std::size_t reads = 0;
  const std::string& folder() const { return folder_.path(); }

 protected:
  std::unique_ptr<Index> index_;

 private:
  TemporaryFolder folder_;
  Make make_;
  std::uint64_t batch_ = 0;
};

// A desk with the embedded index.
class Desk : public DeskOf {
 public:
  explicit Desk(IndexLimits limits = {})
      : DeskOf([limits](const std::string& folder) {
          return std::make_unique<StoryIndex>(folder, limits);
        }) {}
  StoryIndex& index() { return static_cast<StoryIndex&>(*index_); }
};

}  // namespace copydesk::deduplicate
