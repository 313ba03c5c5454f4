#include "evaluate.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>

#include "corpus.h"
#include "tag_entities/document.h"
#include "tag_entities/gazetteer_file.h"
#include "tag_entities/names.h"
#include "tag_entities/shipped.h"

namespace copydesk::tag_entities {
namespace {

struct Count {
  double right = 0, found = 0, gold = 0;
  double f1() const { return right == 0 ? 0 : 2 * right / (found + gold); }
};

struct Counts {
  std::array<Count, kTypes + 1> by_type;  // and of all
  void add(const Document& d, const std::vector<Name>& names);
  void print(const std::string& head, double words_a_second) const;
};

void Counts::add(const Document& d, const std::vector<Name>& names) {
  for (const Name& n : names) {
    if (!d.all_types && n.type == static_cast<int>(EntityType::kMisc)) continue;
    const bool right = std::any_of(d.names.begin(), d.names.end(), [&](const GoldName& g) {
      return g.begin == n.begin && g.end == n.end && g.type == n.type;
    });
    for (const int t : {n.type, kTypes}) {
      by_type[t].right += right;
      by_type[t].found += 1;
    }
  }
  for (const GoldName& n : d.names) {
    by_type[n.type].gold += 1;
    by_type[kTypes].gold += 1;
  }
}

void Counts::print(const std::string& head, double words_a_second) const {
  std::printf("%s:", head.c_str());
  for (int t = 0; t <= kTypes; ++t) {
    const std::string name =
        t == kTypes ? "all" : std::string(type_name(static_cast<EntityType>(t)));
    std::printf("  %s %.1f", name.c_str(), 100 * by_type[t].f1());
  }
  const Count& all = by_type[kTypes];
  std::printf("  (precision %.1f recall %.1f of %.0f)  %.0f words a second\n",
              100 * all.right / std::max(1.0, all.found), 100 * all.right / std::max(1.0, all.gold),
              all.gold, words_a_second);
  std::fflush(stdout);
}

Gazetteer shipped_lists() {
  GazetteerBuilder builder;
  std::vector<Diagnostic> diagnostics;
  for (const ShippedFile& file : shipped_gazetteers()) {
    add_content(builder, file.content, file.name, diagnostics);
  }
  return builder.finish();
}

// Processor seconds that work() takes.
template <class Work>
double seconds_of(Work work) {
  const std::clock_t begun = std::clock();
  work();
  return static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
}

double resident_bytes() {
  std::ifstream in("/proc/self/statm");
  double all = 0, resident = 0;
  in >> all >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace

void measure(const std::string& path, const std::vector<std::string>& paths) {
  constexpr double kArticleBytes = 4.6 * 1024;
  std::vector<Document> documents;
  for (const std::string& file : paths) {
    for (Document& d : read_documents(file)) documents.push_back(std::move(d));
  }
  std::shared_ptr<const Model> model;
  Gazetteer lists;
  std::string problem;
  const double unloaded = resident_bytes();
  const double load = seconds_of([&] {
    model = Model::read(path, problem);
    lists = shipped_lists();
  });
  const double loaded = resident_bytes();
  if (!model) give_up(path + " " + problem);
  double bytes = 0, words = 0;
  NameFinder finder(*model);
  std::vector<Token> tokens;
  const double alone = seconds_of([&] {
    for (const Document& d : documents) {
      const std::string_view texts[] = {d.text};
      const std::vector<Token>* const all[] = {&tokens};
      tokenize(d.text, tokens);
      finder.find(texts, all);
      bytes += static_cast<double>(d.text.size());
      words += static_cast<double>(finder.reading().fields()[0].words.size());
    }
  });
  Tagger tagger(lists, {}, model.get());
  const double whole = seconds_of([&] {
    for (const Document& d : documents) {
      const std::string_view texts[] = {d.text};
      tagger.tag(texts);
    }
  });
  std::printf("{\"load_ms\": %.1f, \"loaded_mb\": %.1f, \"bytes\": %.0f, \"words\": %.0f, ",
              1e3 * load, (loaded - unloaded) / 1e6, bytes, words);
  std::printf("\"model_seconds\": %.6f, \"stage_seconds\": %.6f, \"stage_us_per_article\": %.1f}\n",
              alone, whole, 1e6 * whole * kArticleBytes / std::max(bytes, 1.0));
}

void evaluate(const std::string& path, const Model& model) {
  NameFinder finder(model);
  Counts counts;
  double seconds = 0, words = 0;
  std::vector<Token> tokens;
  for (const Document& d : read_documents(path)) {
    const std::string_view texts[] = {d.text};
    const std::vector<Token>* const all[] = {&tokens};
    const std::clock_t begun = std::clock();
    tokenize(d.text, tokens);
    const std::vector<Name>& names = finder.find(texts, all);
    seconds += static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
    words += static_cast<double>(finder.reading().fields()[0].words.size());
    counts.add(d, names);
  }
  counts.print(path.substr(path.rfind('/') + 1), words / std::max(seconds, 1e-6));
}

}  // namespace copydesk::tag_entities
