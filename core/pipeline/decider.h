#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "state/store.h"

// A commit whose output becomes visible by a transaction elsewhere (cd_two_phase): the store and that transaction cannot be
// written at once, so the store is written twice, around it. The transaction decides; this is the two-phase commit with the
// coordinator's log in the participant (J. Gray, Notes on Data Base Operating Systems, 1978).
//
//   store: prepared n          transaction: output, number n          store: commit n applied, prepared erased
//
// A crash between the first and the last leaves a prepared commit, and the number that the transaction left tells what
// became of it.
namespace copydesk::pipeline {

// What is stored under keys::prepared: the commit's number and its writes, to be applied or thrown away as a whole.
[[nodiscard]] std::string encode_prepared(std::uint64_t commit, const state::WriteSet& writes);
struct Prepared {
  std::uint64_t commit = 0;
  state::WriteSet writes;
};
[[nodiscard]] Result<Prepared> decode_prepared(std::string_view stored);

// What is stored under keys::meta("decided/<pipeline>"): the number of the last commit that a decider carried.
[[nodiscard]] std::string decided_value(std::uint64_t commit);
[[nodiscard]] Result<std::uint64_t> read_decided(std::string_view stored);

// What the store knows when a line opens.
struct DecisionState {
  std::uint64_t committed = 0;  // number of the last commit in the store
  // of the last one that a decider's transaction carried and that was applied
  std::uint64_t decided = 0;
  std::optional<std::uint64_t> prepared;  // of the one that is not decided here
};
enum class Decision { kNothing, kApply, kDiscard };
// `last` is what the decider has. Fatal when the two do not fit: then nothing may be guessed.
[[nodiscard]] Result<Decision> decide(const DecisionState& store, std::uint64_t last);

}  // namespace copydesk::pipeline
