#include "directory/lines.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "directory/utf8.h"

namespace copydesk::directory {
namespace {

void feed(LineCutter& cutter, std::string_view bytes) {
  std::memcpy(cutter.room(bytes.size()).data(), bytes.data(), bytes.size());
  cutter.filled(bytes.size());
}
std::vector<std::string> all(LineCutter& cutter) {
  std::vector<std::string> out;
  while (const auto line = cutter.next())
    out.push_back(std::to_string(line->offset) + ":" +
                  (line->too_large ? "!" : std::string(line->text)));
  return out;
}
using Lines = std::vector<std::string>;

TEST(LineCutter, GivesWholeLinesOnly) {
  LineCutter cutter(100, {}, false);
  feed(cutter, "one\ntw");
  EXPECT_EQ(all(cutter), Lines({"0:one"}));
  EXPECT_EQ(cutter.offset(), 4u);
  EXPECT_TRUE(cutter.has_tail());
  feed(cutter, "o\r\n\n  \nthree");
  EXPECT_EQ(all(cutter), Lines({"4:two"}));
  EXPECT_EQ(cutter.offset(), 13u);
  const auto tail = cutter.tail();
  ASSERT_TRUE(tail);
  EXPECT_EQ(tail->text, "three");
  EXPECT_EQ(cutter.offset(), 18u);
}

TEST(LineCutter, IsTheSameForEveryWayOfFeeding) {
  const std::string text = "\xEF\xBB\xBF{\"a\":1}\n\nlong long line\nx\n\ny";
  LineCutter whole(12, {}, false);
  feed(whole, text);
  const Lines expected = all(whole);
  EXPECT_EQ(expected, Lines({"0:{\"a\":1}", "12:!", "27:x"}));
  for (std::size_t piece = 1; piece < text.size(); ++piece) {
    LineCutter cutter(12, {}, false);
    Lines got;
    for (std::size_t i = 0; i < text.size(); i += piece) {
      feed(cutter, std::string_view(text).substr(i, piece));
      for (std::string& line : all(cutter)) got.push_back(std::move(line));
    }
    EXPECT_EQ(got, expected) << piece;
    EXPECT_EQ(cutter.offset(), whole.offset());
    EXPECT_EQ(cutter.hash(), whole.hash());
  }
}

TEST(LineCutter, PassesOverTheRestOfALineThatIsTooLong) {
  LineCutter cutter(4, {}, false);
  feed(cutter, "123456");
  EXPECT_EQ(all(cutter), Lines({"0:!"}));
  EXPECT_TRUE(cutter.skipping());
  EXPECT_EQ(cutter.offset(), 6u);
  PrefixHash before;
  before.add("123456");
  LineCutter resumed(4, before, true);  // as after a restart
  feed(resumed, "78\nab\n");
  EXPECT_EQ(all(resumed), Lines({"9:ab"}));
  EXPECT_FALSE(resumed.skipping());
}

TEST(PrefixHash, SeesChangesAtBothEndsAndInLength) {
  std::string text(20'000, 'x');
  PrefixHash a, b, c, d;
  a.add(text);
  for (std::size_t i = 0; i < text.size(); i += 777) b.add(std::string_view(text).substr(i, 777));
  EXPECT_EQ(a.value(), b.value());
  text[19'000] = 'y';
  c.add(text);
  EXPECT_NE(a.value(), c.value());
  d.add(std::string(20'001, 'x'));
  EXPECT_NE(a.value(), d.value());
}

TEST(Utf8, WritesTheBytesOfWhatIsNotValid) {
  EXPECT_EQ(escaped_utf8("añ\xFF\xC3|\xED\xA0\x80"), "añ\\xff\\xc3|\\xed\\xa0\\x80");
  EXPECT_EQ(escaped_utf8("\xF0\x9F\x93\xB0"), "\xF0\x9F\x93\xB0");
  EXPECT_EQ(escaped_utf8("a\\b"), "a\\b");
  EXPECT_EQ(escaped_utf8("a\\b\xE9"), "a\\\\b\\xe9");
}

}  // namespace
}  // namespace copydesk::directory
