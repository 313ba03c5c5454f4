#include "kafka/passenger.h"

#include <gtest/gtest.h>

namespace copydesk::kafka {
namespace {

Passenger example() {
  return {"cluster",
          std::string("g\0roup", 6),
          {{"news", 3, 1'234'567'890'123, "token"}, {"news", 4, -1, ""}}};
}

TEST(Passenger, ComesBackAsItWentIn) {
  EXPECT_EQ(decode_passenger(encode(example())), example());
  EXPECT_EQ(decode_passenger(encode({})), Passenger{});
}

TEST(Passenger, OneOfAnotherKindOrCutShortOrTooLongIsNone) {
  const std::string bytes = encode(example());
  EXPECT_FALSE(decode_passenger("redis-stream/1\n"));
  EXPECT_FALSE(decode_passenger(""));
  EXPECT_FALSE(decode_passenger(bytes + "x"));
  for (std::size_t n = 0; n < bytes.size(); ++n)
    EXPECT_FALSE(decode_passenger(std::string_view(bytes).substr(0, n))) << n;
}

TEST(Passenger, ALengthOrACountThatCannotBeTakesNoMemory) {
  const std::string magic = "kafka-offsets/1\n";
  EXPECT_FALSE(decode_passenger(magic + "\xff\xff\xff\xff"));
  EXPECT_FALSE(decode_passenger(magic + std::string(8, '\0') + "\xff\xff\xff\xff"));
  EXPECT_FALSE(decode_passenger(magic + std::string(8, '\0') + std::string("\x10\x27\0\0", 4)));
}

}  // namespace
}  // namespace copydesk::kafka
