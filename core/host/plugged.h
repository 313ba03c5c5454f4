#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "host/instance.h"

namespace copydesk::host {

// What the three kinds of component behind the boundary have in common: the instance answers.
template <class Kind>
class Plugged : public Kind {
 public:
  explicit Plugged(std::unique_ptr<Instance> instance) : instance_(std::move(instance)) {}

  std::string status_word() const override { return instance_->status_word(); }
  std::vector<metrics::Sample> counted() const override { return instance_->counted(); }
  std::vector<Finding> preflight() override { return instance_->preflight(); }

 protected:
  std::unique_ptr<Instance> instance_;
};

}  // namespace copydesk::host
