// dedup_bench: what deduplicate's algorithm and index cost, and whether they are right on made-up news (corpus.h). Prints one JSON
// object a line; bench/dedup.py and bench/dedup_growth.py make tables of them.
//
//   dedup_bench grow FOLDER COUNT     judges COUNT articles, spread over nine tenths of the window, and says at each mark what the last
//                                     100,000 cost; leaves index and state behind, and ends as by kill -9
//   dedup_bench reopen FOLDER COUNT   opens what grow left, then judges up to 20,000 more articles
//   dedup_bench cost COUNT            judges COUNT articles that are in memory
//   dedup_bench write FILE COUNT      the same articles as JSON lines; `story` is the truth
//   ... [--bytes N] [--copies SHARE] [--max-bytes N] [--seed N]
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "corpus.h"
#include "desk.h"

namespace copydesk::bench {
namespace {

constexpr std::uint64_t kBatch = 256, kBatchesInCommit = 4, kLast = 100'000, kReopened = 20'000;
constexpr std::int64_t kBegin = 1'700'000'000'000;

struct Arguments {
  std::string command, path;
  std::uint64_t count = 0;
  Corpus::Options corpus;
  deduplicate::IndexLimits limits;
};

Arguments parse(int argc, char** argv) {
  Arguments out;
  std::vector<std::string> plain;
  out.limits.max_bytes = std::uint64_t{64} << 30;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (!word.starts_with("--")) {
      plain.push_back(word);
      continue;
    }
    if (++i == argc) throw std::invalid_argument(word + " wants a value");
    if (word == "--bytes")
      out.corpus.body_bytes = static_cast<std::uint32_t>(std::stoul(argv[i]));
    else if (word == "--copies")
      out.corpus.copies = std::stod(argv[i]);
    else if (word == "--max-bytes")
      out.limits.max_bytes = std::stoull(argv[i]);
    else if (word == "--seed")
      out.corpus.seed = std::stoull(argv[i]);
    else
      throw std::invalid_argument("there is no " + word);
  }
  if (plain.empty()) throw std::invalid_argument("grow, reopen, cost or write");
  out.command = plain[0];
  const bool has_path = out.command != "cost";
  if (plain.size() != (has_path ? 3 : 2)) throw std::invalid_argument("see the top of main.cpp");
  if (has_path) out.path = plain[1];
  out.count = std::stoull(plain.back());
  return out;
}

std::string id_of(std::uint64_t i) { return "a" + std::to_string(i); }

// Verdicts against the truth.
struct Score {
  std::uint64_t originals = 0, forms = 0, copies = 0;
  std::uint64_t found = 0, elsewhere = 0, missed = 0;  // of copies
  std::uint64_t false_originals = 0, false_forms = 0;

  void add(const Piece& piece, const deduplicate::Verdict& verdict) {
    const bool is_unique = verdict.status == deduplicate::Status::kUnique;
    if (piece.is_copy()) {
      ++copies;
      ++(is_unique ? missed : verdict.of == id_of(piece.story) ? found : elsewhere);
    } else if (piece.kind == Kind::kForm) {
      ++forms;
      false_forms += !is_unique;
    } else {
      ++originals;
      false_originals += !is_unique;
    }
  }
  void print() const {
    const auto n = [](std::uint64_t v) { return static_cast<unsigned long long>(v); };
    std::printf(
        "\"originals\": %llu, \"forms\": %llu, \"copies\": %llu, \"found\": %llu, \"elsewhere\": "
        "%llu, \"missed\": %llu, "
        "\"false_originals\": %llu, \"false_forms\": %llu",
        n(originals), n(forms), n(copies), n(found), n(elsewhere), n(missed), n(false_originals),
        n(false_forms));
  }
};

double resident_mib() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t size = 0, resident = 0;
  file >> size >> resident;
  return static_cast<double>(resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))) /
         (1 << 20);
}

void print_spent(const Spent& spent, std::uint64_t articles) {
  const double us = 1e6 / static_cast<double>(articles);
  std::printf("\"process_us\": %.2f, \"resolve_us\": %.2f, \"commit_us\": %.2f, ",
              spent.process * us, spent.resolve * us, spent.commit * us);
}

class Run {
 public:
  explicit Run(const Arguments& arguments)
      : arguments_(arguments),
        corpus_(arguments.corpus),
        desk_(arguments.path, arguments.limits),
        step_ms_(static_cast<double>(arguments.limits.window.count()) * 0.9 /
                 static_cast<double>(arguments.count)) {}

  void judge(std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t i = first; i < last;) {
      const std::uint64_t end = std::min(i + kBatch, last);
      std::vector<Piece> pieces;
      std::vector<Text> texts;
      for (std::uint64_t k = i; k < end; ++k) pieces.push_back(corpus_.make(k));
      for (std::uint64_t k = i; k < end; ++k)
        texts.push_back({pieces[k - i].title, pieces[k - i].body, id_of(k),
                         kBegin + static_cast<std::int64_t>(step_ms_ * static_cast<double>(k))});
      const auto verdicts = desk_.judge(texts);
      for (std::size_t k = 0; k < pieces.size(); ++k) score_.add(pieces[k], verdicts[k]);
      if (++batches_ % kBatchesInCommit == 0 || end == last) desk_.commit();
      i = end;
    }
  }

  void print(std::uint64_t at, const Spent& spent, std::uint64_t articles) const {
    const auto n = desk_.numbers();
    std::printf("{\"articles\": %llu, ", static_cast<unsigned long long>(at));
    print_spent(spent, articles);
    std::printf(
        "\"stories\": %llu, \"hot\": %.1f, \"cold\": %.1f, \"hot_mib\": %.1f, \"rss_mib\": %.1f, "
        "\"warnings\": %llu, ",
        static_cast<unsigned long long>(n.stories),
        static_cast<double>(n.hot_bytes) / static_cast<double>(n.stories),
        static_cast<double>(n.cold_bytes) / static_cast<double>(n.stories),
        static_cast<double>(n.hot_bytes) / (1 << 20), resident_mib(),
        static_cast<unsigned long long>(desk_.warnings));
    score_.print();
    std::printf("}\n");
    std::fflush(stdout);
  }

  const Desk& desk() const { return desk_; }

 private:
  Arguments arguments_;
  Corpus corpus_;
  Desk desk_;
  double step_ms_;
  std::uint64_t batches_ = 0;
  Score score_;
};

std::vector<std::uint64_t> marks_up_to(std::uint64_t count) {
  std::vector<std::uint64_t> out;
  for (const std::uint64_t mark :
       {100'000, 300'000, 1'000'000, 2'000'000, 3'000'000, 5'000'000, 7'000'000, 10'000'000}) {
    if (mark < count) out.push_back(mark);
  }
  out.push_back(count);
  return out;
}

void grow(const Arguments& arguments) {
  std::filesystem::remove_all(arguments.path);
  std::filesystem::create_directories(arguments.path);
  Run run(arguments);
  std::uint64_t done = 0;
  for (const std::uint64_t mark : marks_up_to(arguments.count)) {
    const std::uint64_t last = std::min(kLast, mark - done);
    run.judge(done, mark - last);
    const Spent before = run.desk().spent();
    run.judge(mark - last, mark);
    run.print(mark, run.desk().spent() - before, last);
    done = mark;
  }
  run.desk().save();
  ::raise(SIGKILL);
}

void reopen(const Arguments& arguments) {
  Run run(arguments);
  // Not so many that the first stories leave the window.
  const std::uint64_t more = std::min(kReopened, arguments.count / 10);
  std::printf("{\"open_cpu_s\": %.3f, \"open_wall_s\": %.3f, \"rss_mib\": %.1f}\n",
              run.desk().open_cpu, run.desk().open_wall, resident_mib());
  run.judge(arguments.count, arguments.count + more);
  run.print(arguments.count + more, run.desk().spent(), more);
}

// Of all bodies, in order, so that a peer can be seen to have had the same.
std::uint64_t chained(std::uint64_t sum, std::string_view body) {
  for (const char c : body) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001B3;  // FNV-1a
  return sum;
}

void cost(Arguments arguments) {
  char folder[] = "/tmp/dedup-bench-XXXXXX";
  arguments.path = ::mkdtemp(folder);
  const Corpus corpus(arguments.corpus);
  std::vector<Piece> pieces;
  std::uint64_t sum = 0xCBF29CE484222325, bytes = 0;
  for (std::uint64_t i = 0; i < arguments.count; ++i) {
    pieces.push_back(corpus.make(i));
    sum = chained(sum, pieces.back().body);
    bytes += pieces.back().body.size();
  }
  Desk desk(arguments.path, arguments.limits);
  Score score;
  for (std::uint64_t i = 0, batches = 0; i < pieces.size(); i += kBatch) {
    std::vector<Text> texts;
    for (std::uint64_t k = i; k < std::min<std::uint64_t>(i + kBatch, pieces.size()); ++k)
      texts.push_back(
          {pieces[k].title, pieces[k].body, id_of(k), kBegin + static_cast<std::int64_t>(k)});
    const auto verdicts = desk.judge(texts);
    for (std::size_t k = 0; k < verdicts.size(); ++k) score.add(pieces[i + k], verdicts[k]);
    if (++batches % kBatchesInCommit == 0) desk.commit();
  }
  desk.commit();
  std::printf("{\"articles\": %llu, \"bytes\": %llu, \"sum\": \"%016llx\", \"cpu_s\": %.4f, ",
              static_cast<unsigned long long>(arguments.count),
              static_cast<unsigned long long>(bytes), static_cast<unsigned long long>(sum),
              desk.spent().all());
  print_spent(desk.spent(), arguments.count);
  score.print();
  std::printf("}\n");
  std::filesystem::remove_all(arguments.path);
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) c == '\n' ? out += "\\n" : out += c;  // nothing else needs it here
  return out + "\"";
}

void write(const Arguments& arguments) {
  const Corpus corpus(arguments.corpus);
  std::ofstream out(arguments.path, std::ios::binary | std::ios::trunc);
  for (std::uint64_t i = 0; i < arguments.count; ++i) {
    const Piece piece = corpus.make(i);
    out << "{\"id\":\"" << id_of(i) << "\",\"title\":" << json_text(piece.title)
        << ",\"body\":" << json_text(piece.body) << ",\"story\":\"" << id_of(piece.story)
        << "\",\"kind\":\"" << to_string(piece.kind) << "\"}\n";
  }
  if (!out.flush()) throw std::runtime_error(arguments.path + ": " + std::strerror(errno));
}

}  // namespace
}  // namespace copydesk::bench

int main(int argc, char** argv) {
  using namespace copydesk::bench;
  try {
    const Arguments arguments = parse(argc, argv);
    if (arguments.command == "grow")
      grow(arguments);
    else if (arguments.command == "reopen")
      reopen(arguments);
    else if (arguments.command == "cost")
      cost(arguments);
    else if (arguments.command == "write")
      write(arguments);
    else
      throw std::invalid_argument("there is no '" + arguments.command + "'");
  } catch (const std::exception& e) {
    std::fprintf(stderr, "dedup_bench: %s\n", e.what());
    return 1;
  }
  return 0;
}
