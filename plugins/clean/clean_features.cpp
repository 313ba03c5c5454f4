// For tools/train_clean: shows the trainer what the model sees, and cleans with a model on trial.
//
//   clean_features page|text rows LIST OUT     a row of numbers for each line, as 32-bit floats, into
//                                              OUT.rows; the lines into OUT.lines
//   clean_features text context LIST OUT FOREST
//                                              the rows that the second forest of a text model sees
//                                              after the first
//   clean_features page|text bodies LIST MODEL
//                                              bodies to standard output; MODEL is a file,
//                                              "built-in", or "rules" for none
//   clean_features page|text time LIST MODEL   microseconds a file
//
// LIST holds a path a line. A body is written as its size in bytes, a newline, the body, a newline.
#include <time.h>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "html.h"
#include "metadata.h"
#include "models.h"
#include "page_features.h"
#include "text.h"
#include "text_rules.h"

namespace copydesk::clean {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<std::string> read_list(const char* path) {
  std::ifstream in(path);
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

struct RowsFile {
  std::ofstream rows, lines;
  explicit RowsFile(const std::string& out)
      : rows(out + ".rows", std::ios::binary), lines(out + ".lines", std::ios::binary) {}

  // A line: number of the file, byte in the text, whether the rules keep it, its text.
  template <class Kept>
  void write(std::size_t file, const Lines& list, const LineFeatures& features, std::size_t width,
             Kept kept) {
    for (std::size_t i = 0; i < list.list().size(); ++i) {
      const Line& line = list.list()[i];
      rows.write(reinterpret_cast<const char*>(features.row(i)),
                 static_cast<std::streamsize>(width * sizeof(float)));
      lines << file << '\t' << line.span.begin << '\t' << kept(line) << '\t' << line.text << '\n';
    }
  }
};

void page_rows(std::size_t file, const std::string& html, RowsFile& out) {
  Page page(html, {});
  CleanedHtml meta;
  const MainText found = find_main_text(page);
  std::string body;
  read_metadata(page, meta, body);
  if (found.text.empty()) return;
  const PageBlocks blocks = collect_blocks(page, found);
  const Lines lines(blocks.text, false);
  LineFeatures features(lines.list(), meta.title, kPageFeatures);
  add_block_columns(page, found, blocks, lines.list(), {meta.title, meta.description, body},
                    features);
  out.write(file, lines, features, kPageFeatures,
            [&](const Line& line) { return blocks.blocks[block_of(blocks, line)].taken; });
}

void text_rows(std::size_t file, const std::string& text, RowsFile& out) {
  Lines lines(text);
  TextRules rules(lines, "");
  rules.run();
  const LineFeatures features(lines.list(), rules.title, kLineFeatures);
  out.write(file, lines, features, kLineFeatures, [](const Line& line) { return line.kept(); });
}

int text_context(const std::vector<std::string>& files, const std::string& out,
                 const char* forest) {
  const auto first = Forest::parse(read_file(forest), kLineFeatures);
  if (!first) return 1;
  std::ofstream rows(out + ".context", std::ios::binary);
  for (const std::string& file : files) {
    const std::string text = read_file(file);
    Lines lines(text);
    TextRules rules(lines, "");
    rules.run();
    const LineFeatures features(lines.list(), rules.title, kLineFeatures);
    const std::vector<float> numbers = context_rows(lines.list(), features, *first);
    rows.write(reinterpret_cast<const char*>(numbers.data()),
               static_cast<std::streamsize>(numbers.size() * sizeof(float)));
  }
  return 0;
}

struct Trial {
  bool page = false;
  bool use_model = true;
  std::optional<Forest> page_model;
  std::optional<TextModel> text_model;

  // Whether it is a model for these features.
  bool read(const std::string& text) {
    if (page)
      page_model = Forest::parse(text, kPageFeatures);
    else
      text_model = TextModel::parse(text);
    return page_model || text_model;
  }

  std::string run(const std::string& input) const {
    if (page) {
      HtmlOptions options;
      options.use_model = use_model;
      options.model = page_model ? &*page_model : nullptr;
      return clean_html(input, options).body;
    }
    TextOptions options;
    options.use_model = use_model;
    options.model = text_model ? &*text_model : nullptr;
    options.removals_max = 0;
    const CleanedText text = clean_text(input, "", options);
    return text.body;
  }
};

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

int run(int argc, char** argv) {
  if (argc < 5) {
    std::fputs("clean_features page|text rows|bodies|time LIST OUT|MODEL\n", stderr);
    return 2;
  }
  const bool page = std::string_view(argv[1]) == "page";
  const std::string_view what = argv[2], last = argv[4];
  const std::vector<std::string> files = read_list(argv[3]);
  if (what == "rows") {
    RowsFile out{std::string(last)};
    for (std::size_t i = 0; i < files.size(); ++i)
      page ? page_rows(i, read_file(files[i]), out) : text_rows(i, read_file(files[i]), out);
    return 0;
  }
  if (what == "context") return argc < 6 ? 2 : text_context(files, argv[4], argv[5]);
  Trial trial;
  trial.page = page;
  trial.use_model = last != "rules";
  if (trial.use_model && last != "built-in" && !trial.read(read_file(argv[4]))) {
    std::fprintf(stderr, "%s: no model for these features\n", argv[4]);
    return 1;
  }
  if (what == "bodies") {
    for (const std::string& file : files) {
      const std::string body = trial.run(read_file(file));
      std::cout << body.size() << '\n' << body << '\n';
    }
    return 0;
  }
  std::vector<std::string> inputs;
  double bytes = 0;
  for (const std::string& file : files)
    inputs.push_back(read_file(file)), bytes += static_cast<double>(inputs.back().size());
  double best = 1e9;
  for (int round = 0; round < 5; ++round) {
    const double begin = cpu_seconds();
    for (const std::string& input : inputs) trial.run(input);
    best = std::min(best, cpu_seconds() - begin);
  }
  std::printf("%.1f us a file of %.1f KB\n", best * 1e6 / static_cast<double>(inputs.size()),
              bytes / 1e3 / static_cast<double>(inputs.size()));
  return 0;
}

}  // namespace
}  // namespace copydesk::clean

int main(int argc, char** argv) { return copydesk::clean::run(argc, argv); }
