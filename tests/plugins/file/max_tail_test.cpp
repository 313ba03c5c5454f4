#include <gtest/gtest.h>
#include <copydesk/testing.hpp>

#include "file_sink.h"
#include "pipeline/bounds.h"

namespace copydesk::file {
namespace {

// Two commits' worth may lie behind the last commit: the one under way, and what is handed out meanwhile. Each may be
// larger by a batch. JSON may need more bytes than the article: twice as much is room enough.
TEST(MaxTail, IsMoreThanTheDaemonLeavesUncommitted) {
  const auto option =
      std::find_if(std::begin(File::kOptions), std::end(File::kOptions),
                   [](const cd_option& o) { return std::string_view(o.key) == "max_tail"; });
  ASSERT_NE(option, std::end(File::kOptions));
  EXPECT_GE(static_cast<std::uint64_t>(copydesk::testing::parse_size(option->fallback)),
            2 * 2 * pipeline::kCommitBytes);
}

}  // namespace
}  // namespace copydesk::file
