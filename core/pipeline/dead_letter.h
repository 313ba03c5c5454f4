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
  Nanos at = 0;                   // when it was refused last
  std::string resume;             // where a replay begins: "decode", a stage's name, or empty: the sinks in `failures`
  Article article;                // as it was there
};

// What failed for an article that ended as a dead letter: the stage, or every sink that refused it but `teller`, the sink for
// dead letters itself.
[[nodiscard]] std::vector<Failure> failures_of(const Item& item, std::optional<std::size_t> teller);
// Puts the fields "failed.…" into the article for the sink for dead letters; `clear_failure` takes them out again.
void write_failure(Item& item, const std::string& pipeline, std::size_t teller, Nanos at);
void clear_failure(Article& article);

[[nodiscard]] std::string encode_dead_letter(const DeadLetter& letter);
[[nodiscard]] Result<DeadLetter> decode_dead_letter(std::string_view bytes);

}  // namespace copydesk::pipeline
