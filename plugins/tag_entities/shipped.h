#pragma once
// The gazetteers of config/gazetteers as they were when the plugin was built, so that the stage
// works without a file.

#include <span>
#include <string_view>

namespace copydesk::tag_entities {

struct ShippedFile {
  std::string_view name;     // "countries.tsv"
  std::string_view content;  // as gazetteer_file.h reads it
};

std::span<const ShippedFile> shipped_gazetteers();

// models/names.model, aligned as model.h wants it; models/README.md is its card.
std::string_view shipped_model();

}  // namespace copydesk::tag_entities
