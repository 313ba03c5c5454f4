#include "corpus.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "tag_entities/gazetteer.h"

namespace copydesk::tag_entities {

void give_up(const std::string& why) {
  std::fprintf(stderr, "train_names: %s\n", why.c_str());
  std::exit(1);
}

std::vector<Document> read_documents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) give_up("cannot open " + path);
  std::vector<Document> documents;
  std::string word;
  while (in >> word) {
    Document d;
    std::size_t bytes = 0, names = 0;
    int all = 1;
    if (word != "DOC" || !(in >> bytes >> names >> all >> d.weight)) {
      give_up(path + ": expected DOC and four numbers");
    }
    in.get();
    d.text.resize(bytes);
    in.read(d.text.data(), static_cast<std::streamsize>(bytes));
    d.all_types = all != 0;
    for (std::size_t i = 0; i < names; ++i) {
      GoldName name;
      std::string type;
      EntityType parsed{};
      if (!(in >> name.begin >> name.end >> type) || name.begin >= name.end || name.end > bytes ||
          !parse_type(type, parsed)) {
        give_up(path + ": document " + std::to_string(documents.size()) + ": a name is wrong");
      }
      name.type = static_cast<int>(parsed);
      d.names.push_back(name);
    }
    documents.push_back(std::move(d));
  }
  return documents;
}

}  // namespace copydesk::tag_entities
