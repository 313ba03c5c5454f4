// Sinks with the troubles of real ones: `flaky` fails a few times and then works, `picky` refuses some articles.
#include <fstream>
#include <stdexcept>

#include "journal.h"

namespace copydesk::e2e {

class Flaky : public BlockingSink {
 public:
  static constexpr About kAbout{.name = "flaky", .summary = "Fails a few times and then works."};
  static constexpr cd_option kOptions[] = {
      option("path", CD_OPTION_PATH, nullptr, "Where the articles go.", nullptr, nullptr,
             CD_REQUIRED),
      option("memory", CD_OPTION_PATH, nullptr, "File that remembers how often it failed.", nullptr,
             nullptr, CD_REQUIRED),
      option("times", CD_OPTION_INT, "3", "How often it fails.", nullptr, "0..100"),
      option("skip", CD_OPTION_INT, "0", "How many of these calls work before it fails.", nullptr,
             "0..100"),
      option("at", CD_OPTION_ENUM, "write",
             "Which call fails; articles: every second article of a write.", nullptr,
             "write|articles|flush|open")};

  Flaky(const Host& host, const Options& o)
      : host_(host),
        journal_(std::string(o.string("path"))),
        memory_(o.string("memory")),
        at_(o.string("at")),
        times_(o.integer("times")),
        skip_(o.integer("skip")) {}

  void open(const Open& o) {
    if (fails("open")) throw Retry("not reachable yet");
    journal_.open(o);
  }
  void write(const Batch& batch, Results& results) {
    if (fails("write")) throw Retry("busy");
    const bool some = fails("articles");
    for (const Article a : batch) {
      if (some && a.index() % 2 == 1)
        results.retry(a, "busy", "busy with the one before");
      else
        journal_.add(host_, a);
    }
  }
  std::string flush() {
    if (fails("flush")) throw Retry("the disk is slow");
    return journal_.flush();
  }

 private:
  // Counts in a file, so that a restart does not begin anew.
  bool fails(std::string_view call) {
    if (at_ != call || skip_-- > 0) return false;
    skip_ = 0;
    long failed = 0;
    std::ifstream(memory_) >> failed;
    if (failed >= times_) return false;
    std::ofstream(memory_) << failed + 1;
    return true;
  }

  Host host_;
  Journal journal_;
  std::string memory_, at_;
  std::int64_t times_, skip_;
};

class Picky : public BlockingSink {
 public:
  static constexpr const char* kCodes[] = {"unwanted", nullptr};
  static constexpr About kAbout{.name = "picky",
                                .summary = "Refuses articles with a word, until it is cured.",
                                .codes = kCodes};
  static constexpr cd_option kOptions[] = {
      option("path", CD_OPTION_PATH, nullptr, "Where the articles go.", nullptr, nullptr,
             CD_REQUIRED),
      option("cure", CD_OPTION_PATH, nullptr, "When this file is there everything is taken.",
             nullptr, nullptr, CD_REQUIRED),
      option("word", CD_OPTION_STRING, nullptr, "Articles that have it are refused.", nullptr,
             nullptr, CD_REQUIRED)};

  Picky(const Host& host, const Options& o)
      : host_(host),
        journal_(std::string(o.string("path"))),
        cure_(o.string("cure")),
        word_(o.string("word")) {}

  void open(const Open& o) { journal_.open(o); }
  void write(const Batch& batch, Results& results) {
    for (const Article a : batch) {
      const bool unwanted = a.body().find(word_) != std::string_view::npos ||
                            a.title().find(word_) != std::string_view::npos;
      if (unwanted && !exists(cure_))
        results.reject(a, "unwanted", "it says " + word_);
      else
        journal_.add(host_, a);
    }
  }
  std::string flush() { return journal_.flush(); }

 private:
  Host host_;
  Journal journal_;
  std::string cure_, word_;
};

}  // namespace copydesk::e2e

COPYDESK_PLUGIN("org.copydesk.e2e.sinks", "1.0.0", copydesk::e2e::Flaky, copydesk::e2e::Picky)
