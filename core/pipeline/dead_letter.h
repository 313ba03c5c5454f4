#pragma once

#include <cstdint>
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

[[nodiscard]] std::string encode_dead_letter(const DeadLetter& letter);
[[nodiscard]] Result<DeadLetter> decode_dead_letter(std::string_view bytes);

}  // namespace copydesk::pipeline
