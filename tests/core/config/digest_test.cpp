#include "config/digest.h"

#include <gtest/gtest.h>

#include "core/config/desk.h"

namespace copydesk::config {
namespace {

std::string sha256(std::string_view text) {
  Sha256 sum;
  sum.add(text);
  return sum.hex();
}

// Examples of FIPS 180-4 and its companion documents.
TEST(Digest, IsSha256) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Digest, DoesNotDependOnHowTheBytesCome) {
  Sha256 sum;
  for (int i = 0; i < 200; ++i) sum.add("xyz");
  std::string whole;
  for (int i = 0; i < 200; ++i) whole += "xyz";
  EXPECT_EQ(sum.hex(), sha256(whole));
}

TEST(Digest, OfAFile) {
  const Folder folder;
  EXPECT_EQ(file_digest(folder.write("a", "abc")).value(), sha256("abc"));
  EXPECT_EQ(file_digest(folder.write("empty", "")).value(), sha256(""));
  EXPECT_FALSE(file_digest(folder.path("none")).ok());
}

}  // namespace
}  // namespace copydesk::config
