#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "config/bind.h"
#include "config/catalog.h"

namespace copydesk::config {

// OptionSpec::only_with, taken apart.
struct Condition {
  std::string key;                 // of the other option
  bool unless = false;             // "tls!=false"
  std::vector<std::string> words;  // its values; none: that it is set at all
};
[[nodiscard]] Condition condition_of(const OptionSpec& option);

// Refuses (class config) a condition on an option that is not among `others`, or on values that it does not take.
[[nodiscard]] Status check_condition(const OptionSpec& option,
                                     const std::vector<OptionSpec>& others);

// "without 'action: drop'", "with 'tls.enabled: false'": how things stand when the option changes nothing. Empty for one
// that always matters.
[[nodiscard]] std::string without_effect(const OptionSpec& option);

// Warns of every option that is in the file although, with the values of the others, it changes nothing.
void warn_without_effect(const Binder::Target& target, const Bound& bound, Places& places);

}  // namespace copydesk::config
