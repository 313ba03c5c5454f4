// An index in a folder of its own and a state in a map: what a line would do to both, one article at a time.
#pragma once
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
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

class Desk : public KeyValue {
 public:
  explicit Desk(IndexLimits limits = {}) : limits_(limits) { start(); }

  // A new process: what is not committed is gone.
  void start() {
    index_.reset();
    index_ = std::make_unique<StoryIndex>(folder_.path(), limits_);
    rewind();
  }
  void rewind() {
    pending.clear();
    index_->open([&](std::string_view prefix, const Index::Each& each) {
      for (const auto& [key, value] : committed_state) {
        if (key.starts_with(prefix) && !each(key, value)) return;
      }
    });
    is_begun_ = false;
  }

  Verdict judge(const Fingerprint& fingerprint, const Arrival& arrival, const Policy& policy) {
    const SearchKeys keys = keys_of(fingerprint, arrival, policy);
    if (!std::exchange(is_begun_, true)) index_->begin({&keys, 1}, *this);
    return deduplicate::judge(fingerprint, arrival, policy, *index_, *this);
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
    pending.clear();
    is_begun_ = false;
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
  StoryIndex& index() { return *index_; }
  const std::string& folder() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
  IndexLimits limits_;
  std::unique_ptr<StoryIndex> index_;
  bool is_begun_ = false;
};

}  // namespace copydesk::deduplicate
