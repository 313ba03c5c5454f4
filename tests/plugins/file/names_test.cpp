#include "names.h"

#include "folder.h"
#include "position.h"

namespace copydesk::file {
namespace {

TEST(Names, TheNumberGoesBeforeTheExtension) {
  EXPECT_EQ(Names("out/articles.jsonl").finished(7), "out/articles.000007.jsonl");
  EXPECT_EQ(Names("out/articles.jsonl.gz").finished(7), "out/articles.000007.jsonl.gz");
  EXPECT_EQ(Names("out/a.b.jsonl.zst").finished(1234567), "out/a.b.1234567.jsonl.zst");
  EXPECT_EQ(Names("out/articles").finished(7), "out/articles.000007");
  EXPECT_EQ(Names("articles.gz").finished(7), "./articles.000007.gz");
  EXPECT_EQ(Names("out/.hidden").finished(7), "out/.hidden.000007");
  EXPECT_EQ(Names("out/articles.jsonl").next(8), "out/.articles.jsonl.000008");
}

TEST(Names, NumbersAreFoundAmongOtherFiles) {
  const Folder folder;
  for (const char* name : {"a.000002.jsonl", "a.000010.jsonl", "a.jsonl", "a.00003.jsonl",
                           "a.x00004.jsonl", "b.000005.jsonl", "a.000006.jsonl.bak",
                           "a.1000000.jsonl", "a.0000007.jsonl", ".a.jsonl.000011"})
    folder.write(name, "");
  const Names names(folder / "a.jsonl");
  EXPECT_EQ(names.finished_numbers(), (std::vector<std::uint64_t>{2, 10, 1000000}));
  EXPECT_EQ(names.next_numbers(), std::vector<std::uint64_t>{11});
}

TEST(Position, ComesBackAsItWasWritten) {
  const Position p{7, 1234, 99, true, Form::zstd, 4000000000U};
  EXPECT_EQ(to_text(p), "file/1 segment=7 length=1234 since=99 rotate=1 form=zstd mark=4000000000");
  EXPECT_EQ(position_from(to_text(p)), p);
}

TEST(Position, DamagedTextIsRefused) {
  const std::string good = to_text(Position{});
  EXPECT_EQ(position_from(good), Position{});
  for (std::size_t cut = 0; cut + 1 < good.size(); ++cut)
    EXPECT_THROW(position_from(good.substr(0, cut)), Refusal) << cut;
  EXPECT_THROW(position_from(good + " more=1"), Refusal);
  EXPECT_THROW(position_from("file/2" + good.substr(6)), Refusal);
  EXPECT_THROW(position_from("file/1 segment=-1 length=0 since=0 rotate=0 form=none mark=0"),
               Refusal);
}

}  // namespace
}  // namespace copydesk::file
