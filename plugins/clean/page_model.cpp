#include "page_model.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "decide.h"

namespace copydesk::clean {
namespace {

constexpr float kNothing = -6.0f;  // the score of what is before the first line or behind the last

// The lines of one group of blocks.
struct Group {
  std::uint32_t key = 0;
  std::uint32_t count = 0;
  std::size_t first = 0, last = 0;  // lines
  float mass = 0, others = 0;
  float score = 0;  // weighed by mass

  float mean_score() const { return score / std::max(mass, 1e-6f); }
};

// The groups of one kind, by their key.
class Groups {
 public:
  Groups(const std::vector<Judged>& judged, const std::vector<BlockPlace>& places, std::size_t kind)
      : slots_(std::bit_ceil(judged.size() * 2 + 1)) {
    for (std::size_t i = 0; i < judged.size(); ++i) {
      Group& group = slots_[slot_of(places[i].groups[kind])];
      group.key = places[i].groups[kind];
      if (group.count++ == 0) group.first = i;
      group.last = i;
      group.mass += judged[i].mass;
      group.others += judged[i].others;
      group.score += judged[i].score * judged[i].mass;
    }
  }
  const Group& of(std::uint32_t key) const { return slots_[slot_of(key)]; }
  const Group& largest() const {
    return *std::max_element(slots_.begin(), slots_.end(),
                             [](const Group& a, const Group& b) { return a.mass < b.mass; });
  }

 private:
  std::size_t slot_of(std::uint32_t key) const {
    std::size_t at = (key * 0x9E3779B1u >> 7) & (slots_.size() - 1);
    while (slots_[at].count != 0 && slots_[at].key != key) at = (at + 1) & (slots_.size() - 1);
    return at;
  }
  std::vector<Group> slots_;
};

}  // namespace

std::vector<float> page_context_rows(const std::vector<Line>& lines, const LineFeatures& features,
                                     const std::vector<BlockPlace>& places, const Forest& first) {
  std::vector<Judged> judged;
  judged.reserve(lines.size());
  float mass = 0, words = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Judged& line = judged.emplace_back(first.exact_score(features.row(i)), lines[i].words);
    mass += line.mass;
    words += line.mass + line.others;
  }
  std::vector<float> rows(lines.size() * kPageContextColumns);
  if (lines.empty()) return rows;
  write_context(lines, features, judged, kPageContextColumns, rows.data());
  const auto columns_of = [&](std::size_t i) {
    return rows.data() + i * kPageContextColumns + kContextColumns;
  };
  mass = std::max(mass, 1.0f);
  const float share = mass / std::max(words, 1.0f);
  // The parent of most of the article, as far as one can tell.
  const float main_score = Groups(judged, places, kSameParent).largest().mean_score();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    float* x = columns_of(i);
    *x++ = static_cast<float>(places[i].tag);
    *x++ = share;
    *x++ = main_score;
    *x++ = judged[i].score - main_score;
  }
  for (std::size_t kind = 0; kind < kBlockGroups; ++kind) {
    const Groups groups(judged, places, kind);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const Group& group = groups.of(places[i].groups[kind]);
      const float mass_beside = group.mass - judged[i].mass;
      const float others_beside = group.others - judged[i].others;
      float* x = columns_of(i) + 4 + kGroupColumns * kind;
      *x++ = mass_beside / std::max(mass_beside + others_beside, 1.0f);
      *x++ = mass_beside / mass;
      *x++ = others_beside;
      *x++ = static_cast<float>(group.count);
      // What leads to a list and what follows it says more of its items than they do.
      *x++ = group.first > 0 ? judged[group.first - 1].score : kNothing;
      *x++ = group.last + 1 < judged.size() ? judged[group.last + 1].score : kNothing;
    }
  }
  return rows;
}

std::optional<PageModel> PageModel::parse(std::string_view text) {
  std::optional<ForestPair> forests = ForestPair::parse(text, kPageFeatures, kPageContextColumns);
  if (!forests) return std::nullopt;
  return PageModel(std::move(*forests));
}

std::vector<float> PageModel::judge(const std::vector<Line>& lines, const LineFeatures& features,
                                    const std::vector<BlockPlace>& places) const {
  const std::vector<float> rows = page_context_rows(lines, features, places, forests_.first);
  std::vector<float> out(lines.size(), Judged::kDropped);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const float* row = rows.data() + i * kPageContextColumns;
    if (*row > Judged::kSurelyNot) out[i] = forests_.second.score(row);
  }
  shift_for_best_f1(lines, out);
  return out;
}

}  // namespace copydesk::clean
