#include "clean/double_utf8.h"

#include <gtest/gtest.h>

#include <string>

#include "clean/html.h"

namespace copydesk::clean {
namespace {

constexpr std::string_view kMeant = "It’s the café’s “Zürich” menu — don’t ask, 价格 €5 😀.";

// Every byte as the character that ISO-8859-1 has for it.
std::string as_latin1(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xC0 | byte >> 6);
      out += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return out;
}

TEST(DoubleUtf8, ReadsWhatWasReadAsLatin1) {
  EXPECT_EQ(undo_double_utf8(as_latin1(kMeant)), kMeant);
}

TEST(DoubleUtf8, ReadsWhatWasReadAsWindows1252) {
  EXPECT_EQ(undo_double_utf8("Donâ€™t go. Itâ€™s lateâ€”really, says ZoÃ« in MÃ¼nchen."),
            "Don’t go. It’s late—really, says Zoë in München.");
}

TEST(DoubleUtf8, LeavesWhatIsRight) {
  for (const std::string_view text :
       {kMeant, std::string_view(), std::string_view("plain"),
        std::string_view("NÃO, SÃO PAULO; Âge, âme; « liberté »\u00a0: é»\u00a0"),
        std::string_view("Привет, мир. Это русский текст."), std::string_view("\xC3"),
        std::string_view("\xC3\xA2\xC2")}) {
    EXPECT_FALSE(undo_double_utf8(text)) << text;
  }
}

TEST(DoubleUtf8, LeavesATextThatShowsExamples) {
  EXPECT_FALSE(undo_double_utf8(
      "“Why do I see â€™, â€œ and â€” ?” – “It’s an encoding’s trace”, he said – “don’t worry.”"));
  EXPECT_FALSE(undo_double_utf8(
      "a quote becomes â€™, an opening quote becomes â€œ and a dash becomes â€“ on the page"));
}

TEST(DoubleUtf8, LeavesCapitalsBeforeSigns) {
  for (const std::string_view text :
       {"ROSÉ’s song. ROSÉ’s video. ROSÉ’s day. BEYONCÉ’s. NESTLÉ™, NESTLÉ™, NESTLÉ™.",
        "The letters “Ä”, “Ö” and “Ü”, in German „Ä“ „Ö“ „Ü“.",
        "CAFÉ–BAR, CAFÉ–BISTRO, CAFÉ–RESTAURANT", "à la Ñ… Ñ… Ñ… Ã… Ã… Ã…"}) {
    EXPECT_FALSE(undo_double_utf8(text)) << text;
  }
}

TEST(DoubleUtf8, NeedsMoreThanOneProof) {
  EXPECT_FALSE(undo_double_utf8("Donâ€™t go to MÃ¼nchen."));
}

TEST(DoubleUtf8, NeedsNoProofBesideATextThatWas) {
  EXPECT_EQ(undo_double_utf8("The mayor of GÃ¶ttingen", Around::kTwice), "The mayor of Göttingen");
  EXPECT_FALSE(undo_double_utf8("The mayor of Göttingen", Around::kTwice));
  EXPECT_FALSE(undo_double_utf8("The mayor", Around::kTwice));
}

TEST(DoubleUtf8, LeavesWhatIsNoShortestForm) {
  // U+00C0 U+0080 and U+00E0 U+0080 U+0080 would be overlong, U+00ED U+00A0 U+0080 a surrogate.
  EXPECT_FALSE(undo_double_utf8(as_latin1("\xC0\x80\xC0\x80\xC0\x80\xE0\x80\x80\xED\xA0\x80")));
}

TEST(DoubleUtf8, IsUndoneInPages) {
  const std::string text =
      "The harbour authority doesn’t say when it’ll rebuild the pier that the town’s people want.";
  const std::string page =
      "<html><head><title>Café’s pier</title></head><body><article><h1>Café’s "
      "pier</h1><p>" +
      text + "</p><p>" + text + " Again.</p></article></body></html>";
  const CleanedHtml cleaned = clean_html(as_latin1(page), {});
  EXPECT_EQ(cleaned.title, "Café’s pier");
  EXPECT_EQ(cleaned.body, text + "\n\n" + text + " Again.");
}

}  // namespace
}  // namespace copydesk::clean
