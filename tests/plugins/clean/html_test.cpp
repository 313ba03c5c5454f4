#include "clean/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace copydesk::clean {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kOne =
    "The harbour authority of Larsmo said on Thursday that it would rebuild the eastern pier, "
    "which a storm destroyed last winter, before the "
    "herring season begins.";
const std::string kTwo =
    "Fishermen had asked for the work to start earlier, but the contract was awarded only this "
    "week, according to the authority’s spokeswoman, "
    "Ingrid Holm.";
const std::string kThree =
    "The new pier will be forty metres longer than the old one, and it will carry a small crane "
    "for unloading crates.";

std::string page(const std::string& article) {
  return "<!doctype html><html><head><title>Larsmo to rebuild pier | The Coast "
         "Courier</title><script>var a = '<p>never</p>';</script></head><body>"
         "<header><nav><ul><li><a href=/>Home</a></li><li><a "
         "href=/n>North</a></li></ul></nav></header>"
         "<div class=\"layout has-sidebar\"><main>" +
         article +
         "</main>"
         "<aside class=sidebar><h3>Most read</h3><ul><li><a href=/1>Ferry to Vaasa resumes service "
         "after two weeks</a></li>"
         "<li><a href=/2>Seal colony counted for the first time</a></li></ul></aside></div>"
         "<footer><p>© 2024 The Coast Courier, a paper of the northern coast, printed every day "
         "except on Sundays.</p></footer></body></html>";
}
std::string paragraphs() { return "<p>" + kOne + "</p><p>" + kTwo + "</p><p>" + kThree + "</p>"; }
CleanedHtml clean(const std::string& article) { return clean_html(page(article), {}); }

TEST(CleanHtml, TakesTheArticleOutOfAPage) {
  const CleanedHtml out =
      clean("<article><h1>Larsmo to rebuild pier</h1>" + paragraphs() + "</article>");
  EXPECT_EQ(out.title, "Larsmo to rebuild pier");
  EXPECT_EQ(out.body, kOne + "\n\n" + kTwo + "\n\n" + kThree);
  EXPECT_THAT(out.warnings, IsEmpty());
  EXPECT_GT(out.removed_blocks, 0u);
}

// Search engines are given a shorter headline than readers.
TEST(CleanHtml, TheHeadingIsNoParagraphThoughItSaysMoreThanTheTitle) {
  const std::string body = kOne + "\n\n" + kTwo + "\n\n" + kThree;
  for (const char* heading :
       {"Larsmo to rebuild pier that a storm took, before the herring season begins in the spring",
        "Larsmo to rebuild pier that a storm took,<br>before the herring season begins in the "
        "spring",
        "What a storm took from the fishermen of the north will stand again before the herring "
        "comes"}) {
    for (const bool model : {true, false}) {
      HtmlOptions options;
      options.use_model = model;
      const std::string article = "<article><div class=article-body><h1>" + std::string(heading) +
                                  "</h1>" + paragraphs() + "</div></article>";
      EXPECT_EQ(clean_html("<title>Larsmo to rebuild pier</title>" + article, options).body, body)
          << heading;
      EXPECT_EQ(
          clean_html("<meta property=og:title content='Larsmo to rebuild pier'>" + article, options)
              .body,
          body)
          << heading;
    }
  }
}

TEST(CleanHtml, ATitleMayHaveLineEnds) {
  const CleanedHtml out =
      clean("<article><h1>Larsmo to<br>rebuild pier</h1>" + paragraphs() + "</article>");
  EXPECT_EQ(out.title, "Larsmo to rebuild pier");
  EXPECT_EQ(out.body, kOne + "\n\n" + kTwo + "\n\n" + kThree);
}

TEST(CleanHtml, DropsTheBiographyOfAnAuthorWhomThePageNames) {
  const std::string bio =
      "Maja Lindqvist is a reporter for the Courier who has lived above the fish market of Larsmo "
      "since she was a child.";
  const std::string byline = "<p>By <a rel=author href=/m>Maja Lindqvist</a></p>";
  const std::string article = "<article><h1>Larsmo to rebuild pier</h1>";
  EXPECT_EQ(clean(article + byline + paragraphs() + "<p><em>" + bio + "</em></p></article>").body,
            kOne + "\n\n" + kTwo + "\n\n" + kThree);
  EXPECT_THAT(clean(article + paragraphs() + "<p>" + bio + "</p></article>").body, HasSubstr(bio));
}

TEST(CleanHtml, LeavesOutCommentsThoughTheyAreLongerThanTheArticle) {
  std::string comments;
  for (const char* who : {"Anna", "Bert", "Carla", "Dan"})
    comments += "<li class=comment><b>" + std::string(who) +
                "</b><p>I have fished there for thirty years and never saw the authority finish "
                "anything in time, and this pier of theirs will be no exception at all.</p></li>";
  HtmlOptions rules;
  rules.use_model = false;
  for (const HtmlOptions& options : {HtmlOptions(), rules}) {
    const CleanedHtml out =
        clean_html(page("<div><h1>Larsmo to rebuild pier</h1>" + paragraphs() +
                        "</div><div id=comments class=comments-area><ul class=comment-list>" +
                        comments + "</ul></div>"),
                   options);
    EXPECT_EQ(out.body, kOne + "\n\n" + kTwo + "\n\n" + kThree);
  }
}

TEST(CleanHtml, KeepsAnArticleInsideAnElementNamedForComments) {
  const CleanedHtml out =
      clean("<div class=comments-open><h1>Larsmo to rebuild pier</h1>" + paragraphs() + "</div>");
  EXPECT_EQ(out.body, kOne + "\n\n" + kTwo + "\n\n" + kThree);
}

TEST(CleanHtml, NeedsNoSemanticTags) {
  const CleanedHtml out =
      clean_html("<table><tr><td><a href=/>Home</a> <a href=/n>North</a></td></tr><tr><td><div>" +
                     kOne + "<br><br>" + kTwo + "<br><br>" + kThree + "</div></td></tr></table>",
                 {});
  EXPECT_EQ(out.body, kOne + "\n\n" + kTwo + "\n\n" + kThree);
}

TEST(CleanHtml, KeepsSubHeadingsListsQuotationsAndCode) {
  const CleanedHtml out = clean(
      "<article><p>" + kOne +
      "</p><h2>What the plan holds</h2><ul><li>A pier of ninety metres</li><li>A crane for the "
      "crates</li></ul><blockquote>“We waited too long,” said one captain.</blockquote><p>" +
      kTwo + "</p><pre>pier = 90\ncrane = 1</pre><p>" + kThree + "</p></article>");
  EXPECT_EQ(out.body, kOne +
                          "\n\nWhat the plan holds\n\nA pier of ninety metres\n\nA crane for the "
                          "crates\n\n“We waited too long,” said one captain.\n\n" +
                          kTwo + "\n\npier = 90\n\ncrane = 1\n\n" + kThree);
}

TEST(CleanHtml, DropsFurnitureInsideTheArticle) {
  const CleanedHtml out = clean(
      "<article><h1>Larsmo to rebuild pier</h1><div class=\"share-bar\"><a href=f>Facebook</a><a "
      "href=t>Twitter</a></div><figure><img src=a.jpg><figcaption>The pier in "
      "June, before the great storm came.</figcaption></figure><p>" +
      kOne +
      "</p><div class=newsletter-signup><p>Get the news of the coast in your mailbox every "
      "morning, free of charge and "
      "without advertising.</p><form><input><button>Join</button></form></div><p>" +
      kTwo +
      "</p><div class=\"related-articles\"><p>Read about the ferry to Vaasa, which resumes its "
      "service after "
      "two long weeks of repairs.</p></div><p>" +
      kThree +
      "</p><div class=\"author-bio\"><p>Per Dyk has written about the sea for eleven years and "
      "lives above the fish market.</p></div><section "
      "id=comments><p>What a good idea, they should have done that years ago, in my humble "
      "opinion.</p></section></article>");
  EXPECT_EQ(out.body, kOne + "\n\n" + kTwo + "\n\n" + kThree);
}

TEST(CleanHtml, KeepsAnArticleWhoseWrapperHasTheNameOfFurniture) {
  const CleanedHtml out =
      clean_html("<body class=\"has-comments with-sidebar\"><div class=\"sidebar-layout social\">" +
                     paragraphs() + "</div></body>",
                 {});
  EXPECT_EQ(out.body, kOne + "\n\n" + kTwo + "\n\n" + kThree);
}

TEST(CleanHtml, KeepsTheHiddenParagraphsOfAPaywall) {
  const CleanedHtml out =
      clean("<div itemprop=articleBody><p>" + kOne + "</p><div style=\"display:none\"><p>" + kTwo +
            "</p></div><div style=\"display: none\"><p>" + kThree + "</p></div></div>");
  EXPECT_THAT(out.body, HasSubstr("Ingrid Holm"));
}

// React streams parts of a page hidden under such ids, behind the footer; a script moves them up.
TEST(CleanHtml, ReadsWhatReactStreamsInLate) {
  const std::string late = "<div hidden id=\"S:0\">" + paragraphs() + "</div>";
  const std::string shell = page("<h1>Larsmo to rebuild pier</h1><template id=\"B:0\"></template>");
  EXPECT_EQ(clean_html(shell + late, {}).body, kOne + "\n\n" + kTwo + "\n\n" + kThree);
}

TEST(CleanHtml, LeavesOutLinksThatOpenOverASentence) {
  const std::string popover =
      "<span class=rollover><a href=/p>Ingrid Holm</a><span><a href=/1>Harbour to close for two "
      "weeks in the spring</a> <a href=/2>Ferries late again, says the spokeswoman</a> "
      "<a href=/p>MORE</a></span></span>";
  const std::string sentence = "The work will cost four million, said Holm";
  const std::string rest = " (of the harbour authority), and take until the end of the summer.";
  EXPECT_EQ(clean_html(page("<article><p>" + kOne + "</p><p>" + sentence + popover + rest +
                            "</p><p>" + kTwo + "</p></article>"),
                       {})
                .body,
            kOne + "\n\n" + sentence + rest + "\n\n" + kTwo);
  // Links that are the text's own words stay.
  const std::string links =
      "<span>See <a href=/1>the plan of the harbour authority</a>, <a href=/2>the "
      "report on the storm of last winter</a> and <a href=/3>the contract</a> for "
      "what will be built there in the spring.</span>";
  EXPECT_THAT(
      clean_html(page("<article>" + paragraphs() + "<p>" + links + "</p></article>"), {}).body,
      HasSubstr("the report on the storm of last winter and the contract for"));
}

TEST(CleanHtml, SaysWhenThereIsNoArticle) {
  const CleanedHtml out = clean_html(
      "<html><head><title>North</title></head><body><ul><li><a href=/1>Ferry to Vaasa resumes "
      "service</a></li><li><a href=/2>Seal colony counted</a></li></ul></body></html>",
      {});
  EXPECT_EQ(out.body, "");
  EXPECT_EQ(out.words, 0u);
  EXPECT_THAT(out.warnings, Contains("no_article"));
  EXPECT_EQ(out.title, "North");
}

TEST(CleanHtml, UsesTheDeclaredBodyWhenThePageShowsNone) {
  const CleanedHtml out = clean_html(
      "<html><head><script "
      "type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"headline\":\"Larsmo to rebuild "
      "pier\",\"articleBody\":\"" +
          kOne + " " + kTwo + " " + kThree +
          "\"}</script></head><body><div id=app></div></body></html>",
      {});
  EXPECT_THAT(out.body, HasSubstr("harbour authority"));
  EXPECT_THAT(out.warnings, Contains("body_from_json_ld"));
}

std::string declared_body(const std::string& json_text) {
  return clean_html(
             "<html><head><title>Larsmo to rebuild pier</title><script "
             "type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"articleBody\":\"" +
                 json_text + "\"}</script></head><body><div id=app></div></body></html>",
             {})
      .body;
}

TEST(CleanHtml, TheDeclaredBodyKeepsItsParagraphs) {
  const std::string wanted = kOne + "\n\n" + kTwo + "\n\n" + kThree;
  EXPECT_EQ(declared_body(kOne + "\\n\\n" + kTwo + "\\r\\n" + kThree), wanted);
  EXPECT_EQ(declared_body("<p>" + kOne + "</p>\\n<p>" + kTwo + "</p><p>" + kThree + "<\\/p>"),
            wanted);
  EXPECT_EQ(declared_body(kOne + "<br/><br>" + kTwo + "<br />" + kThree), wanted);
  EXPECT_EQ(
      declared_body("&lt;p&gt;" + kOne + "&lt;/p&gt;&lt;p&gt;" + kTwo + "&lt;/p&gt;" + kThree),
      wanted);
  EXPECT_THAT(declared_body("<p>The <b>H</b>arbour,\\nsaid <a href='x'>Holm</a>, is old.</p>" +
                            kOne + kTwo + kThree),
              testing::StartsWith("The Harbour, said Holm, is old.\n\n"));
}

TEST(CleanHtml, TheWarningsAreThoseOfTheBodyThatIsTaken) {
  const CleanedHtml out = clean_html(
      "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"articleBody\":\"" + kOne +
          kTwo + kThree + "\"}</script><div id=app></div>",
      {});
  EXPECT_THAT(out.warnings, testing::ElementsAre("body_from_json_ld"));
}

TEST(CleanHtml, SetsASpaceWhereTagsAlonePartSentences) {
  const CleanedHtml out =
      clean("<div><span>" + kOne + "</span><span>" + kTwo + "</span><b>What comes next</b>" +
            kThree + " The U.<b>S.</b>A. and an i<b>Phone</b> cost 4.<i>5</i> marks.</div>");
  EXPECT_THAT(out.body, HasSubstr(kOne + " " + kTwo));
  EXPECT_THAT(out.body, HasSubstr("What comes next " + kThree));
  EXPECT_THAT(out.body, HasSubstr("The U.S.A. and an iPhone cost 4.5 marks."));
}

TEST(CleanHtml, ReadsReferencesThatWereEscapedTwiceButInCode) {
  const CleanedHtml out = clean(
      "<p>" + kOne + " It&amp;rsquo;s Holm &amp;amp; Dyk&amp;#8217;s pier, AT&amp;T said.</p><p>" +
      kTwo + " Write <code>&amp;amp;</code> for it.</p>");
  EXPECT_THAT(out.body, HasSubstr("It’s Holm & Dyk’s pier, AT&T said."));
  EXPECT_THAT(out.body, HasSubstr("Write &amp; for it."));
}

TEST(CleanHtml, DoesNotSplitWordsAtInlineTags) {
  const CleanedHtml out = clean("<p>" + kOne +
                                " The <b>H</b>arbour<sup>2</sup> and the <a href=/x>eastern "
                                "<i>pier</i></a>, they said, &amp; more.</p><p>" +
                                kTwo + "</p>");
  EXPECT_THAT(out.body, HasSubstr("The Harbour2 and the eastern pier, they said, & more."));
}

TEST(CleanHtml, SetsTheMarksOfAQuotedElement) {
  const auto body = [](const std::string& text) {
    return clean("<p>" + kOne + "</p><p>" + text + "</p><p>" + kThree + "</p>").body;
  };
  EXPECT_THAT(body("The clerk said:<q>We <b>waited</b> long.</q>Then he left the room, and nobody "
                   "spoke of it."),
              HasSubstr("said:“We waited long.” Then he left"));
  EXPECT_THAT(body("It was <q>“far too little”</q>, said the captain of the ferry to the harbour "
                   "board on Monday."),
              HasSubstr("was “far too little”, said"));
  EXPECT_THAT(
      body("Es war „<q>viel zu wenig</q>“, sagte der Kapitän der Fähre am Montag in Larsmo."),
      HasSubstr("war „viel zu wenig“, sagte"));
  EXPECT_THAT(body("She called it <q></q> nothing, <q>as he put it: <q>rot</q></q>, and went home "
                   "to the island at noon."),
              HasSubstr("nothing, “as he put it: “rot””, and"));
}

TEST(CleanHtml, LeavesOutReadingsAndWhatIsStruckOut) {
  EXPECT_THAT(clean("<p>最初の列車は午前五時半に金沢駅を出発し、福井県<ruby>敦賀<rp>（</"
                    "rp><rt>つるが</rt><rp>）</rp></ruby>市に到着した。"
                    "沿線の自治体では、駅前の再開発や観光案内所の整備が進んでいる。</p>")
                  .body,
              HasSubstr("福井県敦賀市に到着"));
  EXPECT_THAT(clean("<p>" + kOne +
                    "</p><p><del>Five</del><ins>Six</ins> fishing boats still work there, and "
                    "<s>none</s> <strike>two</strike> one "
                    "of them leaves before dawn on every day of the week.</p><p>" +
                    kThree + "</p>")
                  .body,
              HasSubstr("\n\nSix fishing boats still work there, and one of them"));
  const CleanedHtml out =
      clean_html("<h1>Larsmo to <s>repair</s> rebuild pier</h1>" + paragraphs(), {});
  EXPECT_EQ(out.title, "Larsmo to rebuild pier");
}

// Nobody strikes out half a page on purpose.
TEST(CleanHtml, KeepsThePageBehindAStrikeThatIsNeverClosed) {
  EXPECT_EQ(clean("<p>" + kOne + "</p><s><p>" + kTwo + "</p><p>" + kThree + "</p>").body,
            kOne + "\n\n" + kTwo + "\n\n" + kThree);
  EXPECT_EQ(clean("<p>" + kOne + "</p><del><p>" + kTwo + "</p><p>" + kThree + "</p></del>").body,
            kOne + "\n\n" + kTwo + "\n\n" + kThree);
}

TEST(CleanHtml, ARowOfATableIsALine) {
  HtmlOptions rules;
  rules.use_model = false;
  const std::string table =
      "<table><tr><th>Area</th><th>Boats</th></tr><tr><td>North<br>pier</td><td>14</td></tr>"
      "<tr><td><a href=/s>South end</a><br><a href=/q>Quay</a></td><td><a href=/a>Anna</a><br>"
      "<a href=/b>Berta</a></td></tr><tr><td>Old harbour and fish market</td><td>none since the "
      "storm of last winter</td></tr></table>";
  const CleanedHtml out = clean_html(
      page("<article><h1>Larsmo to rebuild pier</h1>" + paragraphs() + table + "</article>"),
      rules);
  EXPECT_THAT(out.body, HasSubstr("\n\nArea Boats\n\nNorth pier 14\n\nSouth end Quay Anna "
                                  "Berta\n\nOld harbour and fish market none since"));
}

TEST(CleanHtml, ColumnsThatATableLaysOutAreApart) {
  const CleanedHtml out = clean_html(
      "<title>Larsmo to rebuild pier</title><table><tr><td><a href=/>Home</a><br><a "
      "href=/n>North</a><br><a href=/t>Tides</a></td>"
      "<td><font size=5><b>Larsmo to rebuild pier</b></font><br><p>" +
          kOne + "</p><p>" + kTwo + "</p><p>" + kThree +
          "</p></td><td><b>Also</b><br><a href=/1>Ferry fares to rise</a></td></tr></table>",
      {});
  EXPECT_EQ(out.body, kOne + "\n\n" + kTwo + "\n\n" + kThree);
}

TEST(CleanHtml, ReadsLanguagesWithoutSpaces) {
  const std::string one = "การท่าเรือกล่าวเมื่อวันอังคารว่าท่าเรือเหนือจะปิดเป็นเวลาเก้าสัปดาห์ตั้งแต่เช้าวันจันทร์";
  const std::string two = "ผู้โดยสารเรือข้ามฟากจะถูกส่งไปยังท่าเรือเก่าข้างตลาดปลาซึ่งมีการสร้างที่พักพิงสองแห่ง";
  EXPECT_EQ(
      clean("<article><h1>ปิดท่าเรือเหนือ</h1><p>" + one + "</p><p>" + two + "</p></article>").body,
      one + "\n\n" + two);
}

TEST(CleanHtml, ReadsABriefWhereThePageHasAnElementForIt) {
  const std::string brief =
      "A magnitude 6.1 earthquake shook Port Vila on Tuesday, the survey said. No damage was "
      "reported.";
  const auto page = [&](const std::string& open, const std::string& close) {
    return clean_html("<title>Quake shakes Port Vila</title><nav><a href=/>Home</a></nav>" + open +
                          "<h1>Quake shakes Port Vila</h1><p>" + brief + "</p>" + close +
                          "<footer>Copyright 2024 News Daily</footer>",
                      {});
  };
  EXPECT_EQ(page("<article>", "</article>").body, brief);
  EXPECT_EQ(page("<div itemprop=articleBody>", "</div>").body, brief);
  EXPECT_THAT(page("<div>", "</div>").warnings, Contains("no_article"));
}

TEST(CleanHtml, OfAGalleryTheCaptionsAreTheText) {
  std::string figures,
      body = "Hundreds of people have come to the harbour of Larsmo for its feast.";
  const std::string intro = "<p>" + body + "</p>";
  for (const char* caption :
       {"Dancers in feathers and sequins led the parade through the streets of the old town",
        "Steel bands, silent for three years, played from open lorries from ten in the morning",
        "Fishermen joined in the dancing, as they have done every year since the war",
        "More than fifty stalls offered herring, pancakes and coffee to the crowds on the pier"}) {
    figures +=
        "<figure><img src=a.jpg><figcaption>" + std::string(caption) + "</figcaption></figure>";
    body += "\n\n" + std::string(caption);
  }
  const std::string head = "<h1>Larsmo to rebuild pier</h1>";
  EXPECT_EQ(clean("<article>" + head + intro + figures + "</article>").body, body);
  // Beside a text they are captions.
  EXPECT_EQ(clean("<article>" + head + figures + paragraphs() + "</article>").body,
            kOne + "\n\n" + kTwo + "\n\n" + kThree);
}

TEST(CleanHtml, GivesTheSameTwice) {
  const std::string html = page("<article>" + paragraphs() + "</article>");
  EXPECT_EQ(clean_html(html, {}).body, clean_html(html, {}).body);
}

}  // namespace
}  // namespace copydesk::clean
