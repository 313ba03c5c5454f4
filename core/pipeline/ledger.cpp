#include "pipeline/ledger.h"

#include <algorithm>

#include "base/assert.h"
#include "base/bytes.h"
#include "pipeline/dead_letter.h"
#include "pipeline/inlet.h"
#include "state/keys.h"
#include "state/ttl.h"

namespace copydesk::pipeline {
namespace keys = state::keys;

namespace {

std::string line_key(const std::string& pipeline) { return keys::meta("line/" + pipeline); }

std::uint32_t outcome_bit(Ledger::Outcome outcome) {
  switch (outcome) {
    case Ledger::Outcome::kDelivered: return host::kDeliveredBit;
    case Ledger::Outcome::kDeadLetter: return host::kDeadLetterBit;
    case Ledger::Outcome::kDropped: return host::kDroppedBit;
    case Ledger::Outcome::kSplit: return 0;  // its children say it
  }
  return 0;
}

// A reason that a component makes up anew for every article is counted with the others.
constexpr std::size_t kMaxReasons = 256;
std::uint64_t& bounded(std::map<std::string, std::uint64_t>& counts, const std::string& reason) {
  return counts.size() < kMaxReasons || counts.contains(reason) ? counts[reason] : counts["other"];
}

void add(Counters& to, const Counters& from) {
  to.received += from.received;
  to.children += from.children;
  to.delivered += from.delivered;
  to.dropped += from.dropped;
  to.dead_letters += from.dead_letters;
  to.split += from.split;
  to.replayed += from.replayed;
  for (const auto& [k, v] : from.dropped_by) bounded(to.dropped_by, k) += v;
  for (const auto& [k, v] : from.dead_letters_by) bounded(to.dead_letters_by, k) += v;
  for (const auto& [k, v] : from.delivered_to) to.delivered_to[k] += v;
}

}  // namespace

Status Ledger::load() {
  commit_number_ = dead_sequence_ = owed_sequence_ = 0;
  auto stored = store_.get(line_key(plan_.name));
  if (!stored) return std::move(stored).error();
  if (!*stored) return {};
  ByteReader r(**stored);
  commit_number_ = r.u64();
  const auto time = static_cast<Nanos>(r.u64());
  dead_sequence_ = r.u64();
  owed_sequence_ = r.u64();
  if (!r.done())
    return fatal("corrupt", "the stored numbers of pipeline '" + plan_.name + "' cannot be read");
  time_ = std::max(time_, time);
  return {};
}

Ledger::Outcome Ledger::outcome(const Item& item) {
  switch (item.fate) {
    case Fate::kDropped: return Outcome::kDropped;
    case Fate::kDead: return Outcome::kDeadLetter;
    case Fate::kSplit: return Outcome::kSplit;
    case Fate::kLive: break;
  }
  CD_ASSERT(!item.answers.empty());
  const bool refused = std::ranges::any_of(item.answers, [](const SinkAnswer& a) { return !a.ok; });
  return refused ? Outcome::kDeadLetter : Outcome::kDelivered;
}

Result<Commit> Ledger::build(
    const std::vector<Batch*>& group, const std::map<std::size_t, std::string>& sink_positions,
    const std::vector<std::pair<std::size_t, std::uint64_t>>& settled,
    const std::function<std::optional<std::string>(const Item&)>& suspect_key,
    const std::vector<Adoption>& adoptions) {
  Commit commit;
  commit.number = commit_number_ + 1;
  commit.time = time_;
  next_dead_ = dead_sequence_;
  next_owed_ = owed_sequence_;
  for (Batch* batch : group) {
    commit.time = std::max(commit.time, batch->time);
    for (Item& item : batch->items) {
      record(item, commit);
      for (StagePut& p : item.puts) {
        std::string key = keys::stage_state(plan_.name, plan_.stages[p.stage].name, p.put.key);
        if (p.put.erase)
          commit.writes.erase(std::move(key));
        else
          commit.writes.put(std::move(key),
                            state::with_expiry(state::expiry(batch->time, p.put.ttl), p.put.value));
        commit.puts[p.stage].push_back(&p.put);
      }
      if (auto suspect = suspect_key(item)) commit.writes.erase(std::move(*suspect));
    }
    if (Status status = positions(*batch, commit); !status) return std::move(status).error();
  }
  if (Status status = adopt(adoptions, commit); !status) return std::move(status).error();
  for (const auto& [sink, position] : sink_positions)
    commit.writes.put(keys::sink_position(plan_.name, plan_.sinks[sink].name), position);
  for (const auto& [source, number] : settled)
    commit.writes.erase(keys::settlement(plan_.sources[source].name, number));
  std::string numbers;
  append_u64(numbers, commit.number);
  append_u64(numbers, static_cast<std::uint64_t>(commit.time));
  append_u64(numbers, next_dead_);
  append_u64(numbers, next_owed_);
  commit.writes.put(line_key(plan_.name), std::move(numbers));
  const Counters& c = commit.counters;
  CD_ASSERT(c.received + c.replayed + c.children ==
            c.delivered + c.dropped + c.dead_letters + c.split);
  return commit;
}

void Ledger::record(Item& item, Commit& commit) {
  Counters& c = commit.counters;
  ++(item.is_child ? c.children : item.replay ? c.replayed : c.received);
  if (item.replay) commit.replayed.push_back(item.replay->dead_sequence);
  for (const SinkAnswer& a : item.answers)
    if (a.ok) ++c.delivered_to[plan_.sinks[a.sink].name];
  const Outcome end = outcome(item);
  if (end == Outcome::kDeadLetter) return dead_letter(item, commit);
  if (item.replay && !item.is_child)
    commit.writes.erase(keys::dead_letter(plan_.name, item.replay->dead_sequence));
  if (end == Outcome::kSplit) ++c.split;
  if (end == Outcome::kDelivered) ++c.delivered;
  if (end == Outcome::kDropped) {
    ++c.dropped;
    const std::string stage = item.failed_stage >= 0
                                  ? plan_.stages[static_cast<std::size_t>(item.failed_stage)].name
                                  : "outlet";
    ++c.dropped_by[stage + ":" + item.reason];
  }
}

void Ledger::dead_letter(Item& item, Commit& commit) {
  DeadLetter letter;
  letter.failures = failures_of(item, plan_.dead_letters);
  if (item.fate == Fate::kDead)
    letter.resume = item.failed_stage == kDecode
                        ? "decode"
                        : plan_.stages[static_cast<std::size_t>(item.failed_stage)].name;
  letter.attempts = item.replay ? item.replay->attempts + 1 : 1;
  letter.at = commit.time;
  letter.article = item.article;
  clear_failure(letter.article);
  ++commit.counters.dead_letters;
  for (const Failure& f : letter.failures)
    ++commit.counters.dead_letters_by[f.component + ":" + f.code];
  const bool again = item.replay && !item.is_child;
  const std::uint64_t number = again ? item.replay->dead_sequence : ++next_dead_;
  commit.writes.put(keys::dead_letter(plan_.name, number), encode_dead_letter(letter));
}

Status Ledger::adopt(const std::vector<Adoption>& adoptions, Commit& commit) {
  commit.adoptions = adoptions.size();
  for (const Adoption& a : adoptions) {
    std::string known = keys::adopted(plan_.name, a.identity);
    const auto stored = store_.get(known);
    if (!stored) return stored.error();
    if (*stored) continue;
    const std::uint64_t number = ++next_dead_;
    std::string value;
    append_u64(value, number);
    commit.writes.put(std::move(known), std::move(value));
    commit.writes.put(keys::dead_letter(plan_.name, number), encode_dead_letter(a.letter));
    commit.adopted.push_back(number);
  }
  return {};
}

// Positions carry what happened to their partition's articles since the last token, because a file may span many commits.
// The inlet sees to it that a batch covers its records with advances of its own.
Status Ledger::positions(const Batch& batch, Commit& commit) {
  if (batch.source == kReplaySource) return {};
  const std::string& source = plan_.sources[batch.source].name;
  std::map<std::string_view, std::uint32_t> bits;
  for (const Item& item : batch.items)
    bits[item.article.origin.partition] |= outcome_bit(outcome(item));
  for (const Advance& a : batch.advances) {
    std::string key = keys::source_position(source, a.partition);
    auto known = commit.masks.find(key);
    if (known == commit.masks.end()) {
      auto stored = store_.get(key);
      if (!stored) return std::move(stored).error();
      known = commit.masks.emplace(key, *stored ? read_position(**stored).outcomes : 0).first;
    }
    std::uint32_t& mask = known->second;
    if (const auto it = bits.find(a.partition); it != bits.end()) mask |= it->second;
    if (a.token) {
      OwedSettlement owed{++next_owed_, {0, a.partition, *a.token, mask}};
      std::string value;
      append_u32(value, owed.settled.outcomes);
      append_string(value, owed.settled.partition);
      append_string(value, owed.settled.token);
      commit.writes.put(keys::settlement(source, owed.number), std::move(value));
      commit.settlements[batch.source].push_back(std::move(owed));
      mask = 0;
      bits.erase(a.partition);
    }
    if (a.position.empty())
      commit.writes.erase(key);
    else
      commit.writes.put(key, stored_position(mask, a.position));
  }
  return {};
}

void Ledger::written(const Commit& commit) {
  commit_number_ = commit.number;
  time_ = commit.time;
  dead_sequence_ = next_dead_;
  owed_sequence_ = next_owed_;
  add(counters_, commit.counters);
}

namespace {

std::optional<OwedSettlement> read_owed(std::string_view key, std::string_view value) {
  const auto numbered = keys::numbered(keys::kSettlement, key);
  ByteReader r(value);
  OwedSettlement owed;
  owed.settled.outcomes = r.u32();
  owed.settled.partition = std::string(r.string());
  owed.settled.token = std::string(r.string());
  if (!numbered || !r.done()) return std::nullopt;
  owed.number = numbered->number;
  return owed;
}

}  // namespace

Status Ledger::look_at_owed(std::size_t source) {
  const std::string& name = plan_.sources[source].name;
  bool damaged = false;
  Status status = store_.scan(keys::prefix(keys::kSettlement, name),
                              [&](std::string_view key, std::string_view value) {
                                const auto owed = read_owed(key, value);
                                damaged = !owed;
                                if (owed) owed_sequence_ = std::max(owed_sequence_, owed->number);
                                return !damaged;
                              });
  if (status && damaged)
    return fatal("corrupt", "a settlement owed to source '" + name + "' cannot be read");
  return status;
}

Result<std::vector<OwedSettlement>> Ledger::owed(std::size_t source, std::uint64_t from,
                                                 std::size_t most) const {
  const std::string& name = plan_.sources[source].name;
  std::vector<OwedSettlement> out;
  Status status =
      store_.scan_from(keys::prefix(keys::kSettlement, name), keys::settlement(name, from),
                       [&](std::string_view key, std::string_view value) {
                         if (auto owed = read_owed(key, value)) out.push_back(std::move(*owed));
                         return out.size() < most;
                       });
  if (!status) return std::move(status).error();
  return out;
}

}  // namespace copydesk::pipeline
