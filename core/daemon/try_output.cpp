#include "daemon/try_output.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/utf8.h"

namespace copydesk::daemon {
namespace {

using control::DiffLine;
using control::TrialArticle;
using control::TrialStep;

constexpr std::size_t kLineShown = 200;     // code points of a body line
constexpr std::size_t kSharedShown = 40;    // bytes that two long lines share before they differ
constexpr std::size_t kValueShown = 120;    // of a field's value
constexpr std::size_t kEntitiesShown = 40;  // different names of one step
constexpr std::size_t kDiffLinesShown = 200;
constexpr std::size_t kReasonsShown = 400;
constexpr std::size_t kReasonTextShown = 100;  // code points

// Of two long lines that begin alike only the end of what they share is shown: else the difference would be cut off.
std::size_t shared_start(std::string_view before, std::string_view after) {
  const auto end = std::ranges::mismatch(before, after).in1;
  std::size_t shared = static_cast<std::size_t>(end - before.begin());
  if (shared <= kSharedShown) return 0;
  shared -= kSharedShown;
  while (shared > 0 && (!at_character(before, shared) || !at_character(after, shared))) --shared;
  return shared;
}

// The line that a removed or added one stands against: in a change of as many lines as before, the one at its place.
std::string_view counterpart(const std::vector<DiffLine>& diff, std::size_t i) {
  std::size_t begin = i, end = i;
  const auto is_change = [](const DiffLine& d) {
    return d.kind == DiffLine::kRemoved || d.kind == DiffLine::kAdded;
  };
  while (begin > 0 && is_change(diff[begin - 1])) --begin;
  while (end < diff.size() && is_change(diff[end])) ++end;
  const std::size_t half = (end - begin) / 2;
  if ((end - begin) % 2 != 0 || diff[begin].kind != DiffLine::kRemoved ||
      diff[begin + half].kind != DiffLine::kAdded)
    return {};
  return diff[i < begin + half ? i + half : i - half].text;
}

std::string changed_text(const std::vector<DiffLine>& diff, std::size_t i) {
  const std::string_view text = diff[i].text;
  const std::size_t hidden =
      text.size() <= kLineShown ? 0 : shared_start(text, counterpart(diff, i));
  return (hidden > 0 ? "…" : "") + one_line(text.substr(hidden), kLineShown);
}

std::string diff_text(const std::vector<DiffLine>& diff, const Paint& paint) {
  std::string out;
  std::size_t shown = 0;
  for (std::size_t i = 0; i < diff.size(); ++i) {
    const DiffLine& line = diff[i];
    if (shown++ == kDiffLinesShown) {
      out += paint(Ink::kDim, "      … " + counted(diff.size() - i, "more line")) + "\n";
      break;
    }
    if (line.kind == DiffLine::kSame) {
      out += paint(Ink::kDim, "        " + one_line(line.text, kLineShown)) + "\n";
      continue;
    }
    if (line.kind == DiffLine::kGap) {
      out += paint(Ink::kDim, "      … " + counted(line.lines, "line")) + "\n";
      continue;
    }
    const Ink ink = line.kind == DiffLine::kRemoved ? Ink::kRed : Ink::kGreen;
    const std::string_view sign = line.kind == DiffLine::kRemoved ? "      - " : "      + ";
    std::size_t blank = 0;
    while (i + blank < diff.size() && diff[i + blank].kind == line.kind &&
           diff[i + blank].text.empty())
      ++blank;
    if (blank > 0) i += blank - 1;
    out += paint(ink, std::string(sign) + (blank > 0 ? "(" + counted(blank, "empty line") + ")"
                                                     : changed_text(diff, i))) +
           "\n";
  }
  return out;
}

std::string field_text(const control::FieldChange& field, const Paint& paint) {
  const std::string before = one_line(field.before, kValueShown),
                    after = one_line(field.after, kValueShown);
  if (field.before.empty()) return "    " + field.name + ": " + paint(Ink::kGreen, after) + "\n";
  if (field.after.empty())
    return "    " + field.name + ": " + paint(Ink::kRed, "removed, was " + before) + "\n";
  return "    " + field.name + ": " + paint(Ink::kRed, before) + " → " + paint(Ink::kGreen, after) +
         "\n";
}

std::string entities_text(std::string_view title,
                          const std::vector<control::EntityChange>& entities) {
  if (entities.empty()) return {};
  std::size_t sum = 0;
  for (const auto& e : entities) sum += e.count;
  std::string out = "    " + std::string(title) + " " + std::to_string(sum) + ":\n";
  for (std::size_t i = 0; i < std::min(entities.size(), kEntitiesShown); ++i) {
    const auto& e = entities[i];
    out += "      " + e.type + "  " + one_line(e.name, 60);
    if (!e.kind.empty()) out += ", " + e.kind;
    if (!e.id.empty()) out += " (" + one_line(e.id, 60) + ")";
    if (e.count > 1) out += " ×" + std::to_string(e.count);
    out += "\n";
  }
  if (entities.size() > kEntitiesShown)
    out += "      … and " + counted(entities.size() - kEntitiesShown, "more name") + "\n";
  return out;
}

// Right of the verdict what decided it, in columns.
std::string reasons_text(const std::vector<host::Reason>& reasons, const Paint& paint) {
  std::vector<std::string> why;
  std::size_t width = 0, kept = 0;
  for (const host::Reason& r : reasons) {
    std::string text = r.rule;
    if (r.score) {
      char number[32];
      std::snprintf(number, sizeof number, " %+.1f", *r.score);
      text += number;
    }
    if (!r.detail.empty()) text += " (" + one_line(r.detail, 60) + ")";
    width = std::max(width, text.size());
    kept += r.cut ? 0 : 1;
    why.push_back(std::move(text));
  }
  std::string out = "    why: " + std::to_string(kept) + " kept, " +
                    std::to_string(reasons.size() - kept) + " cut\n";
  for (std::size_t i = 0; i < std::min(reasons.size(), kReasonsShown); ++i) {
    const host::Reason& r = reasons[i];
    const std::string line = (r.cut ? "      cut   " : "      keep  ") + why[i] +
                             std::string(width - why[i].size() + 2, ' ') +
                             (r.field == "body" ? "" : r.field + ": ") +
                             one_line(r.text, kReasonTextShown);
    out += paint(r.cut ? Ink::kRed : Ink::kPlain, line) + "\n";
  }
  if (reasons.size() > kReasonsShown)
    out += "      … and " + counted(reasons.size() - kReasonsShown, "more line") + "\n";
  return out;
}

std::string changes_text(const TrialStep& step, const Paint& paint) {
  const control::Changes c = control::changes(step.before, step.after);
  if (c.empty())
    return step.end == TrialStep::kGoesOn ? paint(Ink::kDim, "    nothing changed") + "\n"
                                          : std::string();
  std::string out;
  if (!c.title_before.empty() || !c.title_after.empty()) {
    out += "    title\n";
    if (!c.title_before.empty())
      out += paint(Ink::kRed, "      - " + one_line(c.title_before, kLineShown)) + "\n";
    if (!c.title_after.empty())
      out += paint(Ink::kGreen, "      + " + one_line(c.title_after, kLineShown)) + "\n";
  }
  // Reasons tell of every part of the body: better than which lines differ.
  const bool reasoned =
      std::ranges::find(step.reasons, "body", &host::Reason::field) != step.reasons.end();
  if (!c.body.empty() && !reasoned) out += "    body\n" + diff_text(c.body, paint);
  for (const auto& field : c.fields) out += field_text(field, paint);
  return out + entities_text("entities", c.added) + entities_text("entities gone", c.removed);
}

std::string step_text(const TrialStep& step, const Paint& paint) {
  std::string out = "  " + paint(Ink::kCyan, step.stage) + "\n";
  if (step.end == TrialStep::kPassedBy)
    return out + paint(Ink::kDim, "    passed by: its `when` does not hold") + "\n";
  out += changes_text(step, paint);
  if (!step.reasons.empty()) out += reasons_text(step.reasons, paint);
  if (step.end == TrialStep::kDropped)
    out += "    " + paint(Ink::kYellow, "dropped: " + step.reason) + "\n";
  if (step.end == TrialStep::kRejected)
    out += "    " + paint(Ink::kRed, "rejected: " + step.reason) +
           (step.detail.empty() ? "" : ": " + one_line(step.detail, 500)) + "\n";
  if (step.end == TrialStep::kSplit)
    out += "    split: its parts follow as articles of their own\n";
  return out;
}

std::string end_text(const TrialArticle& article, const Paint& paint) {
  if (!article.code.empty())
    return "  " + paint(Ink::kRed, "rejected by decode: " + article.code) +
           (article.detail.empty() ? "" : ": " + one_line(article.detail, 500)) + "\n";
  if (!article.finished) return {};
  if (article.sinks.empty())
    return "  " + paint(Ink::kYellow, "dropped: no_sink, no `when` of the sinks holds") + "\n";
  std::string out;
  for (const std::string& sink : article.sinks) out += (out.empty() ? "" : ", ") + sink;
  return "  → " + paint(Ink::kGreen, out) + "\n";
}

}  // namespace

std::string trial_text(const TrialArticle& article, const Paint& paint) {
  std::string out = paint(Ink::kBold, one_line(article.label, 200)) + "\n";
  if (article.code.empty()) {
    out += "  decoded as " + article.decoded.media_type + ", id " +
           one_line(article.decoded.id, 80) + ", " +
           counted(article.decoded.text("body").size(), "byte") + " of body\n";
    if (const auto title = article.decoded.text("title"); !title.empty())
      out += "    title: " + one_line(title, kLineShown) + "\n";
  }
  for (const TrialStep& step : article.steps) out += step_text(step, paint);
  return out + end_text(article, paint);
}

std::string reasons_json(const TrialArticle& article) {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const TrialStep& step : article.steps) {
    for (const host::Reason& r : step.reasons) {
      nlohmann::ordered_json one = {{"stage", step.stage},
                                    {"field", r.field},
                                    {"verdict", r.cut ? "cut" : "kept"},
                                    {"rule", r.rule}};
      if (r.score) one["score"] = std::round(*r.score * 1000) / 1000;
      if (!r.detail.empty()) one["detail"] = r.detail;
      one["text"] = r.text;
      out.push_back(std::move(one));
    }
  }
  return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace copydesk::daemon
