#include <copydesk/bytes.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace copydesk::bytes {
namespace {

TEST(Bytes, NumbersAreLittleEndian) {
  std::string out;
  append_number(out, std::uint32_t{0x01020304});
  append_number(out, std::int16_t{-2});
  EXPECT_EQ(out, std::string("\x04\x03\x02\x01\xFE\xFF", 6));
}

TEST(Bytes, VarintsTakeSevenBitsAByte) {
  std::string out;
  append_varint(out, 0);
  append_varint(out, 127);
  append_varint(out, 300);
  EXPECT_EQ(out, std::string("\0\x7F\xAC\x02", 4));
}

TEST(Bytes, ReadsWhatWasWritten) {
  std::string out;
  append_number(out, std::numeric_limits<std::int64_t>::min());
  append_number(out, 'x');
  append_varint(out, std::numeric_limits<std::uint64_t>::max());
  append_text(out, "Zürich");
  append_text(out, "");
  out += "the rest";

  Reader in(out);
  EXPECT_EQ(in.number<std::int64_t>(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(in.number<char>(), 'x');
  EXPECT_EQ(in.varint(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(in.text(), "Zürich");
  EXPECT_EQ(in.text(), "");
  EXPECT_FALSE(in.finished());
  EXPECT_EQ(in.rest(), "the rest");
  EXPECT_TRUE(in.finished());
}

TEST(Bytes, PastTheEndEverythingIsEmptyForEver) {
  std::string out;
  append_text(out, "whole");
  for (std::size_t size = 0; size < out.size(); ++size) {
    Reader in(std::string_view(out).substr(0, size));
    EXPECT_EQ(in.text(), "");
    EXPECT_FALSE(in.ok());
    EXPECT_EQ(in.number<std::uint8_t>(), 0);
    EXPECT_EQ(in.rest(), "");
    EXPECT_FALSE(in.finished());
  }
}

TEST(Bytes, AVarintWithoutEndIsNoNumber) {
  for (const std::string_view broken :
       {"\x80\x80", "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"}) {
    Reader in(broken);
    EXPECT_EQ(in.varint(), 0u);
    EXPECT_FALSE(in.ok());
  }
}

}  // namespace
}  // namespace copydesk::bytes
