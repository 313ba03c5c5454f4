// The five articles the project was given as examples, against their gold texts. Skipped where the
// data is absent.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "clean/chars.h"
#include "clean/text.h"

namespace copydesk::clean {
namespace {

namespace fs = std::filesystem;

fs::path shared_folder() {
  const char* given = std::getenv("COPYDESK_SHARED");
  return given && *given ? fs::path(given) : fs::path(COPYDESK_SOURCE_DIR) / ".." / "shared";
}
std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// Multiset of shingles of four words, case kept.
std::map<std::vector<std::string>, int> shingles(const std::string& text) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode(text, i);
    if (is_word(c.value) || c.value == '_') {
      words.back().append(text, i, c.length);
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
    i += c.length;
  }
  if (words.back().empty()) words.pop_back();
  std::map<std::vector<std::string>, int> out;
  for (std::size_t i = 0; i + 4 <= words.size(); ++i)
    ++out[{words.begin() + static_cast<long>(i), words.begin() + static_cast<long>(i) + 4}];
  return out;
}
double f1(const std::string& gold, const std::string& text) {
  const auto a = shingles(gold), b = shingles(text);
  double common = 0, gold_count = 0, text_count = 0;
  for (const auto& [shingle, count] : a) {
    gold_count += count;
    const auto found = b.find(shingle);
    if (found != b.end()) common += std::min(count, found->second);
  }
  for (const auto& [shingle, count] : b) text_count += count;
  return common == 0 ? 0 : 2 * common / (gold_count + text_count);
}

class CleanSeeds : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = shared_folder() / "data";
    if (!fs::exists(folder_ / "seeds"))
      GTEST_SKIP() << "no seeds under " << folder_ << "; set COPYDESK_SHARED";
    for (const auto& entry : fs::directory_iterator(folder_ / "seeds"))
      if (entry.path().extension() == ".txt")
        cleaned_[entry.path().filename()] = clean_text(read_file(entry.path()), "", {});
  }
  fs::path folder_;
  std::map<std::string, CleanedText> cleaned_;
};

TEST_F(CleanSeeds, TitleAndBodyAreThoseOfTheGold) {
  ASSERT_EQ(cleaned_.size(), 5u);
  for (const auto& [name, article] : cleaned_) {
    const std::string gold = read_file(folder_ / "seeds_gold" / name);
    EXPECT_GE(f1(gold, article.title + "\n\n" + article.body), 0.95) << name;
  }
}

TEST_F(CleanSeeds, NoChromeIsLeftInAnyBody) {
  for (const auto& [name, article] : cleaned_) {
    for (const char* chrome :
         {"Follow us", "Read Entire Article", "Also Read", "Most Popular", "News line", "read more",
          "Syeda Ayesha Noor", "Tehreem Ahmad", "23.07.2024", "month ago", "HomeDiplomatic"})
      EXPECT_EQ(article.body.find(chrome), std::string::npos) << name << ": " << chrome;
    EXPECT_TRUE(article.warnings.empty()) << name;
  }
}

TEST_F(CleanSeeds, EveryRemovalSaysWhyAndWhere) {
  for (const auto& [name, article] : cleaned_) {
    const std::string input = read_file(folder_ / "seeds" / name);
    EXPECT_EQ(article.removals.size(), article.removed_lines) << name;
    for (const Removal& removal : article.removals) {
      EXPECT_FALSE(removal.reason.empty()) << name;
      ASSERT_LT(removal.span.begin, removal.span.end) << name;
      ASSERT_LE(removal.span.end, input.size()) << name;
    }
  }
}

}  // namespace
}  // namespace copydesk::clean
