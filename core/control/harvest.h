#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "host/component.h"

namespace copydesk::control {

struct HarvestOptions {
  std::function<Nanos()> clock;  // wall time
  Nanos retry_limit =
      60 * kSecond;  // without anything coming in, while the source asks for retries
};

// Reads a source from where it begins by itself to its end, and settles nothing: the source does not remember it. What it
// asks to forget (a rewind) comes again, so `each` may see a record twice. Blocks; errors are the source's.
[[nodiscard]] Status harvest(host::Source& source, const HarvestOptions& options,
                             const std::function<Status(decode::RawRecord)>& each);

}  // namespace copydesk::control
