#include "deduplicate/html_text.h"

#include <gtest/gtest.h>

#include "deduplicate/copy_watch.h"
#include "deduplicate/fingerprint.h"
#include "texts.h"

namespace copydesk::deduplicate {
namespace {

TEST(HtmlText, IsWhatIsOutsideTagsScriptsAndComments) {
  EXPECT_EQ(text_of_html("<p>One <b>two</b>.</p><p>Three</p>"), "\nOne two.\n\nThree\n");
  EXPECT_EQ(text_of_html("a<script>if (a<b) x('</p>')</script>b"), "a\n\nb");
  EXPECT_EQ(text_of_html("a<!-- <p>no --> b"), "a b");
  EXPECT_EQ(text_of_html("<a title='x > y' href=z>t</a>"), "t");
  EXPECT_EQ(text_of_html("1 < 2 & 3"), "1 < 2 & 3");
  EXPECT_EQ(text_of_html("caf&eacute; &#8217;&#x2019;&amp;&nbsp;&#xD800;&#99999999;"),
            "cafe \u2019\u2019&   ");
  EXPECT_EQ(text_of_html("<HEAD><title>No</title></HEAD><BODY>Yes"), "\n\n\nYes");
}

TEST(HtmlText, TakesWhatIsCutOff) {
  const std::string page = "<div class=\"a\"><!-- c --><script>x</script>T&amp;&#123;</div>";
  for (std::size_t i = 0; i <= page.size(); ++i)
    EXPECT_LE(text_of_html(page.substr(0, i)).size(), i);
}

TEST(HtmlText, ReadsOnBehindWhatIsNeverClosed) {
  EXPECT_EQ(text_of_html("<p>a<svg>b<svg>c<script>x</script>d"), "\na\nb\nc\n\nd");
  EXPECT_EQ(text_of_html("<head><title>T</title><body><header>H</header>"), "\n\nT\n\n\nH\n");
}

// Two megabytes each. Were every one of them searched to the page's end, ctest's limit would come first.
TEST(HtmlText, EndsInTimeWhateverIsNeverClosed) {
  for (const char* piece : {"<script>", "<svg></a>", "<head></x>", "<textarea></textareas>"}) {
    std::string page;
    while (page.size() < std::size_t{1} << 21) page += piece;
    EXPECT_LT(text_of_html(page).size(), page.size());
  }
}

TEST(HtmlText, GivesTheWordsOfTheTextItWasMadeOf) {
  std::string page = "<html><head><style>p{}</style></head><body><p>";
  for (const char c : story(1, 20)) page += c == '\n' ? std::string("</p><p>") : std::string(1, c);
  EXPECT_EQ(fingerprint("", text_of_html(page + "</p></body></html>")),
            fingerprint("", story(1, 20)));
}

TEST(CopyWatch, TellsAJumpOnce) {
  CopyWatch watch;
  int told = 0;
  const auto run = [&](int articles, int copies_of_ten) {
    for (int i = 0; i < articles; ++i) {
      const auto jump = watch.add("courier.example", i % 10 < copies_of_ten);
      told += jump.has_value();
      if (jump) {
        EXPECT_GT(jump->now, 2 * jump->before);
      }
      EXPECT_FALSE(watch.add("other.example", false));
    }
  };
  run(2000, 1);
  EXPECT_EQ(told, 0);
  run(2000, 9);
  EXPECT_EQ(told, 1);
  run(2000, 1);
  run(2000, 9);
  EXPECT_EQ(told, 2);
}

}  // namespace
}  // namespace copydesk::deduplicate
