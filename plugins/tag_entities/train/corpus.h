#pragma once
// Annotated documents as tools/train_entities hands them over:
//
//   DOC <bytes> <names> <1 when other names than PER, ORG and LOC are annotated, else 0> <weight>
//   the text, in so many bytes, and a line feed
//   <begin> <end> <TYPE>           a line a name, in bytes
#include <cstdint>
#include <string>
#include <vector>

namespace copydesk::tag_entities {

struct GoldName {
  std::uint32_t begin = 0, end = 0;
  int type = 0;
};

struct Document {
  std::string text;
  std::vector<GoldName> names;
  bool all_types = true;
  float weight = 1;
};

// Ends the program with a message when the file is not as it should be.
std::vector<Document> read_documents(const std::string& path);

[[noreturn]] void give_up(const std::string& why);

}  // namespace copydesk::tag_entities
