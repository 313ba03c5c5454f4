#include "text_model.h"

#include "decide.h"

namespace copydesk::clean {
namespace {

// The model learned from English: in other languages a sentence in doubt stays.
constexpr float kForeignSentenceBias = 0.5f;
constexpr std::size_t kSentenceWordsMin = 6;

}  // namespace

std::vector<float> context_rows(const std::vector<Line>& lines, const LineFeatures& features,
                                const Forest& first) {
  std::vector<Judged> judged;
  judged.reserve(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const float score = lines[i].kept() ? first.quick_score(features.row(i)) : Judged::kDropped;
    judged.emplace_back(score, lines[i].words);
  }
  std::vector<float> rows(lines.size() * kContextColumns);
  write_context(lines, features, judged, kContextColumns, rows.data());
  return rows;
}

std::optional<TextModel> TextModel::parse(std::string_view text) {
  std::optional<ForestPair> forests = ForestPair::parse(text, kLineFeatures, kContextColumns);
  if (!forests) return std::nullopt;
  return TextModel(std::move(*forests));
}

std::vector<float> TextModel::judge(const std::vector<Line>& lines, std::string_view title) const {
  const LineFeatures features(lines, title, kLineFeatures, ReadAs::kEnglish);
  if (!features.understood()) return {};
  const std::vector<float> rows = context_rows(lines, features, forests_.first);
  std::vector<float> out(lines.size(), Judged::kDropped);
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (lines[i].kept()) out[i] = forests_.second.score(rows.data() + i * kContextColumns);
  shift_for_best_f1(lines, out);
  for (std::size_t i = 0; features.foreign() && i < lines.size(); ++i)
    if (lines[i].sentence && lines[i].words >= kSentenceWordsMin) out[i] += kForeignSentenceBias;
  return out;
}

}  // namespace copydesk::clean
