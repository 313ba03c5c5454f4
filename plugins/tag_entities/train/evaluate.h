#pragma once
// How good and how fast a model is on annotated documents.
#include <string>
#include <vector>

#include "tag_entities/model.h"

namespace copydesk::tag_entities {

// Prints exact-span F1 by type and in all, and words a second of processor time from the text to its
// names.
void evaluate(const std::string& path, const Model& model);

// Prints what all documents of the files cost, one after another in a single pass: the model alone
// from the text to its names, and the whole of tag_entities with the shipped gazetteers. Processor
// time of one thread; what is loaded once is not in it.
void measure(const std::vector<std::string>& paths, const Model& model);

}  // namespace copydesk::tag_entities
