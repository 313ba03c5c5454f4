// Everything a plugin's unit tests need, without the daemon. Header-only C++20; include this one file.
//
//   using namespace copydesk::testing;
//   StageHarness<DropShort> h({{"min_words", 3}});           // checked against the declared options, defaults filled in
//   auto out = h.run({article("a").body("one two"), article("b").body("one two three")});
//   EXPECT_EQ(out[0].dropped, "short");
//   EXPECT_TRUE(out[1].alive());
//
// The harnesses call the component through its C table, so the boundary itself is exercised: exceptions become
// statuses, edits are copied, views end with the call. A status other than CD_OK is thrown as StepFailed.
//
//   testing/values.hpp    Value, options(), the written forms of durations, sizes, lists
//   testing/articles.hpp  OwnedArticle (made with `article(id)`), OwnedBatch, the JSON of an article
//   testing/edits.hpp     RecordingEdit, MemoryState, CarryStore
//   testing/host.hpp      MockHost: logs, counters, records, positions, tickets, a clock that stands still
//   testing/harness.hpp   StageHarness, SinkHarness, SourceHarness
#pragma once
#include <copydesk/testing/articles.hpp>
#include <copydesk/testing/edits.hpp>
#include <copydesk/testing/harness.hpp>
#include <copydesk/testing/host.hpp>
#include <copydesk/testing/values.hpp>
