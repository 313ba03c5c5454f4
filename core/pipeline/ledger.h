#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "pipeline/batch.h"
#include "pipeline/dead_letter.h"
#include "pipeline/plan.h"
#include "state/store.h"

namespace copydesk::pipeline {

// What became of the articles, since the line was made. received + children = delivered + dropped + dead letters + split.
struct Counters {
  std::uint64_t received = 0, children = 0, delivered = 0, dropped = 0, dead_letters = 0, split = 0,
                replayed = 0;
  std::map<std::string, std::uint64_t> dropped_by;       // "stage:reason"
  std::map<std::string, std::uint64_t> dead_letters_by;  // "component:code"
  std::map<std::string, std::uint64_t> delivered_to;     // sink
};

// A token that a commit made final, and its number in the list of settlements owed.
struct OwedSettlement {
  std::uint64_t number = 0;
  host::Settled settled;
};

// Everything that one commit makes final. Filled by the ledger, written by the line.
struct Commit {
  std::uint64_t number = 0;
  Nanos time = 0;
  state::WriteSet writes;
  std::map<std::size_t, std::vector<OwedSettlement>> settlements;  // by source
  // by stage, in order; they live in the batches
  std::map<std::size_t, std::vector<const Put*>> puts;
  // outcome bits by position key, while it is built
  std::map<std::string, std::uint32_t> masks;
  Counters counters;  // to be added when it is written
  // dead letters that are dealt with, one way or the other
  std::vector<std::uint64_t> replayed;
  std::size_t adoptions = 0;  // how many were asked for
  // the numbers of those that are new
  std::vector<std::uint64_t> adopted;
};

// Everything that enters leaves here: it turns the batches of a group into one atomic write. [line]
class Ledger {
 public:
  Ledger(const LinePlan& plan, state::Store& store) : plan_(plan), store_(store) {}

  // Reads the committed numbers. Until the first commit all are zero.
  Status load();
  [[nodiscard]] std::uint64_t commit_number() const { return commit_number_; }
  [[nodiscard]] Nanos time() const { return time_; }

  // How an article with final answers ends.
  enum class Outcome { kDelivered, kDropped, kDeadLetter, kSplit };
  [[nodiscard]] static Outcome outcome(const Item& item);

  // The commit of these batches, with dead letters that are taken over. `suspect_key` tells articles that were in hand at a
  // crash: final ones are acquitted.
  [[nodiscard]] Result<Commit> build(
      const std::vector<Batch*>& group, const std::map<std::size_t, std::string>& sink_positions,
      const std::vector<std::pair<std::size_t, std::uint64_t>>& settled,
      const std::function<std::optional<std::string>(const Item&)>& suspect_key,
      const std::vector<Adoption>& adoptions = {});
  // The commit is in the store.
  void written(const Commit& commit);
  [[nodiscard]] const Counters& counters() const { return counters_; }

  // Looks through the settlements that a source is owed, so that new ones get numbers behind theirs.
  [[nodiscard]] Status look_at_owed(std::size_t source);
  // The number of the last settlement that anybody is owed.
  [[nodiscard]] std::uint64_t last_owed() const { return owed_sequence_; }
  // The first `most` of them from this number on, in order.
  [[nodiscard]] Result<std::vector<OwedSettlement>> owed(std::size_t source, std::uint64_t from,
                                                         std::size_t most) const;

 private:
  void record(Item& item, Commit& commit);
  void dead_letter(Item& item, Commit& commit);
  Status adopt(const std::vector<Adoption>& adoptions, Commit& commit);
  Status positions(const Batch& batch, Commit& commit);

  const LinePlan& plan_;
  state::Store& store_;
  std::uint64_t commit_number_ = 0, dead_sequence_ = 0, owed_sequence_ = 0;
  std::uint64_t next_dead_ = 0, next_owed_ = 0;  // of the commit being built
  Nanos time_ = 0;
  Counters counters_;
};

}  // namespace copydesk::pipeline
