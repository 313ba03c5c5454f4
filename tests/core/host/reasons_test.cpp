#include "host/reasons.h"

#include <gtest/gtest.h>

namespace copydesk::host {
namespace {

Article article(std::uint64_t position) {
  Article out;
  out.origin = {"inbox", "file", position, ""};
  return out;
}
std::vector<std::string> texts(const std::vector<Reason>& reasons) {
  std::vector<std::string> out;
  for (const Reason& r : reasons) out.push_back((r.cut ? "-" : "+") + r.rule + ":" + r.text);
  return out;
}
using Texts = std::vector<std::string>;

TEST(ReasonBook, AStepThatIsRepeatedTellsAnew) {
  const Article one = article(1), two = article(2);
  const Article* both[] = {&one, &two};
  ReasonBook book;
  for (int attempt = 0; attempt < 2; ++attempt) {
    book.begin("clean", ReasonBook::kProcess,
               attempt == 0 ? std::span(both) : std::span(both).first(1));
    book.tell("clean", one, {false, "body", "text", "model", "", 1.5});
    if (attempt == 0) book.tell("clean", two, {true, "body", "menu", "rules", "", {}});
  }
  EXPECT_EQ(texts(book.of("clean", one)), Texts({"+model:text"}));
  EXPECT_EQ(texts(book.of("clean", two)), Texts({"-rules:menu"}));
  EXPECT_TRUE(book.of("other", one).empty());
}

TEST(ReasonBook, WhatResolveCutsTakesThePlaceOfWhatProcessKept) {
  const Article one = article(1);
  const Article* only[] = {&one};
  ReasonBook book;
  book.begin("clean", ReasonBook::kProcess, only);
  for (const char* text : {"a", "b", "b"})
    book.tell("clean", one, {false, "body", text, "model", "", {}});
  book.begin("clean", ReasonBook::kResolve, only);
  book.tell("clean", one, {true, "body", "b", "memory", "", {}});
  book.tell("clean", one, {true, "body", "c", "memory", "", {}});
  EXPECT_EQ(texts(book.of("clean", one)),
            Texts({"+model:a", "-memory:b", "+model:b", "-memory:c"}));
}

TEST(ReasonBook, TakesNoMoreThanItsBound) {
  const Article one = article(1);
  ReasonBook book;
  for (std::size_t i = 0; i < ReasonBook::kReasonsMax + 5; ++i) book.tell("clean", one, {});
  EXPECT_EQ(book.of("clean", one).size(), ReasonBook::kReasonsMax);
}

}  // namespace
}  // namespace copydesk::host
