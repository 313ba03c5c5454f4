#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "control/dead_letters.h"
#include "pipeline/dead_letter.h"

// Dead letters as a pipeline's sink for them was told them: articles as written, with the key `failed`. Any thread.
namespace copydesk::control {

// Whose it is, and where the article came from: enough to find it in the store of the daemon that has it.
struct DeadRecord {
  std::string instance, pipeline, origin;
  unsigned attempts = 0;
  pipeline::DeadLetter letter;  // failures and attempts alone; `adoption` has the article
};

// Class config: it is none.
[[nodiscard]] Result<DeadRecord> read_dead_record(std::string_view json);

// What another daemon needs to replay it. A record that decode refused has its bytes; any other article begins at the first
// stage, as it was when it was refused, without what stages found in it. Class config: it cannot be read back.
[[nodiscard]] Result<pipeline::Adoption> adoption(std::string_view json, Nanos now);

// The number in our store of one that a commit has taken over before; it may have ended since.
[[nodiscard]] Result<std::optional<std::uint64_t>> adopted_as(state::Store& store,
                                                              const std::string& pipeline,
                                                              const std::string& identity);

[[nodiscard]] bool matches(const DeadFilter& filter, const DeadRecord& record);

}  // namespace copydesk::control
