#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/config/desk.h"

// Texts that are meant to do harm: each must end with a clear complaint, in a time and memory that do not matter.
namespace copydesk::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string times(int count, std::string_view text) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

TEST(Hostile, BracketsWithoutEnd) {
  for (const std::string& text :
       {times(100'000, "["), times(100'000, "{a: "), "\n  " + times(100'000, "- ")}) {
    const auto mistakes = found_in("version: 1\nx: " + text);
    ASSERT_THAT(mistakes, ElementsAre(testing::AnyOf(HasSubstr("nested deeper than 64 levels"),
                                                     HasSubstr("a key is one word"))));
  }
}

TEST(Hostile, BracketsWithAnEnd) {
  EXPECT_THAT(found_in("version: 1\nx: " + times(1000, "[") + times(1000, "]")),
              ElementsAre(HasSubstr("nested deeper than 64 levels")));
  EXPECT_THAT(found_in("version: 1\nx: " + times(50, "[") + times(50, "]")),
              testing::Contains(HasSubstr("unknown key 'x'")));
}

TEST(Hostile, AliasBombs) {
  std::string text = "version: 1\na0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 0; k < 8; ++k) text += ", " + before;
    text += "]\n";
  }
  EXPECT_THAT(found_in(text), ElementsAre(HasSubstr("more than 100000 values")));
}

TEST(Hostile, AnAliasInsideWhatItNames) {
  EXPECT_THAT(found_in("version: 1\na: &a [x, *a]\n"),
              ElementsAre("2:11: this alias lies inside of what it names"));
}

TEST(Hostile, AnAliasOfNothing) {
  EXPECT_THAT(found_in("version: 1\na: *b\n"), ElementsAre(HasSubstr("not valid YAML")));
}

TEST(Hostile, NulAndOtherControlBytes) {
  EXPECT_THAT(found_in(std::string("version: 1\na: b\0c\n", 18)),
              ElementsAre("2:5: a control character (byte 0) is not text"));
  EXPECT_THAT(found_in("version: 1\nä: \x04\nunknown: 1\n"),
              ElementsAre("2:4: a control character (byte 4) is not text"));
  EXPECT_THAT(found_in("\x7f"), ElementsAre(HasSubstr("byte 127")));
}

TEST(Hostile, BytesThatAreNotUtf8) {
  EXPECT_THAT(found_in("version: 1\n# caf\xe9\n"),
              ElementsAre("2:6: this is not UTF-8: save the file as UTF-8"));
  EXPECT_THAT(found_in(std::string("\xff\xfev\0e\0r\0", 8)),
              ElementsAre(HasSubstr("this is not UTF-8")));
}

TEST(Hostile, TenMegabytes) {
  EXPECT_THAT(found_in("version: 1\n" + std::string(10 << 20, '#')),
              ElementsAre(HasSubstr("larger than 1 MiB")));
}

TEST(Hostile, AFileOfTenMegabytes) {
  const Folder folder;
  EXPECT_THAT(found(load_file(folder.write("big.yaml", std::string(10 << 20, '#')), desk(),
                              process_environment())),
              ElementsAre(HasSubstr("larger than 1 MiB")));
}

TEST(Hostile, AHundredThousandKeys) {
  std::string text = "version: 1\n";
  for (int i = 0; text.size() < kMaxFileSize - 32; ++i) text += "k" + std::to_string(i) + ":\n";
  const Loaded loaded = load(text);
  EXPECT_FALSE(loaded.config);
  EXPECT_LE(loaded.diagnostics.sorted().size(), Diagnostics::kMaxDiagnostics);
}

TEST(Hostile, AMegabyteInOneScalar) {
  for (const char* quote : {"", "\"", "'"}) {
    const std::string big(900'000, 'x');
    EXPECT_FALSE(load("version: 1\ndata_dir: 1\nx: " + (quote + big) + quote + "\n").config);
    EXPECT_FALSE(load("version: 1\nx: " + (quote + big)).config);
  }
}

TEST(Hostile, ALongLineIsShownInPart) {
  const std::string text = load("version: 1\nengine: { workers: 1, " + std::string(5000, ' ') +
                                "worker: 1, " + std::string(5000, ' ') + "}\n")
                               .diagnostics.render(false);
  EXPECT_THAT(text, HasSubstr("unknown key 'worker'"));
  EXPECT_LT(text.size(), 600U);
}

TEST(Hostile, QuestionMarksAndAnchors) {
  std::string questions = "version: 1\n", anchors = "version: 1\nx: ";
  for (int i = 0; i < 50'000; ++i) {
    questions += "? ";
    anchors += "&a ";
  }
  EXPECT_FALSE(load(questions).config);
  EXPECT_FALSE(load(anchors).config);
}

}  // namespace
}  // namespace copydesk::config
