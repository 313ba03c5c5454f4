// A stage that does one wrong thing with every article that has a word, until it is cured.
#pragma once
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <string>
#include <string_view>

#include "journal.h"

namespace copydesk::e2e {

class Misbehave : public Stage {
 public:
  static constexpr const char* kCodes[] = {"no_good", nullptr};
  static constexpr About kAbout{.name = "misbehave",
                                .summary = "Does one wrong thing with articles that have a word.",
                                .codes = kCodes};
  static constexpr cd_option kOptions[] = {
      option("how", CD_OPTION_ENUM, "throw", "What it does.", nullptr,
             "throw|reject|outside|inside|index|crash|throw_through"),
      option("cure", CD_OPTION_PATH, nullptr, "When this file is there it behaves.", nullptr,
             nullptr, CD_REQUIRED),
      option("word", CD_OPTION_STRING, nullptr, "The word.", nullptr, nullptr, CD_REQUIRED)};

  Misbehave(const Host&, const Options& o)
      : how_(o.string("how")), cure_(o.string("cure")), word_(o.string("word")) {}

  void process(const Call&, const Batch& batch, Edit& edit, Carry&) const {
    for (const Article a : batch) {
      edit.label(a, "seen", "yes");
      if (a.body().find(word_) != std::string_view::npos && !exists(cure_)) misbehave(a, edit);
    }
  }
  [[nodiscard]] const std::string& how() const { return how_; }

 private:
  void misbehave(const Article& a, Edit& edit) const {
    const std::string_view body = a.body();
    if (how_ == "throw") throw std::runtime_error("I cannot read " + std::string(a.title()));
    if (how_ == "reject") edit.reject(a, "no_good", "not today");
    if (how_ == "outside") annotate(a, edit, body.size() - 1, body.size() + 5);
    if (how_ == "inside") {
      std::size_t at = 0;
      while (at < body.size() && (static_cast<unsigned char>(body[at]) & 0x80) == 0) ++at;
      annotate(a, edit, at + 1, body.size());
    }
    if (how_ == "index") edit.drop(Article(a.raw(), 1'000'000), "nowhere");
    if (how_ == "crash") crash();
  }
  static void annotate(const Article& a, Edit& edit, std::uint64_t begin, std::uint64_t end) {
    cd_annotation annotation{};
    annotation.size = sizeof annotation;
    annotation.field = to_c("body");
    annotation.span = {begin, end};
    annotation.type = to_c("PER");
    annotation.score = 1;
    edit.annotate(a, annotation);
  }
  [[noreturn]] static void crash() {
    volatile int* volatile nowhere = nullptr;
    *nowhere = 1;
    ::_exit(99);
  }

  std::string how_, cure_, word_;
};

}  // namespace copydesk::e2e
