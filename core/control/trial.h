#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "article/article.h"
#include "base/result.h"
#include "control/diff.h"
#include "decode/decode.h"
#include "host/reasons.h"
#include "pipeline/plan.h"

// Articles sent through the stages of a pipeline to see what each does to them. The state is empty and in memory, sinks
// write nothing; the steps run as in the line, one batch with all articles in the order given.
namespace copydesk::control {

struct TrialRecord {
  std::string label;         // how a person calls it: a file, a file and a line
  decode::RawRecord record;  // origin.partition and position are unique among the records
};

// What one stage did to one article.
struct TrialStep {
  enum End { kGoesOn, kPassedBy, kDropped, kRejected, kSplit } end = kGoesOn;
  std::string stage;
  std::string reason, detail;         // of a drop or a rejection
  std::vector<host::Reason> reasons;  // why it did so, where the stage tells
  Article before, after;
};

struct TrialArticle {
  std::string label;
  Article decoded, result;
  std::vector<TrialStep> steps;
  // Of one that went through: the sinks that would get it; none: dropped as no_sink.
  bool finished = false;
  std::vector<std::string> sinks;
  std::string code, detail;  // of one that decode refused
};

// The plan needs no sources. `reasons`: that of the plan's stages, if any. An error is a stage's that would stop the line.
[[nodiscard]] Result<std::vector<TrialArticle>> run_trial(
    const pipeline::LinePlan& plan, const decode::DecodeOptions& options,
    std::vector<TrialRecord> records, Nanos now, const host::ReasonBook* reasons = nullptr);

// The difference that a stage made, for a person to read.
struct FieldChange {
  std::string name, before, after;  // as JSON; empty: not there
};
struct EntityChange {
  std::string type, kind, name, id;
  std::size_t count = 0;
};
struct Changes {
  std::string title_before, title_after;  // both empty when it stayed the same
  std::vector<DiffLine> body;             // views into the step's articles
  std::vector<FieldChange> fields;        // but for title and body
  std::vector<EntityChange> added, removed;
  [[nodiscard]] bool empty() const;
};
[[nodiscard]] Changes changes(const Article& before, const Article& after);

}  // namespace copydesk::control
