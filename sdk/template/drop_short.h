#pragma once
#include <copydesk/sdk.hpp>

struct DropShort : copydesk::Stage {
  static constexpr const char* kTakes[] = {"text/plain", nullptr};
  static constexpr const char* kCodes[] = {"short", nullptr};
  static constexpr copydesk::About kAbout{.name = "drop_short",
                                          .summary = "Drops articles with too few words.",
                                          .accepts = kTakes,
                                          .codes = kCodes};
  static constexpr cd_option kOptions[] = {
      copydesk::option("min_words", CD_OPTION_INT, "50", "Fewest words of an article that goes on.",
                       "words", "1..100000")};

  DropShort(const copydesk::Host&, const copydesk::Options& o)
      : min_words_(o.integer("min_words")) {}

  void process(const copydesk::Call&, const copydesk::Batch& batch, copydesk::Edit& edit,
               copydesk::Carry&) const {
    for (const copydesk::Article a : batch)
      if (count_words(a.body()) < min_words_) edit.drop(a, "short");
  }

  static std::int64_t count_words(std::string_view text) {
    std::int64_t words = 0;
    bool inside = false;
    for (const char c : text) {
      const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
      words += !space && !inside;
      inside = !space;
    }
    return words;
  }

 private:
  std::int64_t min_words_;
};
