// For tools/train_clean: shows the trainer what the model sees, and cleans with a model on trial.
//
//   clean_features page|text rows LIST OUT     a row of numbers for each line, as 32-bit floats, into
//                                              OUT.rows; the lines into OUT.lines
//   clean_features page|text context LIST OUT FOREST
//                                              the rows that the second forest of a model sees after
//                                              the first, into OUT.context
//   clean_features page|text bodies LIST MODEL
//                                              bodies to standard output; MODEL is a file,
//                                              "built-in", or "rules" for none
//   clean_features page|text stream LIST       bodies after the site memory; LIST holds a path, a site
//                                              and a model a line, with tabs between
//   clean_features page|text time LIST MODEL   microseconds a file
//
// LIST holds a path a line. A body is written as its size in bytes, a newline, the body, a newline.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <string>

#include "double_utf8.h"
#include "html.h"
#include "metadata.h"
#include "models.h"
#include "page_model.h"
#include "site_memory.h"
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

// What the model of pages sees of a page.
class PageSight {
 public:
  explicit PageSight(const std::string& html) : page_(html, {}), found_(find_main_text(page_)) {
    CleanedHtml meta;
    std::string body;
    read_metadata(page_, {}, meta, body);
    if (!found_.text.empty()) blocks_ = collect_blocks(page_, found_);
    lines_.emplace(blocks_.text, false);
    features_.emplace(lines_->list(), meta.title, kPageFeatures);
    places_ = add_block_columns(page_, found_, blocks_, lines_->list(),
                                {meta.title, meta.description, body}, *features_);
  }
  void write(std::size_t file, RowsFile& out) const {
    out.write(file, *lines_, *features_, kPageFeatures,
              [&](const Line& line) { return blocks_.blocks[block_of(blocks_, line)].taken; });
  }
  std::vector<float> context(const Forest& first) const {
    return page_context_rows(lines_->list(), *features_, places_, first);
  }

 private:
  Page page_;
  const MainText found_;
  PageBlocks blocks_;
  std::optional<Lines> lines_;
  std::optional<LineFeatures> features_;
  std::vector<BlockPlace> places_;
};

// And the one of texts of a text.
class TextSight {
 public:
  explicit TextSight(const std::string& text) : lines_(text), rules_(lines_, "", options_) {
    rules_.run();
    features_.emplace(lines_.list(), rules_.title, kLineFeatures, ReadAs::kEnglish);
  }
  void write(std::size_t file, RowsFile& out) const {
    out.write(file, lines_, *features_, kLineFeatures,
              [](const Line& line) { return line.kept(); });
  }
  std::vector<float> context(const Forest& first) const {
    return context_rows(lines_.list(), *features_, first);
  }

 private:
  TextOptions options_;
  Lines lines_;
  TextRules rules_;
  std::optional<LineFeatures> features_;
};

template <class Sight>
int write_contexts(const std::vector<std::string>& files, const std::string& out,
                   const std::optional<Forest>& first) {
  if (!first) return 1;
  std::ofstream rows(out + ".context", std::ios::binary);
  for (const std::string& file : files) {
    const std::vector<float> numbers = Sight(read_file(file)).context(*first);
    rows.write(reinterpret_cast<const char*>(numbers.data()),
               static_cast<std::streamsize>(numbers.size() * sizeof(float)));
  }
  return 0;
}

// A cleaned article, for the site memory.
struct Cleaned {
  std::string title, body, around;
};

struct Trial {
  bool page = false;
  bool use_model = true;
  std::optional<PageModel> page_model;
  std::optional<TextModel> text_model;

  // Whether it is a model for these features.
  bool read(const std::string& text) {
    if (page)
      page_model = PageModel::parse(text);
    else
      text_model = TextModel::parse(text);
    return page_model || text_model;
  }

  Cleaned run(const std::string& input) const {
    if (page) {
      HtmlOptions options;
      options.use_model = use_model;
      options.model = page_model ? &*page_model : nullptr;
      CleanedHtml out = clean_html(input, options);
      return {std::move(out.title), std::move(out.body), std::move(out.around)};
    }
    TextOptions options;
    options.use_model = use_model;
    options.model = text_model ? &*text_model : nullptr;
    options.removals_max = 0;
    std::string meant = undo_double_utf8(input).value_or(input);
    CleanedText out = clean_text(meant, "", options);
    return {std::move(out.title), std::move(out.body), std::move(meant)};
  }
};

// Each row of LIST is a path, a site and a model, with tabs between; the site memory of all of them
// goes on from row to row.
class Stream {
 public:
  explicit Stream(bool page) : page_(page) {}

  bool add(const std::string& row) {
    const std::size_t site = row.find('\t'), model = row.find('\t', site + 1);
    if (site == row.npos || model == row.npos) return false;
    const Trial* trial = trial_of(row.substr(model + 1));
    if (!trial) return false;
    Cleaned text = trial->run(read_file(row.substr(0, site)));
    remember(row.substr(site + 1, model - site - 1), text);
    std::cout << text.body.size() << '\n' << text.body << '\n';
    return true;
  }

 private:
  const Trial* trial_of(const std::string& path) {
    const auto [at, added] = trials_.try_emplace(path);
    at->second.page = page_;
    return !added || at->second.read(read_file(path)) ? &at->second : nullptr;
  }
  void remember(const std::string& site, Cleaned& text) {
    if (text.body.empty()) return;
    const SiteLines lines = note_lines(site, text.title, text.body, text.around);
    SiteRecord& record = records_[site];
    const SiteVerdict verdict = judge(lines, record);
    learn(lines, verdict, text.body, record);
    const std::vector<Span> cut = cut_spans(lines, verdict);
    for (auto span = cut.rbegin(); span != cut.rend(); ++span)
      text.body.erase(span->begin, span->end - span->begin);
  }

  bool page_;
  std::map<std::string, Trial> trials_;
  std::map<std::string, SiteRecord> records_;
};

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

int run(int argc, char** argv) {
  if (argc < 4 || (argc < 5 && std::string_view(argv[2]) != "stream")) {
    std::fputs("clean_features page|text rows|context|bodies|stream|time LIST [OUT|MODEL]\n",
               stderr);
    return 2;
  }
  const bool page = std::string_view(argv[1]) == "page";
  const std::string_view what = argv[2], last = argc > 4 ? argv[4] : "";
  const std::vector<std::string> files = read_list(argv[3]);
  if (what == "rows") {
    RowsFile out{std::string(last)};
    for (std::size_t i = 0; i < files.size(); ++i) {
      const std::string input = read_file(files[i]);
      page ? PageSight(input).write(i, out) : TextSight(input).write(i, out);
    }
    return 0;
  }
  if (what == "context") {
    if (argc < 6) return 2;
    const std::string forest = read_file(argv[5]);
    return page ? write_contexts<PageSight>(files, argv[4], Forest::parse(forest, kPageFeatures))
                : write_contexts<TextSight>(files, argv[4], Forest::parse(forest, kLineFeatures));
  }
  if (what == "stream") {
    Stream stream(page);
    return std::ranges::all_of(files, [&](const std::string& row) { return stream.add(row); }) ? 0
                                                                                               : 1;
  }
  Trial trial;
  trial.page = page;
  trial.use_model = last != "rules";
  if (trial.use_model && last != "built-in" && !trial.read(read_file(argv[4]))) {
    std::fprintf(stderr, "%s: no model for these features\n", argv[4]);
    return 1;
  }
  if (what == "bodies") {
    for (const std::string& file : files) {
      const std::string body = trial.run(read_file(file)).body;
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
