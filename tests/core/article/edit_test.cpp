#include "article/edit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/utf8.h"

namespace copydesk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Article sample() {
  Article a;
  a.set("title", Value("Title"));
  a.set("body", Value("Ann met B\u00e9a in Rome."));  // é is bytes 9 and 10
  a.set("words", Value(4));
  a.annotations = {{"body", 0, 3, "PERSON", "", "Ann", "", 1},
                   {"body", 8, 12, "PERSON", "", "B\u00e9a", "", 1},
                   {"body", 16, 20, "PLACE", "", "Rome", "", 1}};
  return a;
}

std::string problem(const ArticleEdit& edit, const Article& a = sample()) {
  const Status status = check(edit, a);
  if (status) return "";
  EXPECT_EQ(status.error().code, "bad_edit");
  EXPECT_EQ(status.error().cls, ErrorClass::kReject);
  return status.error().message;
}

Article applied(ArticleEdit edit, Article a = sample()) {
  EXPECT_EQ(problem(edit, a), "");
  apply(std::move(edit), a);
  return a;
}

std::vector<std::string> mentions(const Article& a) {
  std::vector<std::string> out;
  for (const Annotation& n : a.annotations)
    out.emplace_back(a.text(n.field).substr(n.begin, n.end - n.begin));
  return out;
}

ArticleEdit patch(std::vector<Patch> patches, std::string field = "body") {
  ArticleEdit edit;
  edit.patches.push_back({std::move(field), std::move(patches)});
  return edit;
}

TEST(Edit, IsEmptyUntilSomethingIsWanted) {
  EXPECT_TRUE(ArticleEdit().empty());
  EXPECT_EQ(problem(ArticleEdit()), "");
  EXPECT_FALSE(patch({}).empty());
  ArticleEdit bad;
  bad.bad = "what";
  EXPECT_FALSE(bad.empty());
  EXPECT_EQ(problem(bad), "what");
}

TEST(Edit, PatchesTextAndMovesAnnotationsAlong) {
  const Article a = applied(patch({{0, 3, "Joanna"}, {4, 7, "saw"}, {20, 21, "!"}}));
  EXPECT_EQ(a.text("body"), "Joanna saw B\u00e9a in Rome!");
  EXPECT_THAT(mentions(a), ElementsAre("B\u00e9a", "Rome"));  // the text of Ann was cut
}

TEST(Edit, KeepsAnnotationsBesideACutAndDropsThoseItTouches) {
  EXPECT_THAT(mentions(applied(patch({{3, 8, ""}}))), ElementsAre("Ann", "B\u00e9a", "Rome"));
  EXPECT_THAT(mentions(applied(patch({{2, 4, ""}}))), ElementsAre("B\u00e9a", "Rome"));
  // put in before it
  EXPECT_THAT(mentions(applied(patch({{0, 0, ">> "}}))), ElementsAre("Ann", "B\u00e9a", "Rome"));
  // and behind it
  EXPECT_THAT(mentions(applied(patch({{3, 3, "-Marie"}}))), ElementsAre("Ann", "B\u00e9a", "Rome"));
  // and inside
  EXPECT_THAT(mentions(applied(patch({{1, 1, "x"}}))), ElementsAre("B\u00e9a", "Rome"));
  EXPECT_TRUE(applied(patch({{0, 21, "All new."}})).annotations.empty());
}

TEST(Edit, RefusesSpansThatAreNone) {
  EXPECT_THAT(problem(patch({{0, 99, ""}})), HasSubstr("outside 'body' of 21 bytes"));
  EXPECT_THAT(problem(patch({{5, 4, ""}})), HasSubstr("outside"));
  EXPECT_THAT(problem(patch({{~0ULL, ~0ULL, ""}})), HasSubstr("outside"));
  EXPECT_THAT(problem(patch({{10, 12, ""}})), HasSubstr("inside a character"));
  EXPECT_THAT(problem(patch({{0, 10, ""}})), HasSubstr("inside a character"));
  EXPECT_THAT(problem(patch({{4, 7, ""}, {6, 8, ""}})), HasSubstr("overlap"));
  EXPECT_THAT(problem(patch({{4, 7, ""}, {0, 1, ""}})), HasSubstr("ascending"));
  EXPECT_THAT(problem(patch({{0, 1, "\xFF"}})), HasSubstr("UTF-8"));
  EXPECT_THAT(problem(patch({}, "words")), HasSubstr("no text field"));
  EXPECT_THAT(problem(patch({}, "none")), HasSubstr("no text field"));
  EXPECT_EQ(problem(patch({{0, 3, ""}, {3, 3, "x"}, {3, 4, "y"}})), "");
}

TEST(Edit, RefusesTwoWishesForOneText) {
  ArticleEdit twice = patch({{0, 1, ""}});
  twice.patches.push_back({"body", {{2, 3, ""}}});
  EXPECT_THAT(problem(twice), HasSubstr("twice"));
  ArticleEdit both = patch({{0, 1, ""}});
  both.sets.push_back({"body", Value("x")});
  EXPECT_THAT(problem(both), HasSubstr("patched and replaced"));
  ArticleEdit annotated;
  annotated.sets.push_back({"body", Value("x")});
  annotated.annotations.push_back({"body", 0, 1, "T", "", "", "", 1});
  EXPECT_THAT(problem(annotated), HasSubstr("replaces"));
}

TEST(Edit, LeavesTheCoresFieldsToTheCore) {
  for (const char* name : {"id", "schema", "source.path", "ingested_at", "entities", ""}) {
    ArticleEdit set, unset, append, child;
    set.sets.push_back({name, Value(1)});
    unset.unsets.push_back({name});
    append.appends.push_back({name, Value(1)});
    child.children.push_back({{name, Value(1)}});
    for (const auto* e : {&set, &unset, &append, &child}) EXPECT_NE(problem(*e), "") << name;
  }
  ArticleEdit label;
  label.sets.push_back({"labels.topic", Value("sport")});
  EXPECT_EQ(applied(label).text("labels.topic"), "sport");
}

TEST(Edit, RefusesTextThatIsNotUtf8Anywhere) {
  const Value bad(Value::List{Value("good"), Value(Value::List{Value(std::string("\xFF"))})});
  ArticleEdit set, name, append, child, note;
  set.sets.push_back({"x", bad});
  name.sets.push_back({"\xFF", Value(1)});
  append.appends.push_back({"x", Value(Value::Json{"\"\xFF\""})});
  child.children.push_back({{"body", bad}});
  note.annotations.push_back({"body", 0, 3, "T", "", "\xFF", "", 1});
  for (const auto* e : {&set, &name, &append, &child, &note})
    EXPECT_THAT(problem(*e), HasSubstr("UTF-8"));
}

TEST(Edit, RefusesListsDeeperThanTheStoreKeeps) {
  Value deep(1);
  for (int i = 0; i < 16; ++i) deep = Value(Value::List{std::move(deep)});
  ArticleEdit edit;
  edit.sets.push_back({"x", deep});
  EXPECT_EQ(problem(edit), "");
  edit.sets[0].value = Value(Value::List{std::move(deep)});
  EXPECT_THAT(problem(edit), HasSubstr("deep"));
  Value empty{Value::List{}};
  for (int i = 0; i < 16; ++i) empty = Value(Value::List{std::move(empty)});
  edit.sets[0].value = std::move(empty);
  EXPECT_THAT(problem(edit), HasSubstr("deep"));
}

TEST(Edit, SetsAndUnsetsAndForgetsAnnotationsOfWhatIsGone) {
  ArticleEdit edit;
  edit.sets.push_back({"body", Value("New.")});
  edit.sets.push_back({"lang", Value("en")});
  edit.unsets.push_back({"words"});
  const Article a = applied(edit);
  EXPECT_EQ(a.text("body"), "New.");
  EXPECT_EQ(a.find("words"), nullptr);
  EXPECT_TRUE(a.annotations.empty());
}

TEST(Edit, AppendsToListsAndMakesThem) {
  ArticleEdit edit;
  edit.appends.push_back({"tags", Value("a")});
  edit.appends.push_back({"tags", Value("b")});
  edit.appends.push_back({"words", Value(5)});
  const Article a = applied(edit);
  EXPECT_EQ(*a.find("tags"), Value(Value::List{Value("a"), Value("b")}));
  EXPECT_EQ(*a.find("words"), Value(Value::List{Value(4), Value(5)}));
}

TEST(Edit, ForgetsAnnotationsOfATextThatBecameAList) {
  ArticleEdit edit;
  edit.appends.push_back({"body", Value("more")});
  EXPECT_TRUE(applied(edit).annotations.empty());
}

TEST(Edit, AnnotatesTheTextItWasGivenAndMovesThatToo) {
  ArticleEdit edit = patch({{0, 4, ""}});
  edit.annotations.push_back({"body", 8, 12, "PERSON", "", "new", "", 1});
  edit.annotations.push_back({"title", 0, 5, "WORK", "", "", "", 1});
  edit.unannotates.push_back({"body"});
  const Article a = applied(edit);
  EXPECT_EQ(a.text("body"), "met B\u00e9a in Rome.");
  EXPECT_THAT(mentions(a), ElementsAre("Title", "B\u00e9a"));
  ArticleEdit empty_span, outside, nowhere, everything;
  empty_span.annotations.push_back({"body", 3, 3, "T", "", "", "", 1});
  outside.annotations.push_back({"body", 3, 300, "T", "", "", "", 1});
  nowhere.annotations.push_back({"words", 0, 1, "T", "", "", "", 1});
  for (const auto* e : {&empty_span, &outside, &nowhere}) EXPECT_NE(problem(*e), "");
  everything.unannotates.push_back({""});
  EXPECT_TRUE(applied(everything).annotations.empty());
}

// Any checked edit leaves text that is UTF-8 and annotations that lie within it; annotations that stay keep their words.
TEST(Edit, NeverLeavesASpanOutsideItsText) {
  std::mt19937 random(1);
  const std::string parts[] = {"a", "bc ", "\u00e9", "\u20ac", "\U0001F600", ""};
  const auto text = [&](unsigned most) {
    std::string out;
    for (unsigned n = random() % most; n > 0; --n) out += parts[random() % std::size(parts)];
    return out;
  };
  int good = 0;
  for (int i = 0; i < 20'000; ++i) {
    Article a;
    a.set("body", Value(text(12)));
    const std::string before(a.text("body"));
    for (unsigned n = random() % 4; n > 0; --n) {
      const std::size_t begin = random() % (before.size() + 1),
                        end = random() % (before.size() + 1);
      if (begin < end && at_character(before, begin) && at_character(before, end))
        a.annotations.push_back(
            {"body", begin, end, "T", "", before.substr(begin, end - begin), "", 1});
    }
    std::vector<Patch> patches;
    for (unsigned n = random() % 4; n > 0; --n)
      patches.push_back({random() % (before.size() + 2), random() % (before.size() + 2), text(3)});
    std::ranges::sort(patches, {}, &Patch::begin);
    ArticleEdit edit = patch(patches);
    if (!check(edit, a)) continue;
    ++good;
    apply(std::move(edit), a);
    ASSERT_TRUE(is_utf8(a.text("body")));
    for (const Annotation& n : a.annotations)
      ASSERT_EQ(a.text("body").substr(n.begin, n.end - n.begin), n.name);
  }
  EXPECT_GT(good, 2000);
}

}  // namespace
}  // namespace copydesk
