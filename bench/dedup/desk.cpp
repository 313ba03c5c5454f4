#include "desk.h"

#include <chrono>
#include <copydesk/bytes.hpp>
#include <ctime>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace copydesk::bench {

using namespace deduplicate;

double cpu_now() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

Desk::Desk(std::string folder, IndexLimits limits) : folder_(std::move(folder)) {
  policy_.window = limits.window;
  load();
  const double cpu = cpu_now();
  const auto wall = std::chrono::steady_clock::now();
  index_ = std::make_unique<StoryIndex>(folder_, limits);
  index_->open([&](std::string_view prefix, const Index::Each& each) {
    for (const auto& [key, value] : state_) {
      if (key.starts_with(prefix) && !each(key, value)) return;
    }
  });
  open_cpu = cpu_now() - cpu;
  open_wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count();
}

std::vector<Verdict> Desk::judge(const std::vector<Text>& batch) {
  const double begin = cpu_now();
  std::vector<std::string> carried;
  for (const Text& text : batch) carried.push_back(serialize(fingerprint(text.title, text.body)));
  const double processed = cpu_now();

  std::vector<Fingerprint> fingerprints;
  std::vector<Arrival> arrivals;
  std::vector<SearchKeys> keys;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    fingerprints.push_back(parse(carried[i]).value());
    arrivals.push_back({batch[i].id, batch[i].id, batch[i].time_ms});
    keys.push_back(keys_of(fingerprints[i], arrivals[i], policy_));
  }
  index_->begin(keys, *this);
  std::vector<Verdict> verdicts;
  for (std::size_t i = 0; i < batch.size(); ++i)
    verdicts.push_back(deduplicate::judge(fingerprints[i], arrivals[i], policy_, *index_, *this));
  warnings += index_->take_warning().has_value();
  spent_.process += processed - begin;
  spent_.resolve += cpu_now() - processed;
  return verdicts;
}

void Desk::commit() {
  const double begin = cpu_now();
  std::vector<Index::Put> puts;
  for (const std::string& key : order_) {
    const auto at = pending_.find(key);
    state_[key] = at->second;
    puts.push_back({key, at->second});
  }
  index_->committed(puts);
  pending_.clear();
  order_.clear();
  spent_.commit += cpu_now() - begin;
}

std::optional<std::string> Desk::get(std::string_view key) {
  const std::string wanted(key);
  if (const auto at = pending_.find(wanted); at != pending_.end()) return at->second;
  const auto at = state_.find(wanted);
  return at == state_.end() ? std::nullopt : std::optional(at->second);
}

void Desk::put(std::string_view key, std::string_view value, Claim) {
  order_.emplace_back(key);
  pending_[order_.back()] = value;
}

void Desk::save() const {
  std::string out;
  for (const auto& [key, value] : state_) {
    bytes::append_varint(out, key.size());
    out += key;
    bytes::append_varint(out, value.size());
    out += value;
  }
  std::ofstream(state_path(), std::ios::binary | std::ios::trunc) << out;
}

void Desk::load() {
  std::ifstream in(state_path(), std::ios::binary);
  const std::string stored{std::istreambuf_iterator<char>(in), {}};
  for (bytes::Reader reader(stored); !reader.finished();) {
    std::string key(reader.text_of(reader.varint()));
    state_[std::move(key)] = reader.text_of(reader.varint());
    if (!reader.ok()) throw std::runtime_error("the saved state is damaged");
  }
}

}  // namespace copydesk::bench
