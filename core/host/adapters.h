#pragma once

#include <memory>

#include "host/instance.h"

namespace copydesk::host {

// The three interfaces over an instance behind the boundary.
std::unique_ptr<Stage> make_stage(std::unique_ptr<Instance> instance);
std::unique_ptr<Source> make_source(std::unique_ptr<Instance> instance);
std::unique_ptr<Sink> make_sink(std::unique_ptr<Instance> instance);

}  // namespace copydesk::host
