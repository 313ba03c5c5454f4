#pragma once
// How good and how fast a model is on annotated documents.
#include <string>
#include <vector>

#include "tag_entities/model.h"

namespace copydesk::tag_entities {

// Prints exact-span F1 by type and in all, and words a second of processor time from the text to its
// names.
void evaluate(const std::string& path, const Model& model);

// Prints what the model file and the shipped gazetteers cost to load, in processor time and resident
// memory, and what all documents of the files cost, one after another in a single pass: the model
// alone from the text to its names, and the whole of tag_entities. One thread; one line of JSON.
void measure(const std::string& model, const std::vector<std::string>& paths);

}  // namespace copydesk::tag_entities
