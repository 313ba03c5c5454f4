// The stage's own parts (fingerprint, judge, index over its log), driven as a line drives the stage: process, resolve in batches,
// commits of several batches, the state beside. What is left out is the boundary, the article's edits and the store on disk.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "deduplicate/judge.h"
#include "deduplicate/story_index.h"

namespace copydesk::bench {

struct Text {
  std::string_view title, body;
  std::string id;
  std::int64_t time_ms;
};

// Thread CPU time, in seconds.
struct Spent {
  double process = 0, resolve = 0, commit = 0;
  double all() const { return process + resolve + commit; }
  Spent operator-(const Spent& o) const {
    return {process - o.process, resolve - o.resolve, commit - o.commit};
  }
};
double cpu_now();

class Desk : public deduplicate::KeyValue {
 public:
  // Goes on from what save() left in the folder.
  Desk(std::string folder, deduplicate::IndexLimits limits);

  std::vector<deduplicate::Verdict> judge(const std::vector<Text>& batch);
  void commit();
  // Writes the committed state beside the index, as the store would have it.
  void save() const;

  deduplicate::IndexNumbers numbers() const { return index_->numbers(); }
  const Spent& spent() const { return spent_; }
  double open_cpu = 0, open_wall = 0;  // of the index, in seconds
  std::uint64_t warnings = 0;

  std::optional<std::string> get(std::string_view key) override;
  void put(std::string_view key, std::string_view value, deduplicate::Claim) override;

 private:
  std::string state_path() const { return folder_ + "/state"; }
  void load();

  std::string folder_;
  deduplicate::Policy policy_;
  std::unordered_map<std::string, std::string> state_, pending_;
  std::vector<std::string> order_;  // of what is pending
  std::unique_ptr<deduplicate::StoryIndex> index_;
  Spent spent_;
};

}  // namespace copydesk::bench
