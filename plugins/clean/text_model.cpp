#include "text_model.h"

#include "decide.h"

namespace copydesk::clean {
namespace {

constexpr float kEnglishMin = 0.25f;  // the model knows no other language

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
  const LineFeatures features(lines, title, kLineFeatures);
  if (features.english() < kEnglishMin) return {};
  const std::vector<float> rows = context_rows(lines, features, forests_.first);
  std::vector<float> out(lines.size(), Judged::kDropped);
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (lines[i].kept()) out[i] = forests_.second.score(rows.data() + i * kContextColumns);
  shift_for_best_f1(lines, out);
  return out;
}

}  // namespace copydesk::clean
