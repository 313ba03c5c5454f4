#pragma once
// What a model knows before it is trained, from the files that tools/train_entities writes.
#include <string>

#include "network_trainer.h"
#include "tag_entities/model.h"

namespace copydesk::tag_entities {

// A line a word: its hash, its cluster in each of the clusterings from text, its case; tabs between.
void read_words(const std::string& path, ModelSource& source);

// A line a name: the name, a tab, the number of its kind.
void read_phrases(const std::string& path, ModelSource& source);

// A line a word: the word, its cluster in each of the clusterings from vectors, its vector; tabs
// between. After read_words.
WordVectors read_vectors(const std::string& path, ModelSource& source);

std::string file_text(const std::string& path);

}  // namespace copydesk::tag_entities
