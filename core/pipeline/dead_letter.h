#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "article/article.h"
#include "base/result.h"
#include "pipeline/batch.h"

namespace copydesk::pipeline {

// An article that a component refused, kept whole in the store by the commit that ended it, until a replay delivers it.
struct DeadLetter {
  std::vector<Failure> failures;  // what failed: one stage, or each sink that refused
  unsigned attempts = 1;
  Nanos at = 0;  // when it was refused last
  // where a replay begins: "decode", a stage's name, empty: the sinks in `failures`, or below
  std::string resume;
  Article article;  // as it was there
};

// Of a dead letter that was taken over: all stages, since what they found does not travel; then the sinks in `failures`, or
// as the routes say.
inline constexpr std::string_view kStagesThenSinks = "*sinks", kStagesThenRoutes = "*routes";

// A dead letter of another daemon.
struct Adoption {
  std::string identity;  // the other daemon's instance and the origin: taken once
  DeadLetter letter;
};

// An origin on one line of UTF-8: SOURCE PARTITION POSITION[/PART]. Sources have no spaces in their names.
[[nodiscard]] std::string origin_text(const Origin& origin);
[[nodiscard]] std::optional<Origin> parse_origin(std::string_view text);

// What failed for an article that ended as a dead letter: the stage, or every sink that refused it but `teller`, the sink for
// dead letters itself.
[[nodiscard]] std::vector<Failure> failures_of(const Item& item, std::optional<std::size_t> teller);
// Puts the fields "failed.…" into the article for the sink for dead letters; `clear_failure` takes them out again.
struct FailedAt {
  const std::string& instance;  // of the daemon
  const std::string& pipeline;
  std::size_t teller;
  Nanos time;
};
void write_failure(Item& item, const FailedAt& at);
void clear_failure(Article& article);

[[nodiscard]] std::string encode_dead_letter(const DeadLetter& letter);
[[nodiscard]] Result<DeadLetter> decode_dead_letter(std::string_view bytes);

}  // namespace copydesk::pipeline
