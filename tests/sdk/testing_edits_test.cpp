#include <gtest/gtest.h>
#include <copydesk/testing.hpp>

namespace {
using namespace copydesk::testing;

// Runs `edit_with` on a batch of one article and returns the article as the engine would leave it.
template <class F>
OwnedArticle edited(OwnedArticle a, F&& edit_with) {
  std::vector<OwnedArticle> all{std::move(a)};
  RecordingEdit recording;
  {
    const OwnedBatch batch(all);
    copydesk::Edit edit(recording.raw());
    edit_with(edit, batch.batch()[0]);
  }
  recording.apply(all);
  return all[0];
}
void patch(copydesk::Edit& e, const copydesk::Article& a, std::uint64_t begin, std::uint64_t end,
           std::string_view text) {
  const cd_patch p{{begin, end}, copydesk::to_c(text)};
  e.patch(a, "body", std::span(&p, 1));
}

TEST(TestingEdits, FieldsAreSetAppendedAndUnset) {
  const auto out = edited(article("a").body("b").with("gone", 1), [](auto& e, const auto& a) {
    e.set(a, "language", "en");
    e.append(a, "keywords", "x");
    e.append(a, "keywords", "y");
    e.unset(a, "gone");
    e.label(a, "desk", "world");
  });
  EXPECT_EQ(out.text("language"), "en");
  EXPECT_EQ(out.strings("keywords"), (std::vector<std::string>{"x", "y"}));
  EXPECT_FALSE(out.has("gone"));
  EXPECT_EQ(out.text("labels.desk"), "world");
}

TEST(TestingEdits, NumbersAndTruthsNeedNoWrapping) {
  const auto out = edited(article("a").body("b"), [](auto& e, const auto& a) {
    e.set(a, "zero", 0);
    e.set(a, "half", 0.5F);
    e.set(a, "on", true);
    e.label(a, "none", 0);
    e.label(a, "many", std::size_t{7});
  });
  EXPECT_EQ(to_json(out),
            R"({"id":"a","body":"b","zero":0,"half":0.5,"on":true,"labels":{"none":0,"many":7}})");
}

TEST(TestingEdits, PatchesMoveAnnotationsAndTakeThoseWhoseTextIsCut) {
  auto a = article("a").body("cut China keep Russia");
  a.annotations = {{"body", 4, 9, "LOC", "", "", "", 1}, {"body", 15, 21, "LOC", "", "", "", 1}};
  const auto out = edited(a, [](auto& e, const auto& x) {
    const cd_patch both[] = {{{0, 4}, copydesk::to_c("")}, {{16, 17}, copydesk::to_c("U")}};
    e.patch(x, "body", both);
  });
  EXPECT_EQ(out.body(), "China keep RUssia");
  ASSERT_EQ(out.annotations.size(), 1u);
  EXPECT_EQ(out.annotations[0].begin, 0u);
  EXPECT_EQ(out.annotations[0].end, 5u);
}

TEST(TestingEdits, AnnotationsOfTheSameStepAreInTheTextAsItWasGiven) {
  const auto out = edited(article("a").body("xx China"), [](auto& e, const auto& x) {
    patch(e, x, 0, 3, "");
    cd_annotation n{};
    n.size = sizeof n;
    n.field = copydesk::to_c("body");
    n.span = {3, 8};
    e.annotate(x, n);
  });
  ASSERT_EQ(out.annotations.size(), 1u);
  EXPECT_EQ(out.body().substr(out.annotations[0].begin,
                              out.annotations[0].end - out.annotations[0].begin),
            "China");
}

TEST(TestingEdits, AWrongSpanRejectsTheArticleAndChangesNothingElse) {
  const auto outside = edited(article("a").body("São"), [](auto& e, const auto& x) {
    e.set(x, "language", "pt");
    patch(e, x, 0, 9, "");
  });
  ASSERT_TRUE(outside.rejected);
  EXPECT_EQ(outside.rejected->code, "bad_edit");
  EXPECT_FALSE(outside.has("language"));
  const auto inside =
      edited(article("a").body("São"), [](auto& e, const auto& x) { patch(e, x, 2, 3, ""); });
  EXPECT_EQ(inside.rejected->code, "bad_edit");
  const auto core =
      edited(article("a"), [](auto& e, const auto& x) { e.set(x, "source.path", "mine"); });
  EXPECT_EQ(core.rejected->code, "bad_edit");
  const auto twice = edited(article("a").body("b"), [](auto& e, const auto& x) {
    patch(e, x, 0, 1, "");
    e.set(x, "body", "c");
  });
  EXPECT_EQ(twice.rejected->code, "bad_edit");
  const auto bytes =
      edited(article("a"), [](auto& e, const auto& x) { e.set(x, "title", "\xED\xA0\x80"); });
  EXPECT_EQ(bytes.rejected->code, "bad_edit");
}

TEST(TestingEdits, AnArticleIsDroppedRejectedOrSplit) {
  EXPECT_EQ(edited(article("a"), [](auto& e, const auto& x) { e.drop(x, "short"); }).dropped,
            "short");
  EXPECT_EQ(
      edited(article("a"), [](auto& e, const auto& x) { e.reject(x, "bad", "why"); }).rejected,
      (Rejection{"bad", "why"}));
  const auto parent = edited(article("a"), [](auto& e, const auto& x) {
    const cd_field f{copydesk::to_c("body"), copydesk::string_value("part")};
    e.split(x, std::span(&f, 1));
    e.split(x, std::span(&f, 1));
  });
  ASSERT_EQ(parent.children.size(), 2u);
  EXPECT_EQ(parent.children[1].id, "a/1");
  EXPECT_EQ(parent.children[1].body(), "part");
  EXPECT_FALSE(parent.alive());
}

TEST(TestingState, EntriesEndWithTheirTtlAndPendingPutsAreSeen) {
  MemoryState state;
  state.set_time(100);
  state.put("a/1", "x", 10);
  state.put("a/2", "y");
  copydesk::State s(state.raw());
  EXPECT_EQ(s.get("a/1"), "x");
  state.set_time(110);
  EXPECT_EQ(s.get("a/1"), std::nullopt);

  RecordingEdit pending;
  const OwnedBatch batch({article("a")});
  copydesk::Edit edit(pending.raw());
  state.overlay(&pending);
  edit.claim(batch.batch()[0], "a/3", "z");
  edit.erase(batch.batch()[0], "a/2");
  std::string seen;
  s.scan("a/", [&](std::string_view key, std::string_view value) {
    seen.append(key).append("=").append(value).append(" ");
    return true;
  });
  EXPECT_EQ(seen, "a/3=z ");
  state.overlay(nullptr);
  EXPECT_EQ(s.get("a/2"), "y");
}

}  // namespace
